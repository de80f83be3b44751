"""Every splitter keeps the contract."""

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
from skhpo.testing import SplitterContract


class TestWalkForward(SplitterContract):
    def make(self):
        return WalkForward(test_size=20, gap=3)


class TestSlidingWindow(SplitterContract):
    def make(self):
        return WalkForward(3, test_size=0.1, train_size=0.3, step=0.05, gap=0.01)


class TestWalkFromTheStart(SplitterContract):
    def make(self):
        return WalkForward(test_size=17, anchor="start", min_train_size=50)


class TestElapsedTime(SplitterContract):
    def make(self):
        return WalkForward(test_size="5D", train_size=pd.Timedelta(days=10), gap="36h")


class TestElapsedTimeFromTheStart(SplitterContract):
    def make(self):
        return WalkForward(test_size="5D", anchor="start", step="2D", gap="7h")


class TestCalendar(SplitterContract):
    looks_at_calendar = True

    def make(self):
        return WalkForward(test_size="W-MON", min_train_size="10D", gap=pd.DateOffset(days=1))


class TestPurgedKFold(SplitterContract):
    runs_forward = False
    tests_all = True

    def make(self):
        return PurgedKFold(7, horizon=3, embargo=0.01)


class TestPurgedByTime(SplitterContract):
    runs_forward = False
    tests_all = True

    def make(self):
        return PurgedKFold(4, horizon="1D", embargo=pd.DateOffset(days=2))


class TestCombinatorialPurged(SplitterContract):
    runs_forward = False

    def make(self):
        return CombinatorialPurged(5, 2, horizon=2, embargo="1D")


class TestBlockedKFold(SplitterContract):
    runs_forward = False
    tests_all = True

    def make(self):
        return BlockedKFold(7, gap="1D")


class TestSeasonalKFold(SplitterContract):
    runs_forward = False
    tests_all = True
    looks_at_calendar = True

    def make(self):
        return SeasonalKFold(by="week", horizon=2)


class TestSeason(SplitterContract):
    runs_forward = False
    tests_all = True
    looks_at_calendar = True

    def make(self):
        return SeasonalKFold(3, by="day_of_week")


class TestGroupWalkForward(SplitterContract):
    needs_groups = True

    def make(self):
        return GroupWalkForward(min_train_size=2, gap=1)


class TestRepeatedHoldOut(SplitterContract):
    def make(self):
        return RepeatedHoldOut(random_state=3, gap="12h")


class TestRepeatedHoldOutOfTime(SplitterContract):
    def make(self):
        return RepeatedHoldOut(5, test_size="3D", train_size="9D", random_state=0)


class TestHoldOut(SplitterContract):
    def make(self):
        return HoldOut("10D", shuffle=False)


class TestPanelOfKnownSeries(SplitterContract):
    needs_groups = is_panel = True

    def make(self):
        return PanelSplit(WalkForward(test_size="9D", gap="1D"))


class TestPanelOfNewSeries(SplitterContract):
    needs_groups = is_panel = True

    def make(self):
        return PanelSplit(WalkForward(2, test_size=10), groups="new_groups", n_group_folds=3)


class TestPurgedPanel(SplitterContract):
    needs_groups = is_panel = tests_all = True
    runs_forward = False

    def make(self):
        return PanelSplit(PurgedKFold(3, horizon="2D"))


def test_the_suite_finds_what_is_wrong():
    """A splitter that forgets to purge, and one that peeks, are refused."""

    class Peeking(WalkForward):
        def _folds(self, timeline, X, y, groups):
            for fold in super()._folds(timeline, X, y, groups):
                fold.train[-1] = True
                yield fold

    class Suite(SplitterContract):
        def make(self):
            return Peeking(test_size=20)

    for law in ("test_training_is_in_the_past", "test_parts_are_not_empty_and_do_not_meet"):
        with pytest.raises(AssertionError):
            getattr(Suite(), law)()
