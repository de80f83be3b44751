"""Spans of the calendar as distances, which begin anywhere and are never short.

An offset such as "1MS" goes to the next boundary: from the 15th of January to the 1st of February.
That is right for windows that begin on one. As the horizon of a label, or a gap, it is a month.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from skhpo.split._sizes import Size, on_the_wall, shift

# months between two boundaries
_MONTHS = {
    "MonthBegin": 1,
    "MonthEnd": 1,
    "BusinessMonthBegin": 1,
    "BusinessMonthEnd": 1,
    "CustomBusinessMonthBegin": 1,
    "CustomBusinessMonthEnd": 1,
    "WeekOfMonth": 1,
    "LastWeekOfMonth": 1,
    "QuarterBegin": 3,
    "QuarterEnd": 3,
    "BQuarterBegin": 3,
    "BQuarterEnd": 3,
    "HalfYearBegin": 6,
    "HalfYearEnd": 6,
    "BHalfYearBegin": 6,
    "BHalfYearEnd": 6,
    "YearBegin": 12,
    "YearEnd": 12,
    "BYearBegin": 12,
    "BYearEnd": 12,
    "Easter": 12,
}
# the most weeks between two boundaries
_WEEKS = {"Week": 1, "FY5253": 53, "FY5253Quarter": 14}
_HALF_MONTHS = ("SemiMonthBegin", "SemiMonthEnd")
_DAYS_OF_HALF_A_MONTH = 16  # at most


def apart(when: Any, size: Size, times: int = 1) -> Any:
    """Return instants that are at least a size away.

    Parameters
    ----------
    when : Timestamp or DatetimeIndex
        Where to start; on no boundary in particular.
    size : Size
        A span of time.
    times : int, default=1
        How many of them; negative for earlier.

    Returns
    -------
    Timestamp or DatetimeIndex
        Of the size and the months or weeks that it stands for, whichever goes farther.

    Examples
    --------
    >>> from skhpo.split._sizes import read_size
    >>> apart(pd.Timestamp("2024-01-15"), read_size("gap", "1MS", 1))
    Timestamp('2024-02-15 00:00:00')
    """
    moved = shift(when, size, times)
    plain = _plain(size.span)
    if plain is None:
        return moved
    return _farther(moved, shift(when, replace(size, span=plain), times), times > 0)


def reached(when: Any, size: Size) -> Any:
    """Return how far a label reaches, or an embargo, that begins at some instants.

    Parameters
    ----------
    when : Timestamp or DatetimeIndex
        Where it begins.
    size : Size
        A span of time.

    Returns
    -------
    Timestamp or DatetimeIndex
        Whole months from the last day of one reach the last day of another.

    Examples
    --------
    >>> from skhpo.split._sizes import read_size
    >>> reached(pd.Timestamp("2024-04-30"), read_size("horizon", pd.DateOffset(months=1), 1))
    Timestamp('2024-05-31 00:00:00')
    """
    moved = shift(when, size)
    span = _plain(size.span) or size.span
    if not _counts_months(span):
        return apart(when, size)
    return _farther(moved, on_the_wall(when, lambda clock: _months_later(clock, span)), True)


def _plain(span: Any) -> Any:
    """Return the months or weeks that an offset with boundaries stands for; None without."""
    name, n = type(span).__name__, getattr(span, "n", 0)
    if name in _MONTHS:
        return pd.DateOffset(months=n * _MONTHS[name])
    if name in _WEEKS:
        return pd.DateOffset(weeks=n * _WEEKS[name])
    if name in _HALF_MONTHS:
        return pd.DateOffset(months=n // 2, days=n % 2 * _DAYS_OF_HALF_A_MONTH)
    return None


def _counts_months(span: Any) -> bool:
    """Whether a span is of months and years, and nothing else."""
    return bool(getattr(span, "kwds", {})) and {*span.kwds} <= {"months", "years"}


def _months_later(clock: Any, months: Any) -> Any:
    """Return what comes months later; after the last day of a month, the last of another."""
    later = clock + months
    is_last = (clock.day == clock.days_in_month) & (later > clock)
    return later + pd.to_timedelta(is_last * (later.days_in_month - later.day), unit="D")


def _farther(one: Any, other: Any, forwards: bool) -> Any:
    if not isinstance(one, pd.DatetimeIndex):
        return max(one, other) if forwards else min(one, other)
    return one.where(np.asarray(one >= other) == forwards, other)
