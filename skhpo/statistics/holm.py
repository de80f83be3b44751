"""Holm's correction for many tests, and pairs of methods by Wilcoxon's signed ranks."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from skhpo.statistics._checks import Array, finite


@dataclass(frozen=True, eq=False)
class PairwiseResult:
    """Every pair of methods and its p-value.

    Parameters
    ----------
    p_values, adjusted : ndarray of shape (n_methods, n_methods)
        Of each pair alone, and with all pairs allowed for; 1 on the diagonal.
    method : str
        Which test it is.

    Examples
    --------
    >>> from skhpo.statistics import wilcoxon_holm
    >>> wilcoxon_holm([[0.9, 0.8], [0.8, 0.7], [0.9, 0.6]]).p_values
    array([[1.  , 0.25],
           [0.25, 1.  ]])
    """

    p_values: Array
    adjusted: Array
    method: str


def holm(p_values: Any) -> Array:
    """Adjust p-values for their number, step by step from the smallest.

    Parameters
    ----------
    p_values : array-like of shape (n_tests,)
        In [0, 1].

    Returns
    -------
    ndarray of shape (n_tests,)
        In the same order: reject those below alpha, and the chance of any false rejection is at
        most alpha, however the tests depend on each other.

    Raises
    ------
    ValueError
        If something is not in [0, 1].

    References
    ----------
    .. [1] S. Holm: A Simple Sequentially Rejective Multiple Test Procedure. Scandinavian Journal
       of Statistics 6 (1979) 65-70.

    Examples
    --------
    >>> from skhpo.statistics import holm
    >>> holm([0.01, 0.04, 0.03])
    array([0.03, 0.06, 0.06])
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"p_values should be a list of numbers in [0, 1], got {p_values!r}.")
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    steps = p[order] * np.arange(len(p), 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps)) if len(p) else steps
    return adjusted


def wilcoxon_holm(scores: Any) -> PairwiseResult:
    """Compare all pairs of methods over many data sets, by signed ranks with Holm's correction.

    Parameters
    ----------
    scores : array-like of shape (n_datasets, n_methods)
        One score per data set and method.

    Returns
    -------
    PairwiseResult
        Two-sided; ranks of equal scores are split evenly between the two.

    Raises
    ------
    ValueError
        If there are fewer than 2 methods, or something is not finite.

    References
    ----------
    .. [1] J. Demšar: Statistical Comparisons of Classifiers over Multiple Data Sets. JMLR 7 (2006)
       1-30.
    .. [2] A. Benavoli, G. Corani, F. Mangili: Should We Really Use Post-Hoc Tests Based on
       Mean-Ranks? JMLR 17 (2016) 5.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.statistics import wilcoxon_holm
    >>> scores = np.random.default_rng(0).normal([0.0, 0.1, 2.0], size=(12, 3))
    >>> wilcoxon_holm(scores).adjusted.round(4)
    array([[1.    , 0.4697, 0.002 ],
           [0.4697, 1.    , 0.0015],
           [0.002 , 0.0015, 1.    ]])
    """
    scores = finite(scores, "scores", ndim=2)
    k = scores.shape[1]
    pairs = np.triu_indices(k, 1)
    found = np.array(
        [_signed_rank(scores[:, i] - scores[:, j]) for i, j in zip(*pairs, strict=True)]
    )
    p_values, adjusted = np.ones((k, k)), np.ones((k, k))
    for matrix, values in ((p_values, found), (adjusted, holm(found))):
        matrix[pairs] = values
        matrix.T[pairs] = values
    return PairwiseResult(p_values, adjusted, "Wilcoxon signed-rank, Holm")


def _signed_rank(differences: Array) -> float:
    if not differences.any():
        return 1.0
    return float(stats.wilcoxon(differences, zero_method="zsplit").pvalue)
