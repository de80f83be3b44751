"""What every dimension is: a map between values and the unit interval."""

from abc import ABC, abstractmethod
from bisect import bisect_right
from dataclasses import FrozenInstanceError
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from skhpo.space._values import show

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Kind = Literal["continuous", "discrete", "categorical"]


class Dimension(ABC):
    """A map between the values of one parameter and the unit interval.

    Dimensions are immutable and compare by identity. A discrete or categorical dimension
    divides the unit interval into cells, one a value; a value's position is the centre of its
    cell.
    """

    name: str | None = None
    kind: Kind
    log: bool = False

    def __setattr__(self, attribute: str, value: object) -> None:
        raise FrozenInstanceError(f"{type(self).__name__} is immutable: {attribute!r}")

    def __delattr__(self, attribute: str) -> None:
        raise FrozenInstanceError(f"{type(self).__name__} is immutable: {attribute!r}")

    def _set(self, **attributes: Any) -> None:
        """Set attributes while the instance is built."""
        self.__dict__.update(attributes)

    @property
    @abstractmethod
    def n_values(self) -> int | None:
        """Number of values; None when continuous."""

    @abstractmethod
    def value(self, u: float) -> Any:
        """Return the value at a position."""

    @abstractmethod
    def unit(self, value: object) -> float:
        """Return the position of a value; ValueError when it lies outside."""

    @abstractmethod
    def snap(self, u: Floats) -> Floats:
        """Return the nearest canonical positions."""

    @abstractmethod
    def allowed(self) -> str:
        """Return a phrase that names what is allowed."""

    @abstractmethod
    def _key(self) -> tuple[Any, ...]:
        """Return what makes two dimensions of this type the same."""

    @property
    def default(self) -> float:
        """Position of the default: the middle."""
        return float(self.snap(np.array([0.5]))[0])

    def index(self, u: Floats) -> Ints:
        """Return the cell numbers of positions.

        Parameters
        ----------
        u : ndarray of float
            Positions.

        Returns
        -------
        ndarray of int
            Cell numbers, of the shape of ``u``.

        Raises
        ------
        TypeError
            If the dimension is continuous.
        """
        raise TypeError(f"{self!r} is continuous: it has no cells.")

    def cell(self, u: float) -> int:
        """Return the cell number of one position.

        Parameters
        ----------
        u : float
            The position.

        Returns
        -------
        int
            The number of its cell.
        """
        return int(self.index(np.asarray(u)))

    def position(self, i: Ints) -> Floats:
        """Return the centres of cells.

        Parameters
        ----------
        i : ndarray of int
            Cell numbers.

        Returns
        -------
        ndarray of float
            Positions, of the shape of ``i``.

        Raises
        ------
        TypeError
            If the dimension is continuous.
        """
        raise TypeError(f"{self!r} is continuous: it has no cells.")

    def ends(self, u: Floats) -> tuple[Floats, Floats]:
        """Return the ends of the cells that hold these positions.

        Parameters
        ----------
        u : ndarray of float
            Positions.

        Returns
        -------
        left, right : ndarray of float
            Of the shape of ``u``.

        Raises
        ------
        TypeError
            If the dimension is continuous.
        """
        raise TypeError(f"{self!r} is continuous: it has no cells.")

    def outside(self, value: object) -> ValueError:
        """Return the error for a value that lies outside.

        Parameters
        ----------
        value : object
            The value.

        Returns
        -------
        ValueError
            It names the value and what is allowed.
        """
        return ValueError(f"{show(value)} is not allowed; allowed is {self.allowed()}")


class Cells(Dimension):
    """A dimension of finitely many values, each with a cell as wide as its probability.

    Parameters
    ----------
    edges : ndarray of shape (n_values + 1,)
        Ends of the cells, strictly increasing from 0 to 1. Set by the subclass.
    """

    edges: Floats

    @property
    def n_values(self) -> int:
        """Number of values."""
        return len(self.edges) - 1

    @cached_property
    def _inner(self) -> Floats:
        return self.edges[1:-1]

    @cached_property
    def _inner_list(self) -> list[float]:
        inner: list[float] = self._inner.tolist()
        return inner

    def cell(self, u: float) -> int:
        """Return the cell number of one position, at a tenth of the cost of an array.

        Parameters
        ----------
        u : float
            The position.

        Returns
        -------
        int
            The number of its cell.
        """
        return bisect_right(self._inner_list, u)

    @cached_property
    def centers(self) -> Floats:
        """Centres of the cells, shape (n_values,)."""
        return (self.edges[:-1] + self.edges[1:]) / 2

    def index(self, u: Floats) -> Ints:
        """Return the cell numbers of positions.

        Parameters
        ----------
        u : ndarray of float
            Positions; those outside the unit interval belong to the nearest cell.

        Returns
        -------
        ndarray of int
            Cell numbers, of the shape of ``u``.
        """
        return np.searchsorted(self._inner, u, side="right")

    def position(self, i: Ints) -> Floats:
        """Return the centres of cells.

        Parameters
        ----------
        i : ndarray of int
            Cell numbers.

        Returns
        -------
        ndarray of float
            Positions, of the shape of ``i``.
        """
        return self.centers[i]

    def ends(self, u: Floats) -> tuple[Floats, Floats]:
        """Return the ends of the cells that hold these positions.

        Parameters
        ----------
        u : ndarray of float
            Positions.

        Returns
        -------
        left, right : ndarray of float
            Of the shape of ``u``.
        """
        i = self.index(u)
        return self.edges[i], self.edges[i + 1]

    def snap(self, u: Floats) -> Floats:
        """Return the centres of the cells that hold these positions.

        Parameters
        ----------
        u : ndarray of float
            Positions.

        Returns
        -------
        ndarray of float
            Positions, of the shape of ``u``.
        """
        return self.centers[self.index(u)]


def equal_edges(n: int) -> Floats:
    """Return the edges of ``n`` cells of one width."""
    return np.arange(n + 1) / n


def weighted_edges(weights: Any) -> Floats:
    """Return the edges of cells with widths proportional to ``weights``."""
    edges = np.concatenate([[0.0], np.cumsum(weights, dtype=np.float64)])
    edges /= edges[-1]
    return edges


def check_name(owner: str, name: object) -> None:
    """Raise TypeError unless ``name`` is a string or None."""
    if name is not None and not isinstance(name, str):
        raise TypeError(f"{owner}: name should be a string or None, got {name!r}.")
