"""A coarse table of levels follows the number of runs."""

import numpy as np
import pytest

from skhpo.designs.coarse import coarse_table, counts_of

RNG = np.random.default_rng


@pytest.mark.parametrize("n_runs", [1, 5, 9, 30, 50, 200])
@pytest.mark.parametrize(
    "n_values", [[None] * 2, [None, 2, -4, 50], [None] * 8, [None] * 25, [-7]]
)
def test_it_stays_within_the_runs_and_the_levels(n_values, n_runs):
    table, n_levels = coarse_table(n_values, n_runs, RNG(0))
    assert 0 < len(table) <= n_runs
    assert table.shape[1] == len(n_values)
    assert (table >= 0).all()
    assert (table < counts_of(n_values, n_levels)).all()


def test_more_runs_more_levels():
    levels = [coarse_table([None] * 3, n_runs, RNG(0))[1] for n_runs in (27, 64, 125, 10**6)]
    assert levels == [3, 4, 5, 33]


def test_all_combinations_once_where_they_fit():
    table, n_levels = coarse_table([None, 3, -2], 40, RNG(0))
    assert n_levels == 6
    assert len(np.unique(table, axis=0)) == len(table) == 6 * 3 * 2


def test_a_fraction_is_of_strength_two():
    table, _ = coarse_table([None] * 8, 50, RNG(0))
    for i in range(8):
        for j in range(i):
            _, counts = np.unique(table[:, [i, j]], axis=0, return_counts=True)
            assert counts.tolist() == [3] * 9


def test_levels_may_be_given():
    table, n_levels = coarse_table([None] * 3, 50, RNG(0), n_levels=5)
    assert n_levels == 5
    assert np.unique(table).tolist() == [0, 1, 2, 3, 4]
