"""Hierarchical grid search: some parameters first, the others given what is best so far.

Cycles over blocks of coordinates as in P. Tseng: Convergence of a Block Coordinate Descent Method
for Nondifferentiable Minimization. Journal of Optimization Theory and Applications 109 (2001)
475-494, on grids that get finer from cycle to cycle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from skhpo.asktell import Array, Strategy
from skhpo.designs.coarse import coarse_table
from skhpo.designs.effects import effect_variances
from skhpo.designs.galois import Table
from skhpo.designs.orthogonal import balanced, full_factorial, mixed
from skhpo.space import Space
from skhpo.space.lattice import Lattice
from skhpo.space.memory import Memory
from skhpo.space.neighbourhood import lowest_between
from skhpo.space.points import key
from skhpo.trial import Observation

SCREEN_STREAM = 14  # random numbers of the first candidates, apart from those of the asks
BINS = 4  # of a range, where main effects are estimated
FINEST = 2.0**-10  # of a range: then cycles begin again from another candidate
USUAL = 100  # candidates where the budget is not known
LARGEST = 12  # candidates of a group's grid; of larger ones a fraction is tried


@dataclass(kw_only=True, eq=False)
class HierarchicalGrid(Strategy):
    """Searches a grid of a few parameters while the others stay as they are best, then the next.

    A few candidates come first, a fraction of a factorial. Then each group of parameters in
    turn gets a grid of its own with all other parameters as in the best candidate so far, or
    a fraction of that grid where it is large, and one candidate more, where the averages of its
    levels suggest the lowest point. The first cycle is over the whole ranges, the next ones are
    around the best candidate, each at half the spacing of the one before.

    Without ``groups`` each parameter is a group, and those come first whose main effects have
    the largest variance in all scores so far.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the first candidates and the fractions.
    budget : int or None, default=None
        A quarter of it is what the first candidates may take; None: 100.
    n_levels : int, default=5
        Levels in the first cycle.
    groups : sequence of sequence of str, or None, default=None
        Names of parameters that are searched together, in this order; those that are not named
        follow one by one.

    Raises
    ------
    ValueError
        If there are fewer than 2 levels, or a group names what is no parameter to be searched,
        nothing, or a parameter that another group has.

    References
    ----------
    .. [1] P. Tseng: Convergence of a Block Coordinate Descent Method for Nondifferentiable
       Minimization. Journal of Optimization Theory and Applications 109 (2001) 475-494.

    Examples
    --------
    >>> from skhpo import Choice, Observation, Real, Space
    >>> from skhpo.strategies import HierarchicalGrid
    >>> space = Space({"kernel": ["rbf", "poly"], "C": Real(0, 1), "gamma": Real(0, 1)})
    >>> strategy = HierarchicalGrid(space=space, groups=[["kernel"], ["C", "gamma"]], budget=60)
    >>> for _ in range(60):
    ...     [candidate] = strategy.ask()
    ...     strategy.tell([Observation(candidate, ((candidate.x - 0.3) ** 2).sum())])
    >>> min(strategy.history, key=lambda o: o.loss).candidate.params["kernel"]
    'rbf'
    """

    n_levels: int = 5
    groups: Sequence[Sequence[str]] | None = None
    _lattice: Lattice = field(init=False, repr=False)
    _memory: Memory = field(init=False, repr=False)
    _given: list[list[int]] = field(init=False, repr=False)
    _rows: list[Array] = field(init=False, repr=False)
    _losses: dict[bytes, float] = field(default_factory=dict, init=False, repr=False)
    _centre: tuple[float, Array] | None = field(default=None, init=False, repr=False)
    _spacing: float | None = field(default=None, init=False, repr=False)
    _left: list[list[int]] = field(default_factory=list, init=False, repr=False)
    _open: tuple[list[int], Array] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.n_levels < 2:
            raise ValueError(f"n_levels should be at least 2, got {self.n_levels!r}.")
        self._given = columns_of_groups(self.space, self.groups)
        self._lattice = Lattice(self.space)
        self._memory = Memory(self._lattice)
        rng = np.random.default_rng((self.seed, SCREEN_STREAM))
        most = max((self.budget or USUAL) // 4, 1)
        table, n = coarse_table(self._lattice.n_values, most, rng)
        self._rows = [*self._lattice.points(table, self._lattice.all_levels(n, inside=True))]

    # -- asking --------------------------------------------------------------------------------

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        return self._one_by_one(n, rng, lambda found: self._next(found, rng))

    def _next(self, found: Mapping[bytes, Array], rng: np.random.Generator) -> Array | None:
        while True:
            while self._rows:
                x = self._rows.pop(0)
                if self.is_fresh(x, found):
                    return x
            if self._centre is None and not self._begin():
                return None
            if self._open is not None:
                self._rows, self._open = [self._lowest(*self._open)], None
            else:
                self._open_next(rng)

    def _begin(self) -> bool:
        """Take a new centre for a first cycle; whether there is one."""
        self._centre, self._spacing, self._left = self._memory.take([]), None, []
        if self._centre is not None:
            self._left = self._cycle()
        return self._centre is not None

    def _open_next(self, rng: np.random.Generator) -> None:
        """Put the grid of the next group down to be tried."""
        if not self._left:
            self._spacing = 0.5 / self.n_levels if self._spacing is None else self._spacing / 2
            if self._spacing < FINEST:
                self._centre = None
                return
            self._left = self._cycle()
        group = self._left.pop(0)
        self._rows = [*self._grid(group, rng)]
        self._open = (group, np.array(self._rows).reshape(len(self._rows), self.space.n_dims))

    # -- groups --------------------------------------------------------------------------------

    def _cycle(self) -> list[list[int]]:
        """Return the groups of a cycle: those that were given, then others by what they matter."""
        named = {j for group in self._given for j in group}
        told = [o for o in self.history if np.isfinite(o.loss)]
        X = np.array([o.candidate.x for o in told]).reshape(len(told), self.space.n_dims)
        variances = effect_variances(self._binned(X), np.array([o.loss for o in told]))
        order = np.argsort(-variances, kind="stable").tolist()
        return [*self._given, *([j] for j in order if j not in named)]

    def _binned(self, X: Array) -> Table:
        """Return the alternative or the part of the range of each coordinate, 0 where inactive."""
        table = np.zeros(X.shape, dtype=np.intp)
        for j, column in enumerate(self.space.columns):
            u = np.where(np.isnan(X[:, j]), 0.0, X[:, j])
            if column.kind == "categorical":
                cells = column.index(u)
            else:
                cells = np.minimum((u * BINS).astype(np.intp), BINS - 1)
            table[:, j] = np.where(np.isnan(X[:, j]), 0, cells + 1)
        return table

    def _grid(self, group: list[int], rng: np.random.Generator) -> Array:
        """Return the points of a group's grid, or of a part of it."""
        _, centre = self._centre  # type: ignore[misc]
        if len(group) == 1:
            return self._line(group[0], centre)
        filled = np.where(np.isnan(centre), self._memory.positions, centre)
        levels = [filled[[j]] for j in range(self.space.n_dims)]
        for j in group:
            levels[j] = self._levels_of(j, float(filled[j]))
        counts = [len(levels[j]) for j in group]
        part = self._part(counts, rng)
        table = np.zeros((len(part), self.space.n_dims), dtype=np.intp)
        table[:, group] = part
        return self._lattice.points(table, levels)

    def _line(self, j: int, centre: Array) -> Array:
        """Return the levels of one parameter, at a tenth of the cost of a table."""
        if np.isnan(centre[j]):
            return np.empty((0, self.space.n_dims))
        levels = self._levels_of(j, float(centre[j]))
        moved = [self._lattice.moved(centre, j, u, self._memory.positions) for u in levels]
        return np.array(moved)

    def _levels_of(self, j: int, here: float) -> Array:
        if self._spacing is None or self._lattice.is_categorical[j]:
            return self._lattice.levels(j, self.n_levels)
        return np.sort([here, *self._lattice.steps(j, here, self._spacing)])

    def _part(self, counts: list[int], rng: np.random.Generator) -> Table:
        most = max(LARGEST, *counts)
        if prod(counts) <= most:
            return full_factorial(counts)
        table = mixed(counts, most)
        return table if len(table) else balanced(counts, most, rng)

    def _lowest(self, group: list[int], X: Array) -> Array:
        """Return the point of the lowest levels of a group's grid, each parameter on its own."""
        _, centre = self._centre  # type: ignore[misc]
        x = centre.copy()
        points = [*X, centre]
        losses = np.array([self._losses.get(key(point), np.inf) for point in points])
        for j in group:
            if np.isnan(x[j]) or self._lattice.is_categorical[j]:
                continue
            u = np.array([point[j] for point in points])
            known = np.isfinite(losses) & ~np.isnan(u)
            profile = {float(v): float(losses[known & (u == v)].mean()) for v in {*u[known]}}
            if profile:
                lowest = lowest_between(profile, min(profile, key=profile.__getitem__))
                spacing = (self._spacing or 1 / (self.n_levels - 1)) / 4
                x[j] = self._lattice.rounded(j, lowest, spacing)
        return x

    # -- learning ------------------------------------------------------------------------------

    def _tell(self, observations: Sequence[Observation]) -> None:
        for o in observations:
            x, loss = o.candidate.x, o.loss
            self._memory.learn(x, loss)
            self._losses[key(x)] = loss
            if self._centre is not None:
                self._memory.drop(x)
                if loss < self._centre[0]:
                    self._centre = (loss, x)


