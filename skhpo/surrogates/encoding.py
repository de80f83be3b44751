"""From points of a conditional space to the columns of the tree kernel.

Notation
--------
X : (n, d)       snapped points of the unit cube, NaN where a parameter is inactive
a_j : (n,)       activity of parameter j, 1 - isnan
Z : (n, D)       numeric j: one column a_j (u_j - 1/2); categorical j with K values: K columns
                 (w/√2) a_j 1[x_j = c], w = 1/2
group            the parameters that share one condition
anc(g)           the groups of the parents of g, recursively

Two different active categories are at squared distance w², an active and an inactive one at
w²/2, two inactive ones at 0. An inactive number stands at the centre. A parameter with one value
has no columns: it says nothing but whether it is active.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates.kernels import Points, Term, TreeKernel

Array = NDArray[np.float64]
Condition = frozenset[tuple[int, frozenset[int]]]

CATEGORY_WEIGHT = 0.5  # w


class Column(Protocol):
    """What is to be known of a parameter."""

    @property
    def kind(self) -> str:
        """``"continuous"``, ``"discrete"`` or ``"categorical"``."""

    @property
    def n_values(self) -> int | None:
        """Number of values, None if continuous."""

    @property
    def parents(self) -> tuple[tuple[int, frozenset[int]], ...]:
        """Columns and values of which any one makes it active; none: always active."""

    def index(self, u: Array) -> NDArray[np.intp]:
        """Numbers of the values at positions of the unit interval."""

    def position(self, i: NDArray[np.intp]) -> Array:
        """Positions of these values in the unit interval."""


@dataclass(frozen=True, eq=False)
class Encoding:
    """Columns, condition groups and kernel of a space; :meth:`of` builds it.

    Parameters
    ----------
    columns : tuple of Column
        The d parameters, parents before their children.
    spans : tuple of ndarray of int
        The columns of Z of each parameter.
    groups : tuple of int
        A parameter of each condition group; its activity is that of the group.
    kernel : TreeKernel
        The kernel over the encoded points.

    Examples
    --------
    A choice of two models, the second with a parameter of its own:

    >>> import numpy as np
    >>> from types import SimpleNamespace as Column
    >>> model = Column(kind="categorical", n_values=2, parents=(), index=lambda u: (u > 0.5) * 1)
    >>> depth = Column(kind="continuous", n_values=None, parents=((0, frozenset({1})),))
    >>> encoding = Encoding.of((model, depth))
    >>> points = encoding.points(np.array([[0.25, np.nan], [0.75, 1.0]]))
    >>> points.Z.round(3)
    array([[0.354, 0.   , 0.   ],
           [0.   , 0.354, 0.5  ]])
    >>> points.active
    array([[False],
           [ True]])
    >>> [term.columns.tolist() for term in encoding.kernel.terms]
    [[0, 1], [0, 1, 2]]
    """

    columns: tuple[Column, ...]
    spans: tuple[NDArray[np.intp], ...]
    groups: tuple[int, ...]
    kernel: TreeKernel

    @classmethod
    def of(cls, columns: Sequence[Column]) -> "Encoding":
        """Encode these parameters."""
        widths = np.array([_width(column) for column in columns], dtype=np.intp)
        ends = np.cumsum(widths)
        spans = tuple(np.arange(e - w, e) for e, w in zip(ends, widths, strict=True))
        conditions = [frozenset(column.parents) for column in columns]
        groups = {c: conditions.index(c) for c in conditions if c}
        scale_of = np.repeat(np.cumsum(widths > 0) - 1, widths)
        terms = [Term(_columns_of([frozenset()], conditions, spans), None)]
        for number, condition in enumerate(groups):
            line = [frozenset(), condition, *_ancestors(condition, conditions)]
            terms.append(Term(_columns_of(line, conditions, spans), number))
        kernel = TreeKernel(tuple(terms), scale_of)
        return cls(tuple(columns), spans, tuple(groups.values()), kernel)

    @property
    def numeric(self) -> NDArray[np.intp]:
        """Parameters that are numbers, with more than one value."""
        return np.array([j for j, c in enumerate(self.columns) if is_number(c)], dtype=np.intp)

    @property
    def numeric_at(self) -> NDArray[np.intp]:
        """The columns of Z of the numeric parameters."""
        return np.array([self.spans[j][0] for j in self.numeric], dtype=np.intp)

    def points(self, X: Array) -> Points:
        """Encode snapped points.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Points, NaN where a parameter is inactive.

        Returns
        -------
        Points
            Their columns and the activity of the groups.
        """
        active = ~np.isnan(X)
        Z = np.zeros((len(X), int(sum(map(len, self.spans)))))
        numeric = self.numeric
        Z[:, self.numeric_at] = np.where(active[:, numeric], X[:, numeric] - 0.5, 0.0)
        for j, column in enumerate(self.columns):
            if column.kind == "categorical" and len(self.spans[j]):
                rows = np.flatnonzero(active[:, j])
                Z[rows, self.spans[j][column.index(X[rows, j])]] = CATEGORY_WEIGHT / np.sqrt(2.0)
        return Points(Z, active[:, list(self.groups)])


def is_number(column: Column) -> bool:
    """Whether a parameter is a number with more than one value.

    Examples
    --------
    >>> from types import SimpleNamespace as Column
    >>> [is_number(Column(kind="discrete", n_values=n)) for n in (1, 5)]
    [False, True]
    """
    return column.kind != "categorical" and column.n_values != 1


def _width(column: Column) -> int:
    """Count the columns of Z."""
    if is_number(column):
        return 1
    return column.n_values if column.n_values is not None and column.n_values > 1 else 0


def _ancestors(condition: Condition, conditions: Sequence[Condition]) -> set[Condition]:
    """Conditions of the parents, of their parents, and so on."""
    found: set[Condition] = set()
    todo = [condition]
    while todo:
        for parent, _ in todo.pop():
            above = conditions[parent]
            if above not in found:
                found.add(above)
                todo.append(above)
    return found


def _columns_of(
    line: Sequence[Condition],
    conditions: Sequence[Condition],
    spans: Sequence[NDArray[np.intp]],
) -> NDArray[np.intp]:
    """Columns of Z of all parameters under these conditions, in order."""
    chosen = [span for c, span in zip(conditions, spans, strict=True) if c in line]
    return np.concatenate([np.zeros(0, dtype=np.intp), *chosen])
