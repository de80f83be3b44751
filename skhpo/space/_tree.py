"""A search space as a tree: groups of parameters, alternatives, and groups inside those."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from skhpo.space._dimension import Dimension
from skhpo.space._values import is_estimator, native, same_number, same_value
from skhpo.space.choice import When


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """One value of a categorical parameter, with the parameters that exist only with it.

    Parameters
    ----------
    value : object
        What ``set_params`` is given. For a dimension among alternatives the dimension itself.
    label : str or None
        What to call it in print.
    children : tuple of Leaf
        The parameters that exist with it.
    deferred : bool
        Whether the value is that of a child at the same path.
    """

    value: Any
    label: str | None = None
    children: tuple["Leaf", ...] = ()
    deferred: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """One parameter: its path, its dimension and, where categorical, its alternatives.

    Parameters
    ----------
    path : str or None
        The name that ``set_params`` takes; None for a choice among dicts, which has none.
    dimension : Dimension
        The map between values and the unit interval.
    alternatives : tuple of Alternative
        One for each cell of a categorical dimension, otherwise empty.
    """

    path: str | None
    dimension: Dimension
    alternatives: tuple[Alternative, ...] = ()


Group = tuple[Leaf, ...]


def group(leaves: Sequence[Leaf]) -> Group:
    """Return the leaves as parameters that exist together.

    Raises
    ------
    ValueError
        If a parameter is defined by two of them at once.
    """
    seen: dict[str, str | None] = {}
    for leaf in leaves:
        for path, name in _paths(leaf).items():
            if path in seen and (name is None or seen[path] != name):
                raise ValueError(
                    f"Parameter {path!r} is defined twice at once: give it either as a key or "
                    "inside an alternative, or give both definitions one name=."
                )
            seen[path] = name
    return tuple(leaves)


def _paths(leaf: Leaf) -> dict[str, str | None]:
    """Return all paths of a leaf and what is inside, each with the name that shares it."""
    paths: dict[str, str | None] = {} if leaf.path is None else {leaf.path: leaf.dimension.name}
    for alternative in leaf.alternatives:
        inside: dict[str, str | None] = {}
        for child in alternative.children:
            inside.update(_paths(child))
        if leaf.path in inside and not alternative.deferred:
            raise ValueError(f"Parameter {leaf.path!r} is defined inside of itself.")
        paths.update(inside)
    return paths


def walk(leaves: Group) -> Iterator[Leaf]:
    """Iterate over the leaves and all that is inside, parents first."""
    for leaf in leaves:
        yield leaf
        for alternative in leaf.alternatives:
            yield from walk(alternative.children)


def fit(alternative: Alternative, value: Any) -> int:
    """Say how well a value is that of an alternative: 2 exactly, 1 as a number, 0 not at all."""
    if alternative.deferred:
        [inner] = alternative.children
        return int(leaf_holds(inner, value))
    value = native(value)
    if same_value(alternative.value, value):
        return 2
    return int(same_number(alternative.value, value))


def fitting(alternatives: Sequence[Alternative], value: Any) -> list[int]:
    """Return the numbers of the alternatives that fit a value best; none where none fits."""
    grades = [fit(alternative, value) for alternative in alternatives]
    best = max(grades)
    return [i for i, grade in enumerate(grades) if grade == best > 0]


def leaf_holds(leaf: Leaf, value: Any) -> bool:
    """Whether a value is one of a leaf's, whatever else exists with it."""
    if leaf.alternatives:
        return any(fit(alternative, value) for alternative in leaf.alternatives)
    try:
        leaf.dimension.unit(value)
    except ValueError:
        return False
    return True


def same_leaf(a: Leaf, b: Leaf) -> bool:
    """Whether two leaves are defined in the same way, their own paths aside."""
    if a is b:
        return True
    if len(a.alternatives) != len(b.alternatives):
        return False
    if not a.alternatives:
        return same_dimension(a.dimension, b.dimension)
    return same_edges(a.dimension, b.dimension) and all(
        same_alternative(one, other, a.path, b.path)
        for one, other in zip(a.alternatives, b.alternatives, strict=True)
    )


def same_alternative(
    a: Alternative, b: Alternative, path_a: str | None, path_b: str | None
) -> bool:
    """Whether alternatives of two paths have one value and open the same parameters."""
    if a.deferred != b.deferred or not (a.deferred or same_value(a.value, b.value)):
        return False
    mine = {_relative(leaf.path, path_a): leaf for leaf in a.children}
    theirs = {_relative(leaf.path, path_b): leaf for leaf in b.children}
    return mine.keys() == theirs.keys() and all(
        leaf.dimension.name == theirs[path].dimension.name and same_leaf(leaf, theirs[path])
        for path, leaf in mine.items()
    )


def _relative(path: str | None, base: str | None) -> str | None:
    """Return a path as seen from one that opens it: a child, a sibling, or the same."""
    if path is None or base is None:
        return path
    if path == base or path.startswith(f"{base}__"):
        return path.removeprefix(base)
    owner = base[: base.rfind("__") + 2] if "__" in base else ""
    return f"/{path.removeprefix(owner)}"


def same_dimension(a: Dimension, b: Dimension) -> bool:
    """Whether two dimensions are of one type and make."""
    if a is b:
        return True
    return type(a) is type(b) and _same(a._key(), b._key())


def same_edges(a: Dimension, b: Dimension) -> bool:
    """Whether two categorical dimensions have the same cells."""
    one, other = a.__dict__["edges"], b.__dict__["edges"]
    return len(one) == len(other) and bool((one == other).all())


def _same(a: Any, b: Any) -> bool:
    """Whether two definitions, as the user wrote them, are the same."""
    if isinstance(a, Dimension) and isinstance(b, Dimension):
        return a.name == b.name and same_dimension(a, b)
    if isinstance(a, When) and isinstance(b, When):
        return _same((a.value, a.siblings), (b.value, b.siblings))
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if is_estimator(a) and type(a) is type(b):
        return _same(a.get_params(deep=False), b.get_params(deep=False))
    return same_value(a, b)
