"""A random part of a grid, without repetition.

J. Bergstra, Y. Bengio: Random Search for Hyper-Parameter Optimization. Journal of Machine Learning
Research 13 (2012) 281-305, section 1: what a grid has to be compared with.
"""

from dataclasses import dataclass, field

import numpy as np

from skhpo.asktell import MAX_ENUMERATED, Array, Strategy
from skhpo.space.lattice import grid_levels
from skhpo.space.points import key

MAX_BATCHES = 16  # of draws that are refused before the rest of a small grid is written out


@dataclass(kw_only=True, eq=False)
class RandomGrid(Strategy):
    """Settings of a grid in random order, each once.

    Each level of a parameter is as likely as any other, alternatives by their weights. What
    exists with an alternative is drawn after it, so a model with many parameters is not tried
    more often for that. The grid is written out only when nearly all of it was tried.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the draws.
    budget : int or None, default=None
        Not used.
    n_levels : int, default=5
        Into how many levels continuous parameters, and whole numbers of which there are more,
        are divided, both ends included.

    Raises
    ------
    ValueError
        If there are fewer than 2 levels.

    References
    ----------
    .. [1] J. Bergstra, Y. Bengio: Random Search for Hyper-Parameter Optimization. Journal of
       Machine Learning Research 13 (2012) 281-305.

    Examples
    --------
    >>> from skhpo import Real, Space
    >>> from skhpo.strategies import RandomGrid
    >>> space = Space({"a": Real(0, 1), "b": Real(0, 1)})
    >>> strategy = RandomGrid(space=space, seed=0, n_levels=3)
    >>> asked = [candidate.params for candidate in strategy.ask(20)]
    >>> len(asked), sorted({params["a"] for params in asked})
    (9, [0.0, 0.5, 1.0])
    """

    n_levels: int = 5
    _levels: list[Array | None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.n_levels < 2:
            raise ValueError(f"n_levels should be at least 2, got {self.n_levels!r}.")
        self._levels = grid_levels(self.space, self.n_levels)

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        found: dict[bytes, Array] = {}
        for _ in range(MAX_BATCHES):
            for x in self._draw(n, rng):
                if len(found) < n and not self.is_seen(x):
                    found[key(x)] = x
            if len(found) == n:
                break
        else:
            self._add_rest(found, n, rng)
        return np.array([*found.values()]).reshape(len(found), self.space.n_dims)

    def _draw(self, n: int, rng: np.random.Generator) -> Array:
        X = rng.random((n, self.space.n_dims))
        for j, levels in enumerate(self._levels):
            if levels is not None:
                X[:, j] = levels[(X[:, j] * len(levels)).astype(np.intp)]
        X = self.space.snap(X)
        return np.asarray(X[self.space.allowed(X)])

    def _add_rest(self, found: dict[bytes, Array], n: int, rng: np.random.Generator) -> None:
        """Add what was not drawn, from a grid that is small enough to be gone through."""
        if self.space.count(self.n_levels) > MAX_ENUMERATED:
            return
        rest = [self._snapped(x) for x in self.space.enumerate(self.n_levels)]
        rest = [x for x in rest if not self.is_seen(x) and key(x) not in found]
        for i in rng.permutation(len(rest))[: n - len(found)]:
            found[key(rest[i])] = rest[i]

    def _snapped(self, x: Array) -> Array:
        return np.asarray(self.space.snap(x[np.newaxis])[0])
