"""Particle swarm: particles fly on, drawn to the best points of their own and their neighbours.

J. Kennedy, R. Eberhart: Particle Swarm Optimization. ICNN 1995. With the constriction of M. Clerc,
J. Kennedy: The Particle Swarm. IEEE Transactions on Evolutionary Computation 6 (2002) 58-73.
"""

from dataclasses import dataclass, field
from math import inf, sqrt

import numpy as np

from skhpo.asktell import Array, Strategy
from skhpo.space.points import filled, inherited, reflected

INERTIA = 0.7298  # the constriction factor of Clerc and Kennedy for phi = 4.1
ATTRACTION = 1.49618  # INERTIA * 4.1 / 2
MAX_SPEED = 0.3  # in units of the range
FRESH = 0.1  # share of categories that are drawn anew


@dataclass(kw_only=True, eq=False)
class ParticleSwarm(Strategy):
    """A swarm on a ring, one move of one particle at a time.

    Candidate i is the next position of particle ``i % swarm_size``. Its velocity is that of its
    last move times 0.7298 plus random pulls to the best point it has seen and the best that its
    two neighbours on the ring and itself have seen; walls reflect. A category is the particle's
    own, that of one of the two best points, or drawn anew.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the draws.
    budget : int or None, default=None
        Candidates that are meant to be evaluated, where that is known.
    swarm_size : int or None, default=None
        Particles; None: ``10 + 2 sqrt(d)``, but at most a sixteenth of the budget, at least 6.

    Raises
    ------
    ValueError
        If ``swarm_size`` is below 3.

    References
    ----------
    .. [1] J. Kennedy, R. Eberhart: Particle Swarm Optimization. ICNN 1995, 1942-1948.
    .. [2] M. Clerc, J. Kennedy: The Particle Swarm: Explosion, Stability, and Convergence in a
       Multidimensional Complex Space. IEEE Transactions on Evolutionary Computation 6 (2002)
       58-73.

    Examples
    --------
    >>> from skhpo import Observation, Real, Space
    >>> from skhpo.strategies import ParticleSwarm
    >>> strategy = ParticleSwarm(space=Space({"a": Real(0, 1), "b": Real(0, 1)}), seed=0)
    >>> for _ in range(150):
    ...     [candidate] = strategy.ask()
    ...     strategy.tell([Observation(candidate, ((candidate.x - 0.3) ** 2).sum())])
    >>> strategy.y.min() < 0.01
    np.True_
    """

    swarm_size: int | None = None
    _position: dict[int, Array] = field(default_factory=dict, init=False, repr=False)
    _velocity: dict[int, Array] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.swarm_size is not None and self.swarm_size < 3:
            raise ValueError(f"swarm_size should be at least 3 or None, got {self.swarm_size!r}.")

    @property
    def n_particles(self) -> int:
        """Size of the swarm."""
        if self.swarm_size is not None:
            return self.swarm_size
        usual = 10 + int(2 * sqrt(self.space.n_dims))
        return usual if self.budget is None else min(max(self.budget // 16, 6), usual)

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        bests = self._bests()
        points = np.empty((n, self.space.n_dims))
        for i in range(n):
            points[i] = self._move((self.n_asked + i) % self.n_particles, bests, rng)
        return points

    def _bests(self) -> dict[int, tuple[float, Array]]:
        """Return loss and point of the best that each particle has seen."""
        bests: dict[int, tuple[float, Array]] = {}
        n_particles = self.n_particles
        for observation in self.history:
            particle = observation.candidate.number % n_particles
            best = bests.get(particle, (inf, None))[0]
            if observation.loss < best:
                bests[particle] = (observation.loss, observation.candidate.x)
        return bests

    def _move(
        self, particle: int, bests: dict[int, tuple[float, Array]], rng: np.random.Generator
    ) -> Array:
        d = self.space.n_dims
        if particle not in self._position:
            self._position[particle] = filled(self.space.draw(1, rng)[0], rng)
            self._velocity[particle] = rng.uniform(-MAX_SPEED, MAX_SPEED, d)
            return self._position[particle]
        ring = [bests[p] for p in self._neighbours(particle) if p in bests]
        leader = min(ring, key=lambda b: b[0]) if ring else None
        x, velocity = self._position[particle], INERTIA * self._velocity[particle]
        sources = [x]
        for best in (bests.get(particle), leader):
            if best is not None:
                goal = np.where(np.isnan(best[1]), x, best[1])
                sources.append(goal)
                velocity = velocity + ATTRACTION * rng.random(d) * (goal - x)
        velocity = np.clip(velocity, -MAX_SPEED, MAX_SPEED)
        moved = x + velocity
        outside = (moved < 0) | (moved > 1)
        category = inherited(np.array(sources), FRESH, rng)
        self._position[particle] = np.where(self.is_categorical, category, reflected(moved))
        self._velocity[particle] = np.where(outside, -velocity, velocity)
        return self._position[particle]

    def _neighbours(self, particle: int) -> list[int]:
        return [(particle + step) % self.n_particles for step in (-1, 0, 1)]
