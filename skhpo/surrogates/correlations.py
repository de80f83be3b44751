"""Functions that kernels are made of, and their derivatives.

Stationary ones are functions of the scaled squared distance r², M(0) = 1:

    matern52    (1 + √5 r + 5 r²/3) exp(-√5 r)      dM/dr² = -(5/6) (1 + √5 r) exp(-√5 r)
    matern32    (1 + √3 r) exp(-√3 r)               dM/dr² = -(3/2) exp(-√3 r)
    matern12    exp(-r)                             dM/dr² = -exp(-r)/(2r)
    rbf         exp(-r²/2)                          dM/dr² = -exp(-r²/2)/2

The quadratic one is a function of the scaled scalar product t = x·x': (1 + t)², 2 (1 + t).

References
----------
Rasmussen & Williams (2006), Gaussian Processes for Machine Learning, sections 4.2.1 and 4.2.2.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Function = Callable[[Array], tuple[Array, Array]]

SAME_POINT = 1e-16  # r² below which the kink of Matérn-1/2 has slope 0, which multiplies zeros


def matern52(r2: Array) -> tuple[Array, Array]:
    """Matérn-5/2 correlation and its derivative with respect to the squared distance.

    Parameters
    ----------
    r2 : ndarray
        Squared distances r², scaled.

    Returns
    -------
    M : ndarray
        (1 + √5 r + 5 r²/3) exp(-√5 r).
    dM : ndarray
        dM/dr² = -(5/6) (1 + √5 r) exp(-√5 r), finite at r = 0.

    Examples
    --------
    >>> import numpy as np
    >>> M, dM = matern52(np.array([0.0, 1.0]))
    >>> M.round(6), dM.round(6)
    (array([1.      , 0.523994]), array([-0.833333, -0.28822 ]))
    """
    r = np.sqrt(5.0 * r2)
    decay = np.exp(-r)
    r += 1.0
    M = r + (5.0 / 3.0) * r2
    M *= decay
    decay *= -5.0 / 6.0
    decay *= r
    return M, decay


def matern32(r2: Array) -> tuple[Array, Array]:
    """Matérn-3/2 correlation (1 + √3 r) exp(-√3 r) and its derivative.

    Examples
    --------
    >>> import numpy as np
    >>> M, dM = matern32(np.array([0.0, 1.0]))
    >>> M.round(6), dM.round(6)
    (array([1.      , 0.483358]), array([-1.5     , -0.265382]))
    """
    r = np.sqrt(3.0 * r2)
    decay = np.exp(-r)
    return (1.0 + r) * decay, -1.5 * decay


def matern12(r2: Array) -> tuple[Array, Array]:
    """Matérn-1/2 correlation exp(-r) and its derivative, which is taken for 0 at r = 0.

    Examples
    --------
    >>> import numpy as np
    >>> M, dM = matern12(np.array([0.0, 1.0]))
    >>> M.round(6), dM.round(6)
    (array([1.      , 0.367879]), array([-0.     , -0.18394]))
    """
    r = np.sqrt(r2)
    M = np.exp(-r)
    return M, -0.5 * np.where(r2 > SAME_POINT, M / np.maximum(r, np.sqrt(SAME_POINT)), 0.0)


def rbf(r2: Array) -> tuple[Array, Array]:
    """Squared exponential correlation exp(-r²/2) and its derivative.

    Examples
    --------
    >>> import numpy as np
    >>> M, dM = rbf(np.array([0.0, 1.0]))
    >>> M.round(6), dM.round(6)
    (array([1.      , 0.606531]), array([-0.5     , -0.303265]))
    """
    M = np.exp(-0.5 * r2)
    return M, -0.5 * M


def quadratic(t: Array) -> tuple[Array, Array]:
    """(1 + t)² of scaled scalar products t, and its derivative 2 (1 + t).

    Examples
    --------
    >>> import numpy as np
    >>> quadratic(np.array([0.0, 2.0]))
    (array([1., 9.]), array([2., 6.]))
    """
    u = 1.0 + t
    return u * u, 2.0 * u


CORRELATIONS: dict[str, Function] = {
    "matern12": matern12,
    "matern32": matern32,
    "matern52": matern52,
    "rbf": rbf,
}