def columns_of_groups(space: Space, groups: Sequence[Sequence[str]] | None) -> list[list[int]]:
    """Return the columns of groups of parameters.

    Parameters
    ----------
    space : Space
        What may be tried.
    groups : sequence of sequence of str, or None
        Names of parameters.

    Returns
    -------
    list of list of int
        The columns of each group.

    Raises
    ------
    TypeError
        If a name is not a string.
    ValueError
        If a group names what is no parameter to be searched, nothing, or a parameter twice.
    """
    found: list[list[int]] = []
    for group in groups or ():
        names: Any = [group] if isinstance(group, str) else group
        if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
            raise TypeError(f"groups: a group should be a list of names, got {group!r}.")
        if not names:
            raise ValueError("groups: each group should name at least one parameter.")
        found.append([_column(space, name) for name in names])
    used = [j for group in found for j in group]
    for j in used:
        if used.count(j) > 1:
            raise ValueError(f"groups: {space.columns[j].name!r} should be named only once.")
    return found


def _column(space: Space, name: str) -> int:
    for j, column in enumerate(space.columns):
        if name in column.paths or name == column.name:
            return j
    allowed = sorted({*space.paths, *(column.name for column in space.columns)})
    raise ValueError(
        f"groups: {name!r} is no parameter with more than one value; these are {allowed}."
    )
