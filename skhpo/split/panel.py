"""Splits of several series at once."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from skhpo.split._base import Fold, TimeSplitter
from skhpo.split._checks import check_n_splits, check_option
from skhpo.split._timeline import ROWS, Timeline
from skhpo.split.group_walk_forward import group_codes


class PanelSplit(TimeSplitter):
    """Split several series by time, and if wanted by series too.

    All series are divided at the same timestamps, of which every one is whole in a part, so that
    none learns from the future of another. ``groups`` says to which series a row belongs.

    ::

        groups="same_time"            groups="new_groups", split 0 of 2
        series a  * * * o o           series a  . . . o o
        series b  * * * o o           series b  * * * . .
        series c      * o o           series c        o o
        series d  * * *               series d  * * *

    Parameters
    ----------
    splitter : splitter
        Divides the timestamps: one of skhpo in time, or any of scikit-learn that does without
        target and groups. Its sizes count timestamps, not rows.
    groups : {"same_time", "new_groups"}, default="same_time"
        "same_time" tests the future of series that are known: rows of a series without any
        training row are not tested. "new_groups" tests on series that are not trained on either.
    n_group_folds : int, default=2
        With "new_groups", into how many folds the series are dealt out, by their labels in turn;
        each split of ``splitter`` becomes as many.

    See Also
    --------
    WalkForward : For what ``splitter`` may be; without a panel around it, it divides series in
        the same way, and tests unknown ones too.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo import PanelSplit, WalkForward
    >>> day = np.array([1, 1, 2, 2, 3, 3])
    >>> shop = np.array(["a", "b"] * 3)
    >>> X = np.zeros(6)
    >>> known = PanelSplit(WalkForward(test_size=1))
    >>> for train, test in known.split(X, groups=shop, times=day):
    ...     print(train, test)
    [0 1] [2 3]
    [0 1 2 3] [4 5]
    >>> new = PanelSplit(WalkForward(1, test_size=1), groups="new_groups")
    >>> for train, test in new.split(X, groups=shop, times=day):
    ...     print(train, test)
    [1 3] [4]
    [0 2] [5]
    """

    __metadata_request__split: ClassVar = {"groups": True}

    def __init__(
        self, splitter: Any, *, groups: str = "same_time", n_group_folds: int = 2
    ) -> None:
        self.splitter = splitter
        self.groups = groups
        self.n_group_folds = n_group_folds

    def _n_group_folds(self) -> int:
        check_option("groups", self.groups, ("same_time", "new_groups"))
        if self.groups == "same_time":
            return 1
        return check_n_splits(self.n_group_folds, name="n_group_folds") or 2

    def _is_forward(self) -> bool:
        return isinstance(self.splitter, TimeSplitter) and self.splitter._is_forward()

    def _given_n_splits(self) -> int | None:
        if isinstance(self.splitter, TimeSplitter):
            n = self.splitter._given_n_splits()
        else:
            n = self.splitter.get_n_splits()
        return None if n is None else n * self._n_group_folds()

    def _folds(self, timeline: Timeline, X: Any, y: Any, groups: Any) -> Iterator[Fold]:
        n_folds = self._n_group_folds()
        if timeline.kind == ROWS:
            raise ValueError(
                "the rows of a panel have no order in time: give X or y an index with dates, or "
                "pass times= (through cross-validation and searches they come only with "
                "sklearn.set_config(enable_metadata_routing=True))."
            )
        series = group_codes(groups, len(timeline.codes), self)
        if n_folds > series.max() + 1:
            raise ValueError(
                f"n_group_folds={n_folds} is more than the {series.max() + 1} series there are."
            )
        for fold in self._folds_in_time(timeline):
            if self.groups == "same_time":
                known = np.isin(series, series[fold.train])
                yield replace(fold, test=fold.test & known)
                continue
            for number in range(n_folds):
                new = series % n_folds == number
                yield Fold(
                    fold.train & ~new,
                    fold.test & new,
                    None if fold.purged is None else fold.purged & ~new,
                    None if fold.embargoed is None else fold.embargoed & ~new,
                )

    def _folds_in_time(self, timeline: Timeline) -> Iterator[Fold]:
        draws = getattr(self.splitter, "shuffle", False)  # takes whatever it is given for rows
        if isinstance(self.splitter, TimeSplitter) and not draws:
            yield from self.splitter._folds(timeline, None, None, None)
            return
        for train, test in self.splitter.split(np.zeros((timeline.n_stamps, 1))):
            yield Fold(_rows_on(train, timeline), _rows_on(test, timeline))


def _rows_on(stamps: NDArray[np.intp], timeline: Timeline) -> NDArray[np.bool_]:
    chosen = np.zeros(timeline.n_stamps, dtype=bool)
    chosen[stamps] = True
    return chosen[timeline.codes]
