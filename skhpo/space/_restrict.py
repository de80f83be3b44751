"""A tree in which one alternative of a column is fixed."""

from dataclasses import replace
from typing import Any

from skhpo.space._compile import CONSTANT, Layout, Node
from skhpo.space._tree import Alternative, Group, Leaf
from skhpo.space.choice import Switch


def restrict(layout: Layout, j: int, cell: int) -> Group:
    """Return the tree in which a categorical column has a single alternative.

    Parameters
    ----------
    layout : Layout
        The tree with its columns.
    j : int
        Number of the column.
    cell : int
        Number of the alternative.

    Returns
    -------
    tuple of Leaf
        The tree without the other alternatives and what exists only with them.
    """
    made: dict[int, Leaf] = {}  # a leaf may stand in several places, and is one column by that

    def of_leaf(node: Node) -> Leaf:
        if id(node.leaf) not in made:
            made[id(node.leaf)] = new_leaf(node)
        return made[id(node.leaf)]

    def new_leaf(node: Node) -> Leaf:
        leaf = node.leaf
        opened = [
            Alternative(a.value, a.label, tuple(map(of_leaf, branch.nodes)), a.deferred)
            for a, branch in zip(leaf.alternatives, node.branches, strict=True)
        ]
        if node.column == j:
            return Leaf(leaf.path, Switch([1.0], leaf.dimension.name), (opened[cell],))
        return replace(leaf, alternatives=tuple(opened)) if opened else leaf

    return tuple(map(of_leaf, layout.nodes))


def matched(part: tuple[Node, ...], whole: tuple[Node, ...], cell: int) -> dict[int, int]:
    """Return the number in the whole of each column of a part.

    Parameters
    ----------
    part : tuple of Node
        What was made of ``whole`` by `restrict`.
    whole : tuple of Node
        The tree that was restricted.
    cell : int
        Number of the alternative that was kept.

    Returns
    -------
    dict of int to int
        Columns of the whole by those of the part.
    """
    found: dict[int, int] = {}
    for mine, theirs in zip(part, whole, strict=True):
        if mine.column != CONSTANT:
            found[mine.column] = theirs.column
        kept: Any = theirs.branches
        if len(mine.branches) != len(kept):
            kept = kept[cell : cell + 1]
        for one, other in zip(mine.branches, kept, strict=True):
            found |= matched(one.nodes, other.nodes, cell)
    return found
