"""Sobol' indices of the posterior mean of a Gaussian process.

The model is the one that `BayesSearchCV` has: smooth, on scores made normal, so that a few
disastrous candidates do not decide. What single parameters explain alone ("importance"), and what
they take part in ("total"), are estimated over the prior from scrambled Sobol' points
(:mod:`skhpo.surrogates.sobol_indices`); the scrambles give the spread.

A parameter that exists in a part of the cube is judged in that part, and counts with the
probability of the part.

References
----------
Marrel, Iooss, Laurent & Roustant (2009), Calculations of Sobol indices for the Gaussian process
metamodel, Reliability Engineering & System Safety 94.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from skhpo.results.importance._effect import Method, Row, check_at_least
from skhpo.results.importance._model import halves, posterior_mean
from skhpo.results.importance._parts import Part, drawn_into, key, mass, parts_of
from skhpo.results.importance._study import Study
from skhpo.space import Space
from skhpo.surrogates.sobol_indices import partial_variances

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class SobolIndices(Method):
    """First-order and total indices of the posterior mean.

    Parameters
    ----------
    n_points : int, default=256
        Sobol' points of one scramble, rounded down to a power of two.
    n_repeats : int, default=8
        Scrambles.

    Raises
    ------
    ValueError
        If a number is too small.
    """

    columns: ClassVar[tuple[str, ...]] = ("importance", "std", "total", "total_std")
    n_points: int = 256
    n_repeats: int = 8

    def __post_init__(self) -> None:
        check_at_least("n_points", self.n_points, 2)
        check_at_least("n_repeats", self.n_repeats, 1)

    def __call__(self, study: Study, rng: np.random.Generator) -> list[Row]:
        """Sample the model."""
        mean, space = posterior_mean(study, rng), study.space
        found = np.array(
            [
                _sample(mean, space, *halves(self.n_points, space, rng))
                for _ in range(self.n_repeats)
            ]
        )
        total = float(found[:, 2].mean())  # the same in each column
        shares = found[:, :2] / total if total > 0.0 else 0.0 * found[:, :2]
        centre, spread = shares.mean(axis=0), shares.std(axis=0)
        return [
            {
                "at": (j,),
                "importance": max(centre[0, j], 0.0),  # the estimate may fall below
                "std": spread[0, j],
                "total": centre[1, j],
                "total_std": spread[1, j],
            }
            for j in range(space.n_dims)
        ]


def _sample(mean: Callable[[Array], Array], space: Space, A: Array, B: Array) -> Array:
    """Return what the columns explain, what they take part in and the variance, shape (3, d)."""
    columns_of: dict[object, list[int]] = defaultdict(list)
    parts: dict[object, Part] = {key({}): {}}
    for j in range(space.n_dims):
        for part in parts_of(space, j):
            parts[key(part)] = part
            columns_of[key(part)].append(j)
    found = np.zeros((3, space.n_dims))
    for name, part in parts.items():
        a, b = (drawn_into(U, part, space.columns) for U in (A, B))
        indices = partial_variances(mean, a, b, columns_of[name])
        share = mass(part, space.columns)
        found[0, columns_of[name]] += share * indices.first
        found[1, columns_of[name]] += share * indices.whole
        if not part:
            found[2] = indices.total
    return found
