"""Importance sampling from a mixture: where to draw more, and what each draw then counts.

T. Hesterberg: Weighted Average Importance Sampling and Defensive Mixture Distributions.
Technometrics 37 (1995) 185-194.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from skhpo.designs._scipy import Array


@dataclass(frozen=True, eq=False)
class Histogram:
    """A distribution on the unit interval that is uniform within each of its cells.

    Parameters
    ----------
    edges : ndarray of shape (n + 1,)
        Ends of the cells, strictly increasing from 0 to 1.
    masses : ndarray of shape (n,)
        Their probabilities; they sum to 1.

    Examples
    --------
    >>> histogram = Histogram(np.array([0.0, 0.25, 1.0]), np.array([0.75, 0.25]))
    >>> histogram.quantile(np.array([0.375, 0.75, 1.0])).tolist()
    [0.125, 0.25, 1.0]
    >>> histogram.density(np.array([0.1, 0.4])).round(4).tolist()
    [3.0, 0.3333]
    """

    edges: Array
    masses: Array

    @cached_property
    def _cumulative(self) -> Array:
        return np.concatenate([[0.0], np.cumsum(self.masses)])

    def quantile(self, t: Array) -> Array:
        """Return the positions at cumulative probabilities.

        Parameters
        ----------
        t : ndarray of float
            Probabilities.

        Returns
        -------
        ndarray of float
            Positions in the unit interval, of the shape of ``t``.
        """
        return np.interp(t, self._cumulative, self.edges)

    def density(self, u: Array) -> Array:
        """Return the density at positions, over that of the uniform distribution.

        Parameters
        ----------
        u : ndarray of float
            Positions in the unit interval.

        Returns
        -------
        ndarray of float
            Densities, of the shape of ``u``.
        """
        cell = np.searchsorted(self.edges[1:-1], u, side="right")
        return self.masses[cell] / np.diff(self.edges)[cell]


def defensive_weights(density: Array, share: float) -> Array:
    """Return what draws from a mixture count for in means under the uniform distribution.

    Parameters
    ----------
    density : ndarray of float
        Density of the proposal at the draws.
    share : float
        How much of the mixture is uniform; the rest is the proposal.

    Returns
    -------
    ndarray of float
        Weights ``1 / (share + (1 - share) density)``: their mean is 1, and none exceeds
        ``1 / share``, which is what the uniform part is for.

    References
    ----------
    .. [1] T. Hesterberg: Weighted Average Importance Sampling and Defensive Mixture
       Distributions. Technometrics 37 (1995) 185-194.

    Examples
    --------
    >>> defensive_weights(np.array([0.0, 1.0, 6.0]), 0.2).round(4).tolist()
    [5.0, 1.0, 0.2]
    """
    return 1.0 / (share + (1.0 - share) * density)
