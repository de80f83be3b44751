"""Hold-out in time, repeated from random origins.

V. Cerqueira, L. Torgo and I. Mozetic, Evaluating time series forecasting models: an empirical
study on performance estimation methods, Machine Learning 109, 1997-2028, 2020.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from sklearn.utils import check_random_state

from skhpo.split._base import Fold, TimeSplitter
from skhpo.split._checks import check_n_splits
from skhpo.split._distances import apart
from skhpo.split._timeline import Timeline
from skhpo.split._windows import Windows, fold_of, make_windows


class RepeatedHoldOut(TimeSplitter):
    """Train on a window before a random origin, test on the window after it; repeat.

    Origins are drawn without replacement from all timestamps that have a whole training window
    before them and a whole test window after them, and come in the order of time. In [1]_ this
    was the most accurate estimate for series that are not stationary.

    ::

        train_size=5, test_size=2
        . * * * * * o o . . . .
        . . * * * * * o o . . .
        . . . . . * * * * * o o

    Parameters
    ----------
    n_splits : int, default=10
        Number of origins.
    test_size : int, float, str, Timedelta or DateOffset, default=0.1
        Window after the origin. An int counts distinct timestamps, a float is a share of them, a
        Timedelta or "28D" is elapsed time, a DateOffset or "2MS" is time on the calendar from the
        origin on.
    train_size : int, float, str, Timedelta or DateOffset, default=0.6
        Window before it. The shares are those of [1]_.
    gap : int, float, str, Timedelta or DateOffset, default=0
        Left out between the two. With ``label_end`` rows whose label is not known at the origin
        are left out besides.
    random_state : int, RandomState instance or None, default=None
        Where origins come from; an int makes them repeatable.

    See Also
    --------
    WalkForward : Origins at regular distances.
    HoldOut : One split.

    References
    ----------
    .. [1] V. Cerqueira, L. Torgo and I. Mozetic, Evaluating time series forecasting models: an
       empirical study on performance estimation methods, Machine Learning 109, 2020.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo import RepeatedHoldOut
    >>> for train, test in RepeatedHoldOut(2, random_state=0).split(np.zeros(20)):
    ...     print(train[0], train[-1], test)
    2 13 [14 15]
    6 17 [18 19]
    """

    runs_forward: ClassVar[bool] = True

    def __init__(
        self,
        n_splits: int = 10,
        *,
        test_size: Any = 0.1,
        train_size: Any = 0.6,
        gap: Any = 0,
        random_state: Any = None,
    ) -> None:
        self.n_splits = n_splits
        self.test_size = test_size
        self.train_size = train_size
        self.gap = gap
        self.random_state = random_state

    def _given_n_splits(self) -> int | None:
        return check_n_splits(self.n_splits, least=1)

    def _folds(self, timeline: Timeline, X: Any, y: Any, groups: Any) -> Iterator[Fold]:
        wanted = check_n_splits(self.n_splits, least=1) or 1
        windows = make_windows(
            timeline, test_size=self.test_size, train_size=self.train_size, gap=self.gap
        )
        windows = replace(windows, align=None)  # they begin at origins
        first, last = windows.first_position(), _last_position(windows)
        n_origins = max(0, last + 1 - first)
        if n_origins < wanted:
            raise ValueError(
                f"{self} needs {wanted} origins, {wanted - n_origins} more than the {n_origins} "
                f"that {timeline.n_stamps} {timeline.noun} leave with whole windows around them."
            )
        rng = check_random_state(self.random_state)
        for origin in np.sort(first + rng.choice(n_origins, wanted, replace=False)):
            train = windows.train_before(windows.cut_at(int(origin)))
            yield fold_of(timeline, train, (int(origin), _end(windows, origin)))


def _end(windows: Windows, origin: int) -> int:
    """Return the first position after the test window that begins at an origin."""
    if not windows.test.is_time:
        return int(origin) + (windows.test.count or 0)
    end = apart(windows.timeline.stamps[origin], windows.test)
    return int(windows.timeline.position(end))


def _last_position(windows: Windows) -> int:
    """Return the last origin that has a whole test window after it; -1 for none."""
    stamps = windows.timeline.stamps
    if not windows.test.is_time:
        return len(stamps) - (windows.test.count or 0)
    # Whole if a timestamp after the last, had there been one, would not belong.
    end = apart(stamps[-1] + windows.timeline.spacing, windows.test, -1)
    return int(windows.timeline.last_position(end))
