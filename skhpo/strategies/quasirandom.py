"""Designed samples: points of the unit cube that are spread more evenly than random ones.

The mathematics, and the papers, are in ``skhpo.designs``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from skhpo.asktell import Array, Strategy
from skhpo.designs.antithetic import antithetic
from skhpo.designs.faure import faure
from skhpo.designs.latin import latin, optimized, orthogonal
from skhpo.designs.poisson import poisson_disk
from skhpo.designs.sequences import halton, sobol, van_der_corput
from skhpo.designs.stratified import stratified

_BLOCK = 64  # points drawn at once, where the budget does not say

Design = Callable[[int, int, np.random.Generator], Array]

# Of these a longer prefix begins with a shorter one,
SEQUENCES: dict[str, Design] = {
    "sobol": sobol,
    "halton": halton,
    "faure": faure,
    "van_der_corput": van_der_corput,
    "antithetic": antithetic,
}
# and these are made for a number of points.
BLOCKS: dict[str, Design] = {
    "lhs": latin,
    "lhs_optimized": optimized,
    "lhs_orthogonal": orthogonal,
    "stratified": stratified,
    "poisson_disk": poisson_disk,
}


@dataclass(kw_only=True, eq=False)
class QuasiRandom(Strategy):
    """Points that fill the unit cube more evenly than independent draws.

    Cells of categories are as wide as their probabilities, so that even points respect those.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the scrambling and all other random numbers. A point depends on it and on its
        number alone, however the asks are grouped.
    budget : int or None, default=None
        Size of the designs that are made for a number of points (64 if None). What is needed
        beyond, in the place of points that are forbidden or seen already, comes from random
        Latin hypercubes of that size.
    sequence : str, default="sobol"
        Sequences: ``"sobol"``, ``"halton"``, ``"faure"`` (all scrambled), ``"van_der_corput"``
        (one for each coordinate, in orders of their own) and ``"antithetic"`` (random points,
        each followed by its mirror image). Designs of ``budget`` points: Latin hypercubes that
        are random (``"lhs"``), of low discrepancy (``"lhs_optimized"``) or even in pairs of
        coordinates (``"lhs_orthogonal"``), ``"stratified"`` (a random point in each of ``budget``
        boxes) and ``"poisson_disk"`` (random points that keep their distance from each other).

    Raises
    ------
    ValueError
        If ``sequence`` is none of these; at the first ask, if it is "poisson_disk" and the
        space has more than 6 columns.

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

    sequence: str = "sobol"
    _taken: int = field(default=0, init=False, repr=False)
    _points: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        known = sorted(SEQUENCES | BLOCKS)
        if self.sequence not in known:
            raise ValueError(f"sequence should be one of {known}, got {self.sequence!r}.")
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
        """Return the next points of the sequence."""
        size, d = len(self._points), self.space.n_dims
        if self.sequence in BLOCKS:
            rng = np.random.default_rng((self.seed, size))
            # one good design is worth its time; what stands in for refused points is not
            make = latin if size else BLOCKS[self.sequence]
            return make(max(self.budget or _BLOCK, 1), d, rng)
        rng = np.random.default_rng(self.seed)
        return SEQUENCES[self.sequence](max(2 * size, _BLOCK), d, rng)[size:]
