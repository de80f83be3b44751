"""Makes losses look normal: standardise, Yeo-Johnson, standardise.

    ψ(y) = ((y + 1)^λ - 1) / λ             y >= 0   (log(y + 1) for λ = 0)
    ψ(y) = -((1 - y)^(2-λ) - 1) / (2 - λ)  y < 0    (-log(1 - y) for λ = 2)

λ maximises the likelihood of a normal sample,
-(n/2) log var ψ(y) + (λ - 1) Σ sign(y) log(|y| + 1).

References
----------
Yeo & Johnson (2000), A new family of power transformations to improve normality or symmetry,
Biometrika 87(4).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import fminbound

Array = NDArray[np.float64]

LAMBDA_BOX = (-20.0, 20.0)  # wide enough for any sample; keeps the powers finite
MIN_SPREAD = 1e-12  # relative to the magnitude of the values


def yeo_johnson(y: Array, lam: float) -> Array:
    """Yeo-Johnson transform ψ with parameter λ, shape of ``y``.

    Examples
    --------
    >>> import numpy as np
    >>> yeo_johnson(np.array([-3.0, 0.0, 3.0]), 0.5)
    array([-4.66666667,  0.        ,  2.        ])
    """
    logs = np.log1p(np.abs(y))
    return np.where(y >= 0, _power(logs, lam), -_power(logs, 2.0 - lam))


def _power(logs: Array, exponent: float) -> Array:
    """(exp(logs)^e - 1)/e, and its limit at e = 0."""
    if abs(exponent) < 1e-12:
        return logs
    return np.asarray(np.expm1(exponent * logs) / exponent)


def best_lambda(y: Array) -> float:
    """λ of the largest likelihood.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Values, not all equal.

    Returns
    -------
    float
        λ within ``LAMBDA_BOX``.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.expm1(np.linspace(0.1, 2, 50))  # log(1 + y) is symmetric
    >>> abs(best_lambda(y)) < 0.1
    True
    """
    jacobian = float(np.sum(np.sign(y) * np.log1p(np.abs(y))))

    def loss(lam: float) -> float:
        var = float(np.var(yeo_johnson(y, lam)))
        if not np.isfinite(var) or var <= 0.0:
            return np.inf
        return 0.5 * len(y) * float(np.log(var)) - (lam - 1.0) * jacobian

    return float(fminbound(loss, *LAMBDA_BOX, xtol=1e-6))


def standardise(y: Array) -> Array | None:
    """Subtract the mean and divide by the standard deviation; None where that cannot be done.

    Examples
    --------
    >>> import numpy as np
    >>> standardise(np.array([1.0, 3.0]))
    array([-1.,  1.])
    >>> standardise(np.array([2.0, 2.0])) is None
    True
    """
    if not len(y):
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        magnitude = float(np.max(np.abs(y)))
        centred = y - np.mean(y)
        spread = float(np.std(centred))
    if not np.isfinite(spread) or spread <= MIN_SPREAD * magnitude or spread == 0.0:
        return None
    return np.asarray(centred / spread)


def normalise(y: Array) -> Array | None:
    """Standardise, transform with the best λ, standardise again.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Finite losses.

    Returns
    -------
    ndarray of shape (n,) or None
        Increasing in ``y``, with mean 0 and variance 1. The standardised values where the
        transform is not finite or constant; None where the losses themselves are constant or too
        large to be squared.

    Examples
    --------
    >>> import numpy as np
    >>> normalise(np.array([1.0, 2.0, 4.0, 8.0])).round(2)
    array([-1.23, -0.58,  0.39,  1.41])
    >>> normalise(np.array([0.5, 0.5, 0.5])) is None
    True
    """
    standard = standardise(y)
    if standard is None:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        transformed = standardise(yeo_johnson(standard, best_lambda(standard)))
    return standard if transformed is None else transformed


def inverse_yeo_johnson(z: Array, lam: float) -> Array:
    """Return the y with ψ(y) = z; infinite where ψ does not reach z.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.array([-3.0, 0.0, 3.0])
    >>> bool(np.allclose(inverse_yeo_johnson(yeo_johnson(y, 0.5), 0.5), y))
    True
    """
    size = np.abs(z)
    return np.where(z >= 0, _inverse_power(size, lam), -_inverse_power(size, 2.0 - lam))


def _inverse_power(size: Array, exponent: float) -> Array:
    """(e t + 1)^(1/e) - 1, and its limit at e = 0."""
    if abs(exponent) < 1e-12:
        return np.asarray(np.expm1(size))
    with np.errstate(divide="ignore", over="ignore"):
        logs = np.log(np.maximum(exponent * size + 1.0, 0.0)) / exponent
        return np.asarray(np.expm1(logs))


def denormalise(z: Array, y: Array) -> Array:
    """Return the losses that `normalise`, applied to ``y``, would have mapped to ``z``.

    Parameters
    ----------
    z : ndarray
        Normalised losses, between those of ``y`` and beyond.
    y : ndarray of shape (n,)
        What was normalised, not constant.

    Returns
    -------
    ndarray
        Losses, no further from the range of ``y`` than it is wide.

    Raises
    ------
    ValueError
        If ``y`` cannot be normalised.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.array([1.0, 2.0, 4.0, 8.0])
    >>> bool(np.allclose(denormalise(normalise(y), y), y))
    True
    """
    standard = standardise(y)
    if standard is None:
        raise ValueError("y is constant: it cannot be normalised.")
    lam = best_lambda(standard)
    with np.errstate(over="ignore", invalid="ignore"):
        normal = yeo_johnson(standard, lam)
        back = z
        if standardise(normal) is not None:
            back = inverse_yeo_johnson(z * np.std(normal) + np.mean(normal), lam)
    width = np.ptp(y)
    return np.asarray(np.clip(back * np.std(y) + np.mean(y), y.min() - width, y.max() + width))
