"""Cross-validation on whole periods or on seasons."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.split._base import Fold, TimeSplitter
from skhpo.split._checks import check_n_splits
from skhpo.split._purge import purge, reach_of
from skhpo.split._sizes import read_size
from skhpo.split._timeline import DATES, Timeline

_PERIODS = {"year": "Y", "quarter": "Q", "month": "M", "week": "W", "day": "D"}
_SEASONS = {
    "quarter_of_year": "quarter",
    "month_of_year": "month",
    "day_of_week": "day_of_week",
    "hour_of_day": "hour",
}


class SeasonalKFold(TimeSplitter):
    """Test on whole periods (each year) or on a season of all of them (each month of the year).

    A block that cuts a year in two tests a model on seasons it has partly seen. Here folds are
    whole: ``by="year"`` asks how it does in a year it does not know, with every season known;
    ``by="month_of_year"`` asks how it does in a season it does not know, say how far it depends on
    one.

    ::

        quarters of three years      1 2 3 4 1 2 3 4 1 2 3 4
        by="year", split 1           * * * * o o o o * * * *
        by="quarter_of_year", 1      * o * * * o * * * o * *

    Parameters
    ----------
    n_splits : int, default=None
        Number of folds, each of consecutive periods or seasons; None for one fold each.
    by : {"year", "quarter", "month", "week", "day", "quarter_of_year", "month_of_year", \
            "day_of_week", "hour_of_day"} or int, default="year"
        What is kept whole, on the local clock of the times; an int counts distinct timestamps from
        the first on (12 for years of monthly rows without dates).
    horizon : int, float, str, Timedelta or DateOffset, default=0
        How far labels look ahead: rows are purged as by :class:`PurgedKFold`.
    embargo : int, float, str, Timedelta or DateOffset, default=0
        How long after a test label no row is trained on.

    See Also
    --------
    PurgedKFold : Blocks of equal size, and what is purged and embargoed.
    sklearn.model_selection.LeaveOneGroupOut : The same without purging, of groups.

    Examples
    --------
    >>> import pandas as pd
    >>> from skhpo import SeasonalKFold
    >>> months = pd.date_range("2021-01-01", periods=36, freq="MS")
    >>> years = SeasonalKFold(horizon=1).describe(None, times=months)
    >>> years[["test_start", "test_end", "n_train", "n_test", "n_purged"]]
      test_start   test_end  n_train  n_test  n_purged
    0 2021-01-01 2021-12-01       23      12         1
    1 2022-01-01 2022-12-01       22      12         2
    2 2023-01-01 2023-12-01       23      12         1
    >>> SeasonalKFold(by="quarter_of_year").get_n_splits(None, times=months)
    4
    """

    def __init__(
        self,
        n_splits: int | None = None,
        *,
        by: str | int = "year",
        horizon: Any = 0,
        embargo: Any = 0,
    ) -> None:
        self.n_splits = n_splits
        self.by = by
        self.horizon = horizon
        self.embargo = embargo

    def _given_n_splits(self) -> int | None:
        return check_n_splits(self.n_splits, optional=True)

    def _folds(self, timeline: Timeline, X: Any, y: Any, groups: Any) -> Iterator[Fold]:
        labels = self._labels(timeline)
        n_labels = int(labels.max()) + 1
        n_splits = check_n_splits(self.n_splits, optional=True) or n_labels
        if n_labels < max(n_splits, 2):
            raise ValueError(
                f"{self} needs at least {max(n_splits, 2)} folds of whole periods or seasons "
                f"(by={self.by!r}), but the {timeline.n_stamps} {timeline.noun} have {n_labels}."
            )
        horizon = read_size("horizon", self.horizon, timeline.n_stamps, least=0, round_up=True)
        embargo = read_size("embargo", self.embargo, timeline.n_stamps, least=0, round_up=True)
        reach = reach_of(timeline, horizon, embargo)
        for part in np.array_split(np.arange(n_labels), n_splits):
            yield purge(timeline, reach, np.isin(labels, part))

    def _labels(self, timeline: Timeline) -> NDArray[np.intp]:
        """Return the period or season of each timestamp, numbered in their order."""
        if not isinstance(self.by, str):
            size = check_n_splits(self.by, least=1, name="by") or 1
            return np.arange(timeline.n_stamps) // size
        if self.by not in {*_PERIODS, *_SEASONS}:
            allowed = ", ".join(map(repr, [*_PERIODS, *_SEASONS]))
            raise ValueError(f"by={self.by!r} should be an int or one of {allowed}.")
        if timeline.kind != DATES:
            raise ValueError(
                f"by={self.by!r} needs dates: give X or y a DatetimeIndex, pass dates as times=, "
                "or count timestamps with an int."
            )
        clock = timeline.stamps.tz_localize(None)
        if self.by in _SEASONS:
            labels = getattr(clock, _SEASONS[self.by])
        else:
            labels = clock.to_period(_PERIODS[self.by]).asi8
        return np.unique(labels, return_inverse=True)[1]
