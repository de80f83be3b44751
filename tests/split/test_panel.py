"""Several series at once, of unequal length, with holes and duplicates."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold, TimeSeriesSplit, cross_validate

from skhpo import HoldOut, PanelSplit, PurgedKFold, WalkForward

START = pd.Timestamp("2024-01-01")


@st.composite
def panels(draw):
    """Return times and series of 2 to 5 series; each has its own days, some of them twice."""
    rows = [
        (day, series)
        for series in range(draw(st.integers(2, 5)))
        for day in draw(st.lists(st.integers(0, 40), min_size=3, max_size=40))
    ]
    rows = draw(st.permutations(rows))
    days, series = map(np.array, zip(*rows, strict=True))
    return START + pd.to_timedelta(days, unit="D"), series.astype(str)


SPLITTERS = [
    WalkForward(test_size="7D", gap="2D"),
    WalkForward(test_size=4, gap=1),
    PurgedKFold(3, horizon="2D", embargo=1),
]


def splits_or_none(splitter, times, series):
    try:
        return [*splitter.split(np.zeros(len(times)), None, series, times=times)]
    except ValueError:
        return None


@pytest.mark.parametrize("splitter", SPLITTERS, ids=repr)
@pytest.mark.parametrize("groups", ["same_time", "new_groups"])
@given(panels())
@settings(max_examples=30, deadline=None)
def test_each_series_alone_is_split_in_time(splitter, groups, panel):
    times, series = panel
    found = splits_or_none(PanelSplit(splitter, groups=groups), times, series)
    alone = splits_or_none(splitter, times, None)
    ends = times + pd.Timedelta(days=2)
    for train, test in found or []:
        meets = times[train].values <= ends[test].values[:, None]
        meets &= ends[train].values >= times[test].values[:, None]
        if splitter.gap == "2D" if hasattr(splitter, "gap") else True:
            assert not meets.any()
        if splitter.__class__ is WalkForward:
            assert times[train].max() < times[test].min()
        shared = set(series[train]) & set(series[test])
        assert shared == (set(series[test]) if groups == "same_time" else set())
    if found is not None and groups == "same_time":
        for (train, test), (all_train, all_test) in zip(found, alone, strict=True):
            assert train.tolist() == all_train.tolist()
            left_out = np.setdiff1d(all_test, test)
            assert not set(series[left_out]) & set(series[train])


def test_new_series_are_all_tested():
    days = np.repeat(np.arange(12), 5)
    series = np.tile(list("abcde"), 12)
    panel = PanelSplit(PurgedKFold(3), groups="new_groups", n_group_folds=2)
    splits = [*panel.split(days, None, series, times=days)]
    assert len(splits) == panel.get_n_splits() == 6
    assert sorted(np.concatenate([test for _, test in splits])) == [*range(60)]
    assert {tuple(sorted(set(series[test]))) for _, test in splits} == {
        ("a", "c", "e"),
        ("b", "d"),
    }


def test_time_series_split_divides_a_timestamp_and_a_panel_does_not():
    days, series = np.repeat(np.arange(20), 5), np.tile(np.arange(5), 20)

    def divided(splitter, **how):
        return sum(bool(set(days[a]) & set(days[b])) for a, b in splitter.split(days, **how))

    assert divided(TimeSeriesSplit(4, test_size=23)) == 4
    how = {"groups": series, "times": days}
    assert divided(PanelSplit(TimeSeriesSplit(4, test_size=3)), **how) == 0
    assert divided(PanelSplit(KFold(4, shuffle=True, random_state=0)), **how) == 0


def test_an_index_of_series_and_time():
    days = pd.date_range("2024-01-01", periods=30, freq="D")
    index = pd.MultiIndex.from_product([["a", "b"], days], names=["shop", "day"])
    X = pd.DataFrame({"x": np.arange(60.0)}, index=index)
    shops = index.get_level_values("shop")
    cv = PanelSplit(WalkForward(test_size="7D"))
    out = cross_validate(LinearRegression(), X, X["x"] * 2, groups=shops, cv=cv)
    assert len(out["test_score"]) == cv.get_n_splits(X, None, shops) == 3
    assert out["test_score"] == pytest.approx(1.0)
    for train, test in cv.split(X, None, shops):
        assert (
            index[train].get_level_values("day").max() < index[test].get_level_values("day").min()
        )
        assert set(shops[test]) == {"a", "b"}


@pytest.mark.parametrize(
    ("panel", "groups", "message"),
    [
        (PanelSplit(KFold(2)), None, "needs groups, a label for each row"),
        (PanelSplit(KFold(2)), [1, 2], "groups has 2 labels for 6 rows"),
        (PanelSplit(KFold(2)), [1, 2, None, 1, 2, 3], "groups is missing in 1 rows"),
        (
            PanelSplit(KFold(2), groups="all"),
            [1] * 6,
            "groups='all' should be one of 'same_time', ",
        ),
        (PanelSplit(KFold(2), groups="new_groups"), [1] * 6, "more than the 1 series there are"),
        (
            PanelSplit(KFold(2), groups="new_groups", n_group_folds=1),
            [1, 2] * 3,
            "n_group_folds=1 should be an int of at least 2",
        ),
    ],
)
def test_clear_errors(panel, groups, message):
    with pytest.raises(ValueError, match=message):
        [*panel.split(np.zeros(6), None, groups, times=np.arange(6))]


def test_rows_of_a_panel_need_times():
    with pytest.raises(ValueError, match="have no order in time"):
        [*PanelSplit(WalkForward(test_size=1)).split(np.zeros(6), None, [1, 2] * 3)]


def test_a_hold_out_that_is_drawn_divides_no_timestamp():
    day, shop = np.repeat(np.arange(20), 2), np.array(["a", "b"] * 20)
    for seed in range(5):
        splitter = PanelSplit(HoldOut(0.3, random_state=seed))
        [(train, test)] = splitter.split(np.zeros(40), groups=shop, times=day)
        assert not {*day[train]} & {*day[test]}
        assert (len(train), len(test)) == (28, 12)
