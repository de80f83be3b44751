"""From parameters to a point of the unit cube."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skhpo.space._compile import CONSTANT, Node
from skhpo.space._tree import fitting
from skhpo.space._values import show
from skhpo.space.column import allowed_values


@dataclass(slots=True, eq=False)
class Encoded:
    """What is known of a point so far.

    Parameters
    ----------
    positions : dict of int to float
        Positions by column.
    used : set of str
        The parameters that were used.
    """

    positions: dict[int, float] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def put(self, node: Node, u: float) -> None:
        """Note the position of a node; ValueError when a shared column has another already."""
        if node.column == CONSTANT:
            return
        known = self.positions.setdefault(node.column, u)
        if known != u:
            raise ValueError(
                f"parameter {node.path!r}: all parameters that share "
                f"{node.dimension.name or node.path!r} should have one value."
            )

    def update(self, other: "Encoded", node: Node) -> None:
        """Take over what was found below a node."""
        for column, u in other.positions.items():
            if self.positions.setdefault(column, u) != u:
                raise ValueError(f"parameter {node.path!r}: shared parameters differ below it.")
        self.used |= other.used


def encode(nodes: tuple[Node, ...], params: Mapping[str, Any]) -> Encoded:
    """Return the positions of parameters.

    Parameters
    ----------
    nodes : tuple of Node
        The tree.
    params : mapping of str to object
        Parameters; names that the tree does not know are left unused.

    Returns
    -------
    Encoded
        Positions and the names that were used.

    Raises
    ------
    ValueError
        If a parameter is missing or its value is not allowed.
    """
    found = Encoded()
    for node in nodes:
        if node.branches:
            _encode_branches(node, params, found)
        else:
            found.put(node, _position(node, _get(node, params)))
            found.used.add(str(node.path))
    return found


def _get(node: Node, params: Mapping[str, Any]) -> Any:
    if node.path not in params:
        raise ValueError(f"parameter {node.path!r} is missing; allowed is {_allowed(node)}.")
    return params[str(node.path)]


def _allowed(node: Node) -> str:
    alternatives = node.leaf.alternatives
    return allowed_values(alternatives) if alternatives else node.dimension.allowed()


def _position(node: Node, value: Any) -> float:
    try:
        return node.dimension.unit(value)
    except ValueError as error:
        raise ValueError(f"parameter {node.path!r}: {error}.") from None


def _encode_branches(node: Node, params: Mapping[str, Any], found: Encoded) -> None:
    """Take the alternative that fits and accounts for most parameters, the first of those."""
    value = None if node.path is None else _get(node, params)
    best: tuple[int, Encoded] | None = None
    error: ValueError | None = None
    every = range(len(node.branches))
    for i in every if node.path is None else fitting(node.leaf.alternatives, value):
        try:
            below = encode(node.branches[i].nodes, params)
        except ValueError as reason:
            error = error or reason
            continue
        if best is None or len(below.used) > len(best[1].used):
            best = i, below
    if best is None:
        raise error or ValueError(
            f"parameter {node.path!r}: {show(value)} is not allowed; allowed is {_allowed(node)}."
        )
    if node.path is not None:
        found.used.add(node.path)
    found.put(node, float(node.dimension.position(np.asarray(best[0]))))
    found.update(best[1], node)


def check_names(used: set[str], params: Mapping[str, Any], known: tuple[str, ...]) -> None:
    """Raise ValueError when a parameter was not used.

    Parameters
    ----------
    used : set of str
        The parameters that were used.
    params : mapping of str to object
        All parameters.
    known : tuple of str
        All names of the space.
    """
    for name, value in params.items():
        if name in used:
            continue
        if name in known:
            raise ValueError(
                f"parameter {name!r} is {show(value)}, but it does not exist with the other "
                "parameters as they are."
            )
        raise ValueError(f"parameter {name!r} is unknown; known are {', '.join(known)}.")
