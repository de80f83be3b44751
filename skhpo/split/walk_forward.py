"""Walk-forward validation, also called rolling forecasting origin or prequential evaluation.

L. J. Tashman, Out-of-sample tests of forecasting accuracy: an analysis and review, International
Journal of Forecasting 16(4), 437-450, 2000. A. P. Dawid, Statistical theory: the prequential
approach, Journal of the Royal Statistical Society A 147(2), 278-292, 1984.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, ClassVar

import pandas as pd

from skhpo.split._base import Fold, TimeSplitter
from skhpo.split._checks import check_n_splits, check_option
from skhpo.split._sizes import shift
from skhpo.split._timeline import Timeline
from skhpo.split._windows import Windows, fold_of, make_windows

Ends = tuple[tuple[int, int], tuple[int, int]]  # training window, test window


class WalkForward(TimeSplitter):
    """Train on the past, test on what follows, move on.

    ::

        expanding (train_size=None)    sliding (train_size=5)    with gap=2
        * * * * * o o . . . .          * * * * * o o . . . .     * * * . . o o . . . .
        * * * * * * * o o . .          . . * * * * * o o . .     * * * * * . . o o . .
        * * * * * * * * * o o          . . . . * * * * * o o     * * * * * * * . . o o

    Parameters
    ----------
    n_splits : int, default=None
        Number of splits; None for as many as fit and have something to train on.
    test_size : int, float, str, Timedelta or DateOffset
        Size of a test window. An int counts distinct timestamps, a float is a share of them, a
        Timedelta or "28D" is elapsed time, a DateOffset or "2MS" is time on the calendar.
    train_size : int, float, str, Timedelta or DateOffset, default=None
        Size of a training window, which slides; None for all the past (it expands from a fixed
        start).
    min_train_size : int, float, str, Timedelta or DateOffset, default=None
        The least of a training window. None for ``train_size``, or where there is none for
        ``test_size``.
    step : int, float, str, Timedelta or DateOffset, default=None
        From one test window to the next; of the kind of ``test_size``, which is what None
        stands for.
    gap : int, float, str, Timedelta or DateOffset, default=0
        Left out between training and test window: how far labels look ahead. With ``label_end``
        rows whose label ends in the test window or after it are left out besides.
    anchor : {"end", "start"}, default="end"
        Whether the last test window ends with the data, or the first begins as soon as there is
        enough to train on.
    align : str or DateOffset, default=None
        Calendar boundaries that test windows start on: "MS", "QS", "W-MON", "D", "h". Implied by
        a ``test_size`` such as "2MS". The last window then holds the last timestamp, and may be
        cut short by it.

    See Also
    --------
    sklearn.model_selection.TimeSeriesSplit : Counts rows only.

    Notes
    -----
    Windows of the calendar are reckoned from the anchor, not one from the other: months that end
    on the 31st do not shrink to the 29th. Windows without any rows are passed over. A timestamp is
    never divided between training and test part. Whether spans of time are complete is judged by
    the usual distance between timestamps (nine tenths of them are no larger).

    References
    ----------
    .. [1] L. J. Tashman, Out-of-sample tests of forecasting accuracy: an analysis and review,
       International Journal of Forecasting 16(4), 2000.
    .. [2] A. P. Dawid, Statistical theory: the prequential approach, Journal of the Royal
       Statistical Society A 147(2), 1984.

    Examples
    --------
    >>> import pandas as pd
    >>> from skhpo import WalkForward
    >>> days = pd.date_range("2024-01-01", "2024-06-30", freq="D")
    >>> walk = WalkForward(test_size="1MS", min_train_size="90D", gap="7D")
    >>> walk.describe(None, times=days)[["train_end", "test_start", "test_end", "n_test"]]
       train_end test_start   test_end  n_test
    0 2024-04-23 2024-05-01 2024-05-31      31
    1 2024-05-24 2024-06-01 2024-06-30      30
    """

    runs_forward: ClassVar[bool] = True

    def __init__(
        self,
        n_splits: int | None = None,
        *,
        test_size: Any,
        train_size: Any = None,
        min_train_size: Any = None,
        step: Any = None,
        gap: Any = 0,
        anchor: str = "end",
        align: Any = None,
    ) -> None:
        self.n_splits = n_splits
        self.test_size = test_size
        self.train_size = train_size
        self.min_train_size = min_train_size
        self.step = step
        self.gap = gap
        self.anchor = anchor
        self.align = align

    def _given_n_splits(self) -> int | None:
        return check_n_splits(self.n_splits, least=1, optional=True)

    def _folds(self, timeline: Timeline, X: Any, y: Any, groups: Any) -> Iterator[Fold]:
        windows = walk(self, timeline, align=self.align)
        yield from trained(self, [fold_of(timeline, *window) for window in windows])


def trained(splitter: Any, folds: list[Fold]) -> list[Fold]:
    """Return the folds that have training rows, where their number follows from the data.

    Parameters
    ----------
    splitter : WalkForward or GroupWalkForward
        With ``n_splits``.
    folds : list of Fold
        Of all windows; labels that end too late may have left nothing to train on.

    Returns
    -------
    list of Fold
        All of them where ``n_splits`` is given, or none has any.
    """
    found = [fold for fold in folds if fold.train.any()]
    return found if found and splitter.n_splits is None else folds


def walk(splitter: Any, timeline: Timeline, align: Any = None) -> list[Ends]:
    """Return the training and test windows of a walk, the earliest first.

    Parameters
    ----------
    splitter : WalkForward or GroupWalkForward
        With the sizes.
    timeline : Timeline
        What is walked through.
    align : str, DateOffset or None, default=None
        Calendar boundaries.

    Returns
    -------
    list of ((int, int), (int, int))
        Positions.

    Raises
    ------
    ValueError
        If there are fewer than ``n_splits``, or none.
    """
    check_option("anchor", splitter.anchor, ("end", "start"))
    wanted = check_n_splits(splitter.n_splits, least=1, optional=True)
    windows = make_windows(
        timeline,
        test_size=splitter.test_size,
        train_size=splitter.train_size,
        min_train_size=splitter.min_train_size,
        step=splitter.step,
        gap=splitter.gap,
        align=align,
    )
    found = list(islice(_walked(windows, splitter.anchor), wanted))
    if len(found) < (wanted or 1):
        raise ValueError(_too_short(splitter, windows, wanted or 1, len(found)))
    return found if splitter.anchor == "start" else found[::-1]


def _walked(windows: Windows, anchor: str) -> Iterator[Ends]:
    """Generate the windows that have rows to train on and to test, in the order of walking."""
    backwards = anchor == "end"
    side = windows.side if backwards else "left"
    for cut, stop in windows.from_end() if backwards else windows.from_start():
        start, end = windows.train_before(cut, side)
        if end <= start and backwards:
            return  # what is earlier has still less before it
        if stop > cut.position and end > start:
            yield (start, end), (cut.position, stop)


def _too_short(splitter: Any, windows: Windows, wanted: int, found: int) -> str:
    n, noun = windows.timeline.n_stamps, windows.timeline.noun
    counts = [windows.least.count, windows.gap.count, windows.test.count, windows.step.count]
    if None not in counts:
        least, gap, test, step = counts
        needed = least + gap + test + (wanted - 1) * step  # type: ignore[operator]
        missing = f"{needed} {noun} are needed ({least} to train, a gap of {gap}, {test} to test"
        missing += f", and {wanted - 1} steps of {step}), {needed - n} more than the {n} there are"
    else:
        missing = f"{_missing_time(windows, wanted)} between {windows.timeline.stamps[0]} and "
        missing += f"{windows.timeline.stamps[-1]} ({n} {noun})"
    return f"{splitter} finds {found} of {wanted} splits: {missing}."


def _missing_time(windows: Windows, wanted: int) -> str:
    """Say how much time is missing, or where sizes are of both kinds that there is too little."""
    if not windows.test.is_time or not windows.least.is_time:
        return "there is too little"
    when = windows.timeline.stamps[-1]
    parts = [(windows.step, 1 - wanted), (windows.test, -1), (windows.least, -1)]
    if windows.gap.is_time:
        parts.append((windows.gap, -1))
    for size, times in parts:
        when = shift(when, size, times)
    short = windows.timeline.stamps[0] - windows.timeline.spacing - when
    days = short / pd.Timedelta(days=1)
    return f"about {days:.3g} days more are needed than there are" if days > 0 else "too little is"
