"""Settings of other data sets: the nearest first, and made to fit the space of this one."""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

import numpy as np

from skhpo.space import Space
from skhpo.space._values import is_estimator, same_number, same_value

LEAST_KEPT = 0.5  # share of a setting's values that has to be taken over


def in_turn(lists: Sequence[Sequence[dict[str, Any]]], n: int) -> list[dict[str, Any]]:
    """Take the first of each list, then the second of each, and so on; equal ones once.

    Parameters
    ----------
    lists : sequence of list of dict
        Settings, the best first, of the nearest data set first.
    n : int
        How many at the most.

    Returns
    -------
    list of dict
        Settings.

    Examples
    --------
    >>> in_turn([[{"C": 1}, {"C": 2}], [{"C": 1}, {"C": 5}]], 3)
    [{'C': 1}, {'C': 2}, {'C': 5}]
    """
    found: dict[str, dict[str, Any]] = {}
    for row in zip_longest(*lists):
        for setting in row:
            if setting is not None:
                found.setdefault(repr(sorted(setting.items(), key=str)), setting)
    return [*found.values()][:n]


def adapted(setting: Mapping[str, Any], space: Space) -> dict[str, Any] | None:
    """Return the setting of this space that has most of another one's values.

    Parameters
    ----------
    setting : dict of str to object
        Of a search on other data; from a journal, with text in the place of objects.
    space : Space
        What is searched now.

    Returns
    -------
    dict of str to object, or None
        Values that do not lie in the space, such as those of columns that are not there, are the
        defaults. None if less than half of those that it knows were taken over.
    """
    default = space.decode(space.default())
    current = {
        name: _own_object(name, value, space, default.get(name)) for name, value in setting.items()
    }
    found = space.decode(space.locate(current))
    # what belongs to steps of other columns is not missed
    known = [name for name in current if name in space.paths or "__" not in name]
    kept = sum(_is_taken(found.get(name), current[name]) for name in known)
    is_alike = kept >= LEAST_KEPT * len(known) and _has_same_parts(found, current, space)
    return found if is_alike else None


def _has_same_parts(found: Mapping[str, Any], current: Mapping[str, Any], space: Space) -> bool:
    """Whether steps that are a choice here, such as the model, are of the same kind."""
    chosen = {path for column in space.columns for path in column.paths if "__" not in path}
    return all(
        type(found[name]) is type(value)
        for name, value in current.items()
        if name in chosen and name in found and is_estimator(value)
    )


def _is_taken(found: Any, value: Any) -> bool:
    if is_estimator(value):
        return type(found) is type(value)
    return same_value(found, value) or same_number(found, value)


def _own_object(name: str, value: Any, space: Space, only: Any) -> Any:
    """Return the value of the space that a text, or an object of other data, is like.

    Parameters
    ----------
    name : str
        Of the parameter.
    value : object
        Of another search.
    space : Space
        What is searched now.
    only : object
        The value by default: the one that a parameter without a choice has.
    """
    if not is_estimator(value) and not isinstance(value, str):
        return value
    options = _categories(name, space) or [only]
    text = value if isinstance(value, str) else repr(value)
    same = [option for option in options if same_value(option, text) or repr(option) == text]
    kind = _kind_of(value)
    alike = same or [option for option in options if kind is not None and _kind_of(option) == kind]
    if not alike:
        return value
    return max(alike, key=lambda option: SequenceMatcher(None, repr(option), text).ratio())


def _categories(name: str, space: Space) -> list[Any]:
    return [
        column.value(u)
        for column in space.columns
        if column.kind == "categorical" and name in column.paths
        for u in column.position(np.arange(column.n_values or 0))
    ]


def _kind_of(value: Any) -> str | None:
    """Return the name of an estimator's class, also of one that a journal has as text."""
    if is_estimator(value):
        return type(value).__name__
    if isinstance(value, str) and value.endswith(")") and value.partition("(")[0].isidentifier():
        return value.partition("(")[0]
    return None
