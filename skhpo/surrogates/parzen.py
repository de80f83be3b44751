"""Kernel density of points of the unit cube: a mixture of products, one component a point.

    p(x) = Σ_k w_k Π_j p_kj(x_j),    j over the coordinates that are active in x

p_kj is a normal density around the k-th point, cut to [0, 1] and renormalised, for an ordered
coordinate; for a category it is the point's own cell, smoothed with the prior. Where coordinate j
is inactive in point k, and for the last component, it is the prior: uniform. The components are
chosen as a whole, so that what goes together in the points goes together in what is drawn.

References
----------
J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl (2011), Algorithms for Hyper-Parameter Optimization,
NeurIPS. S. Watanabe (2023), Tree-Structured Parzen Estimator: Understanding Its Algorithm
Components, arXiv:2304.11127 (bandwidth of the product kernel, "magic clip").
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtr, ndtri

Array = NDArray[np.float64]

BANDWIDTH = 0.2  # of a single point in one dimension
MAX_KERNELS = 100  # more points than these do not narrow the least bandwidth
_LOG_SQRT_2PI = 0.5 * float(np.log(2 * np.pi))


@dataclass(frozen=True, eq=False)
class Parzen:
    """The density of some points.

    Parameters
    ----------
    points : ndarray of shape (n, d)
        Points of the unit cube, NaN where a coordinate is inactive.
    cells : dict of int to ndarray of shape (n_cells + 1,)
        For each categorical coordinate the edges of its cells in [0, 1].
    prior_weight : float, default=1.0
        Weight of the uniform component, that of a point being 1.

    Examples
    --------
    >>> import numpy as np
    >>> density = Parzen(np.array([[0.2], [0.3]]), cells={})
    >>> near, far = density.log_density(np.array([[0.25], [0.9]]))
    >>> bool(near > far)
    True
    """

    points: Array
    cells: Mapping[int, Array]
    prior_weight: float = 1.0

    @property
    def bandwidth(self) -> float:
        """Standard deviation of the normal kernels."""
        n, d = self.points.shape
        scott = BANDWIDTH * max(n, 1) ** (-1.0 / (d + 4))
        return float(np.clip(scott, 1.0 / min(MAX_KERNELS, n + 1), 1.0)) if n else 1.0

    @property
    def weights(self) -> Array:
        """Weights of the components, the prior's last."""
        weights = np.append(np.ones(len(self.points)), self.prior_weight)
        return np.asarray(weights / weights.sum())

    def log_density(self, X: Array) -> Array:
        """Return the logarithm of the density.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Points, NaN where inactive.

        Returns
        -------
        ndarray of shape (m,)
            With respect to the uniform density on the active coordinates.
        """
        n = len(self.points)
        logs = np.zeros((len(X), n + 1))
        for j in range(X.shape[1]):
            own = self._categorical(X[:, j], j) if j in self.cells else self._normal(X[:, j], j)
            known = ~np.isnan(X[:, j])[:, None] & ~np.isnan(self.points[:, j])
            logs[:, :n] += np.where(known, own, 0.0)
        return np.asarray(logsumexp(logs + np.log(self.weights), axis=1))

    def draw(self, n: int, rng: np.random.Generator) -> Array:
        """Draw points.

        Parameters
        ----------
        n : int
            How many.
        rng : numpy.random.Generator
            Where the numbers come from.

        Returns
        -------
        ndarray of shape (n, d)
            Without NaN: coordinates that are inactive in a point are to be ignored.
        """
        which = rng.choice(len(self.weights), size=n, p=self.weights)
        uniform = rng.random((n, self.points.shape[1]))
        centres = np.vstack([self.points, np.full((1, self.points.shape[1]), np.nan)])[which]
        drawn = uniform.copy()
        for j in range(drawn.shape[1]):
            rows = ~np.isnan(centres[:, j])
            if j in self.cells:
                drawn[rows, j] = self._near_cell(centres[rows, j], uniform[rows, j], j, rng)
            else:
                drawn[rows, j] = self._near(centres[rows, j], uniform[rows, j])
        return np.clip(drawn, 0.0, 1.0)

    # -- ordered coordinates -------------------------------------------------------------------

    def _normal(self, x: Array, j: int) -> Array:
        """Logarithms of the truncated normal densities, shape (m, n)."""
        centres, sigma = self.points[:, j], self.bandwidth
        inside = np.log(ndtr((1.0 - centres) / sigma) - ndtr(-centres / sigma))
        z = (x[:, None] - centres) / sigma
        return np.asarray(-0.5 * z**2 - np.log(sigma) - _LOG_SQRT_2PI - inside)

    def _near(self, centres: Array, uniform: Array) -> Array:
        low = ndtr(-centres / self.bandwidth)
        high = ndtr((1.0 - centres) / self.bandwidth)
        return np.asarray(centres + self.bandwidth * ndtri(low + uniform * (high - low)))

    # -- categories ----------------------------------------------------------------------------

    def _stay(self, n_cells: int) -> float:
        """Probability of a point's own cell, apart from what the prior gives it."""
        n = max(len(self.points), 1)
        return n / (n + n_cells)

    def _categorical(self, x: Array, j: int) -> Array:
        """Logarithms of the densities, shape (m, n)."""
        edges = self.cells[j]
        stay = self._stay(len(edges) - 1)
        mine, own = _cell(x, edges), _cell(self.points[:, j], edges)
        same = mine[:, None] == own
        return np.asarray(np.log((1.0 - stay) + stay * same / np.diff(edges)[own]))

    def _near_cell(
        self, centres: Array, uniform: Array, j: int, rng: np.random.Generator
    ) -> Array:
        edges = self.cells[j]
        stays = rng.random(len(centres)) < self._stay(len(edges) - 1)
        return np.where(stays, centres, uniform)


def _cell(x: Array, edges: Array) -> NDArray[np.intp]:
    filled = np.where(np.isnan(x), 0.0, x)
    return np.clip(np.searchsorted(edges, filled, side="right") - 1, 0, len(edges) - 2)
