"""The configurations of a finite tree, one by one, and their number."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from skhpo.space._compile import CONSTANT, Layout, Node
from skhpo.space._dimension import Dimension
from skhpo.space._levels import is_divided, level_positions, n_levels_of
from skhpo.space.ordinal import Ordinal

BANNED = -1  # the cell of a shared column that must not be active


def enumerate_layout(layout: Layout, n_levels: int | None = None) -> Iterator[list[float]]:
    """Iterate over the points of a finite tree.

    Names are sorted and the last varies fastest, as in scikit-learn's ``ParameterGrid``; what
    exists with an alternative varies inside it.

    Parameters
    ----------
    layout : Layout
        Every column is discrete or categorical, unless there are levels.
    n_levels : int or None, default=None
        Into how many levels ranges are divided; None: all values.

    Yields
    ------
    list of float
        Positions, NaN where inactive. The list is the same object every time.
    """
    x = [math.nan] * len(layout.columns)
    centers = [_Centers(column.dimension, n_levels) for column in layout.columns]
    for _ in _fill(_sorted(layout.nodes), x, centers):
        yield x


class _Centers(dict[int, float]):
    """The levels of a dimension, each computed when it is first needed where they are cells."""

    def __init__(self, dimension: Dimension, n_levels: int | None) -> None:
        super().__init__()
        self.dimension = dimension
        self.order = _order(dimension)
        if n_levels is not None and is_divided(dimension, n_levels):
            self.update(enumerate(level_positions(dimension, n_levels).tolist()))
            self.order = range(len(self))

    def __missing__(self, cell: int) -> float:
        u = self[cell] = float(self.dimension.position(np.asarray(cell)))
        return u


def _sorted(nodes: Sequence[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: node.path or "")


def _order(dimension: Dimension) -> Sequence[int]:
    """Return the cells in the order that the user gave them."""
    if isinstance(dimension, Ordinal):
        return dimension.order
    return range(dimension.n_values or 0)


def _fill(nodes: Sequence[Node], x: list[float], centers: list[_Centers]) -> Iterator[None]:
    if not nodes:
        yield
        return
    first, rest = nodes[0], nodes[1:]
    fixed = first.column != CONSTANT and not math.isnan(x[first.column])
    order = _order(first.dimension) if first.column == CONSTANT else centers[first.column].order
    for i in order:
        if first.column != CONSTANT:
            if fixed and x[first.column] != centers[first.column][i]:
                continue
            x[first.column] = centers[first.column][i]
        inside = _sorted(first.branches[i].nodes) if first.branches else []
        yield from _fill([*inside, *rest], x, centers)
    if first.column != CONSTANT and not fixed:
        x[first.column] = math.nan


def size(layout: Layout, n_levels: int | None = None) -> int | float:
    """Return the number of configurations of a tree.

    Parameters
    ----------
    layout : Layout
        The tree.
    n_levels : int or None, default=None
        Into how many levels ranges are divided; None: all values.

    Returns
    -------
    int or float
        ``math.inf`` where a column is continuous and there are no levels.
    """
    return _Counter(layout, n_levels).count(sorted(layout.shared), {})


class _Counter:
    """Counts configurations.

    Parameters
    ----------
    layout : Layout
        The tree.
    n_levels : int or None
        Into how many levels ranges are divided; None: all values.
    """

    def __init__(self, layout: Layout, n_levels: int | None) -> None:
        self.layout = layout
        self.n_values = [n_levels_of(column.dimension, n_levels) for column in layout.columns]

    def count(self, shared: list[int], fixed: dict[int, int]) -> int | float:
        """Count with some shared columns fixed to a cell, or banned.

        A shared column shows in several places but counts once: the settings without it, and
        for each of its cells the settings with it.
        """
        if not shared:
            return self.product(self.layout.nodes, fixed)
        j, rest = shared[0], shared[1:]
        alternatives = self.layout.columns[j].alternatives
        without = self.count(rest, {**fixed, j: BANNED})
        if alternatives:
            with_cell = [self.count(rest, {**fixed, j: i}) for i in range(len(alternatives))]
            if math.inf in (without, *with_cell):
                return math.inf
            return without + sum(count - without for count in with_cell)
        with_cell = [self.count(rest, {**fixed, j: 0})]
        if math.inf in (without, *with_cell):
            return math.inf
        n_values = self.values(j)
        return without + (n_values * (with_cell[0] - without) if with_cell[0] > without else 0)

    def values(self, j: int) -> int | float:
        n = self.n_values[j]
        return math.inf if n is None else n

    def product(self, nodes: Sequence[Node], fixed: dict[int, int]) -> int | float:
        total: int | float = 1
        for node in nodes:
            count = self.of_node(node, fixed)
            if count == 0:
                return 0
            total *= count
        return total

    def of_node(self, node: Node, fixed: dict[int, int]) -> int | float:
        cell = fixed.get(node.column)
        if cell == BANNED:
            return 0
        if node.branches:
            branches = node.branches if cell is None else node.branches[cell : cell + 1]
            return sum(self.product(branch.nodes, fixed) for branch in branches)
        if cell is not None or node.column == CONSTANT:
            return 1
        return self.values(node.column)
