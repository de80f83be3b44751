"""Orthogonal arrays: tables of levels in which every few columns hold all combinations alike.

In an array of strength t, each combination of levels of any t columns stands in equally many
rows. R. C. Bose, K. A. Bush: Orthogonal Arrays of Strength Two and Three. Annals of Mathematical
Statistics 23 (1952) 508-524. K. A. Bush: Orthogonal Arrays of Index Unity. Ibid. 426-434.
"""

from collections.abc import Sequence
from math import prod

import numpy as np

from skhpo.designs.galois import (
    MAX_VECTORS,
    Table,
    best_independent,
    check_prime,
    is_prime,
    n_points,
    next_prime,
    vectors,
)


def bush(p: int, t: int) -> Table:
    """Return Bush's array: p**t rows, p + 1 columns of p levels, strength t.

    Parameters
    ----------
    p : int
        Number of levels, a prime.
    t : int
        Strength, from 1 to p + 1.

    Returns
    -------
    ndarray of int, shape (p**t, p + 1)
        Row by row the polynomials of a degree below t: their values at 0, ..., p - 1, and the
        leading coefficient.

    Raises
    ------
    ValueError
        If p is not prime or t out of range.

    Examples
    --------
    >>> bush(2, 2).tolist()
    [[0, 0, 0], [0, 1, 1], [1, 1, 0], [1, 0, 1]]
    """
    check_prime("p", p)
    if not 1 <= t <= p + 1:
        raise ValueError(f"t should be from 1 to p + 1 = {p + 1}, got {t!r}.")
    coefficients = vectors(p, t)
    powers = np.array([[pow(x, i, p) for x in range(p)] for i in range(t)], dtype=np.intp)
    return np.column_stack([coefficients @ powers % p, coefficients[:, -1]])


def bose(p: int, m: int) -> Table:
    """Return the saturated array of strength 2: p**m rows, (p**m - 1) / (p - 1) columns.

    Parameters
    ----------
    p : int
        Number of levels, a prime.
    m : int
        At least 2.

    Returns
    -------
    ndarray of int, shape (p**m, (p**m - 1) / (p - 1))
        Every column that is not a multiple of another.

    Raises
    ------
    ValueError
        If p is not prime or m is below 2.

    Examples
    --------
    >>> bose(2, 2).tolist()
    [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
    """
    if m < 2:
        raise ValueError(f"m should be at least 2, got {m!r}.")
    return linear(p, m, n_points(p, m))


def linear(p: int, m: int, k: int) -> Table:
    """Return an array of p**m rows and k columns, as strong as a greedy choice gets it.

    Parameters
    ----------
    p : int
        Number of levels, a prime.
    m : int
        Logarithm of the number of rows to the base p.
    k : int
        Columns.

    Returns
    -------
    ndarray of int, shape (p**m, k)
        Strength 2 at least.

    Raises
    ------
    ValueError
        If p is not prime, or there are more columns than (p**m - 1) / (p - 1).

    Examples
    --------
    >>> linear(3, 2, 4)[:4].tolist()
    [[0, 0, 0, 0], [0, 1, 1, 2], [0, 2, 2, 1], [1, 0, 1, 1]]
    """
    check_prime("p", p)
    return vectors(p, m) @ best_independent(p, m, k)[0] % p


def full_factorial(n_levels: Sequence[int]) -> Table:
    """Return all combinations of levels, the last varying fastest.

    Parameters
    ----------
    n_levels : sequence of int
        Levels of each column.

    Returns
    -------
    ndarray of int, shape (prod(n_levels), len(n_levels))
        The combinations.

    Examples
    --------
    >>> full_factorial([2, 3]).tolist()
    [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]
    """
    n = prod(n_levels)
    return np.indices(tuple(n_levels), dtype=np.intp).reshape(len(n_levels), n).T


