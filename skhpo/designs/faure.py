"""Faure's sequence: the one that has the best balance a prime base allows.

H. Faure: Discrépance de suites associées à un système de numération (en dimension s). Acta
Arithmetica 41 (1982) 337-351. Scrambled as in J. Matoušek: On the L2-Discrepancy for Anchored
Boxes. Journal of Complexity 14 (1998) 527-556.
"""

import numpy as np
from numpy.typing import NDArray

from skhpo.designs._primes import next_prime
from skhpo.designs._scipy import Array

Digits = NDArray[np.int64]
BITS = 53  # of a float64: digits beyond say nothing


def faure(n: int, d: int, rng: np.random.Generator, *, scramble: bool = True) -> Array:
    """Return the first points of Faure's sequence.

    The base b is the smallest prime that is no less than ``d``. The digits a of a point's number
    are multiplied by powers of Pascal's triangle modulo b: the digits of coordinate j are
    ``L_j P^j a + s_j``. Every b^m points from a multiple of b^m on form a (0, m, d)-net: each
    box ``prod [c_j / b^k_j, (c_j + 1) / b^k_j)`` of volume b^-m holds exactly one of them. The
    random lower triangular L_j and shifts s_j keep that; without them the first b points would
    lie on the diagonal.

    Parameters
    ----------
    n, d : int
        Points and dimensions.
    rng : numpy.random.Generator
        Fixes the scrambling.
    scramble : bool, default=True
        Whether matrices and shifts are random; else they are 1 and 0.

    Returns
    -------
    ndarray of shape (n, d)
        Points of the unit cube.

    References
    ----------
    .. [1] H. Faure: Discrépance de suites associées à un système de numération (en dimension s).
       Acta Arithmetica 41 (1982) 337-351.
    .. [2] J. Matoušek: On the L2-Discrepancy for Anchored Boxes. Journal of Complexity 14 (1998)
       527-556.

    Examples
    --------
    >>> x = faure(9, 3, np.random.default_rng(0))
    >>> boxes = (np.array([3, 1, 3]) * x).astype(int)
    >>> len(np.unique(boxes, axis=0))
    9
    """
    base = next_prime(d)
    n_digits = int(BITS * np.log(2) / np.log(base))
    a = _digits(np.arange(n), base, n_digits)
    powers = base ** np.arange(n_digits - 1, -1, -1, dtype=np.int64)
    columns: list[Array] = []
    for j in range(d):
        y = _pascal(j, n_digits, base)[:, : a.shape[1]] @ a.T % base
        if scramble:
            y = _lower(n_digits, base, rng) @ y + rng.integers(base, size=(n_digits, 1))
        # whole numbers below 2^53 are exact, and so is their comparison with the edge of a box
        columns.append(powers @ (y % base) / float(base) ** n_digits)
    return np.stack(columns, axis=1)


def _digits(numbers: Digits, base: int, most: int) -> Digits:
    """Return the digits of numbers, the lowest first, shape (n, as many as are needed)."""
    columns: list[Digits] = []
    rest = numbers
    while len(columns) < most and (rest.any() or not columns):
        columns.append(rest % base)
        rest = rest // base
    return np.stack(columns, axis=1)


def _pascal(j: int, size: int, base: int) -> Digits:
    """Return the j-th power of Pascal's upper triangle modulo the base.

    Its entries are ``binomial(m, k) * j^(m - k)``, which each follow from two of the column
    before: row k of ``(x + j)^m = (x + j) (x + j)^(m - 1)``.
    """
    triangle = np.zeros((size, size), dtype=np.int64)
    triangle[0, 0] = 1
    for m in range(1, size):
        triangle[:, m] = j * triangle[:, m - 1]
        triangle[1:, m] += triangle[:-1, m - 1]
        triangle[:, m] %= base
    return triangle


def _lower(size: int, base: int, rng: np.random.Generator) -> Digits:
    """Return a random lower triangle modulo the base that has an inverse."""
    triangle = np.tril(rng.integers(base, size=(size, size)), -1)
    np.fill_diagonal(triangle, rng.integers(1, base, size=size))
    return triangle
