"""Fractional factorial search: the part of a grid that tells main effects apart.

G. E. P. Box, J. S. Hunter: The 2^(k-p) Fractional Factorial Designs. Technometrics 3 (1961)
311-351. K. A. Bush, R. C. Bose: see ``skhpo.designs.orthogonal``.
"""

from dataclasses import dataclass, field

import numpy as np

from skhpo.asktell import Array, Strategy
from skhpo.designs.galois import Table
from skhpo.designs.orthogonal import balanced, mixed
from skhpo.space.lattice import Lattice

MAX_EMPTY = 8  # arrays in a row without anything new before unseen points are drawn instead


@dataclass(kw_only=True, eq=False)
class FractionalFactorial(Strategy):
    """The rows of an orthogonal array over the levels of all parameters, in random order.

    Any two parameters meet in each pair of their levels equally often (of any three, or more,
    where the budget allows for it), so few candidates tell what each parameter does on its own.
    With two or three levels it is a regular fraction. The array is the largest within the
    budget; the whole factorial, where that is no larger. Parameters have the numbers of levels
    of `skhpo.designs.orthogonal.mixed`: counts are equal or nearly so. Where the budget is too
    small for any array, the levels of each parameter are balanced on their own. When it is asked
    for more, it goes on with the array of other columns and other names of the levels.

    In a space with conditions, rows that differ in inactive parameters alone are tried once.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the order, and which level and which parameter is which of the array.
    budget : int or None, default=None
        Candidates at the most; None: the smallest array.
    n_levels : int, default=3
        Levels of each parameter that has more values, both ends included; alternatives are all
        levels.

    Raises
    ------
    ValueError
        If there are fewer than 2 levels.

    References
    ----------
    .. [1] G. E. P. Box, J. S. Hunter: The 2^(k-p) Fractional Factorial Designs. Technometrics 3
       (1961) 311-351.
    .. [2] R. C. Bose, K. A. Bush: Orthogonal Arrays of Strength Two and Three. Annals of
       Mathematical Statistics 23 (1952) 508-524.

    Examples
    --------
    >>> from skhpo import Real, Space
    >>> from skhpo.strategies import FractionalFactorial
    >>> space = Space({name: Real(0, 1) for name in "abcd"})
    >>> strategy = FractionalFactorial(space=space, seed=0)
    >>> strategy.n_runs
    9
    >>> pairs = {(c.params["a"], c.params["b"]) for c in strategy.ask(9)}
    >>> len(pairs)
    9
    """

    n_levels: int = 3
    _lattice: Lattice = field(init=False, repr=False)
    _levels: list[Array] = field(init=False, repr=False)
    _table: Table = field(init=False, repr=False)
    _rows: list[Array] = field(default_factory=list, init=False, repr=False)
    _n_empty: int = field(default=0, init=False, repr=False)
    _n_arrays: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.n_levels < 2:
            raise ValueError(f"n_levels should be at least 2, got {self.n_levels!r}.")
        self._lattice = Lattice(self.space)
        self._levels = [self._lattice.levels(j, self.n_levels) for j in range(self.space.n_dims)]
        self._table = mixed(self._counts, self.budget)

    @property
    def _counts(self) -> list[int]:
        return [len(levels) for levels in self._levels]

    @property
    def n_runs(self) -> int:
        """Candidates that the array makes, without forbidden ones; else those of the budget."""
        if not len(self._table):
            return self.budget or 1
        return max(1, len(self._lattice.points(self._table, self._levels)))

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        # Numbers come from the seed and the number of the array alone, as those of a sequence.
        self._rows = [x for x in self._rows if not self.is_seen(x)]
        while len(self._rows) < n and self._n_empty < MAX_EMPTY:
            rows = [x for x in self._next_array() if not self.is_seen(x)]
            self._n_empty = 0 if rows else self._n_empty + 1
            self._rows += rows
        taken, self._rows = self._rows[:n], self._rows[n:]
        if not taken:
            return self._unseen(n, rng)
        return np.array(taken).reshape(len(taken), self.space.n_dims)

    def _next_array(self) -> Array:
        rng = np.random.default_rng((self.seed, self._n_arrays))
        self._n_arrays += 1
        counts = self._counts
        n_rows = self.budget or 1
        table = self._renamed(rng) if len(self._table) else balanced(counts, n_rows, rng)
        return self._lattice.points(rng.permutation(table), self._levels)

    def _renamed(self, rng: np.random.Generator) -> Table:
        """Return the array with columns of one number of levels exchanged, and levels too.

        Both leave it an array of the same strength.
        """
        counts = np.array(self._counts)
        table = self._table.copy()
        for count in np.unique(counts):
            alike = np.flatnonzero(counts == count)
            table[:, alike] = table[:, rng.permutation(alike)]
        for j, count in enumerate(counts):
            table[:, j] = rng.permutation(count)[table[:, j]]
        return table
