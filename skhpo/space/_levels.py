"""A few levels of a dimension that has many values."""

import numpy as np

from skhpo.space._dimension import Dimension, Floats
from skhpo.space.distribution import Discrete
from skhpo.space.integer import Integer
from skhpo.space.layers import Layers

TAIL = 0.05  # probability beyond the last level at an end without a bound


def bounds(dimension: Dimension) -> tuple[float, float]:
    """Return the positions of the lowest and the highest level.

    Parameters
    ----------
    dimension : Dimension
        The dimension.

    Returns
    -------
    low, high : float
        0 and 1, but the quantiles of 5 % and 95 % at the ends of a distribution that has no
        bound there: its utmost value is no level to try.
    """
    if isinstance(dimension, Discrete):
        return TAIL, 1 - TAIL
    if dimension.kind != "continuous":
        return 0.0, 1.0
    first, last = dimension.snap(np.array([0.0, 1.0])).tolist()
    return (TAIL if first > 0 else 0.0), (1 - TAIL if last < 1 else 1.0)


def is_divided(dimension: Dimension, n: int) -> bool:
    """Whether a dimension has more values than levels, and is no list."""
    if dimension.kind == "continuous":
        return True
    is_range = isinstance(dimension, Integer | Layers | Discrete)
    return is_range and (dimension.n_values or 0) > n


def level_positions(dimension: Dimension, n: int) -> Floats:
    """Return the levels of a continuous dimension or a long range of whole numbers.

    Parameters
    ----------
    dimension : Dimension
        One that `is_divided`.
    n : int
        How many; a logarithmic range of whole numbers may have fewer.

    Returns
    -------
    ndarray of float
        Positions, increasing, both ends included; the values are those of ``np.linspace``, or
        ``np.geomspace`` where the range is logarithmic.

    Examples
    --------
    >>> from skhpo.space import Integer
    >>> scale = Integer(1, 100, log=True)
    >>> [scale.value(u) for u in level_positions(scale, 5)]
    [1, 3, 10, 32, 100]
    """
    if isinstance(dimension, Layers):
        return level_positions(dimension.width, n)
    if isinstance(dimension, Integer):
        spaced = np.geomspace if dimension.log else np.linspace
        values = np.unique(np.rint(spaced(dimension.low, dimension.high, n)).astype(np.intp))
        return dimension.position(values - dimension.low)
    return np.unique(dimension.snap(np.linspace(*bounds(dimension), n)))


def n_levels_of(dimension: Dimension, n: int | None) -> int | None:
    """Return the number of levels, all values where it is a list; None where not finite.

    Parameters
    ----------
    dimension : Dimension
        The dimension.
    n : int or None
        Levels of what is no list; None: all values.

    Returns
    -------
    int or None
        How many.
    """
    if n is None or not is_divided(dimension, n):
        return dimension.n_values
    return len(level_positions(dimension, n))
