"""A range of whole numbers."""

from math import exp, log
from typing import Any

import numpy as np

from skhpo.space._dimension import Dimension, Floats, Ints, check_name
from skhpo.space._values import finite_number, is_integer

MAX_INTEGER = 2**44  # beyond, the cells of a log range are narrower than float64 resolves


class Integer(Dimension):
    """A range of whole numbers, both ends included.

    The range is widened by one half at both ends and each number takes the cell around it, so
    that all are equally likely (or, with ``log``, likely in proportion to the logarithmic width
    of their cells).

    Parameters
    ----------
    low, high : int
        The ends; ``low < high``.
    log : bool, default=False
        Whether the range is even in the logarithm; then ``low >= 1``.
    name : str or None, default=None
        Ranges of one name are one shared parameter, wherever they stand.

    Raises
    ------
    TypeError
        If an end is not a whole number.
    ValueError
        If the ends are not in order or too large, or ``log`` meets ``low < 1``.

    See Also
    --------
    Real : A range of real numbers.

    Examples
    --------
    >>> from skhpo.space import Integer
    >>> depth = Integer(1, 4)
    >>> [depth.value(u) for u in (0.0, 0.3, 0.5, 1.0)]
    [1, 2, 3, 4]
    >>> Integer(1, 1000, log=True).value(0.5)
    22
    """

    kind = "discrete"
    low: int
    high: int

    def __init__(self, low: int, high: int, *, log: bool = False, name: str | None = None) -> None:
        check_name("Integer", name)
        low, high = _whole("low", low), _whole("high", high)
        if not low < high:
            raise ValueError(f"Integer: low should be less than high, got {low} and {high}.")
        if log and low < 1:
            raise ValueError(f"Integer: low should be at least 1 when log=True, got {low}.")
        self._set(low=low, high=high, log=bool(log), name=name)
        self._set(_start=_log(low - 0.5), _span=_log(high + 0.5) - _log(low - 0.5))

    @property
    def n_values(self) -> int:
        """Number of values."""
        return self.high - self.low + 1

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
        u = np.clip(u, 0.0, 1.0)
        if self.log:
            start, span = self.__dict__["_start"], self.__dict__["_span"]
            cell = np.floor(np.exp(start + u * span) + 0.5) - self.low
        else:
            cell = np.floor(u * self.n_values)
        indices: Ints = np.clip(cell, 0, self.n_values - 1).astype(np.intp)
        return indices

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
        i = np.asarray(i)
        if not self.log:
            return np.asarray((i + 0.5) / self.n_values)
        left, right = self._ends(i)
        return np.asarray((left + right) / 2)

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
        return self._ends(self.index(u))

    def _ends(self, i: Ints) -> tuple[Floats, Floats]:
        """Return the ends of cells by their numbers."""
        if not self.log:
            return i / self.n_values, (i + 1) / self.n_values
        start, span = self.__dict__["_start"], self.__dict__["_span"]
        left, right = np.log(i + (self.low - 0.5)), np.log(i + (self.low + 0.5))
        return (left - start) / span, (right - start) / span

    def value(self, u: float) -> int:
        """Return the number at a position.

        Parameters
        ----------
        u : float
            Position; those outside the unit interval give the nearer end.

        Returns
        -------
        int
            The number whose cell holds the position.
        """
        u = min(max(u, 0.0), 1.0)
        if self.log:
            number = int(exp(self.__dict__["_start"] + u * self.__dict__["_span"]) + 0.5)
        else:
            number = self.low + int(u * self.n_values)
        return min(max(number, self.low), self.high)

    def unit(self, value: Any) -> float:
        """Return the position of a number.

        Parameters
        ----------
        value : int
            A number of the range.

        Returns
        -------
        float
            The centre of its cell.

        Raises
        ------
        ValueError
            If it lies outside, or is not a whole number.
        """
        if not is_integer(value) or not self.low <= value <= self.high:
            raise self.outside(value)
        return float(self.position(np.asarray(int(value) - self.low)))

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
        return self.position(self.index(u))

    def allowed(self) -> str:
        """Return a phrase that names what is allowed.

        Returns
        -------
        str
            The end of a sentence.
        """
        return f"a whole number from {self.low} to {self.high}"

    def _key(self) -> tuple[Any, ...]:
        return (self.low, self.high, self.log)

    def __repr__(self) -> str:
        options = ", log=True" if self.log else ""
        options += f", name={self.name!r}" if self.name is not None else ""
        return f"Integer({self.low!r}, {self.high!r}{options})"


def _whole(parameter: str, value: Any) -> int:
    number = finite_number("Integer", parameter, value)
    if not isinstance(number, int):
        raise TypeError(f"Integer: {parameter} should be a whole number, got {value!r}.")
    if abs(number) > MAX_INTEGER:
        raise ValueError(
            f"Integer: {parameter} should lie within ±{MAX_INTEGER}, got {number}; "
            "use Real for wider ranges."
        )
    return number


def _log(value: float) -> float:
    return log(value) if value > 0 else 0.0  # unused unless log=True, where value >= 1/2
