"""Walk-forward validation over groups that are kept whole."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skhpo._sklearn import num_samples
from skhpo.split._base import Fold, TimeSplitter
from skhpo.split._checks import check_n_splits
from skhpo.split._timeline import Timeline
from skhpo.split._windows import fold_of
from skhpo.split.walk_forward import trained, walk


class GroupWalkForward(TimeSplitter):
    """Walk forward over groups (sessions, matches, batches) and never divide one.

    Groups follow each other by the time of their first row. Where they overlap in time, training
    rows that are not before the first test row are left out, and with ``label_end`` those whose
    labels are not known by then.

    ::

        test_size=1, min_train_size=2     group  a a a b b c c c d d d
                                                 * * * * * o o o . . .
                                                 * * * * * * * * o o o

    Parameters
    ----------
    n_splits : int, default=None
        Number of splits; None for as many as fit.
    test_size : int or float, default=1
        Groups in a test window: a number, or a share of them.
    train_size : int or float, default=None
        Groups in a training window, which slides; None for all before the gap.
    min_train_size : int or float, default=None
        The least of a training window. None for ``train_size``, or where there is none for
        ``test_size``.
    step : int or float, default=None
        From one test window to the next; None for ``test_size``.
    gap : int or float, default=0
        Groups left out between training and test window.
    anchor : {"end", "start"}, default="end"
        Whether the last test window ends with the data, or the first begins as soon as there is
        enough to train on.

    See Also
    --------
    WalkForward : Walks through timestamps.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo import GroupWalkForward
    >>> match = list("aaabbcccddd")
    >>> for train, test in GroupWalkForward(min_train_size=2).split(np.zeros(11), groups=match):
    ...     print(train, test)
    [0 1 2 3 4] [5 6 7]
    [0 1 2 3 4 5 6 7] [ 8  9 10]
    """

    __metadata_request__split: ClassVar = {"groups": True}
    runs_forward: ClassVar[bool] = True

    def __init__(
        self,
        n_splits: int | None = None,
        *,
        test_size: int | float = 1,
        train_size: int | float | None = None,
        min_train_size: int | float | None = None,
        step: int | float | None = None,
        gap: int | float = 0,
        anchor: str = "end",
    ) -> None:
        self.n_splits = n_splits
        self.test_size = test_size
        self.train_size = train_size
        self.min_train_size = min_train_size
        self.step = step
        self.gap = gap
        self.anchor = anchor

    def _given_n_splits(self) -> int | None:
        return check_n_splits(self.n_splits, least=1, optional=True)

    def _folds(self, timeline: Timeline, X: Any, y: Any, groups: Any) -> Iterator[Fold]:
        ranks = _in_time(group_codes(groups, len(timeline.codes), self), timeline)
        line = Timeline(np.arange(ranks.max() + 1), ranks, "rows", noun="groups")
        folds = [fold_of(line, *window) for window in walk(self, line)]
        yield from trained(self, [self._in_rows(fold, timeline) for fold in folds])

    @staticmethod
    def _in_rows(fold: Fold, timeline: Timeline) -> Fold:
        """Leave out what is not known before the test rows, which begin within a group."""
        begin = int(timeline.codes[fold.test].min())
        known = timeline.codes < begin
        if timeline.label_end is not None:
            known &= timeline.last_position(timeline.label_end) < begin
        purged = fold.train & ~known
        if fold.purged is not None:
            purged |= fold.purged
        return replace(fold, train=fold.train & known, purged=purged)


def group_codes(groups: Any, n_rows: int, splitter: Any) -> NDArray[np.intp]:
    """Return groups as numbers, in the order of their labels.

    Parameters
    ----------
    groups : array-like of shape (n_rows,) or None
        Labels.
    n_rows : int
        How many there should be.
    splitter : splitter
        For the error message.

    Returns
    -------
    ndarray of int of shape (n_rows,)
        From 0 on.

    Raises
    ------
    ValueError
        If there are none, too few or too many, or some are missing.
    """
    if groups is None:
        raise ValueError(f"{splitter} needs groups, a label for each row.")
    if num_samples(groups) != n_rows:
        raise ValueError(f"groups has {num_samples(groups)} labels for {n_rows} rows.")
    codes, _ = pd.factorize(pd.Index(np.ravel(np.asarray(groups))), sort=True)
    if (codes < 0).any():
        raise ValueError(f"groups is missing in {int((codes < 0).sum())} rows.")
    found: NDArray[np.intp] = codes.astype(np.intp)
    return found


def _in_time(codes: NDArray[np.intp], timeline: Timeline) -> NDArray[np.intp]:
    """Return the rank of each row's group by the time of its first row, then by its label."""
    first = np.full(codes.max() + 1, timeline.n_stamps)
    np.minimum.at(first, codes, timeline.codes)
    rank = np.empty(len(first), dtype=np.intp)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    ranks: NDArray[np.intp] = rank[codes]
    return ranks
