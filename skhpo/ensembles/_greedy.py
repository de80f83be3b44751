"""Weights of the members of an ensemble: greedy selection, or votes by rank.

References
----------
.. [1] R. Caruana, A. Niculescu-Mizil, G. Crew, A. Ksikes: Ensemble Selection from Libraries of
   Models. ICML 2004.
"""

from collections.abc import Callable

import numpy as np

from skhpo.ensembles._pool import Floats, Pool


def greedy_weights(pool: Pool, scores_of: Callable[[Floats], Floats], n_rounds: int) -> Floats:
    """Choose members one by one, with replacement, each time the one that helps most [1]_.

    Parameters
    ----------
    pool : Pool
        The members, the best first: it is the first choice.
    scores_of : callable
        The scores of many predictions for the rows of the pool.
    n_rounds : int
        How many are chosen, with repetitions.

    Returns
    -------
    ndarray of shape (n_members,)
        How often each was chosen, up to the round that came to the best score; the shorter
        one of equals.
    """
    counts = np.zeros(len(pool.members))
    best, best_score = counts, -np.inf
    total = np.zeros_like(pool.values[0])
    for n in range(1, n_rounds + 1):
        scores = scores_of((total + pool.values) / n)
        chosen = int(np.nanargmax(scores)) if n > 1 else 0
        total = total + pool.values[chosen]
        counts = counts.copy()
        counts[chosen] += 1
        if scores[chosen] > best_score:
            best, best_score = counts, scores[chosen]
    return best


def weights_by_rank(n_members: int) -> Floats:
    """Return weights that fall with the rank, from n for the best to 1.

    Parameters
    ----------
    n_members : int
        The members, the best first.

    Returns
    -------
    ndarray of shape (n_members,)
        Weights.

    Examples
    --------
    >>> weights_by_rank(3)
    array([3., 2., 1.])
    """
    return np.arange(n_members, 0, -1, dtype=float)
