"""Cholesky factors by direct LAPACK calls.

The checks of the high-level functions cost as much as the work at n = 50, and a likelihood is
evaluated some thirty times a proposal.
"""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas, lapack

Array = NDArray[np.float64]

JITTERS = (0.0, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2)  # times the mean of the diagonal


def cholesky(C: Array) -> Array:
    """Lower Cholesky factor of a covariance matrix, with a ladder of jitters.

    Parameters
    ----------
    C : ndarray of shape (n, n)
        Symmetric, positive definite up to rounding.

    Returns
    -------
    ndarray of shape (n, n)
        L with L L' = C + jitter; the jitter is the first of ``JITTERS`` (times the mean of the
        diagonal) that makes it possible.

    Raises
    ------
    numpy.linalg.LinAlgError
        If C is not positive definite even with the largest jitter, or not finite.

    Examples
    --------
    >>> import numpy as np
    >>> cholesky(np.array([[4.0, 2.0], [2.0, 5.0]]))
    array([[2., 0.],
           [1., 2.]])
    """
    level = float(np.trace(C)) / max(1, len(C))
    for jitter in JITTERS:
        shifted = np.array(C, order="F")
        if jitter:
            shifted.flat[:: len(C) + 1] += jitter * level
        L, info = lapack.dpotrf(shifted, lower=1, clean=1, overwrite_a=1)
        if info == 0 and np.isfinite(L[-1:, -1:]).all():
            return np.asarray(L)
    raise np.linalg.LinAlgError(
        f"covariance of {len(C)} points: not positive definite, even with jitter {JITTERS[-1]}."
    )


def inverse(L: Array) -> Array:
    """Inverse of C from its lower Cholesky factor, shape (n, n).

    Examples
    --------
    >>> import numpy as np
    >>> inverse(np.array([[2.0, 0.0], [0.0, 4.0]]))
    array([[0.25  , 0.    ],
           [0.    , 0.0625]])
    """
    lower, _ = lapack.dpotri(L, lower=1)
    lower = np.tril(lower)
    full = lower + lower.T
    full.flat[:: len(L) + 1] *= 0.5
    return np.asarray(full)


def solve(L: Array, b: Array) -> Array:
    """C⁻¹ b from the lower Cholesky factor of C, shape of ``b``.

    Examples
    --------
    >>> import numpy as np
    >>> solve(np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([4.0, 16.0]))
    array([1., 1.])
    """
    x, _ = lapack.dpotrs(L, b, lower=1)
    return np.asarray(x).reshape(b.shape)


def triangular_inverse(L: Array) -> Array:
    """L⁻¹ of a lower triangular matrix, shape (n, n).

    Examples
    --------
    >>> import numpy as np
    >>> triangular_inverse(np.array([[2.0, 0.0], [1.0, 2.0]]))
    array([[ 0.5 ,  0.  ],
           [-0.25,  0.5 ]])
    """
    inv, _ = lapack.dtrtri(L, lower=1)
    return np.asarray(inv)


def triangular_product(L: Array, B: Array) -> Array:
    """L B of a lower triangular matrix, at half the cost of a product of full ones.

    Parameters
    ----------
    L : ndarray of shape (n, n)
        Lower triangular; best in Fortran order, which is not copied.
    B : ndarray of shape (n, m)
        Any matrix.

    Returns
    -------
    ndarray of shape (n, m)
        The product.

    Examples
    --------
    >>> import numpy as np
    >>> triangular_product(np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([[1.0], [3.0]]))
    array([[2.],
           [4.]])
    """
    return np.asarray(blas.dtrmm(1.0, L, B, lower=1))


@contextmanager
def one_thread() -> Iterator[None]:
    """Run the BLAS on one thread inside; without threadpoolctl, leave it as it is.

    The matrices are small: more threads cost more than they gain, and the cores belong to the
    fits that a search runs.

    Examples
    --------
    >>> with one_thread():
    ...     C = inverse(cholesky(np.eye(3)))
    """
    controller = _blas_controller()
    if controller is None:
        yield
        return
    with controller.limit(limits=1, user_api="blas"):
        yield


@cache
def _blas_controller() -> Any:
    """Find the BLAS libraries once: that takes milliseconds, to limit them microseconds."""
    try:
        return importlib.import_module("threadpoolctl").ThreadpoolController()
    except ImportError:
        return None
