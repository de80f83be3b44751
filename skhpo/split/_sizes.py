"""Sizes as rows, shares, elapsed time or calendar time, and steps of that size.

An ``int`` counts distinct timestamps and a ``float`` is a share of them. A ``Timedelta`` is
elapsed time: 24 hours are 24 hours. A ``DateOffset`` is time on the calendar: a day has 23 to 25
hours, a month 28 to 31 days. Strings are either: "28D" is elapsed time, "2MS" is calendar time.
"""

import datetime
import numbers
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset

_INSTANT = pd.Timedelta(1, unit="ns")
_EPSILON = 1e-9  # of shares: 0.29 of 100 are 29 timestamps
_KINDS = "a number of distinct timestamps, a share of them, a Timedelta or a DateOffset"


@dataclass(frozen=True)
class Size:
    """A size that has been read.

    Parameters
    ----------
    name : str
        Of the argument, for error messages.
    given : object
        As the user gave it.
    count : int or None
        Distinct timestamps; None for a span of time.
    span : Timedelta, DateOffset or None
        Span of time; None for a count.
    """

    name: str
    given: Any
    count: int | None = None
    span: Any = None

    @property
    def is_time(self) -> bool:
        """Whether the size is a span of time."""
        return self.span is not None

    @property
    def is_elapsed(self) -> bool:
        """Whether the size is time as a clock counts it."""
        return isinstance(self.span, pd.Timedelta)

    @property
    def boundaries(self) -> Any:
        """The calendar boundaries that the size itself implies ("2MS": of months), or None."""
        if self.span is None or self.is_elapsed or type(self.span) is pd.DateOffset:
            return None
        return self.span.base


def read_size(
    name: str, value: Any, n_stamps: int, *, least: int = 1, round_up: bool = False
) -> Size:
    """Return a size.

    Parameters
    ----------
    name : str
        Of the argument.
    value : int, float, str, Timedelta or DateOffset
        As the user gave it.
    n_stamps : int
        Distinct timestamps, of which shares are taken.
    least : int, default=1
        1 where there has to be something, 0 where there may be nothing.
    round_up : bool, default=False
        Whether shares are rounded up (what is left out), or down.

    Returns
    -------
    Size
        Of at least ``least`` timestamps.

    Raises
    ------
    ValueError
        If the value is no size, or too small.

    Examples
    --------
    >>> read_size("test_size", 0.25, 10).count, read_size("gap", 0.25, 10, round_up=True).count
    (2, 3)
    >>> read_size("test_size", "28D", 10).span
    Timedelta('28 days 00:00:00')
    >>> read_size("test_size", "2MS", 10).boundaries
    <MonthBegin>
    """
    if isinstance(value, bool | np.bool_):
        raise ValueError(f"{name}={value!r} should be {_KINDS}.")
    if isinstance(value, numbers.Integral):
        return Size(name, value, _count(name, value, int(value), least))
    if isinstance(value, numbers.Real):
        return Size(name, value, _share(name, float(value), n_stamps, least, round_up=round_up))
    span = read_span(name, value)
    start = pd.Timestamp(2000, 6, 15)
    if not (start + span > start or (least == 0 and start + span == start)):
        raise ValueError(f"{name}={value!r} should be a positive span of time.")
    return Size(name, value, span=span)


def _count(name: str, value: Any, count: int, least: int) -> int:
    if count < least:
        raise ValueError(f"{name}={value!r} should be at least {least}.")
    return count


def _share(name: str, share: float, n_stamps: int, least: int, *, round_up: bool) -> int:
    if not (0 < share < 1 or (least == 0 and share == 0)):
        raise ValueError(
            f"{name}={share!r}: a share should be between 0 and 1. Give an int to count."
        )
    exact = share * n_stamps
    count = int(np.ceil(exact - _EPSILON) if round_up else np.floor(exact + _EPSILON))
    if count < least:
        raise ValueError(
            f"{name}={share!r} of {n_stamps} is less than one: at least "
            f"{int(np.ceil(1 / share - _EPSILON))} distinct timestamps are needed."
        )
    return count


def read_span(name: str, value: Any) -> Any:
    """Return a span of time as a Timedelta (elapsed) or a DateOffset (calendar).

    Parameters
    ----------
    name : str
        Of the argument.
    value : str, timedelta, Timedelta or DateOffset
        As the user gave it.

    Returns
    -------
    Timedelta or DateOffset
        ``pd.offsets.Day`` is a calendar day in every version of pandas.

    Raises
    ------
    ValueError
        If the value is none of these.

    Examples
    --------
    >>> read_span("gap", "2W"), read_span("gap", "W-MON")
    (Timedelta('14 days 00:00:00'), <Week: weekday=0>)
    """
    if isinstance(value, str):
        return _from_text(name, value)
    if isinstance(value, datetime.timedelta | np.timedelta64):
        return pd.Timedelta(value)
    if isinstance(value, pd.offsets.Day):
        return pd.DateOffset(days=value.n)
    if isinstance(value, pd.offsets.Week) and getattr(value, "weekday", None) is None:
        return pd.DateOffset(weeks=value.n)
    if isinstance(value, pd.offsets.Tick):
        return pd.Timedelta(value)
    if isinstance(value, pd.offsets.BaseOffset):
        return value
    raise ValueError(f"{name}={value!r} should be {_KINDS}.")


