"""The corrected resampled t: scores of overlapping training sets are not independent.

With J scores of splits that test ``ratio = n_test / n_train`` times as many rows as they train
on, the variance of the mean is estimated by ``(1/J + ratio) s^2``, and the mean divided by its
square root is taken for Student's t with J - 1 degrees of freedom.
"""

import math
from typing import Any

import numpy as np
from scipy import stats

from skhpo.statistics._checks import Array, check_level, check_not_negative, finite
from skhpo.statistics.outcome import Interval, TestResult


def corrected_t_interval(scores: Any, *, test_train_ratio: float, level: float = 0.95) -> Interval:
    """Interval for the expected score from the scores of cross-validation.

    Parameters
    ----------
    scores : array-like of shape (n_splits,)
        One score per split; of a repeated K-fold all of them.
    test_train_ratio : float
        Rows tested over rows trained on: ``1 / (K - 1)`` for K folds, repeated or not.
    level : float, default=0.95
        Nominal coverage, in (0, 1).

    Returns
    -------
    Interval
        Around the mean of the scores.

    Raises
    ------
    ValueError
        If there are fewer than 2 scores, one is not finite, the ratio is negative or the level
        is not in (0, 1).

    Notes
    -----
    The correlation between the splits is assumed to be ``n_test / n``, whatever the learner: no
    unbiased estimate of it exists. On one unrepeated K-fold the interval tends to be too wide,
    on a repeated one too narrow.

    References
    ----------
    .. [1] C. Nadeau, Y. Bengio: Inference for the Generalization Error. Machine Learning 52
       (2003) 239-281.
    .. [2] R. R. Bouckaert, E. Frank: Evaluating the Replicability of Significance Tests for
       Comparing Learning Algorithms. PAKDD 2004.

    Examples
    --------
    >>> from skhpo.statistics import corrected_t_interval
    >>> print(corrected_t_interval([0.80, 0.84, 0.78, 0.82, 0.81], test_train_ratio=1 / 4))
    0.81 [0.7684, 0.8516] (95 %, corrected t)
    """
    check_level(level)
    scores = finite(scores, "scores")
    center = float(np.mean(scores))
    error = corrected_standard_error(scores, test_train_ratio)
    half = float(stats.t.ppf((1 + level) / 2, len(scores) - 1)) * error
    return Interval(center, center - half, center + half, level, "corrected t")


def corrected_t_test(differences: Any, *, test_train_ratio: float) -> TestResult:
    """Test whether two procedures have the same expected score, from the same splits.

    Parameters
    ----------
    differences : array-like of shape (n_splits,)
        Score of one minus score of the other, split by split.
    test_train_ratio : float
        Rows tested over rows trained on: ``1 / (K - 1)`` for K folds, repeated or not.

    Returns
    -------
    TestResult
        Two-sided; where all differences are the same the statistic is infinite, or 0 if that is
        what they are.

    Raises
    ------
    ValueError
        If there are fewer than 2 differences, one is not finite or the ratio is negative.

    References
    ----------
    .. [1] C. Nadeau, Y. Bengio: Inference for the Generalization Error. Machine Learning 52
       (2003) 239-281.

    Examples
    --------
    >>> from skhpo.statistics import corrected_t_test
    >>> print(corrected_t_test([0.02, 0.04, 0.01, 0.03, 0.03], test_train_ratio=1 / 4))
    corrected t: estimate 0.026, statistic 3.399, df 4, p = 0.02729
    """
    differences = finite(differences, "differences")
    estimate = float(np.mean(differences))
    statistic = ratio_or_limit(estimate, corrected_standard_error(differences, test_train_ratio))
    df = len(differences) - 1
    p_value = float(2 * stats.t.sf(abs(statistic), df))
    return TestResult(statistic, p_value, df, estimate, "corrected t")


def corrected_standard_error(scores: Array, test_train_ratio: float) -> float:
    """Return the standard error of the mean of scores with overlapping training sets.

    Parameters
    ----------
    scores : ndarray of shape (n_splits,)
        Scores or differences of scores.
    test_train_ratio : float
        Rows tested over rows trained on.

    Returns
    -------
    float
        ``sqrt((1/J + ratio) s^2)``.

    Raises
    ------
    ValueError
        If the ratio is negative.
    """
    check_not_negative(test_train_ratio, "test_train_ratio")
    return math.sqrt(1 / len(scores) + test_train_ratio) * spread(scores)


def spread(values: Array) -> float:
    """Sample standard deviation; exactly 0 where all values are the same.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Two or more.

    Returns
    -------
    float
        With n - 1 in the denominator.
    """
    return float(np.std(values, ddof=1)) if np.ptp(values) > 0 else 0.0


def ratio_or_limit(numerator: float, denominator: float) -> float:
    """Divide; by 0 it is infinite with the sign of the numerator, or 0 for 0 / 0.

    Parameters
    ----------
    numerator, denominator : float
        The denominator is not negative.

    Returns
    -------
    float
        The ratio.
    """
    if denominator > 0:
        return numerator / denominator
    return math.copysign(math.inf, numerator) if numerator else 0.0
