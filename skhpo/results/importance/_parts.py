"""Where in the cube a conditional parameter exists, as products of cells of its ancestors."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from skhpo.space import Space
from skhpo.space.column import Column

Array = NDArray[np.float64]
Part = Mapping[int, frozenset[int]]  # column -> the cells it may lie in; absent: anywhere


def parts_of(space: Space, j: int) -> list[Part]:
    """Return disjoint parts of the cube that are together where a column is active.

    Parameters
    ----------
    space : Space
        The space.
    j : int
        The column.

    Returns
    -------
    list of dict
        The whole cube, ``[{}]``, for a parameter that always exists.

    Examples
    --------
    >>> from skhpo.space import Choice, Integer, Space, When
    >>> space = Space({"kernel": Choice("rbf", When("poly", degree=Integer(2, 5)))})
    >>> parts_of(space, 0), parts_of(space, 1)
    ([{}], [{0: frozenset({1})}])
    """
    disjoint: list[Part] = []
    for path in _paths(space.columns, j):
        pieces: list[Part] = [path]
        for earlier in disjoint:
            pieces = [rest for piece in pieces for rest in _without(piece, earlier, space.columns)]
        disjoint += pieces
    return disjoint


def both(a: Part, b: Part) -> Part | None:
    """Intersect two parts; None if that is empty.

    Examples
    --------
    >>> both({0: frozenset({1, 2})}, {0: frozenset({2}), 3: frozenset({0})})
    {0: frozenset({2}), 3: frozenset({0})}
    >>> both({0: frozenset({1})}, {0: frozenset({2})}) is None
    True
    """
    met = {**a, **b, **{j: a[j] & b[j] for j in a if j in b}}
    return met if all(met.values()) else None


def key(part: Part) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Return what is equal for equal parts.

    Examples
    --------
    >>> key({2: frozenset({1, 0})})
    ((2, (0, 1)),)
    """
    return tuple((j, tuple(sorted(cells))) for j, cells in sorted(part.items()))


def widths(column: Column) -> Array:
    """Return the widths of a column's cells, which are the probabilities of its values.

    Examples
    --------
    >>> from skhpo.space import Integer, Space
    >>> widths(Space({"k": Integer(1, 4)}).columns[0])
    array([0.25, 0.25, 0.25, 0.25])
    """
    centres = column.position(np.arange(column.n_values or 0))
    found, edge = np.empty(len(centres)), 0.0
    for i, centre in enumerate(centres):  # a centre lies in the middle of its cell
        found[i] = 2.0 * (centre - edge)
        edge += found[i]
    return found


def mass(part: Part, columns: Sequence[Column]) -> float:
    """Return the probability of a part under the prior.

    Examples
    --------
    >>> from skhpo.space import Integer, Space
    >>> mass({0: frozenset({0, 3})}, Space({"k": Integer(1, 4)}).columns)
    0.5
    """
    return float(np.prod([widths(columns[j])[list(cells)].sum() for j, cells in part.items()]))


def drawn_into(U: Array, part: Part, columns: Sequence[Column]) -> Array:
    """Map uniform points of the cube to uniform points of a part.

    Parameters
    ----------
    U : ndarray of shape (n, d)
        Points.
    part : dict
        The part.
    columns : sequence of Column
        The columns.

    Returns
    -------
    ndarray of shape (n, d)
        A copy with centres of allowed cells, as often as is probable, in the part's columns.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.space import Integer, Space
    >>> columns = Space({"k": Integer(1, 4)}).columns
    >>> drawn_into(np.array([[0.2], [0.8]]), {0: frozenset({0, 3})}, columns).ravel()
    array([0.125, 0.875])
    """
    U = U.copy()
    for j, allowed in part.items():
        cells = np.array(sorted(allowed), dtype=np.intp)
        ends = np.cumsum(widths(columns[j])[cells])
        which = np.searchsorted(ends[:-1] / ends[-1], U[:, j], side="right")
        U[:, j] = columns[j].position(cells)[which]
    return U


def _paths(columns: Sequence[Column], j: int) -> Iterator[Part]:
    """Yield the ways in which a column can be active; they may overlap."""
    if not columns[j].parents:
        yield {}
    for parent, cells in columns[j].parents:
        for above in _paths(columns, parent):
            path = both(above, {parent: cells})
            if path is not None:
                yield path


def _without(a: Part, b: Part, columns: Sequence[Column]) -> list[Part]:
    """Return disjoint parts that are together a without b."""
    if both(a, b) is None:
        return [a]
    pieces: list[Part] = []
    rest = dict(a)
    for j, cells in b.items():
        own = rest.get(j, frozenset(range(columns[j].n_values or 0)))
        if own - cells:
            pieces.append({**rest, j: own - cells})
        rest[j] = own & cells
    return pieces
