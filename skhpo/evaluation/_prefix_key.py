"""A key for an unfitted estimator, so that equal keys mean equal fits."""

import io
import pickle
import random
from functools import singledispatch
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.preprocessing import TargetEncoder

_ATOMS = frozenset({str, bytes, int, bool, complex, type(None)})
_RANDOM = (
    np.random.RandomState,  # noqa: TID251 (to be recognised, not used)
    np.random.Generator,
    np.random.BitGenerator,
    random.Random,
)
_SEEDS = ("random_state", "rng", "seed")
_MANY = 32  # elements of a container


class UnknownContentError(Exception):
    """The content of a value cannot be told, or its behaviour does not follow from it."""


@singledispatch
def key_of(value: Any) -> Any:
    """Return a hashable key that is equal for two values only if they behave the same.

    Parameters
    ----------
    value : object
        An unfitted estimator, or a value of one of its parameters.

    Returns
    -------
    hashable
        For an estimator its class and the keys of all its attributes, for functions and classes
        they themselves, for values of no known type their pickle.

    Raises
    ------
    UnknownContentError
        If there is no such key: for what cannot be pickled, and for anything that draws random
        numbers without a fixed integer as its seed.

    Examples
    --------
    >>> from sklearn.preprocessing import StandardScaler
    >>> key_of(StandardScaler()) == key_of(StandardScaler())
    True
    >>> key_of(StandardScaler()) == key_of(StandardScaler(with_mean=False))
    False
    """
    kind = type(value)
    return (kind, value) if kind in _ATOMS else _pickled(value)


@key_of.register(float)
def _(value: float) -> Any:
    return type(value), repr(value)  # tells -0.0 from 0.0; NaN equals itself


@key_of.register(type)
@key_of.register(FunctionType)
@key_of.register(BuiltinFunctionType)
@key_of.register(np.ufunc)
def _(value: Any) -> Any:
    return value


@key_of.register(list)
@key_of.register(tuple)
def _(value: list[Any] | tuple[Any, ...]) -> Any:
    if len(value) > _MANY or type(value) not in {list, tuple}:
        return _pickled(value)  # costs less than the keys of many elements
    return type(value), tuple(map(key_of, value))


@key_of.register(dict)
def _(value: dict[Any, Any]) -> Any:
    if len(value) > _MANY or type(value) is not dict:
        return _pickled(value)
    return type(value), tuple((key_of(name), key_of(item)) for name, item in value.items())


@key_of.register(BaseEstimator)
def _(value: BaseEstimator) -> Any:
    kind: Any = type(value)
    if kind.__sklearn_clone__ is not BaseEstimator.__sklearn_clone__:
        return _identity(value)
    if not _is_plain(kind):
        raise UnknownContentError(f"{kind.__name__} keeps its state elsewhere")
    state = vars(value)
    _refuse_random(_seeds(value))
    _refuse_in_place(state)
    if state.get("_skl_callbacks"):
        raise UnknownContentError(f"{kind.__name__} has callbacks")
    return kind, tuple((name, key_of(item)) for name, item in state.items())


def _identity(value: Any) -> Any:
    """Return the object as its own key: one that is not cloned, such as a frozen estimator."""
    kind: Any = type(value)
    if kind.__hash__ is not object.__hash__ or kind.__eq__ is not object.__eq__:
        raise UnknownContentError(f"{kind.__name__} has an equality of its own")
    return value


def _is_plain(kind: Any) -> bool:
    """Whether all that instances hold is in their ``__dict__``."""
    return (
        kind.__new__ is object.__new__
        and kind.__reduce_ex__ is object.__reduce_ex__
        and not any(vars(base).get("__slots__") for base in kind.__mro__)
    )


def _seeds(estimator: BaseEstimator) -> dict[str, Any]:
    """Return the attributes that the randomness of an estimator follows from."""
    state: dict[str, Any] = vars(estimator)
    if not isinstance(estimator, TargetEncoder):
        return state
    # shuffles, though it does not look it, when ``cv`` is a number; else ``cv`` has the seed
    return {"random_state": state.get("random_state")} if isinstance(state["cv"], int) else {}


def _refuse_random(state: dict[str, Any]) -> None:
    for name in _SEEDS:
        if name in state and not isinstance(state[name], int | np.integer):
            raise UnknownContentError(f"{name} is {state[name]!r}, not an integer")


def _refuse_in_place(state: dict[str, Any]) -> None:
    """Refuse what may write into its input, which others are given too."""
    for name, item in state.items():
        if name.startswith("copy") and item is False:
            raise UnknownContentError(f"{name} is False")


def _pickled(value: Any) -> Any:
    file = io.BytesIO()
    try:
        _Pickler(file, protocol=5).dump(value)
    except (pickle.PicklingError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise UnknownContentError(f"{type(value).__name__} cannot be pickled") from error
    return type(value), file.getvalue()


class _Pickler(pickle.Pickler):
    """Refuses what hides randomness, or an estimator, inside something else."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, (*_RANDOM, BaseEstimator)):
            raise UnknownContentError(f"{type(value).__name__} inside a parameter")
        if not isinstance(value, type):
            _refuse_random(getattr(value, "__dict__", {}))
        return NotImplemented
