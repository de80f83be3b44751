"""The arithmetic of rungs and brackets: how many candidates get how much.

Sources: successive halving as scikit-learn counts it; Hyperband's brackets as in Algorithm 1 of
L. Li et al.: Hyperband, Journal of Machine Learning Research 18 (2018) 1-52, and with the integer
part that most implementations take.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor, log

_EPS = 1e-9  # a power of the factor is what it is in spite of rounding


@dataclass(frozen=True, slots=True)
class Rung:
    """A level: so many candidates with so much.

    Parameters
    ----------
    n_candidates : int
        Candidates.
    resource : int
        What each of them gets.
    """

    n_candidates: int
    resource: int


def n_halvings(ratio: float, factor: float) -> int:
    """Return how many times a ratio can be divided by the factor, staying at 1 or above.

    Examples
    --------
    >>> n_halvings(81, 3), n_halvings(80, 3), n_halvings(1, 3)
    (4, 3, 0)
    """
    return max(0, floor(log(ratio, factor) + _EPS)) if ratio > 1 else 0


def levels(min_resources: int, max_resources: int, factor: float = 3) -> tuple[int, ...]:
    """Return the amounts of the resource, the largest last, each ``factor`` times the one below.

    Parameters
    ----------
    min_resources : int
        No amount is less.
    max_resources : int
        The last amount.
    factor : float, default=3
        Ratio of neighbours, up to rounding down.

    Returns
    -------
    tuple of int
        Increasing.

    Examples
    --------
    >>> levels(1, 81), levels(20, 1000)
    ((1, 3, 9, 27, 81), (37, 111, 333, 1000))
    """
    n = n_halvings(max_resources / min_resources, factor)
    amounts = {floor(max_resources / factor**i + _EPS) for i in range(n + 1)}
    return tuple(sorted(max(min_resources, amount) for amount in amounts))


def halving(n_candidates: int, min_resources: int, n_rungs: int, factor: float) -> list[Rung]:
    """Return the rungs of successive halving as ``HalvingRandomSearchCV`` counts them.

    Parameters
    ----------
    n_candidates : int
        Candidates of the first rung; of the next ones ``ceil(n / factor)``.
    min_resources : int
        What they get; in the next ones ``factor`` times as much.
    n_rungs : int
        How many rungs.
    factor : float
        The factor.

    Returns
    -------
    list of Rung
        From the first to the last.

    Examples
    --------
    >>> [(rung.n_candidates, rung.resource) for rung in halving(50, 20, 4, 3)]
    [(50, 20), (17, 60), (6, 180), (2, 540)]
    """
    rungs: list[Rung] = []
    for i in range(n_rungs):
        amount = int(factor**i * min_resources + _EPS)
        if not rungs or amount > rungs[-1].resource:  # else a factor too small for integers
            rungs.append(Rung(n_candidates, amount))
        n_candidates = ceil(n_candidates / factor)
    return rungs


def _by_ceiling(s: int, s_max: int, factor: float) -> int:
    return ceil((s_max + 1) * factor**s / (s + 1) - _EPS)


def _by_floor(s: int, s_max: int, factor: float) -> int:
    return floor(((s_max + 1) // (s + 1)) * factor**s + _EPS)


BRACKET_SIZES: dict[str, Callable[[int, int, float], int]] = {
    "ceil": _by_ceiling,
    "floor": _by_floor,
}


def hyperband(
    amounts: tuple[int, ...], factor: float = 3, sizes: str = "ceil"
) -> list[list[Rung]]:
    """Return the brackets of Hyperband, the one with most candidates first.

    Parameters
    ----------
    amounts : tuple of int
        The levels of the resource.
    factor : float, default=3
        How many times fewer candidates each next rung has.
    sizes : {"ceil", "floor"}, default="ceil"
        Candidates of bracket s of ``s_max + 1``: ``ceil((s_max + 1) / (s + 1) * factor**s)``, as
        in Algorithm 1, or ``floor((s_max + 1) / (s + 1)) * factor**s``.

    Returns
    -------
    list of list of Rung
        The rungs of each bracket.

    References
    ----------
    .. [1] L. Li, K. Jamieson, G. DeSalvo, A. Rostamizadeh, A. Talwalkar: Hyperband: A Novel
       Bandit-Based Approach to Hyperparameter Optimization. Journal of Machine Learning Research
       18 (2018) 1-52, Algorithm 1.

    Examples
    --------
    >>> [bracket[0].n_candidates for bracket in hyperband(levels(1, 81))]
    [81, 34, 15, 8, 5]
    >>> [bracket[0].n_candidates for bracket in hyperband(levels(1, 81), sizes="floor")]
    [81, 27, 9, 6, 5]
    """
    s_max = len(amounts) - 1
    brackets = []
    for s in range(s_max, -1, -1):
        n = BRACKET_SIZES[sizes](s, s_max, factor)
        counts = [max(1, floor(n / factor**i + _EPS)) for i in range(s + 1)]
        brackets.append([Rung(*pair) for pair in zip(counts, amounts[s_max - s :], strict=True)])
    return brackets
