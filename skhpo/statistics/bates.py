"""The interval of nested cross-validation of Bates, Hastie and Tibshirani.

"Nested" is about leaving out two folds, not about tuning: models that were trained without folds
j and k are tested on either, and their mean error on the K - 1 other folds is compared with the
error on fold k of the model that was trained without k alone. How far the two are apart beyond
the noise of fold k says how far the cross-validated error is from the error of the model.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from skhpo.statistics._checks import Array, check_level, finite
from skhpo.statistics.outcome import Interval


def bates_interval(
    inner_errors: Any, outer_errors: Any, folds: Any, *, level: float = 0.95
) -> Interval:
    """Interval for the error from all models that leave out one fold or two.

    Parameters
    ----------
    inner_errors : array-like of shape (n_repeats, n_rows, n_folds) or (n_rows, n_folds)
        ``inner_errors[r, i, k]`` is the loss of row i by the model that was trained without fold
        k and without the fold of row i; where k is the fold of row i it is not read (NaN).
    outer_errors : array-like of shape (n_repeats, n_rows) or (n_rows,)
        Loss of row i by the model that was trained without the fold of row i.
    folds : array-like of int of shape (n_repeats, n_rows) or (n_rows,)
        Which fold each row is in, 0 to n_folds - 1.
    level : float, default=0.95
        Nominal coverage, in (0, 1).

    Returns
    -------
    Interval
        Of the expected loss per row, around the estimate less its bias. For a score that is a
        negative loss, negate estimate, low and high, and swap the ends.

    Raises
    ------
    ValueError
        If the shapes do not fit, there are fewer than 3 folds, a fold has fewer than 2 rows, or
        an error that is read is not finite.

    Notes
    -----
    With ``a_k`` the squared difference of the two mean errors for fold k and ``b_k`` the variance
    of the errors of fold k over its number of rows, ``MSE = mean(a) - mean(b)``, times
    ``(K - 1) / K``. Its root is the standard error, kept between ``sd / sqrt(n)`` and ``sqrt(K)``
    times that, with ``sd`` of the inner errors. The bias of training on fewer rows is
    ``(1 + (K - 2) / K) (mean inner error - mean outer error)``. A repetition takes
    ``K (K + 1) / 2`` fits, and the mean square error settles only over many repetitions.

    References
    ----------
    .. [1] S. Bates, T. Hastie, R. Tibshirani: Cross-Validation: What Does It Estimate and How
       Well Does It Do It? Journal of the American Statistical Association 119 (2024) 1434-1445.

    Examples
    --------
    Predict the mean of the training rows; the true error is 1 + 1/30:

    >>> import numpy as np
    >>> from skhpo.statistics import bates_interval
    >>> y, folds = np.random.default_rng(0).normal(size=30), np.arange(30) % 3
    >>> inner, outer = np.full((30, 3), np.nan), np.empty(30)
    >>> for j in range(3):
    ...     outer[folds == j] = (y[folds == j] - y[folds != j].mean()) ** 2
    ...     for k in {0, 1, 2} - {j}:
    ...         train = (folds != j) & (folds != k)
    ...         inner[folds == j, k] = (y[folds == j] - y[train].mean()) ** 2
    >>> print(bates_interval(inner, outer, folds))
    0.6553 [0.04252, 1.268] (95 %, Bates nested CV)
    """
    check_level(level)
    outer = finite(np.atleast_2d(outer_errors), "outer_errors", ndim=2)
    inner, folds = _checked(inner_errors, folds, outer)
    n_folds = inner.shape[2]
    pivots = [
        _pivot(inner[r], outer[r], folds[r], k) for r in range(len(outer)) for k in range(n_folds)
    ]
    a, b = np.mean(pivots, axis=0)
    errors = inner[~np.isnan(inner)]
    floor = float(np.std(errors, ddof=1)) / math.sqrt(outer.shape[1])
    error = math.sqrt(max(0.0, (a - b) * (n_folds - 1) / n_folds))
    error = min(max(error, floor), math.sqrt(n_folds) * floor)
    nested = float(errors.mean())
    center = nested - (1 + (n_folds - 2) / n_folds) * (nested - float(outer.mean()))
    half = float(stats.norm.ppf((1 + level) / 2)) * error
    return Interval(center, center - half, center + half, level, "Bates nested CV")


def _pivot(inner: Array, outer: Array, folds: NDArray[np.intp], k: int) -> tuple[float, float]:
    """Return a_k and b_k of one repetition."""
    here = folds == k
    a = (inner[~here, k].mean() - outer[here].mean()) ** 2
    return float(a), float(np.var(outer[here], ddof=1) / here.sum())


def _checked(inner_errors: Any, folds: Any, outer: Array) -> tuple[Array, NDArray[np.intp]]:
    """Return the inner errors, NaN on the own fold, and the folds, both per repetition."""
    inner = np.array(inner_errors, dtype=np.float64, ndmin=3)
    folds = np.atleast_2d(np.asarray(folds))
    if inner.shape[:2] != outer.shape or folds.shape != outer.shape:
        raise ValueError(
            "inner_errors, outer_errors and folds should agree in repetitions and rows, got "
            f"shapes {inner.shape}, {outer.shape} and {folds.shape}."
        )
    n_folds = inner.shape[2]
    sizes = [np.bincount(f, minlength=n_folds) for f in folds]
    if n_folds < 3 or any(len(s) > n_folds or s.min() < 2 for s in sizes):
        raise ValueError(
            "folds should be 0 to n_folds - 1, with n_folds >= 3 and 2 rows or more in each, got "
            f"n_folds={n_folds} and sizes {[s.tolist() for s in sizes]}."
        )
    own = folds[:, :, None] == np.arange(n_folds)
    inner[own] = np.nan
    n_bad = int((~np.isfinite(inner) & ~own).sum())
    if n_bad:
        raise ValueError(
            f"inner_errors should be finite but on the own fold, got {n_bad} that are not."
        )
    return inner, folds
