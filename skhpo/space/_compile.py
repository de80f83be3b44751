"""From a tree to columns: which parameters share one, and when each is active."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from skhpo.space._dimension import Dimension
from skhpo.space._tree import Group, Leaf, same_leaf
from skhpo.space.column import Column

CONSTANT = -1  # the column of a parameter with a single value
Trail = tuple[Hashable, ...]  # where a leaf stands below a shared choice


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """An alternative at work.

    Parameters
    ----------
    value : object
        What ``set_params`` is given.
    deferred : bool
        Whether the value is that of a child instead.
    nodes : tuple of Node
        What exists with it.
    """

    value: Any
    deferred: bool
    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A leaf at work: with the number of its column.

    Parameters
    ----------
    path : str or None
        The name that ``set_params`` takes; None for a choice among dicts.
    column : int
        Number of the column, ``CONSTANT`` for a single value.
    leaf : Leaf
        The definition.
    branches : tuple of Branch
        One for each cell of a categorical dimension.
    """

    path: str | None
    column: int
    leaf: Leaf
    branches: tuple[Branch, ...]

    @property
    def dimension(self) -> Dimension:
        """The map between values and the unit interval."""
        return self.leaf.dimension


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A tree with its columns.

    Parameters
    ----------
    nodes : tuple of Node
        The tree.
    columns : tuple of Column
        Parents stand before their children.
    shared : frozenset of int
        Columns that several parameters may show at once.
    """

    nodes: tuple[Node, ...]
    columns: tuple[Column, ...]
    shared: frozenset[int]


@dataclass(slots=True, eq=False)
class _Entry:
    """A column to be, and the places where it stands."""

    leaf: Leaf
    paths: dict[str, None] = field(default_factory=dict)
    contexts: list[tuple[Hashable, int] | None] = field(default_factory=list)


def compile_group(leaves: Group) -> Layout:
    """Return the columns of a tree.

    Parameters
    ----------
    leaves : tuple of Leaf
        The tree.

    Returns
    -------
    Layout
        Parameters of one ``name`` have one column, and so has a parameter that several
        alternatives open.

    Raises
    ------
    ValueError
        If dimensions of one ``name`` differ.
    """
    compiler = _Compiler()
    compiler.visit(leaves, None, None)
    order = compiler.order()
    number = {key: j for j, key in enumerate(order)}
    return Layout(
        compiler.nodes(leaves, None, number),
        tuple(compiler.column(key, number) for key in order),
        frozenset(number[key] for key in order if compiler.is_shared(key)),
    )


class _Compiler:
    def __init__(self) -> None:
        self.entries: dict[Hashable, _Entry] = {}

    def visit(
        self, leaves: Group, context: tuple[Hashable, int] | None, trail: Trail | None
    ) -> None:
        for place, leaf in enumerate(leaves):
            below = _below(leaf, place, trail)
            if leaf.dimension.n_values == 1:
                for i, alternative in enumerate(leaf.alternatives):
                    self.visit(alternative.children, context, _extend(below, i))
                continue
            key = _key(leaf, below)
            self.register(key, leaf, context)
            for i, alternative in enumerate(leaf.alternatives):
                self.visit(alternative.children, (key, i), _extend(below, i))

    def register(self, key: Hashable, leaf: Leaf, context: tuple[Hashable, int] | None) -> None:
        entry = self.entries.setdefault(key, _Entry(leaf))
        if not same_leaf(entry.leaf, leaf):
            raise ValueError(
                f"Parameter {leaf.path!r}: dimensions of one name should be equal, but "
                f"{leaf.dimension.name!r} is {entry.leaf.dimension!r} and {leaf.dimension!r}."
            )
        if leaf.path is not None:
            entry.paths.setdefault(leaf.path)
        entry.contexts.append(context)

    def is_shared(self, key: Hashable) -> bool:
        return isinstance(key, tuple) and len(self.entries[key].contexts) > 1

    def order(self) -> list[Hashable]:
        """Return the keys as they were met, yet parents before children."""
        done: dict[Hashable, None] = {}

        def put(key: Hashable) -> None:
            if key in done:
                return
            for context in self.entries[key].contexts:
                if context is not None:
                    put(context[0])
            done[key] = None

        for key in self.entries:
            put(key)
        return [*done]

    def column(self, key: Hashable, number: dict[Hashable, int]) -> Column:
        entry = self.entries[key]
        dimension = entry.leaf.dimension
        paths = tuple(entry.paths)
        parents: dict[int, set[int]] = {}
        for context in entry.contexts:
            if context is not None:
                parents.setdefault(number[context[0]], set()).add(context[1])
        return Column(
            name=dimension.name or (paths[0] if paths else "(dict)"),
            paths=paths,
            parents=()
            if None in entry.contexts
            else tuple((j, frozenset(cells)) for j, cells in sorted(parents.items())),
            dimension=dimension,
            alternatives=entry.leaf.alternatives,
        )

    def nodes(
        self, leaves: Group, trail: Trail | None, number: dict[Hashable, int]
    ) -> tuple[Node, ...]:
        made = []
        for place, leaf in enumerate(leaves):
            below = _below(leaf, place, trail)
            column = CONSTANT if leaf.dimension.n_values == 1 else number[_key(leaf, below)]
            branches = tuple(
                Branch(
                    alternative.value,
                    alternative.deferred or leaf.path is None,
                    self.nodes(alternative.children, _extend(below, i), number),
                )
                for i, alternative in enumerate(leaf.alternatives)
            )
            made.append(Node(leaf.path, column, leaf, branches))
        return tuple(made)


def _below(leaf: Leaf, place: int, trail: Trail | None) -> Trail | None:
    """Return where a leaf stands below a shared choice; None where there is none above."""
    if leaf.dimension.name is not None:
        return (leaf.dimension.name,)
    return None if trail is None else (*trail, place)


def _extend(trail: Trail | None, i: int) -> Trail | None:
    return None if trail is None else (*trail, i)


def _key(leaf: Leaf, below: Trail | None) -> Hashable:
    return id(leaf) if below is None else below
