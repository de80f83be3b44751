"""Orthogonal arrays: each combination of levels of any t columns stands in equally many rows."""

from itertools import combinations
from math import prod

import numpy as np
import pytest

from skhpo.designs.orthogonal import balanced, bose, bush, full_factorial, linear, mixed


def counts(table, columns, n_levels):
    """Return how many rows hold each combination of levels of some columns."""
    shape = [n_levels[j] for j in columns]
    codes = np.ravel_multi_index(table[:, columns].T, shape)
    return np.bincount(codes, minlength=prod(shape))


def has_strength(table, p, t):
    n, k = table.shape
    return all(
        (counts(table, list(columns), [p] * k) == n // p**t).all()
        for columns in combinations(range(k), t)
    )


@pytest.mark.parametrize(("p", "t"), [(2, 2), (2, 3), (3, 2), (3, 3), (5, 2), (5, 3), (7, 2)])
def test_bush_has_the_strength_it_says(p, t):
    table = bush(p, t)
    assert table.shape == (p**t, p + 1)
    assert has_strength(table, p, t)


@pytest.mark.parametrize(("p", "m"), [(2, 2), (2, 3), (2, 4), (3, 2), (3, 3), (5, 2)])
def test_bose_is_saturated_and_of_strength_two(p, m):
    table = bose(p, m)
    assert table.shape == (p**m, (p**m - 1) // (p - 1))
    assert has_strength(table, p, 2)
    # saturated: the mean and the main effects use up all rows
    assert table.shape[1] * (p - 1) + 1 == len(table)


@pytest.mark.parametrize(
    ("p", "m", "k", "t"), [(2, 4, 8, 3), (2, 4, 5, 4), (3, 3, 4, 3), (3, 4, 8, 3), (2, 8, 8, 8)]
)
def test_linear_arrays_are_as_strong_as_is_known(p, m, k, t):
    assert has_strength(linear(p, m, k), p, t)


def test_a_full_factorial_holds_everything_once():
    table = full_factorial([2, 3, 4])
    assert len(np.unique(table, axis=0)) == len(table) == 24


@pytest.mark.parametrize(
    ("n_levels", "n_runs"),
    [
        ([3] * 7, None),
        ([3] * 7, 100),
        ([2, 3, 3, 2, 3], None),
        ([2, 3, 3, 2, 3], 30),
        ([5, 2, 3, 4, 5, 5], 30),
        ([5, 2, 3, 4, 5, 5], 130),
        ([7, 4, 2], None),
        ([7, 4, 3, 2], 130),
    ],
)
def test_mixed_levels_are_orthogonal_in_proportion(n_levels, n_runs):
    """Each pair of levels stands in as many rows as the product of their shares says."""
    table = mixed(n_levels, n_runs)
    n = len(table)
    assert n_runs is None or 0 < n <= n_runs
    for i, j in combinations(range(len(n_levels)), 2):
        single = [counts(table, [c], n_levels) for c in (i, j)]
        pairs = counts(table, [i, j], n_levels).reshape(n_levels[i], n_levels[j])
        np.testing.assert_array_equal(pairs * n, np.outer(*single))
        assert all((c > 0).all() and c.max() <= 2 * c.min() for c in single)


def test_more_levels_than_the_rows_allow_take_turns():
    table = mixed([7, 3, 3], 20)
    assert len(table) == 9
    assert sorted(np.bincount(table[:, 0], minlength=7)) == [1, 1, 1, 1, 1, 2, 2]


def test_all_of_the_factorial_where_it_fits():
    assert len(np.unique(mixed([2, 3, 4], 24), axis=0)) == 24
    assert len(mixed([2, 2], None)) == 4


def test_nothing_where_no_array_is_so_small():
    assert mixed([2] * 20, 16).shape == (0, 20)


def test_random_levels_are_balanced():
    table = balanced([2, 3, 40], 10, np.random.default_rng(0))
    assert np.bincount(table[:, 0]).tolist() == [5, 5]
    assert sorted(np.bincount(table[:, 1])) == [3, 3, 4]
    assert len(np.unique(table[:, 2])) == 10


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: bush(4, 2), "p should be a prime number, got 4"),
        (lambda: bush(3, 5), "t should be from 1 to p . 1 = 4, got 5"),
        (lambda: bose(3, 1), "m should be at least 2, got 1"),
        (lambda: linear(2, 2, 4), "k should be at most 3"),
        (lambda: linear(2, 40, 4), "p..m should be at most"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
