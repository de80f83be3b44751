"""Cross-validation on blocks of time, purged of overlapping labels.

M. Lopez de Prado, Advances in Financial Machine Learning, Wiley, 2018, chapter 7.
"""

from collections.abc import Iterator
from typing import Any

from skhpo.split._base import Fold, TimeSplitter
from skhpo.split._checks import check_n_splits
from skhpo.split._contiguous import blocks_of
from skhpo.split._purge import purge, reach_of
from skhpo.split._sizes import read_size
from skhpo.split._timeline import Timeline


class PurgedKFold(TimeSplitter):
    """Test on one block of time after the other, train on what cannot know it.

    The label of row i lives from its time t_i to its end e_i. A training row is purged when its
    label lives at the same time as that of a test row, t_i <= e_j and t_j <= e_i, and embargoed
    when it comes within ``embargo`` after one, e_j < t_i <= e_j + embargo.

    ::

        n_splits=3, horizon=1, embargo=2      * train   o test   x purged   - embargoed
        o o o o x - - * * * * *
        * * * x o o o o x - - *
        * * * * * * * x o o o o

    Parameters
    ----------
    n_splits : int, default=5
        Number of blocks; their numbers of timestamps differ by at most one.
    horizon : int, float, str, Timedelta or DateOffset, default=0
        How far labels look ahead: an int counts distinct timestamps, a float is a share of them,
        a Timedelta or "28D" is elapsed time, a DateOffset or "2MS" is time on the calendar. Where
        ``label_end`` is given, the later of the two counts.
    embargo : int, float, str, Timedelta or DateOffset, default=0
        How long after a test label no row is trained on, against what lasts longer than labels
        do (features over long windows, say). [1]_ takes a hundredth of the data.

    See Also
    --------
    CombinatorialPurged : Tests more than one block at a time.
    BlockedKFold : A gap on both sides.

    References
    ----------
    .. [1] M. Lopez de Prado, Advances in Financial Machine Learning, Wiley, 2018, chapter 7.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo import PurgedKFold
    >>> for train, test in PurgedKFold(3, horizon=1, embargo=2).split(np.zeros(12)):
    ...     print(train, test)
    [ 7  8  9 10 11] [0 1 2 3]
    [ 0  1  2 11] [4 5 6 7]
    [0 1 2 3 4 5 6] [ 8  9 10 11]
    """

    def __init__(self, n_splits: int = 5, *, horizon: Any = 0, embargo: Any = 0) -> None:
        self.n_splits = n_splits
        self.horizon = horizon
        self.embargo = embargo

    def _given_n_splits(self) -> int | None:
        return check_n_splits(self.n_splits)

    def _folds(self, timeline: Timeline, X: Any, y: Any, groups: Any) -> Iterator[Fold]:
        n_splits = check_n_splits(self.n_splits) or 0
        blocks = blocks_of(timeline, n_splits, self)
        horizon = read_size("horizon", self.horizon, timeline.n_stamps, least=0, round_up=True)
        embargo = read_size("embargo", self.embargo, timeline.n_stamps, least=0, round_up=True)
        reach = reach_of(timeline, horizon, embargo)
        for block in range(n_splits):
            yield purge(timeline, reach, blocks == block)
