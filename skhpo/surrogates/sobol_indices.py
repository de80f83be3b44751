"""Sobol' indices of any function of the unit cube, by sampling.

Notation
--------
A, B : (n, d)    two samples, independent of each other
AB_j             A with column j from B
V_j              variance of E[f | u_j]: what j explains alone
T_j              mean variance of f when all but j are known: what j takes part in

    V_j = Var f - ½ mean (f(B) - f(AB_j))²      (Jansen 1999)
    T_j = ½ mean (f(A) - f(AB_j))²

References
----------
Saltelli, Annoni, Azzini, Campolongo, Ratto & Tarantola (2010), Variance based sensitivity analysis
of model output, Computer Physics Communications 181. Jansen (1999), Analysis of variance designs
for model output, Computer Physics Communications 117.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Indices(NamedTuple):
    """Variances, not yet divided by that of the function.

    Parameters
    ----------
    total : float
        Variance of the function.
    first : ndarray of shape (k,)
        V_j of the k columns that were asked for.
    whole : ndarray of shape (k,)
        T_j.

    Examples
    --------
    >>> import numpy as np
    >>> Indices(1.0, np.array([0.5]), np.array([0.6])).whole
    array([0.6])
    """

    total: float
    first: Array
    whole: Array


def partial_variances(
    f: Callable[[Array], Array], A: Array, B: Array, columns: Sequence[int]
) -> Indices:
    """Estimate the variances that single columns explain, and take part in.

    Parameters
    ----------
    f : callable
        Takes points of shape (m, d), returns values of shape (m,).
    A, B : ndarray of shape (n, d)
        Two samples, such as the halves of a Sobol' sequence in 2d dimensions.
    columns : sequence of int
        Which columns.

    Returns
    -------
    Indices
        Estimates; the error of T is small where T is, that of V is not.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.stats import qmc
    >>> A, B = np.hsplit(qmc.Sobol(4, seed=0).random(1024), 2)
    >>> found = partial_variances(lambda u: u[:, 0] + 2 * u[:, 1], A, B, [0, 1])
    >>> (found.first * 12).round(1), (found.whole * 12).round(1)
    (array([1., 4.]), array([1., 4.]))
    """
    n = len(A)
    mixed = np.repeat(A[None], len(columns), axis=0)
    for row, j in enumerate(columns):
        mixed[row, :, j] = B[:, j]
    values = f(np.concatenate([A, B, mixed.reshape(-1, A.shape[1])]))
    of_A, of_B, of_mixed = values[:n], values[n : 2 * n], values[2 * n :].reshape(-1, n)
    total = float(np.var(values[: 2 * n]))
    first = total - 0.5 * np.mean((of_B - of_mixed) ** 2, axis=1)
    return Indices(total, first, 0.5 * np.mean((of_A - of_mixed) ** 2, axis=1))
