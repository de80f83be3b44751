"""What the best of further candidates may be, from the upper tail of those so far.

The scores above a threshold are modelled by the generalised Pareto distribution, which the tail
of any distribution comes close to (Pickands). Its parameters are not estimated but averaged over:
with few scores what is not known of them is most of what is not known.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from skhpo.statistics._checks import Array, check_level, finite

_SHAPES = np.linspace(-1.0, 0.25, 26)  # -1: uniform; 0: exponential; scores have no heavy tails
_SCALES = np.geomspace(0.1, 20.0, 40)  # in units of the mean excess
_REACH = np.expm1(np.linspace(0.0, np.log1p(300.0), 200))  # of the same
_RATES = (np.arange(7) + 0.5) / 7  # quantiles of the share above the threshold


@dataclass(frozen=True, eq=False)
class BestOfFurther:
    """A forecast of the best score after some further candidates.

    Parameters
    ----------
    n_further : ndarray of int of shape (n,)
        How many more candidates.
    expected, low, high : ndarray of shape (n,)
        Mean and quantiles of the best score then.
    p_improvement : ndarray of shape (n,)
        Probability that it is better than the best so far.
    """

    n_further: NDArray[np.intp]
    expected: Array
    low: Array
    high: Array
    p_improvement: Array


def best_of_further(
    scores: Any, n_further: Any, *, best: float | None = None, level: float = 0.9
) -> BestOfFurther:
    """Forecast the best score after further candidates like these.

    Parameters
    ----------
    scores : array-like of shape (n_candidates,)
        Greater is better; at least 10.
    n_further : array-like of int of shape (n,)
        For how many more candidates.
    best : float or None, default=None
        Best score so far; None: that of the scores given.
    level : float, default=0.9
        Nominal coverage of the interval, in (0, 1).

    Returns
    -------
    BestOfFurther
        Where all scores are the same, no improvement is expected.

    Raises
    ------
    ValueError
        If there are fewer than 10 scores, or one is not finite, or a number is negative.

    References
    ----------
    .. [1] J. Pickands: Statistical Inference Using Extreme Order Statistics. Annals of Statistics
       3 (1975) 119-131.
    .. [2] S. Coles: An Introduction to Statistical Modeling of Extreme Values. Springer 2001,
       chapter 4.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.statistics.extrapolation import best_of_further
    >>> scores = 1 - np.random.default_rng(0).random(100)
    >>> forecast = best_of_further(scores, [10, 100])
    >>> forecast.p_improvement.round(2)
    array([0.11, 0.56])
    """
    check_level(level)
    scores = finite(scores, "scores", at_least=10)
    further = np.asarray(n_further, dtype=np.intp)
    if (further < 0).any():
        raise ValueError(f"n_further should not be negative, got {n_further!r}.")
    best = float(scores.max()) if best is None else best
    threshold, excesses = _upper_tail(scores)
    if not len(excesses):
        flat = np.full(len(further), best)
        return BestOfFurther(further, flat, flat, flat, np.zeros(len(further)))
    unit = float(excesses.mean())
    gains = _REACH * max(unit, best - threshold)
    survival, weights = _tail_beyond((best - threshold + gains) / unit, excesses / unit)
    k, n = len(excesses), len(scores)
    rates = stats.beta.ppf(_RATES, k + 0.5, n - k + 0.5)
    columns = [_forecast(m, survival, weights, rates, gains, level) for m in further]
    expected, low, high, p = np.array(columns).reshape(-1, 4).T
    return BestOfFurther(further, best + expected, best + low, best + high, p)


def _upper_tail(scores: Array) -> tuple[float, Array]:
    """Return a threshold, and by how much scores are above it."""
    ordered = np.sort(scores)
    wanted = int(np.clip(round(len(scores) / 4), min(10, len(scores) - 1), 100))
    below = ordered[-wanted - 1]
    above = ordered[ordered > below]
    if not len(above):
        return float(below), above
    threshold = float(below + above[0]) / 2  # so that scores that are rounded have no gap above
    return threshold, above - threshold


def _tail_beyond(y: Array, excesses: Array) -> tuple[Array, Array]:
    """Return the probability of more than y for each shape and scale, and their weights."""
    shape, scale = (a.ravel() for a in np.meshgrid(_SHAPES, _SCALES))
    shape = np.where(np.abs(shape) < 1e-9, 1e-9, shape)
    terms = 1 + shape[:, None] * excesses / scale[:, None]
    valid = (terms > 0).all(axis=1)
    shape, scale, terms = shape[valid], scale[valid], terms[valid]
    n = len(excesses)
    log_weight = -n * np.log(scale) - (1 + 1 / shape) * np.log(terms).sum(axis=1)
    weights = np.exp(log_weight - log_weight.max())
    kept = weights > 1e-5
    shape, scale, weights = shape[kept][:, None], scale[kept][:, None], weights[kept]
    inside = np.maximum(0.0, 1 + shape * y / scale)
    with np.errstate(divide="ignore"):
        survival = np.where(inside > 0, inside ** (-1 / shape), 0.0)
    return survival, weights / weights.sum()


def _forecast(
    m: int, survival: Array, weights: Array, rates: Array, gains: Array, level: float
) -> tuple[float, float, float, float]:
    """Return mean, two quantiles and the probability of any gain from m more candidates."""
    below = np.zeros(len(gains))  # the distribution function of the gain
    for rate in rates:
        below += weights @ (1 - rate * survival) ** m / len(rates)
    below = np.maximum.accumulate(np.minimum(1.0, below))
    mean = float((1 - (below[1:] + below[:-1]) / 2) @ np.diff(gains))
    low, high = np.interp([(1 - level) / 2, (1 + level) / 2], below, gains)
    return mean, float(low), float(high), float(1 - below[0])
