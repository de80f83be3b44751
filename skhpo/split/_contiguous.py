"""Blocks of consecutive timestamps."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.split._timeline import Timeline


def blocks_of(timeline: Timeline, n_blocks: int, splitter: Any) -> NDArray[np.intp]:
    """Return the block of each timestamp; sizes differ by at most one, the first are larger.

    Parameters
    ----------
    timeline : Timeline
        The rows.
    n_blocks : int
        How many blocks.
    splitter : splitter
        For the error message.

    Returns
    -------
    ndarray of int of shape (n_stamps,)
        From 0 to ``n_blocks - 1``, without gaps, whatever the remainder.

    Raises
    ------
    ValueError
        If there are fewer timestamps than blocks.
    """
    n = timeline.n_stamps
    if n < n_blocks:
        raise ValueError(
            f"{splitter} needs at least {n_blocks} {timeline.noun}, {n_blocks - n} more than the "
            f"{n} there are."
        )
    size, rest = divmod(n, n_blocks)
    return np.repeat(np.arange(n_blocks), size + (np.arange(n_blocks) < rest))
