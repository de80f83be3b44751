"""Main effects of levels, from data that need not be balanced."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from skhpo.designs.galois import Table

Floats = NDArray[np.float64]


def main_effects(levels: Table, y: Floats, *, ridge: float = 1.0) -> list[Floats]:
    """Estimate an additive model: a value for each level of each column.

    All columns are fitted together by ridge regression, so that what one column owes to another
    (levels of the one met mostly with good levels of the other) is not counted twice, as it
    would be in plain averages of unbalanced data. A level that was met ``ridge`` times is
    shrunk by half.

    Parameters
    ----------
    levels : ndarray of int, shape (n, k)
        Level of each column in each row, from 0.
    y : ndarray of float, shape (n,)
        What came of each row, finite.
    ridge : float, default=1.0
        Rows' worth of belief that a level has no effect.

    Returns
    -------
    list of ndarray of float
        For each column the effects of its levels, in the units of ``y``; 0 for a level that was
        never met.

    Examples
    --------
    >>> levels = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> a, b = main_effects(levels, np.array([0.0, 1.0, 10.0, 11.0]), ridge=1e-9)
    >>> a.round(3).tolist(), b.round(3).tolist()
    ([-5.0, 5.0], [-0.5, 0.5])
    """
    n, k = levels.shape
    if not n or not k:
        return [np.zeros(1) for _ in range(k)]
    counts = levels.max(axis=0) + 1
    starts = np.concatenate([[0], np.cumsum(counts)])
    Z = np.zeros((n, starts[-1]))
    Z[np.arange(n)[:, None], levels + starts[:-1]] = 1.0
    A = Z.T @ Z
    A[np.diag_indices_from(A)] += ridge
    effects = np.linalg.solve(A, Z.T @ (y - y.mean()))
    return [effects[a:b] for a, b in pairwise(starts)]


def effect_variances(levels: Table, y: Floats, *, ridge: float = 1.0) -> Floats:
    """Return how much of the variance the main effect of each column is.

    Parameters
    ----------
    levels : ndarray of int, shape (n, k)
        Level of each column in each row, from 0.
    y : ndarray of float, shape (n,)
        What came of each row, finite.
    ridge : float, default=1.0
        As in `main_effects`.

    Returns
    -------
    ndarray of float, shape (k,)
        Variance over the rows of what a column's level contributes.

    Examples
    --------
    >>> levels = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> variances = effect_variances(levels, np.array([0.0, 1.0, 10.0, 11.0]), ridge=1e-9)
    >>> variances.round(3).tolist()
    [25.0, 0.25]
    """
    effects = main_effects(levels, y, ridge=ridge)
    return np.array(
        [np.var(f[levels[:, j]]) if len(levels) else 0.0 for j, f in enumerate(effects)]
    )