def _from_text(name: str, text: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # pandas 2.2, of words such as "days"
            offset = to_offset(text)
    except ValueError:
        try:
            return pd.Timedelta(text)
        except ValueError:
            raise ValueError(
                f"{name}={text!r} is neither elapsed time ('28D', '12h') nor an offset of the "
                "calendar that pandas knows ('2MS', 'QS', 'W-MON')."
            ) from None
    if isinstance(offset, pd.offsets.Day):
        return pd.Timedelta(days=offset.n)
    if isinstance(offset, pd.offsets.Week) and "-" not in text:
        return pd.Timedelta(weeks=offset.n)
    return read_span(name, offset)


def shift(when: Any, size: Size, times: int = 1) -> Any:
    """Return instants so many sizes later, reckoned from where they are and not step by step.

    Parameters
    ----------
    when : Timestamp or DatetimeIndex
        Where to start.
    size : Size
        A span of time.
    times : int, default=1
        How many of them; negative for earlier.

    Returns
    -------
    Timestamp or DatetimeIndex
        With the time zone of ``when``.

    Examples
    --------
    >>> month = read_size("step", pd.DateOffset(months=1), 1)
    >>> [str(shift(pd.Timestamp("2024-01-31"), month, k).date()) for k in range(4)]
    ['2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30']
    """
    if times == 0:
        return when
    if size.is_elapsed:
        return when + times * size.span
    return on_the_wall(when, lambda clock: clock + size.span * times)


def floor(when: Any, boundaries: Any) -> Any:
    """Return the latest calendar boundary that is not after an instant.

    Parameters
    ----------
    when : Timestamp
        The instant.
    boundaries : Timedelta or DateOffset
        As :func:`read_align` returns them.

    Returns
    -------
    Timestamp
        With the time zone of ``when``.

    Examples
    --------
    >>> floor(pd.Timestamp("2024-03-31 23:00"), pd.offsets.MonthBegin())
    Timestamp('2024-03-01 00:00:00')
    """
    if isinstance(boundaries, pd.Timedelta):
        return on_the_wall(when, lambda clock: clock.floor(boundaries))
    if type(boundaries) is pd.DateOffset:
        return on_the_wall(when, lambda clock: clock.normalize())
    return on_the_wall(when, lambda clock: boundaries.rollback(clock.normalize()))


def read_align(value: Any) -> Any:
    """Return the calendar boundaries that windows start on.

    Parameters
    ----------
    value : str or DateOffset
        "MS", "W-MON", "D", "h", ...

    Returns
    -------
    Timedelta or DateOffset
        A Timedelta of at most a day, or an offset with boundaries.

    Raises
    ------
    ValueError
        If there are no such boundaries.

    Examples
    --------
    >>> read_align("D"), read_align("QS")
    (Timedelta('1 days 00:00:00'), <QuarterBegin: startingMonth=1>)
    """
    span = read_span("align", value)
    if type(span) is pd.DateOffset and span.kwds == {"days": 1}:
        span = pd.Timedelta(days=1)
    is_tick = isinstance(span, pd.Timedelta)
    within_a_day = is_tick and pd.Timedelta(days=1) % span == pd.Timedelta(0)
    if type(span) is pd.DateOffset or (is_tick and not within_a_day):
        raise ValueError(
            f"align={value!r} has no boundaries on the calendar: give a part of a day ('h', 'D') "
            "or an offset such as 'MS', 'QS', 'YS', 'W-MON'."
        )
    if not is_tick and span.n != 1:
        raise ValueError(f"align={value!r} should be a single step of the calendar, as 'MS'.")
    return span


def _clock(when: Any) -> Any:
    """Return what the local clock shows; midnight at the instant that stands for one left out."""
    clock = when.tz_localize(None)
    if isinstance(clock, pd.DatetimeIndex):
        return clock
    midnight = clock.normalize()
    return midnight if (when - _INSTANT).tz_localize(None) < midnight else clock


def on_the_wall(when: Any, move: Callable[[Any], Any]) -> Any:
    """Return what a move on the local clock comes to.

    Parameters
    ----------
    when : Timestamp or DatetimeIndex
        With or without a time zone.
    move : callable
        Of instants without one.

    Returns
    -------
    Timestamp or DatetimeIndex
        An hour that the clock leaves out ends where it goes on; of an hour that the clock shows
        twice it is the first.
    """
    if when.tz is None:
        return move(when)
    moved = move(_clock(when))
    twice: Any = np.ones(len(moved), dtype=bool) if isinstance(moved, pd.DatetimeIndex) else True
    return moved.tz_localize(when.tz, ambiguous=twice, nonexistent="shift_forward")
