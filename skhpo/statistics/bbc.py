"""Bootstrap bias-corrected cross-validation: the honest score of the best, without a fit."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from skhpo.statistics._checks import Array, check_level
from skhpo.statistics._resampling import Candidates, multiplicities, units_of_rows
from skhpo.statistics.outcome import Interval


def bbc(
    scores_of: Any,
    n_candidates: int | None = None,
    n_rows: int | None = None,
    *,
    groups: Any = None,
    level: float = 0.95,
    n_resamples: int = 1000,
    random_state: Any = None,
) -> Interval:
    """Score of choosing the best candidate, from the out-of-fold predictions of all.

    Each bootstrap draw of rows chooses the candidate that is best on the rows it holds, and
    scores it on those it does not hold. The estimate is the mean of these scores, the interval
    lies between their percentiles.

    Parameters
    ----------
    scores_of : array-like of shape (n_rows, n_candidates) or callable
        Score of each row by its out-of-fold prediction, greater is better, for metrics that are
        means over rows (1 or 0 for accuracy, the negative squared error); of repeated
        cross-validation the mean over the repetitions. For other metrics ``scores_of(rows,
        candidate) -> float``, where ``rows`` is an array of row numbers, with repetitions, and
        the answer may be NaN where the metric is not defined.
    n_candidates, n_rows : int or None, default=None
        Required with a callable.
    groups : array-like of shape (n_rows,) or None, default=None
        Draw whole groups of rows.
    level : float, default=0.95
        Nominal coverage, in (0, 1).
    n_resamples : int, default=1000
        Number of draws.
    random_state : int, Generator or None, default=None
        Seed of the draws.

    Returns
    -------
    Interval
        Of the score of the whole procedure: search, choose, predict.

    Raises
    ------
    ValueError
        If scores are not finite or not of that shape, or no draw leaves rows out on which the
        metric is defined.

    Notes
    -----
    A callable is called ``n_resamples * n_candidates`` times.

    References
    ----------
    .. [1] I. Tsamardinos, E. Greasidou, G. Borboudakis: Bootstrapping the out-of-sample
       predictions for efficient and accurate cross-validation. Machine Learning 107 (2018)
       1895-1922.

    Examples
    --------
    The best of 50 candidates that all guess:

    >>> import numpy as np
    >>> from skhpo.statistics import bbc
    >>> right = np.random.default_rng(0).random((400, 50)) < 0.5
    >>> float(right.mean(axis=0).max())
    0.55
    >>> print(bbc(right, random_state=0))
    0.4981 [0.4267, 0.5578] (95 %, BBC)
    """
    check_level(level)
    candidates = Candidates(scores_of, n_candidates, n_rows)
    units = units_of_rows(groups, candidates.n_rows)
    draws = multiplicities(units, n_resamples, random_state)
    scores = np.concatenate([out_of_bag_scores(candidates, counts) for counts in draws])
    return interval_of_draws(scores, level)


class DrawnScores(Protocol):
    """Scores of candidates in bootstrap draws."""

    def score(self, counts: Array) -> Array:
        """Return the scores of all in each draw, shape (n_draws, n_candidates)."""
        ...

    def score_one(self, counts: Array, candidates: NDArray[np.intp]) -> Array:
        """Return the score of one in each draw, shape (n_draws,)."""
        ...


def out_of_bag_scores(candidates: DrawnScores, counts: Array) -> Array:
    """Choose in each draw the candidate that is best on the rows drawn, and score it on the rest.

    Parameters
    ----------
    candidates : DrawnScores
        Which may be NaN where they are not defined.
    counts : ndarray of shape (n_draws, n_rows)
        Multiplicities.

    Returns
    -------
    ndarray of shape (n_draws,)
        NaN where nothing can be chosen, or nothing is left to score on.
    """
    scores = np.full(len(counts), np.nan)
    outside = (counts == 0).astype(np.float64)
    able = np.flatnonzero(outside.any(axis=1) & counts.any(axis=1))
    in_bag = candidates.score(counts[able])
    choosable = ~np.isnan(in_bag).all(axis=1)
    able, best = able[choosable], np.nanargmax(in_bag[choosable], axis=1)
    scores[able] = candidates.score_one(outside[able], best)
    return scores


def interval_of_draws(scores: Array, level: float) -> Interval:
    """Return the mean of the draws and their percentiles.

    Parameters
    ----------
    scores : ndarray of shape (n_draws,)
        Those that are not finite are left out.
    level : float
        Nominal coverage.

    Returns
    -------
    Interval
        By "BBC".

    Raises
    ------
    ValueError
        If none is finite.
    """
    finite = scores[np.isfinite(scores)]
    if not len(finite):
        raise ValueError(
            f"in none of {len(scores)} draws could the best candidate be scored on rows left out."
        )
    low, high = np.quantile(finite, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(finite.mean()), float(low), float(high), level, "BBC")
