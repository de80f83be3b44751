"""Months have 28 to 31 days, days 23 to 25 hours, and windows know it."""

import numpy as np
import pandas as pd
import pytest

from skhpo import HoldOut, PurgedKFold, RepeatedHoldOut, SeasonalKFold, WalkForward


def table(splitter, times):
    return splitter.describe(None, times=times)


BERLIN = "Europe/Berlin"
SPRING = pd.date_range("2024-03-28", "2024-04-03 23:00", freq="h", tz=BERLIN)
AUTUMN = pd.date_range("2024-10-24", "2024-10-30 23:00", freq="h", tz=BERLIN)
DAY = pd.DateOffset(days=1)


@pytest.mark.parametrize(
    ("times", "rows"), [(SPRING, [24, 24, 23, 24, 24, 24]), (AUTUMN, [24, 24, 25, 24, 24, 24])]
)
@pytest.mark.parametrize(
    "how",
    [
        {"test_size": DAY},
        {"test_size": pd.offsets.Day(1)},
        {"test_size": DAY, "align": "D"},
        {"test_size": DAY, "anchor": "start"},
        {"test_size": DAY, "anchor": "start", "align": "D"},
    ],
    ids=str,
)
def test_days_have_23_to_25_hours(times, rows, how):
    found = table(WalkForward(**how), times)
    assert found["n_test"].tolist() == rows
    assert {start.hour for start in found["test_start"]} == {0}


def test_elapsed_days_have_24_hours():
    found = table(WalkForward(test_size="1D"), SPRING)
    assert set(found["n_test"]) == {24}
    assert found["test_start"].iloc[-1] == pd.Timestamp("2024-04-03 00:00", tz=BERLIN)
    before = found["test_start"][found["test_start"] < pd.Timestamp("2024-03-31", tz=BERLIN)]
    assert len(before) == 2
    assert set(before.dt.hour) == {23}


def test_a_gap_on_the_calendar_is_not_48_hours():
    """Two days after 30 March, 0:00, it is 1 April, 0:00; 48 hours after it, 1:00."""
    [split] = table(
        WalkForward(1, test_size="1D", gap=2 * DAY, align="D"), SPRING[:97]
    ).itertuples()
    assert split.test_start == pd.Timestamp("2024-04-01", tz=BERLIN)
    assert split.train_end == pd.Timestamp("2024-03-29 23:00", tz=BERLIN)
    [split] = table(WalkForward(1, test_size="1D", gap="48h", align="D"), SPRING[:97]).itertuples()
    assert split.train_end == pd.Timestamp("2024-03-29 22:00", tz=BERLIN)


def test_midnight_that_the_clock_leaves_out():
    """In São Paulo the clocks went from 23:59:59 to 1:00 on 4 November 2018."""
    times = pd.date_range("2018-11-01", "2018-11-06 23:00", freq="h", tz="America/Sao_Paulo")
    found = table(WalkForward(test_size=DAY, align="D"), times)
    assert found["n_test"].tolist() == [24, 24, 23, 24, 24]
    assert [start.hour for start in found["test_start"]] == [0, 0, 1, 0, 0]


@pytest.mark.parametrize("anchor", ["end", "start"])
@pytest.mark.parametrize("how", [{"test_size": "1MS"}, {"test_size": DAY * 9, "align": "MS"}])
def test_windows_start_on_the_first_of_the_month(anchor, how):
    days = pd.date_range("2022-11-17", "2024-06-30", freq="D")
    found = table(WalkForward(anchor=anchor, min_train_size="30D", **how), days)
    starts = found["test_start"]
    assert len(found) >= 17
    assert (starts.dt.day == 1).all()
    if "align" not in how:
        assert found["n_test"].tolist() == starts.dt.days_in_month.tolist()
        assert starts.iloc[-1] == pd.Timestamp("2024-06-01")


def test_a_window_under_way_is_the_last():
    days = pd.date_range("2023-01-01", "2024-05-10", freq="D")
    found = table(WalkForward(test_size="2MS"), days)
    assert found["test_start"].iloc[-1] == pd.Timestamp("2024-04-01")
    assert found["test_end"].iloc[-1] == days[-1]
    assert (
        table(WalkForward(test_size="2MS", anchor="start"), days)["test_end"].iloc[-1] < days[-1]
    )


