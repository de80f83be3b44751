"""A list of dicts as one tree, so that it is sampled level by level.

To draw a dict and then its parameters would draw a model that is spread over two dicts twice as
often as another. Instead, a key that tells the dicts apart (the model) becomes a choice among
its distinct values, each of which opens the dicts that contain it.
"""

from collections.abc import Sequence

from skhpo.space._tree import Alternative, Group, Leaf, group, same_alternative, same_leaf
from skhpo.space._values import is_estimator
from skhpo.space.choice import Switch
from skhpo.space.ordinal import Ordinal


def merge(groups: Sequence[Group]) -> Group:
    """Return the tree of a list of dicts.

    Parameters
    ----------
    groups : sequence of Group
        The trees of the single dicts; at least one.

    Returns
    -------
    tuple of Leaf
        Parameters that all dicts define alike stand outside. Of the others, one that all dicts
        define by a list of alternatives becomes a choice: the one whose values are estimators,
        else that which tells the dicts apart best, else that with the shortest name. Where
        there is none, the choice is among the dicts.
    """
    if len(groups) == 1:
        return groups[0]
    alike = [leaf for leaf in groups[0] if all(_defines_alike(g, leaf) for g in groups[1:])]
    shared = {leaf.path for leaf in alike}
    rest = [tuple(leaf for leaf in g if leaf.path not in shared) for g in groups]
    if not any(rest):
        return tuple(alike)
    keys = [leaf.path for leaf in rest[0] if all(_is_listed(g, leaf.path) for g in rest)]
    if not keys:
        return group([*alike, _by_dict(rest)])
    return group([*alike, _by_value(min(keys, key=lambda key: _rank(rest, key)), rest)])


def _find(leaves: Group, path: str | None) -> Leaf | None:
    return next((leaf for leaf in leaves if leaf.path == path and path is not None), None)


def _defines_alike(leaves: Group, leaf: Leaf) -> bool:
    other = _find(leaves, leaf.path)
    return (
        other is not None
        and other.dimension.name == leaf.dimension.name
        and same_leaf(leaf, other)
    )


def _is_listed(leaves: Group, path: str | None) -> bool:
    leaf = _find(leaves, path)
    return leaf is not None and (bool(leaf.alternatives) or isinstance(leaf.dimension, Ordinal))


def _alternatives(leaf: Leaf) -> tuple[Alternative, ...]:
    """Return the alternatives of a leaf; those of an ordinal in the user's order."""
    if isinstance(leaf.dimension, Ordinal):
        dimension = leaf.dimension
        return tuple(Alternative(dimension.values[i]) for i in dimension.order)
    return leaf.alternatives


def _collect(groups: Sequence[Group], key: str | None) -> list[tuple[Alternative, list[int]]]:
    """Return the distinct values of a key, each with the numbers of the dicts that have it."""
    found: list[tuple[Alternative, list[int]]] = []
    for number, leaves in enumerate(groups):
        leaf = _find(leaves, key)
        for alternative in _alternatives(leaf) if leaf is not None else ():
            same = (
                members
                for known, members in found
                if same_alternative(known, alternative, key, key)
            )
            members = next(same, None)
            if members is None:
                found.append((alternative, [number]))
            else:
                members.append(number)
    return found


def _rank(groups: Sequence[Group], key: str | None) -> tuple[bool, int, int, str]:
    found = _collect(groups, key)
    has_estimator = any(is_estimator(alternative.value) for alternative, _ in found)
    overlap = sum(len(members) - 1 for _, members in found)
    return (not has_estimator, overlap, len(key or ""), key or "")


def _by_value(key: str | None, groups: Sequence[Group]) -> Leaf:
    if all(len(g) == 1 and isinstance(g[0].dimension, Ordinal) for g in groups):
        numbers = [alternative.value for alternative, _ in _collect(groups, key)]
        if len(set(numbers)) == len(numbers):
            return Leaf(key, Ordinal(numbers))  # nothing depends on it: it keeps its order
    without = [tuple(leaf for leaf in g if leaf.path != key) for g in groups]
    opened: dict[tuple[int, ...], Group] = {}  # one tree for each set of dicts, not one a value
    alternatives = []
    for alternative, members in _collect(groups, key):
        chosen = tuple(members)
        if chosen not in opened:
            opened[chosen] = merge([without[number] for number in chosen])
        children = group([*alternative.children, *opened[chosen]])
        alternatives.append(
            Alternative(alternative.value, alternative.label, children, alternative.deferred)
        )
    return Leaf(key, Switch([1.0] * len(alternatives)), tuple(alternatives))


def _by_dict(groups: Sequence[Group]) -> Leaf:
    """Return a choice among the dicts, those with the same keys taken together if possible."""
    classes: dict[frozenset[str | None], list[Group]] = {}
    for leaves in groups:
        classes.setdefault(frozenset(leaf.path for leaf in leaves), []).append(leaves)
    parts = [*classes.values()] if len(classes) > 1 else [[leaves] for leaves in groups]
    return Leaf(
        None,
        Switch([float(len(part)) for part in parts]),
        tuple(Alternative(None, None, merge(part)) for part in parts),
    )
