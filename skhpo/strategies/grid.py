"""Exhaustive search of a grid, in the order of scikit-learn's ``ParameterGrid``."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from skhpo.asktell import Array, Strategy


@dataclass(kw_only=True, eq=False)
class Grid(Strategy):
    """Every configuration of a finite space, or of a grid in any other, each once.

    Parameters
    ----------
    space : Space
        What may be tried; without ``n_levels`` it has to be finite.
    seed : int, default=0
        Not used.
    budget : int or None, default=None
        Not used.
    n_levels : int or None, default=None
        Into how many levels continuous parameters, and whole numbers of which there are more,
        are divided, both ends included; None: all values.

    Raises
    ------
    ValueError
        If the space is not finite and there are no levels, or fewer than 2.

    Examples
    --------
    >>> from skhpo import Space
    >>> from skhpo.strategies import Grid
    >>> strategy = Grid(space=Space({"kernel": ["rbf", "linear"], "C": [1, 10]}))
    >>> [candidate.params for candidate in strategy.ask(10)][:2]
    [{'kernel': 'rbf', 'C': 1}, {'kernel': 'linear', 'C': 1}]
    """

    n_levels: int | None = None
    _rest: Iterator[Array] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.n_levels is not None and self.n_levels < 2:
            raise ValueError(f"n_levels should be at least 2 or None, got {self.n_levels!r}.")
        if np.isinf(self.space.count(self.n_levels)):
            raise ValueError(
                "a grid needs a finite space, and this one has continuous parameters; give "
                "lists of values or n_levels, or choose another strategy."
            )
        self._rest = iter(self.space.enumerate(self.n_levels))

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        points = list(islice(self._rest, n))
        if not points:  # what a replay passed over
            self._rest = (x for x in self.space.enumerate(self.n_levels) if not self.is_seen(x))
            points = list(islice(self._rest, n))
        return np.array(points, dtype=np.float64).reshape(len(points), self.space.n_dims)
