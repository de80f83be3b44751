"""Latin hypercubes: each of n equal slices of every coordinate holds one of n points."""

import numpy as np
from scipy.stats import qmc

from skhpo.designs._primes import next_prime
from skhpo.designs._scipy import Array, points

FEW = 4  # points


def latin(n: int, d: int, rng: np.random.Generator) -> Array:
    """Return a random Latin hypercube.

    Parameters
    ----------
    n, d : int
        Points and dimensions.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray of shape (n, d)
        Points of the unit cube.

    References
    ----------
    .. [1] M. D. McKay, R. J. Beckman, W. J. Conover: A Comparison of Three Methods for Selecting
       Values of Input Variables. Technometrics 21 (1979) 239-245.

    Examples
    --------
    >>> x = latin(4, 1, np.random.default_rng(0))
    >>> sorted((4 * x[:, 0]).astype(int).tolist())
    [0, 1, 2, 3]
    """
    return points(qmc.LatinHypercube, n, d, rng)


def optimized(n: int, d: int, rng: np.random.Generator) -> Array:
    """Return a Latin hypercube of which pairs of coordinates were swapped while that helps.

    Parameters
    ----------
    n, d : int
        Points and dimensions.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray of shape (n, d)
        Points of the unit cube, of a lower centred discrepancy than before the swaps.

    References
    ----------
    .. [1] R. Jin, W. Chen, A. Sudjianto: An Efficient Algorithm for Constructing Optimal Design
       of Computer Experiments. Journal of Statistical Planning and Inference 134 (2005) 268-287.

    Examples
    --------
    >>> x = optimized(4, 2, np.random.default_rng(0))
    >>> [sorted((4 * column).astype(int).tolist()) for column in x.T]
    [[0, 1, 2, 3], [0, 1, 2, 3]]
    """
    if n < FEW:  # hardly anything to swap; and with nothing at all scipy fails
        return latin(n, d, rng)
    return points(qmc.LatinHypercube, n, d, rng, optimization="random-cd")


def orthogonal(n: int, d: int, rng: np.random.Generator) -> Array:
    """Return a Latin hypercube that is even in every pair of coordinates too.

    It is built on an orthogonal array of strength 2: p^2 points for the smallest prime p with
    ``p^2 >= n`` and ``p + 1 >= d``, of which each of the p x p squares of every two coordinates
    holds exactly one. Where ``n`` is no such p^2, n random ones of those points are kept, and
    each coordinate is stretched so that its n equal slices hold one point each again: the result
    is a Latin hypercube always, and even in pairs as far as ``n`` allows.

    Parameters
    ----------
    n, d : int
        Points and dimensions.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray of shape (n, d)
        Points of the unit cube.

    References
    ----------
    .. [1] B. Tang: Orthogonal Array-Based Latin Hypercubes. Journal of the American Statistical
       Association 88 (1993) 1392-1397.

    Examples
    --------
    >>> x = orthogonal(9, 3, np.random.default_rng(0))
    >>> len(np.unique((3 * x[:, [0, 2]]).astype(int), axis=0))
    9
    """
    p = next_prime(max(int(np.ceil(np.sqrt(n))), d - 1))
    kept = rng.permutation(points(qmc.LatinHypercube, p * p, d, rng, strength=2))[:n]
    ranks = kept.argsort(axis=0).argsort(axis=0)
    return (ranks + rng.random((n, d))) / n
