"""Distributions of scipy.stats, and objects that can only be drawn from."""

from collections.abc import Callable
from typing import Any

import numpy as np

from skhpo.space._dimension import Cells, Dimension, Floats, weighted_edges
from skhpo.space._values import is_integer, is_number, native, show, show_many
from skhpo.space.integer import MAX_INTEGER, Integer
from skhpo.space.real import Real

TAIL = 1e-9  # probability left out at an end that has no bound
MAX_CELLS = 2**20  # values of a discrete distribution that are told apart


class Continuous(Dimension):
    """A continuous distribution: the position of a value is its cumulative probability.

    An end without a bound is cut off at a probability of 1e-9, and with it the other end: that of
    a distribution of positive numbers is zero, which is no value that could be drawn.

    Parameters
    ----------
    distribution : object
        Has ``ppf``, ``cdf`` and ``support``, as a frozen distribution of :mod:`scipy.stats`.

    Examples
    --------
    >>> from scipy.stats import norm
    >>> from skhpo.space import Space
    >>> [column] = Space({"shift": norm(10, 2)}).columns
    >>> round(column.value(0.5), 9), round(column.unit(12.0), 4)
    (10.0, 0.8413)
    """

    kind = "continuous"

    def __init__(self, distribution: Any) -> None:
        bounded = np.isfinite(distribution.support()).all()
        first, last = (0.0, 1.0) if bounded else (TAIL, 1 - TAIL)
        self._set(distribution=distribution, first=first, last=last)
        self._set(low=float(distribution.ppf(first)), high=float(distribution.ppf(last)))

    @property
    def n_values(self) -> None:
        """None: a continuous distribution has no number of values."""
        return

    def value(self, u: float) -> float:
        """Return the quantile at a position."""
        own = self.__dict__
        value = float(own["distribution"].ppf(min(max(u, own["first"]), own["last"])))
        return float(min(max(value, own["low"]), own["high"]))

    def unit(self, value: Any) -> float:
        """Return the cumulative probability of a value; ValueError when it lies outside."""
        own = self.__dict__
        if not is_number(value) or not own["low"] <= value <= own["high"]:
            raise self.outside(value)
        u = float(own["distribution"].cdf(float(value)))
        return float(min(max(u, own["first"]), own["last"]))

    def snap(self, u: Floats) -> Floats:
        """Return the nearest positions that have a value."""
        return np.clip(u, self.__dict__["first"], self.__dict__["last"])

    def allowed(self) -> str:
        """Return a phrase that names what is allowed."""
        return f"a number from {self.__dict__['low']!r} to {self.__dict__['high']!r}"

    def _key(self) -> tuple[Any, ...]:
        return (repr(self),)

    def __repr__(self) -> str:
        return describe(self.__dict__["distribution"])


class Discrete(Cells):
    """A discrete distribution: numbers in order, with cells as wide as their probabilities.

    Parameters
    ----------
    source : object
        The distribution.
    values : ndarray
        Its values, increasing.
    probabilities : ndarray of float
        Their probabilities, up to a factor. Values too rare to have a cell are left out.

    Examples
    --------
    >>> from scipy.stats import poisson
    >>> from skhpo.space import Space
    >>> [column] = Space({"depth": poisson(3)}).columns
    >>> column.kind, column.value(0.5)
    ('discrete', 3)
    """

    kind = "discrete"

    def __init__(self, source: Any, values: Any, probabilities: Floats) -> None:
        values, probabilities = np.asarray(values), np.asarray(probabilities, dtype=float)
        kept = probabilities > 1e-12 * probabilities.sum()
        self._set(source=source, values=values[kept], edges=weighted_edges(probabilities[kept]))

    def value(self, u: float) -> Any:
        """Return the number at a position: an int where it is whole."""
        return self.__dict__["values"][self.cell(u)].item()

    def unit(self, value: Any) -> float:
        """Return the position of a number; ValueError when it is none of the values."""
        values = self.__dict__["values"]
        if is_number(value) and (is_integer(value) or values.dtype.kind == "f"):
            i = int(np.searchsorted(values, value))
            if i < len(values) and values[i] == value:
                return float(self.centers[i])
        raise self.outside(value)

    def allowed(self) -> str:
        """Return a phrase that names what is allowed."""
        values = self.__dict__["values"]
        if values.dtype.kind == "f" or len(values) <= 10:
            return f"one of {show_many(values.tolist())}"
        return f"a whole number from {values[0]} to {values[-1]} that {self!r} gives"

    def _key(self) -> tuple[Any, ...]:
        return (repr(self), self.__dict__["values"].tobytes(), self.edges.tobytes())

    def __repr__(self) -> str:
        return describe(self.__dict__["source"])


