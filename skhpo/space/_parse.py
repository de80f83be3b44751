"""From what users write to a tree."""

import copy
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from skhpo.space._dimension import Dimension
from skhpo.space._foreign import from_foreign, is_foreign
from skhpo.space._template import dimensions_of, is_template, stands_for_values, strip
from skhpo.space._tree import Alternative, Group, Leaf, group
from skhpo.space._values import Number, is_estimator, is_integer, is_number, native, show
from skhpo.space.choice import Choice, When
from skhpo.space.distribution import from_distribution, is_distribution
from skhpo.space.empirical import from_draws
from skhpo.space.integer import Integer
from skhpo.space.ordinal import Ordinal
from skhpo.space.real import Real

SCALES = ("uniform", "log-uniform")
MISSPELT = ("log", "linear", "loguniform", "log_uniform", "reciprocal")


def check_definition(definition: Any) -> list[dict[str, Any]]:
    """Return the dicts of a definition; the wording of the errors is scikit-learn's.

    Parameters
    ----------
    definition : mapping, or iterable of mappings
        What the user gave.

    Returns
    -------
    list of dict
        At least one; copies that share their values with the user's.

    Raises
    ------
    TypeError
        If it is anything else.
    ValueError
        If there is no dict.
    """
    if isinstance(definition, str) or not isinstance(definition, Mapping | Iterable):
        raise TypeError(
            "Parameter distribution is not a dict or a list,"
            f" got: {definition!r} of type {type(definition).__name__}"
        )
    parts = [definition] if isinstance(definition, Mapping) else list(definition)
    if not parts:
        raise ValueError("Parameter distribution should have at least one dict, got none.")
    for part in parts:
        if not isinstance(part, Mapping):
            raise TypeError(f"Parameter distribution is not a dict ({part!r})")
    return [{key: _frozen(key, value) for key, value in part.items()} for part in parts]


def _frozen(path: Any, value: Any) -> Any:
    """Return what stays as it is: of a list, which the user may change, a copy."""
    if type(value) in (list, tuple):
        return type(value)(_ours(path, element) for element in value)
    return _ours(path, value)


def _ours(path: Any, value: Any) -> Any:
    """Return a value with our dimensions in the place of those of other libraries.

    The text of some of those does not say their range, and a journal has to notice another one.
    """
    if is_foreign(value):
        return from_foreign(path, value)
    if isinstance(value, When):
        siblings = {name: _frozen(name, sibling) for name, sibling in value.siblings.items()}
        return When(_ours(path, value.value), **siblings)
    if isinstance(value, Choice):
        made = [_ours(path, alternative) for alternative in value.alternatives]
        is_same = all(map(operator.is_, made, value.alternatives))
        return value if is_same else value._remade(made, range(len(made)))
    if is_template(value):
        dimensions = dimensions_of(value).items()
        inside = {k: from_foreign(f"{path}__{k}", v) for k, v in dimensions if is_foreign(v)}
        return copy.deepcopy(value).set_params(**inside) if inside else value
    return value


def parse_dict(definition: Mapping[str, Any]) -> Group:
    """Return the tree of one dict.

    Parameters
    ----------
    definition : mapping of str to object
        What may be tried, by the names that ``set_params`` takes.

    Returns
    -------
    tuple of Leaf
        One leaf for each key, in the order of the keys.

    Raises
    ------
    TypeError, ValueError
        If a key is no string, or a value is not one of the forms that are allowed.
    """
    for key in definition:
        if not isinstance(key, str):
            raise TypeError(f"Parameter names should be strings, got {key!r}.")
    return group([parse_value(key, value) for key, value in definition.items()])


def parse_value(path: str, value: Any) -> Leaf:
    """Return the leaf of one parameter, from any of the forms that are allowed."""
    if isinstance(value, When):
        raise TypeError(f"Parameter {path!r}: {show(value)} should stand inside a Choice.")
    if not isinstance(value, Dimension):
        value = _as_dimension(path, value)
    if not isinstance(value, Choice):
        return Leaf(path, value)
    names = value.names or (None,) * value.n_values
    return Leaf(
        path,
        value,
        tuple(
            _parse_alternative(path, alternative, name)
            for alternative, name in zip(value.alternatives, names, strict=True)
        ),
    )


