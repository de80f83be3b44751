"""The geometry of the encoded space: what is active, and what is canonical."""

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skhpo.space._dimension import Floats
from skhpo.space.column import Column

Bools = NDArray[np.bool_]
MAX_VARIANTS = 16  # positions tried of each column in search of an allowed default


class Cube:
    """The unit cube of some columns, as arrays see it.

    Parameters
    ----------
    columns : tuple of Column
        Parents stand before their children.
    """

    def __init__(self, columns: tuple[Column, ...]) -> None:
        self.columns = columns

    @cached_property
    def defaults(self) -> Floats:
        """Positions of the defaults, those of inactive columns too."""
        return np.array([column.default for column in self.columns], dtype=np.float64)

    @cached_property
    def _tables(self) -> list[tuple[int, list[tuple[int, Bools]]]]:
        """For each conditional column its parents, and which of their cells open it."""
        tables = []
        for j, column in enumerate(self.columns):
            parents = []
            for parent, cells in column.parents:
                # One cell more than there are stands for NaN and opens nothing.
                opens = np.zeros((self.columns[parent].n_values or 0) + 1, dtype=np.bool_)
                opens[list(cells)] = True
                parents.append((parent, opens))
            if parents:
                tables.append((j, parents))
        return tables

    def points(self, X: ArrayLike) -> Floats:
        """Return points as an array; ValueError unless the shape is (n, n_dims)."""
        X = np.asarray(X, dtype=np.float64)
        if X.ndim != 2 or X.shape[1] != len(self.columns):
            raise ValueError(f"X should have the shape (n, {len(self.columns)}), got {X.shape}.")
        return X

    def point(self, positions: Mapping[int, float]) -> Floats:
        """Return the point with these positions, NaN elsewhere."""
        x = np.full(len(self.columns), np.nan)
        for j, u in positions.items():
            x[j] = u
        return x

    def activity(self, X: Floats) -> Bools:
        """Say which coordinates are active, shape (n, n_dims)."""
        active = np.ones(X.shape, dtype=np.bool_)
        cells: dict[int, NDArray[np.intp]] = {}
        for j, parents in self._tables:
            active[:, j] = False
            for parent, opens in parents:
                if parent not in cells:
                    u = X[:, parent]
                    missing = np.isnan(u)
                    index = self.columns[parent].index(np.where(missing, 0.0, u))
                    cells[parent] = np.where(missing, len(opens) - 1, index)
                active[:, j] |= active[:, parent] & opens[cells[parent]]
        return active

    def snap(self, X: Floats) -> Floats:
        """Return points in their canonical form; ValueError when an active one is NaN."""
        active = self.activity(X)
        missing = np.isnan(X) & active
        if missing.any():
            name = self.columns[int(np.argwhere(missing)[0, 1])].name
            raise ValueError(f"X is NaN at {name!r}, which is active; it should be a number.")
        snapped = np.full(X.shape, np.nan)
        for j, column in enumerate(self.columns):
            rows = active[:, j]
            snapped[rows, j] = column.dimension.snap(X[rows, j])
        return snapped

    def snap_one(self, x: Floats) -> Floats:
        """Return one point in its canonical form, shape (n_dims,)."""
        return np.asarray(self.snap(x[np.newaxis])[0])

    def variants(self) -> Iterator[Floats]:
        """Iterate over the default point with a single coordinate changed."""
        for j, column in enumerate(self.columns):
            n = min(column.n_values or MAX_VARIANTS, MAX_VARIANTS)
            for u in (np.arange(n) + 0.5) / n:
                x = self.defaults.copy()
                x[j] = u
                yield self.snap_one(x)

    def witness(self, j: int) -> Floats:
        """Return the default point changed so that a column is active."""
        x = self.defaults.copy()
        self._activate(j, x)
        return self.snap_one(x)

    def _activate(self, j: int, x: Floats) -> None:
        """Change the parents of a column, and theirs, so that it is active."""
        active = self.activity(x[np.newaxis])[0]
        if active[j]:
            return
        parents = self.columns[j].parents
        parent, cells = next((p for p in parents if active[p[0]]), parents[0])
        self._activate(parent, x)
        x[parent] = self.columns[parent].position(np.asarray(min(cells)))
