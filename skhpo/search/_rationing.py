"""From the arguments of a multi-fidelity search to its resource and its schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Literal

import numpy as np
from sklearn.utils.multiclass import type_of_target

from skhpo.schedules import Asha, AshaStopping, Rung, Schedule, SuccessiveHalving, Veto
from skhpo.schedules.rungs import halving, hyperband, levels, n_halvings

METHODS = ("hyperband", "halving", "asha", "asha_stopping", "asha_stopping_quota")
ASYNCHRONOUS = frozenset({"asha", "asha_stopping", "asha_stopping_quota"})
# What tells candidates apart, where the user says nothing: with less, the best candidates of the
# first rung are too often not those of the last.
ENOUGH = {"n_samples": 500, "n_splits": 2}
ENOUGH_ITERATIONS = 30


@dataclass(frozen=True)
class Amounts:
    """What there is of the resource, and the least of it that tells anything.

    Parameters
    ----------
    smallest : int
        As scikit-learn's halving searches would begin with.
    available : int
        All of it.
    enough : int
        What is enough to tell candidates apart.
    """

    smallest: int
    available: int
    enough: int


def amounts_of(
    resource: str, estimator: Any, *, n_samples: int, n_splits: int, n_classes: int | None
) -> Amounts:
    """Return what there is of a resource.

    Parameters
    ----------
    resource : str
        ``"n_samples"``, ``"n_splits"``, or a parameter's name.
    estimator : estimator
        What is searched.
    n_samples, n_splits : int
        Rows and splits.
    n_classes : int or None
        Classes, of a classifier.

    Returns
    -------
    Amounts
        For a parameter all of it is the estimator's own value; 0 where that is no positive
        integer.

    Raises
    ------
    ValueError
        If the estimator has no such parameter.
    """
    enough = ENOUGH.get(resource, ENOUGH_ITERATIONS)
    if resource == "n_samples":
        return Amounts(min(n_samples, 2 * n_splits * (n_classes or 1)), n_samples, enough)
    if resource == "n_splits":
        return Amounts(1, n_splits, enough)
    known = estimator.get_params()
    if resource not in known:
        raise ValueError(
            f"resource={resource!r} should be 'n_samples', 'n_splits' or a parameter of the "
            f"estimator; {type(estimator).__name__} has {sorted(known)}."
        )
    value = known[resource]
    is_amount = isinstance(value, int | np.integer) and value is not True and value > 0
    return Amounts(1, int(value) if is_amount else 0, enough)


def resolve_max(given: Any, amounts: Amounts, resource: str) -> int:
    """Return ``max_resources`` as a number.

    Parameters
    ----------
    given : int or "auto"
        As the user gave it.
    amounts : Amounts
        What there is.
    resource : str
        The name of the resource.

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    ValueError
        If there is not as much, or "auto" cannot tell how much there is.
    """
    if given != "auto":
        if resource in ("n_samples", "n_splits") and given > amounts.available:
            raise ValueError(
                f"max_resources={given} is more than there is of {resource}: {amounts.available}."
            )
        return int(given)
    if not amounts.available:
        raise ValueError(
            f"max_resources='auto' takes the estimator's own {resource!r}, which is no positive "
            "integer: set max_resources to a number."
        )
    return amounts.available


def resolve_min(
    given: Any, amounts: Amounts, max_resources: int, *, factor: float, n_candidates: int | None
) -> int:
    """Return ``min_resources`` as a number.

    Parameters
    ----------
    given : int, "auto", "smallest" or "exhaust"
        As the user gave it.
    amounts : Amounts
        What there is.
    max_resources : int
        The most that a candidate gets.
    factor : float
        Ratio of neighbouring rungs.
    n_candidates : int or None
        Those of the first rung, where they are given: "exhaust" needs them.

    Returns
    -------
    int
        From 1 to ``max_resources``.

    Raises
    ------
    ValueError
        If it is more than ``max_resources``, or "exhaust" does not know for how many.
    """
    smallest = min(amounts.smallest, max_resources)
    if given == "smallest":
        return smallest
    if given == "auto":
        ninth, third = (int(max_resources / factor**k + 1e-9) for k in (2, 1))
        return max(smallest, 1, ninth if ninth >= amounts.enough else third)
    if given == "exhaust":
        if n_candidates is None:
            raise ValueError("min_resources='exhaust' needs n_iter to be a number.")
        last = n_halvings(n_candidates, factor)
        return max(smallest, int(max_resources // factor**last))
    if given > max_resources:
        raise ValueError(
            f"min_resources={given} should not be more than max_resources={max_resources}."
        )
    return int(given)


def make_brackets(
    method: str,
    min_resources: int,
    max_resources: int,
    *,
    factor: float,
    sizes: str,
    n_candidates: int | None,
    n_available: float = inf,
) -> list[list[Rung]]:
    """Return the rungs of all brackets.

    Parameters
    ----------
    method : str
        One of ``METHODS``; the asynchronous ones have a single bracket.
    min_resources, max_resources : int
        The least and the most that a candidate gets.
    factor : float
        Ratio of neighbouring rungs.
    sizes : {"ceil", "floor"}
        How Hyperband's brackets are rounded.
    n_candidates : int or None
        Those of the first rung; None uses up ``max_resources`` in "halving", and takes as many
        as all brackets of Hyperband in the asynchronous methods.
    n_available : float, default=inf
        Candidates that the space has.

    Returns
    -------
    list of list of Rung
        By bracket.
    """
    if method == "halving":
        n = max_resources // min_resources if n_candidates is None else n_candidates
        n = int(min(n, n_available))
        possible = n_halvings(max_resources // min_resources, factor)
        needed = n_halvings(n, factor)
        return [halving(n, min_resources, 1 + min(possible, needed), factor)]
    amounts = levels(min_resources, max_resources, factor)
    brackets = hyperband(amounts, factor, sizes)
    if method == "hyperband":
        return brackets
    n = int(min(n_candidates or sum(rungs[0].n_candidates for rungs in brackets), n_available))
    counts = [max(1, int(n / factor**i)) for i in range(len(amounts))]
    return [[Rung(*pair) for pair in zip(counts, amounts, strict=True)]]


def make_schedule(
    method: str,
    brackets: Sequence[Sequence[Rung]],
    *,
    factor: float,
    n_candidates: int,
    vetoes: Sequence[Veto],
) -> Schedule:
    """Return the schedule that a search runs.

    Parameters
    ----------
    method : str
        One of ``METHODS``.
    brackets : sequence of sequence of Rung
        As of ``make_brackets``.
    factor : float
        Ratio of neighbouring rungs.
    n_candidates : int
        Candidates in all.
    vetoes : sequence of callable
        As of ``Schedule``.

    Returns
    -------
    Schedule
        New.
    """
    if method not in ASYNCHRONOUS:
        n = n_candidates if method == "hyperband" else None
        return SuccessiveHalving(brackets=brackets, n_iter=n, vetoes=vetoes)
    [rungs] = brackets
    n = n_candidates
    amounts = [rung.resource for rung in rungs]
    if method == "asha":
        return Asha(n_iter=n, levels=amounts, factor=factor, vetoes=vetoes)
    stays: Literal["quota", "share"] = "quota" if method == "asha_stopping_quota" else "share"
    return AshaStopping(n_iter=n, levels=amounts, factor=factor, vetoes=vetoes, stays=stays)


def count_classes(y: Any, *, is_classifier: bool) -> int | None:
    """Return the number of classes, None where there are none to count."""
    if y is None or not is_classifier or type_of_target(y) not in ("binary", "multiclass"):
        return None
    return len(np.unique(np.asarray(y)))
