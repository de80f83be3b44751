"""A coarse table of levels whose resolution follows the number of runs."""

from collections.abc import Sequence
from math import prod

import numpy as np

from skhpo.designs.galois import Table
from skhpo.designs.orthogonal import balanced, full_factorial, mixed

FEW = 3  # levels of a fraction: they show a curvature
MANY = 33  # levels at the most


def coarse_table(
    n_values: Sequence[int | None],
    n_runs: int,
    rng: np.random.Generator,
    *,
    n_levels: int | None = None,
) -> tuple[Table, int]:
    """Return a full factorial if it fits, else a fraction of one with three levels or two.

    Parameters
    ----------
    n_values : sequence of int or None
        How many levels each column may have at most; None: any number. A negative number -k
        stands for k alternatives, all of which are levels.
    n_runs : int
        Rows at the most.
    rng : numpy.random.Generator
        Fixes the order of the rows, which column is which, and which level is which.
    n_levels : int or None, default=None
        Levels of each column; None: as many as the rows allow.

    Returns
    -------
    table : ndarray of int, shape (n, k)
        Levels, from 0.
    n_levels : int
        How many a column has that may have any number.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> [(len(t), n) for t, n in (coarse_table([None] * k, 50, rng) for k in (2, 3, 8, 20))]
    [(49, 7), (27, 3), (27, 3), (32, 2)]
    """
    if n_levels is None:
        n_levels = _affordable(n_values, n_runs)
    counts = counts_of(n_values, n_levels)
    if prod(counts) <= n_runs:
        return rng.permutation(full_factorial(counts)), n_levels
    order = rng.permutation(len(counts))
    table = mixed([counts[j] for j in order], n_runs)[:, np.argsort(order)]
    if not len(table):
        table = balanced(counts, n_runs, rng)
    for j, count in enumerate(counts):
        table[:, j] = rng.permutation(count)[table[:, j]]
    return rng.permutation(table), n_levels


def counts_of(n_values: Sequence[int | None], n_levels: int) -> list[int]:
    """Return how many levels each column has.

    Parameters
    ----------
    n_values : sequence of int or None
        As for `coarse_table`.
    n_levels : int
        Levels of a column that may have any number.

    Returns
    -------
    list of int
        At least 1 each.

    Examples
    --------
    >>> counts_of([None, 2, -7], 4)
    [4, 2, 7]
    """
    return [n_levels if n is None else -n if n < 0 else min(n, n_levels) for n in n_values]


def _affordable(n_values: Sequence[int | None], n_runs: int) -> int:
    """Return the most levels of which all combinations fit, or those of a fraction."""
    n_levels = FEW
    while n_levels < MANY and prod(counts_of(n_values, n_levels + 1)) <= n_runs:
        n_levels += 1
    k = len(n_values)
    # (3**m - 1) / 2 columns fit into 3**m rows, 2**m - 1 into 2**m
    fits_three = 3 ** int(np.ceil(np.log(2 * k + 1) / np.log(3) - 1e-9)) <= n_runs
    if n_levels == FEW and not fits_three and prod(counts_of(n_values, FEW)) > n_runs:
        return 2
    return n_levels
