"""Increasing maps that make losses fit for a Gaussian process, held between two fits.

    z = (ψ_λ((min(y, limit) - location)/scale) - centre)/spread

ψ is the Yeo-Johnson transform (:mod:`skhpo.surrogates.transform`), of which the identity (λ = 1)
and a logarithm (λ = 0) are members:

===============  ==========  ================  ====================  ==========================
name             λ           location          scale                 limit
===============  ==========  ================  ====================  ==========================
none             1           mean              standard deviation    median + 5 · 1.4826 MAD
log              0           minimum           median - minimum      the same
yeo_johnson      likeliest   mean              standard deviation    none
winsorised       likeliest   mean              standard deviation    median + 5 · 1.4826 MAD
===============  ==========  ================  ====================  ==========================

A limit is on the bad side alone: what is far worse than most is not told apart. Ranks made
normal (a Gaussian copula) are left out: their density in the original space, by which maps are
compared, is that of an interpolation, which any two close losses make as large as one likes.

References
----------
Yeo & Johnson (2000), A new family of power transformations to improve normality or symmetry,
Biometrika 87(4).
Snelson, Rasmussen & Ghahramani (2003), Warped Gaussian processes, NeurIPS, for densities of
values by those of their transforms and the slopes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates.transform import best_lambda, standardise, yeo_johnson

Array = NDArray[np.float64]

WARPINGS = ("log", "none", "winsorised", "yeo_johnson")
LIMIT_DEVIATIONS = 5.0
MAD_TO_SD = 1.4826  # of a normal sample


@dataclass(frozen=True)
class Warping:
    """An increasing map of losses; :meth:`of` finds its parameters.

    Parameters
    ----------
    limit : float
        Losses above are taken for it.
    location, scale : float
        What is subtracted from losses, and what they are divided by.
    lam : float
        λ of the Yeo-Johnson transform.
    centre, spread : float
        What is subtracted from the transforms, and what they are divided by.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.array([1.0, 2.0, 4.0, 8.0])
    >>> warping = Warping.of("yeo_johnson", y)
    >>> warping(y).round(2)
    array([-1.23, -0.58,  0.39,  1.41])
    """

    limit: float
    location: float
    scale: float
    lam: float
    centre: float = 0.0
    spread: float = 1.0

    @classmethod
    def of(cls, name: str, y: Array) -> "Warping | None":
        """Fit a map to losses.

        Parameters
        ----------
        name : {"log", "none", "winsorised", "yeo_johnson"}
            Which.
        y : ndarray of shape (n,)
            Finite losses.

        Returns
        -------
        Warping or None
            The map, after which the losses have mean 0 and variance 1; None where the losses are
            all equal, too large to be squared, or become so.
        """
        if standardise(y) is None:
            return None
        limit = np.inf if name == "yeo_johnson" else _limit(y)
        kept = np.minimum(y, limit)
        if standardise(kept) is None:
            limit, kept = np.inf, y
        if name == "log":
            location = float(kept.min())
            scale = float(np.median(kept)) - location
            raw = cls(limit, location, scale if scale > 0.0 else float(np.std(kept)), 0.0)
        else:
            raw = cls(limit, float(np.mean(kept)), float(np.std(kept)), 1.0)
            if name != "none":
                raw = raw._with_lambda(best_lambda((kept - raw.location) / raw.scale))
        with np.errstate(over="ignore", invalid="ignore"):
            z = raw(y)
        if standardise(z) is None:
            return None if raw.lam == 1.0 else cls.of("none", y)
        return raw._rescaled(float(np.mean(z)), float(np.std(z)))

    def __call__(self, y: Array) -> Array:
        """Return the transforms, shape (n,); not finite where the map overflows."""
        u = (np.minimum(y, self.limit) - self.location) / self.scale
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray((yeo_johnson(u, self.lam) - self.centre) / self.spread)

    def log_slope(self, y: Array) -> Array:
        """Logarithm of dz/dy, shape (n,); -inf at and beyond the limit."""
        u = (y - self.location) / self.scale
        slope = np.sign(u) * (self.lam - 1.0) * np.log1p(np.abs(u))
        slope -= np.log(self.scale) + np.log(self.spread)
        return np.where(y < self.limit, slope, -np.inf)

    def _with_lambda(self, lam: float) -> "Warping":
        return Warping(self.limit, self.location, self.scale, lam)

    def _rescaled(self, centre: float, spread: float) -> "Warping":
        return Warping(self.limit, self.location, self.scale, self.lam, centre, spread)


def log_density(y: Array, warping: Warping, mean: Array, var: Array) -> Array:
    """Logarithm of the density of losses whose transforms are predicted to be normal.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Losses.
    warping : Warping
        The map.
    mean, var : ndarray of shape (n,)
        Predicted means and variances of the transforms.

    Returns
    -------
    ndarray of shape (n,)
        log N(z; mean, var) + log dz/dy.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.array([0.0, 1.0])
    >>> identity = Warping(np.inf, 0.0, 1.0, 1.0)
    >>> log_density(y, identity, np.zeros(2), np.ones(2)).round(4)
    array([-0.9189, -1.4189])
    """
    z = warping(y)
    normal = -0.5 * ((z - mean) ** 2 / var + np.log(2.0 * np.pi * var))
    return np.asarray(normal + warping.log_slope(y))


def _limit(y: Array) -> float:
    """Largest loss that is told apart."""
    middle = float(np.median(y))
    deviation = MAD_TO_SD * float(np.median(np.abs(y - middle)))
    return middle + LIMIT_DEVIATIONS * deviation if deviation > 0.0 else np.inf
