"""Kernel density of points of the unit cube: a mixture of products, one component a point.

    p(x) = Σ_k w_k Π_j p_kj(x_j),    k over the n points and the prior, j over the coordinates

Ordered coordinates: p_kj is a normal density N(m_kj, s_kj) cut to [0, 1] and renormalised;
where the coordinate has cells, it is its mean over the cell of x_j. s_kj is the larger of the
gaps to the neighbours among the m_kj (at either end, the one gap there is), at least
1/min(100, n + 2) and at most 1. The prior is N(1/2, 1).

Categories: own_k being the category of point k, v = w_prior/(n + 1) and C the number of
categories with prior probabilities q,

    P_k(c) = (1[c = own_k] + v C q_c) / (1 + v C),    p_kj = P_k/q.

Weights: the prior's is w_prior; a point's is 1 if there are fewer than 25 or it is among the last
25, else on a ramp from 1/n to 1. The components are chosen as a whole, so that what goes together
in the points goes together in what is drawn.

All densities are relative to the prior of the space, which is uniform on the unit cube. A density
in natural units (for a logarithmic parameter: in its logarithm) is p divided by the ranges of
the parameters; a probability of a discrete value is p times the width of its cell. Where
coordinate j is inactive in x, it is left out; where it is in point k, p_kj is the prior's.

References
----------
J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl (2011), Algorithms for Hyper-Parameter Optimization,
NeurIPS (the bandwidths). J. Bergstra, D. Yamins, D. Cox (2013), Making a Science of Model Search,
ICML (the ramp). S. Watanabe (2023), Tree-Structured Parzen Estimator: Understanding Its Algorithm
Components, arXiv:2304.11127 (the product kernel, the "magic clip" of the bandwidths).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from skhpo.surrogates import encoding

Array = NDArray[np.float64]

MAX_KERNELS = 100  # more points than these do not narrow the least bandwidth
RECENT = 25  # points of full weight
MIN_CELL = 1e-9  # narrower cells, of more whole numbers than doubles tell apart, are widened
CENTRE = 0.5  # of the prior, whose standard deviation is 1
_LOG_SQRT_2PI = 0.5 * float(np.log(2 * np.pi))


class Column(encoding.Column, Protocol):
    """What is to be known of a coordinate."""

    def ends(self, u: Array) -> tuple[Array, Array]:
        """Return the ends of the cells that hold these positions."""


def recency_weights(n: int) -> Array:
    """Return the weights of points in the order in which they came: early ones fade.

    Parameters
    ----------
    n : int
        Number of points.

    Returns
    -------
    ndarray of shape (n,)
        Ones for the last 25; before them a ramp from 1/n to 1.

    Examples
    --------
    >>> recency_weights(28).round(2)[:5]
    array([0.04, 0.52, 1.  , 1.  , 1.  ])
    """
    if n <= RECENT:
        return np.ones(n)
    return np.concatenate([np.linspace(1.0 / n, 1.0, n - RECENT), np.ones(RECENT)])


def bandwidths(points: Array) -> Array:
    """Return the standard deviations of the normal kernels around points.

    Parameters
    ----------
    points : ndarray of shape (n, d)
        Points of the unit cube, NaN where a coordinate is inactive.

    Returns
    -------
    ndarray of shape (n, d)
        The larger gap to a neighbour in each coordinate, between 1/min(100, n + 2), n being
        the points active there, and 1. NaN where inactive.

    Examples
    --------
    >>> import numpy as np
    >>> bandwidths(np.array([[0.2], [0.9], [0.4]])).round(2)
    array([[0.2],
           [0.5],
           [0.5]])
    """
    n, d = points.shape
    order = np.argsort(points, axis=0, kind="stable")  # NaN comes last
    known = (~np.isnan(points)).sum(axis=0)
    ends = np.zeros((n + 2, d))
    ends[1:-1] = np.take_along_axis(points, order, axis=0)
    ends[known + 1, np.arange(d)] = 1.0
    gaps = np.diff(ends, axis=0)
    many = np.flatnonzero(known > 1)
    gaps[0, many] = 0.0
    gaps[known[many], many] = 0.0
    sds = np.clip(np.maximum(gaps[:-1], gaps[1:]), 1.0 / np.minimum(MAX_KERNELS, known + 2), 1.0)
    sigma = np.empty((n, d))
    np.put_along_axis(sigma, order, sds, axis=0)
    return np.where(np.isnan(points), np.nan, sigma)


@dataclass(frozen=True, eq=False)
class Parzen:
    """The density of some points.

    Parameters
    ----------
    points : ndarray of shape (n, d)
        Points of the unit cube, NaN where a coordinate is inactive, in the order in which they
        came.
    columns : sequence of Column
        The d coordinates.
    prior_weight : float, default=1.0
        Weight of the prior, that of a recent point being 1.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo import Real, Space
    >>> density = Parzen(np.array([[0.2], [0.3]]), Space({"C": Real(0, 1)}).columns)
    >>> near, far = density.log_density(np.array([[0.25], [0.9]]))
    >>> bool(near > far)
    True
    """

    points: Array
    columns: Sequence[Column]
    prior_weight: float = 1.0

    @cached_property
    def weights(self) -> Array:
        """Weights of the components, the prior's last, shape (n + 1,)."""
        weights = np.append(recency_weights(len(self.points)), self.prior_weight)
        return np.asarray(weights / weights.sum())

    @cached_property
    def centres(self) -> Array:
        """Means of the normal kernels, the prior's last, shape (n + 1, d)."""
        centres = np.vstack([self.points, np.full((1, self.points.shape[1]), np.nan)])
        return np.where(np.isnan(centres), CENTRE, centres)

    @cached_property
    def sigma(self) -> Array:
        """Standard deviations of the normal kernels, the prior's last, shape (n + 1, d)."""
        sigma = np.vstack([bandwidths(self.points), np.ones((1, self.points.shape[1]))])
        return np.where(np.isnan(sigma), 1.0, sigma)

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
        logs = self._continuous(X) + np.log(self.weights)
        for j, column in enumerate(self.columns):
            if column.kind == "categorical":
                logs += self._of_categories(X[:, j], j)
            elif column.kind == "discrete":
                logs += self._of_cells(X[:, j], j)
        top = logs.max(axis=1)
        return np.asarray(top + np.log(np.exp(logs - top[:, None]).sum(axis=1)))

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
            Unsnapped and without NaN: coordinates that are inactive in a point are to be ignored.
        """
        which = np.searchsorted(np.cumsum(self.weights)[:-1], rng.random(n), side="right")
        uniform = rng.random((n, self.points.shape[1]))
        low, inside = self._low[which], self._inside[which]
        drawn = self.centres[which] + self.sigma[which] * ndtri(low + uniform * inside)
        for j, column in enumerate(self.columns):
            if column.kind == "categorical":
                stays = rng.random(n) < 1.0 / (1.0 + self._share_of_prior(column))
                stays &= ~np.append(np.isnan(self.points[:, j]), True)[which]
                drawn[:, j] = np.where(stays, self.centres[which, j], uniform[:, j])
        return np.clip(drawn, 0.0, 1.0)

    # -- ordered coordinates -------------------------------------------------------------------

    @cached_property
    def _low(self) -> Array:
        """Mass of the normal kernels below 0, shape (n + 1, d)."""
        return np.asarray(ndtr(-self.centres / self.sigma))

    @cached_property
    def _inside(self) -> Array:
        """Mass of the normal kernels inside the cube, shape (n + 1, d)."""
        return np.asarray(ndtr((1.0 - self.centres) / self.sigma) - self._low)

    def _continuous(self, X: Array) -> Array:
        """Logarithms of the products over the continuous coordinates, shape (m, n + 1).

        The sum of (x - m)²/s² over the coordinates is three matrix products; around the centre
        of the cube no digits are lost.
        """
        mine = [j for j, column in enumerate(self.columns) if column.kind == "continuous"]
        m, precision = self.centres[:, mine] - CENTRE, self.sigma[:, mine] ** -2
        constant = np.log(self.sigma[:, mine] * self._inside[:, mine]) + _LOG_SQRT_2PI
        x = X[:, mine] - CENTRE
        active = ~np.isnan(x)
        x[~active] = 0.0
        linear = x @ (m * precision).T - 0.5 * (x * x) @ precision.T
        return np.asarray(linear - active @ (constant + 0.5 * m * m * precision).T)

    def _of_cells(self, x: Array, j: int) -> Array:
        """Logarithms of the mean densities in cells, shape (m, n + 1)."""
        left, right = self.columns[j].ends(np.where(np.isnan(x), CENTRE, x))
        right = np.maximum(right, left + MIN_CELL)
        # kernels around few values: many are the same
        kernels = self.centres[:, j] + 1j * self.sigma[:, j]
        kernels, one, kernel_of = np.unique(kernels, return_index=True, return_inverse=True)
        m, s, inside = kernels.real, kernels.imag, self._inside[one, j]
        a, b = (left[:, None] - m) / s, (right[:, None] - m) / s
        above = a > 0  # the lower tail, where no digits cancel
        mass = ndtr(np.where(above, -a, b)) - ndtr(np.where(above, -b, a))
        with np.errstate(divide="ignore"):  # a far kernel says nothing beside the prior
            logs = np.log(mass / (inside * (right - left)[:, None]))
        logs[np.isnan(x)] = 0.0
        return np.asarray(logs[:, kernel_of])

    # -- categories ----------------------------------------------------------------------------

    def _share_of_prior(self, column: Column) -> float:
        """Return what all categories have together from the prior, the own having 1: v C."""
        return self.prior_weight / (len(self.points) + 1) * (column.n_values or 1)

    def _of_categories(self, x: Array, j: int) -> Array:
        """Logarithms of the probabilities over the prior ones, shape (m, n + 1)."""
        column, known = self.columns[j], ~np.isnan(x)
        share = self._share_of_prior(column)
        filled = np.where(known, x, CENTRE)
        left, right = column.ends(filled)
        own = np.append(column.index(np.nan_to_num(self.points[:, j])), -1)
        own[:-1][np.isnan(self.points[:, j])] = -1
        bonus = (1.0 / (right - left))[:, None] * (column.index(filled)[:, None] == own)
        logs = np.log((bonus + share) / (1.0 + share))
        logs[:, own < 0] = 0.0
        return np.where(known[:, None], logs, 0.0)
