"""What holds for splits of any data: drawn by hypothesis, checked by brute force."""

from itertools import pairwise
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import (
    KFold,
    ShuffleSplit,
    StratifiedShuffleSplit,
    TimeSeriesSplit,
    train_test_split,
)

from skhpo import (
    BlockedKFold,
    CombinatorialPurged,
    GroupWalkForward,
    HoldOut,
    PurgedKFold,
    RepeatedHoldOut,
    SeasonalKFold,
    WalkForward,
)

quick = settings(max_examples=60, deadline=None)
START = pd.Timestamp("2024-01-01")


@st.composite
def data(draw, least=12, most=60):
    """Times in hours, irregular, in any order and shared by rows, and ends of labels."""
    hours = draw(st.lists(st.integers(0, 400), min_size=least, max_size=most))
    lengths = draw(st.lists(st.integers(0, 30), min_size=len(hours), max_size=len(hours)))
    times = START + pd.to_timedelta(hours, unit="h")
    return times, times + pd.to_timedelta(lengths, unit="h")


def splits_or_none(splitter, n, **how):
    """Return the splits, None where the splitter says clearly that there is too little."""
    try:
        return [*splitter.split(np.zeros(n), **how)]
    except ValueError as error:
        text = str(error)
        assert any(word in text for word in ("need", "too little", "has no", "less than one"))
        return None


def same(one, other):
    assert [[p.tolist() for p in s] for s in one] == [[p.tolist() for p in s] for s in other]


SIZES = st.one_of(
    st.integers(1, 12),
    st.floats(0.05, 0.5),
    st.integers(1, 100).map(lambda hours: pd.Timedelta(hours=hours)),
)
SPANS = st.one_of(
    st.integers(0, 5), st.integers(0, 40).map(lambda hours: pd.Timedelta(hours=hours))
)
N_FOLDS = st.integers(2, 7)


# -- beside scikit-learn -------------------------------------------------------------------------


