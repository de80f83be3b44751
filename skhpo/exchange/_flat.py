"""A space as flat parameters: ranges and lists of plain values, as other libraries have them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from skhpo.space import Column, Integer, Layers, Real, Space
from skhpo.space._dimension import Floats
from skhpo.space._values import native, show

MOST_CHOICES = 1000  # values of a list
_PLAIN = (str, int, float, bool, type(None))


@dataclass(frozen=True, eq=False)
class Part:
    """One column of a space under a name that no other has.

    Parameters
    ----------
    name : str
        The name that ``set_params`` takes, where that is enough to tell it from all others.
    number : int
        Of the column.
    column : Column
        The column.
    range : Dimension or None
        What its values are the numbers of, from ``low`` to ``high``; None for a list.
    choices : tuple of object
        Strings, numbers, bools and None, one a cell, all distinct; other values as text.
    """

    name: str
    number: int
    column: Column
    range: Any = None
    choices: tuple[Any, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether its values are whole numbers of a range."""
        return isinstance(self.range, Integer)

    def value(self, u: float) -> Any:
        """Return the plain value at a position."""
        if self.range is not None:
            return self.range.value(u)
        return self.choices[self.column.dimension.cell(u)]

    def unit(self, value: Any) -> float:
        """Return the position of a plain value; ValueError when there is none."""
        if self.range is not None:
            try:
                return float(self.range.unit(native(value)))
            except ValueError as error:
                raise ValueError(f"parameter {self.name!r}: {error}.") from None
        for i, choice in enumerate(self.choices):
            if _is_same(choice, native(value)):
                return float(self.column.position(np.asarray(i)))
        allowed = ", ".join(map(show, self.choices))
        raise ValueError(f"parameter {self.name!r}: {show(value)} is none of {allowed}.")


