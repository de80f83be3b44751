"""Evolution strategy (mu/mu, lambda) whose steps evolve with the points.

H.-G. Beyer, H.-P. Schwefel: Evolution Strategies, A Comprehensive Introduction. Natural Computing
1 (2002) 3-52.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from skhpo.asktell import Array, Strategy
from skhpo.space.points import filled, inherited, key, reflected
from skhpo.trial import Observation

STEPS = (1e-3, 0.5)  # least and largest, in units of the range


@dataclass(kw_only=True, eq=False)
class EvolutionStrategy(Strategy):
    """Recombines the best of the latest candidates and mutates with steps that evolve too.

    The parents are the ``n_parents`` best of the ``n_children`` candidates told last: older ones
    are forgotten however good they were. A child is their mean plus a normal step, whose size is
    the geometric mean of theirs, times a log-normal number of each coordinate and of the whole
    (self-adaptation). Categories are taken from a parent at random and now and then drawn anew.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the draws.
    budget : int or None, default=None
        Candidates that are meant to be evaluated, where that is known.
    n_children : int or None, default=None
        Lambda in the literature; None: an eighth of the budget, from 6 to 28, and 12 without.
    n_parents : int or None, default=None
        Mu in the literature; None: a quarter of ``n_children``, at least 2.
    sigma : float, default=0.2
        First step, in units of the range.

    Raises
    ------
    ValueError
        If ``n_parents`` is below 1 or not below ``n_children``, or ``sigma`` not in (0, 1].

    References
    ----------
    .. [1] H.-G. Beyer, H.-P. Schwefel: Evolution Strategies, A Comprehensive Introduction.
       Natural Computing 1 (2002) 3-52.

    Examples
    --------
    >>> from skhpo import Observation, Real, Space
    >>> from skhpo.strategies import EvolutionStrategy
    >>> strategy = EvolutionStrategy(space=Space({"a": Real(0, 1), "b": Real(0, 1)}), seed=0)
    >>> for _ in range(100):
    ...     [candidate] = strategy.ask()
    ...     strategy.tell([Observation(candidate, ((candidate.x - 0.3) ** 2).sum())])
    >>> strategy.y.min() < 0.01
    np.True_
    """

    n_children: int | None = None
    n_parents: int | None = None
    sigma: float = 0.2
    _steps: dict[bytes, Array] = field(default_factory=dict, init=False, repr=False)
    _latest: list[Observation] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        if not 1 <= self.mu < self.lam:
            raise ValueError(
                f"n_parents should be from 1 to n_children - 1, got n_parents={self.n_parents!r} "
                f"and n_children={self.n_children!r}."
            )
        if not 0 < self.sigma <= 1:
            raise ValueError(f"sigma should be in (0, 1], got {self.sigma!r}.")

    @property
    def lam(self) -> int:
        """How many of the latest candidates can be parents."""
        if self.n_children is not None:
            return self.n_children
        return 12 if self.budget is None else int(np.clip(self.budget // 8, 6, 28))

    @property
    def mu(self) -> int:
        """How many are."""
        return max(2, self.lam // 4) if self.n_parents is None else self.n_parents

    def _tell(self, observations: Sequence[Observation]) -> None:
        finite = [o for o in observations if np.isfinite(o.loss)]
        self._latest = [*self._latest, *finite][-self.lam :]

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        points = self.space.draw(n, rng)
        for i in range(n):
            if self.space.n_dims and self.n_asked + i >= self.lam and len(self._latest) >= self.mu:
                points[i] = self._child(rng)
        return points

    def _child(self, rng: np.random.Generator) -> Array:
        d = self.space.n_dims
        parents = sorted(self._latest, key=lambda o: (o.loss, o.candidate.number))[: self.mu]
        X = filled(np.array([o.candidate.x for o in parents]), rng)
        first = np.full(d, self.sigma)
        steps = np.array([self._steps.get(key(o.candidate.x), first) for o in parents])
        common, own = 1 / np.sqrt(2 * d), 1 / np.sqrt(2 * np.sqrt(d))
        spread = np.exp(np.log(steps).mean(axis=0))
        spread *= np.exp(common * rng.standard_normal() + own * rng.standard_normal(d))
        spread = np.clip(spread, *STEPS)
        child = reflected(X.mean(axis=0) + spread * rng.standard_normal(d))
        category = inherited(X, 1.0 / (d + 2), rng)
        child = np.where(self.is_categorical, category, child)
        self._steps[key(self.space.snap(child[None])[0])] = spread
        return child
