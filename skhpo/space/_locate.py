"""From an estimator's current parameters to a point of the unit cube."""

import contextlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from skhpo.space._compile import CONSTANT, Node
from skhpo.space._tree import Alternative, fitting, walk
from skhpo.space._values import is_estimator, same_value

NOTHING: Mapping[str, Any] = {}


def locate(
    nodes: tuple[Node, ...], current: Mapping[str, Any], positions: dict[int, float]
) -> int:
    """Add the positions of current parameters, defaults where they lie outside.

    Parameters
    ----------
    nodes : tuple of Node
        The tree.
    current : mapping of str to object
        All parameters of an estimator, as ``get_params(deep=True)`` returns them.
    positions : dict of int to float
        Filled in place, by column; the first place of a shared column decides.

    Returns
    -------
    int
        How many parameters were taken over, less those that were not.
    """
    score = 0
    for node in nodes:
        if node.branches:
            score += _locate_branch(node, current, positions)
        else:
            score += _locate_value(node, current, positions)
    return score


def _put(node: Node, u: float, positions: dict[int, float]) -> None:
    if node.column != CONSTANT:
        positions.setdefault(node.column, u)


def _locate_value(node: Node, current: Mapping[str, Any], positions: dict[int, float]) -> int:
    u, score = node.dimension.default, -1
    if node.path in current:
        with contextlib.suppress(ValueError):  # raised where the current value lies outside
            u, score = node.dimension.unit(current[str(node.path)]), 1
    _put(node, u, positions)
    return score


def _locate_branch(node: Node, current: Mapping[str, Any], positions: dict[int, float]) -> int:
    if node.path is None:
        return _locate_part(node, current, positions)
    i = _choose(node, current)
    _put(node, float(node.dimension.position(np.asarray(i or 0))), positions)
    branch = node.branches[i or 0]
    is_replaced = i is None and is_estimator(node.leaf.alternatives[0].value)
    # The parameters of an estimator that was not chosen say nothing of one that was.
    locate(branch.nodes, NOTHING if is_replaced else current, positions)
    return -1 if i is None else 1


def _locate_part(node: Node, current: Mapping[str, Any], positions: dict[int, float]) -> int:
    """Choose the dict that takes over most of the current parameters."""
    scores = [locate(branch.nodes, current, {}) for branch in node.branches]
    i = int(np.argmax(scores))
    _put(node, float(node.dimension.position(np.asarray(i))), positions)
    return locate(node.branches[i].nodes, current, positions)


def _choose(node: Node, current: Mapping[str, Any]) -> int | None:
    """Return the number of the alternative that is current, None where there is none."""
    if node.path not in current:
        return None
    value, alternatives = current[str(node.path)], node.leaf.alternatives
    best = fitting(alternatives, value)
    if best:
        return best[0]
    alike = [i for i, alternative in enumerate(alternatives) if _is_alike(alternative, value)]
    exact = (i for i in alike if _agrees(node.path, alternatives[i], value))
    return next(exact, alike[0] if alike else None)


def _is_alike(alternative: Alternative, value: Any) -> bool:
    return is_estimator(alternative.value) and type(alternative.value) is type(value)


def _agrees(path: str | None, alternative: Alternative, value: Any) -> bool:
    """Whether two estimators agree in the parameters that are not searched."""
    searched = {leaf.path for leaf in walk(alternative.children)}
    mine, theirs = (e.get_params(deep=True) for e in (alternative.value, value))
    literal = [name for name in mine if not is_estimator(mine[name])]
    return all(
        name in theirs and same_value(mine[name], theirs[name])
        for name in literal
        if f"{path}__{name}" not in searched and not isinstance(mine[name], list | tuple)
    )
