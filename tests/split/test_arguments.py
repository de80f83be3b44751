"""What is wrong with arguments and data is said, and what is missing too."""

import numpy as np
import pandas as pd
import pytest

from skhpo import (
    BlockedKFold,
    CombinatorialPurged,
    GroupWalkForward,
    HoldOut,
    PanelSplit,
    PurgedKFold,
    RepeatedHoldOut,
    SeasonalKFold,
    WalkForward,
)
from skhpo.split._sizes import read_align, read_size, read_span

DAYS = pd.date_range("2024-01-01", periods=100, freq="D")


@pytest.mark.parametrize(
    ("splitter", "message"),
    [
        (WalkForward(test_size=0), r"test_size=0 should be at least 1"),
        (WalkForward(test_size=1.5), r"test_size=1.5: a share should be between 0 and 1"),
        (WalkForward(test_size=True), r"test_size=True should be a number of distinct timestamps"),
        (WalkForward(test_size=None), r"test_size=None should be a number of distinct timestamps"),
        (WalkForward(test_size="28 moons"), r"neither elapsed time \('28D'"),
        (WalkForward(test_size="-2D"), r"test_size='-2D' should be a positive span of time"),
        (WalkForward(test_size=0.001), r"at least 1000 distinct timestamps are needed"),
        (WalkForward(test_size=5, gap=-1), r"gap=-1 should be at least 0"),
        (WalkForward(test_size=5, step=0), r"step=0 should be at least 1"),
        (WalkForward(test_size=5, step="5D"), r"step='5D' and test_size=5 should both"),
        (WalkForward(test_size=5, align="MS"), r"align='MS' needs a span of time as test_size"),
        (WalkForward(test_size="5D", align="2MS"), r"align='2MS' should be a single step"),
        (WalkForward(test_size="5D", align="7h"), r"align='7h' has no boundaries"),
        (WalkForward(test_size=5, anchor="middle"), r"anchor='middle' should be one of 'end', "),
        (WalkForward(0, test_size=5), r"n_splits=0 should be an int of at least 1 or None"),
        (WalkForward(test_size=5, train_size=5, min_train_size=6), r"is more than train_size=5"),
        (WalkForward(5, test_size=30), r"180 distinct .* 80 more than the 100 there are"),
        (WalkForward(5, test_size="30D"), r"finds 2 of 5 splits: about 80 days more are needed"),
        (WalkForward(9, test_size="30D", min_train_size=9), r"too little between 2024-01-01"),
        (PurgedKFold(1), r"n_splits=1 should be an int of at least 2"),
        (PurgedKFold(101), r"needs at least 101 distinct timestamps, 1 more than the 100"),
        (
            PurgedKFold(2, horizon=60),
            r"split 0 of PurgedKFold\(n_splits=2, horizon=60\) has no tr",
        ),
        (BlockedKFold(gap="x"), r"gap='x' is neither elapsed time"),
        (CombinatorialPurged(3, 3), r"n_test_groups=3 should be less than n_groups=3"),
        (CombinatorialPurged(1), r"n_groups=1 should be an int of at least 2"),
        (SeasonalKFold(by="moon"), r"by='moon' should be an int or one of 'year'"),
        (SeasonalKFold(), r"needs at least 2 folds .* have 1"),
        (SeasonalKFold(5, by="month"), r"needs at least 5 folds .* have 4"),
        (SeasonalKFold(by=0), r"by=0 should be an int of at least 1"),
        (GroupWalkForward(), r"GroupWalkForward\(\) needs groups, a label for each row"),
        (PanelSplit(PurgedKFold()), r"needs groups, a label for each row"),
        (RepeatedHoldOut(9, test_size=50, train_size=48), r"needs 9 origins, 6 more than the 3"),
        (HoldOut(shuffle=False, stratify=True), r"stratify=True needs shuffle=True"),
        (HoldOut(stratify=True), r"stratify=True needs y"),
        (HoldOut("28D"), r"test_size='28D' should be a number of rows or a share"),
        (HoldOut(shuffle=1), r"shuffle=1 should be one of True, False"),
        (HoldOut(100, shuffle=False), r"has no training rows: 100 rows are tested"),
    ],
    ids=repr,
)
def test_arguments(splitter, message):
    with pytest.raises(ValueError, match=message):
        [*splitter.split(np.zeros(100), times=DAYS)]
    with pytest.raises(ValueError, match=message):
        splitter.get_n_splits(np.zeros(100), times=DAYS)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"times": DAYS[:9]}, "times has 9 values for 100 rows"),
        ({"times": DAYS.where(DAYS.day > 1)}, "times is missing in 4 rows"),
        ({"times": ["a"] * 100}, "times should be dates, periods or numbers"),
        ({"times": [object()] * 100}, "times should be dates, periods or numbers"),
        ({"times": [True] * 100}, "times should be dates, periods or numbers, got bool"),
        ({"label_end": DAYS}, "label_end says when labels are known, but the rows have no times"),
        ({"times": DAYS, "label_end": DAYS[::-1]}, "label_end is before times in 50 rows"),
        ({"times": DAYS, "label_end": DAYS.tz_localize("UTC")}, "with a time zone or without"),
        ({"times": DAYS, "label_end": np.arange(100)}, "should both be dates"),
    ],
)
def test_times(how, message):
    with pytest.raises(ValueError, match=message):
        [*PurgedKFold().split(np.zeros(100), **how)]


