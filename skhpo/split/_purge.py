"""Keeping training rows away from a test part: by overlapping labels, and for some time after it.

Everything is reckoned in positions among the distinct timestamps. The label of row i lives from
``codes[i]`` to ``ends[i]``, both included.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skhpo.split._base import Fold, Mask
from skhpo.split._distances import reached
from skhpo.split._sizes import Size
from skhpo.split._timeline import Timeline


@dataclass(frozen=True, eq=False)
class Reach:
    """How far the rows reach.

    Parameters
    ----------
    ends : ndarray of int of shape (n_rows,)
        Position of the last timestamp that the label of a row reaches.
    embargoed : ndarray of int of shape (n_rows,)
        Position of the last timestamp under embargo after it; not before ``ends``.
    """

    ends: NDArray[np.intp]
    embargoed: NDArray[np.intp]


def reach_of(timeline: Timeline, horizon: Size, embargo: Size) -> Reach:
    """Return how far the labels of all rows reach, and the embargo after them.

    Parameters
    ----------
    timeline : Timeline
        The rows; where it has ends of labels and ``horizon`` is positive, the later counts.
    horizon, embargo : Size
        Of labels, and of the embargo after them.

    Returns
    -------
    Reach
        Of all rows.
    """
    timeline.check_unit(horizon)
    timeline.check_unit(embargo)
    codes, last = timeline.codes, timeline.n_stamps - 1
    positions = np.arange(timeline.n_stamps)
    if horizon.is_time:
        until = reached(timeline.stamps, horizon)
        ends = timeline.last_position(until)[codes]
        instants = until[codes]
    else:
        ahead = np.minimum(positions + (horizon.count or 0), last)
        ends, instants = ahead[codes], timeline.stamps[ahead][codes]
    if timeline.label_end is not None:
        ends = np.maximum(ends, timeline.last_position(timeline.label_end))
        instants = _later(instants, timeline.label_end)
    if embargo.is_time:
        embargoed = timeline.last_position(reached(instants, embargo))
    else:
        embargoed = np.minimum(ends + (embargo.count or 0), last)
    return Reach(ends, np.maximum(ends, embargoed))


def _later(one: Any, other: Any) -> Any:
    """Return the later of two instants for each row."""
    if isinstance(one, pd.DatetimeIndex):
        return one.where(one >= other, other.tz_convert(one.tz) if one.tz is not None else other)
    return np.maximum(one, other)


def purge(timeline: Timeline, reach: Reach, tested: Mask) -> Fold:
    """Return the fold whose test part are the rows on some timestamps.

    A training row is purged when its label lives at the same time as the label of a test row, and
    embargoed when it comes after a test label by no more than the embargo.

    Parameters
    ----------
    timeline : Timeline
        The rows.
    reach : Reach
        How far they reach.
    tested : ndarray of bool of shape (n_stamps,)
        The timestamps of the test part.

    Returns
    -------
    Fold
        All rows are in one of its parts.
    """
    codes = timeline.codes
    test = tested[codes]
    n_tested = np.cumsum(tested)
    into_test = n_tested[reach.ends] > n_tested[codes]  # from before the test part
    under_test = codes <= _latest(timeline, reach.ends, test)  # from after it
    purged = ~test & (into_test | under_test)
    embargoed = ~test & ~purged & (codes <= _latest(timeline, reach.embargoed, test))
    return Fold(~(test | purged | embargoed), test, purged, embargoed)


def _latest(timeline: Timeline, reached: NDArray[np.intp], test: Mask) -> NDArray[np.intp]:
    """Return for each row the last position that a test row not after it reaches."""
    farthest = np.full(timeline.n_stamps, -1)
    np.maximum.at(farthest, timeline.codes[test], reached[test])
    latest: NDArray[np.intp] = np.maximum.accumulate(farthest)[timeline.codes]
    return latest
