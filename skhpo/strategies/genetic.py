"""Genetic algorithm: parents chosen by tournament, crossed and mutated, one child at a time.

K. Deb, R. B. Agrawal: Simulated Binary Crossover for Continuous Search Space. Complex Systems 9
(1995) 115-148. K. Deb, M. Goyal: A Combined Genetic Adaptive Search. Computer Science and
Informatics 26 (1996) 30-45 (polynomial mutation).
"""

from dataclasses import dataclass

import numpy as np

from skhpo.asktell import Array, Strategy
from skhpo.space.points import filled


@dataclass(kw_only=True, eq=False)
class Genetic(Strategy):
    """Crosses and mutates the best candidates so far.

    The population are the best candidates told so far, which is elitism without generations: a
    new candidate may be asked for at any time. Its parents are the better of ``tournament``
    members drawn at random. Numbers are crossed by simulated binary crossover or taken from one
    parent, categories are taken from one parent; each is mutated with probability ``1 / d``,
    numbers by a polynomial step, categories to another one. One in ``immigrants`` candidates is
    drawn at random.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the draws.
    budget : int or None, default=None
        Candidates that are meant to be evaluated, where that is known.
    population_size : int or None, default=None
        Members; None: a tenth of the budget, from 8 to 50, and 10 without a budget.
    tournament : int, default=3
        Members that compete to be a parent.
    crossover : float, default=0.9
        Probability that numbers of both parents are blended, coordinate by coordinate.
    eta_crossover, eta_mutation : float, default=2.0 and 10.0
        The larger, the nearer children are to their parents; 15 and 20 are usual where there
        are thousands of evaluations.
    immigrants : int, default=12
        One in so many candidates is drawn from the prior.

    Raises
    ------
    ValueError
        If ``population_size`` is below 2, ``tournament`` or ``immigrants`` below 1, an eta not
        positive, or ``crossover`` not in [0, 1].

    References
    ----------
    .. [1] K. Deb, R. B. Agrawal: Simulated Binary Crossover for Continuous Search Space. Complex
       Systems 9 (1995) 115-148.
    .. [2] K. Deb, A. Pratap, S. Agarwal, T. Meyarivan: A Fast and Elitist Multiobjective Genetic
       Algorithm: NSGA-II. IEEE Transactions on Evolutionary Computation 6 (2002) 182-197.

    Examples
    --------
    >>> from skhpo import Observation, Real, Space
    >>> from skhpo.strategies import Genetic
    >>> strategy = Genetic(space=Space({"a": Real(0, 1), "b": Real(0, 1)}), seed=0)
    >>> for _ in range(100):
    ...     [candidate] = strategy.ask()
    ...     strategy.tell([Observation(candidate, ((candidate.x - 0.3) ** 2).sum())])
    >>> strategy.y.min() < 0.01
    np.True_
    """

    population_size: int | None = None
    tournament: int = 3
    crossover: float = 0.9
    eta_crossover: float = 2.0
    eta_mutation: float = 10.0
    immigrants: int = 12

    def __post_init__(self) -> None:
        if self.population_size is not None and self.population_size < 2:
            raise ValueError(
                f"population_size should be at least 2 or None, got {self.population_size!r}."
            )
        for name in ("tournament", "immigrants"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} should be at least 1, got {getattr(self, name)!r}.")
        for name in ("eta_crossover", "eta_mutation"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} should be positive, got {getattr(self, name)!r}.")
        if not 0 <= self.crossover <= 1:
            raise ValueError(f"crossover should be in [0, 1], got {self.crossover!r}.")

    @property
    def n_members(self) -> int:
        """Size of the population."""
        if self.population_size is not None:
            return self.population_size
        return 10 if self.budget is None else int(np.clip(self.budget // 10, 8, 50))

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        members = self._members()
        points = self.space.draw(n, rng)
        for i in range(n):
            number = self.n_asked + i
            is_immigrant = number % self.immigrants == self.immigrants - 1
            if self.space.n_dims and number >= self.n_members and len(members) >= 2:
                points[i] = points[i] if is_immigrant else self._child(members, rng)
        return points

    def _members(self) -> Array:
        """Return the best points, the best first; what a point lacks is drawn for each child."""
        y = self.y
        best = np.argsort(y, kind="stable")[: self.n_members]
        return self.X[best[np.isfinite(y[best])]]

    def _child(self, members: Array, rng: np.random.Generator) -> Array:
        mother, father = (self._parent(members, rng) for _ in range(2))
        child = np.where(rng.random(len(mother)) < 0.5, mother, father)
        blended = ~self.is_categorical & (rng.random() < self.crossover)
        blended &= rng.random(len(mother)) < 0.5
        child[blended] = blend(mother, father, self.eta_crossover, rng)[blended]
        mutated = rng.random(len(child)) < 1.0 / len(child)
        stepped = step(child, self.eta_mutation, rng)
        fresh = rng.random(len(child))
        return np.where(mutated, np.where(self.is_categorical, fresh, stepped), child)

    def _parent(self, members: Array, rng: np.random.Generator) -> Array:
        winner = rng.integers(len(members), size=self.tournament).min()  # they are sorted
        return filled(members[winner], rng)


def blend(mother: Array, father: Array, eta: float, rng: np.random.Generator) -> Array:
    """Cross two points by simulated binary crossover: one of the two children.

    Parameters
    ----------
    mother, father : ndarray of shape (d,)
        Points of the unit cube.
    eta : float
        Distribution index.
    rng : numpy.random.Generator
        Where the numbers come from.

    Returns
    -------
    ndarray of shape (d,)
        A point of the unit cube; on average the mean of the parents, over both children.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> child = blend(np.array([0.2]), np.array([0.4]), eta=15.0, rng=rng)
    >>> bool(0.1 < child[0] < 0.5)
    True
    """
    u = rng.random(len(mother))
    spread = np.where(u <= 0.5, 2 * u, 1 / (2 * (1 - u))) ** (1 / (eta + 1))
    side = np.where(rng.random(len(mother)) < 0.5, 1.0, -1.0)
    return np.clip((mother + father + side * spread * (father - mother)) / 2, 0.0, 1.0)


def step(x: Array, eta: float, rng: np.random.Generator) -> Array:
    """Mutate a point by a polynomial step within the unit cube.

    Parameters
    ----------
    x : ndarray of shape (d,)
        A point of the unit cube.
    eta : float
        Distribution index.
    rng : numpy.random.Generator
        Where the numbers come from.

    Returns
    -------
    ndarray of shape (d,)
        A point of the unit cube: no boundary is overstepped, so none is favoured.

    Examples
    --------
    >>> stepped = step(np.zeros(1000), eta=20.0, rng=np.random.default_rng(0))
    >>> bool(((stepped >= 0) & (stepped <= 1)).all())
    True
    """
    u = rng.random(len(x))
    power = 1 / (eta + 1)
    down = (2 * u + (1 - 2 * u) * (1 - x) ** (eta + 1)) ** power - 1
    up = 1 - (2 * (1 - u) + (2 * u - 1) * x ** (eta + 1)) ** power
    moved = x + np.where(u < 0.5, down * 1.0, up)
    return np.clip(moved, 0.0, 1.0)
