"""The laws of a splitter in time as tests: subclass, give ``make``, run pytest."""

import pickle
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.dummy import DummyRegressor
from sklearn.model_selection import GridSearchCV, check_cv, cross_validate

from skhpo.split import TimeSplitter

Splits = list[tuple[NDArray[np.intp], NDArray[np.intp]]]
_HOUR = np.timedelta64(1, "h")


class SplitterContract:
    """The tests that every splitter in time has to pass.

    A subclass whose name starts with ``Test`` and which writes ``make`` is collected by pytest.

    Attributes
    ----------
    runs_forward : bool, default=True
        Whether every training row comes before every test row.
    tests_all : bool, default=False
        Whether every row is tested in exactly one split.
    needs_groups : bool, default=False
        Whether splits need groups; the suite then has six, one after the other in time.
    is_panel : bool, default=False
        Whether groups are three series that go on at the same time.
    looks_at_calendar : bool, default=False
        Whether splits depend on the date.
    n_rows : int, default=180
        Enough rows for the splitter that ``make`` returns, one for every six hours.

    Examples
    --------
    >>> from skhpo import WalkForward
    >>> from skhpo.testing import SplitterContract
    >>> class TestWalkForward(SplitterContract):
    ...     def make(self):
    ...         return WalkForward(3, test_size="5D", gap=2)
    """

    runs_forward: ClassVar[bool] = True
    tests_all: ClassVar[bool] = False
    needs_groups: ClassVar[bool] = False
    is_panel: ClassVar[bool] = False
    looks_at_calendar: ClassVar[bool] = False
    n_rows: ClassVar[int] = 180

    def make(self) -> TimeSplitter:
        """Return the splitter under test, a repeatable one."""
        raise TypeError(f"{type(self).__name__} has to write make().")

    # -- what it is given ----------------------------------------------------------------------

    def _times(self) -> pd.DatetimeIndex:
        times = pd.date_range("2023-01-01", periods=self.n_rows, freq="6h")
        return times[np.arange(self.n_rows) // 3 * 3] if self.is_panel else times

    def _groups(self) -> Any:
        rows = np.arange(self.n_rows)
        if self.needs_groups:
            return rows % 3 if self.is_panel else rows * 6 // self.n_rows
        return None

    def _splits(self, order: Any = None, shift: Any = 0 * _HOUR, **more: Any) -> Splits:
        order = np.arange(self.n_rows) if order is None else order
        times, groups = self._times()[order] + shift, self._groups()
        groups = groups if groups is None else groups[order]
        return [*self.make().split(np.zeros((self.n_rows, 1)), None, groups, times=times, **more)]

    # -- the laws ------------------------------------------------------------------------------

    def test_parts_are_not_empty_and_do_not_meet(self) -> None:
        splits = self._splits()
        assert splits
        for train, test in splits:
            assert len(train)
            assert len(test)
            assert not np.isin(train, test).any()
            assert len(set(train)) == len(train)

    def test_parts_come_in_the_order_of_time(self) -> None:
        order = np.random.default_rng(0).permutation(self.n_rows)
        times = self._times()[order]
        for part in (part for split in self._splits(order) for part in split):
            assert times[part].is_monotonic_increasing

    def test_the_order_of_rows_does_not_matter(self) -> None:
        order = np.random.default_rng(1).permutation(self.n_rows)
        for mine, theirs in zip(self._splits(), self._splits(order), strict=True):
            for part, shuffled in zip(mine, theirs, strict=True):
                assert sorted(part) == sorted(order[shuffled])

    def test_training_is_in_the_past(self) -> None:
        assert (self.make().time_ranks(None, times=self._times()) is not None) == self.runs_forward
        if not self.runs_forward:
            pytest.skip("tests the past too")
        for train, test in self._splits():
            assert train.max() < test.min()

    def test_no_label_reaches_into_the_test_part(self) -> None:
        times = self._times()
        ends = times + np.random.default_rng(2).integers(0, 24, self.n_rows) * _HOUR
        for train, test in self._splits(label_end=ends):
            meets = times[train].values <= ends[test].values[:, None]
            meets &= ends[train].values >= times[test].values[:, None]
            assert not meets.any()

    def test_labels_that_end_at_once_change_nothing(self) -> None:
        self._same(self._splits(), self._splits(label_end=self._times()))

    def test_every_row_is_tested(self) -> None:
        if not self.tests_all:
            pytest.skip("does not test all rows")
        tested = np.concatenate([test for _, test in self._splits()])
        assert sorted(tested) == list(range(self.n_rows))

    def test_origins_increase(self) -> None:
        if not self.runs_forward or self.needs_groups:
            pytest.skip("has no origins that increase")
        starts = [test.min() for _, test in self._splits()]
        assert all(a < b for a, b in pairwise(starts))

    def test_index_periods_and_times_are_alike(self) -> None:
        times, groups, splitter = self._times(), self._groups(), self.make()
        frame = pd.DataFrame({"x": 0.0}, index=times)
        periods = frame.set_axis(times.to_period("h"))
        values, target = np.zeros((self.n_rows, 1)), frame["x"]
        for X, y in ((frame, None), (periods, None), (values, target), (frame, frame["x"])):
            self._same(self._splits(), [*splitter.split(X, y, groups)])

    def test_later_it_splits_alike(self) -> None:
        if self.looks_at_calendar:
            pytest.skip("depends on the calendar")
        self._same(self._splits(), self._splits(shift=1000 * _HOUR))

    def test_split_twice_is_the_same(self) -> None:
        splitter, before = self.make(), repr(self.make())
        X, groups, times = np.zeros(self.n_rows), self._groups(), self._times()
        first = [*splitter.split(X, None, groups, times=times)]
        self._same(first, [*splitter.split(X, None, groups, times=times)])
        assert repr(splitter) == before
        assert vars(splitter).keys() == vars(self.make()).keys()

    def test_number_of_splits(self) -> None:
        splitter, times, groups = self.make(), self._times(), self._groups()
        n = splitter.get_n_splits(np.zeros(self.n_rows), None, groups, times=times)
        assert n == len(self._splits())

    def test_copies_and_repr(self) -> None:
        splitter = self.make()
        for copy in (pickle.loads(pickle.dumps(splitter)), clone(splitter, safe=False)):
            assert repr(copy) == repr(splitter)
        assert repr(splitter).startswith(type(splitter).__name__ + "(")
        assert check_cv(splitter) is splitter

    def test_table_agrees_with_the_splits(self) -> None:
        times = self._times()
        table = self.make().describe(None, None, self._groups(), times=times)
        assert len(table) == len(self._splits())
        for row, (train, test) in zip(table.itertuples(), self._splits(), strict=True):
            assert (row.n_train, row.n_test) == (len(train), len(test))
            assert (row.train_start, row.train_end) == (times[train[0]], times[train[-1]])
            assert (row.test_start, row.test_end) == (times[test[0]], times[test[-1]])
            distance = np.abs(times[train].values[:, None] - times[test].values)
            assert row.gap == distance.min()

    def test_scikit_learn_uses_it(self) -> None:
        X = pd.DataFrame({"x": 0.0}, index=self._times())
        y = np.arange(self.n_rows, dtype=float)
        groups = {"groups": self._groups()} if self.needs_groups else {}
        search = GridSearchCV(DummyRegressor(), {"strategy": ["mean", "median"]}, cv=self.make())
        assert search.fit(X, y, **groups).n_splits_ == len(self._splits())
        out = cross_validate(DummyRegressor(), X, y, cv=self.make(), **groups)
        expected = [y[train].mean() for train, _ in self._splits()]
        scores = [
            DummyRegressor(constant=mean, strategy="constant").fit(X, y).score(X.iloc[t], y[t])
            for mean, (_, t) in zip(expected, self._splits(), strict=True)
        ]
        assert out["test_score"] == pytest.approx(scores)

    def test_too_few_rows_are_a_clear_error(self) -> None:
        groups = np.zeros(1) if self.needs_groups else None
        with pytest.raises(ValueError, match=r"needs|needed|more|no training"):
            [*self.make().split(np.zeros(1), None, groups, times=self._times()[:1])]

    def _same(self, one: Splits, other: Splits) -> None:
        for mine, theirs in zip(one, other, strict=True):
            for part, its in zip(mine, theirs, strict=True):
                assert part.tolist() == its.tolist()
