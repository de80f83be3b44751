"""Dropping candidates during cross-validation, by the bootstrap of BBCD-CV."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.statistics._checks import check_share
from skhpo.statistics._resampling import Candidates, multiplicities, units_of_rows


def bbcd_drop(
    scores_of: Any,
    n_candidates: int | None = None,
    n_rows: int | None = None,
    *,
    groups: Any = None,
    threshold: float = 0.01,
    n_resamples: int = 1000,
    random_state: Any = None,
) -> NDArray[np.bool_]:
    """Say which candidates are hardly ever better than the one that leads so far.

    Parameters
    ----------
    scores_of : array-like of shape (n_rows, n_candidates) or callable
        As for `bbc`, of the rows that have been predicted so far by all of these candidates.
    n_candidates, n_rows : int or None, default=None
        Required with a callable.
    groups : array-like of shape (n_rows,) or None, default=None
        Draw whole groups of rows.
    threshold : float, default=0.01
        Drop a candidate that is at least as good as the leader in a smaller share of the draws.
    n_resamples : int, default=1000
        Number of draws.
    random_state : int, Generator or None, default=None
        Seed of the draws.

    Returns
    -------
    ndarray of bool of shape (n_candidates,)
        True for those to drop; the leader is never among them.

    Raises
    ------
    ValueError
        If scores are not finite or not of that shape, or the threshold is not in (0, 1).

    Notes
    -----
    It needs predictions of rows. The few scores of splits that a race sees are no substitute:
    a bootstrap of two scores, both lower than the leader's, gives the probability 0.

    References
    ----------
    .. [1] I. Tsamardinos, E. Greasidou, G. Borboudakis: Bootstrapping the out-of-sample
       predictions for efficient and accurate cross-validation. Machine Learning 107 (2018)
       1895-1922.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.statistics import bbcd_drop
    >>> right = np.random.default_rng(0).random((200, 3)) < [0.9, 0.88, 0.6]
    >>> bbcd_drop(right, random_state=0)
    array([False, False,  True])
    """
    check_share(threshold, "threshold")
    candidates = Candidates(scores_of, n_candidates, n_rows)
    units = units_of_rows(groups, candidates.n_rows)
    everything = np.ones((1, candidates.n_rows))
    leader = int(np.nanargmax(candidates.score(everything)[0]))
    wins, valid = np.zeros(candidates.n_candidates), np.zeros(candidates.n_candidates)
    for counts in multiplicities(units, n_resamples, random_state):
        scores = candidates.score(counts)
        beside = scores[:, [leader]]
        wins += (scores >= beside).sum(axis=0)
        valid += (np.isfinite(scores) & np.isfinite(beside)).sum(axis=0)
    dropped = wins < threshold * valid
    dropped[leader] = False
    return np.asarray(dropped)
