"""Random local search: steps in random directions from the best candidate, and back.

I. Rechenberg: Evolutionsstrategie. Frommann-Holzboog 1973 (the success rule). Q. Wu, C. Wang, S.
Huang: Frugal Optimization for Cost-related Hyperparameters. AAAI 2021 (the opposite step).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from skhpo.asktell import Array, Strategy
from skhpo.space.points import best_positions, key, reflected
from skhpo.trial import Observation

LARGEST, SMALLEST = 0.5, 1e-2  # step, in units of the range; below the least it has converged
GROWTH = 1.5  # of the step after a success; after four failures it is back
SHARE = 0.3  # of the parameters that a step changes
SUCCESSES = 5.0  # one step in so many succeeds where the step is right


@dataclass(frozen=True, slots=True)
class _Move:
    """How a candidate was made."""

    centre: Array
    opposite: Array | None  # what to try if it is no better


@dataclass(kw_only=True, eq=False)
class RandomLocalSearch(Strategy):
    """Steps from the best candidate in a random direction, then in the opposite one.

    A step changes a random part of the parameters: numbers by a normal step, of categories now
    and then one to another category, which brings with it what was best with it so far. The size
    of the step follows the successes of the steps that are no opposite ones, so that about one in
    five is one; when it has become too short, the search begins anew at the best of some random
    candidates. A step does not wait for the one before.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the draws.
    budget : int or None, default=None
        Candidates that are meant to be evaluated; about a twentieth of them, at most 10, are
        drawn before each start.
    initial_step : float, default=0.2
        First step, in units of the range.

    Raises
    ------
    ValueError
        If ``initial_step`` is not in (0, 0.5].

    References
    ----------
    .. [1] S. Kern et al.: Learning Probability Distributions in Continuous Evolutionary
       Algorithms. Natural Computing 3 (2004) 77-112, section 3 (the 1/5 rule as a (1+1)-ES).
    .. [2] Q. Wu, C. Wang, S. Huang: Frugal Optimization for Cost-related Hyperparameters. AAAI
       2021, algorithm 1.

    Examples
    --------
    >>> from skhpo import Observation, Real, Space
    >>> from skhpo.strategies import RandomLocalSearch
    >>> strategy = RandomLocalSearch(space=Space({"a": Real(0, 1), "b": Real(0, 1)}), seed=0)
    >>> for _ in range(100):
    ...     [candidate] = strategy.ask()
    ...     strategy.tell([Observation(candidate, ((candidate.x - 0.3) ** 2).sum())])
    >>> strategy.y.min() < 1e-3
    np.True_
    """

    initial_step: float = 0.2
    _centre: Array | None = field(default=None, init=False, repr=False)
    _loss: float = field(default=np.inf, init=False, repr=False)
    _step: float = field(default=0.0, init=False, repr=False)
    _n_to_draw: int = field(default=0, init=False, repr=False)
    _back: list[Array] = field(default_factory=list, init=False, repr=False)  # opposite points
    _moves: dict[bytes, _Move] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if not 0 < self.initial_step <= LARGEST:
            raise ValueError(f"initial_step should be in (0, 0.5], got {self.initial_step!r}.")
        self._begin()

    def _begin(self) -> None:
        self._centre, self._loss, self._step = None, np.inf, self.initial_step
        self._back.clear()
        self._n_to_draw = self.n_start

    # -- asking --------------------------------------------------------------------------------

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        return np.array([self._next(rng) for _ in range(n)]).reshape(n, self.space.n_dims)

    def _next(self, rng: np.random.Generator) -> Array:
        if self._centre is None or self._n_to_draw or not self.space.n_dims:
            self._n_to_draw = max(0, self._n_to_draw - 1)
            return np.asarray(self.space.draw(1, rng)[0])
        if self._back:
            return self._back.pop()
        return self._neighbour(self._centre, rng)

    def _neighbour(self, centre: Array, rng: np.random.Generator) -> Array:
        active = ~np.isnan(centre)
        changed = active & (rng.random(len(centre)) < max(SHARE, 1.0 / max(1, active.sum())))
        changed |= np.arange(len(centre)) == rng.choice(np.flatnonzero(active))
        move = self._step * np.where(self.is_categorical, 0.0, rng.standard_normal(len(centre)))
        move = np.where(changed, move, 0.0)
        exchanged = changed & self.is_categorical & (rng.random(len(centre)) < 1 / changed.sum())
        x = reflected(np.where(exchanged, rng.random(len(centre)), centre) + move)
        opposite = None if exchanged.any() else reflected(centre - move)
        known = best_positions(self.X, self.y)
        fresh = np.where(np.isnan(known), rng.random(len(known)), known)
        x = self.space.snap(np.where(np.isnan(x), fresh, x)[None])[0]
        self._moves[key(x)] = _Move(centre, opposite)
        return np.asarray(x)

    # -- learning ------------------------------------------------------------------------------

    def _tell(self, observations: Sequence[Observation]) -> None:
        for observation in observations:
            x, loss = observation.candidate.x, observation.loss
            move = self._moves.get(key(x))
            if loss < self._loss:
                self._centre, self._loss = x, loss
                self._back.clear()
                if move is not None:
                    self._step = min(self._step * GROWTH, LARGEST)
            elif move is not None:
                self._fail(move)

    def _fail(self, move: _Move) -> None:
        if move.centre is self._centre and move.opposite is not None:
            self._back.append(move.opposite)
        self._step *= GROWTH ** (-1.0 / (SUCCESSES - 1))
        if self._step < SMALLEST:
            self._begin()
