"""Vectors over the field of p elements, p prime: what regular designs are made of."""

from functools import lru_cache
from itertools import count

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.intp]

MAX_VECTORS = 2**17  # of a space that is written out


def next_prime(n: int) -> int:
    """Return the least prime that is not below a number.

    Parameters
    ----------
    n : int
        The number.

    Returns
    -------
    int
        At least 2.

    Examples
    --------
    >>> [next_prime(n) for n in (1, 4, 7, 8)]
    [2, 5, 7, 11]
    """
    return next(p for p in count(max(n, 2)) if is_prime(p))


def is_prime(n: int) -> bool:
    """Whether a number is prime.

    Parameters
    ----------
    n : int
        The number.

    Returns
    -------
    bool
        False for 1.

    Examples
    --------
    >>> [n for n in range(12) if is_prime(n)]
    [2, 3, 5, 7, 11]
    """
    return n > 1 and all(n % q for q in range(2, int(n**0.5) + 1))


def check_prime(name: str, p: int) -> None:
    """Raise ValueError unless a number of levels is prime."""
    if not is_prime(p):
        raise ValueError(f"{name} should be a prime number, got {p!r}.")


def vectors(p: int, m: int) -> Table:
    """Return all vectors of m coordinates, the last varying fastest.

    Parameters
    ----------
    p : int
        Number of elements, a prime.
    m : int
        Number of coordinates.

    Returns
    -------
    ndarray of int, shape (p**m, m)
        Row i holds the digits of i in base p.

    Raises
    ------
    ValueError
        If p is not prime, or there are more than 131072 vectors.

    Examples
    --------
    >>> vectors(2, 2).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    check_prime("p", p)
    if p**m > MAX_VECTORS:
        raise ValueError(f"p**m should be at most {MAX_VECTORS}, got {p}**{m}.")
    return np.arange(p**m)[:, None] // p ** np.arange(m)[::-1] % p


def n_points(p: int, m: int) -> int:
    """Return how many vectors there are of which none is a multiple of another."""
    return int((p**m - 1) // (p - 1))


@lru_cache(maxsize=256)
def independent(p: int, m: int, k: int, t: int) -> tuple[tuple[int, ...], ...] | None:
    """Find k vectors any t of which are linearly independent, greedily.

    Parameters
    ----------
    p : int
        Number of elements, a prime.
    m : int
        Number of coordinates.
    k : int
        How many vectors.
    t : int
        How many of them have to be independent.

    Returns
    -------
    tuple of tuple of int, or None
        The unit vectors first, then the first that fits in the order of their digits (a
        lexicographic code, which is as long as the best known for small m); None if that does
        not find enough.

    Examples
    --------
    >>> independent(2, 3, 4, 3)
    ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1))
    >>> independent(2, 3, 5, 3) is None
    True
    """
    space = vectors(p, m)
    weights = p ** np.arange(m)[::-1]
    # reached[r]: the sums of at most r multiples of the vectors chosen so far
    reached = np.zeros((t, len(space)), dtype=np.bool_)
    reached[:, 0] = True
    chosen: list[tuple[int, ...]] = []

    def choose(v: Table) -> None:
        chosen.append(tuple(int(digit) for digit in v))
        multiples = [(space - c * v) % p @ weights for c in range(1, p)]
        for r in range(t - 1, 0, -1):
            for origin in multiples:
                reached[r] |= reached[r - 1][origin]

    for i in range(min(m, k)):
        choose(np.eye(m, dtype=np.intp)[i])
    # a vector whose first digit is not 1 is a multiple of one whose is
    leading = space[np.arange(len(space)), np.argmax(space > 0, axis=1)]
    for i in np.flatnonzero(leading == 1).tolist():
        if len(chosen) == k:
            break
        if not reached[-1, i]:
            choose(space[i])
    return tuple(chosen) if len(chosen) == k else None


def best_independent(p: int, m: int, k: int, *, at_most: int = 8) -> tuple[Table, int]:
    """Find k vectors of which as many as possible are independent.

    Parameters
    ----------
    p : int
        Number of elements, a prime.
    m : int
        Number of coordinates.
    k : int
        How many vectors; at most as many as ``n_points(p, m)``.
    at_most : int, default=8
        The largest number t that is tried.

    Returns
    -------
    columns : ndarray of int, shape (m, k)
        The vectors.
    t : int
        Any t of them are independent; k at the most.

    Raises
    ------
    ValueError
        If there are too many.

    Examples
    --------
    >>> best_independent(2, 4, 5)[1], best_independent(2, 4, 8)[1], best_independent(2, 4, 9)[1]
    (4, 3, 2)
    """
    if k > n_points(p, m):
        raise ValueError(f"k should be at most {n_points(p, m)} with p={p} and m={m}, got {k}.")
    if k <= m:
        return np.eye(m, dtype=np.intp)[:, :k], k
    for t in range(min(at_most, m, k), 2, -1):
        found = independent(p, m, k, t)
        if found is not None:
            return np.array(found, dtype=np.intp).T, t
    return np.array(independent(p, m, k, 2), dtype=np.intp).T, 2
