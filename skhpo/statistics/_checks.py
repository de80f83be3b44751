"""Arguments that several statistics take."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def finite(values: Any, name: str, *, ndim: int = 1, at_least: int = 2) -> Array:
    """Return an array of finite numbers.

    Parameters
    ----------
    values : array-like
        What was given.
    name : str
        The parameter, for the message.
    ndim : int, default=1
        How many dimensions it has to have.
    at_least : int, default=2
        How long its last dimension is at the least.

    Returns
    -------
    ndarray of float
        The same numbers.

    Raises
    ------
    ValueError
        If the shape is another, or something is NaN or infinite.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != ndim:
        raise ValueError(f"{name} should have {ndim} dimension(s), got shape {array.shape}.")
    if array.shape[-1] < at_least or not array.size:
        raise ValueError(
            f"{name} should hold at least {at_least} numbers along its last dimension, "
            f"got shape {array.shape}."
        )
    n_bad = int((~np.isfinite(array)).sum())
    if n_bad:
        raise ValueError(f"{name} should be finite, got {n_bad} NaN or infinite of {array.size}.")
    return array


def check_level(level: float) -> None:
    """Refuse a level outside of (0, 1).

    Parameters
    ----------
    level : float
        Nominal coverage.

    Raises
    ------
    ValueError
        If it is not in (0, 1).
    """
    check_share(level, "level")


def check_share(value: float, name: str) -> None:
    """Refuse what is not in (0, 1).

    Parameters
    ----------
    value : float
        What was given.
    name : str
        The parameter, for the message.

    Raises
    ------
    ValueError
        If it is not in (0, 1).
    """
    if not 0 < value < 1:
        raise ValueError(f"{name} should lie in (0, 1), got {value!r}.")


def check_not_negative(value: float, name: str) -> None:
    """Refuse negative numbers, NaN and infinity.

    Parameters
    ----------
    value : float
        What was given.
    name : str
        The parameter, for the message.

    Raises
    ------
    ValueError
        If it is negative or not finite.
    """
    if not (0 <= value < np.inf):
        raise ValueError(f"{name} should be finite and not negative, got {value!r}.")
