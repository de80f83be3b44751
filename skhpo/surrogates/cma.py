"""The search distribution of CMA-ES: a normal whose mean, step and covariance learn from ranks.

    x = m + σ y,  y ~ N(0, C)

Weights are positive for the better half of a population and negative for the worse one (active
CMA). All constants are those of the tutorial.

References
----------
N. Hansen (2016), The CMA Evolution Strategy: A Tutorial, arXiv:1604.00772 (figure 6, table 1 and
equation 49 to 58 for the weights). R. Hamano, S. Saito, M. Nomura, S. Shirakawa (2022), CMA-ES
with Margin, GECCO, arXiv:2205.13482 (the least probability of leaving a cell).
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Array = NDArray[np.float64]

_EPS = 1e-8
MAX_STEP = 1e32
MAX_REDRAWS = 100  # of a point outside of the cube


def default_population(d: int) -> int:
    """Return ``4 + floor(3 ln d)``, the usual number of points of a generation.

    Examples
    --------
    >>> default_population(10)
    10
    """
    return 4 + int(3 * np.log(max(d, 1)))


@dataclass(frozen=True)
class Constants:
    """The constants of a dimension and a population size, as in the tutorial.

    Parameters
    ----------
    d : int
        Dimension, at least 1.
    population : int
        Points of a generation, at least 4.

    Examples
    --------
    >>> constants = Constants(d=10, population=10)
    >>> round(constants.mu_eff, 3), round(float(constants.weights[:5].sum()), 6)
    (3.167, 1.0)
    """

    d: int
    population: int

    @cached_property
    def _raw(self) -> Array:
        ranks = np.arange(1, self.population + 1)
        return np.asarray(np.log((self.population + 1) / 2) - np.log(ranks))

    @property
    def mu(self) -> int:
        """How many points have a positive weight."""
        return self.population // 2

    @cached_property
    def mu_eff(self) -> float:
        """Effective number of points with a positive weight."""
        best = self._raw[: self.mu]
        return float(best.sum() ** 2 / (best**2).sum())

    @cached_property
    def c_1(self) -> float:
        """Learning rate of the rank-one update."""
        return 2.0 / ((self.d + 1.3) ** 2 + self.mu_eff)

    @cached_property
    def c_mu(self) -> float:
        """Learning rate of the rank-mu update."""
        rate = 2.0 * (self.mu_eff - 2 + 1 / self.mu_eff) / ((self.d + 2) ** 2 + self.mu_eff)
        return min(1 - self.c_1 - _EPS, rate)

    @cached_property
    def weights(self) -> Array:
        """Weights by rank; the positive ones add up to 1."""
        raw, worst = self._raw, self._raw[self.mu :]
        mu_eff_minus = float(worst.sum() ** 2 / (worst**2).sum())
        alpha = min(
            1 + self.c_1 / self.c_mu,
            1 + 2 * mu_eff_minus / (self.mu_eff + 2),
            (1 - self.c_1 - self.c_mu) / (self.d * self.c_mu),
        )
        up, down = raw[raw > 0].sum(), -raw[raw < 0].sum()
        return np.asarray(np.where(raw >= 0, raw / up, raw * alpha / down))

    @cached_property
    def c_sigma(self) -> float:
        """Decay of the path of the step size."""
        return (self.mu_eff + 2) / (self.d + self.mu_eff + 5)

    @cached_property
    def d_sigma(self) -> float:
        """Damping of the step size."""
        excess = float(np.sqrt((self.mu_eff - 1) / (self.d + 1))) - 1
        return 1 + 2 * max(0.0, excess) + self.c_sigma

    @cached_property
    def c_c(self) -> float:
        """Decay of the path of the covariance."""
        ratio = self.mu_eff / self.d
        return (4 + ratio) / (self.d + 4 + 2 * ratio)

    @property
    def chi(self) -> float:
        """Expected length of a standard normal vector."""
        d = self.d
        return float(np.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d**2)))


@dataclass(eq=False)
class SearchDistribution:
    """A normal distribution that follows the best points.

    Parameters
    ----------
    mean : ndarray of shape (d,)
        Where it begins.
    sigma : float
        Its first step.
    population : int or None, default=None
        Points of a generation; None: ``default_population``.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> state = SearchDistribution(np.full(3, 0.9), 0.3)
    >>> for _ in range(100):
    ...     X = state.draw(state.population, rng)
    ...     state.update(X, ((X - 0.2) ** 2).sum(axis=1))
    >>> bool(np.abs(state.mean - 0.2).max() < 1e-3)
    True
    """

    mean: Array
    sigma: float
    population: int = 0
    cov: Array = field(init=False)
    path_sigma: Array = field(init=False)
    path_cov: Array = field(init=False)
    scale: Array = field(init=False)  # of each coordinate, beside C: 1 but for discrete ones
    generation: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        d = len(self.mean)
        self.mean = np.array(self.mean, dtype=np.float64)
        self.population = self.population or default_population(d)
        self.cov = np.eye(d)
        self.path_sigma, self.path_cov = np.zeros(d), np.zeros(d)
        self.scale = np.ones(d)

    @classmethod
    def about(cls, X: Array, population: int = 0, alpha: float = 0.1) -> "SearchDistribution":
        """Return the distribution that begins about good points of an earlier search.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            The points.
        population : int, default=0
            Points of a generation; 0: ``default_population``.
        alpha : float, default=0.1
            What is added to the spread of the points, as a standard deviation.

        Returns
        -------
        SearchDistribution
            Its mean is theirs, its covariance theirs plus ``alpha**2 I``.

        References
        ----------
        M. Nomura et al. (2021), Warm Starting CMA-ES for Hyperparameter Optimization, AAAI,
        arXiv:2012.06932, section 4.
        """
        n, d = X.shape
        centred = X - X.mean(axis=0)
        cov = alpha**2 * np.eye(d) + centred.T @ centred / n
        size = float(np.exp(np.linalg.slogdet(cov)[1] / d))
        state = cls(X.mean(axis=0), float(np.sqrt(size)), population)
        state.cov = cov / size
        return state

    @cached_property
    def constants(self) -> Constants:
        """The constants of the update."""
        return Constants(len(self.mean), self.population)

    def draw(self, n: int, rng: np.random.Generator) -> Array:
        """Return n points, shape (n, d)."""
        lengths, axes = self._axes()
        z = rng.standard_normal((n, len(self.mean)))
        return np.asarray(self.mean + self.sigma * self.scale * ((z * lengths) @ axes.T))

    def draw_inside(self, n: int, rng: np.random.Generator) -> Array:
        """Return n points of the unit cube, shape (n, d).

        Points outside are drawn again; what is still outside after many draws is clipped.
        """
        X = self.draw(n, rng)
        for _ in range(MAX_REDRAWS):
            outside = ((X < 0) | (X > 1)).any(axis=1)
            if not outside.any():
                return X
            X[outside] = self.draw(int(outside.sum()), rng)
        return np.clip(X, 0.0, 1.0)

    def spread(self) -> Array:
        """Return the standard deviation of each coordinate, shape (d,)."""
        return np.asarray(self.sigma * self.scale * np.sqrt(np.diag(self.cov)))

    def update(self, X: Array, losses: Array) -> None:
        """Learn from a generation, ranked by loss.

        Parameters
        ----------
        X : ndarray of shape (population, d)
            Points, wherever they come from.
        losses : ndarray of shape (population,)
            To be minimised; only their order matters.
        """
        k, d = self.constants, len(self.mean)
        self.generation += 1
        lengths, axes = self._axes()
        Y = (X[np.argsort(losses, kind="stable")] - self.mean) / (self.sigma * self.scale)
        step = k.weights[: k.mu] @ Y[: k.mu]
        whiten = (axes / lengths) @ axes.T
        self.mean = self.mean + self.sigma * self.scale * step

        rate = np.sqrt(k.c_sigma * (2 - k.c_sigma) * k.mu_eff)
        self.path_sigma = (1 - k.c_sigma) * self.path_sigma + rate * (whiten @ step)
        length = float(np.linalg.norm(self.path_sigma))
        self.sigma *= float(np.exp((k.c_sigma / k.d_sigma) * (length / k.chi - 1)))
        self.sigma = min(self.sigma, MAX_STEP)

        expected = np.sqrt(1 - (1 - k.c_sigma) ** (2 * (self.generation + 1)))
        moves = float(length / expected < (1.4 + 2 / (d + 1)) * k.chi)
        rate = np.sqrt(k.c_c * (2 - k.c_c) * k.mu_eff)
        self.path_cov = (1 - k.c_c) * self.path_cov + moves * rate * step

        far = (np.linalg.norm(Y @ whiten, axis=1) ** 2) + _EPS
        weights = np.where(k.weights >= 0, k.weights, k.weights * d / far)
        lost = (1 - moves) * k.c_c * (2 - k.c_c)
        self.cov = (
            (1 + k.c_1 * lost - k.c_1 - k.c_mu * k.weights.sum()) * self.cov
            + k.c_1 * np.outer(self.path_cov, self.path_cov)
            + k.c_mu * (Y.T * weights) @ Y
        )

    def keep_margin(self, edges: list[Array | None]) -> None:
        """Let every cell of a discrete coordinate stay within reach (the margin).

        The mean is moved, and the scale of the coordinate widened, until each side of the mean's
        cell is left with the probability ``1 / (d * population)`` at least.

        Parameters
        ----------
        edges : list of ndarray or None
            For each coordinate the inner edges of its cells; None where it is continuous.
        """
        alpha = 1.0 / (len(self.mean) * self.population)
        spread = self.spread()
        for j, inner in enumerate(edges):
            if inner is not None and len(inner):
                mean, wide = _with_margin(self.mean[j], spread[j], inner, alpha)
                self.mean[j] = mean
                self.scale[j] *= wide / spread[j]

    def _axes(self) -> tuple[Array, Array]:
        """Return the lengths of the axes of C and the axes as columns."""
        self.cov = (self.cov + self.cov.T) / 2
        values, axes = np.linalg.eigh(self.cov)
        lengths = np.sqrt(np.where(values < 0, _EPS, values))
        return lengths, axes


def _with_margin(mean: float, sd: float, inner: Array, alpha: float) -> tuple[float, float]:
    """Return mean and standard deviation of one coordinate with the margin kept."""
    below = inner[inner < mean]
    above = inner[inner >= mean]
    if not len(below) or not len(above):  # an outermost cell: only one side to leave it by
        edge = above[0] if len(above) else below[-1]
        far = -float(ndtri(alpha)) * sd
        return (float(np.clip(mean, edge - far, edge + far)), sd)
    low, high = float(below[-1]), float(above[0])
    left, right = float(ndtr((low - mean) / sd)), float(ndtr((mean - high) / sd))
    if min(left, right) >= alpha / 2:
        return mean, sd
    middle = 1 - left - right
    left, right = max(left, alpha / 2), max(right, alpha / 2)
    total = left + right + middle
    share = (1 - total) / (total - 1.5 * alpha)  # what is over is taken from who has more
    left += share * (left - alpha / 2)
    right += share * (right - alpha / 2)
    a, b = -float(ndtri(left)), -float(ndtri(right))
    wide = (high - low) / (a + b)
    return low + a * wide, wide
