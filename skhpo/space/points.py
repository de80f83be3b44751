"""What is done to single points of the unit cube, whoever does it."""

import numpy as np

from skhpo.space._dimension import Floats


def key(x: Floats) -> bytes:
    """Return bytes that are equal for equal points.

    Parameters
    ----------
    x : ndarray of shape (n_dims,)
        A point; every NaN is the same, and so are 0.0 and -0.0.

    Returns
    -------
    bytes
        To be looked up by.

    Examples
    --------
    >>> key(np.array([0.0, np.nan])) == key(np.array([-0.0, np.nan]))
    True
    """
    return (np.where(np.isnan(x), -1.0, x) + 0.0).tobytes()


def filled(x: Floats, rng: np.random.Generator) -> Floats:
    """Return points without gaps: an inactive coordinate has no value, so any will do.

    Parameters
    ----------
    x : ndarray
        Points, NaN where inactive.
    rng : numpy.random.Generator
        Where the values come from.

    Returns
    -------
    ndarray
        Of the shape of ``x``.

    Examples
    --------
    >>> x = filled(np.array([0.5, np.nan]), np.random.default_rng(0))
    >>> float(x[0]), bool(0 <= x[1] < 1)
    (0.5, True)
    """
    return np.where(np.isnan(x), rng.random(np.shape(x)), x)


def reflected(x: Floats) -> Floats:
    """Return points that have left the unit cube, reflected at its walls.

    Parameters
    ----------
    x : ndarray
        Points.

    Returns
    -------
    ndarray
        Of the shape of ``x``.

    Examples
    --------
    >>> reflected(np.array([-0.25, 0.5, 1.25, 2.5])).tolist()
    [0.25, 0.5, 0.75, 0.5]
    """
    folded = np.mod(x, 2.0)
    return np.where(folded > 1, 2 - folded, folded)


def best_positions(X: Floats, losses: Floats) -> Floats:
    """Return of each coordinate the position in the best point that has it.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Points, NaN where inactive.
    losses : ndarray of shape (n,)
        What they came to, infinite where they failed.

    Returns
    -------
    ndarray of shape (d,)
        NaN where no point has the coordinate.

    Examples
    --------
    >>> X = np.array([[0.1, np.nan], [0.2, 0.7], [0.3, 0.8]])
    >>> best_positions(X, np.array([1.0, 3.0, 2.0])).tolist()
    [0.1, 0.8]
    """
    if not len(X):
        return np.full(X.shape[1], np.nan)
    best = np.where(np.isnan(X), np.inf, losses[:, None]).argmin(axis=0)
    return np.asarray(X[best, np.arange(X.shape[1])])


def inherited(parents: Floats, fresh: float, rng: np.random.Generator) -> Floats:
    """Return a point each of whose coordinates is that of a parent, or new: how categories mix.

    Parameters
    ----------
    parents : ndarray of shape (n, d)
        Points.
    fresh : float
        Share of the coordinates that are drawn anew.
    rng : numpy.random.Generator
        Where the numbers come from.

    Returns
    -------
    ndarray of shape (d,)
        A point of the unit cube.

    Examples
    --------
    >>> parents = np.array([[0.1, 0.2], [0.3, 0.4]])
    >>> child = inherited(parents, fresh=0.0, rng=np.random.default_rng(0))
    >>> bool(child[0] in (0.1, 0.3)), bool(child[1] in (0.2, 0.4))
    (True, True)
    """
    d = parents.shape[1]
    taken = parents[rng.integers(len(parents), size=d), np.arange(d)]
    return np.where(rng.random(d) < fresh, rng.random(d), taken)
