"""Differential evolution."""

import numpy as np
import pytest

from skhpo import Observation, Real, Space
from skhpo.strategies import DifferentialEvolution, RandomSampling
from skhpo.strategies.differential_evolution import _Holder
from skhpo.surrogates.shade import SuccessHistory

SPACE = Space({name: Real(0, 1) for name in "abcd"})


def sphere(strategy, n):
    for _ in range(n):
        [candidate] = strategy.ask()
        strategy.tell([Observation(candidate, float(((candidate.x - 0.3) ** 2).sum()))])
    return strategy.y.min()


def test_it_beats_random_search():
    ours = [sphere(DifferentialEvolution(space=SPACE, seed=s), 150) for s in range(5)]
    theirs = [sphere(RandomSampling(space=SPACE, seed=s), 150) for s in range(5)]
    assert np.median(ours) < 0.2 * np.median(theirs)


class Fixed:
    """Settings that do not adapt."""

    def __init__(self, scale, crossover):
        self.settings = scale, crossover

    def draw(self, rng):
        return self.settings


def child(strategy, scale, crossover, points, seed=0):
    """Return a child of the first of the points, with all of them in the population."""
    holders = [_Holder(place, x, float(place)) for place, x in enumerate(points)]
    strategy._learned = Fixed(scale, crossover)
    return strategy._child(holders[-1], holders, [], np.random.default_rng(seed))


POINTS = np.random.default_rng(1).uniform(0.4, 0.6, (5, 4))


def test_a_child_is_made_of_differences():
    """x + F (pbest - x) + F (b - c), with every coordinate taken, pbest one of the best two."""
    x = POINTS[-1]
    expected = [
        x + 0.5 * (best - x) + 0.5 * (b - c)
        for best in POINTS[:2]
        for b in POINTS[:-1]
        for c in POINTS[:-1]
        if b is not c
    ]
    for seed in range(20):
        made = child(DifferentialEvolution(space=SPACE), 0.5, 1.0, POINTS, seed)
        assert any(np.allclose(made, point) for point in expected)


def test_without_crossover_one_coordinate_is_taken():
    made = child(DifferentialEvolution(space=SPACE), 0.5, 0.0, POINTS)
    assert (made != POINTS[-1]).sum() == 1


def test_categories_come_from_the_parents_or_are_drawn():
    space = Space({name: list("abcdefghij") for name in "uvw"})
    points = space.snap(np.random.default_rng(0).random((5, 3)))
    made = [child(DifferentialEvolution(space=space), 0.5, 1.0, points, s) for s in range(300)]
    inherited = [[made[s][j] in points[:, j] for j in range(3)] for s in range(300)]
    assert 0.85 < np.mean(inherited) < 1.0


def test_each_place_is_held_by_its_best():
    strategy = DifferentialEvolution(space=SPACE, seed=0, population_size=6)
    sphere(strategy, 60)
    holders, former = strategy._population()
    assert len(holders) == 6
    assert len(former) == 6
    losses = [holder.loss for holder in holders]
    assert losses == sorted(losses)
    for observation in strategy.history:
        number = observation.candidate.number
        birth = strategy._birth_of.get(number)
        place = number if birth is None else birth.place
        assert next(h for h in holders if h.place == place).loss <= observation.loss


def test_the_population_shrinks_with_the_budget():
    strategy = DifferentialEvolution(space=SPACE, seed=0, budget=100, population_size=12)
    sizes = []
    for _ in range(10):
        sphere(strategy, 10)
        sizes.append(len(strategy._population()[0]))
    assert sizes[0] > sizes[4] > sizes[-1] == 4


def test_settings_follow_what_succeeded():
    strategy = DifferentialEvolution(space=SPACE, seed=0)
    sphere(strategy, 150)
    assert not np.allclose(strategy._learned.means, SuccessHistory().means)


def test_settings_stay_where_losses_of_several_amounts_come():
    strategy = DifferentialEvolution(space=SPACE, seed=0)
    for _ in range(60):
        [candidate] = strategy.ask()
        strategy.tell([Observation(candidate, float(candidate.x.sum()), resource=3)])
    np.testing.assert_array_equal(strategy._learned.means, SuccessHistory().means)


def test_a_population_needs_four():
    with pytest.raises(ValueError, match="population_size should be at least 4 or None, got 3"):
        DifferentialEvolution(space=SPACE, population_size=3)


def test_children_stay_in_the_cube():
    points = np.array([np.ones(4), np.zeros(4), np.ones(4), np.zeros(4), np.full(4, 0.2)])
    for seed in range(50):
        made = child(DifferentialEvolution(space=SPACE), 1.0, 1.0, points, seed)
        assert ((made >= 0) & (made <= 1)).all()


def test_a_coordinate_that_would_leave_the_cube_goes_half_the_way_to_the_bound():
    points = np.array([np.ones(4), np.zeros(4), np.ones(4), np.zeros(4), np.full(4, 0.2)])
    made = [child(DifferentialEvolution(space=SPACE), 1.0, 1.0, points, s) for s in range(50)]
    assert {*np.round(np.ravel(made), 12)} == {0.0, 0.1, 0.6, 1.0}
