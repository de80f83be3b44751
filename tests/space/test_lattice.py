"""Levels of parameters, the grid of them, and neighbours on it."""

import math
from itertools import islice

import numpy as np
import pytest
from scipy.stats import norm, poisson
from sklearn.model_selection import ParameterGrid

from skhpo.space import Choice, Integer, Real, Space, When
from skhpo.space.lattice import Lattice
from skhpo.space.memory import Memory
from skhpo.testing import SPACES

RANGES = Space({"C": Real(1e-2, 1e2, log=True), "a": Real(-1, 1), "n": Integer(1, 1000, log=True)})


def settings(space, n_levels):
    return [space.decode(x) for x in space.enumerate(n_levels)]


def test_levels_are_those_of_linspace_and_geomspace():
    found = settings(RANGES, 5)
    expected = ParameterGrid(
        {
            "C": np.geomspace(1e-2, 1e2, 5).tolist(),
            "a": np.linspace(-1, 1, 5).tolist(),
            "n": np.rint(np.geomspace(1, 1000, 5)).astype(int).tolist(),
        }
    )
    assert len(found) == RANGES.count(5) == 125
    for ours, theirs in zip(found, expected, strict=True):
        assert ours == pytest.approx(theirs)


@pytest.mark.parametrize("kind", sorted(SPACES))
@pytest.mark.parametrize("n_levels", [2, 5])
def test_a_grid_has_as_many_settings_as_it_says(kind, n_levels):
    space = SPACES[kind]()
    points = [x.copy() for x in space.enumerate(n_levels)]
    np.testing.assert_array_equal(space.snap(points), points)
    found = {tuple(sorted(p.items(), key=str)) for p in map(space.decode, points)}
    forbidden = n_levels if kind == "forbidden" else 0
    assert len(found) == len(points) == space.count(n_levels) - forbidden


def test_lists_and_short_ranges_keep_all_values():
    space = Space({"k": list("abcdef"), "o": [5, 1, 3, 2, 4, 0], "n": Integer(1, 3)})
    assert space.count(3) == space.count() == space.size == 6 * 6 * 3
    np.testing.assert_array_equal([*space.enumerate(3)], [*space.enumerate()])


def test_a_list_of_dicts_is_gone_through_dict_by_dict():
    space = Space([{"k": ["a"], "C": Real(0, 1)}, {"k": ["b"], "n": Integer(1, 100)}])
    found = settings(space, 3)
    assert [p["C"] for p in found[:3]] == [0.0, 0.5, 1.0]
    assert [p["n"] for p in found[3:]] == [1, 50, 100]
    assert space.count(3) == 6


def test_ends_without_a_bound_stand_at_quantiles():
    space = Space({"shift": norm(10, 2), "depth": poisson(30)})
    low, *_, high = settings(space, 3)
    assert low["shift"] == pytest.approx(norm(10, 2).ppf(0.05))
    assert high["shift"] == pytest.approx(norm(10, 2).ppf(0.95))
    assert (low["depth"], high["depth"]) == (poisson(30).ppf(0.05), poisson(30).ppf(0.95))


def test_a_huge_grid_is_not_written_out():
    space = Space({f"x{i}": Real(0, 1) for i in range(40)})
    assert space.count(10) == 10**40
    assert len([*islice(space.enumerate(10), 3)]) == 3
    assert math.isinf(space.count())


def test_neighbours_are_the_next_levels():
    lattice = Lattice(Space({"a": Real(0, 1), "i": Integer(1, 9), "k": ["x", "y", "z"]}))
    assert lattice.steps(0, 0.5, 0.125) == [0.375, 0.625]
    assert lattice.steps(0, 0.0, 0.25) == [0.25]
    assert lattice.steps(0, 0.3, 0.25) == [0.25, 0.5]
    i = lattice.space.columns[1]
    assert [i.value(u) for u in lattice.steps(1, i.unit(5), 1e-6)] == [4, 6]
    assert [i.value(u) for u in lattice.steps(1, i.unit(5), 1 / 3)] == [2, 8]
    assert [i.value(u) for u in lattice.steps(1, i.unit(9), 0.25)] == [7]
    k = lattice.space.columns[2]
    assert [k.value(u) for u in lattice.steps(2, k.unit("y"), 0.1)] == ["x", "z"]


def test_a_new_choice_brings_what_it_opens():
    poly = When("poly", degree=Integer(2, 5), coef=Real(0, 1))
    space = Space({"kernel": Choice("rbf", poly), "C": Real(0, 1)})
    lattice = Lattice(space)
    rbf = space.encode({"kernel": "rbf", "C": 0.3})
    known = space.encode({"kernel": "poly", "degree": 5, "coef": 0.25, "C": 0.9})
    j = [column.name for column in space.columns].index("kernel")
    [u] = lattice.steps(j, rbf[j], 0.5)
    memory = Memory(lattice)
    memory.learn(rbf, 1.0)
    fresh = space.decode(lattice.moved(rbf, j, u, memory.positions))
    assert fresh == {"kernel": "poly", "degree": 4, "coef": 0.5, "C": 0.3}
    memory.learn(known, 2.0)
    told = memory.positions
    assert space.decode(lattice.moved(rbf, j, u, told)) == {**fresh, "degree": 5, "coef": 0.25}
    back = lattice.moved(known, j, rbf[j], told)
    assert space.decode(back) == {"kernel": "rbf", "C": 0.9}


def test_rows_that_differ_in_nothing_active_are_one_point():
    space = Space({"kernel": Choice("rbf", When("poly", degree=Integer(2, 5)))})
    lattice = Lattice(space)
    levels = [lattice.levels(j, 2) for j in range(2)]
    table = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    found = [space.decode(x) for x in lattice.points(table, levels)]
    assert [p["kernel"] for p in found] == ["rbf", "poly", "poly"]


def test_levels_inside_are_the_middles_of_equal_parts():
    lattice = Lattice(Space({"a": Real(0, 1)}))
    assert lattice.levels(0, 2, inside=True).tolist() == [0.25, 0.75]
