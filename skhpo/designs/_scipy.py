"""What differs between versions of ``scipy.stats.qmc``."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def engine(kind: Any, d: int, rng: np.random.Generator, **options: Any) -> Any:
    """Return an engine of ``scipy.stats.qmc``, given ``rng`` by the name this scipy knows."""
    try:
        return kind(d, rng=rng, **options)
    except TypeError:  # scipy < 1.15
        return kind(d, seed=rng, **options)


def points(kind: Any, n: int, d: int, rng: np.random.Generator, **options: Any) -> Array:
    """Return the first points of an engine, shape (n, d)."""
    with warnings.catch_warnings():
        # scipy warns where the prefix of a Sobol' sequence has no power of 2 for its length;
        # how long a search is, is not for the sequence to say
        warnings.simplefilter("ignore", UserWarning)
        return np.asarray(engine(kind, d, rng, **options).random(n), dtype=np.float64)
