"""Comparing and showing values without ever hashing or changing them."""

from collections.abc import Mapping
from math import isfinite
from operator import attrgetter, methodcaller
from typing import Any

import numpy as np

Number = int | float


def is_number(value: object) -> bool:
    """Whether this is an int or a float, of Python or numpy, and no bool."""
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(
        value, bool
    )


def is_integer(value: object) -> bool:
    """Whether this is an int of Python or numpy, and no bool."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def native(value: Any) -> Any:
    """Return the Python scalar of a numpy number, bool or string; anything else as it is."""
    if isinstance(value, np.integer | np.floating | np.bool_ | np.str_):
        return value.item()
    return value


def finite_number(owner: str, parameter: str, value: Any) -> Number:
    """Return a bound as a native number.

    Raises
    ------
    TypeError
        If ``value`` is not a number.
    ValueError
        If it is infinite or NaN.
    """
    if not is_number(value):
        raise TypeError(
            f"{owner}: {parameter} should be a number, got {show(value)} "
            f"of type {type(value).__name__}."
        )
    if not isfinite(value):
        raise ValueError(f"{owner}: {parameter} should be finite, got {value!r}.")
    number: Number = value.item() if isinstance(value, np.generic) else value
    return number


def is_estimator(value: object) -> bool:
    """Whether this is an instance with ``get_params`` and ``set_params``."""
    return (
        hasattr(value, "get_params")
        and hasattr(value, "set_params")
        and not isinstance(value, type)
    )


def same_value(a: Any, b: Any) -> bool:
    """Whether two values are one: identical, or of one type and equal.

    Estimators are equal when their types and all their parameters are, and so are splitters of
    cross-validation; NaN equals NaN.
    """
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if is_estimator(a):
        return _same_mapping(a.get_params(deep=False), b.get_params(deep=False))
    if isinstance(a, dict):
        return _same_mapping(a, b)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same_value, a, b))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and same_value(a.tolist(), b.tolist())
    return _same_maker(a, b) or _equal(a, b)


def same_number(a: Any, b: Any) -> bool:
    """Whether two values are numbers of equal value (1 and 1.0), bools aside."""
    return is_number(a) and is_number(b) and bool(a == b)


def _same_maker(a: Any, b: Any) -> bool:
    """Whether two getters or splitters, none of which is ever equal to another, do the same."""
    if isinstance(a, methodcaller | attrgetter):
        return repr(a) == repr(b)  # it says all there is
    return _is_splitter(a) and _same_mapping(vars(a), vars(b))


def _is_splitter(value: Any) -> bool:
    kind = type(value)
    return hasattr(kind, "split") and hasattr(kind, "get_n_splits") and hasattr(value, "__dict__")


def _same_mapping(a: Mapping[Any, Any], b: Mapping[Any, Any]) -> bool:
    return a.keys() == b.keys() and all(same_value(a[key], b[key]) for key in a)


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, float) and a != a:
        return bool(b != b)
    try:
        return bool(a == b)
    except (TypeError, ValueError):  # as of data frames; such are told apart by identity
        return False


def show(value: object, width: int = 80) -> str:
    """Return a ``repr`` on one line, cut to ``width`` characters."""
    text = getattr(value, "__qualname__", None) or " ".join(repr(value).split())
    text = str(text)
    return text if len(text) <= width else text[: width - 3] + "..."


def show_many(values: Any, width: int = 200) -> str:
    """Return some values on one line, separated by commas."""
    parts: list[str] = []
    for value in values:
        parts.append(show(value))
        if sum(map(len, parts)) > width:
            return ", ".join(parts) + ", ..."
    return ", ".join(parts)
