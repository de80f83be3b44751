"""Points near given ones, before they are snapped to the space.

Inactive parameters (NaN) are drawn anew in every neighbour, so that one which a changed category
activates has a value. Whoever calls snaps the points, which restores NaN elsewhere.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates.encoding import Column, is_number

Array = NDArray[np.float64]

REDRAW = 0.1  # probability that a perturbation redraws a category


def filled(X: Array, rng: np.random.Generator) -> Array:
    """Copy points with uniform values for NaN.

    Examples
    --------
    >>> import numpy as np
    >>> U = filled(np.array([[0.5, np.nan]]), np.random.default_rng(0))
    >>> U.round(2)
    array([[0.5 , 0.27]])
    """
    return np.where(np.isnan(X), rng.random(X.shape), X)


def perturbed(
    X: Array,
    columns: Sequence[Column],
    sds: Array,
    dimension: float,
    rng: np.random.Generator,
) -> Array:
    """Perturb points: normal steps of some numbers, new draws of few categories.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Snapped points.
    columns : sequence of Column
        The d parameters.
    sds : ndarray of shape (k,)
        Standard deviation of each of the k perturbations of a point.
    dimension : float
        Mean number of active parameters D. Each number moves with probability
        max(0.3, min(1, 4/D)), each category is redrawn with probability 0.1.
    rng : numpy.random.Generator
        Random numbers.

    Returns
    -------
    ndarray of shape (n * k, d)
        Points of the unit cube, unsnapped.

    Examples
    --------
    >>> import numpy as np
    >>> from types import SimpleNamespace as Column
    >>> columns = [Column(kind="continuous", n_values=None)]
    >>> rng = np.random.default_rng(0)
    >>> perturbed(np.array([[0.5]]), columns, np.array([0.0, 0.1]), 1.0, rng).shape
    (2, 1)
    """
    U = filled(np.repeat(X, len(sds), axis=0), rng)
    numeric = np.array([is_number(column) for column in columns], dtype=bool)
    moves = rng.random(U.shape) < max(0.3, min(1.0, 4.0 / max(dimension, 1.0)))
    steps = rng.standard_normal(U.shape) * np.tile(sds, len(X))[:, None]
    U = np.where(moves & numeric, np.clip(U + steps, 0.0, 1.0), U)
    redrawn = (rng.random(U.shape) < REDRAW) & ~numeric
    return np.where(redrawn, rng.random(U.shape), U)


def exchanged(
    X: Array, columns: Sequence[Column], rng: np.random.Generator, reach: int = 0
) -> Array:
    """Every change of one category to another, and of one discrete number by a few steps.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Snapped points.
    columns : sequence of Column
        The d parameters.
    rng : numpy.random.Generator
        Random numbers, for parameters that become active.
    reach : int, default=0
        Steps up and down of discrete numbers; 0 leaves them.

    Returns
    -------
    ndarray of shape (k, d)
        Points of the unit cube, unsnapped.

    Examples
    --------
    >>> import numpy as np
    >>> from types import SimpleNamespace as Column
    >>> kernel = Column(
    ...     kind="categorical",
    ...     n_values=3,
    ...     index=lambda u: (3 * u).astype(int),
    ...     position=lambda i: (i + 0.5) / 3,
    ... )
    >>> exchanged(np.array([[0.5]]), [kernel], np.random.default_rng(0)).round(3)
    array([[0.167],
           [0.833]])
    """
    rows = [np.empty((0, X.shape[1]))]
    for x in X:
        for j, column in enumerate(columns):
            if np.isnan(x[j]) or column.n_values is None:
                continue
            others = _other_values(column, int(column.index(x[j : j + 1])[0]), reach)
            changed = np.tile(x, (len(others), 1))
            changed[:, j] = column.position(others)
            rows.append(changed)
    return filled(np.concatenate(rows), rng)


def _other_values(column: Column, here: int, reach: int) -> NDArray[np.intp]:
    """Numbers of the values that an exchange may lead to."""
    n = column.n_values or 1
    if column.kind == "categorical":
        return np.delete(np.arange(n), here)
    near = np.arange(max(0, here - reach), min(n, here + reach + 1))
    return np.asarray(near[near != here])
