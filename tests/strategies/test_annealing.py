"""Simulated annealing: temperatures, decisions, chains."""

import numpy as np
import pytest

from skhpo import Observation, Real, Space
from skhpo.strategies import Annealing, RandomSampling
from skhpo.strategies.annealing import COLDEST, tuned

SPACE = Space({name: Real(0, 1) for name in "abcd"})


def sphere(x):
    return float(((x - 0.3) ** 2).sum())


def drive(strategy, n, function=sphere):
    for _ in range(n):
        [candidate] = strategy.ask()
        strategy.tell([Observation(candidate, function(candidate.x))])
    return strategy


@pytest.mark.parametrize("options", [{}, {"n_chains": 3}, {"cooling": "adaptive"}])
def test_it_beats_random_search(options):
    ours = [drive(Annealing(space=SPACE, seed=s, budget=150, **options), 150) for s in range(7)]
    theirs = [drive(RandomSampling(space=SPACE, seed=s), 150) for s in range(7)]
    best = [np.median([s.y.min() for s in searches]) for searches in (ours, theirs)]
    assert best[0] < 0.4 * best[1]


def test_the_first_temperature_accepts_four_in_five_median_rises():
    strategy = drive(Annealing(space=SPACE, seed=0, budget=100), 10)
    first = strategy.y[:10]
    rise = np.median([abs(a - b) for a in first for b in first if a != b])
    assert np.exp(-rise / strategy.temperature()) == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("cooling", "half", "end"),
    [
        ("linear", 0.5, COLDEST),
        ("exponential", COLDEST**0.5, COLDEST),
        ("logarithmic", 1 / (1 + np.log(51)), 1 / (1 + np.log(101))),
    ],
)
def test_the_temperature_falls_with_the_budget(cooling, half, end):
    strategy = drive(Annealing(space=SPACE, seed=0, budget=110, cooling=cooling), 10)
    hottest = strategy.temperature()
    for n, share in ((50, half), (50, end)):
        drive(strategy, n)
        assert strategy.temperature() == pytest.approx(share * hottest)


def test_better_candidates_are_always_accepted_and_worse_ones_by_chance():
    strategy = drive(Annealing(space=SPACE, seed=0, budget=400, patience=1000), 200)
    notes = [strategy.notes(number) for number in range(200)]
    accepted = np.array([note["accepted"] for note in notes])[10:]
    losses = strategy.y
    current, worse, taken = min(losses[:10]), [], []
    for number in range(10, 200):
        if losses[number] <= current:
            assert accepted[number - 10]
        else:
            chance = np.exp(-(losses[number] - current) / notes[number]["temperature"])
            worse.append(chance)
            taken.append(accepted[number - 10])
        if accepted[number - 10]:
            current = losses[number]
    assert 0 < np.mean(taken) < 1
    assert np.mean(taken) == pytest.approx(np.mean(worse), abs=0.15)


def test_steps_follow_the_acceptance():
    assert tuned(0.1, 0.5) == 0.1
    assert tuned(0.1, 0.9) > 0.1 > tuned(0.1, 0.1)
    assert tuned(0.4, 1.0) == 0.5


def test_chains_are_asked_in_turn_and_are_warmer_one_by_one():
    strategy = drive(Annealing(space=SPACE, seed=0, budget=100, n_chains=3), 30)
    assert [strategy.notes(number)["chain"] for number in range(6)] == [0, 1, 2, 0, 1, 2]
    temperatures = [strategy.temperature(c) for c in range(3)]
    np.testing.assert_allclose(np.diff(np.log2(temperatures)), 1.0)


def test_a_chain_that_finds_nothing_begins_anew_from_the_best():
    strategy = Annealing(space=SPACE, seed=0, budget=200, patience=5)
    drive(strategy, 40)
    best = strategy.X[strategy.y.argmin()]
    strategy._chains[0].n_since_best = 4
    drive(strategy, 1, function=lambda x: 1e3)
    np.testing.assert_array_equal(strategy._chains[0].x, best)


def test_constant_losses_have_no_temperature():
    strategy = drive(Annealing(space=SPACE, seed=0), 30, function=lambda x: 1.0)
    assert strategy.temperature() == 0.0


@pytest.mark.parametrize("options", [{"n_chains": 0}, {"patience": 0}, {"n_initial": 0}])
def test_counts_are_checked(options):
    [name] = options
    with pytest.raises(ValueError, match=f"{name} should be at least 1"):
        Annealing(space=SPACE, **options)


def test_an_unknown_cooling_is_an_error():
    with pytest.raises(ValueError, match="cooling should be one of"):
        Annealing(space=SPACE, cooling="quadratic")
