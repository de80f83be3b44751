"""Combinations of parameters that must not be tried."""

from collections.abc import Callable, Mapping
from typing import Any

from skhpo.space._values import show

Constraint = Callable[[Mapping[str, Any]], object]


class Params(dict[str, Any]):
    """Parameters in which a missing one is None."""

    def __missing__(self, key: str) -> None:
        return None


def check_forbidden(forbidden: Any) -> tuple[Constraint, ...]:
    """Return the constraints that a user gave.

    Parameters
    ----------
    forbidden : callable, iterable of callables, or None
        What was given.

    Returns
    -------
    tuple of callable
        The constraints.

    Raises
    ------
    TypeError
        If one of them is not callable.
    """
    if forbidden is None:
        return ()
    constraints = (forbidden,)
    if not callable(forbidden) and hasattr(forbidden, "__iter__"):
        constraints = tuple(forbidden)
    for constraint in constraints:
        if not callable(constraint):
            raise TypeError(
                "forbidden should be a callable or a sequence of callables, "
                f"got {show(constraint)} of type {type(constraint).__name__}."
            )
    return constraints


def is_allowed(constraints: tuple[Constraint, ...], params: Mapping[str, Any]) -> bool:
    """Whether no constraint forbids these parameters; each is shown a copy of its own."""
    for forbids in constraints:
        try:
            if forbids(Params(params)):
                return False
        except Exception as error:
            raise ValueError(
                f"forbidden raised {type(error).__name__}: {error}, for {dict(params)!r} (a "
                "parameter that does not exist there is None)."
            ) from error
    return True