def is_distribution(value: object) -> bool:
    """Whether this has ``ppf`` and ``cdf`` as a frozen distribution of scipy.stats has."""
    return all(hasattr(value, method) for method in ("rvs", "ppf", "cdf", "support"))


def from_distribution(path: str, source: Any) -> Dimension:
    """Return the dimension of a distribution.

    Parameters
    ----------
    path : str
        The parameter, for messages.
    source : object
        A frozen distribution of :mod:`scipy.stats`, or what has its methods.

    Returns
    -------
    Dimension
        Closed-form where it is uniform or log-uniform.

    Raises
    ------
    TypeError
        If its arguments are missing.
    ValueError
        If the distribution has no values, which is what scipy makes of bad arguments.
    """
    try:
        median = source.ppf(0.5)
    except TypeError as error:
        raise TypeError(
            f"Parameter {path!r}: {describe(source)} should be frozen, that is called with its "
            f"arguments ({error})."
        ) from None
    if not np.isfinite(median):
        raise ValueError(
            f"Parameter {path!r}: {describe(source)} has no values (its median is {median}); "
            "its arguments should be ones that scipy.stats allows."
        )
    kind = getattr(getattr(source, "dist", source), "name", None)
    if hasattr(source, "pmf"):
        return _from_discrete(source, kind)
    return _closed_form(source, kind) or Continuous(source)


def describe(source: Any) -> str:
    """Return a text for a distribution, for which scipy has none; the ``repr`` of all else."""
    if not is_distribution(source) or isinstance(source, type):
        return repr(source)
    dist = getattr(source, "dist", None)
    if dist is None or not hasattr(dist, "name"):
        return str(getattr(source, "name", repr(source)))
    arguments = [show(native(value)) for value in source.args]
    arguments += [f"{key}={show(native(value))}" for key, value in source.kwds.items()]
    return f"{dist.name}({', '.join(arguments)})"


class _Closed(Real):
    """A uniform or log-uniform distribution of scipy.stats, without its overhead."""

    def __init__(self, source: Any, low: float, high: float, log: bool) -> None:
        super().__init__(low, high, log=log)
        self._set(distribution=source)

    def __repr__(self) -> str:
        return describe(self.__dict__["distribution"])


def _closed_form(source: Any, kind: Any) -> Real | None:
    if kind not in ("uniform", "loguniform", "reciprocal"):
        return None
    low, high = map(float, source.support())
    log = kind != "uniform"
    if not low < high or (log and low <= 0):
        return None
    real = _Closed(source, low, high, log)
    # A shifted log-uniform is not log-uniform any more: look at the quantiles to be sure.
    quantiles = (0.1, 0.5, 0.9)
    agree = np.allclose([real.value(u) for u in quantiles], source.ppf(quantiles), rtol=1e-9)
    return real if agree else None


class _ClosedInteger(Integer):
    """A discrete uniform distribution of scipy.stats, however wide."""

    def __init__(self, source: Any, low: int, high: int) -> None:
        super().__init__(low, high)
        self._set(distribution=source)

    def __repr__(self) -> str:
        return describe(self.__dict__["distribution"])


def _from_discrete(source: Any, kind: Any) -> Dimension:
    xk = getattr(getattr(source, "dist", source), "xk", None)
    if xk is not None:
        values = np.unique(np.asarray(xk))
        if np.all(values == np.floor(values)):
            values = values.astype(np.int64)
        return Discrete(source, values, source.pmf(values))
    start, end = source.support()
    if kind == "randint" and max(abs(start), abs(end)) <= MAX_INTEGER and start < end:
        return _ClosedInteger(source, int(start), int(end))
    # The far quantiles of a heavy tail may take for ever; cumulative probabilities do not.
    median = int(source.ppf(0.5))
    left = _reach(lambda width: source.cdf(median - width - 1))
    right = _reach(lambda width: source.sf(median + width))
    values = np.arange(max(median - left, start), min(median + right, end) + 1).astype(np.int64)
    probabilities = source.pmf(values)
    above = np.cumsum(probabilities[::-1])[::-1]
    kept = (np.cumsum(probabilities) > TAIL) & (above > TAIL)
    return Discrete(source, values[kept], probabilities[kept])


def _reach(outside: Callable[[int], float]) -> int:
    """Return how far from the median to go until hardly any probability lies outside."""
    width = 1
    while width < MAX_CELLS // 4 and outside(width) > TAIL:
        width *= 2
    return width
