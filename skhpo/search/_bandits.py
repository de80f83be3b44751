"""The argument ``bandit`` of every search: what it says, and whether the space has such arms."""

from collections.abc import Mapping
from typing import Any

from skhpo.asktell import Strategy
from skhpo.space import Space
from skhpo.space.alternatives import column_of_arms
from skhpo.space.priors import holds
from skhpo.strategies import Bandit
from skhpo.strategies.bandit import POLICIES, Maker

WANTED = f"None, one of {POLICIES}, or a tuple of one of these and the name of a parameter"


def parse_bandit(bandit: Any) -> tuple[Any, str | None]:
    """Return the policy and the parameter.

    Parameters
    ----------
    bandit : str or tuple of (str, str)
        As the user gave it.

    Returns
    -------
    tuple of (str, str or None)
        None: the parameter is not named.

    Raises
    ------
    ValueError
        If it is neither, or the policy is unknown.
    """
    given = bandit if isinstance(bandit, tuple) else (bandit, None)
    if len(given) == 2 and given[0] in POLICIES:
        policy, name = given
        if isinstance(name, str) or not isinstance(bandit, tuple):
            return policy, name
    raise ValueError(f"bandit should be {WANTED}, got {bandit!r}.")


def check_bandit(bandit: Any, space: Space) -> None:
    """Refuse a bandit that has no arms in this space.

    Parameters
    ----------
    bandit : str, tuple of (str, str) or None
        As the user gave it.
    space : Space
        What is to be searched.

    Raises
    ------
    ValueError
        If the policy or the parameter is unknown, the parameter has no alternatives or is not
        always active, or the space has no such parameter at all.
    """
    if bandit is None:
        return
    _, parameter = parse_bandit(bandit)
    if column_of_arms(space, parameter) is None:
        raise ValueError(
            f"bandit={bandit!r} needs a choice that is always there, but the space has none; it "
            "should be None."
        )


def with_bandit(bandit: Any, space: Space, seed: int, budget: int, make: Maker) -> Strategy:
    """Return a bandit with strategies of the search below it.

    Parameters
    ----------
    bandit : str or tuple of (str, str)
        As the user gave it.
    space : Space
        What is to be searched.
    seed : int
        Fixes all random numbers.
    budget : int
        Candidates that are meant to be evaluated.
    make : callable
        Returns the search's strategy for a part of the space, a seed and a budget.

    Returns
    -------
    Bandit
        The strategy of the whole search.
    """
    policy, parameter = parse_bandit(bandit)
    return Bandit(
        space=space, seed=seed, budget=budget, policy=policy, parameter=parameter, make=make
    )


def priors_of_part(space: Space, priors: Mapping[str, Any]) -> dict[str, Any]:
    """Return the priors that say something of a part of a space.

    Parameters
    ----------
    space : Space
        The part.
    priors : dict of str to object
        Those for the whole.

    Returns
    -------
    dict of str to object
        Without the names, and the values in dicts, that do not exist there.
    """
    found: dict[str, Any] = {}
    for name, prior in priors.items():
        columns = [column for column in space.columns if name in column.paths]
        if isinstance(prior, Mapping):
            held = [v for v in prior if any(holds(column, v) for column in columns)]
            prior = {value: prior[value] for value in held}
        if columns and not (isinstance(prior, Mapping) and not prior):
            found[name] = prior
    return found


def groups_of_part(space: Space, groups: Any) -> list[list[str]] | None:
    """Return the groups of parameters, without those that a part of a space does not have.

    Parameters
    ----------
    space : Space
        The part.
    groups : sequence of sequence of str, or None
        Those of the whole.

    Returns
    -------
    list of list of str, or None
        Those that hold a parameter.
    """
    if groups is None:
        return None
    names = {*space.paths, *(column.name for column in space.columns)}
    listed = [[group] if isinstance(group, str) else group for group in groups]
    kept = [[name for name in group if name in names] for group in listed]
    return [group for group in kept if group] or None
