"""What a user believes of a parameter, as a histogram on its column's unit interval."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from skhpo.space._dimension import Floats, Ints
from skhpo.space._parse import parse_value
from skhpo.space._values import is_number, show
from skhpo.space.choice import Choice
from skhpo.space.column import Column
from skhpo.space.distribution import describe, is_distribution
from skhpo.space.integer import Integer
from skhpo.space.real import Real

N_CELLS = 512  # equally wide ones, and as many equally likely ones, where there is a continuum
MIN_WIDTH = 1e-12  # of a cell; narrower ones are joined
MAX_LISTED = 4096  # whole numbers that have a cell each

FORMS = (
    "a frozen distribution of scipy.stats, a Real, Integer or Choice, a dict {value: weight} or a "
    "sequence of weights"
)


@dataclass(frozen=True, slots=True, eq=False)
class _Law:
    """A distribution of numbers; ``pmf`` is None where it is continuous."""

    cdf: Callable[[Any], Any]
    ppf: Callable[[Any], Any]
    pmf: Callable[[Any], Any] | None
    text: str


def prior_cells(column: Column, prior: Any) -> tuple[Floats, Floats]:
    """Return a prior as a histogram on the unit interval of a column.

    It is truncated to the column's range. A continuous one becomes a histogram of about a
    thousand cells: half of them equally wide, half equally likely. Over whole numbers it gives
    each what lies within one half of it, over a list each what is nearest to it.

    Parameters
    ----------
    column : Column
        The column.
    prior : object
        A frozen distribution of :mod:`scipy.stats`, a `Real`, `Integer` or `Choice`, a dict
        ``{value: weight}`` or a sequence of weights, one a value. Values that a dict leaves out
        have no weight; those that the column does not have are passed over.

    Returns
    -------
    edges : ndarray of shape (n + 1,)
        Strictly increasing from 0 to 1.
    masses : ndarray of shape (n,)
        Probabilities of the cells, which sum to 1.

    Raises
    ------
    TypeError
        If the prior is of no such form, or of one that says nothing of such a column.
    ValueError
        If a weight is not positive, there are too many or too few of them, or the prior gives
        nothing to the column's values.

    Examples
    --------
    >>> from skhpo.space import Space
    >>> [column] = Space({"kernel": ["linear", "rbf"]}).columns
    >>> edges, masses = prior_cells(column, {"rbf": 3, "linear": 1})
    >>> edges.tolist(), masses.tolist()
    ([0.0, 0.5, 1.0], [0.25, 0.75])
    """
    if isinstance(prior, Choice):
        widths = np.diff(prior.edges).tolist()
        edges, masses = _weighted(column, [*zip(prior.alternatives, widths, strict=True)])
    elif isinstance(prior, Mapping):
        _check_weights([*prior.values()])
        edges, masses = _weighted(column, [*prior.items()])
    elif isinstance(prior, Sequence | np.ndarray) and not isinstance(prior, str | bytes):
        edges, masses = _listed(column, [*prior])
    else:
        edges, masses = _numeric(column, _law(column.name, prior))
    total = float(masses.sum())
    if not total > 0:
        raise ValueError(
            f"{_text(prior)} gives no probability to what is allowed: "
            f"{column.dimension.allowed()}."
        )
    return edges, masses / total


def holds(column: Column, value: object) -> bool:
    """Say whether a value is one of a column's.

    Parameters
    ----------
    column : Column
        The column.
    value : object
        Any value.

    Returns
    -------
    bool
        Whether the value has a position.

    Examples
    --------
    >>> from skhpo.space import Space
    >>> [column] = Space({"kernel": ["linear", "rbf"]}).columns
    >>> holds(column, "rbf"), holds(column, "poly")
    (True, False)
    """
    try:
        column.unit(value)
    except ValueError:
        return False
    return True


# -- weights -----------------------------------------------------------------------------------


def _check_weights(weights: list[Any]) -> None:
    for weight in weights:
        if not is_number(weight):
            raise TypeError(f"weights should be numbers, got {show(weight)}.")
        if not 0 < weight < float("inf"):
            raise ValueError(f"weights should be positive and finite, got {weight!r}.")


def _n_cells(column: Column) -> int:
    if column.n_values is None:
        raise TypeError(
            f"weights say nothing of {column.dimension.allowed()}; the prior should be a "
            "frozen distribution of scipy.stats or a Real."
        )
    return column.n_values


def _weighted(column: Column, pairs: list[tuple[Any, float]]) -> tuple[Floats, Floats]:
    n = _n_cells(column)
    known = [(column.unit(value), weight) for value, weight in pairs if holds(column, value)]
    cells = column.index(np.array([u for u, _ in known]))
    starts = np.unique([0, *cells, *(cells + 1)])
    starts = starts[starts < n].astype(np.intp)
    masses = np.zeros(len(starts))
    np.add.at(masses, np.searchsorted(starts, cells), [weight for _, weight in known])
    return _edges(column, starts), masses


def _listed(column: Column, weights: list[Any]) -> tuple[Floats, Floats]:
    n = _n_cells(column)
    if len(weights) != n:
        raise ValueError(f"{n} weights are needed, one a value, got {show(weights)}.")
    _check_weights(weights)
    masses = np.zeros(n)
    masses[list(getattr(column.dimension, "order", range(n)))] = weights  # as they were listed
    return _edges(column, np.arange(n)), masses


# -- numbers -----------------------------------------------------------------------------------


def _law(name: str, prior: Any) -> _Law:
    if isinstance(prior, Integer):
        around = _spread(prior.low - 0.5, prior.high + 0.5, prior.log)

        def cdf(value: Any) -> Any:
            return around.cdf(np.floor(value) + 0.5)

        def pmf(value: Any) -> Any:
            return (cdf(value) - cdf(value - 1)) * (value == np.floor(value))

        return _Law(cdf, lambda t: np.round(around.ppf(t)), pmf, repr(prior))
    if isinstance(prior, Real):
        prior = _spread(prior.low, prior.high, prior.log)
    if isinstance(prior, type) or not is_distribution(prior):
        raise TypeError(f"a prior should be {FORMS}, got {show(prior)}.")
    parse_value(name, prior)  # refuses arguments that make no sense
    return _Law(prior.cdf, prior.ppf, getattr(prior, "pmf", None), describe(prior))


def _spread(low: float, high: float, log: bool) -> Any:
    return stats.loguniform(low, high) if log else stats.uniform(low, high - low)


def _numeric(column: Column, law: _Law) -> tuple[Floats, Floats]:
    if column.kind == "categorical":
        raise TypeError(
            f"{law.text} says nothing of alternatives without an order; the prior should be a "
            "dict {value: weight}, a sequence of weights or a Choice."
        )
    if column.kind == "continuous":
        return _continuum(column, law)
    if column.edges is None:
        return _whole_numbers(column, law)
    values = np.array([column.value(u) for u in column.position(np.arange(_n_cells(column)))])
    masses = np.diff(law.cdf(_between(values, column.log))) if law.pmf is None else law.pmf(values)
    return column.edges, np.asarray(masses, dtype=np.float64)


def _continuum(column: Column, law: _Law) -> tuple[Floats, Floats]:
    if law.pmf is not None:
        raise TypeError(
            f"{law.text} is discrete, but allowed is {column.dimension.allowed()}; the prior "
            "should be continuous."
        )
    low, high = column.value(0.0), column.value(1.0)
    likely = map(column.unit, _quantiles(law, low, high).tolist())
    u = np.unique([*np.linspace(0, 1, N_CELLS + 1), *likely])
    inner = u[(u > MIN_WIDTH) & (u < 1 - MIN_WIDTH)]
    edges = np.concatenate([[0.0], inner[np.diff(inner, prepend=0.0) > MIN_WIDTH], [1.0]])
    return edges, np.diff(law.cdf(np.array([column.value(u) for u in edges.tolist()])))


def _whole_numbers(column: Column, law: _Law) -> tuple[Floats, Floats]:
    """Give each number, or where there are too many each run of them, its probability."""
    n, low = _n_cells(column), int(column.value(0.0))
    starts = np.arange(n) if n <= MAX_LISTED else _runs(column, law, n, low)
    ends = np.append(starts, n) + (low - 0.5)
    return _edges(column, starts), np.diff(law.cdf(ends))


def _runs(column: Column, law: _Law, n: int, low: int) -> Ints:
    likely = np.round(_quantiles(law, low - 0.5, low + n - 0.5)).astype(np.int64) - low
    wide = column.index(np.linspace(0, 1, N_CELLS + 1))
    starts = np.unique([0, *wide, *likely, *(likely + 1)])
    return starts[(starts >= 0) & (starts < n)].astype(np.intp)


def _quantiles(law: _Law, low: float, high: float) -> Floats:
    """Return equally likely values from low to high, first and last ones where the prior ends."""
    first, last = law.cdf(low), law.cdf(high)
    if not last > first:
        return np.empty(0)
    return np.asarray(np.clip(law.ppf(np.linspace(first, last, N_CELLS + 1)), low, high))


def _between(values: Floats, log: bool) -> Floats:
    """Return the ends of the stretches that are nearest to each value."""
    if log:
        return np.asarray(np.exp(_between(np.log(values), False)))
    if len(values) == 1:
        return np.array([-np.inf, np.inf])
    middle = (values[:-1] + values[1:]) / 2
    return np.concatenate([[2 * values[0] - middle[0]], middle, [2 * values[-1] - middle[-1]]])


def _edges(column: Column, starts: Ints) -> Floats:
    """Return where cells begin, and 1 for the end: read off, or found by bisection."""
    if column.edges is not None:
        return np.append(column.edges[starts], 1.0)
    below, above = np.zeros(len(starts)), np.ones(len(starts))
    for _ in range(60):
        middle = (below + above) / 2
        reached = column.index(middle) >= starts
        below, above = np.where(reached, below, middle), np.where(reached, middle, above)
    return np.append(np.where(starts == 0, 0.0, above), 1.0)


def _text(prior: Any) -> str:
    return describe(prior) if is_distribution(prior) else show(prior)
