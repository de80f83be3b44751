"""Bootstrap draws of rows, or of groups of rows, as multiplicities."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.statistics._checks import Array, finite

Metric = Callable[[NDArray[np.intp], int], float]

_BATCH_CELLS = 2**21  # multiplicities held at a time


def units_of_rows(groups: Any, n_rows: int) -> NDArray[np.intp]:
    """Give what is drawn a number: rows, or groups of them.

    Parameters
    ----------
    groups : array-like of shape (n_rows,) or None
        Group of each row.
    n_rows : int
        How many rows there are.

    Returns
    -------
    ndarray of int of shape (n_rows,)
        Which unit each row belongs to, 0 and up.

    Raises
    ------
    ValueError
        If there is not a group for every row, or fewer than 2 units.
    """
    if groups is None:
        units = np.arange(n_rows)
    else:
        groups = np.asarray(groups)
        if groups.shape != (n_rows,):
            raise ValueError(f"groups should have shape ({n_rows},), got {groups.shape}.")
        units = np.unique(groups, return_inverse=True)[1]
    if n_rows < 2 or units.max() < 1:
        raise ValueError(
            f"a bootstrap needs at least 2 rows or groups, got {len(np.unique(units))}."
        )
    return units


def multiplicities(
    units: NDArray[np.intp], n_resamples: int, random_state: Any
) -> Iterator[Array]:
    """Yield how often each row stands in each draw, a batch of draws at a time.

    Parameters
    ----------
    units : ndarray of int of shape (n_rows,)
        From `units_of_rows`.
    n_resamples : int
        How many draws, each of as many units as there are.
    random_state : int, Generator or None
        Seed.

    Yields
    ------
    ndarray of shape (n_draws, n_rows)
        A unit's number of occurrences, for each of its rows.

    Raises
    ------
    ValueError
        If ``n_resamples`` is below 1.
    """
    if n_resamples < 1:
        raise ValueError(f"n_resamples should be at least 1, got {n_resamples!r}.")
    rng = np.random.default_rng(random_state)
    n_units = int(units.max()) + 1
    size = max(1, _BATCH_CELLS // len(units))
    for start in range(0, n_resamples, size):
        n = min(size, n_resamples - start)
        drawn = rng.integers(0, n_units, (n, n_units)) + n_units * np.arange(n)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=n * n_units).reshape(n, n_units)
        yield counts[:, units].astype(np.float64)


def rows_of(counts: Array) -> NDArray[np.intp]:
    """Write multiplicities out as row numbers.

    Parameters
    ----------
    counts : ndarray of shape (n_rows,)
        How often each row occurs.

    Returns
    -------
    ndarray of int
        Ascending, with repetitions.
    """
    return np.repeat(np.arange(len(counts)), counts.astype(np.intp))


class Candidates:
    """Scores of candidates on any rows.

    Parameters
    ----------
    scores_of : array-like of shape (n_rows, n_candidates) or callable
        A score of each row, whose mean is the score of the candidate; or ``scores_of(rows,
        candidate)`` for metrics that are no means.
    n_candidates, n_rows : int or None
        Required with a callable.

    Raises
    ------
    ValueError
        If an array is not of that shape or not finite, or a number is missing.
    """

    def __init__(self, scores_of: Any, n_candidates: int | None, n_rows: int | None) -> None:
        self._metric: Metric | None = scores_of if callable(scores_of) else None
        if self._metric is None:
            self._scores = finite(scores_of, "scores_of", ndim=2, at_least=1)
            self.n_rows, self.n_candidates = self._scores.shape
            return
        for name, number in (("n_candidates", n_candidates), ("n_rows", n_rows)):
            if number is None or number < 1:
                raise ValueError(f"{name} should be given with a callable, got {number!r}.")
        self.n_rows, self.n_candidates = int(n_rows or 0), int(n_candidates or 0)

    def score(self, counts: Array) -> Array:
        """Score all candidates in each draw.

        Parameters
        ----------
        counts : ndarray of shape (n_draws, n_rows)
            Multiplicities.

        Returns
        -------
        ndarray of shape (n_draws, n_candidates)
            Their scores.
        """
        if self._metric is None:
            return np.asarray(counts @ self._scores / counts.sum(axis=1)[:, None])
        scores = np.empty((len(counts), self.n_candidates))
        for i, draw in enumerate(counts):
            rows = rows_of(draw)
            scores[i] = [self._metric(rows, j) for j in range(self.n_candidates)]
        return scores

    def score_one(self, counts: Array, candidates: NDArray[np.intp]) -> Array:
        """Score one candidate in each draw.

        Parameters
        ----------
        counts : ndarray of shape (n_draws, n_rows)
            Multiplicities; no draw is empty.
        candidates : ndarray of int of shape (n_draws,)
            Whom to score.

        Returns
        -------
        ndarray of shape (n_draws,)
            Their scores.
        """
        if self._metric is None:
            chosen = self._scores[:, candidates].T
            return np.asarray((counts * chosen).sum(axis=1) / counts.sum(axis=1))
        pairs = zip(counts, candidates, strict=True)
        return np.array([self._metric(rows_of(draw), int(j)) for draw, j in pairs])
