"""Is the best of several candidates better than one that was there before?"""

import math
from typing import Any

import numpy as np

from skhpo.statistics._checks import check_not_negative, finite
from skhpo.statistics.corrected import ratio_or_limit
from skhpo.statistics.outcome import TestResult

_BATCH = 1000  # draws at a time


def best_of_test(
    differences: Any,
    *,
    test_train_ratio: float,
    n_draws: int = 10_000,
    random_state: Any = 0,
) -> TestResult:
    """Test whether the best of several candidates is better than one that was there before.

    All are scored on the same splits. That it is the best it may owe to chance, the more so the
    more candidates there are, and the corrected t of the best alone does not know of it. Here its
    t is compared with the greatest of as many candidates that are all as good as the given one,
    and whose scores vary with each other from split to split as theirs do.

    Parameters
    ----------
    differences : array-like of shape (n_candidates, n_splits)
        Score of each candidate minus score of the given one, split by split.
    test_train_ratio : float
        Rows tested over rows trained on: ``1 / (K - 1)`` for K folds, repeated or not.
    n_draws : int, default=10000
        Draws of the greatest difference.
    random_state : int, Generator or None, default=0
        Seed of the draws.

    Returns
    -------
    TestResult
        One-sided; the estimate is the mean difference of the best, the statistic what it is in
        corrected standard errors.

    Raises
    ------
    ValueError
        If there are fewer than 2 splits, a difference is not finite, or ``n_draws`` is below 1.

    Notes
    -----
    The mean differences are taken to be t distributed together, with J - 1 degrees of freedom and
    ``(1/J + ratio) S`` in the place of their covariance, where S is that of the J splits and the
    factor that of Nadeau and Bengio [1]_. The greatest of them, each in its own standard errors,
    is drawn from it, as in [2]_ and [3]_.

    References
    ----------
    .. [1] C. Nadeau, Y. Bengio: Inference for the Generalization Error. Machine Learning 52
       (2003) 239-281.
    .. [2] H. White: A Reality Check for Data Snooping. Econometrica 68 (2000) 1097-1126.
    .. [3] P. R. Hansen: A Test for Superior Predictive Ability. Journal of Business and Economic
       Statistics 23 (2005) 365-380.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.statistics import best_of_test, corrected_t_test
    >>> chance = np.random.default_rng(4).normal(0, 0.02, (30, 10))
    >>> best = chance[chance.mean(axis=1).argmax()]
    >>> print(corrected_t_test(best, test_train_ratio=1 / 9))
    corrected t: estimate 0.01864, statistic 2.119, df 9, p = 0.06313
    >>> print(best_of_test(chance, test_train_ratio=1 / 9))
    best of 30: estimate 0.01864, statistic 2.119, df 9, p = 0.3864
    """
    differences = finite(differences, "differences", ndim=2)
    check_not_negative(test_train_ratio, "test_train_ratio")
    if n_draws < 1:
        raise ValueError(f"n_draws should be at least 1, got {n_draws!r}.")
    n, n_splits = differences.shape
    means = differences.mean(axis=1)
    best = int(np.argmax(means))
    factor = math.sqrt((1 / n_splits + test_train_ratio) / (n_splits - 1))
    deviations = (differences - means[:, None]) * factor
    errors = np.sqrt((deviations**2).sum(axis=1))
    varies = np.ptp(differences, axis=1) > 0
    statistic = ratio_or_limit(float(means[best]), float(errors[best] if varies[best] else 0.0))
    shape = deviations[varies] / errors[varies, None]
    rng = np.random.default_rng(random_state)
    n_greater = 0
    for start in range(0, n_draws, _BATCH):
        size = min(_BATCH, n_draws - start)
        scale = np.sqrt(rng.chisquare(n_splits - 1, size) / (n_splits - 1))
        greatest = (shape @ rng.normal(size=(n_splits, size)) / scale).max(axis=0, initial=-np.inf)
        n_greater += int((greatest >= statistic).sum())
    p_value = (n_greater + 1) / (n_draws + 1) if statistic > 0 else 1.0
    return TestResult(statistic, p_value, n_splits - 1, float(means[best]), f"best of {n}")
