"""Exhaustive search of a finite space, in the order of scikit-learn's ``ParameterGrid``."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from skhpo.asktell import Array, Strategy


@dataclass(kw_only=True, eq=False)
class Grid(Strategy):
    """Every configuration of a finite space, each once.

    Parameters
    ----------
    space : Space
        What may be tried; it has to be finite.
    seed : int, default=0
        Not used.
    budget : int or None, default=None
        Not used.

    Raises
    ------
    ValueError
        If the space is not finite.

    Examples
    --------
    >>> from skhpo import Space
    >>> from skhpo.strategies import Grid
    >>> strategy = Grid(space=Space({"kernel": ["rbf", "linear"], "C": [1, 10]}))
    >>> [candidate.params for candidate in strategy.ask(10)][:2]
    [{'kernel': 'rbf', 'C': 1}, {'kernel': 'linear', 'C': 1}]
    """

    _rest: Iterator[Array] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if np.isinf(self.space.size):
            raise ValueError(
                "a grid needs a finite space, and this one has continuous parameters; give "
                "lists of values, or choose another strategy."
            )
        self._rest = iter(self.space.enumerate())

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        points = list(islice(self._rest, n))
        if not points:  # what a replay passed over
            self._rest = (x for x in self.space.enumerate() if not self.is_seen(x))
            points = list(islice(self._rest, n))
        return np.array(points, dtype=np.float64).reshape(len(points), self.space.n_dims)
