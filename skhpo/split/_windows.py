"""Test windows that walk through time, and the training windows before them.

A window is a pair of positions among the distinct timestamps. A cut is where a test window begins:
a position, and where sizes are spans of time the instant too. Windows of time that are reckoned
back from the last timestamp are open at their beginning and closed at their end, so that it is in
the last of them; all others are closed at their beginning and open at their end.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from skhpo.split._base import Fold
from skhpo.split._distances import apart, reached
from skhpo.split._sizes import Size, floor, on_the_wall, read_align, read_size, shift
from skhpo.split._timeline import Timeline

_INSTANT = pd.Timedelta(1, unit="ns")


@dataclass(frozen=True)
class Cut:
    """Where a window begins or ends.

    Parameters
    ----------
    position : int
        The first timestamp after it; negative where the data do not go back so far.
    instant : Timestamp or None
        The same in time, where there are dates.
    """

    position: int
    instant: Any = None


@dataclass(frozen=True, eq=False)
class Windows:
    """The windows of a walk through a timeline.

    Parameters
    ----------
    timeline : Timeline
        The rows.
    test, step, gap, least : Size
        Of the test window, from one of them to the next, between training and test window, and
        the least of a training window.
    train : Size or None
        Of the training window; None for all that is before the gap.
    align : Timedelta, DateOffset or None
        Calendar boundaries that test windows start on.
    """

    timeline: Timeline
    test: Size
    step: Size
    gap: Size
    least: Size
    train: Size | None = None
    align: Any = None

    # -- the training window -------------------------------------------------------------------

    def train_before(self, cut: Cut, side: Literal["left", "right"] = "left") -> tuple[int, int]:
        """Return the training window of a test window, (0, 0) where it would be too short."""
        end = self._before_gap(cut, side)
        if not self._has_least(end, side):
            return 0, 0
        start = 0 if self.train is None else max(0, self._back(end, self.train, side).position)
        return start, max(start, end.position)

    def fits(self, position: int) -> bool:
        """Whether a test window that begins on a timestamp has a training window before it."""
        start, stop = self.train_before(self.cut_at(position))
        return stop > start

    def cut_at(self, position: int) -> Cut:
        """Return the cut just before a timestamp."""
        if self.timeline.kind != "dates" or position < 0:
            return Cut(position)
        return Cut(position, self.timeline.stamps[position])

    def _before_gap(self, cut: Cut, side: Literal["left", "right"]) -> Cut:
        """Return the end of the training window: no label that the gap stands for goes on."""
        if not self.gap.is_time or self.gap.is_elapsed or cut.instant is None:
            return self._back(cut, self.gap, side)
        instant = apart(cut.instant, self.gap, -1)
        known = int(self._known_from.searchsorted(cut.instant, side=side))
        return Cut(min(known, int(self.timeline.position(instant, side))), instant)

    @cached_property
    def _known_from(self) -> Any:
        """When the gap after each timestamp ends."""
        return reached(self.timeline.stamps, self.gap)

    def _back(self, cut: Cut, size: Size, side: Literal["left", "right"]) -> Cut:
        if size.is_time:
            if cut.instant is None:
                return Cut(-1)
            instant = self._before(cut.instant, size)
            return Cut(int(self.timeline.position(instant, side)), instant)
        position = cut.position - (size.count or 0)
        if size.count == 0:
            return cut
        if side == "right" and position > 0:  # closed at the end
            return Cut(position, self.timeline.stamps[position - 1])
        return self.cut_at(position) if side == "left" else Cut(position)

    def _before(self, instant: Any, size: Size) -> Any:
        return (apart if self.align is None else shift)(instant, size, -1)

    def _has_least(self, end: Cut, side: Literal["left", "right"]) -> bool:
        if end.position <= 0:
            return False
        if not self.least.is_time:
            return end.position >= (self.least.count or 0)
        if end.instant is None:
            return False
        # Long enough if a timestamp before the first, had there been one, would not belong.
        start = self._before(end.instant, self.least)
        before = self.timeline.stamps[0] - self.timeline.spacing
        return bool(before < start if side == "left" else before <= start)

    # -- the test windows ----------------------------------------------------------------------

    def first_position(self) -> int:
        """Return the first timestamp on which a test window can begin; ``n_stamps`` for none."""
        return bisect_left(range(self.timeline.n_stamps), True, key=self.fits)

    def from_end(self) -> Iterator[tuple[Cut, int]]:
        """Generate test windows from the last back, as (cut, end)."""
        if self.align is not None:
            yield from self._aligned_from_end()
            return
        n, last = self.timeline.n_stamps, self.timeline.stamps[-1]
        for k in range(n):
            if self.test.is_time:
                end = shift(last, self.step, -k)
                start = shift(last, self.test, -k - 1) if self._joined else self._earlier(end)
                cut = Cut(int(self.timeline.position(start, "right")), start)
                yield cut, int(self.timeline.position(end, "right"))
            else:
                stop = n - k * (self.step.count or 0)
                yield self.cut_at(stop - (self.test.count or 0)), stop

    def from_start(self) -> Iterator[tuple[Cut, int]]:
        """Generate test windows from the first on, as (cut, end), as long as they are complete."""
        n, first = self.timeline.n_stamps, self.first_position()
        if first >= n:
            return
        if not self.test.is_time:
            for start in range(first, n - (self.test.count or 0) + 1, self.step.count or 1):
                yield self.cut_at(start), start + (self.test.count or 0)
            return
        origin = self._boundary_from(self.timeline.stamps[first])
        after = self.timeline.stamps[-1] + self.timeline.spacing
        for k in range(n):
            start = self._boundary_from(shift(origin, self.step, k))
            joined = self._joined and self.align is None
            end = shift(origin, self.test, k + 1) if joined else shift(start, self.test)
            if end > after:
                return
            yield self._window(start, end)

    @property
    def side(self) -> Literal["left", "right"]:
        """On which side the windows from the end are open."""
        return "right" if self.test.is_time and self.align is None else "left"

    @property
    def _joined(self) -> bool:
        """Whether each window begins where the one before ends."""
        return bool(self.step.span == self.test.span)

    def _earlier(self, end: Any) -> Any:
        return shift(end, self.test, -1)

    def _window(self, start: Any, end: Any) -> tuple[Cut, int]:
        position = int(self.timeline.position(start, "left"))
        return Cut(position, start), int(self.timeline.position(end, "left"))

    def _boundary_from(self, when: Any) -> Any:
        """Return the first boundary that is not before an instant."""
        if self.align is None:
            return when
        before = floor(when, self.align)
        return before if before == when else self._next(before)

    def _next(self, boundary: Any) -> Any:
        return on_the_wall(boundary, lambda clock: clock + self.align)

    def _aligned_from_end(self) -> Iterator[tuple[Cut, int]]:
        first, last = self.timeline.stamps[0], self.timeline.stamps[-1]
        origin = self._last_origin(last)
        previous, k = None, 0
        while previous is None or previous > first:
            start = floor(shift(origin, self.step, -k), self.align)
            if start != previous:
                yield self._window(start, shift(start, self.test))
            previous, k = start, k + 1

    def _last_origin(self, last: Any) -> Any:
        """Return where the last window starts: it holds the last timestamp if it can."""
        origin = floor(last, self.align)
        earlier = floor(origin - _INSTANT, self.align)
        while earlier > self.timeline.stamps[0] and shift(earlier, self.test) > last:
            origin, earlier = earlier, floor(earlier - _INSTANT, self.align)
        return origin


def make_windows(
    timeline: Timeline,
    *,
    test_size: Any,
    train_size: Any = None,
    min_train_size: Any = None,
    step: Any = None,
    gap: Any = 0,
    align: Any = None,
) -> Windows:
    """Return the windows that the arguments of a splitter describe.

    Parameters
    ----------
    timeline : Timeline
        The rows.
    test_size, train_size, min_train_size, step, gap, align : object
        As the user gave them.

    Returns
    -------
    Windows
        With sizes that have been read.

    Raises
    ------
    ValueError
        If an argument is not valid, or they do not go together.
    """
    n = timeline.n_stamps
    test = read_size("test_size", test_size, n)
    train = None if train_size is None else read_size("train_size", train_size, n)
    if min_train_size is not None:
        least = read_size("min_train_size", min_train_size, n)
    else:
        least = test if train is None else train
    stride = test if step is None else read_size("step", step, n)
    distance = read_size("gap", gap, n, least=0, round_up=True)
    for size in (test, stride, distance, least, *([] if train is None else [train])):
        timeline.check_unit(size)
    if stride.is_time != test.is_time:
        raise ValueError(
            f"step={step!r} and test_size={test_size!r} should both count timestamps or both be "
            "spans of time."
        )
    boundaries = test.boundaries if align is None else read_align(align)
    if boundaries is not None and not test.is_time:
        raise ValueError(
            f"align={align!r} needs a span of time as test_size, got test_size={test_size!r}."
        )
    both = train is not None and train.count is not None and least.count is not None
    if both and least.count > train.count:  # type: ignore[operator,union-attr]
        raise ValueError(
            f"min_train_size={min_train_size!r} is more than train_size={train_size!r}."
        )
    return Windows(timeline, test, stride, distance, least, train, boundaries)


def fold_of(timeline: Timeline, train: tuple[int, int], test: tuple[int, int]) -> Fold:
    """Return the fold of two windows.

    Parameters
    ----------
    timeline : Timeline
        The rows; labels that end within or after the test window are purged.
    train, test : tuple of (int, int)
        Positions of the first timestamp of a window and of the first after it.

    Returns
    -------
    Fold
        What is between the two windows is purged as well.
    """
    codes = timeline.codes
    tested = (codes >= test[0]) & (codes < test[1])
    known = np.ones(len(codes), dtype=bool)
    if timeline.label_end is not None:
        known = timeline.last_position(timeline.label_end) < test[0]
    trained = (codes >= train[0]) & (codes < train[1]) & known
    between = (codes >= train[0]) & (codes < test[0]) & ~trained
    return Fold(trained, tested, between)