def test_month_ends_are_reckoned_from_the_anchor():
    """31 January and one, two, three months is 29 February, 31 March, 30 April; step by step it
    would be the 29th for ever after.
    """
    days = pd.date_range("2023-12-31", "2024-08-31", freq="D")
    month = pd.DateOffset(months=1)
    found = table(WalkForward(test_size=month, anchor="start", min_train_size="31D"), days)
    starts = [f"{start:%m-%d}" for start in found["test_start"]]
    assert starts == ["01-31", "02-29", "03-31", "04-30", "05-31", "06-30", "07-31"]
    ends = [f"{end:%m-%d}" for end in table(WalkForward(test_size=month), days)["test_end"]]
    assert ends == ["02-29", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31"]


def test_business_days_and_weeks():
    days = pd.bdate_range("2024-01-01", "2024-03-29")
    weeks = table(WalkForward(test_size="W-MON"), days)
    assert set(weeks["n_test"]) == {5}
    assert (weeks["test_start"].dt.day_name() == "Monday").all()
    fives = table(WalkForward(test_size="5B"), days)
    assert set(fives["n_test"]) == {5}


def test_weekends_do_not_make_a_month_incomplete():
    days = pd.bdate_range("2024-01-01", "2024-03-29")  # a Friday; Saturday to Sunday are missing
    found = table(WalkForward(test_size="1MS", anchor="start"), days)
    assert [f"{start:%m-%d}" for start in found["test_start"]] == ["02-01", "03-01"]


def test_empty_windows_are_passed_over():
    days = pd.date_range("2024-01-01", "2024-12-31", freq="D")
    found = table(WalkForward(4, test_size="1MS"), days[(days.month < 5) | (days.month > 10)])
    assert found["test_start"].dt.month.tolist() == [3, 4, 11, 12]


@pytest.mark.parametrize(
    "splitter",
    [
        WalkForward(test_size="2MS", gap="1MS"),
        PurgedKFold(3, horizon=pd.DateOffset(months=2), embargo="31D"),
        SeasonalKFold(by="quarter_of_year"),
        RepeatedHoldOut(3, test_size=pd.DateOffset(months=3), train_size="400D", random_state=0),
        HoldOut("90D", shuffle=False),
    ],
    ids=repr,
)
def test_periods_are_their_beginnings(splitter):
    months = pd.period_range("2020-01", periods=48, freq="M")
    pd.testing.assert_frame_equal(table(splitter, months), table(splitter, months.to_timestamp()))


# -- seasons -------------------------------------------------------------------------------------

DAYS = pd.date_range("2021-03-05", "2024-02-10", freq="D")


@pytest.mark.parametrize(
    ("by", "key"),
    [
        ("year", DAYS.year),
        ("quarter", DAYS.year * 4 + DAYS.quarter),
        ("month", DAYS.year * 12 + DAYS.month),
        ("quarter_of_year", DAYS.quarter),
        ("month_of_year", DAYS.month),
        ("day_of_week", DAYS.day_of_week),
    ],
)
def test_folds_are_whole_periods_and_seasons(by, key):
    splits = [*SeasonalKFold(by=by).split(DAYS, times=DAYS)]
    assert len(splits) == len(set(key))
    for value, (train, test) in zip(sorted(set(key)), splits, strict=True):
        assert test.tolist() == np.flatnonzero(key == value).tolist()
        assert len(train) + len(test) == len(DAYS)


def test_several_periods_a_fold_follow_each_other():
    found = table(SeasonalKFold(2), DAYS)
    assert found["test_start"].dt.year.tolist() == [2021, 2023]
    assert found["test_end"].dt.year.tolist() == [2022, 2024]


def test_every_edge_of_a_season_is_purged():
    [january, *_] = SeasonalKFold(by="month_of_year", horizon=2, embargo="1D").split(
        DAYS, times=DAYS
    )
    left_out = DAYS[np.setdiff1d(np.arange(len(DAYS)), np.concatenate(january))]
    expected = [(12, 30), (12, 31), (2, 1), (2, 2), (2, 3)] * 3
    assert sorted((d.month, d.day) for d in left_out) == sorted(expected)


def test_hours_are_those_of_the_local_clock():
    splits = [*SeasonalKFold(by="hour_of_day").split(SPRING, times=SPRING)]
    assert [len(test) for _, test in splits] == [7, 7, 6] + [7] * 21
