"""Coarse-to-fine grid search: a coarse grid, then finer ones around its best points.

The coarse grid is a factorial or a fraction of one (see ``skhpo.designs``); a finer one is
visited one parameter at a time, as in R. Hooke, T. A. Jeeves: "Direct Search" Solution of
Numerical and Statistical Problems. Journal of the ACM 8 (1961) 212-229.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from skhpo.asktell import Array, Strategy
from skhpo.designs.coarse import coarse_table
from skhpo.space.lattice import Lattice
from skhpo.space.memory import Memory
from skhpo.space.neighbourhood import Neighbourhood
from skhpo.trial import Observation

COARSE_STREAM = 12  # random numbers of the coarse grid, apart from those of the asks
FINEST = 2.0**-10  # of the spacing of the coarse grid: where a region is exhausted
USUAL = 100  # candidates where the budget is not known
OTHERS = 2  # every second candidate is for a region that is not the best


@dataclass(kw_only=True, eq=False)
class GridRefinement(Strategy):
    """Tries a coarse grid and refines it around its best points, each time at half the spacing.

    The coarse grid has the middles of equal parts of each range as levels: as many as a full
    factorial within half of the budget allows; with many parameters it is an orthogonal array
    of three levels, or of two. Then come regions around the best points, of different
    alternatives where parameters depend on them: in each, one parameter after the other goes to
    a neighbouring level if that is better, then all together go to the lowest points that these
    steps suggest, and the spacing is halved. Every other candidate is for the best region. One
    that is exhausted, down to the finest levels, is replaced by the next.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the order of the coarse grid.
    budget : int or None, default=None
        Half of it is what the coarse grid may take; None: 100.
    n_levels : int or None, default=None
        Levels of the coarse grid; None: as many as the budget allows.
    n_regions : int, default=3
        Regions under way.

    Raises
    ------
    ValueError
        If there are fewer than 2 levels, or no region.

    References
    ----------
    .. [1] R. Hooke, T. A. Jeeves: "Direct Search" Solution of Numerical and Statistical Problems.
       Journal of the ACM 8 (1961) 212-229.

    Examples
    --------
    >>> from skhpo import Observation, Real, Space
    >>> from skhpo.strategies import GridRefinement
    >>> strategy = GridRefinement(space=Space({"a": Real(0, 1), "b": Real(0, 1)}), budget=60)
    >>> for _ in range(60):
    ...     [candidate] = strategy.ask()
    ...     strategy.tell([Observation(candidate, ((candidate.x - 0.3) ** 2).sum())])
    >>> strategy.y.min() < 1e-4
    np.True_
    """

    n_levels: int | None = None
    n_regions: int = 3
    _lattice: Lattice = field(init=False, repr=False)
    _memory: Memory = field(init=False, repr=False)
    _spacing: float = field(init=False, repr=False)
    _coarse: list[Array] = field(init=False, repr=False)
    _regions: list[Neighbourhood] = field(default_factory=list, init=False, repr=False)
    _turn: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.n_levels is not None and self.n_levels < 2:
            raise ValueError(f"n_levels should be at least 2 or None, got {self.n_levels!r}.")
        if self.n_regions < 1:
            raise ValueError(f"n_regions should be at least 1, got {self.n_regions!r}.")
        self._lattice = Lattice(self.space)
        self._memory = Memory(self._lattice)
        rng = np.random.default_rng((self.seed, COARSE_STREAM))
        most = max((self.budget or USUAL) // 2, 1)
        table, n = coarse_table(self._lattice.n_values, most, rng, n_levels=self.n_levels)
        self._coarse = [*self._lattice.points(table, self._lattice.all_levels(n, inside=True))]
        self._spacing = 0.5 / n  # the levels are the odd multiples of that

    # -- asking --------------------------------------------------------------------------------

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        return self._one_by_one(n, rng, self._next)

    def _next(self, found: Mapping[bytes, Array]) -> Array | None:
        def is_new(x: Array) -> bool:
            return self.is_fresh(x, found)

        while self._coarse:
            x = self._coarse.pop(0)
            if is_new(x):
                return x
        while self._fill_regions():
            proposed = self._region_in_turn().propose(is_new, self._memory.positions)
            if proposed is not None:
                return proposed
        return None

    def _fill_regions(self) -> bool:
        """Replace the regions that are exhausted; whether there is any."""
        self._regions = [region for region in self._regions if not region.is_exhausted]
        while len(self._regions) < self.n_regions:
            taken = [region.centre for region in self._regions]
            start = self._memory.take(taken)
            if start is None:
                break
            loss, x = start
            finest = self._spacing * FINEST
            order = self._lattice.order
            self._regions.append(
                Neighbourhood(self._lattice, x, loss, self._spacing, finest, order)
            )
        return bool(self._regions)

    def _region_in_turn(self) -> Neighbourhood:
        """Return the best region every other time, else one of the others in turn."""
        self._turn += 1
        self._regions.sort(key=lambda region: region.loss)
        if self._turn % OTHERS or len(self._regions) < 2:
            return self._regions[0]
        return self._regions[1 + self._turn // OTHERS % (len(self._regions) - 1)]

    # -- learning ------------------------------------------------------------------------------

    def _tell(self, observations: Sequence[Observation]) -> None:
        for o in observations:
            self._memory.learn(o.candidate.x, o.loss)
            for region in self._regions:
                if region.learn(o.candidate.x, o.loss):
                    self._memory.drop(o.candidate.x)
