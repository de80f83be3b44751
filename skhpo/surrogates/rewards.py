"""Losses as rewards in [0, 1], whatever their scale."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def top_rewards(losses: ArrayLike, share: float) -> Array:
    """Return 1 for the best losses, 0 for the others: it is the best of an arm that counts.

    Parameters
    ----------
    losses : array-like of shape (n,)
        To be minimised; not finite for failures.
    share : float
        How many are the best, as a share of all, rounded up.

    Returns
    -------
    ndarray of shape (n,)
        Losses that tie for the last of those places share them; failures get 0.

    Examples
    --------
    >>> top_rewards([0.3, 0.1, 0.2, 0.2, np.inf], 0.4)
    array([0. , 1. , 0.5, 0.5, 0. ])
    """
    losses = np.asarray(losses, dtype=np.float64)
    finite = np.isfinite(losses)
    n = min(int(np.ceil(share * len(losses))), int(finite.sum()))
    if n == 0:
        return np.zeros(len(losses))
    last = np.partition(losses[finite], n - 1)[n - 1]
    below, ties = losses < last, losses == last
    return np.where(below & finite, 1.0, ties * (n - (below & finite).sum()) / ties.sum())
