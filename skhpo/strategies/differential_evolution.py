"""Differential evolution, one candidate at a time.

R. Storn, K. Price: Differential Evolution. Journal of Global Optimization 11 (1997) 341-359. With
a schedule of growing resources it is the sampler of N. Awad, N. Mallik, F. Hutter: DEHB. IJCAI
2021.
"""

from dataclasses import dataclass

import numpy as np

from skhpo.asktell import Array, Strategy
from skhpo.space.points import filled


@dataclass(kw_only=True, eq=False)
class DifferentialEvolution(Strategy):
    """Adds scaled differences of the members of a population to one of them.

    Candidate i competes for place ``i % population_size``, which the best of its candidates
    holds. A new candidate takes each coordinate with probability ``crossover`` from the mutant
    ``x + F * (best - x) + F * (b - c)``, where x holds its place, best is the best of all, b and c
    hold other places and F is drawn for each candidate; the other coordinates are those of x. A
    coordinate that would leave the cube goes half the way to its boundary. No generation is
    waited for.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the draws.
    budget : int or None, default=None
        Candidates that are meant to be evaluated, where that is known.
    population_size : int or None, default=None
        Places; None: twice the number of parameters, from 10 to 20, but at most a quarter of the
        budget.
    scale : tuple of (float, float), default=(0.5, 1.0)
        Least and most of what differences are scaled by, F in the literature.
    crossover : float, default=0.7
        Share of the mutant's coordinates, CR in the literature.

    Raises
    ------
    ValueError
        If ``population_size`` is below 4, ``scale`` not two increasing numbers in (0, 2], or
        ``crossover`` not in [0, 1].

    References
    ----------
    .. [1] R. Storn, K. Price: Differential Evolution. Journal of Global Optimization 11 (1997)
       341-359; strategy current-to-best/1/bin.
    .. [2] N. Awad, N. Mallik, F. Hutter: DEHB. IJCAI 2021.

    Examples
    --------
    >>> from skhpo import Observation, Real, Space
    >>> from skhpo.strategies import DifferentialEvolution
    >>> space = Space({"a": Real(0, 1), "b": Real(0, 1)})
    >>> strategy = DifferentialEvolution(space=space, seed=0)
    >>> for _ in range(80):
    ...     [candidate] = strategy.ask()
    ...     strategy.tell([Observation(candidate, ((candidate.x - 0.3) ** 2).sum())])
    >>> strategy.y.min() < 0.01
    np.True_
    """

    population_size: int | None = None
    scale: tuple[float, float] = (0.5, 1.0)
    crossover: float = 0.7

    def __post_init__(self) -> None:
        if self.population_size is not None and self.population_size < 4:
            raise ValueError(
                f"population_size should be at least 4 or None, got {self.population_size!r}."
            )
        low, high = self.scale
        if not 0 < low <= high <= 2:
            raise ValueError(
                f"scale should be two increasing numbers in (0, 2], got {self.scale!r}."
            )
        if not 0 <= self.crossover <= 1:
            raise ValueError(f"crossover should be in [0, 1], got {self.crossover!r}.")

    @property
    def n_places(self) -> int:
        """Size of the population."""
        if self.population_size is not None:
            return self.population_size
        usual = int(np.clip(2 * self.space.n_dims, 10, 20))
        return usual if self.budget is None else int(np.clip(self.budget // 4, 5, usual))

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        holders = self._holders()
        points = self.space.draw(n, rng)
        for i in range(n):
            place = (self.n_asked + i) % self.n_places
            others = [x for other, x in holders.items() if other != place]
            if self.space.n_dims and self.n_asked + i >= self.n_places and len(others) > 1:
                best = next(iter(holders.values()))
                points[i] = self._child(holders.get(place, points[i]), best, others, rng)
        return points

    def _holders(self) -> dict[int, Array]:
        """Return the best point of each place, as far as there is one, the best of all first."""
        holders: dict[int, Array] = {}
        for observation in sorted(self.history, key=lambda o: (o.loss, o.candidate.number)):
            place = observation.candidate.number % self.n_places
            if np.isfinite(observation.loss):
                holders.setdefault(place, observation.candidate.x)
        return holders

    def _child(
        self, target: Array, best: Array, others: list[Array], rng: np.random.Generator
    ) -> Array:
        d = self.space.n_dims
        b, c = (others[i] for i in rng.choice(len(others), size=2, replace=False))
        x, best, b, c = (filled(p, rng) for p in (target, best, b, c))
        mutant = x + rng.uniform(*self.scale) * (best - x + b - c)
        mutant = np.where(mutant < 0, x / 2, np.where(mutant > 1, (x + 1) / 2, mutant))
        takes = rng.random(d) < self.crossover
        takes[rng.integers(d)] = True
        return np.where(takes, mutant, x)
