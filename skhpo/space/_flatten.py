"""A search space as the list of dicts that scikit-learn's own searches accept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skhpo.space._compile import Branch, Layout, Node
from skhpo.space._dimension import Cells, Dimension, Floats
from skhpo.space.integer import Integer
from skhpo.space.ordinal import Ordinal
from skhpo.space.real import Real

MAX_LISTED = 1000  # whole numbers that are written out where a distribution would do as well


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """The prior of a dimension, drawn from as scikit-learn draws from distributions.

    Parameters
    ----------
    dimension : Dimension
        The map between values and the unit interval.

    Examples
    --------
    >>> from skhpo.space import Integer, Real, Space
    >>> space = Space({"n": Integer(1, 9, log=True), "C": Real(0, 1)})
    >>> [part] = space.flatten()
    >>> part["n"]
    Prior(Integer(1, 9, log=True))
    >>> part["n"].rvs(random_state=0)
    3
    """

    dimension: Dimension

    def rvs(self, size: int | None = None, random_state: Any = None) -> Any:
        """Draw values.

        Parameters
        ----------
        size : int or None, default=None
            How many; None for a single one that is not in a list.
        random_state : int, RandomState, Generator or None, default=None
            Source of randomness.

        Returns
        -------
        object, or list of object
            Values of the dimension.
        """
        rng = random_state
        if not hasattr(rng, "uniform"):
            rng = np.random.default_rng(random_state)
        positions: Floats = rng.uniform(size=1 if size is None else size)
        values = [self.dimension.value(u) for u in positions.tolist()]
        return values[0] if size is None else values

    def __repr__(self) -> str:
        return f"Prior({self.dimension!r})"


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One dict to be, and the cells at which it fixes shared columns."""

    values: dict[str, Any]
    fixed: dict[int, int]


def flatten(layout: Layout, finite: bool) -> list[dict[str, Any]]:
    """Return a list of dicts that covers the same configurations.

    Parameters
    ----------
    layout : Layout
        The tree with its columns.
    finite : bool
        Whether all is to be written as lists; elsewhere distributions keep the prior.

    Returns
    -------
    list of dict
        Lists and distributions by the names that ``set_params`` takes.

    Raises
    ------
    ValueError
        If several parameters share a continuous column, which no dict can say.
    """
    return [part.values for part in _group_parts(layout.nodes, layout, finite)]


def _group_parts(nodes: Sequence[Node], layout: Layout, finite: bool) -> list[_Part]:
    parts = [_Part({}, {})]
    for node in nodes:
        options = [*_node_parts(node, layout, finite)]
        joined = (_join(part, option) for part in parts for option in options)
        parts = [part for part in joined if part is not None]
    return parts


def _join(a: _Part, b: _Part) -> _Part | None:
    """Return both parts as one; None where they fix a shared column differently."""
    if any(a.fixed.get(column, cell) != cell for column, cell in b.fixed.items()):
        return None
    return _Part({**a.values, **b.values}, {**a.fixed, **b.fixed})


def _node_parts(node: Node, layout: Layout, finite: bool) -> Iterator[_Part]:
    if node.column in layout.shared:
        yield from _shared_parts(node, layout, finite)
    elif not node.branches:
        yield _Part({str(node.path): flat_values(node.dimension, finite)}, {})
    elif any(branch.deferred or branch.nodes for branch in node.branches):
        yield from _branch_parts(node, layout, finite)
    else:
        values: Any = [branch.value for branch in node.branches]
        even = np.ptp(np.diff(node.dimension.__dict__["edges"])) < 1e-9
        yield _Part({str(node.path): values if even or finite else Prior(node.dimension)}, {})


def _branch_parts(node: Node, layout: Layout, finite: bool) -> Iterator[_Part]:
    """One part for the alternatives that open nothing, and one or more for each other."""
    plain = [b.value for b in node.branches if not b.deferred and not b.nodes]
    is_first = True
    for branch in node.branches:
        if branch.deferred or branch.nodes:
            yield from _opened(node, branch, layout, finite, {})
        elif is_first:
            yield _Part({str(node.path): plain}, {})
            is_first = False


def _opened(
    node: Node, branch: Branch, layout: Layout, finite: bool, fixed: dict[int, int]
) -> Iterator[_Part]:
    own = {} if branch.deferred else {str(node.path): [branch.value]}
    for part in _group_parts(branch.nodes, layout, finite):
        joined = _join(_Part(own, fixed), part)
        if joined is not None:
            yield joined


def _shared_parts(node: Node, layout: Layout, finite: bool) -> Iterator[_Part]:
    """One part for each value: a dict cannot say that two parameters are equal."""
    if node.dimension.n_values is None:
        raise ValueError(
            f"Parameter {node.path!r}: {node.dimension!r} is shared by "
            f"{', '.join(layout.columns[node.column].paths)} and continuous; a list of dicts "
            "cannot say that they are equal."
        )
    for cell in range(node.dimension.n_values):
        fixed = {node.column: cell}
        if node.branches:
            yield from _opened(node, node.branches[cell], layout, finite, fixed)
        else:
            u = float(node.dimension.position(np.asarray(cell)))
            yield _Part({str(node.path): [node.dimension.value(u)]}, fixed)


def flat_values(dimension: Dimension, finite: bool) -> Any:
    """Return the list, or else the distribution, that stands for a dimension.

    Parameters
    ----------
    dimension : Dimension
        Not categorical.
    finite : bool
        Whether it is to be a list.

    Returns
    -------
    list or object
        A list, a frozen distribution of :mod:`scipy.stats`, or a :class:`Prior`.
    """
    if isinstance(dimension, Ordinal):
        return [dimension.values[i] for i in dimension.order]
    source = dimension.__dict__.get("distribution", dimension.__dict__.get("source"))
    if source is not None and not finite:
        return source
    if isinstance(dimension, Real):
        return _real_distribution(dimension)
    if isinstance(dimension, Integer) and not dimension.log:
        return _integer_values(dimension, finite)
    return _listed(dimension) if finite else Prior(dimension)


def _listed(dimension: Dimension) -> list[Any]:
    n_values = dimension.n_values
    if n_values is None:
        raise ValueError(f"{dimension!r} is continuous and has no list of values.")
    if isinstance(dimension, Cells):
        return [dimension.value(u) for u in dimension.centers.tolist()]
    return [dimension.value(float(dimension.position(np.asarray(i)))) for i in range(n_values)]


def _real_distribution(dimension: Real) -> Any:
    from scipy.stats import loguniform, uniform  # costly to import, and rarely needed

    if dimension.log:
        return loguniform(dimension.low, dimension.high)
    return uniform(dimension.low, dimension.high - dimension.low)


def _integer_values(dimension: Integer, finite: bool) -> Any:
    numbers = range(dimension.low, dimension.high + 1)
    if dimension.n_values <= MAX_LISTED:
        return list(numbers)
    if finite:
        return numbers
    from scipy.stats import randint  # costly to import, and rarely needed

    return randint(dimension.low, dimension.high + 1)
