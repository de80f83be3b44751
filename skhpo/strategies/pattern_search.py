"""Direct search by polls: compass search, generalised pattern search, mesh-adaptive search.

T. G. Kolda, R. M. Lewis, V. Torczon: Optimization by Direct Search. SIAM Review 45 (2003) 385-482.
C. Audet, J. E. Dennis: Mesh Adaptive Direct Search Algorithms for Constrained Optimization. SIAM
Journal on Optimization 17 (2006) 188-217.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from skhpo.asktell import Array, Strategy
from skhpo.designs.directions import coordinate_directions, orthogonal_directions
from skhpo.space.points import best_positions, key
from skhpo.surrogates.rank import predicted
from skhpo.trial import Observation

POLLS = ("compass", "pattern", "mads")
LARGEST = 0.5  # step, in units of the range
SMALLEST = 1e-3  # step below which a search has converged
LEAST_SHARE = 0.5  # of a direction's largest component: a discrete one moves at least one cell
N_CATEGORIES = 4  # neighbours in categories that a poll has, or as many as there are numbers


@dataclass(kw_only=True, eq=False)
class PatternSearch(Strategy):
    """Polls the neighbours of the best candidate, and takes shorter steps when none is better.

    A poll steps from the centre along a set of directions that span the space positively, then to
    other categories. The first neighbour that is better is the new centre, and what is left of
    the poll is not tried (opportunistic polling); when no neighbour is better, the step is
    halved. When it has become too short, the search begins anew at the best of some random
    candidates. Integers step at least to the next one. A new category brings with it what was
    best with it so far.

    Neighbours that are under way at the same time are as many as are asked for: when a whole poll
    is, the next one, with half the step, is begun, and a better neighbour that is told late takes
    the step back to what it was.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the draws.
    budget : int or None, default=None
        Candidates that are meant to be evaluated; about a twentieth of them, at most 10, are
        drawn before each start.
    poll : {"compass", "pattern", "mads"}, default="mads"
        Directions. "compass": along the axes. "pattern": first as far as the last two successes
        together have led, then along the axes. "mads": an orthogonal basis that differs from
        poll to poll, and all of which become dense as the step shrinks (OrthoMADS).
    initial_step : float, default=0.25
        First step, in units of the range.
    surrogate : bool, default=True
        Whether each poll is ordered by what a model of the scores so far predicts (radial basis
        functions of the ranks), instead of by the direction of the last success. It decides
        only what is tried first.

    Raises
    ------
    ValueError
        If ``poll`` is none of the three, or ``initial_step`` not in (0, 0.5].

    References
    ----------
    .. [1] T. G. Kolda, R. M. Lewis, V. Torczon: Optimization by Direct Search: New Perspectives
       on Some Classical and Modern Methods. SIAM Review 45 (2003) 385-482.
    .. [2] M. A. Abramson, C. Audet, J. E. Dennis, S. Le Digabel: OrthoMADS: A Deterministic MADS
       Instance with Orthogonal Directions. SIAM Journal on Optimization 20 (2009) 948-966.
    .. [3] C. Audet, J. E. Dennis: Pattern Search Algorithms for Mixed Variable Programming. SIAM
       Journal on Optimization 11 (2001) 573-594.

    Examples
    --------
    >>> from skhpo import Observation, Real, Space
    >>> from skhpo.strategies import PatternSearch
    >>> strategy = PatternSearch(space=Space({"a": Real(0, 1), "b": Real(0, 1)}), seed=0)
    >>> for _ in range(100):
    ...     [candidate] = strategy.ask()
    ...     strategy.tell([Observation(candidate, ((candidate.x - 0.3) ** 2).sum())])
    >>> strategy.y.min() < 1e-4
    np.True_
    """

    poll: Literal["compass", "pattern", "mads"] = "mads"
    initial_step: float = 0.25
    surrogate: bool = True
    _centre: Array | None = field(default=None, init=False, repr=False)
    _loss: float = field(default=np.inf, init=False, repr=False)
    _step: float = field(default=0.0, init=False, repr=False)
    _trail: list[Array] = field(default_factory=list, init=False, repr=False)  # last two centres
    _untried: list[Array] = field(default_factory=list, init=False, repr=False)
    _step_of: dict[bytes, float] = field(default_factory=dict, init=False, repr=False)
    _n_to_draw: int = field(default=0, init=False, repr=False)
    _n_polls: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.poll not in POLLS:
            raise ValueError(f"poll should be one of {sorted(POLLS)}, got {self.poll!r}.")
        if not 0 < self.initial_step <= LARGEST:
            raise ValueError(f"initial_step should be in (0, 0.5], got {self.initial_step!r}.")
        self._begin()

    # -- asking --------------------------------------------------------------------------------

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        return np.array([self._next(rng) for _ in range(n)]).reshape(n, self.space.n_dims)

    def _next(self, rng: np.random.Generator) -> Array:
        while self._centre is not None and not self._n_to_draw:
            while self._untried:
                x = self._untried.pop(0)
                if not self.is_seen(x):
                    return x
            if self._step < SMALLEST:
                self._begin()
                break
            self._untried = self._neighbours(self._centre, rng)
            self._step /= 2  # of the next poll, unless a neighbour is better
        self._n_to_draw = max(0, self._n_to_draw - 1)
        return np.asarray(self.space.draw(1, rng)[0])

    def _begin(self) -> None:
        self._centre, self._loss, self._step = None, np.inf, self.initial_step
        self._trail.clear()
        self._untried.clear()
        self._n_to_draw = self.n_start

    # -- the poll ------------------------------------------------------------------------------

    def _neighbours(self, centre: Array, rng: np.random.Generator) -> list[Array]:
        """Return the neighbours of the centre that are new, in the order of polling."""
        self._n_polls += 1
        numbers = [self._moved(centre, v) for v in self._directions(centre)]
        categories = [*self._other_categories(centre, rng)]
        picked = rng.permutation(len(categories))[: max(N_CATEGORIES, len(numbers) // 2)]
        X = np.array([*numbers, *(categories[i] for i in picked)])
        if not len(X):
            return []
        X = self.space.snap(X.reshape(-1, self.space.n_dims))
        new = {key(x): x for x in X[self.space.allowed(X)] if not self.is_seen(x)}
        self._step_of |= dict.fromkeys(new, self._step)
        return self._ordered([*new.values()])

    def _directions(self, centre: Array) -> Array:
        """Return the directions of a poll in all coordinates, along which the centre can move."""
        moving = np.flatnonzero(~self.is_categorical & ~np.isnan(centre))
        if not len(moving):
            return np.empty((0, self.space.n_dims))
        if self.poll == "mads":
            level = max(0, round(np.log2(self.initial_step / self._step)))
            number = 31 * (self.seed % 97) + len(moving) + self._n_polls
            inner = orthogonal_directions(number, len(moving), level)
        else:
            inner = coordinate_directions(len(moving))
        directions = np.zeros((len(inner), self.space.n_dims))
        directions[:, moving] = inner
        moves = [
            np.nan_to_num(np.where(self.is_categorical, 0.0, centre - x)) for x in self._trail
        ]
        if moves:
            directions = directions[np.argsort(-(directions @ moves[-1]), kind="stable")]
        leap = moves[:1] if self.poll == "pattern" and len(moves) == 2 and moves[0].any() else []
        return np.array([*(move / self._step for move in leap), *directions])

    def _moved(self, centre: Array, direction: Array) -> Array:
        """Return the centre after a step; discrete coordinates move to another cell at least."""
        x = np.clip(centre + self._step * direction, 0.0, 1.0)
        weight = np.abs(direction) / np.abs(direction).max()
        for j in np.flatnonzero((weight >= LEAST_SHARE) & self._is_discrete):
            column = self.space.columns[j]
            here, there = column.index(np.array([centre[j], x[j]]))
            if here == there:
                cell = np.clip(here + np.sign(direction[j]), 0, (column.n_values or 1) - 1)
                x[j] = column.position(np.asarray(cell, dtype=np.intp))
        return x

    @cached_property
    def _is_discrete(self) -> NDArray[np.bool_]:
        return np.array([column.kind == "discrete" for column in self.space.columns], bool)

    def _other_categories(self, centre: Array, rng: np.random.Generator) -> Iterator[Array]:
        known = best_positions(self.X, self.y)
        whole = np.where(np.isnan(known), rng.random(len(known)), known)
        for j in np.flatnonzero(self.is_categorical & ~np.isnan(centre)):
            column = self.space.columns[j]
            here = int(column.index(centre[j : j + 1])[0])
            for cell in range(column.n_values or 0):
                if cell != here:
                    x = np.where(np.isnan(centre), whole, centre)
                    x[j] = column.position(np.asarray(cell))
                    yield x

    def _ordered(self, neighbours: list[Array]) -> list[Array]:
        y = self.y
        if not self.surrogate or len(neighbours) < 2 or np.isfinite(y).sum() <= self.space.n_dims:
            return neighbours
        losses = predicted(self.X, y, np.array(neighbours))
        return [neighbours[i] for i in np.argsort(losses, kind="stable")]

    # -- learning ------------------------------------------------------------------------------

    def _tell(self, observations: Sequence[Observation]) -> None:
        for observation in observations:
            if observation.loss < self._loss:
                self._succeed(observation)

    def _succeed(self, observation: Observation) -> None:
        x = observation.candidate.x
        step = self._step_of.get(key(x))
        if step is not None and self._centre is not None:
            self._trail = [*self._trail[-1:], self._centre]
            self._step = max(self._step, step)
        self._centre, self._loss = x, observation.loss
        self._untried.clear()
