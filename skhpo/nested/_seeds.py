"""Seeds that differ by outer fold, and generators that both loops would draw from."""

import copy
from typing import Any
from zlib import crc32

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state

_SPLITTERS = ("cv", "final_holdout")  # of a search
_LARGEST = np.iinfo(np.int32).max


def base_seed(random_state: Any) -> int | None:
    """Return the number that all seeds come from; None where nothing is to be seeded."""
    if random_state is None or isinstance(random_state, int | np.integer):
        return None if random_state is None else int(random_state)
    return int(check_random_state(random_state).randint(_LARGEST))


def seeded_splitter(splitter: Any, base: int | None) -> Any:
    """Return the outer splitter, seeded where it would draw from nowhere in particular."""
    if base is None or not _draws(splitter) or splitter.random_state is not None:
        return splitter
    return _with_seed(splitter, _derived(base, "outer_cv", None))


def seeded_search(search: Any, base: int | None, fold: int) -> Any:
    """Return a clone with the seeds of a fold.

    Parameters
    ----------
    search : estimator
        What is cloned.
    base : int or None
        Where the seeds come from; None leaves them as they are.
    fold : int
        Number of the outer fold.

    Returns
    -------
    estimator
        With a whole number in every ``random_state``: of its own, of what it tunes, and of its
        splitters.
    """
    search = clone(search)
    if base is None:
        return search
    given = search.get_params(deep=True)
    names = [n for n in given if n == "random_state" or n.endswith("__random_state")]
    search.set_params(**{name: _derived(base, name, given[name], fold) for name in names})
    for name in _SPLITTERS:
        splitter: Any = getattr(search, name, None)
        if _draws(splitter):
            seed = _derived(base, name, splitter.random_state, fold)
            search.set_params(**{name: _with_seed(splitter, seed)})
    return search


def check_generators(splitter: Any, search: Any) -> None:
    """Refuse a generator that both loops would draw from.

    Parameters
    ----------
    splitter : splitter
        The outer one.
    search : estimator
        With the inner one.

    Raises
    ------
    ValueError
        If one object of either is the other's: the inner folds would depend on the outer ones.
    """
    state = getattr(splitter, "random_state", None)
    if state is None or isinstance(state, int | np.integer):
        return
    inner = {f"search.{n}": v for n, v in search.get_params(deep=True).items()}
    for name in _SPLITTERS:
        own = getattr(getattr(search, name, None), "random_state", None)
        inner[f"search.{name}.random_state"] = own
    for name, value in inner.items():
        if value is state:
            raise ValueError(
                f"outer_cv.random_state and {name} are the same {type(state).__name__}: the "
                "inner folds would depend on the outer ones, and on the order in which those "
                "run. Give each an int, or random_state=<int> to nested_cross_validate."
            )


def _draws(splitter: Any) -> bool:
    return hasattr(splitter, "random_state") and getattr(splitter, "shuffle", True) is not False


def _with_seed(splitter: Any, seed: int) -> Any:
    splitter = copy.copy(splitter)
    splitter.random_state = seed
    return splitter


def _derived(base: int, name: str, old: Any, fold: int = 0) -> int:
    """Return a seed that depends on all of these, the old seed included if it is a number."""
    number = int(old) if isinstance(old, int | np.integer) else _LARGEST
    entropy = [base, fold, number, crc32(name.encode())]
    return int(np.random.SeedSequence(entropy).generate_state(1)[0]) % _LARGEST
