"""Five times two-fold cross-validation: Dietterich's t and Alpaydin's F."""

import math
from typing import Any

import numpy as np
from scipy import stats

from skhpo.statistics._checks import Array, finite
from skhpo.statistics.corrected import ratio_or_limit
from skhpo.statistics.outcome import TestResult


def five_by_two_t(differences: Any) -> TestResult:
    """Test two procedures on five repetitions of two-fold cross-validation.

    Parameters
    ----------
    differences : array-like of shape (5, 2)
        Score of one minus score of the other, per repetition and fold.

    Returns
    -------
    TestResult
        ``t = p / sqrt(sum s_i^2 / 5)`` with 5 degrees of freedom, where ``p`` is the first of
        the ten differences and ``s_i^2`` the variance within repetition i.

    Raises
    ------
    ValueError
        If the shape is another or something is not finite.

    References
    ----------
    .. [1] T. G. Dietterich: Approximate Statistical Tests for Comparing Supervised
       Classification Learning Algorithms. Neural Computation 10 (1998) 1895-1923.

    Examples
    --------
    >>> from skhpo.statistics import five_by_two_t
    >>> d = [[0.05, 0.03], [0.04, 0.06], [0.02, 0.05], [0.04, 0.03], [0.05, 0.02]]
    >>> print(five_by_two_t(d))
    5x2 cv t: estimate 0.039, statistic 3.043, df 5, p = 0.02866
    """
    differences, squares = _checked(differences)
    statistic = ratio_or_limit(float(differences[0, 0]), math.sqrt(squares / 5))
    p_value = float(2 * stats.t.sf(abs(statistic), 5))
    return TestResult(statistic, p_value, 5, float(differences.mean()), "5x2 cv t")


def five_by_two_f(differences: Any) -> TestResult:
    """Test two procedures on five repetitions of two-fold cross-validation, all ten at once.

    Parameters
    ----------
    differences : array-like of shape (5, 2)
        Score of one minus score of the other, per repetition and fold.

    Returns
    -------
    TestResult
        ``F = sum p_ij^2 / (2 sum s_i^2)`` with (10, 5) degrees of freedom.

    Raises
    ------
    ValueError
        If the shape is another or something is not finite.

    References
    ----------
    .. [1] E. Alpaydin: Combined 5 x 2 cv F Test for Comparing Supervised Classification Learning
       Algorithms. Neural Computation 11 (1999) 1885-1892.

    Examples
    --------
    >>> from skhpo.statistics import five_by_two_f
    >>> d = [[0.05, 0.03], [0.04, 0.06], [0.02, 0.05], [0.04, 0.03], [0.05, 0.02]]
    >>> print(five_by_two_f(d))
    5x2 cv F: estimate 0.039, statistic 6.259, df (10, 5), p = 0.02815
    """
    differences, squares = _checked(differences)
    statistic = ratio_or_limit(float((differences**2).sum()), 2 * squares)
    p_value = float(stats.f.sf(statistic, 10, 5))
    return TestResult(statistic, p_value, (10, 5), float(differences.mean()), "5x2 cv F")


def _checked(differences: Any) -> tuple[Array, float]:
    """Return the differences and the sum of the five variances."""
    array = finite(differences, "differences", ndim=2)
    if array.shape != (5, 2):
        raise ValueError(f"differences should have shape (5, 2), got {array.shape}.")
    return array, float(np.var(array, axis=1, ddof=1).sum())
