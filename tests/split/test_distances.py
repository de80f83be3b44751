"""A month from anywhere is a month, and not what is left of one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skhpo import CombinatorialPurged, PurgedKFold, RepeatedHoldOut, WalkForward
from skhpo.split._distances import apart, reached
from skhpo.split._sizes import read_size

DAYS = pd.date_range("2024-01-01", "2024-12-31", freq="D")
MONTH = pd.DateOffset(months=1)
SPANS = ["1MS", "2MS", pd.offsets.MonthEnd(1), "QS", pd.offsets.QuarterEnd(1), "YS"]


def months(span):
    offset = pd.tseries.frequencies.to_offset(span)
    name = type(offset).__name__
    return offset.n * next(n for n, at in ((3, "Q"), (12, "Y"), (1, "M")) if name.startswith(at))


def at_month_ends(n=60):
    return pd.DatetimeIndex([pd.Timestamp(2010, 1, 31) + pd.offsets.MonthEnd(k) for k in range(n)])


@given(
    st.datetimes(pd.Timestamp(1990, 1, 1), pd.Timestamp(2050, 1, 1)),
    st.sampled_from(SPANS),
)
def test_distances_are_never_short(when, span):
    when, size = pd.Timestamp(when), read_size("horizon", span, 1)
    month = pd.DateOffset(months=months(span))
    assert reached(when, size) >= max(when + month, when + size.span)
    assert apart(when, size, -1) <= min(when - month, when - size.span)
    assert reached(when, size) <= when + month + pd.Timedelta(days=3)


@given(st.datetimes(pd.Timestamp(1990, 1, 1), pd.Timestamp(2050, 1, 1)), st.integers(1, 40))
def test_weeks_from_any_day(when, n):
    when, size = pd.Timestamp(when), read_size("gap", f"{n}W-MON", 1)
    assert apart(when, size) == when + pd.Timedelta(weeks=n)


@pytest.mark.parametrize("span", [*SPANS, MONTH, "BME", "SMS", "W-MON"], ids=str)
def test_later_stamps_reach_farther_one_by_one_or_at_once(span):
    size = read_size("horizon", span, 1)
    ends = reached(DAYS, size)
    assert ends.is_monotonic_increasing
    assert [*ends] == [reached(day, size) for day in DAYS]


@pytest.mark.parametrize("horizon", ["1MS", MONTH, pd.offsets.MonthEnd(1)], ids=str)
def test_labels_of_a_month_leak_into_no_test_part(horizon):
    ends = DAYS + MONTH
    for splitter in (
        PurgedKFold(5, horizon=horizon),
        CombinatorialPurged(5, 2, horizon=horizon),
        PurgedKFold(5, horizon=1, embargo=horizon),
    ):
        for train, test in splitter.split(None, times=DAYS):
            reach = ends if splitter.horizon != 1 else DAYS
            for row in test:
                before = DAYS[train] < DAYS[row]
                assert not (before & (reach[train] >= DAYS[row])).any()
                assert not (~before & (ends[row] >= DAYS[train])).any()


@pytest.mark.parametrize("gap", ["1MS", MONTH, pd.offsets.MonthEnd(1)], ids=str)
@pytest.mark.parametrize("test_size", [20, "20D", "1MS", MONTH], ids=str)
def test_labels_of_a_month_end_before_the_test_window(gap, test_size):
    for train, test in WalkForward(5, test_size=test_size, gap=gap).split(None, times=DAYS):
        assert (DAYS[train] + MONTH <= DAYS[test].min()).all()


@pytest.mark.parametrize("span", [MONTH, pd.offsets.MonthEnd(1)], ids=str)
def test_from_one_end_of_a_month_it_is_a_month_to_the_next(span):
    times = at_month_ends()
    for train, test in PurgedKFold(5, horizon=span).split(None, times=times):
        expected = np.setdiff1d(np.arange(60), [*test, test.min() - 1, test.max() + 1])
        np.testing.assert_array_equal(train, expected)
    for train, test in WalkForward(5, test_size=3, gap=span).split(None, times=times):
        assert train.max() == test.min() - 2


def test_months_from_a_random_origin_are_whole():
    splitter = RepeatedHoldOut(20, test_size="1MS", train_size="2MS", random_state=0)
    for train, test in splitter.split(None, times=DAYS):
        origin = DAYS[test].min()
        assert DAYS[test].max() == origin + MONTH - pd.Timedelta(days=1)
        assert DAYS[train].min() == origin - 2 * MONTH
