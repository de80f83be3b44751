"""Checks of arguments that splitters share."""

import numbers
from collections.abc import Sequence
from typing import Any


def check_n_splits(
    value: Any, *, least: int = 2, optional: bool = False, name: str = "n_splits"
) -> int | None:
    """Return a number of splits.

    Parameters
    ----------
    value : int or None
        As the user gave it.
    least : int, default=2
        The smallest that is allowed.
    optional : bool, default=False
        Whether None is allowed.
    name : str, default="n_splits"
        Of the argument.

    Returns
    -------
    int or None
        None where that is allowed and given.

    Raises
    ------
    ValueError
        If it is no such number.

    Examples
    --------
    >>> check_n_splits(1)
    Traceback (most recent call last):
    ...
    ValueError: n_splits=1 should be an int of at least 2.
    """
    if value is None and optional:
        return None
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < least:
        also = " or None" if optional else ""
        raise ValueError(f"{name}={value!r} should be an int of at least {least}{also}.")
    return int(value)


def check_option(name: str, value: Any, allowed: Sequence[Any]) -> None:
    """Refuse what is not one of the options.

    Parameters
    ----------
    name : str
        Of the argument.
    value : object
        As the user gave it.
    allowed : sequence
        The options.

    Raises
    ------
    ValueError
        If the value is none of them.
    """
    if not isinstance(value, str | bool) or value not in allowed:
        raise ValueError(f"{name}={value!r} should be one of {', '.join(map(repr, allowed))}.")
