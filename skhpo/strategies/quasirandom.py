"""Quasi-random search: low-discrepancy points of the unit cube.

Sobol' and Halton sequences and Latin hypercube designs, from ``scipy.stats.qmc``.
"""

import warnings
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from scipy.stats import qmc

from skhpo.asktell import Array, Strategy

_BLOCK = 64  # points of a Latin hypercube where the budget is not known


@dataclass(kw_only=True, eq=False)
class QuasiRandom(Strategy):
    """Points that fill the unit cube more evenly than independent draws.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the scrambling.
    budget : int or None, default=None
        Size of the Latin hypercube; it starts a new one when a search goes on.
    sequence : {"sobol", "halton", "lhs"}, default="sobol"
        Owen-scrambled Sobol', scrambled Halton, or a Latin hypercube, which has one point in
        each of ``budget`` equal slices of every parameter.

    Raises
    ------
    ValueError
        If ``sequence`` is none of the three.

    References
    ----------
    .. [1] A. B. Owen: Scrambling Sobol' and Niederreiter-Xing Points. Journal of Complexity 14
       (1998) 466-489.
    .. [2] M. D. McKay, R. J. Beckman, W. J. Conover: A Comparison of Three Methods for Selecting
       Values of Input Variables. Technometrics 21 (1979) 239-245.

    Examples
    --------
    >>> from skhpo import Real, Space
    >>> from skhpo.strategies import QuasiRandom
    >>> strategy = QuasiRandom(space=Space({"C": Real(0, 1)}), seed=0, sequence="lhs", budget=4)
    >>> sorted(int(4 * candidate.params["C"]) for candidate in strategy.ask(4))
    [0, 1, 2, 3]
    """

    sequence: Literal["sobol", "halton", "lhs"] = "sobol"
    _taken: int = field(default=0, init=False, repr=False)
    _points: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.sequence not in _ENGINES:
            raise ValueError(
                f"sequence should be one of {sorted(_ENGINES)}, got {self.sequence!r}."
            )
        self._points = np.empty((0, self.space.n_dims))

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        # Numbers come from the seed and the position alone: `rng` differs with how the asks are
        # grouped, a sequence must not.
        if not self.space.n_dims:
            return np.empty((n, 0))
        while len(self._points) < self._taken + n:
            self._points = np.vstack([self._points, self._more()])
        start, self._taken = self._taken, self._taken + n
        return self._points[start : self._taken]

    def _more(self) -> Array:
        """Return the next block of the sequence."""
        size = len(self._points)
        if self.sequence == "lhs":
            block = max(self.budget or _BLOCK, 1)
            rng = np.random.default_rng((self.seed, size))
            return np.asarray(_ENGINES["lhs"](self.space.n_dims, rng=rng).random(block))
        engine = _ENGINES[self.sequence](self.space.n_dims, rng=np.random.default_rng(self.seed))
        with warnings.catch_warnings():
            # a doubled prefix of the sequence is balanced whenever its length is a power of 2,
            # which is what scipy warns about
            warnings.simplefilter("ignore", UserWarning)
            return np.asarray(engine.random(max(2 * size, _BLOCK)))[size:]


def _seeded(engine: Any) -> Any:
    """Return a maker of the engine that takes ``rng`` by the name this scipy knows."""

    def make(d: int, rng: np.random.Generator) -> Any:
        try:
            return engine(d, rng=rng)
        except TypeError:  # scipy < 1.15
            return engine(d, seed=rng)

    return make


_ENGINES: dict[str, Any] = {
    "sobol": _seeded(qmc.Sobol),
    "halton": _seeded(qmc.Halton),
    "lhs": _seeded(qmc.LatinHypercube),
}
