"""Part of the unit cube about one point, to which a search for a maximum is held.

Two kinds of box are made: :meth:`Box.around` a point, its sides in the proportion of the
length-scales, and :meth:`Box.along` some parameters, all others held. In either the parameters
that are inactive at the point are free, since there is no place to hold them to.

References
----------
Eriksson, Pearce, Gardner, Turner & Poloczek (2019), Scalable global optimization via local
Bayesian optimization, arXiv 1910.01739, section 2, for the sides.
Regis & Shoemaker (2013), Combining radial basis function surrogates and dynamic coordinate search
in high-dimensional expensive black-box optimization, Engineering Optimization 45, for candidates
that differ from the best point in few coordinates.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates.encoding import Column, Encoding

Array = NDArray[np.float64]

N_MOVED = 20  # parameters, in the mean, that leave the centre; exactly those of a subspace


@dataclass(frozen=True, eq=False)
class Box:
    """Bounds about a point.

    Parameters
    ----------
    centre : ndarray of shape (d,)
        A snapped point, NaN where a parameter is inactive.
    lower, upper : ndarray of shape (d,)
        Bounds in the unit cube; equal where a parameter is held.
    share : float, default=1.0
        Probability that a parameter of a point that is spread in the box leaves the centre.

    Examples
    --------
    >>> import numpy as np
    >>> box = Box(np.array([0.5, 0.5]), np.array([0.4, 0.5]), np.array([0.6, 0.5]))
    >>> box.spread(np.array([[0.0, 0.2], [1.0, 0.9]]), np.random.default_rng(0))
    array([[0.4, 0.5],
           [0.6, 0.5]])
    """

    centre: Array
    lower: Array
    upper: Array
    share: float = 1.0

    @classmethod
    def around(
        cls, centre: Array, encoding: Encoding, scales: Array, length: float, dimension: float
    ) -> "Box":
        """Bound the numbers that are active at a point.

        Parameters
        ----------
        centre : ndarray of shape (d,)
            The point.
        encoding : Encoding
            The space.
        scales : ndarray of shape (p,)
            Length-scales of the parameters with more than one value.
        length : float
            Geometric mean of the sides, before they are cut by the cube. No side ends short of
            the next value of a discrete parameter.
        dimension : float
            Mean number of active parameters D. Each parameter of a point that is spread leaves
            the centre with probability min(1, 20/D), categories too, which have no bounds.

        Returns
        -------
        Box
            The bounds.
        """
        numbers = np.intersect1d(encoding.numeric, np.flatnonzero(~np.isnan(centre)))
        lower, upper = np.zeros(len(centre)), np.ones(len(centre))
        if len(numbers):
            log_scale = np.log(_of_parameters(encoding, scales)[numbers])
            half = 0.5 * length * np.exp(log_scale - log_scale.mean())
            lower[numbers] = np.clip(centre[numbers] - half, 0.0, 1.0)
            upper[numbers] = np.clip(centre[numbers] + half, 0.0, 1.0)
        for j in numbers:
            below, above = _neighbours(encoding.columns[j], centre[j])
            lower[j], upper[j] = min(lower[j], below), max(upper[j], above)
        return cls(centre, lower, upper, min(1.0, N_MOVED / max(dimension, 1.0)))

    @classmethod
    def along(
        cls, centre: Array, encoding: Encoding, scales: Array, rng: np.random.Generator
    ) -> "Box":
        """Let some parameters free, and hold all others that are active at a point.

        Parameters
        ----------
        centre : ndarray of shape (d,)
            The point.
        encoding : Encoding
            The space.
        scales : ndarray of shape (p,)
            Length-scales l of the parameters with more than one value.
        rng : numpy.random.Generator
            Draws 20 of them, or all if there are no more: half with probabilities in the
            proportion of 1/l, the rest with equal ones.

        Returns
        -------
        Box
            The bounds.
        """
        relevance = 1.0 / _of_parameters(encoding, scales)
        varying = np.flatnonzero(~np.isnan(centre) & (relevance > 0.0))
        n = min(N_MOVED, len(varying))
        weights = relevance[varying] / relevance[varying].sum()
        short = rng.choice(varying, n // 2, replace=False, p=weights)
        others = rng.choice(np.setdiff1d(varying, short), n - n // 2, replace=False)
        held = np.setdiff1d(np.flatnonzero(~np.isnan(centre)), np.append(short, others))
        lower, upper = np.zeros(len(centre)), np.ones(len(centre))
        lower[held] = upper[held] = centre[held]
        return cls(centre, lower, upper)

    def clip(self, U: Array) -> Array:
        """Move points into the box; NaN stays."""
        return np.clip(U, self.lower, self.upper)

    def spread(self, U: Array, rng: np.random.Generator) -> Array:
        """Map points of the cube to the box, and some of their parameters to the centre.

        Parameters
        ----------
        U : ndarray of shape (n, d)
            Points that fill the unit cube.
        rng : numpy.random.Generator
            Chooses the parameters; at least one of each point leaves the centre.

        Returns
        -------
        ndarray of shape (n, d)
            Points of the box, unsnapped.
        """
        inside = self.lower + U * (self.upper - self.lower)
        leaves = rng.random(U.shape) < self.share
        leaves[np.arange(len(U)), rng.integers(U.shape[1], size=len(U))] = True
        return np.where(leaves | np.isnan(self.centre), inside, self.centre)


def _of_parameters(encoding: Encoding, scales: Array) -> Array:
    """Length-scales of all d parameters, infinite for those with one value."""
    values = np.full(len(encoding.columns), np.inf)
    values[[len(span) > 0 for span in encoding.spans]] = scales
    return values


def _neighbours(column: Column, u: float) -> tuple[float, float]:
    """Return the positions of the next values of a discrete parameter, or its own."""
    if column.n_values is None:
        return u, u
    here = int(column.index(np.array([u]))[0])
    near = np.clip([here - 1, here + 1], 0, column.n_values - 1)
    below, above = column.position(near)
    return float(below), float(above)
