"""Objects that can only be drawn from."""

import copy
from typing import Any

import numpy as np

from skhpo.space._dimension import Dimension, Floats
from skhpo.space._values import is_integer, is_number, native
from skhpo.space.choice import Choice
from skhpo.space.distribution import Discrete, describe

N_DRAWS = 1000  # draws that stand for an object that can only be drawn from
FEW = 100  # so many different floats among the draws are values, more are a continuum


class Empirical(Dimension):
    """A continuum known by draws alone: quantiles are interpolated between them.

    Parameters
    ----------
    source : object
        What was drawn from.
    draws : ndarray of float
        At least two different numbers.
    """

    kind = "continuous"

    def __init__(self, source: Any, draws: Floats) -> None:
        grid = np.unique(draws)
        self._set(source=source, grid=grid, steps=np.linspace(0.0, 1.0, len(grid)))

    @property
    def n_values(self) -> None:
        """None: a continuum has no number of values."""
        return

    def value(self, u: float) -> float:
        """Return the quantile at a position."""
        return float(np.interp(u, self.__dict__["steps"], self.__dict__["grid"]))

    def unit(self, value: Any) -> float:
        """Return the position of a value; ValueError when it lies outside the draws."""
        grid = self.__dict__["grid"]
        if not is_number(value) or not grid[0] <= value <= grid[-1]:
            raise self.outside(value)
        return float(np.interp(value, grid, self.__dict__["steps"]))

    def snap(self, u: Floats) -> Floats:
        """Return the nearest positions of the unit interval."""
        return np.clip(u, 0.0, 1.0)

    def allowed(self) -> str:
        """Return a phrase that names what is allowed."""
        grid = self.__dict__["grid"]
        return f"a number from {float(grid[0])!r} to {float(grid[-1])!r}"

    def _key(self) -> tuple[Any, ...]:
        return (id(self.__dict__["source"]),)

    def __repr__(self) -> str:
        return describe(self.__dict__["source"])


def from_draws(source: Any) -> Dimension:
    """Return the dimension of an object that has nothing but ``rvs``.

    Parameters
    ----------
    source : object
        ``rvs(random_state=...)`` returns a value. It is copied before it is drawn from.

    Returns
    -------
    Dimension
        Estimated from 1000 draws with a fixed seed: a continuum between the least and the
        largest where they are floats, else the values that were drawn, each as likely as it
        was frequent.
    """
    # The drawing happens on a copy: a user's object may keep a state of its own.
    twin = copy.deepcopy(source)
    # scikit-learn hands such objects a RandomState, so that is what they are written for.
    rng = np.random.RandomState(0)  # noqa: TID251
    draws = [native(twin.rvs(random_state=rng)) for _ in range(N_DRAWS)]
    if not all(is_number(draw) and np.isfinite(draw) for draw in draws):
        return Choice(*draws)
    values, counts = np.unique(np.asarray(draws), return_counts=True)
    if len(values) <= FEW or all(is_integer(draw) for draw in draws):
        return Discrete(source, values, counts.astype(np.float64))
    return Empirical(source, np.asarray(draws, dtype=np.float64))
