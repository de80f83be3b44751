"""Pearson divergence between densities on one coordinate, for PED-ANOVA.

Notation
--------
n_a              observations at grid point (or cell) a, N of them
p(a)             their smoothed density: kernels at the observed points with weight n_a, and one
                 more of weight 1, flat
h                1.059 min(IQR / 1.34, sd) N^(-1/5) grid steps, at least 1/2 step at 90 %

    D(p, q) = Σ_a q(a) (p(a) / q(a) - 1)²

An ordered coordinate has normal kernels, cut to the grid and integrated over each of its steps.
For a category the kernel is in closed form: the cell itself, and a part 1/(m + 1) of a flat
kernel, m being the number of different cells that were observed.

References
----------
Watanabe, Bansal & Hutter (2023), PED-ANOVA: efficiently quantifying hyperparameter importance in
arbitrary subspaces, IJCAI. Scott (1992), Multivariate Density Estimation.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Array = NDArray[np.float64]
Ints = NDArray[np.intp]

LEAST_WIDTH = 0.5 / 1.64  # in grid steps: 90 % of a kernel falls on its own
FLOOR = 1e-12  # keeps ratios of densities finite


def divergence(p: Array, q: Array) -> float:
    """Pearson divergence of p from q.

    Parameters
    ----------
    p, q : ndarray of shape (n,)
        Probabilities; those of q are positive.

    Returns
    -------
    float
        0 if they are the same.

    Examples
    --------
    >>> import numpy as np
    >>> divergence(np.array([0.75, 0.25]), np.array([0.5, 0.5]))
    0.25
    """
    return float(q @ (p / q - 1.0) ** 2)


def ordered_density(counts: Ints) -> Array:
    """Smoothed density of observations on a grid.

    Parameters
    ----------
    counts : ndarray of int, shape (n,)
        How many observations each grid point has, one at least.

    Returns
    -------
    ndarray of shape (n,)
        Probabilities.

    Examples
    --------
    >>> import numpy as np
    >>> ordered_density(np.array([0, 8, 0])).round(2)
    array([0.08, 0.84, 0.08])
    """
    n = len(counts)
    at = np.flatnonzero(counts)
    weights = counts[at].astype(np.float64)
    centres = np.append(at, (n - 1) / 2.0)
    widths = np.append(np.full(len(at), _bandwidth(at, counts[at])), float(n))
    edges = np.arange(n + 1) - 0.5
    below = ndtr((edges - centres[:, None]) / widths[:, None])
    kernels = np.diff(below, axis=1) / (below[:, -1:] - below[:, :1])
    return _mixture(kernels, weights)


def category_density(counts: Ints) -> Array:
    """Smoothed density of observed categories.

    Parameters
    ----------
    counts : ndarray of int, shape (n,)
        How many observations each category has, one at least.

    Returns
    -------
    ndarray of shape (n,)
        Probabilities.

    Examples
    --------
    >>> import numpy as np
    >>> category_density(np.array([8, 0])).round(2)
    array([0.72, 0.28])
    """
    n, at = len(counts), np.flatnonzero(counts)
    flat = 1.0 / (len(at) + 1.0)
    own = np.full((len(at) + 1, n), flat)
    own[np.arange(len(at)), at] += 1.0
    return _mixture(own / own.sum(axis=1, keepdims=True), counts[at].astype(np.float64))


def _mixture(kernels: Array, weights: Array) -> Array:
    """Mix kernels; the last is flat and has the weight 1."""
    weights = np.append(weights, 1.0)
    return np.asarray(weights @ kernels / weights.sum()) + FLOOR


def _bandwidth(at: Ints, counts: Ints) -> float:
    """Width of Scott's rule, in grid steps."""
    N = int(counts.sum())
    mean = float(at @ counts) / N
    sd = np.sqrt(float((at - mean) ** 2 @ counts) / max(1, N - 1))
    cumulated = np.cumsum(counts)
    low = np.searchsorted(cumulated, N // 4, side="left")
    high = np.searchsorted(cumulated, N * 3 // 4, side="right")
    iqr = float(at[min(len(at) - 1, int(high))] - at[low])
    return float(max(1.059 * min(iqr / 1.34, sd) * N**-0.2, LEAST_WIDTH))
