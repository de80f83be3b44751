"""The success history of SHADE: settings of differential evolution that follow what succeeded.

R. Tanabe, A. Fukunaga: Success-History Based Parameter Adaptation for Differential Evolution. CEC
2013.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SPREAD = 0.1  # of the draws about the means


@dataclass(eq=False)
class SuccessHistory:
    """Means of F and CR, of which one is replaced whenever a generation's worth was counted.

    Parameters
    ----------
    size : int, default=6
        How many pairs of means there are, H in the literature.
    first : tuple of (float, float), default=(0.5, 0.9)
        Their first values. The papers begin with a CR of 0.5 and have thousands of evaluations
        to learn a larger one; most problems want it.

    Examples
    --------
    >>> history = SuccessHistory(size=1)
    >>> for scale, gain in [(0.4, 1.0), (0.8, 3.0), (0.1, -1.0)]:
    ...     history.count(scale, 0.9, gain, generation=3)
    >>> history.means.round(4).tolist()  # (0.4**2 + 3 * 0.8**2) / (0.4 + 3 * 0.8)
    [[0.7429, 0.9]]
    """

    size: int = 6
    first: tuple[float, float] = (0.5, 0.9)
    means: Array = field(init=False)
    _gains: list[tuple[float, float, float]] = field(default_factory=list, init=False, repr=False)
    _n_counted: int = field(default=0, init=False, repr=False)
    _next: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        self.means = np.tile(self.first, (self.size, 1))

    def draw(self, rng: np.random.Generator) -> tuple[float, float]:
        """Draw F from (0, 1], Cauchy about a mean, and CR from [0, 1], normal about its twin.

        Parameters
        ----------
        rng : numpy.random.Generator
            Where the numbers come from.

        Returns
        -------
        tuple of (float, float)
            F and CR.
        """
        scale_mean, crossover_mean = self.means[rng.integers(self.size)]
        scale = 0.0
        while scale <= 0:
            scale = scale_mean + SPREAD * rng.standard_cauchy()
        crossover = rng.normal(crossover_mean, SPREAD)
        return float(min(scale, 1.0)), float(np.clip(crossover, 0.0, 1.0))

    def count(self, scale: float, crossover: float, gain: float, generation: int) -> None:
        """Count a candidate, and learn when so many of them have been counted.

        Parameters
        ----------
        scale, crossover : float
            Its F and CR.
        gain : float
            By how much its loss was below that of its target; a success if it is positive.
        generation : int
            How many candidates are a generation.
        """
        self._n_counted += 1
        if gain > 0 and np.isfinite(gain):
            self._gains.append((scale, crossover, gain))
        if self._n_counted >= generation:
            self._learn()

    def _learn(self) -> None:
        if self._gains:
            settings, gains = np.array([g[:2] for g in self._gains]), [g[2] for g in self._gains]
            self.means[self._next] = lehmer_mean(settings, np.array(gains))
            self._next = (self._next + 1) % self.size
        self._gains.clear()
        self._n_counted = 0


def lehmer_mean(values: Array, weights: Array) -> Array:
    """Return the weighted Lehmer mean ``sum(w v^2) / sum(w v)`` of each column.

    It leans towards the larger values, so that steps do not shrink for no reason.

    Parameters
    ----------
    values : ndarray of shape (n, k)
        Not negative.
    weights : ndarray of shape (n,)
        Positive.

    Returns
    -------
    ndarray of shape (k,)
        0 for a column of zeros.

    Examples
    --------
    >>> lehmer_mean(np.array([[1.0], [3.0]]), np.array([1.0, 1.0]))
    array([2.5])
    """
    below = weights @ values
    above = weights @ values**2
    return np.divide(above, below, out=np.zeros_like(below), where=below > 0)
