"""Bootstrap bias-corrected cross-validation: the honest score of the best, without a fit."""

from typing import Any

import numpy as np

from skhpo.statistics._checks import check_level
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
    parts = []
    for counts in multiplicities(units, n_resamples, random_state):
        outside = (counts == 0).astype(np.float64)
        counts, outside = counts[outside.any(axis=1)], outside[outside.any(axis=1)]
        in_bag = candidates.score(counts)
        choosable = ~np.isnan(in_bag).all(axis=1)
        best = np.nanargmax(in_bag[choosable], axis=1)
        parts.append(candidates.score_one(outside[choosable], best))
    scores = np.concatenate(parts)
    scores = scores[np.isfinite(scores)]
    if not len(scores):
        raise ValueError(
            f"in none of {n_resamples} draws could the best candidate be scored on rows left out."
        )
    low, high = np.quantile(scores, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(scores.mean()), float(low), float(high), level, "BBC")
