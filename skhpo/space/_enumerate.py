"""The configurations of a finite tree, one by one, and their number."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from skhpo.space._compile import CONSTANT, Layout, Node
from skhpo.space._dimension import Dimension
from skhpo.space.ordinal import Ordinal

BANNED = -1  # the cell of a shared column that must not be active


def enumerate_layout(layout: Layout) -> Iterator[list[float]]:
    """Iterate over the points of a finite tree.

    Names are sorted and the last varies fastest, as in scikit-learn's ``ParameterGrid``; what
    exists with an alternative varies inside it.

    Parameters
    ----------
    layout : Layout
        Every column is discrete or categorical.

    Yields
    ------
    list of float
        Positions, NaN where inactive. The list is the same object every time.
    """
    x = [math.nan] * len(layout.columns)
    centers = [_Centers(column.dimension) for column in layout.columns]
    for _ in _fill(_sorted(layout.nodes), x, centers):
        yield x


class _Centers(dict[int, float]):
    """The centres of the cells of a dimension, each computed when it is first needed."""

    def __init__(self, dimension: Dimension) -> None:
        super().__init__()
        self.dimension = dimension

    def __missing__(self, cell: int) -> float:
        u = self[cell] = float(self.dimension.position(np.asarray(cell)))
        return u


def _sorted(nodes: Sequence[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: node.path or "")


def _order(node: Node) -> Sequence[int]:
    """Return the cells in the order that the user gave them."""
    if isinstance(node.dimension, Ordinal):
        return node.dimension.order
    return range(node.dimension.n_values or 0)


def _fill(nodes: Sequence[Node], x: list[float], centers: list[_Centers]) -> Iterator[None]:
    if not nodes:
        yield
        return
    first, rest = nodes[0], nodes[1:]
    fixed = first.column != CONSTANT and not math.isnan(x[first.column])
    for i in _order(first):
        if first.column != CONSTANT:
            if fixed and x[first.column] != centers[first.column][i]:
                continue
            x[first.column] = centers[first.column][i]
        inside = _sorted(first.branches[i].nodes) if first.branches else []
        yield from _fill([*inside, *rest], x, centers)
    if first.column != CONSTANT and not fixed:
        x[first.column] = math.nan


def size(layout: Layout) -> int | float:
    """Return the number of configurations of a tree.

    Parameters
    ----------
    layout : Layout
        The tree.

    Returns
    -------
    int or float
        ``math.inf`` where a column is continuous.
    """
    return _size(layout, sorted(layout.shared), {})


def _size(layout: Layout, shared: list[int], fixed: dict[int, int]) -> int | float:
    """Count with some shared columns fixed to a cell, or banned.

    A shared column shows in several places but counts once: the settings without it, and for
    each of its cells the settings with it.
    """
    if not shared:
        return _product(layout.nodes, fixed)
    j, rest = shared[0], shared[1:]
    column = layout.columns[j]
    without = _size(layout, rest, {**fixed, j: BANNED})
    if column.alternatives:
        with_cell = [_size(layout, rest, {**fixed, j: i}) for i in range(len(column.alternatives))]
        if math.inf in (without, *with_cell):
            return math.inf
        return without + sum(count - without for count in with_cell)
    with_cell = [_size(layout, rest, {**fixed, j: 0})]
    if math.inf in (without, *with_cell):
        return math.inf
    n_values = math.inf if column.n_values is None else column.n_values
    return without + (n_values * (with_cell[0] - without) if with_cell[0] > without else 0)


def _product(nodes: Sequence[Node], fixed: dict[int, int]) -> int | float:
    total: int | float = 1
    for node in nodes:
        count = _count(node, fixed)
        if count == 0:
            return 0
        total *= count
    return total


def _count(node: Node, fixed: dict[int, int]) -> int | float:
    cell = fixed.get(node.column)
    if cell == BANNED:
        return 0
    if node.branches:
        branches = node.branches if cell is None else node.branches[cell : cell + 1]
        return sum(_product(branch.nodes, fixed) for branch in branches)
    if cell is not None:
        return 1
    return math.inf if node.dimension.n_values is None else node.dimension.n_values