class Flat:
    """The columns of a space as parameters of other libraries.

    Parameters
    ----------
    space : Space
        The space.

    Attributes
    ----------
    space : Space
        The space.
    parts : tuple of Part
        Parents before their children.

    Raises
    ------
    ValueError
        If a list has more than a thousand values.
    """

    def __init__(self, space: Space) -> None:
        self.space = space
        names = _names(space.columns)
        self.parts = tuple(
            _part(name, j, column)
            for j, (name, column) in enumerate(zip(names, space.columns, strict=True))
        )

    def values(self, x: Floats, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the plain values of the parameters that exist at a point.

        Parameters
        ----------
        x : ndarray of shape (n_dims,)
            The point, NaN where a parameter does not exist.
        params : mapping of str to object
            The same as parameters: numbers are taken from here, as they are.

        Returns
        -------
        dict of str to object
            By the names of the parts.
        """
        values = {}
        for part in self.parts:
            if not np.isnan(x[part.number]):
                values[part.name] = _exact(part, params, part.value(float(x[part.number])))
        return values

    def params(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return parameters by the names that ``set_params`` takes, with the space's objects.

        Parameters
        ----------
        values : mapping of str to object
            Plain values by the names of the parts.

        Returns
        -------
        dict of str to object
            The parameters.

        Raises
        ------
        ValueError
            If one is missing or not allowed, or exists with other parameters only.
        """
        x = np.full(self.space.n_dims, np.nan)
        known = {part.name: part for part in self.parts}
        for name in known.keys() & values.keys():
            x[known[name].number] = known[name].unit(values[name])
        params = self.space.decode(self._checked(x))
        for part in self.parts:
            if isinstance(part.range, Real) and part.name in values:  # as it is, not its image
                params |= {p: float(values[part.name]) for p in part.column.paths if p in params}
        return params

    def _checked(self, x: Floats) -> Floats:
        """Refuse a point with too many parameters or too few."""
        filled = np.where(np.isnan(x), [part.column.default for part in self.parts], x)
        active = self.space.activity(filled[None])[0]
        for part in self.parts:
            if active[part.number] and np.isnan(x[part.number]):
                raise ValueError(f"parameter {part.name!r} is missing.")
            if not active[part.number] and not np.isnan(x[part.number]):
                raise ValueError(
                    f"parameter {part.name!r} does not exist with the others as they are."
                )
        return filled


def _part(name: str, number: int, column: Column) -> Part:
    dimension = column.dimension
    if isinstance(dimension, Real | Integer):
        return Part(name, number, column, dimension)
    if isinstance(dimension, Layers):
        return Part(name, number, column, dimension.width)
    if column.n_values is None:
        return Part(name, number, column, _reach(column))
    if column.n_values > MOST_CHOICES:
        raise ValueError(
            f"parameter {name!r}: {dimension!r} has {column.n_values} values; at most "
            f"{MOST_CHOICES} can be listed."
        )
    return Part(name, number, column, None, _choices(column))


def _reach(column: Column) -> Real:
    """Return the range of a continuous distribution: what is likely in it cannot be said."""
    return Reach(column)


class Reach(Real):
    """The range of a continuous distribution, with that distribution's positions."""

    def __init__(self, column: Column) -> None:
        super().__init__(column.value(0.0), column.value(1.0), log=False)
        self._set(column=column)

    def value(self, u: float) -> float:
        """Return the number at a position."""
        return float(self.__dict__["column"].value(u))

    def unit(self, value: Any) -> float:
        """Return the position of a number; ValueError when it lies outside."""
        return float(self.__dict__["column"].unit(value))


def _exact(part: Part, params: Mapping[str, Any], image: Any) -> Any:
    """Return a number as it was tried, not its image in the cube and back."""
    if part.range is None or part.is_whole:
        return image
    found = next((params[path] for path in part.column.paths if path in params), None)
    if not isinstance(found, float) or not np.isclose(found, image, rtol=1e-6):
        return image
    return min(max(float(found), part.range.low), part.range.high)


def _choices(column: Column) -> tuple[Any, ...]:
    """Return a plain and distinct value for each cell."""
    if not column.paths:
        return column.texts
    if column.alternatives:
        raw = [(a.value, not a.deferred and is_plain(a.value)) for a in column.alternatives]
    else:
        centres = column.position(np.arange(column.n_values or 0)).tolist()
        values = [native(column.value(u)) for u in centres]
        raw = [(value, is_plain(value)) for value in values]
    plain = [value for value, as_is in raw if as_is]
    mixes = len(set(plain)) < len(plain)  # 1, 1.0 and True are equal there
    texts: list[Any] = []
    for value, as_is in raw:
        kept = value if as_is and not (mixes and not isinstance(value, str)) else repr(value)
        n = sum(other == kept or str(other).startswith(f"{kept} #") for other in texts)
        texts.append(f"{kept} #{n + 1}" if n and isinstance(kept, str) else kept)
    return tuple(texts)


def is_plain(value: Any) -> bool:
    """Whether a value is a string, a finite number, a bool or None."""
    return isinstance(value, _PLAIN) and not (isinstance(value, float) and not isfinite(value))


def _is_same(choice: Any, value: Any) -> bool:
    if isinstance(choice, bool) or isinstance(value, bool) or choice is None or value is None:
        return choice is value
    return bool(choice == value)


def _names(columns: Sequence[Column]) -> list[str]:
    """Return a name for each column; namesakes with the alternatives that they exist with."""
    plain = [c.paths[0] if len(c.paths) == 1 else c.name for c in columns]
    counts, seen = Counter(plain), Counter[str]()
    names = []
    for name, column in zip(plain, columns, strict=True):
        with_what = [columns[j].texts[i] for j, cells in column.parents for i in sorted(cells)]
        if counts[name] > 1 and with_what:
            name = f"{name} [{', '.join(with_what)}]"
        seen[name] += 1
        names.append(f"{name} #{seen[name]}" if seen[name] > 1 else name)
    return names
