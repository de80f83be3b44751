"""A list of numbers, ordered by size."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from skhpo.space._dimension import Cells, equal_edges
from skhpo.space._values import Number, same_number, same_value, show_many


class Ordinal(Cells):
    """A list of distinct numbers: all equally likely, neighbours in size are neighbours here.

    A list of numbers in a search space becomes an ordinal by itself.

    Parameters
    ----------
    values : sequence of int or float
        Finite and distinct, in any order; that order is the order of enumeration.

    Examples
    --------
    >>> from skhpo.space import Space
    >>> [column] = Space({"C": [100, 1, 10]}).columns
    >>> column.kind, column.dimension.log, [column.value(u) for u in (0.1, 0.5, 0.9)]
    ('discrete', True, [1, 10, 100])
    """

    kind = "discrete"
    values: tuple[Number, ...]
    order: tuple[int, ...]

    def __init__(self, values: Sequence[Number]) -> None:
        ranks = sorted(range(len(values)), key=values.__getitem__)
        order = np.argsort(ranks).tolist()
        self._set(
            values=tuple(values[i] for i in ranks),
            order=tuple(order),
            log=_is_geometric([float(values[i]) for i in ranks]),
            edges=equal_edges(len(values)),
        )

    def value(self, u: float) -> Number:
        """Return the number at a position."""
        return self.values[self.cell(u)]

    def unit(self, value: Any) -> float:
        """Return the position of a number; ValueError when it is not in the list."""
        for same in (same_value, same_number):
            for i, candidate in enumerate(self.values):
                if same(candidate, value):
                    return float(self.centers[i])
        raise self.outside(value)

    def allowed(self) -> str:
        """Return a phrase that names what is allowed."""
        return f"one of {show_many(self.values[i] for i in self.order)}"

    def _key(self) -> tuple[Any, ...]:
        return (self.values, tuple(map(type, self.values)))

    def __repr__(self) -> str:
        return repr([self.values[i] for i in self.order])


def _is_geometric(values: list[float]) -> bool:
    """Whether at least three positive numbers have one ratio."""
    if len(values) < 3 or values[0] <= 0:
        return False
    return bool(np.ptp(np.diff(np.log(values))) <= 1e-6 * np.log(values[-1] / values[0]))