def _as_dimension(path: str, value: Any) -> Dimension:
    if is_foreign(value):  # before distributions: some can be drawn from, but draw lists
        return from_foreign(path, value)
    if is_template(value):
        return Choice(value)
    if hasattr(value, "rvs") and not isinstance(value, type):
        return from_distribution(path, value) if is_distribution(value) else from_draws(value)
    if isinstance(value, tuple):
        found = _range(path, value)
        if found is not None:
            return found
    return _alternatives(_listed(path, value))


def _range(path: str, value: tuple[Any, ...]) -> Dimension | None:
    """Return the range that a tuple stands for, None when it is a tuple of alternatives."""
    has_scale = len(value) == 3 and isinstance(value[2], str) and value[2] in SCALES
    if len(value) not in (2, 3) or not all(map(is_number, value[:2])):
        return None
    if len(value) == 3 and not has_scale:
        if isinstance(value[2], str) and value[2] in MISSPELT:
            raise ValueError(
                f"Parameter {path!r}: the scale of a range should be one of {SCALES}, "
                f"got {value!r}."
            )
        return None
    log = has_scale and value[2] == "log-uniform"
    low, high = value[:2]
    try:
        if is_integer(low) and is_integer(high):
            return Integer(low, high, log=log)
        return Real(low, high, log=log)
    except ValueError as error:
        raise ValueError(
            f"Parameter {path!r}: {value!r} is a range (low, high). {error} "
            "Alternatives should be given as a list."
        ) from None


def _listed(path: str, value: Any) -> list[Any]:
    """Return the alternatives of a sequence; the wording of the errors is scikit-learn's."""
    if hasattr(value, "to_numpy") and not is_estimator(value):  # a column of a data frame
        value = value.to_numpy()
    if isinstance(value, np.ndarray):
        if value.ndim != 1:
            raise ValueError(
                f"Parameter array for {path!r} should be one-dimensional, got:"
                f" {value!r} with shape {value.shape}"
            )
    elif isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise TypeError(
            f"Parameter grid for parameter {path!r} needs to be a list or a"
            f" numpy array, but got {value!r} (of type "
            f"{type(value).__name__}) instead. Single values "
            "need to be wrapped in a list with one element."
        )
    if len(value) == 0:
        raise ValueError(
            f"Parameter grid for parameter {path!r} need "
            f"to be a non-empty sequence, got: {value!r}"
        )
    return [native(element) for element in value]


def _alternatives(values: list[Any]) -> Dimension:
    numbers: list[Number] = [v for v in values if is_number(v) and np.isfinite(v)]
    if len(numbers) == len(values) == len(set(numbers)):
        return Ordinal(numbers)
    return Choice(*values)


def _parse_alternative(path: str, raw: Any, label: str | None) -> Alternative:
    if isinstance(raw, When):
        return _parse_when(path, raw, label)
    if is_template(raw):
        return _parse_template(path, raw, label)
    if stands_for_values(raw):
        inner = parse_value(path, raw)
        return Alternative(inner.dimension, label, (inner,), deferred=True)
    return Alternative(raw, label)


def _parse_when(path: str, when: When, label: str | None) -> Alternative:
    inner = _parse_alternative(path, when.value, label)
    if inner.deferred:
        raise TypeError(f"Parameter {path!r}: the value of {show(when)} should be a single value.")
    owner = path[: path.rfind("__") + 2] if "__" in path else ""
    siblings = [parse_value(owner + name, value) for name, value in when.siblings.items()]
    return Alternative(inner.value, label, group([*inner.children, *siblings]))


def _parse_template(path: str, template: Any, label: str | None) -> Alternative:
    children = {
        name: parse_value(f"{path}__{name}", value)
        for name, value in dimensions_of(template).items()
    }
    stripped = strip(template, lambda name: default_value(children[name]))
    return Alternative(stripped, label, group([*children.values()]))


def default_value(leaf: Leaf) -> Any:
    """Return the value of a leaf at its default."""
    if not leaf.alternatives:
        return leaf.dimension.value(leaf.dimension.default)
    first = leaf.alternatives[0]
    return default_value(first.children[0]) if first.deferred else first.value
