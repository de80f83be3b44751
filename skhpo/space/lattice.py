"""Levels of parameters: a grid in any space, and the neighbours on it.

Nothing here is drawn at random or remembered. Strategies that search a grid differ in the order
in which they visit it.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from skhpo.space._dimension import Floats, Ints
from skhpo.space._levels import bounds, is_divided, level_positions
from skhpo.space.column import Column
from skhpo.space.space import Space

NEAR = 1e-9  # positions that differ by less are the same level


class Lattice:
    """The levels of the columns of a space, and steps from one to the next.

    Parameters
    ----------
    space : Space
        What may be tried.

    Examples
    --------
    >>> from skhpo.space import Integer, Real, Space
    >>> from skhpo.space.lattice import Lattice
    >>> lattice = Lattice(Space({"a": Real(0, 1), "i": Integer(1, 4), "k": ["x", "y"]}))
    >>> [lattice.levels(j, 3).tolist() for j in range(3)]
    [[0.0, 0.5, 1.0], [0.125, 0.625, 0.875], [0.25, 0.75]]
    >>> lattice.steps(0, 0.5, 0.25)
    [0.25, 0.75]
    """

    def __init__(self, space: Space) -> None:
        self.space = space
        self.bounds = [bounds(column.dimension) for column in space.columns]

    @cached_property
    def opens(self) -> NDArray[np.bool_]:
        """Which columns decide whether others are active."""
        parents = {parent for column in self.space.columns for parent, _ in column.parents}
        return np.array([j in parents for j in range(self.space.n_dims)], dtype=np.bool_)

    @cached_property
    def is_categorical(self) -> list[bool]:
        """Which columns hold categories."""
        return [column.kind == "categorical" for column in self.space.columns]

    @cached_property
    def n_values(self) -> list[int | None]:
        """Number of values of each column, None: any; of k alternatives -k, as all are levels."""
        return [
            -(column.n_values or 0) if column.kind == "categorical" else column.n_values
            for column in self.space.columns
        ]

    @cached_property
    def order(self) -> list[int]:
        """All columns, those first on which the activity of others depends, categories last."""
        keys = [(not self.opens[j], self.is_categorical[j]) for j in range(self.space.n_dims)]
        return sorted(range(self.space.n_dims), key=keys.__getitem__)

    @cached_property
    def defaults(self) -> Floats:
        """Positions of the defaults, of inactive columns too."""
        return np.array([column.default for column in self.space.columns], dtype=np.float64)

    def levels(self, j: int, n: int, *, inside: bool = False) -> Floats:
        """Return the levels of a column.

        Parameters
        ----------
        j : int
            The column.
        n : int
            How many, where there are more values than that. Alternatives are all levels.
        inside : bool, default=False
            Whether a range is divided into n equal parts of which the middles are the levels;
            else both ends are levels.

        Returns
        -------
        ndarray of float
            Positions, increasing.
        """
        column = self.space.columns[j]
        if column.kind == "categorical" or (column.n_values or n + 1) <= n:
            return column.position(np.arange(column.n_values or 0))
        low, high = self.bounds[j]
        shares = (np.arange(n) + 0.5) / n if inside or n == 1 else np.linspace(0.0, 1.0, n)
        return np.unique(column.dimension.snap(low + (high - low) * shares))

    def steps(self, j: int, u: float, spacing: float) -> list[float]:
        """Return the next lower and the next higher level; of a category, all others.

        Parameters
        ----------
        j : int
            The column.
        u : float
            Where to step from.
        spacing : float
            Distance of the levels, as a share of the range.

        Returns
        -------
        list of float
            At most two positions where the column is ordered.
        """
        column = self.space.columns[j]
        if column.kind == "categorical":
            cells = np.arange(column.n_values or 0)
            here = column.dimension.cell(u)
            return [float(v) for v in column.position(cells[cells != here])]
        if column.kind == "discrete":
            return _steps_of_cells(column, u, spacing)
        low, high = self.bounds[j]
        level = (u - low) / (high - low) / spacing
        down, up = np.ceil(level - NEAR) - 1, np.floor(level + NEAR) + 1
        found = [min(max(step * spacing, 0.0), 1.0) for step in (down, up)]
        found = [float(low + (high - low) * share) for share in found]
        return [v for v in found if abs(v - u) > NEAR]

    def rounded(self, j: int, u: float, spacing: float) -> float:
        """Return the nearest level of an ordered column.

        Parameters
        ----------
        j : int
            The column.
        u : float
            A position.
        spacing : float
            Distance of the levels, as a share of the range.

        Returns
        -------
        float
            Its position.
        """
        low, high = self.bounds[j]
        share = np.rint((u - low) / (high - low) / spacing) * spacing
        u = float(low + (high - low) * min(max(share, 0.0), 1.0))
        return float(self.space.columns[j].dimension.snap(np.array([u]))[0])

    def moved(self, x: Floats, j: int, u: float, otherwise: Floats) -> Floats:
        """Return a point with one coordinate changed.

        Parameters
        ----------
        x : ndarray of shape (n_dims,)
            A snapped point.
        j : int
            The column.
        u : float
            Its new position, one that `steps` or `levels` gave.
        otherwise : ndarray of shape (n_dims,)
            Positions of what becomes active by that.

        Returns
        -------
        ndarray of shape (n_dims,)
            The snapped point.
        """
        new = x.copy()
        new[j] = u
        if self.opens[j]:
            new = np.where(np.isnan(new), otherwise, new)
            return np.asarray(self.space.snap(new[np.newaxis])[0])
        return new

    def all_levels(self, n: int, *, inside: bool = False) -> list[Floats]:
        """Return the levels of all columns.

        Parameters
        ----------
        n : int
            How many, where there are more values than that.
        inside : bool, default=False
            As for `levels`.

        Returns
        -------
        list of ndarray of float
            Positions, increasing.
        """
        return [self.levels(j, n, inside=inside) for j in range(self.space.n_dims)]

    def points(self, table: Ints, levels: Sequence[Floats]) -> Floats:
        """Return the points of a table of levels.

        Parameters
        ----------
        table : ndarray of int, shape (n, n_dims)
            A level of each column, from 0.
        levels : sequence of ndarray
            The positions of each column's levels.

        Returns
        -------
        ndarray of shape (m, n_dims)
            Snapped points that are not forbidden, each once (rows that differ in inactive
            parameters alone are the same), in the order of their first rows.
        """
        X = np.empty((len(table), len(levels)))
        for j, column in enumerate(levels):
            X[:, j] = column[table[:, j]]
        X = self.space.snap(X)
        _, first = np.unique(np.where(np.isnan(X), -1.0, X), axis=0, return_index=True)
        X = X[np.sort(first)]
        return np.asarray(X[self.space.allowed(X)])


def _steps_of_cells(column: Column, u: float, spacing: float) -> list[float]:
    """Return the cells at a distance, neighbouring ones if that is less than a cell."""
    dimension = column.dimension
    here, last = dimension.cell(u), (column.n_values or 1) - 1
    below = min(dimension.cell(max(u - spacing, 0.0)), here - 1)
    above = max(dimension.cell(min(u + spacing, 1.0)), here + 1)
    cells = [cell for cell in (below, above) if 0 <= cell <= last]
    return [float(column.position(np.asarray(cell))) for cell in cells]


def grid_levels(space: Space, n_levels: int) -> list[Floats | None]:
    """Return the levels of the columns of the grid that ``space.enumerate(n_levels)`` runs over.

    Parameters
    ----------
    space : Space
        What may be tried.
    n_levels : int
        Into how many levels continuous parameters, and whole numbers of which there are more,
        are divided, both ends included.

    Returns
    -------
    list of (ndarray of float, or None)
        Increasing positions; None for a column of which all values are levels.
    """
    dimensions = [column.dimension for column in space.columns]
    return [
        level_positions(dimension, n_levels) if is_divided(dimension, n_levels) else None
        for dimension in dimensions
    ]