def relabelled(column: Table, p: int, n: int) -> Table:
    """Return a column of p levels with n levels instead.

    Parameters
    ----------
    column : ndarray of int
        Levels from 0 to p - 1.
    p : int
        How many there are.
    n : int
        How many there should be. With fewer, neighbours are merged, so that no level is made of
        more than one level more than another; with more, the levels that share one take turns
        in its rows.

    Returns
    -------
    ndarray of int
        Levels from 0 to n - 1.

    Examples
    --------
    >>> relabelled(np.array([0, 1, 2, 3, 4]), 5, 2).tolist()
    [0, 0, 0, 1, 1]
    >>> relabelled(np.array([0, 1, 0, 1, 0, 1]), 2, 4).tolist()
    [0, 2, 1, 3, 0, 2]
    """
    if n <= p:
        return column * n // p
    out = np.empty_like(column)
    for v in range(p):
        shared = np.flatnonzero(np.arange(n) * p // n == v)
        rows = np.flatnonzero(column == v)
        out[rows] = shared[np.arange(len(rows)) % len(shared)]
    return out


def mixed(n_levels: Sequence[int], n_runs: int | None = None) -> Table:
    """Return a fraction of a factorial with columns of several numbers of levels.

    All of the factorial where that is no larger. Else an array of strength 2 at least over as
    many levels as the next prime has; columns with fewer levels are made of it by merging
    neighbouring levels, which leaves them orthogonal to the others in proportion: a level that
    is merged of two stands in twice as many rows, with each level of another column alike. So
    counts are exactly equal where the levels of a column divide the prime's, and differ by that
    otherwise (with 3 levels merged to 2, as 2 to 1). Where not even the least such array has
    few enough rows, it is over fewer levels, and those that share one take turns.

    Parameters
    ----------
    n_levels : sequence of int
        Levels of each column.
    n_runs : int or None, default=None
        Rows at the most: the largest array within them; None: the smallest array there is.

    Returns
    -------
    ndarray of int, shape (n, len(n_levels))
        Levels. Of no rows, if no array of strength 2 has so few.

    Examples
    --------
    >>> len(mixed([3, 3, 3, 3])), len(mixed([3] * 4, 30)), len(mixed([3] * 4, 81))
    (9, 27, 81)
    >>> np.bincount(mixed([2, 3, 3, 3])[:, 0]).tolist()
    [6, 3]
    """
    k, most = len(n_levels), max(n_levels, default=1)
    total = prod(n_levels)
    n_runs = None if n_runs is None else min(n_runs, MAX_VECTORS)
    if k < 2 or (n_runs is not None and total <= n_runs):
        return full_factorial(n_levels)[:n_runs]
    p = next_prime(most)
    if n_runs is None:
        m = _least(p, k)
        if total <= p**m:
            return full_factorial(n_levels)
    else:
        fitting = [q for q in range(p, 1, -1) if is_prime(q) and q ** _least(q, k) <= n_runs]
        if not fitting:
            return np.empty((0, k), dtype=np.intp)
        p = fitting[0]
        m = max(m for m in range(_least(p, k), k + 1) if p**m <= n_runs)
    table = linear(p, m, k)
    return np.column_stack([relabelled(table[:, j], p, n) for j, n in enumerate(n_levels)])


def balanced(n_levels: Sequence[int], n_runs: int, rng: np.random.Generator) -> Table:
    """Return random levels, each of a column in as many rows as any other, or one more.

    Parameters
    ----------
    n_levels : sequence of int
        Levels of each column.
    n_runs : int
        Rows.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray of int, shape (n_runs, len(n_levels))
        An array of strength 1, for when there are too few rows for more.

    Examples
    --------
    >>> table = balanced([2, 3], 6, np.random.default_rng(0))
    >>> np.bincount(table[:, 0]).tolist(), np.bincount(table[:, 1]).tolist()
    ([3, 3], [2, 2, 2])
    """
    columns = [
        (rng.permutation(n_runs) + rng.integers(n)) * n // n_runs % n
        if n_runs >= n
        else rng.permutation(n)[:n_runs]
        for n in n_levels
    ]
    return np.array(columns, dtype=np.intp).reshape(len(n_levels), n_runs).T


def _least(p: int, k: int) -> int:
    """Return the least m with room for k columns."""
    m = 2
    while n_points(p, m) < k:
        m += 1
    return m
