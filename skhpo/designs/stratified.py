"""Stratified (jittered) sampling: one random point in each of n boxes of equal volume."""

import numpy as np

from skhpo.designs._scipy import Array


def stratified(n: int, d: int, rng: np.random.Generator) -> Array:
    """Return one random point in each of ``n`` boxes of one volume, in random order.

    The mean of any function over the points has the right expectation, and no more variance
    than over independent points, whatever the function.

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

    See Also
    --------
    boxes : How the cube is cut.

    References
    ----------
    .. [1] S. Haber: A Modified Monte-Carlo Quadrature. Mathematics of Computation 20 (1966)
       361-368.
    .. [2] F. Pausinger, S. Steinerberger: On the Discrepancy of Jittered Sampling. Journal of
       Complexity 33 (2016) 199-216.

    Examples
    --------
    >>> x = stratified(5, 1, np.random.default_rng(0))
    >>> sorted((5 * x[:, 0]).astype(int).tolist())
    [0, 1, 2, 3, 4]
    """
    low, high = boxes(n, d, rng)
    return rng.permutation(low + (high - low) * rng.random((n, d)))


def boxes(n: int, d: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Cut the unit cube into boxes of one volume.

    A box that is to become m boxes is cut across one of its longest sides, in the ratio of
    m // 2 to the rest, until all is cut. Where ``n`` is 2^(k d) these are the cells of a grid;
    where there are more coordinates than cuts (``2^d > n``), which of them are cut is drawn
    anew for each box, so that none is left out.

    Parameters
    ----------
    n, d : int
        Boxes and dimensions.
    rng : numpy.random.Generator
        Decides between sides of one length.

    Returns
    -------
    low, high : ndarray of shape (n, d)
        Corners of the boxes.

    Examples
    --------
    >>> low, high = boxes(3, 1, np.random.default_rng(0))
    >>> low.ravel().round(4).tolist(), high.ravel().round(4).tolist()
    ([0.0, 0.3333, 0.6667], [0.3333, 0.6667, 1.0])
    """
    low, high = np.zeros((n, d)), np.ones((n, d))
    uncut = [(0, n)]
    while uncut:
        first, stop = uncut.pop()
        middle = (first + stop) // 2
        if middle == first:
            continue
        sides = high[first] - low[first]
        j = rng.choice(np.flatnonzero(sides > (1 - 1e-9) * sides.max()))
        cut = low[first, j] + sides[j] * (middle - first) / (stop - first)
        high[first:middle, j] = low[middle:stop, j] = cut
        uncut += [(first, middle), (middle, stop)]
    return low, high
