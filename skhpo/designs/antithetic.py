"""Antithetic variates: each random point is followed by its mirror image."""

import numpy as np

from skhpo.designs._scipy import Array


def antithetic(n: int, d: int, rng: np.random.Generator) -> Array:
    """Return random points u, each followed by 1 - u.

    What is low in one is high in the other, so that the mean of a function which is monotone in
    every coordinate varies less than over independent points.

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
    .. [1] J. M. Hammersley, K. W. Morton: A New Monte Carlo Technique: Antithetic Variates.
       Mathematical Proceedings of the Cambridge Philosophical Society 52 (1956) 449-475.

    Examples
    --------
    >>> x = antithetic(4, 2, np.random.default_rng(0))
    >>> (x[0] + x[1]).tolist(), (x[2] + x[3]).tolist()
    ([1.0, 1.0], [1.0, 1.0])
    """
    u = rng.random(((n + 1) // 2, d))
    return np.stack([u, 1 - u], axis=1).reshape(-1, d)[:n]
