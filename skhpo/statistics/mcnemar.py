"""McNemar's test: two classifiers on the same rows."""

from typing import Any, Literal

import numpy as np
from scipy import stats

from skhpo.statistics.outcome import TestResult

_FEW = 25  # below so many discordant rows the normal approximation is poor


def mcnemar(correct_a: Any, correct_b: Any, exact: bool | Literal["auto"] = "auto") -> TestResult:
    """Test whether two fitted classifiers have the same error on the rows they were tested on.

    Parameters
    ----------
    correct_a, correct_b : array-like of bool of shape (n_rows,)
        Whether each row was classified correctly.
    exact : bool or "auto", default="auto"
        Use the binomial distribution; "auto": where fewer than 25 rows are discordant.
        Otherwise ``(|b - c| - 1)^2 / (b + c)`` is chi-squared with 1 degree of freedom.

    Returns
    -------
    TestResult
        The statistic of the exact test is the smaller of b (only a is right) and c (only b is
        right); the estimate is the difference of the accuracies, a minus b.

    Raises
    ------
    ValueError
        If the arrays are not boolean, not of the same length or empty, or ``exact`` is
        something else.

    Notes
    -----
    It compares two models, not two procedures: it does not see that another training set would
    have given other models.

    References
    ----------
    .. [1] T. G. Dietterich: Approximate Statistical Tests for Comparing Supervised
       Classification Learning Algorithms. Neural Computation 10 (1998) 1895-1923.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.statistics import mcnemar
    >>> a, b = np.ones(100, bool), np.ones(100, bool)
    >>> a[:3], b[3:15] = False, False
    >>> print(mcnemar(a, b))
    McNemar exact: estimate 0.09, statistic 3, p = 0.03516
    """
    if exact not in (True, False, "auto"):
        raise ValueError(f"exact should be True, False or 'auto', got {exact!r}.")
    right_a, right_b = _flags(correct_a, "correct_a"), _flags(correct_b, "correct_b")
    if right_a.shape != right_b.shape:
        raise ValueError(
            f"correct_a and correct_b should be of the same length, "
            f"got {len(right_a)} and {len(right_b)}."
        )
    b, c = int((right_a & ~right_b).sum()), int((~right_a & right_b).sum())
    estimate = (b - c) / len(right_a)
    if b + c == 0 or exact is True or (exact == "auto" and b + c < _FEW):
        p_value = min(1.0, 2 * float(stats.binom.cdf(min(b, c), b + c, 0.5)))
        return TestResult(float(min(b, c)), p_value, None, estimate, "McNemar exact")
    statistic = (abs(b - c) - 1) ** 2 / (b + c)
    p_value = float(stats.chi2.sf(statistic, 1))
    return TestResult(statistic, p_value, 1, estimate, "McNemar")


def _flags(values: Any, name: str) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype != np.bool_ or array.ndim != 1 or not len(array):
        raise ValueError(
            f"{name} should be a boolean array of shape (n_rows,), "
            f"got {array.dtype} of shape {array.shape}."
        )
    return array
