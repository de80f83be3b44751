"""A centre and its neighbours."""

import numpy as np
import pytest

from skhpo.space import Choice, Integer, Real, Space, When
from skhpo.space.lattice import Lattice
from skhpo.space.memory import Memory
from skhpo.space.neighbourhood import Neighbourhood, lowest_between
from skhpo.space.points import key

PLANE = Lattice(Space({"a": Real(0, 1), "b": Real(0, 1)}))


def descend(lattice, loss, start, n=1000, **options):
    """Try neighbours until there is none; return the neighbourhood and how many were tried."""
    options = {"spacing": 0.25, "finest": 1 / 64, **options}
    here = Neighbourhood(lattice, start, loss(start), order=lattice.order, **options)
    seen = {key(start)}
    while len(seen) < n:
        x = here.propose(lambda x: key(x) not in seen, lattice.defaults)
        if x is None:
            break
        seen.add(key(x))
        assert here.learn(x, loss(x))
    return here, len(seen)


@pytest.mark.parametrize("optimum", [(0.3, 0.8), (0.0, 1.0), (0.51, 0.49)])
def test_it_ends_where_no_neighbour_is_better(optimum):
    here, _ = descend(PLANE, lambda x: float(np.sum((x - optimum) ** 2)), np.array([0.5, 0.5]))
    assert here.is_exhausted
    np.testing.assert_allclose(here.centre, optimum, atol=0.5 / 64 + 1e-9)


def test_levels_are_those_of_the_finest_grid():
    here, _ = descend(PLANE, lambda x: float(np.sum((x - 0.37) ** 2)), np.array([0.5, 0.5]))
    np.testing.assert_array_equal(here.centre * 64, np.rint(here.centre * 64))


def test_a_parabola_is_left_for_its_lowest_point_at_once():
    """One sweep and the jump: within a quarter of the spacing after a few candidates."""
    optimum = np.array([0.4, 0.6])
    here, _ = descend(PLANE, lambda x: float(np.sum((x - optimum) ** 2)), np.array([0.5, 0.5]), 7)
    assert np.abs(here.centre - optimum).max() < 0.25 / 4


def test_categories_and_what_they_open_are_searched():
    tree = When("tree", depth=Integer(1, 20))
    lattice = Lattice(Space({"model": Choice("dummy", tree), "a": Real(0, 1)}))

    def loss(x):
        p = lattice.space.decode(x)
        return (abs(p["depth"] - 7) / 20 if p["model"] == "tree" else 1.0) + abs(p["a"] - 0.25)

    here, _ = descend(lattice, loss, lattice.space.default())
    assert lattice.space.decode(here.centre) == {"model": "tree", "depth": 7, "a": 0.25}


def test_late_news_of_a_long_step_is_followed():
    """All neighbours are under way before the first is told, and the spacing has been halved."""
    here = Neighbourhood(PLANE, np.array([0.5, 0.5]), 1.0, 0.25, 1 / 64, [0, 1])
    seen = {key(here.centre)}
    asked = []
    for _ in range(8):
        asked.append(here.propose(lambda x: key(x) not in seen, PLANE.defaults))
        seen.add(key(asked[-1]))
    assert here.spacing < 0.25
    assert here.learn(asked[0], 0.5)
    np.testing.assert_array_equal(here.centre, asked[0])
    assert here.spacing == 0.25


def test_foreign_points_are_not_learned_from():
    here = Neighbourhood(PLANE, np.array([0.5, 0.5]), 1.0, 0.25, 1 / 64, [0, 1])
    assert not here.learn(np.array([0.1, 0.1]), 0.0)
    np.testing.assert_array_equal(here.centre, [0.5, 0.5])


def test_failures_are_not_moved_to():
    here, _ = descend(
        PLANE, lambda x: np.inf if x[0] > 0.5 else float(-x.sum()), np.array([0.25, 0.25])
    )
    np.testing.assert_array_equal(here.centre, [0.5, 1.0])


def test_the_lowest_point_of_a_parabola_is_found_exactly():
    profile = {u: (u - 0.4) ** 2 for u in (0.1, 0.5, 0.7)}
    assert lowest_between(profile, 0.5) == pytest.approx(0.4)
    assert lowest_between({0.5: 1.0, 0.7: 2.0}, 0.5) == 0.5  # nothing is known below
    assert lowest_between({0.0: 0.0, 0.5: 1.0, 1.0: 0.0}, 0.5) == 0.5  # a hill


def test_memory_prefers_other_alternatives_where_parameters_depend_on_them():
    lattice = Lattice(Space({"k": Choice("x", When("y", r=Real(0, 1))), "a": Real(0, 1)}))
    memory = Memory(lattice)
    encode = lattice.space.encode
    best, next_best = encode({"k": "x", "a": 0.1}), encode({"k": "x", "a": 0.2})
    other = encode({"k": "y", "r": 0.9, "a": 0.3})
    for x, loss in ((best, 1.0), (next_best, 2.0), (other, 3.0)):
        memory.learn(x, loss)
    taken = [memory.take([])[1], memory.take([best])[1], memory.take([best])[1]]
    for x, expected in zip(taken, (best, other, next_best), strict=True):
        np.testing.assert_array_equal(x, expected)
    assert memory.take([]) is None
    assert lattice.space.decode(memory.positions) == {"k": "x", "a": 0.1}
    assert memory.positions[[c.name for c in lattice.space.columns].index("r")] == 0.9
