"""Local search on a grid: to a better neighbour, again from elsewhere when there is none.

H. H. Hoos, T. Stützle: Stochastic Local Search. Morgan Kaufmann 2004, chapter 2: iterative first
improvement with restarts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from skhpo.asktell import Array, Strategy
from skhpo.space.lattice import Lattice
from skhpo.space.memory import Memory
from skhpo.space.neighbourhood import Neighbourhood
from skhpo.trial import Observation

LONGEST = 0.25  # of the range: the first steps are no longer


@dataclass(kw_only=True, eq=False)
class LocalSearch(Strategy):
    """Goes from the best candidate to neighbouring levels of one parameter after the other.

    A neighbour differs in one parameter: a lower or a higher level, or another alternative, with
    what that brings with it as in the best candidate that had it (the defaults, where none
    had). The search moves as soon as a neighbour is better. Steps over several levels come
    first; they are halved when they do not help any more, down to the next levels of the finest
    grid. After each round all parameters together go to where these steps suggest the lowest
    point to be. Where no neighbour is better, the search begins anew from the best candidate
    that was not on its way, of random ones that are drawn between.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the draws.
    budget : int or None, default=None
        Where it is known, at most a fifth of it is drawn at first.
    n_levels : int, default=65
        Levels of the finest grid, both ends included.
    n_initial : int, default=8
        Candidates drawn at first, and before each new beginning.

    Raises
    ------
    ValueError
        If there are fewer than 2 levels, or no candidate is drawn.

    References
    ----------
    .. [1] H. H. Hoos, T. Stützle: Stochastic Local Search. Morgan Kaufmann 2004.

    Examples
    --------
    >>> from skhpo import Observation, Real, Space
    >>> from skhpo.strategies import LocalSearch
    >>> space = Space({"a": Real(0, 1), "b": Real(0, 1)})
    >>> strategy = LocalSearch(space=space, n_levels=11)
    >>> for _ in range(60):
    ...     [candidate] = strategy.ask()
    ...     strategy.tell([Observation(candidate, ((candidate.x - 0.3) ** 2).sum())])
    >>> best = min(strategy.history, key=lambda observation: observation.loss)
    >>> {name: round(value, 9) for name, value in best.candidate.params.items()}
    {'a': 0.3, 'b': 0.3}
    """

    n_levels: int = 65
    n_initial: int = 8
    _lattice: Lattice = field(init=False, repr=False)
    _memory: Memory = field(init=False, repr=False)
    _levels: list[Array] = field(init=False, repr=False)
    _here: Neighbourhood | None = field(default=None, init=False, repr=False)
    _n_drawn: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.n_levels < 2:
            raise ValueError(f"n_levels should be at least 2, got {self.n_levels!r}.")
        if self.n_initial < 1:
            raise ValueError(f"n_initial should be at least 1, got {self.n_initial!r}.")
        self._lattice = Lattice(self.space)
        self._memory = Memory(self._lattice)
        self._levels = self._lattice.all_levels(self.n_levels)

    # -- asking --------------------------------------------------------------------------------

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        return self._one_by_one(n, rng, lambda found: self._next(found, rng))

    def _next(self, found: Mapping[bytes, Array], rng: np.random.Generator) -> Array | None:
        def is_new(x: Array) -> bool:
            return self.is_fresh(x, found)

        if self._here is not None:
            x = self._here.propose(is_new, self._memory.positions)
            if x is not None:
                return x
            self._here, self._n_drawn = None, 0
        if self._n_drawn >= self._n_draws:
            self._here = self._begin()
            if self._here is not None:
                return self._next(found, rng)
        self._n_drawn += 1
        return next((x for x in self._draw(rng) if is_new(x)), None)

    @property
    def _n_draws(self) -> int:
        """How many candidates are drawn before a beginning."""
        return self.n_initial if self.budget is None else min(self.n_initial, self.budget // 5)

    def _begin(self) -> Neighbourhood | None:
        start = self._memory.take([])
        if start is None:
            return None
        finest = 1.0 / (self.n_levels - 1)
        spacing = finest * 2 ** max(0, int(np.log2(LONGEST / finest)))
        loss, x = start
        return Neighbourhood(self._lattice, x, loss, spacing, finest, self._lattice.order)

    def _draw(self, rng: np.random.Generator) -> Array:
        """Return random points of the grid."""
        n = 16
        table = [rng.integers(len(levels), size=n) for levels in self._levels]
        columns = np.array(table, dtype=np.intp).reshape(len(table), n).T
        return self._lattice.points(columns, self._levels)

    # -- learning ------------------------------------------------------------------------------

    def _tell(self, observations: Sequence[Observation]) -> None:
        for o in observations:
            self._memory.learn(o.candidate.x, o.loss)
            if self._here is None:
                continue
            if self._here.learn(o.candidate.x, o.loss):
                self._memory.drop(o.candidate.x)
            elif o.loss < self._here.loss:  # drawn, and told late
                self._here.adopt(o.candidate.x, o.loss)
                self._memory.drop(o.candidate.x)
