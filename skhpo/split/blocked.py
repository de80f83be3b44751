"""Cross-validation on blocks of time with a gap on both sides.

J. Racine, Consistent cross-validatory model-selection for dependent data: hv-block
cross-validation, Journal of Econometrics 99(1), 39-61, 2000.
"""

from collections.abc import Iterator
from typing import Any

from skhpo.split._base import Fold, TimeSplitter
from skhpo.split._checks import check_n_splits
from skhpo.split._contiguous import blocks_of
from skhpo.split._purge import purge, reach_of
from skhpo.split._sizes import read_size
from skhpo.split._timeline import Timeline


class BlockedKFold(TimeSplitter):
    """Test on one block of time after the other, with a gap on both of its sides.

    This is hv-block cross-validation [1]_, h being the gap, with test blocks that do not overlap.
    With ``gap=0`` it is blocked cross-validation [2]_, which serves for purely autoregressive
    models whose errors are uncorrelated [3]_.

    ::

        n_splits=3, gap=2                     * train   o test   . gap
        o o o o . . * * * * * *
        * * . . o o o o . . * *
        * * * * * * . . o o o o

    Parameters
    ----------
    n_splits : int, default=5
        Number of blocks; their numbers of timestamps differ by at most one.
    gap : int, float, str, Timedelta or DateOffset, default=0
        Left out on both sides of a test block: an int counts distinct timestamps, a float is a
        share of them, a Timedelta or "28D" is elapsed time, a DateOffset or "2MS" is time on the
        calendar. Rows whose labels overlap those of the test block (``label_end``) are left out
        besides.

    See Also
    --------
    PurgedKFold : Leaves out less, by how far labels reach.

    References
    ----------
    .. [1] J. Racine, Consistent cross-validatory model-selection for dependent data: hv-block
       cross-validation, Journal of Econometrics 99(1), 2000.
    .. [2] C. Bergmeir and J. M. Benitez, On the use of cross-validation for time series predictor
       evaluation, Information Sciences 191, 2012.
    .. [3] C. Bergmeir, R. J. Hyndman and B. Koo, A note on the validity of cross-validation for
       evaluating autoregressive time series prediction, Computational Statistics and Data
       Analysis 120, 2018.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo import BlockedKFold
    >>> for train, test in BlockedKFold(3, gap=2).split(np.zeros(12)):
    ...     print(train, test)
    [ 6  7  8  9 10 11] [0 1 2 3]
    [ 0  1 10 11] [4 5 6 7]
    [0 1 2 3 4 5] [ 8  9 10 11]
    """

    def __init__(self, n_splits: int = 5, *, gap: Any = 0) -> None:
        self.n_splits = n_splits
        self.gap = gap

    def _given_n_splits(self) -> int | None:
        return check_n_splits(self.n_splits)

    def _folds(self, timeline: Timeline, X: Any, y: Any, groups: Any) -> Iterator[Fold]:
        n_splits = check_n_splits(self.n_splits) or 0
        blocks = blocks_of(timeline, n_splits, self)
        gap = read_size("gap", self.gap, timeline.n_stamps, least=0, round_up=True)
        # Labels that reach as far as the gap keep away from a block on both of its sides.
        reach = reach_of(timeline, gap, read_size("embargo", 0, timeline.n_stamps, least=0))
        for block in range(n_splits):
            yield purge(timeline, reach, blocks == block)
