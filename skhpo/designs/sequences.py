"""Sobol', Halton and van der Corput: sequences of which every prefix fills the cube.

All take their numbers from ``rng`` in the order of the points, so that a longer prefix begins
with a shorter one where both are drawn from the same seed.
"""

import numpy as np
from scipy.stats import qmc

from skhpo.designs._scipy import Array, points


def sobol(n: int, d: int, rng: np.random.Generator) -> Array:
    """Return the first points of a scrambled Sobol' sequence.

    Parameters
    ----------
    n, d : int
        Points and dimensions.
    rng : numpy.random.Generator
        Fixes the scrambling (a linear matrix scramble and a digital shift).

    Returns
    -------
    ndarray of shape (n, d)
        Points of the unit cube; best balanced where ``n`` is a power of 2.

    References
    ----------
    .. [1] A. B. Owen: Scrambling Sobol' and Niederreiter-Xing Points. Journal of Complexity 14
       (1998) 466-489.

    Examples
    --------
    >>> x = sobol(8, 2, np.random.default_rng(0))
    >>> [sorted((8 * column).astype(int).tolist()) for column in x.T]
    [[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3, 4, 5, 6, 7]]
    """
    return points(qmc.Sobol, n, d, rng)


def halton(n: int, d: int, rng: np.random.Generator) -> Array:
    """Return the first points of a scrambled Halton sequence.

    Parameters
    ----------
    n, d : int
        Points and dimensions.
    rng : numpy.random.Generator
        Fixes the permutations of the digits.

    Returns
    -------
    ndarray of shape (n, d)
        Points of the unit cube; coordinate j in the base of the j-th prime.

    References
    ----------
    .. [1] A. B. Owen: A Randomized Halton Algorithm in R. arXiv:1706.02808 (2017).

    Examples
    --------
    >>> x = halton(9, 2, np.random.default_rng(0))
    >>> sorted((9 * x[:, 1]).astype(int).tolist())
    [0, 1, 2, 3, 4, 5, 6, 7, 8]
    """
    return points(qmc.Halton, n, d, rng)


def van_der_corput(n: int, d: int, rng: np.random.Generator, *, scramble: bool = True) -> Array:
    """Return points whose every coordinate is a van der Corput sequence in base 2.

    In one dimension that is the sequence itself: the digits of 0, 1, 2, ... mirrored at the
    point. In several dimensions each coordinate is a sequence scrambled for itself, and its
    terms from 2^k to 2^(k+1) - 1 are put into a random order of their own, for every k: Latin
    supercube sampling [2]_ with sets of one coordinate. So each coordinate keeps one term in
    each of the first 2^k equal slices, and coordinates tell nothing of each other; sequences in
    their own order would all lie on a few lines.

    Parameters
    ----------
    n, d : int
        Points and dimensions.
    rng : numpy.random.Generator
        Fixes the scrambling and the orders.
    scramble : bool, default=True
        Whether the digits are shifted at random; without it the sequence begins with 0.

    Returns
    -------
    ndarray of shape (n, d)
        Points of the unit cube.

    References
    ----------
    .. [1] J. G. van der Corput: Verteilungsfunktionen I. Proceedings of the Koninklijke Akademie
       van Wetenschappen te Amsterdam 38 (1935) 813-821.
    .. [2] A. B. Owen: Latin Supercube Sampling for Very High-Dimensional Simulations. ACM
       Transactions on Modeling and Computer Simulation 8 (1998) 71-102.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> van_der_corput(5, 1, rng, scramble=False).ravel().tolist()
    [0.0, 0.5, 0.25, 0.75, 0.125]
    """
    full = 1 << max(n - 1, 0).bit_length()  # whole runs are shuffled, else n would tell
    # Halton's sequence in one dimension is the one of van der Corput.
    columns = [points(qmc.Halton, full, 1, rng, scramble=scramble) for _ in range(d)]
    x = np.hstack(columns)
    if d > 1:
        start = 2
        while start < full:
            x[start : 2 * start] = rng.permuted(x[start : 2 * start], axis=0)
            start *= 2
    return x[:n]
