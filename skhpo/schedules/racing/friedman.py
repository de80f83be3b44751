"""Racing by ranks: Friedman's test and the comparison that follows it, as in irace.

M. López-Ibáñez et al., The irace package: iterated racing for automatic algorithm configuration,
Operations Research Perspectives 3 (2016) 43-58, section 3; the formulas with ties are those of
W. J. Conover, Practical Nonparametric Statistics, 3rd ed., 1999, section 5.8.

Ranks are indifferent to outliers and to the scale of the scores, and blind to by how much a
candidate is worse, which is what decides the mean.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, stdtrit
from scipy.stats import rankdata

BURN_IN = 3


def has_lost(complete: NDArray[np.float64], partial: NDArray[np.float64], alpha: float) -> bool:
    """Whether the candidates differ, and this one from the best, in their ranks.

    Parameters
    ----------
    complete : ndarray of shape (n_complete, n_splits)
        Fold scores of the candidates that are complete, greater is better.
    partial : ndarray of shape (n_splits,)
        Fold scores of the candidate, NaN where there is none yet.
    alpha : float
        Level of Friedman's test and of the (two-sided) comparison with the best.

    Returns
    -------
    bool
        The verdict; False on fewer than two folds.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.schedules.racing.friedman import has_lost
    >>> complete = np.array([[0.90, 0.92, 0.91, 0.95], [0.88, 0.91, 0.90, 0.94]])
    >>> has_lost(complete, np.array([0.85, 0.86, 0.87, np.nan]), alpha=0.05)
    True
    """
    done = ~np.isnan(partial)
    if done.sum() < 2:
        return False
    ranks = rankdata(-np.vstack([complete, partial])[:, done], axis=0)  # 1 is the best
    n, k = ranks.shape
    if chdtrc(n - 1, statistic(ranks)) >= alpha:
        return False
    sums = ranks.sum(axis=1)
    squares = float(np.square(ranks).sum() - np.square(sums).sum() / k)
    dof = (n - 1) * (k - 1)
    least = stdtrit(dof, 1 - alpha / 2) * np.sqrt(2 * k * max(squares, 0.0) / dof)
    return bool(sums[-1] - sums.min() > least)


def statistic(ranks: NDArray[np.float64]) -> float:
    """Return Friedman's statistic, with the correction for ties.

    Parameters
    ----------
    ranks : ndarray of shape (n_candidates, n_folds)
        Ranks of the candidates within each fold, ties sharing their mean.

    Returns
    -------
    float
        Chi-squared with n - 1 degrees of freedom if all are alike; 0 if all are tied.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.schedules.racing.friedman import statistic
    >>> statistic(np.array([[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]))
    3.0
    """
    n, k = ranks.shape
    middle = (n + 1) / 2
    spread = float(np.square(ranks - middle).sum())
    if spread == 0:
        return 0.0
    between = float(np.square(ranks.sum(axis=1) - k * middle).sum())
    return float((n - 1) * between / spread)
