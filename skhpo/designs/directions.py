"""Directions in which a direct search polls.

A poll finds a descent if its directions span the space positively: every half space holds one of
them. All have a largest component of about 1.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

Array = NDArray[np.float64]


def coordinate_directions(d: int) -> Array:
    """Return the directions along the axes, both ways.

    Parameters
    ----------
    d : int
        Dimension.

    Returns
    -------
    ndarray of shape (2 * d, d)
        The two of an axis follow each other.

    Examples
    --------
    >>> coordinate_directions(2).tolist()
    [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]
    """
    directions = np.repeat(np.eye(d), 2, axis=0)
    directions[1::2] *= -1.0
    return directions + 0.0  # no negative zeros


def halton_direction(t: int, d: int, length: float) -> NDArray[np.int64]:
    """Return an integer vector of at most some length, in the direction of a Halton point.

    Parameters
    ----------
    t : int
        Number of the point, from 1.
    d : int
        Dimension.
    length : float
        Greatest Euclidean length, at least 1.

    Returns
    -------
    ndarray of int, shape (d,)
        The adjusted Halton direction: ``rint(a w)`` with w the unit vector from the middle of
        the cube to the point and the largest a that keeps to the length.

    References
    ----------
    .. [1] M. A. Abramson, C. Audet, J. E. Dennis, S. Le Digabel: OrthoMADS. SIAM Journal on
       Optimization 20 (2009) 948-966, definition 3.2.

    Examples
    --------
    >>> halton_direction(5, 3, 4.0).tolist()
    [1, 2, -3]
    """
    engine = qmc.Halton(d, scramble=False)
    engine.fast_forward(t)
    w = 2.0 * engine.random(1)[0] - 1.0
    w = w if w.any() else np.ones(d)  # the middle of the cube has no direction
    w /= np.linalg.norm(w)
    # the length of rint(a w) grows in steps, where a component of a w passes a half
    halves = np.arange(np.ceil(length) + 1) + 0.5
    steps = np.unique((halves / np.abs(w[np.abs(w) > 0])[:, None]).ravel())
    lengths = np.linalg.norm(np.rint(np.outer(steps * (1 + 1e-12), w)), axis=1)
    fitting = np.flatnonzero(lengths <= length + 1e-9)
    if not len(fitting):  # not even the first step: a single coordinate is left
        w, longest = np.where(np.arange(d) == np.abs(w).argmax(), np.sign(w), 0.0), 1.0
    else:
        longest = float(steps[fitting[-1]]) * (1 + 1e-12)
    return np.asarray(np.rint(longest * w), dtype=np.int64)


def orthogonal_directions(t: int, d: int, level: int) -> Array:
    """Return an orthogonal basis that differs with t, both ways: the directions of OrthoMADS.

    Parameters
    ----------
    t : int
        Number of the basis, from 1; the directions of all of them are dense in the sphere.
    d : int
        Dimension.
    level : int
        How fine the mesh is, from 0: a direction has about ``2**level`` steps of the mesh.

    Returns
    -------
    ndarray of shape (2 * d, d)
        Rows ``h / 2**level`` and their opposites, where h are the rows of the integer matrix
        ``|q|^2 (I - 2 q q' / |q|^2)`` and q is `halton_direction` with a length of
        ``2**(level / 2)``. A step of ``2**-level`` along them stays on a mesh of ``4**-level``.

    References
    ----------
    .. [1] M. A. Abramson, C. Audet, J. E. Dennis, S. Le Digabel: OrthoMADS. SIAM Journal on
       Optimization 20 (2009) 948-966, section 3.

    Examples
    --------
    >>> orthogonal_directions(3, 2, 2).tolist()
    [[0.0, 0.5], [0.5, 0.0], [0.0, -0.5], [-0.5, 0.0]]
    """
    q = halton_direction(t, d, max(1.0, 2.0 ** (level / 2)))
    basis = (q @ q) * np.eye(d) - 2.0 * np.outer(q, q)
    return np.asarray(np.vstack([basis, -basis]) / 2.0**level) + 0.0
