"""Effect sizes: how large a difference is, whatever its significance."""

import math
from typing import Any

import numpy as np
from scipy import stats
from scipy.special import gammaln

from skhpo.statistics._checks import Array, finite
from skhpo.statistics.corrected import ratio_or_limit, spread


def cohens_d(a: Any, b: Any, *, paired: bool = False) -> float:
    """Difference of two means in standard deviations.

    Parameters
    ----------
    a, b : array-like of shape (n,) and (m,)
        Two samples.
    paired : bool, default=False
        Divide by the standard deviation of the differences (n = m), instead of by the pooled one.

    Returns
    -------
    float
        Positive where a is larger; infinite where nothing varies.

    Raises
    ------
    ValueError
        If a sample has fewer than 2 numbers or something is not finite, or pairs do not match.

    References
    ----------
    .. [1] J. Cohen: Statistical Power Analysis for the Behavioral Sciences. 2nd ed., 1988.

    Examples
    --------
    >>> from skhpo.statistics import cohens_d
    >>> round(cohens_d([0.8, 0.9, 0.85], [0.7, 0.75, 0.8]), 3)
    2.0
    """
    a, b = _checked(a, b, paired=paired)
    difference = float(a.mean() - b.mean())
    return ratio_or_limit(difference, spread(a - b) if paired else _pooled(a, b))


def hedges_g(a: Any, b: Any, *, paired: bool = False) -> float:
    """Difference of two means in standard deviations, without bias in small samples.

    Parameters
    ----------
    a, b : array-like of shape (n,) and (m,)
        Two samples.
    paired : bool, default=False
        Divide by the standard deviation of the differences (n = m), instead of by the pooled one.

    Returns
    -------
    float
        ``J(df) d`` with ``J(df) = Gamma(df/2) / (sqrt(df/2) Gamma((df-1)/2))``, where df is
        ``n + m - 2``, for pairs ``n - 1``.

    Raises
    ------
    ValueError
        If a sample has fewer than 2 numbers or something is not finite, or pairs do not match.

    References
    ----------
    .. [1] L. V. Hedges: Distribution Theory for Glass's Estimator of Effect Size and Related
       Estimators. Journal of Educational Statistics 6 (1981) 107-128.

    Examples
    --------
    >>> from skhpo.statistics import hedges_g
    >>> round(hedges_g([0.8, 0.9, 0.85], [0.7, 0.75, 0.8]), 3)
    1.596
    """
    a, b = _checked(a, b, paired=paired)
    df = len(a) - 1 if paired else len(a) + len(b) - 2
    if df < 2:
        raise ValueError(f"a and b should have at least 3 pairs, got {len(a)}.")
    log_factor = gammaln(df / 2) - gammaln((df - 1) / 2) - 0.5 * math.log(df / 2)
    return cohens_d(a, b, paired=paired) * math.exp(log_factor)


def a12(a: Any, b: Any) -> float:
    """Probability that a number of a is larger than one of b, ties counted half.

    Parameters
    ----------
    a, b : array-like of shape (n,) and (m,)
        Two samples.

    Returns
    -------
    float
        In [0, 1]; 0.5 where neither is stochastically larger.

    Raises
    ------
    ValueError
        If a sample is empty or something is not finite.

    References
    ----------
    .. [1] A. Vargha, H. D. Delaney: A Critique and Improvement of the CL Common Language Effect
       Size Statistics of McGraw and Wong. Journal of Educational and Behavioral Statistics 25
       (2000) 101-132.

    Examples
    --------
    >>> from skhpo.statistics import a12
    >>> a12([3, 4, 5], [1, 2, 3])
    0.9444444444444444
    """
    a, b = finite(a, "a", at_least=1), finite(b, "b", at_least=1)
    ranks = stats.rankdata(np.concatenate([a, b]))
    n, m = len(a), len(b)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))


def cliffs_delta(a: Any, b: Any) -> float:
    """Probability that a number of a is larger than one of b, less that of the contrary.

    Parameters
    ----------
    a, b : array-like of shape (n,) and (m,)
        Two samples.

    Returns
    -------
    float
        In [-1, 1], ``2 A12 - 1``.

    Raises
    ------
    ValueError
        If a sample is empty or something is not finite.

    References
    ----------
    .. [1] N. Cliff: Dominance Statistics: Ordinal Analyses to Answer Ordinal Questions.
       Psychological Bulletin 114 (1993) 494-509.

    Examples
    --------
    >>> from skhpo.statistics import cliffs_delta
    >>> round(cliffs_delta([3, 4, 5], [1, 2, 3]), 4)
    0.8889
    """
    return 2 * a12(a, b) - 1


def _checked(a: Any, b: Any, *, paired: bool) -> tuple[Array, Array]:
    first, second = finite(a, "a"), finite(b, "b")
    if paired and len(first) != len(second):
        raise ValueError(
            f"a and b should be of one length when paired, got {len(first)} and {len(second)}."
        )
    return first, second


def _pooled(a: Array, b: Array) -> float:
    n, m = len(a), len(b)
    return math.sqrt(((n - 1) * spread(a) ** 2 + (m - 1) * spread(b) ** 2) / (n + m - 2))
