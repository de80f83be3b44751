"""Many data sets: Friedman's test of mean ranks, and Nemenyi's critical difference."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from skhpo.statistics._checks import Array, check_level, finite
from skhpo.statistics.corrected import ratio_or_limit


@dataclass(frozen=True, eq=False)
class FriedmanResult:
    """Friedman's test and its correction by Iman and Davenport.

    Parameters
    ----------
    mean_ranks : ndarray of shape (n_methods,)
        1 is the best.
    chi2, chi2_p_value : float
        Friedman's statistic, corrected for ties, with k - 1 degrees of freedom.
    f, f_p_value : float
        The F of Iman and Davenport, which is less conservative.
    df : tuple of int
        Degrees of freedom of F: ``(k - 1, (k - 1) (N - 1))``.

    Examples
    --------
    >>> from skhpo.statistics import friedman
    >>> friedman([[0.9, 0.8, 0.7], [0.8, 0.7, 0.6]]).df
    (2, 2)
    """

    mean_ranks: Array
    chi2: float
    chi2_p_value: float
    f: float
    f_p_value: float
    df: tuple[int, int]


@dataclass(frozen=True, eq=False)
class NemenyiResult:
    """What Nemenyi's test says of all pairs.

    Parameters
    ----------
    critical_difference : float
        Mean ranks further apart than this differ at the level.
    p_values : ndarray of shape (n_methods, n_methods)
        Of each pair, all comparisons allowed for; 1 on the diagonal.
    level : float
        Confidence, in (0, 1).

    Examples
    --------
    >>> from skhpo.statistics import nemenyi
    >>> bool(nemenyi([1.2, 2.9, 1.9], n_datasets=10).critical_difference < 1.7)
    True
    """

    critical_difference: float
    p_values: Array
    level: float


def friedman(scores: Any) -> FriedmanResult:
    """Test whether methods differ, over many data sets.

    Parameters
    ----------
    scores : array-like of shape (n_datasets, n_methods)
        Greater is better; ties share their ranks.

    Returns
    -------
    FriedmanResult
        With the mean ranks that `nemenyi` takes.

    Raises
    ------
    ValueError
        If there are fewer than 3 methods or 2 data sets, or something is not finite.

    References
    ----------
    .. [1] J. Demšar: Statistical Comparisons of Classifiers over Multiple Data Sets. JMLR 7 (2006)
       1-30.

    Examples
    --------
    >>> from skhpo.statistics import friedman
    >>> result = friedman([[0.9, 0.8, 0.7], [0.8, 0.7, 0.6], [0.9, 0.7, 0.8], [0.6, 0.5, 0.4]])
    >>> result.mean_ranks, round(result.chi2, 3), round(result.f_p_value, 5)
    (array([1.  , 2.25, 2.75]), 6.5, 0.00659)
    """
    scores = finite(scores, "scores", ndim=2, at_least=3)
    n, k = scores.shape
    if n < 2:
        raise ValueError(f"scores should be of at least 2 data sets, got {n}.")
    ranks = stats.rankdata(-scores, axis=1)
    between = n * float(((ranks.mean(axis=0) - (k + 1) / 2) ** 2).sum())
    within = float(((ranks - (k + 1) / 2) ** 2).sum())
    chi2 = (k - 1) * n * between / within if within else 0.0
    f = ratio_or_limit((n - 1) * chi2, max(0.0, n * (k - 1) - chi2))
    df = (k - 1, (k - 1) * (n - 1))
    return FriedmanResult(
        mean_ranks=ranks.mean(axis=0),
        chi2=chi2,
        chi2_p_value=float(stats.chi2.sf(chi2, k - 1)),
        f=f,
        f_p_value=float(stats.f.sf(f, *df)),
        df=df,
    )


def nemenyi(mean_ranks: Any, *, n_datasets: int, level: float = 0.95) -> NemenyiResult:
    """Compare all pairs of methods by their mean ranks.

    Parameters
    ----------
    mean_ranks : array-like of shape (n_methods,)
        From `friedman`.
    n_datasets : int
        How many data sets they are over.
    level : float, default=0.95
        Confidence, in (0, 1).

    Returns
    -------
    NemenyiResult
        ``CD = q sqrt(k (k + 1) / (6 N))`` with q of the studentized range over ``sqrt(2)``.

    Raises
    ------
    ValueError
        If there are fewer than 2 methods or 2 data sets.

    References
    ----------
    .. [1] J. Demšar: Statistical Comparisons of Classifiers over Multiple Data Sets. JMLR 7 (2006)
       1-30.

    Examples
    --------
    >>> from skhpo.statistics import nemenyi
    >>> result = nemenyi([3.143, 2.0, 2.893, 1.964], n_datasets=14)
    >>> round(result.critical_difference, 3), round(float(result.p_values[0, 3]), 3)
    (1.254, 0.074)
    """
    check_level(level)
    ranks = finite(mean_ranks, "mean_ranks")
    k = len(ranks)
    if n_datasets < 2:
        raise ValueError(f"n_datasets should be at least 2, got {n_datasets!r}.")
    unit = math.sqrt(k * (k + 1) / (12 * n_datasets))
    p_values = np.ones((k, k))
    rows, columns = np.triu_indices(k, 1)
    found = stats.studentized_range.sf(np.abs(ranks[rows] - ranks[columns]) / unit, k, np.inf)
    p_values[rows, columns] = p_values[columns, rows] = np.clip(found, 0.0, 1.0)
    critical = float(stats.studentized_range.ppf(level, k, np.inf))
    return NemenyiResult(critical * unit, p_values, level)