@pytest.mark.parametrize(
    "splitter",
    [
        WalkForward(test_size="5D"),
        WalkForward(test_size=5, gap=pd.DateOffset(days=1)),
        PurgedKFold(horizon="5D"),
        PurgedKFold(embargo="5D"),
        BlockedKFold(gap="5D"),
        HoldOut("5D", shuffle=False),
        SeasonalKFold(),
    ],
    ids=repr,
)
@pytest.mark.parametrize("times", [None, np.arange(100) / 7])
def test_spans_of_time_need_dates(splitter, times):
    with pytest.raises(ValueError, match="give X or y a DatetimeIndex"):
        [*splitter.split(np.zeros(100), times=times)]


def test_numbers_are_times_as_well():
    times = np.array([0.5, 0.1, 0.1, 3.0])
    [split] = WalkForward(1, test_size=1).split(times, times=times)
    assert [part.tolist() for part in split] == [[1, 2, 0], [3]]
    [train, _], *_ = PurgedKFold(3).split(
        times, times=times, label_end=times + np.array([0, 0, 0.4, 0])
    )
    assert train.tolist() == [3]


def test_no_rows():
    with pytest.raises(ValueError, match="there are no rows"):
        [*PurgedKFold().split(np.zeros((0, 1)))]
    with pytest.raises(ValueError, match="X, y or times is needed"):
        [*PurgedKFold().split(None)]


def test_numbers_of_splits_without_data():
    assert PurgedKFold(3).get_n_splits() == SeasonalKFold(3).get_n_splits() == 3
    assert CombinatorialPurged(6, 2).get_n_splits() == 15
    assert HoldOut().get_n_splits() == 1
    for splitter in (WalkForward(test_size=5), PanelSplit(SeasonalKFold())):
        with pytest.raises(ValueError, match=r"follows from the data: give get_n_splits X"):
            splitter.get_n_splits()


def test_repr_shows_what_differs():
    assert repr(WalkForward(test_size="28D", gap=0)) == "WalkForward(test_size='28D')"
    assert repr(PanelSplit(PurgedKFold(4))) == "PanelSplit(splitter=PurgedKFold(n_splits=4))"
    assert repr(HoldOut()) == "HoldOut()"


@pytest.mark.parametrize(
    ("given", "span"),
    [
        ("12h", pd.Timedelta(hours=12)),
        ("2 days", pd.Timedelta(days=2)),
        (np.timedelta64(3, "h"), pd.Timedelta(hours=3)),
        (pd.offsets.Hour(5), pd.Timedelta(hours=5)),
        (pd.offsets.Week(2), pd.DateOffset(weeks=2)),
        (pd.offsets.Day(3), pd.DateOffset(days=3)),
        ("QS", pd.offsets.QuarterBegin(startingMonth=1)),
    ],
)
def test_spans(given, span):
    assert read_span("gap", given) == span


def test_shares_are_rounded_to_the_careful_side():
    assert read_size("test_size", 0.29, 100).count == 29
    assert read_size("gap", 0.1, 30, round_up=True).count == 3
    assert read_size("gap", 0.101, 30, round_up=True).count == 4
    assert read_align("h") == pd.Timedelta(hours=1)


# -- paths ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "k"), [(6, 2), (5, 3), (4, 1)])
def test_paths_go_through_all_rows_and_share_no_split(n, k):
    cv = CombinatorialPurged(n, k, horizon=1)
    times = DAYS[np.random.default_rng(0).permutation(100)]
    splits = [*cv.split(times, times=times)]
    numbers = [np.full((len(test), 2), float(i)) for i, (_, test) in enumerate(splits)]
    paths = cv.paths(numbers, times, times=times)
    assert paths.shape == (cv.n_paths, 100, 2)
    for i, (_, test) in enumerate(splits):  # each prediction is on exactly one path
        assert (paths[:, test, 0] == i).sum(axis=0).tolist() == [1] * len(test)
    for row in range(100):
        assert len(set(paths[:, row, 0])) == cv.n_paths


def test_paths_of_true_values_are_those_values():
    cv, y = CombinatorialPurged(6, 2), np.arange(50.0)
    assert cv.n_paths == 5
    paths = cv.paths([y[test] for _, test in cv.split(y)], y)
    assert (paths == y).all()


def test_predictions_have_to_fit():
    cv, y = CombinatorialPurged(4, 2), np.arange(8.0)
    found = [y[test] for _, test in cv.split(y)]
    with pytest.raises(ValueError, match="predictions are of 5 splits, should be 6"):
        cv.paths(found[:-1], y)
    with pytest.raises(ValueError, match="predictions of split 5 are of 3 rows, should be of 4"):
        cv.paths([*found[:-1], found[-1][:3]], y)
