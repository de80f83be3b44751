"""Are all parameters of a space parameters of the estimator? Asked before anything is fitted."""

from difflib import get_close_matches
from typing import Any

from sklearn.base import clone

from skhpo.space import Space
from skhpo.space._dimension import Dimension
from skhpo.space._foreign import is_foreign


def check_names(space: Space, estimator: Any) -> None:
    """Set every parameter of the space once, on a clone.

    Parameters
    ----------
    space : Space
        What is to be searched.
    estimator : estimator
        What it is to be set on.

    Raises
    ------
    ValueError
        If the estimator, or the alternative that a parameter belongs to, has no such parameter;
        the nearest valid name is suggested.
    """
    for name, value in estimator.get_params(deep=True).items():
        if isinstance(value, Dimension) or is_foreign(value):
            raise ValueError(
                f"parameter {name!r} of the estimator is {value!r}: what may be tried belongs in "
                "the search space, where an estimator with such parameters may stand."
            )
    points = [space.witness(j) for j in range(space.n_dims)] or [space.default()]
    for x in points:
        params = clone(space.decode(x), safe=False)
        candidate = clone(estimator)
        for name in sorted(params, key=lambda name: name.count("__")):
            _set(candidate, name, params[name])


def _set(candidate: Any, name: str, value: Any) -> None:
    try:
        candidate.set_params(**{name: value})
    except (ValueError, AttributeError) as error:
        # AttributeError: the step that the parameter belongs to is a string
        if isinstance(error, ValueError) and "Invalid parameter" not in str(error):
            raise
        raise ValueError(_unknown(candidate, name)) from error


def _unknown(candidate: Any, name: str) -> str:
    params = candidate.get_params(deep=True)
    owner, _, own = name.rpartition("__")
    if isinstance(params.get(owner), str):
        return (
            f"Invalid parameter {name!r}: it does not exist where {owner!r} is {params[owner]!r}. "
            f"Give it to the alternative that has it, as in "
            f"Choice({params[owner]!r}, Estimator({own}=...))."
        )
    near = _nearest(name, sorted(params))
    hint = f" Did you mean {near!r}?" if near else ""
    return (
        f"Invalid parameter {name!r} for estimator {type(candidate).__name__}.{hint} "
        f"Valid parameters are: {sorted(params)}."
    )


def _nearest(name: str, valid: list[str]) -> str | None:
    """Return the valid name that is nearest, upper and lower case apart.

    A name that lacks its prefix, as "C" for "svc__C", is nearest to the outermost that has one.
    """
    inside = [known for known in valid if known.endswith(f"__{name}")]
    if inside:
        return min(inside, key=lambda known: known.count("__"))
    lower = {known.lower(): known for known in valid}
    near = get_close_matches(name.lower(), lower, n=1, cutoff=0.5)
    return lower[near[0]] if near else None
