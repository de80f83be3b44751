"""The search for the maximum of an acquisition over a mixed and conditional space.

1. The acquisition is evaluated at Sobol points, perturbations of the best evaluated points and
   exchanges of their categories.
2. The best of these, and the best of each branch, climb by projected BFGS over the numbers, the
   categories held, integers relaxed.
3. Categories and integers around the best are exchanged.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates.box import Box
from skhpo.surrogates.encoding import Encoding
from skhpo.surrogates.kernels import Points
from skhpo.surrogates.neighbours import exchanged, perturbed
from skhpo.surrogates.optimize import minimise

Array = NDArray[np.float64]

N_BEST, SDS = 6, np.repeat([0.02, 0.08, 0.25], 8)  # the best points and their perturbations
N_BRANCHES, BRANCH_SDS = 6, np.full(12, 0.08)  # the same for the best of each branch
N_EXCHANGED = 3  # points whose categories and integers are exchanged
N_STARTS, N_DRAWN, DRAWN_FROM = 4, 2, 64  # starts of the climb: the best, and some of the next


class Objective(Protocol):
    """What is maximised."""

    def value(self, at: Points) -> Array:
        """Return it at m points, shape (m,)."""

    def value_and_gradient(self, at: Points) -> tuple[Array, Array]:
        """Return it, shape (m,), and its gradient in the columns, shape (m, D)."""


@dataclass(frozen=True, eq=False)
class InnerSearch:
    """Searches a space for the maximum of an acquisition.

    Parameters
    ----------
    encoding : Encoding
        Columns of the model.
    snapped : callable
        Makes points of the unit cube such as the space can express; may drop forbidden ones.
    dimension : float
        Mean number of active parameters.
    fixed : tuple of (int, float) or None, default=None
        A parameter and its position in the unit interval, the same in all points; None: none.
    box : Box or None, default=None
        Where the points have to lie; None: anywhere.

    Examples
    --------
    >>> import numpy as np
    >>> from types import SimpleNamespace as Column
    >>> from skhpo.surrogates.acquisition import Acquisition
    >>> from skhpo.surrogates.gp import fit
    >>> encoding = Encoding.of([Column(kind="continuous", n_values=None, parents=())])
    >>> X = np.linspace(0, 1, 7)[:, None]
    >>> model = fit(encoding.kernel, encoding.points(X), (X[:, 0] - 0.4) ** 2, dimension=1)
    >>> search = InnerSearch(encoding, snapped=lambda U: U, dimension=1.0)
    >>> rng = np.random.default_rng(0)
    >>> pool, values = search.maximise(Acquisition(model), search.pool(X, X, rng), rng)
    >>> bool(abs(pool[values.argmax(), 0] - 0.4) < 0.1)
    True
    """

    encoding: Encoding
    snapped: Callable[[Array], Array]
    dimension: float
    fixed: tuple[int, float] | None = None
    box: Box | None = None

    def pool(self, spread: Array, ranked: Array, rng: np.random.Generator) -> Array:
        """Return candidates: spread points, perturbations and exchanges of evaluated ones.

        Parameters
        ----------
        spread : ndarray of shape (m, d)
            Points that fill the unit cube.
        ranked : ndarray of shape (n, d)
            Evaluated points, best first.
        rng : numpy.random.Generator
            Random numbers.

        Returns
        -------
        ndarray of shape (k, d)
            Snapped points.
        """
        columns = self.encoding.columns
        if self.box is not None:
            spread = self.box.spread(spread, rng)
        branches = ranked[_first_of_each(self.encoding.points(ranked).active)[:N_BRANCHES]]
        parts = [
            spread,
            perturbed(ranked[:N_BEST], columns, SDS, self.dimension, rng),
            perturbed(branches, columns, BRANCH_SDS, self.dimension, rng),
            exchanged(ranked[:N_EXCHANGED], columns, rng),
        ]
        return self._snapped(np.concatenate(parts))

    def maximise(
        self, objective: Objective, pool: Array, rng: np.random.Generator
    ) -> tuple[Array, Array]:
        """Climb from the best candidates, and exchange what cannot be climbed.

        Parameters
        ----------
        objective : Objective
            An acquisition.
        pool : ndarray of shape (k, d)
            Snapped candidates.
        rng : numpy.random.Generator
            Random numbers.

        Returns
        -------
        X : ndarray of shape (m, d)
            All points that were looked at and can be expressed.
        values : ndarray of shape (m,)
            The acquisition there.
        """
        encode, columns = self.encoding.points, self.encoding.columns
        values = objective.value(encode(pool))
        ends = self._climb(objective, pool[self._starts(pool, values, rng)])
        pool = np.concatenate([pool, ends])
        values = np.append(values, objective.value(encode(ends)))
        top = pool[np.argsort(-values, kind="stable")[:N_EXCHANGED]]
        near = self._snapped(exchanged(top, columns, rng, reach=2))
        return np.concatenate([pool, near]), np.append(values, objective.value(encode(near)))

    def _snapped(self, U: Array) -> Array:
        if self.box is not None:
            U = self.box.clip(U)
        if self.fixed is not None:
            j, position = self.fixed
            U[:, j] = position
        return self.snapped(U)

    def _starts(self, pool: Array, values: Array, rng: np.random.Generator) -> NDArray[np.intp]:
        """Choose the best candidates, the best of each branch, and some of the next."""
        order = np.argsort(-values, kind="stable")
        branches = _first_of_each(self.encoding.points(pool[order]).active)[:N_BRANCHES]
        drawn = rng.permutation(min(DRAWN_FROM, len(order)))[:N_DRAWN]
        best = np.arange(min(N_STARTS, len(order)))
        return np.asarray(order[np.unique(np.concatenate([best, branches, drawn]))])

    def _climb(self, objective: Objective, starts: Array) -> Array:
        """Climb over the active numbers, integers relaxed, categories held; snapped ends."""
        at = self.encoding.points(starts)
        numeric, columns = self.encoding.numeric, self.encoding.numeric_at

        def descent(x: Array, rows: NDArray[np.intp]) -> tuple[Array, Array]:
            Z = at.Z[rows]
            Z[:, columns] = x
            value, gradient = objective.value_and_gradient(Points(Z, at.active[rows]))
            return -value, -gradient[:, columns]

        free = ~np.isnan(starts[:, numeric])
        lower, upper = self._bounds(numeric)
        ends, _ = minimise(descent, at.Z[:, columns], lower, upper, free=free)
        U = starts.copy()
        U[:, numeric] = np.where(free, ends + 0.5, np.nan)
        return self._snapped(U)

    def _bounds(self, numeric: NDArray[np.intp]) -> tuple[Array | float, Array | float]:
        """Return the bounds of the centred numbers."""
        if self.box is None:
            return -0.5, 0.5
        return self.box.lower[numeric] - 0.5, self.box.upper[numeric] - 0.5


def _first_of_each(active: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Find the first row of each pattern of activity, in order; none without conditions."""
    if not active.shape[1]:
        return np.zeros(0, dtype=np.intp)
    _, first = np.unique(active, axis=0, return_index=True)
    return np.sort(first)
