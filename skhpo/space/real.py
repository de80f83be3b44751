"""A range of real numbers."""

from math import exp, isfinite
from math import log as ln
from typing import Any

import numpy as np

from skhpo.space._dimension import Dimension, Floats, check_name
from skhpo.space._values import finite_number, is_number

MAX_LOG_SPAN = 700.0  # exp of more is no float64


class Real(Dimension):
    """A range of real numbers, both ends included.

    Parameters
    ----------
    low, high : float
        The ends; ``low < high``.
    log : bool, default=False
        Whether the range is even in the logarithm; then ``low > 0``.
    name : str or None, default=None
        Ranges of one name are one shared parameter, wherever they stand.

    Raises
    ------
    TypeError
        If an end is not a number.
    ValueError
        If an end is not finite, the ends are not in order, or ``log`` meets ``low <= 0``.

    See Also
    --------
    Integer : A range of whole numbers.

    Examples
    --------
    >>> from skhpo.space import Real
    >>> C = Real(1e-2, 1e2, log=True)
    >>> C
    Real(0.01, 100.0, log=True)
    >>> C.value(0.0), C.value(1.0), round(C.value(0.5), 9)
    (0.01, 100.0, 1.0)
    """

    kind = "continuous"
    low: float
    high: float

    def __init__(
        self, low: float, high: float, *, log: bool = False, name: str | None = None
    ) -> None:
        check_name("Real", name)
        low = float(finite_number("Real", "low", low))
        high = float(finite_number("Real", "high", high))
        if not low < high:
            raise ValueError(f"Real: low should be less than high, got {low!r} and {high!r}.")
        if log and low <= 0:
            raise ValueError(f"Real: low should be positive when log=True, got {low!r}.")
        span = ln(high) - ln(low) if log else high - low
        if not isfinite(span) or (log and span > MAX_LOG_SPAN):
            raise ValueError(f"Real: the range from {low!r} to {high!r} is too wide.")
        self._set(low=low, high=high, log=bool(log), name=name, _span=span)

    @property
    def n_values(self) -> None:
        """None: a range of real numbers has no number of values."""
        return

    def value(self, u: float) -> float:
        """Return the number at a position.

        Parameters
        ----------
        u : float
            Position; those outside the unit interval give the nearer end.

        Returns
        -------
        float
            Exactly ``low`` at 0 and ``high`` at 1.
        """
        if u <= 0:
            return self.low
        if u >= 1:
            return self.high
        span: float = self.__dict__["_span"]
        raw = self.low * exp(u * span) if self.log else self.low + u * span
        return min(max(float(raw), self.low), self.high)

    def unit(self, value: Any) -> float:
        """Return the position of a number.

        Parameters
        ----------
        value : float
            A number of the range.

        Returns
        -------
        float
            Its position.

        Raises
        ------
        ValueError
            If it lies outside, or is not a number.
        """
        if not is_number(value) or not self.low <= value <= self.high:
            raise self.outside(value)
        if value == self.high:
            return 1.0
        span: float = self.__dict__["_span"]
        distance = ln(value / self.low) if self.log else float(value) - self.low
        return min(max(distance / span, 0.0), 1.0)

    def snap(self, u: Floats) -> Floats:
        """Return the nearest positions of the unit interval.

        Parameters
        ----------
        u : ndarray of float
            Positions.

        Returns
        -------
        ndarray of float
            Positions, of the shape of ``u``.
        """
        return np.clip(u, 0.0, 1.0)

    def allowed(self) -> str:
        """Return a phrase that names what is allowed.

        Returns
        -------
        str
            The end of a sentence.
        """
        return f"a number from {self.low!r} to {self.high!r}"

    def _key(self) -> tuple[Any, ...]:
        return (self.low, self.high, self.log)

    def __repr__(self) -> str:
        options = ", log=True" if self.log else ""
        options += f", name={self.name!r}" if self.name is not None else ""
        return f"Real({self.low!r}, {self.high!r}{options})"
