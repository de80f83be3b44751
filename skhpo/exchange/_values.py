"""Values of parameters as JSON and back: plain ones exactly, all others as text.

Nothing is pickled, and nothing that is read makes code run: of an object its text comes back.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import numpy as np

_KINDS = "biuf"  # of numpy: bools and numbers
_WIDEST = 8  # bytes of a number; what is wider is no number of Python


class Unrestored(str):
    """The text of an object that a file of results could not hold.

    It is no value for an estimator. ``warm_start_from`` puts the object of the new search space
    in its place that has the same ``repr``.

    Parameters
    ----------
    text : str
        The ``repr`` of the object.
    kind : str
        Its class, with the module.

    Examples
    --------
    >>> from skhpo.exchange import Unrestored
    >>> value = Unrestored("SVC(C=3)", "sklearn.svm._classes.SVC")
    >>> value
    <not restored: SVC(C=3)>
    >>> str(value), value.kind
    ('SVC(C=3)', 'sklearn.svm._classes.SVC')
    """

    kind: str

    def __new__(cls, text: str, kind: str) -> "Unrestored":
        """Return the text with the class."""
        made = super().__new__(cls, text)
        made.kind = kind
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.kind

    def __str__(self) -> str:
        return "".join(self)

    def __repr__(self) -> str:
        return f"<not restored: {self}>"


def encoded(value: Any) -> Any:
    """Return what JSON can hold of a value.

    Parameters
    ----------
    value : object
        Any value.

    Returns
    -------
    object
        Strings, whole numbers, finite floats, bools, None and lists of such as they are;
        anything else as a dict of one key that says what it is.
    """
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return value if isfinite(value) else {"float": repr(value)}
    if isinstance(value, np.generic) and _is_plain(value.dtype):
        return {"numpy": [value.dtype.str, encoded(value.item())]}
    if type(value) is list:
        return [*map(encoded, value)]
    if type(value) is tuple:
        return {"tuple": [*map(encoded, value)]}
    if type(value) is dict:
        return {"dict": [[encoded(k), encoded(v)] for k, v in value.items()]}
    if isinstance(value, Unrestored):
        return {"object": [str(value), value.kind]}
    kind = value if isinstance(value, type) else type(value)
    return {"object": [repr(value), f"{kind.__module__}.{kind.__qualname__}"]}


def decoded(value: Any) -> Any:
    """Return the value that was encoded.

    Parameters
    ----------
    value : object
        What `encoded` returned, through JSON.

    Returns
    -------
    object
        The value; `Unrestored` for an object.

    Raises
    ------
    ValueError
        If nothing is encoded in this way.
    """
    if isinstance(value, list):
        return [*map(decoded, value)]
    if not isinstance(value, Mapping):
        return value
    try:
        [(kind, content)] = value.items()
        return _DECODERS[kind](content)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"no value is written as {str(value)[:80]!r}.") from error


def plain_dtype(text: Any) -> np.dtype[Any]:
    """Return a type of bools, numbers, strings or objects.

    Raises
    ------
    ValueError
        If it is of no such kind.
    """
    try:
        dtype = np.dtype(str(text))
    except TypeError as error:
        raise ValueError(f"{text!r} is no type of a column.") from error
    if not (dtype.kind == "O" or _is_plain(dtype)):
        raise ValueError(f"{text!r} is no type of a column.")
    return dtype


def _is_plain(dtype: np.dtype[Any]) -> bool:
    if dtype.kind == "U":
        return dtype.itemsize <= _LONGEST
    return dtype.kind in _KINDS and dtype.itemsize <= _WIDEST


_LONGEST = 2**20  # bytes of a string: a file may claim anything


def _numpy_scalar(content: Any) -> Any:
    text, value = content
    dtype = plain_dtype(text)
    if dtype.kind == "O":
        raise ValueError(f"{text!r} is no type of a number.")
    return dtype.type(decoded(value))


_DECODERS: Mapping[str, Any] = {
    "float": float,
    "numpy": _numpy_scalar,
    "tuple": lambda content: tuple(map(decoded, content)),
    "dict": lambda content: {decoded(k): decoded(v) for k, v in content},
    "object": lambda content: Unrestored(*map(str, content)),
}
