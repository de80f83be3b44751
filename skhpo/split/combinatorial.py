"""Combinatorial purged cross-validation and its back-test paths.

M. Lopez de Prado, Advances in Financial Machine Learning, Wiley, 2018, chapter 12.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.split._base import Fold, TimeSplitter
from skhpo.split._checks import check_n_splits
from skhpo.split._contiguous import blocks_of
from skhpo.split._purge import purge, reach_of
from skhpo.split._sizes import read_size
from skhpo.split._timeline import Timeline


class CombinatorialPurged(TimeSplitter):
    """Test on every combination of blocks of time, purged as by :class:`PurgedKFold`.

    Of N blocks k are tested at a time, in C(N, k) splits. Each block is tested C(N-1, k-1) times,
    so the predictions can be put together to as many back-test paths, each of which goes through
    all the data: see :meth:`paths`.

    Parameters
    ----------
    n_groups : int, default=6
        Number of blocks N; their numbers of timestamps differ by at most one.
    n_test_groups : int, default=2
        How many of them are tested at a time, k.
    horizon : int, float, str, Timedelta or DateOffset, default=0
        How far labels look ahead: an int counts distinct timestamps, a float is a share of them,
        a Timedelta or "28D" is elapsed time, a DateOffset or "2MS" is time on the calendar. Where
        ``label_end`` is given, the later of the two counts.
    embargo : int, float, str, Timedelta or DateOffset, default=0
        How long after a test label no row is trained on.

    See Also
    --------
    PurgedKFold : The same with one block at a time.

    References
    ----------
    .. [1] M. Lopez de Prado, Advances in Financial Machine Learning, Wiley, 2018, chapter 12.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo import CombinatorialPurged
    >>> X = np.zeros(8)
    >>> cv = CombinatorialPurged(4, 2)
    >>> splits = [*cv.split(X)]
    >>> print(len(splits), splits[1])
    6 (array([2, 3, 6, 7]), array([0, 1, 4, 5]))

    Here each split predicts its own number; every path is of some split at every row:

    >>> print(cv.paths([np.full(len(test), k) for k, (_, test) in enumerate(splits)], X))
    [[0. 0. 0. 0. 1. 1. 2. 2.]
     [1. 1. 3. 3. 3. 3. 4. 4.]
     [2. 2. 4. 4. 5. 5. 5. 5.]]
    """

    def __init__(
        self, n_groups: int = 6, n_test_groups: int = 2, *, horizon: Any = 0, embargo: Any = 0
    ) -> None:
        self.n_groups = n_groups
        self.n_test_groups = n_test_groups
        self.horizon = horizon
        self.embargo = embargo

    @property
    def n_paths(self) -> int:
        """Number of back-test paths, C(N-1, k-1)."""
        n, k = self._checked()
        return comb(n - 1, k - 1)

    def paths(
        self,
        predictions: Sequence[Any],
        X: Any,
        y: Any = None,
        groups: Any = None,
        *,
        times: Any = None,
        label_end: Any = None,
    ) -> NDArray[Any]:
        """Put predictions together to back-test paths.

        Parameters
        ----------
        predictions : sequence of array-like
            For each split, in the order of ``split``, the predictions for its test rows, in their
            order.
        X, y, groups : array-like of shape (n_samples, ...), default=None
            As they were given to ``split``.
        times, label_end : array-like of shape (n_samples,), default=None
            As they were given to ``split``.

        Returns
        -------
        ndarray of float of shape (n_paths, n_samples, ...)
            Each path has a prediction for every row; a block's come from one split, and no two
            paths take a block from the same split.

        Raises
        ------
        ValueError
            If the predictions are not of as many splits or rows as there are.
        """
        timeline = self._timeline(X, y, groups, times, label_end)
        n, k = self._checked()
        n_splits = comb(n, k)
        if len(predictions) != n_splits:
            raise ValueError(
                f"predictions are of {len(predictions)} splits, should be {n_splits}."
            )
        block = blocks_of(timeline, n, self)[timeline.codes]
        given = [np.asarray(one, dtype=float) for one in predictions]
        paths = np.full((self.n_paths, len(block), *given[0].shape[1:]), np.nan)
        n_before = np.zeros(n, dtype=int)  # splits that have tested a block so far
        for number, tested in enumerate(combinations(range(n), k)):
            rows = timeline.order[np.isin(block[timeline.order], tested)]
            if len(given[number]) != len(rows):
                raise ValueError(
                    f"predictions of split {number} are of {len(given[number])} rows, should be "
                    f"of {len(rows)}."
                )
            paths[n_before[block[rows]], rows] = given[number]
            n_before[list(tested)] += 1
        return paths

    def _given_n_splits(self) -> int | None:
        return comb(*self._checked())

    def _checked(self) -> tuple[int, int]:
        n = check_n_splits(self.n_groups, name="n_groups") or 0
        k = check_n_splits(self.n_test_groups, least=1, name="n_test_groups") or 0
        if k >= n:
            raise ValueError(
                f"n_test_groups={k} should be less than n_groups={n}: some have to be trained on."
            )
        return n, k

    def _folds(self, timeline: Timeline, X: Any, y: Any, groups: Any) -> Iterator[Fold]:
        n, k = self._checked()
        blocks = blocks_of(timeline, n, self)
        horizon = read_size("horizon", self.horizon, timeline.n_stamps, least=0, round_up=True)
        embargo = read_size("embargo", self.embargo, timeline.n_stamps, least=0, round_up=True)
        reach = reach_of(timeline, horizon, embargo)
        for tested in combinations(range(n), k):
            yield purge(timeline, reach, np.isin(blocks, tested))
