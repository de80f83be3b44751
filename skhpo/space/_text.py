"""A search space in print: an indented tree."""

import math
from collections.abc import Iterator

import numpy as np

from skhpo.space._dimension import Dimension
from skhpo.space._tree import Alternative, Group, Leaf
from skhpo.space._values import show
from skhpo.space.integer import Integer
from skhpo.space.real import Real

INDENT = "  "
MAX_ON_A_LINE = 60


def space_text(leaves: Group, n_dims: int, size: int | float) -> str:
    """Return the tree of a space, one parameter a line, children indented.

    Parameters
    ----------
    leaves : tuple of Leaf
        The tree.
    n_dims : int
        Number of columns.
    size : int or float
        Number of configurations.

    Returns
    -------
    str
        Lines without an end of line at the end.
    """
    columns = f"{n_dims} column" + ("" if n_dims == 1 else "s")
    count = "infinite size" if math.isinf(size) else f"size {size}"
    return "\n".join([f"Space: {columns}, {count}", *_group_lines(leaves, 1)])


def _group_lines(leaves: Group, depth: int) -> Iterator[str]:
    for leaf in leaves:
        yield from _leaf_lines(leaf, depth)


def _leaf_lines(leaf: Leaf, depth: int) -> Iterator[str]:
    head = INDENT * depth + (leaf.path or "one of")
    if leaf.dimension.name is not None:
        head += f" [{leaf.dimension.name}]"
    if not leaf.alternatives:
        yield f"{head}: {dimension_text(leaf.dimension)}"
        return
    shares = _shares(leaf.dimension)
    plain = all(_is_plain(alternative) for alternative in leaf.alternatives)
    line = " | ".join(show(alternative.value, 30) for alternative in leaf.alternatives)
    if plain and not any(shares) and len(line) <= MAX_ON_A_LINE:
        yield f"{head}: {line}"
        return
    yield head
    for i, (alternative, share) in enumerate(zip(leaf.alternatives, shares, strict=True)):
        title = f"dict {i}" if leaf.path is None else _title(alternative)
        yield INDENT * (depth + 1) + title + share
        if not alternative.deferred or alternative.children[0].alternatives:
            yield from _group_lines(alternative.children, depth + 2)


def _is_plain(alternative: Alternative) -> bool:
    return alternative.label is None and not alternative.children and not alternative.deferred


def _title(alternative: Alternative) -> str:
    text = (
        dimension_text(alternative.value)
        if alternative.deferred and not alternative.children[0].alternatives
        else show(alternative.value)
    )
    return text if alternative.label is None else f"{alternative.label}: {text}"


def _shares(dimension: Dimension) -> list[str]:
    """Return what to print of the weights: nothing where all are equal."""
    widths = np.diff(dimension.__dict__["edges"])
    if np.ptp(widths) < 1e-9:
        return [""] * len(widths)
    return [f" ({100 * width:.3g}%)" for width in widths]


def dimension_text(dimension: Dimension) -> str:
    """Return a dimension in a few words."""
    if type(dimension) in (Real, Integer) and isinstance(dimension, Real | Integer):
        scale = ", log" if dimension.log else ""
        return f"{dimension.low} to {dimension.high}{scale}"
    return show(dimension)
