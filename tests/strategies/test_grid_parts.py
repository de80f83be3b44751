"""Parts of a grid: a random one, and orthogonal arrays."""

from itertools import combinations

import numpy as np
import pytest

from skhpo import Integer, Observation, Real, Space
from skhpo.space.points import key
from skhpo.strategies import FractionalFactorial, Grid, RandomGrid

CUBE = Space({name: Real(0, 1) for name in "abcd"})
SMALL = Space({"a": Real(0, 1), "n": Integer(1, 100, log=True), "k": ["x", "y"]})


def points(strategy, n):
    return np.array([candidate.x for candidate in strategy.ask(n)])


def test_a_random_part_lies_in_the_grid_and_ends_with_it():
    whole = {key(x) for x in points(Grid(space=SMALL, n_levels=4), 100)}
    part = [key(x) for x in points(RandomGrid(space=SMALL, n_levels=4), 10)]
    assert {*part} < whole
    everything = RandomGrid(space=SMALL, n_levels=4)
    asked = [key(x) for _ in range(20) for x in points(everything, 3)]
    assert len(asked) == len(whole) == 32
    assert {*asked} == whole
    assert everything.ask() == []


def test_each_level_is_as_likely():
    space = Space({f"x{i}": Real(0, 1) for i in range(30)})  # 4 ** 30 settings
    values, counts = np.unique(
        points(RandomGrid(space=space, n_levels=4), 200), return_counts=True
    )
    np.testing.assert_allclose(values, np.linspace(0, 1, 4))
    assert counts.sum() == 200 * 30
    assert np.abs(counts / 1500 - 1).max() < 0.1


@pytest.mark.parametrize(("budget", "n_runs"), [(None, 9), (20, 9), (30, 27), (80, 27), (81, 81)])
def test_pairs_of_levels_are_met_equally_often(budget, n_runs):
    strategy = FractionalFactorial(space=CUBE, budget=budget)
    assert strategy.n_runs == n_runs
    X = points(strategy, n_runs)
    for i, j in combinations(range(4), 2):
        _, counts = np.unique(X[:, [i, j]], axis=0, return_counts=True)
        assert counts.tolist() == [n_runs // 9] * 9


def test_two_levels_are_a_regular_fraction():
    space = Space({f"x{i}": Real(0, 1) for i in range(7)})
    X = points(FractionalFactorial(space=space, n_levels=2, budget=16), 16)
    for columns in combinations(range(7), 3):  # resolution IV
        _, counts = np.unique(X[:, columns], axis=0, return_counts=True)
        assert counts.tolist() == [2] * 8


def test_a_budget_too_small_for_any_array_is_balanced():
    space = Space({f"x{i}": Real(0, 1) for i in range(30)})
    X = points(FractionalFactorial(space=space, budget=12), 12)
    for j in range(30):
        assert np.unique(X[:, j], return_counts=True)[1].tolist() == [4, 4, 4]


def test_it_goes_on_with_other_rows_of_the_same_grid():
    strategy = FractionalFactorial(space=CUBE)
    X = points(strategy, 81)
    assert len(np.unique(X, axis=0)) == len(X) > 27
    assert {*X.ravel()} == {0.0, 0.5, 1.0}


@pytest.mark.parametrize("group", [1, 4])
def test_what_is_asked_for_does_not_depend_on_the_grouping(group):
    strategy = FractionalFactorial(space=CUBE, seed=3, budget=30)
    X = np.concatenate([points(strategy, group) for _ in range(24 // group)])
    np.testing.assert_array_equal(
        X, points(FractionalFactorial(space=CUBE, seed=3, budget=30), 24)
    )


@pytest.mark.parametrize("strategy", [RandomGrid, FractionalFactorial, Grid])
def test_one_level_is_no_grid(strategy):
    with pytest.raises(ValueError, match="n_levels should be at least 2"):
        strategy(space=CUBE, n_levels=1)


@pytest.mark.parametrize("strategy", [RandomGrid, FractionalFactorial, Grid])
def test_a_space_without_parameters_has_one_setting(strategy):
    asked = strategy(space=Space({"k": ["a"]})).ask(3)
    assert [candidate.params for candidate in asked] == [{"k": "a"}]


def test_a_grid_of_levels_goes_on_after_a_replay():
    strategy = Grid(space=SMALL, n_levels=3)
    strange = SMALL.encode({"a": 0.123, "n": 7, "k": "x"})
    strategy.tell([Observation(strategy.replay(strange), 1.0)])
    assert len(strategy.ask(100)) == SMALL.count(3)
