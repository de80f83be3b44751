"""Who runs which fold."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skhpo.nested._plan import plan


def rounds(waves):
    """Return how long the folds take, in units of one fold on one worker."""
    return sum(ceil(len(w.folds) / w.at_once) / (w.inner or 1) for w in waves)


@given(st.integers(1, 60), st.integers(1, 40), st.booleans(), st.booleans())
def test_every_fold_runs_once_and_no_worker_is_counted_twice(n_folds, n_workers, spreads, nests):
    waves = plan(range(n_folds), n_workers, spreads=spreads, nests=nests)
    assert [number for wave in waves for number in wave.folds] == list(range(n_folds))
    for wave in waves:
        assert 1 <= wave.at_once * (wave.inner or 1) <= n_workers
        assert wave.at_once <= len(wave.folds)
        assert nests or wave.at_once == 1 or wave.inner in (1, None)


@given(st.integers(1, 60), st.integers(1, 40))
def test_hardly_a_worker_is_idle(n_folds, n_workers):
    waves = plan(range(n_folds), n_workers, spreads=True, nests=True)
    assert rounds(waves) <= 1.34 * n_folds / n_workers + 1e-9


@pytest.mark.parametrize(("n_folds", "n_workers", "speed"), [(5, 2, 2), (5, 4, 4), (10, 4, 4)])
def test_folds_that_are_left_over_are_spread(n_folds, n_workers, speed):
    waves = plan(range(n_folds), n_workers, spreads=True, nests=True)
    assert n_folds / rounds(waves) == pytest.approx(speed)


def test_more_workers_than_folds():
    [wave] = plan(range(5), 16, spreads=True, nests=True)
    assert (wave.at_once, wave.inner) == (5, 3)
    [wave] = plan(range(5), 16, spreads=True, nests=False)
    assert (wave.at_once, wave.inner) == (1, 16)


def test_one_worker_or_nothing_to_spread_leaves_the_estimator_alone():
    assert plan(range(3), 1, spreads=True, nests=True)[0].inner is None
    assert plan(range(3), 2, spreads=False, nests=True)[0].inner is None
    assert plan([], 2, spreads=True, nests=True) == []
