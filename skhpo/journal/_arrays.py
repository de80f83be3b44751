"""Arrays of numbers as text for a journal, and back: data, never pickled."""

import base64
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

NUMBERS = frozenset("bifuc")  # kinds of dtypes that have no references


def encoded(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Any] | None:
    """Return arrays as what JSON knows.

    Parameters
    ----------
    arrays : dict of str to ndarray
        By name.

    Returns
    -------
    dict of str to list, or None
        For each the type, the shape and the compressed content. None if one of them does not
        hold numbers.

    Examples
    --------
    >>> import numpy as np
    >>> decoded(encoded({"predict": np.array([1.5, 2.0])}))
    {'predict': array([1.5, 2. ])}
    """
    if any(array.dtype.kind not in NUMBERS for array in arrays.values()):
        return None
    return {name: _encoded(array) for name, array in arrays.items()}


def decoded(record: Mapping[str, Any] | None) -> dict[str, NDArray[Any]] | None:
    """Return the arrays of a record.

    Parameters
    ----------
    record : dict of str to list, or None
        As `encoded` has made it.

    Returns
    -------
    dict of str to ndarray, or None
        None for None, and for what is no such record.
    """
    if record is None:
        return None
    try:
        return {name: _decoded(*parts) for name, parts in record.items()}
    except (AttributeError, TypeError, ValueError, zlib.error):
        return None


def _encoded(array: NDArray[Any]) -> list[Any]:
    content = zlib.compress(np.ascontiguousarray(array).tobytes(), level=1)
    return [array.dtype.str, [*array.shape], base64.b64encode(content).decode("ascii")]


def _decoded(dtype: str, shape: list[int], content: str) -> NDArray[Any]:
    kind = np.dtype(dtype)
    if kind.kind not in NUMBERS:
        raise ValueError(f"dtype {dtype!r} does not hold numbers")
    data = zlib.decompress(base64.b64decode(content, validate=True))
    return np.frombuffer(data, dtype=kind).reshape(shape).copy()
