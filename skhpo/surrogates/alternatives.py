"""When a search has settled on one alternative, which of the others deserves a look.

Expected improvement of one model over all alternatives refines the optimum of the first that
looks good to the last digit, and comes back to another learner only by chance: what it would
find there it has to know beforehand. So, while next to nothing is expected of the next candidate,
each second one goes to the alternative for which (evaluations so far) x (rank by its best loss)
is smallest, and is chosen there as if there were no other. The best alternative has rank zero and
is what the other candidates go to; in the long run the second gets twice as many of these as the
third, and three times as many as the fourth.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

EVERY = 2  # of the candidates of a stalled search go elsewhere
PROGRESS = 0.03  # of the way from the median to the best loss, expected of a candidate


def is_stalled(expected: float, y: Array, best: float) -> bool:
    """Whether next to nothing is to be expected where the search is looking.

    Parameters
    ----------
    expected : float
        The largest expected improvement.
    y : ndarray of shape (n,)
        The losses, as they are modelled.
    best : float
        The smallest posterior mean among them.

    Returns
    -------
    bool
        True if it is below 3 % of the way from the median loss to the best.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.array([0.0, 1.0, 2.0])
    >>> bool(is_stalled(0.029, y, best=0.0)), bool(is_stalled(0.031, y, best=0.0))
    (True, False)
    """
    return bool(expected < PROGRESS * (np.median(y) - best))


def neglected(y: Array, told: NDArray[np.intp], under_way: NDArray[np.intp], n: int) -> int:
    """Choose the alternative whose evaluations times rank is smallest.

    Parameters
    ----------
    y : ndarray of shape (m,)
        Losses, ``inf`` for failures.
    told : ndarray of int of shape (m,)
        Their alternatives, from 0.
    under_way : ndarray of int of shape (k,)
        Alternatives of candidates that have no loss yet; they count as evaluations.
    n : int
        Number of alternatives, at least two.

    Returns
    -------
    int
        Never that of the smallest loss.

    Examples
    --------
    The second has had 2 evaluations at rank 1, the third 1 at rank 2, the fourth none:

    >>> import numpy as np
    >>> y, told = np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, 1, 1, 2])
    >>> neglected(y, told, np.array([], dtype=int), 4), neglected(y, told, np.array([3]), 4)
    (3, 1)
    """
    counts = np.bincount(np.concatenate([told, under_way]), minlength=n)
    best = np.array([y[told == a].min(initial=np.inf) for a in range(n)])
    ranks = np.empty(n)
    ranks[np.lexsort((counts, best))] = np.arange(n)
    price = np.where(ranks > 0, counts * ranks, np.inf)
    return int(np.argmin(price))
