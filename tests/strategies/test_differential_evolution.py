"""Differential evolution."""

import numpy as np
import pytest

from skhpo import Observation, Real, Space
from skhpo.strategies import DifferentialEvolution, RandomSampling

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


def test_a_child_is_made_of_differences():
    """x + F (best - x) + F (b - c), with every coordinate taken."""
    strategy = DifferentialEvolution(space=SPACE, seed=0, scale=(0.5, 0.5), crossover=1.0)
    x, best, b, c = np.random.default_rng(1).uniform(0.4, 0.6, (4, 4))
    child = strategy._child(x, best, [b, c], np.random.default_rng(0))
    forth, back = (x + 0.5 * (best - x) + s * 0.5 * (b - c) for s in (1, -1))
    assert np.allclose(child, forth) or np.allclose(child, back)


def test_without_crossover_one_coordinate_is_taken():
    strategy = DifferentialEvolution(space=SPACE, seed=0, crossover=0.0)
    x, best, b, c = np.random.default_rng(1).uniform(0.4, 0.6, (4, 4))
    child = strategy._child(x, best, [b, c], np.random.default_rng(0))
    assert (child != x).sum() == 1


def test_each_place_keeps_its_best():
    strategy = DifferentialEvolution(space=SPACE, seed=0, population_size=4)
    sphere(strategy, 40)
    holders = strategy._holders()
    for place, x in holders.items():
        mine = [o for o in strategy.history if o.candidate.number % 4 == place]
        np.testing.assert_array_equal(x, min(mine, key=lambda o: o.loss).candidate.x)
    losses = [((x - 0.3) ** 2).sum() for x in holders.values()]
    assert losses == sorted(losses)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"population_size": 3}, "population_size should be at least 4"),
        ({"scale": (0.0, 0.5)}, "scale should be two increasing numbers"),
        ({"scale": (0.8, 0.5)}, "scale should be two increasing numbers"),
        ({"crossover": 1.1}, "crossover should be in"),
    ],
)
def test_options_are_checked(options, message):
    with pytest.raises(ValueError, match=message):
        DifferentialEvolution(space=SPACE, **options)


def test_children_stay_in_the_cube():
    strategy = DifferentialEvolution(space=SPACE, seed=0)
    corner = np.zeros(4)
    others = [np.ones(4), np.zeros(4)]
    for seed in range(50):
        child = strategy._child(corner + 0.2, np.ones(4), others, np.random.default_rng(seed))
        assert ((child >= 0) & (child <= 1)).all()
