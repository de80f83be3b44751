"""A single split."""

import numbers
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit

from skhpo.split._base import Fold, TimeSplitter
from skhpo.split._checks import check_option
from skhpo.split._timeline import Timeline
from skhpo.split._windows import fold_of, make_windows


class HoldOut(TimeSplitter):
    """Hold out a part of the rows once, at random or the latest.

    As ``cv`` of a search it costs one fit a candidate: for large data, or for a first look.

    Parameters
    ----------
    test_size : int, float, str, Timedelta or DateOffset, default=0.25
        The part held out: a number of rows or a share of them. With ``shuffle=False`` distinct
        timestamps are counted, and it may be a span of time that ends with the data: "28D" and
        Timedelta are elapsed time, DateOffset and "2MS" time on the calendar.
    stratify : bool, default=False
        Whether both parts have the classes of y in the same shares.
    shuffle : bool, default=True
        Whether rows are drawn at random; False holds out the latest.
    random_state : int, RandomState instance or None, default=None
        Which rows are drawn; an int makes it repeatable.

    See Also
    --------
    RepeatedHoldOut : More than one, in time.
    sklearn.model_selection.train_test_split : The same rows for the same ``random_state``.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo import HoldOut
    >>> [(train, test)] = HoldOut(0.2, shuffle=False).split(np.zeros(10))
    >>> print(train, test)
    [0 1 2 3 4 5 6 7] [8 9]
    >>> y = np.repeat([0, 1], [8, 4])
    >>> [(train, test)] = HoldOut(stratify=True, random_state=0).split(y, y)
    >>> print(y[test])
    [0 0 1]
    """

    def __init__(
        self,
        test_size: Any = 0.25,
        *,
        stratify: bool = False,
        shuffle: bool = True,
        random_state: Any = None,
    ) -> None:
        self.test_size = test_size
        self.stratify = stratify
        self.shuffle = shuffle
        self.random_state = random_state

    def _given_n_splits(self) -> int | None:
        return 1

    def _is_forward(self) -> bool:
        return not self.shuffle

    def _folds(self, timeline: Timeline, X: Any, y: Any, groups: Any) -> Iterator[Fold]:
        check_option("shuffle", self.shuffle, (True, False))
        check_option("stratify", self.stratify, (True, False))
        yield self._drawn(len(timeline.codes), y) if self.shuffle else self._latest(timeline)

    def _latest(self, timeline: Timeline) -> Fold:
        if self.stratify:
            raise ValueError(
                "stratify=True needs shuffle=True: the latest rows are what they are."
            )
        windows = make_windows(timeline, test_size=self.test_size, min_train_size=1)
        cut, end = next(windows.from_end())
        return fold_of(timeline, windows.train_before(cut, windows.side), (cut.position, end))

    def _drawn(self, n_rows: int, y: Any) -> Fold:
        if isinstance(self.test_size, bool) or not isinstance(self.test_size, numbers.Real):
            raise ValueError(
                f"test_size={self.test_size!r} should be a number of rows or a share of them "
                "where they are drawn at random; shuffle=False takes spans of time."
            )
        if self.stratify and y is None:
            raise ValueError("stratify=True needs y.")
        kind = StratifiedShuffleSplit if self.stratify else ShuffleSplit
        once = kind(n_splits=1, test_size=self.test_size, random_state=self.random_state)
        [(train, test)] = once.split(np.zeros((n_rows, 1)), y)
        return Fold(np.isin(np.arange(n_rows), train), np.isin(np.arange(n_rows), test))