@quick
@given(st.integers(6, 60), N_FOLDS, st.integers(0, 4), st.none() | st.integers(1, 20))
def test_walk_forward_is_time_series_split(n, k, gap, longest):
    reference = TimeSeriesSplit(k, gap=gap, max_train_size=longest)
    walk = WalkForward(k, test_size=max(1, n // (k + 1)), train_size=longest, min_train_size=1)
    walk.gap = gap
    try:
        expected = [*reference.split(np.zeros(n))]
    except ValueError:
        with pytest.raises(ValueError, match=r"finds \d of|less than"):
            [*walk.split(np.zeros(n))]
    else:
        same(walk.split(np.zeros(n)), expected)


@pytest.mark.parametrize("make", [PurgedKFold, BlockedKFold, lambda k: CombinatorialPurged(k, 1)])
@given(st.integers(2, 40), N_FOLDS)
@quick
def test_nothing_purged_is_k_fold(make, n, k):
    if n < k:
        with pytest.raises(ValueError, match=f"needs at least {k} distinct timestamps, {k - n} "):
            [*make(k).split(np.zeros(n))]
    else:
        same(make(k).split(np.zeros(n)), KFold(k).split(np.zeros(n)))


@given(st.integers(4, 40), st.integers(0, 9))
@quick
def test_hold_out_is_a_shuffle_split(n, seed):
    y = np.arange(n) % 2
    for cls, stratify in ((ShuffleSplit, False), (StratifiedShuffleSplit, True)):
        [(train, test)] = cls(1, test_size=0.5, random_state=seed).split(y, y)
        [mine] = HoldOut(0.5, stratify=stratify, random_state=seed).split(y, y)
        assert [p.tolist() for p in mine] == [sorted(train), sorted(test)]
    _, tested = train_test_split(np.arange(n), test_size=0.5, random_state=seed)
    assert sorted(tested) == next(HoldOut(0.5, random_state=seed).split(y))[1].tolist()
    [(_, latest)] = HoldOut(0.5, shuffle=False).split(y)
    assert latest.tolist() == [*range(n - n // 2, n)]


# -- no leakage ----------------------------------------------------------------------------------


def overlap(times, ends, train, test):
    """Return, for each training row, whether its label lives with a label of the test part."""
    t, e = times.values, ends.values
    return ((t[train] <= e[test][:, None]) & (e[train] >= t[test][:, None])).any(axis=0)


@quick
@given(data(), SIZES, SPANS, st.none() | SIZES, st.sampled_from(["end", "start"]))
def test_walking_forward_never_sees_a_label_of_the_test_part(rows, size, gap, train, anchor):
    times, ends = rows
    walk = WalkForward(test_size=size, train_size=train, min_train_size=1, gap=gap, anchor=anchor)
    how = {"times": times, "label_end": ends}
    for train_rows, test in splits_or_none(walk, len(times), **how) or []:
        assert ends[train_rows].max() < times[test].min()
        distance = times[test].min() - times[train_rows].max()
        stamps = times.unique().sort_values()
        if isinstance(gap, pd.Timedelta):
            assert distance > gap
        else:
            first, last = stamps.get_indexer([times[test].min(), times[train_rows].max()])
            assert first - last > gap


@quick
@given(data(), N_FOLDS, st.integers(0, 40), st.integers(0, 40), st.booleans())
def test_what_is_purged_is_what_overlaps(rows, k, horizon, embargo, with_ends):
    times, ends = rows
    wait = pd.Timedelta(hours=embargo)
    splitter = PurgedKFold(k, horizon=pd.Timedelta(hours=horizon), embargo=wait)
    how = {"times": times, **({"label_end": ends} if with_ends else {})}
    reach = times + pd.Timedelta(hours=horizon)
    reach = reach.where(reach >= ends, ends) if with_ends else reach
    everyone = np.arange(len(times))
    for train, test in splits_or_none(splitter, len(times), **how) or []:
        rest = np.setdiff1d(everyone, test)
        late = times.values[rest] > reach.values[test][:, None]
        late &= times.values[rest] <= reach.values[test][:, None] + wait.to_timedelta64()
        out = overlap(times, reach, rest, test) | late.any(axis=0)
        assert sorted(train) == sorted(rest[~out])


@quick
@given(st.integers(12, 60), N_FOLDS, st.integers(0, 6), st.integers(0, 6))
def test_purging_in_rows_by_brute_force(n, k, horizon, embargo):
    for train, test in splits_or_none(PurgedKFold(k, horizon=horizon, embargo=embargo), n) or []:
        first, last = test.min(), test.max()
        kept = [
            i for i in range(n) if i + horizon < first or i > min(last + horizon, n - 1) + embargo
        ]
        assert train.tolist() == kept


@quick
@given(st.integers(12, 60), N_FOLDS, st.integers(0, 9))
def test_a_gap_is_a_horizon(n, k, gap):
    """The h of hv-block keeps away as labels that look h ahead do, and is symmetric."""
    blocked = splits_or_none(BlockedKFold(k, gap=gap), n)
    purged = splits_or_none(PurgedKFold(k, horizon=gap), n)
    assert (blocked is None) == (purged is None)
    same(blocked or [], purged or [])
    mirrored = [(n - 1 - a[::-1], n - 1 - b[::-1]) for a, b in (blocked or [])[::-1]]
    if n % k == 0:
        same(blocked or [], mirrored)


@quick
@given(data(), SIZES, SIZES, SPANS, st.integers(0, 5))
def test_repeated_hold_out_is_in_time(rows, test_size, train_size, gap, seed):
    times, ends = rows
    splitter = RepeatedHoldOut(
        2, test_size=test_size, train_size=train_size, gap=gap, random_state=seed
    )
    how = {"times": times, "label_end": ends}
    found = splits_or_none(splitter, len(times), **how) or []
    for train, test in found:
        assert ends[train].max() < times[test].min()
    starts = [times[test].min() for _, test in found]
    assert all(a < b for a, b in pairwise(starts))


# -- removing is monotone ------------------------------------------------------------------------


def subsets(larger, smaller):
    for (train, test), (fewer, same_test) in zip(larger, smaller, strict=True):
        assert set(fewer) <= set(train)
        assert test.tolist() == same_test.tolist()


@quick
@given(data(), N_FOLDS, SPANS, st.integers(0, 5), st.sampled_from(["horizon", "embargo", "gap"]))
def test_more_of_it_leaves_less_to_train_on(rows, k, span, more, name):
    times, _ = rows
    unit = pd.Timedelta(hours=1) if isinstance(span, pd.Timedelta) else 1
    make = BlockedKFold if name == "gap" else PurgedKFold
    one, other = (make(k, **{name: size}) for size in (span, span + more * unit))
    smaller = splits_or_none(other, len(times), times=times)
    if smaller is not None:
        subsets(one.split(times, times=times), smaller)


@quick
@given(data(), SIZES, st.integers(0, 5), st.integers(0, 5))
def test_a_larger_gap_leaves_less_of_the_past(rows, size, gap, more):
    times, _ = rows
    smaller = splits_or_none(
        WalkForward(2, test_size=size, min_train_size=1, gap=gap + more), len(times), times=times
    )
    if smaller is not None:
        larger = WalkForward(2, test_size=size, min_train_size=1, gap=gap)
        subsets(larger.split(times, times=times), smaller)


# -- coverage ------------------------------------------------------------------------------------


@quick
@given(data(), st.integers(3, 7), st.integers(1, 6))
def test_every_row_is_tested_equally_often(rows, n, k):
    times, _ = rows
    if len(times.unique()) < n:
        return
    for splitter, often in [
        (PurgedKFold(n), 1),
        (BlockedKFold(n), 1),
        *([(CombinatorialPurged(n, k), comb(n - 1, k - 1))] if k < n else []),
    ]:
        tested = np.concatenate([test for _, test in splitter.split(times, times=times)])
        assert (np.bincount(tested, minlength=len(times)) == often).all()


def test_nineteen_rows_in_five_folds():
    """Here a division of n by n // k would leave the last row in no fold at all."""
    for splitter in (PurgedKFold(5), BlockedKFold(5), CombinatorialPurged(5, 1)):
        tests = [test for _, test in splitter.split(np.zeros(19))]
        assert [len(test) for test in tests] == [4, 4, 4, 4, 3]
        assert np.concatenate(tests).tolist() == [*range(19)]


@quick
@given(data(), SIZES, st.sampled_from(["end", "start"]))
def test_windows_go_on_and_do_not_overlap(rows, size, anchor):
    times, _ = rows
    walk = WalkForward(test_size=size, min_train_size=1, anchor=anchor)
    found = splits_or_none(walk, len(times), times=times) or []
    for (_, one), (_, other) in pairwise(found):
        assert times[one].max() < times[other].min()
    if found and anchor == "end":
        assert times[found[-1][1]].max() == times.max()
    for train, test in found:  # a timestamp is never divided
        for part in (train, test):
            assert sorted(part) == np.flatnonzero(times.isin(times[part])).tolist()


@quick
@given(data(), SIZES, SIZES, SIZES)
def test_windows_are_as_large_as_they_should_be(rows, size, train_size, least):
    times, _ = rows
    stamps = times.unique()
    walk = WalkForward(test_size=size, train_size=train_size, min_train_size=least)
    try:
        found = [*walk.split(times, times=times)]
    except ValueError:
        return
    for train, test in found:
        for part, most in ((train, train_size), (test, size)):
            if isinstance(most, pd.Timedelta):
                assert times[part].max() - times[part].min() <= most
            else:
                count = most if isinstance(most, int) else most * len(stamps) + 1e-9
                assert len(times[part].unique()) <= count
        if isinstance(least, int):
            assert len(stamps[stamps <= times[train].max()]) >= least


# -- invariance ----------------------------------------------------------------------------------

FREE = [
    WalkForward(test_size="30h", min_train_size=3, gap="5h"),
    WalkForward(test_size=4, train_size="40h", min_train_size=1),
    PurgedKFold(3, horizon="9h", embargo="7h"),
    CombinatorialPurged(4, 2, horizon=1, embargo="3h"),
    RepeatedHoldOut(2, test_size="20h", train_size="40h", random_state=0),
]


@pytest.mark.parametrize("splitter", FREE, ids=repr)
@given(data(least=25), st.integers(-(10**4), 10**4), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_splits_do_not_depend_on_rows_dates_or_zones(splitter, rows, hours, random):
    times, ends = rows
    n = len(times)
    found = splits_or_none(splitter, n, times=times, label_end=ends)
    if found is None:
        return
    later = pd.Timedelta(hours=hours)
    same(found, splitter.split(times, times=times + later, label_end=ends + later))
    for zone in ("Europe/Berlin", "America/New_York"):
        local = [moments.tz_localize("UTC").tz_convert(zone) for moments in rows]
        same(found, splitter.split(times, times=local[0], label_end=local[1]))
    order = np.array(random.sample(range(n), n))
    mixed = splitter.split(times, times=times[order], label_end=ends[order])
    for mine, theirs in zip(found, mixed, strict=True):
        assert [sorted(p) for p in mine] == [sorted(order[p]) for p in theirs]


@quick
@given(data(), SIZES)
def test_series_lists_and_arrays_of_times_are_alike(rows, size):
    times, _ = rows
    walk = WalkForward(test_size=size, min_train_size=1)
    found = splits_or_none(walk, len(times), times=times)
    if found is None:
        return
    for how in (pd.Series(times), [*times], times.values, times.to_pydatetime()):
        same(found, walk.split(times, times=how))


# -- groups --------------------------------------------------------------------------------------


@quick
@given(data(), st.data())
def test_groups_stay_whole_and_in_the_past(rows, draw):
    times, ends = rows
    groups = np.array(
        draw.draw(st.lists(st.integers(0, 6), min_size=len(times), max_size=len(times)))
    )
    walk = GroupWalkForward(min_train_size=1)
    how = {"groups": groups, "times": times, "label_end": ends}
    for train, test in splits_or_none(walk, len(times), **how) or []:
        assert not set(groups[train]) & set(groups[test])
        assert sorted(test) == np.flatnonzero(np.isin(groups, groups[test])).tolist()
        assert ends[train].max() < times[test].min()
    for train, test in splits_or_none(walk, len(times), groups=groups, times=times) or []:
        assert times[train].max() < times[test].min()


@quick
@given(st.integers(1, 60), st.integers(1, 12))
def test_periods_of_so_many_rows_stay_whole(n, period):
    found = splits_or_none(SeasonalKFold(by=period), n) or []
    assert len(found) == (0 if n <= period else -(-n // period))
    for _, test in found:
        assert len(set(test // period)) == 1
        assert len(test) == min(period, n - test[0])
