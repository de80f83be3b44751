"""The trust region of a local search: how far from its centre the next candidates may lie.

Notation
--------
q, d : losses that make a step, and parameters
L    : length of the region, 1 being the cube's edge; L₀ = 0.8, L_max = 1.6, L_min = 0.5⁷

A step is a success if the smallest of its losses is below the best of the region by more than
|best|/1000. Three successes in a row double the length; max(4, d)/q failures in a row, rounded
up, halve it. When it falls below L_min, a new region begins with a design of its own, and knows
nothing of the old one.

What is told decides, in the order in which it is told: the same course leads to the same state.

References
----------
Eriksson, Pearce, Gardner, Turner & Poloczek (2019), Scalable global optimization via local
Bayesian optimization, NeurIPS, arXiv 1910.01739 (TuRBO-1), section 2 and supplement D.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates.kernels import Points, squared_distances

Array = NDArray[np.float64]

START, LONGEST, SHORTEST = 0.8, 1.6, 0.5**7
SUCCESSES = 3  # in a row, that double the length
MIN_GAIN = 1e-3  # of a success, relative to the best
MAX_LOCAL = 300  # points that a model of a region is made of


@dataclass(frozen=True)
class TrustRegion:
    """The state of a trust region, which :meth:`told` leads to the next.

    Parameters
    ----------
    dimension : float
        Number of parameters d, or the mean number of active ones.
    n_initial : int
        Losses of the design of a region that begins anew.
    n_design : int
        Losses of the design of this one, which are no steps.
    n_parallel : int, default=1
        Losses that make a step, q.
    length : float, default=0.8
        The length.
    best : float, default=inf
        The smallest loss of the region.
    n_successes, n_failures : int, default=0
        Steps of either kind since the last of the other, or since the length changed.
    n_told : int, default=0
        Losses of the region.
    first : int, default=0
        Number of its first candidate: those before are of older regions.

    Examples
    --------
    >>> region = TrustRegion(dimension=5, n_initial=2, n_design=2)
    >>> for loss in (9.0, 8.0, 7.0, 6.0):
    ...     region = region.told([loss], n_asked=4)
    >>> region.length, region.n_successes
    (0.8, 2)
    >>> region.told([5.0], n_asked=5).length
    1.6
    """

    dimension: float
    n_initial: int
    n_design: int
    n_parallel: int = 1
    length: float = START
    best: float = float("inf")
    n_successes: int = 0
    n_failures: int = 0
    n_told: int = 0
    first: int = 0

    @property
    def failure_tolerance(self) -> int:
        """Failures in a row that halve the length."""
        return int(np.ceil(max(4.0, self.dimension) / self.n_parallel))

    def told(self, losses: Iterable[float], n_asked: int) -> "TrustRegion":
        """Return what one step leads to.

        Parameters
        ----------
        losses : iterable of float
            The losses of the step, ``inf`` for failed evaluations.
        n_asked : int
            Candidates asked for so far: a region that begins anew begins after them.

        Returns
        -------
        TrustRegion
            The next state.
        """
        losses = list(losses)
        smallest, n_told = min(losses), self.n_told + len(losses)
        best = min(self.best, smallest)
        if n_told <= self.n_design:
            return replace(self, best=best, n_told=n_told)
        succeeds = self._succeeds(smallest)
        n_successes = self.n_successes + 1 if succeeds else 0
        n_failures = 0 if succeeds else self.n_failures + 1
        length = self.length
        if n_successes == SUCCESSES:
            length, n_successes = min(2.0 * length, LONGEST), 0
        elif n_failures == self.failure_tolerance:
            length, n_failures = length / 2.0, 0
        if length < SHORTEST:
            return self._anew(n_asked)
        return replace(
            self,
            length=length,
            best=best,
            n_successes=n_successes,
            n_failures=n_failures,
            n_told=n_told,
        )

    def after(
        self, numbers: Iterable[int], losses: Iterable[float], n_asked: Iterable[int]
    ) -> "TrustRegion":
        """Return what observations lead to, each a step of its own.

        Parameters
        ----------
        numbers : iterable of int
            Numbers of the candidates, in the order in which they were told.
        losses : iterable of float
            Their losses.
        n_asked : iterable of int
            Candidates that had been asked for when each was told.

        Returns
        -------
        TrustRegion
            The last state. Candidates of a region that has ended do not count in the next.

        Examples
        --------
        >>> region = TrustRegion(dimension=1, n_initial=1, n_design=1)
        >>> region.after(range(5), [1.0, 2.0, 2.0, 2.0, 2.0], range(1, 6)).length
        0.4
        """
        region = self
        for number, loss, asked in zip(numbers, losses, n_asked, strict=True):
            if number >= region.first:
                region = region.told([loss], asked)
        return region

    def _succeeds(self, loss: float) -> bool:
        if not np.isfinite(self.best):
            return loss < self.best
        return loss < self.best - MIN_GAIN * abs(self.best)

    def _anew(self, n_asked: int) -> "TrustRegion":
        return TrustRegion(
            self.dimension, self.n_initial, self.n_initial, self.n_parallel, first=n_asked
        )


def nearest(
    points: Points, y: Array, per_column: Array, limit: int = MAX_LOCAL
) -> NDArray[np.intp]:
    """Choose the points nearest to that of the smallest loss.

    Parameters
    ----------
    points : Points
        n points.
    y : ndarray of shape (n,)
        Their losses.
    per_column : ndarray of shape (D,)
        What squared differences of each column are multiplied by: 1/l².
    limit : int, default=300
        How many.

    Returns
    -------
    ndarray of int
        Rows, in order; all, where there are no more.

    Examples
    --------
    >>> import numpy as np
    >>> points = Points(np.linspace(0, 1, 5)[:, None], np.ones((5, 0), dtype=bool))
    >>> nearest(points, np.array([3.0, 2.0, 1.0, 0.0, 1.0]), np.ones(1), limit=3)
    array([2, 3, 4])
    """
    if len(y) <= limit:
        return np.arange(len(y))
    Z = points.Z * np.sqrt(per_column)
    centre = np.argmin(y)
    gaps = squared_distances(Z, Z[centre : centre + 1])[:, 0]
    return np.sort(np.argsort(gaps, kind="stable")[:limit])
