"""Losses at different amounts of a resource, brought to the scale of the largest amount.

    loss at the next amount ≈ loss + shift,    shift, sd: of the candidates that have both

The shifts of the amounts in between add up, and so do the variances.
"""

from collections.abc import Mapping

import numpy as np

MIN_PAIRS = 3  # behind a spread of its own


def comparable(losses: Mapping[int, Mapping[int, float]]) -> dict[int, tuple[float, float]]:
    """Return for each candidate a loss at the largest amount, and what it may miss.

    Candidates that have it keep what was measured. For the others the loss at the largest amount
    that they have is shifted by the median change from amount to amount; the candidates that show
    the change are those that were promoted, which had been lucky, so the shift errs on the side of
    caution.

    Parameters
    ----------
    losses : dict of int to dict of int to float
        By amount, the losses of the candidates by number; not finite for failures.

    Returns
    -------
    dict of int to (float, float)
        By number, the loss and its standard deviation: 0 where it was measured.

    Examples
    --------
    >>> comparable({1: {0: 0.9, 1: 0.7, 2: 0.5, 3: 0.6}, 3: {1: 0.6, 2: 0.4, 3: 0.5}})[0]
    (0.8, 0.0)
    """
    found: dict[int, tuple[float, float]] = {}
    shift, variance = 0.0, 0.0
    amounts = sorted(losses, reverse=True)
    for place, amount in enumerate(amounts):
        if place:
            more, spread = _change(losses[amount], losses[amounts[place - 1]])
            shift, variance = shift + more, variance + spread**2
        for number, loss in losses[amount].items():
            found.setdefault(number, (loss + shift, float(np.sqrt(variance))))
    return found


def _change(low: Mapping[int, float], high: Mapping[int, float]) -> tuple[float, float]:
    """Return median and standard deviation of the change from one amount to the next."""
    both = [n for n in high if n in low and np.isfinite(low[n]) and np.isfinite(high[n])]
    changes = np.array([high[n] - low[n] for n in both])
    shift = float(np.median(changes)) if len(changes) else 0.0
    if len(changes) >= MIN_PAIRS:
        return shift, float(np.std(changes, ddof=1)) if np.ptp(changes) > 1e-12 else 0.0
    known = np.array([loss for loss in low.values() if np.isfinite(loss)])
    return shift, float(np.std(known)) if len(known) else 0.0
