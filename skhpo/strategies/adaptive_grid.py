"""A grid whose resolution follows the scores: what they vary most with is divided first.

J. H. Friedman: Multivariate Adaptive Regression Splines. Annals of Statistics 19 (1991) 1-67, is
the idea of it: a partition is refined where the response changes, parameter by parameter. Main
effects of unbalanced data are estimated in ``skhpo.designs.effects``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from skhpo.asktell import Array, Strategy
from skhpo.designs.coarse import coarse_table
from skhpo.designs.effects import main_effects
from skhpo.designs.galois import Table
from skhpo.space.lattice import Lattice
from skhpo.space.memory import Memory
from skhpo.space.neighbourhood import lowest_between
from skhpo.space.points import key
from skhpo.trial import Observation

COARSE_STREAM = 13  # random numbers of the coarse grid, apart from those of the asks
FINEST = 2.0**-12  # of a range: what is not divided any more
USUAL = 100  # candidates where the budget is not known
FLAT = 0.75  # variation that half the spacing leaves, where it is more than noise
ROUGH = 1  # divisions that left more of it before a parameter is not divided any more
JUMP = -1  # the column of a candidate that differs in all


@dataclass(slots=True)
class _Division:
    """A new level under way: of which column, and where the centre was then."""

    column: int
    position: float
    origin: float
    loss: float
    number: int


@dataclass(kw_only=True, eq=False)
class AdaptiveGrid(Strategy):
    """Divides first the parameter with which the scores vary most from level to level.

    A coarse grid comes first, a factorial or a fraction of one. Of each parameter, its main
    effects (by ridge regression on all parameters together, for the data need not be balanced)
    say how much neighbouring levels differ. The parameter where they differ most gets new
    levels in the two intervals beside the best candidate's, the more promising one first, tried
    with all else as in the best candidate; what they came to is the variation from then on. So
    a parameter that matters is divided often, and one that does not matter hardly ever. When
    as many parameters were divided as there are, all together go to where their levels suggest
    the lowest point.

    Half the spacing should leave no more than three quarters of the variation; a parameter of
    which twice more is left varies by chance at that scale, and is not divided any more. A
    search that has no more to divide begins anew from the best candidate that was not on its
    way.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the order of the coarse grid.
    budget : int or None, default=None
        Two fifths of it are what the coarse grid may take; None: 100.
    n_levels : int or None, default=None
        Levels of the coarse grid; None: as many as the budget allows.

    Raises
    ------
    ValueError
        If there are fewer than 2 levels.

    Examples
    --------
    >>> from skhpo import Observation, Real, Space
    >>> from skhpo.strategies import AdaptiveGrid
    >>> strategy = AdaptiveGrid(space=Space({"a": Real(0, 1), "b": Real(0, 1)}), budget=40)
    >>> for _ in range(30):
    ...     [candidate] = strategy.ask()
    ...     strategy.tell([Observation(candidate, (candidate.x[0] - 0.3) ** 2)])
    >>> a, b = (len({*strategy.X[:, j].tolist()}) for j in range(2))
    >>> a > 2 * b
    True
    """

    n_levels: int | None = None
    _lattice: Lattice = field(init=False, repr=False)
    _memory: Memory = field(init=False, repr=False)
    _coarse: list[Array] = field(init=False, repr=False)
    _levels: list[Array] = field(init=False, repr=False)
    _first: float = field(init=False, repr=False)
    _centre: tuple[float, Array] | None = field(default=None, init=False, repr=False)
    _spacing: Array = field(init=False, repr=False)
    _variation: Array = field(init=False, repr=False)
    _n_rough: Array = field(init=False, repr=False)
    _before: Array = field(init=False, repr=False)
    _profiles: list[dict[float, float]] = field(init=False, repr=False)
    _steps: list[tuple[int, float]] = field(default_factory=list, init=False, repr=False)
    _divisions: dict[bytes, _Division] = field(default_factory=dict, init=False, repr=False)
    _number: int = field(default=0, init=False, repr=False)
    _n_divided: int = field(default=0, init=False, repr=False)
    _measured: dict[int, float] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.n_levels is not None and self.n_levels < 2:
            raise ValueError(f"n_levels should be at least 2 or None, got {self.n_levels!r}.")
        self._lattice = Lattice(self.space)
        self._memory = Memory(self._lattice)
        rng = np.random.default_rng((self.seed, COARSE_STREAM))
        most = max(2 * (self.budget or USUAL) // 5, 1)
        table, n = coarse_table(self._lattice.n_values, most, rng, n_levels=self.n_levels)
        self._levels = self._lattice.all_levels(n, inside=True)
        self._coarse = [*self._lattice.points(table, self._levels)]
        self._first = 0.5 / n

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
        while self._centre is not None or self._begin():
            proposed = self._proposal()
            if proposed is not None and is_new(proposed):
                return proposed
        return None

    def _proposal(self) -> Array | None:
        """Return the next candidate, or None where there was none to be had from this step."""
        loss, centre = self._centre  # type: ignore[misc]
        if self._steps:
            j, u = self._steps.pop(0)
            if np.isnan(centre[j]):
                return None
            x = self._lattice.moved(centre, j, u, self._memory.positions)
            self._divisions[key(x)] = _Division(j, u, float(centre[j]), loss, self._number)
            return x
        if self._n_divided >= np.sum(~np.isnan(centre)):
            self._n_divided = 0
            x = self._jump(centre)
            self._divisions[key(x)] = _Division(JUMP, 0.0, 0.0, loss, self._number)
            return x
        self._divide(centre)
        return None

    def _begin(self) -> bool:
        """Take a new centre; whether there is one."""
        self._centre = self._memory.take([])
        d = self.space.n_dims
        self._spacing = np.full(d, self._first)
        self._profiles = [{} for _ in range(d)]
        self._variation = self._variation_of_effects()
        self._n_divided = 0
        self._n_rough = np.zeros(d)
        self._before = np.full(d, np.inf)
        return self._centre is not None

    # -- resolution ----------------------------------------------------------------------------

    def _divide(self, centre: Array) -> None:
        """Choose the parameter and put its new levels down to be tried."""
        open_ = ~np.isnan(centre) & (self._spacing >= FINEST) & (self._n_rough <= ROUGH)
        if not open_.any():
            self._centre = None
            return
        order = np.lexsort((self._spacing, self._variation, open_))
        j = int(order[-1])
        here = float(centre[j])
        steps = self._lattice.steps(j, here, float(self._spacing[j]))
        if self._lattice.is_categorical[j]:
            # once more when what the other parameters vary by has fallen to a quarter
            self._variation[j] /= 4
            self._spacing[j] /= 4
        else:
            lowest = lowest_between(self._profiles[j], here)
            steps.sort(key=lambda u: (u - here) * (here - lowest))
            self._n_rough[j] += self._variation[j] > FLAT * self._before[j]
            self._before[j] = self._variation[j]
            self._variation[j] /= 2  # what it will be if nothing comes of it
            self._spacing[j] /= 2
        self._steps = [(j, u) for u in steps]
        self._number += 1
        self._n_divided += 1

    def _jump(self, centre: Array) -> Array:
        x = centre.copy()
        for j, profile in enumerate(self._profiles):
            if profile and not np.isnan(x[j]) and not self._lattice.is_categorical[j]:
                lowest = lowest_between(profile, min(profile, key=profile.__getitem__))
                x[j] = self._lattice.rounded(j, lowest, float(self._spacing[j]) / 2)
        return x

    def _variation_of_effects(self) -> Array:
        """Return by how much the effects of neighbouring levels differ on average."""
        told = [o for o in self.history if np.isfinite(o.loss)]
        d = self.space.n_dims
        if not told:
            return np.zeros(d)
        X = np.array([o.candidate.x for o in told])
        y = np.array([o.loss for o in told])
        table = np.column_stack(
            [_nearest(X[:, j], levels) for j, levels in enumerate(self._levels)]
        )
        effects = main_effects(table.reshape(len(told), d), y)
        return np.array([np.abs(np.diff(e[1:])).mean() if len(e) > 2 else 0.0 for e in effects])

    # -- learning ------------------------------------------------------------------------------

    def _tell(self, observations: Sequence[Observation]) -> None:
        for o in observations:
            x, loss = o.candidate.x, o.loss
            self._memory.learn(x, loss)
            division = self._divisions.pop(key(x), None)
            if division is not None and self._centre is not None:
                self._learn(division, x, loss)
            elif self._centre is not None and loss < self._centre[0]:  # told late
                self._move(x, loss)

    def _learn(self, division: _Division, x: Array, loss: float) -> None:
        j = division.column
        self._memory.drop(x)
        if j != JUMP and np.isfinite(loss):
            profile = self._profiles[j]
            change = loss - division.loss
            profile[division.position] = profile.setdefault(division.origin, 0.0) + change
            before = self._measured.get(division.number, 0.0)
            self._measured = {division.number: max(abs(change), before)}
            if not self._lattice.is_categorical[j]:
                self._variation[j] = self._measured[division.number]
        if self._centre is None or loss >= self._centre[0]:
            return
        self._centre = (loss, x)
        if j == JUMP:
            self._profiles = [{} for _ in self._profiles]
        elif not self._lattice.is_categorical[j]:
            # on in the same direction, at the same spacing
            onward = self._lattice.steps(j, division.position, 2 * float(self._spacing[j]))
            ahead = division.position - division.origin
            self._steps = [(k, u) for k, u in self._steps if k != j]
            self._steps += [(j, u) for u in onward if (u - division.position) * ahead > 0]

    def _move(self, x: Array, loss: float) -> None:
        self._centre = (loss, x)
        self._memory.drop(x)
        self._profiles = [{} for _ in self._profiles]


def _nearest(u: Array, levels: Array) -> Table:
    """Return the number of the nearest level from 1 on, 0 where there is none."""
    distances = np.abs(np.nan_to_num(u)[:, np.newaxis] - levels)
    return np.where(np.isnan(u), 0, distances.argmin(axis=1) + 1)
