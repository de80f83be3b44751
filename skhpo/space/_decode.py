"""From a point of the unit cube to parameters."""

from collections.abc import Sequence
from typing import Any

from skhpo.space._compile import CONSTANT, Branch, Node


def branch_at(node: Node, x: Sequence[float]) -> Branch:
    """Return the alternative that a point chooses."""
    if node.column == CONSTANT:
        return node.branches[0]
    return node.branches[node.dimension.cell(x[node.column])]


def decode(nodes: tuple[Node, ...], x: Sequence[float], params: dict[str, Any]) -> None:
    """Add the active parameters of a point to ``params``.

    Parameters
    ----------
    nodes : tuple of Node
        The tree.
    x : sequence of float
        The point; what stands at inactive places is not looked at.
    params : dict of str to object
        Filled in place, parents before their children.
    """
    for node in nodes:
        if node.branches:
            branch = branch_at(node, x)
            if not branch.deferred and node.path is not None:
                params[node.path] = branch.value
            decode(branch.nodes, x, params)
        elif node.path is not None:
            u = 0.5 if node.column == CONSTANT else x[node.column]
            params[node.path] = node.dimension.value(u)
