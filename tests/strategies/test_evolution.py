"""The evolutionary strategies: operators by their laws, and that they learn."""

import numpy as np
import pytest

from skhpo import Choice, Integer, Observation, Real, Space, When
from skhpo.space.points import reflected
from skhpo.strategies import CmaEs, EvolutionStrategy, Genetic, ParticleSwarm, RandomSampling
from skhpo.strategies.cmaes import with_floor
from skhpo.strategies.genetic import blend, step

EVERY = pytest.mark.parametrize("make", [CmaEs, EvolutionStrategy, Genetic, ParticleSwarm])
MIXED = Space(
    {
        "a": Real(0, 1),
        "n": Integer(0, 20),
        "k": Choice("plain", When("deep", depth=Real(0, 1))),
        "c": ["x", "y", "z"],
    }
)


def sphere(params):
    return sum((value - 0.3) ** 2 for value in params.values())


def mixed(params):
    branch = 0.5 if params["k"] == "plain" else (params["depth"] - 0.7) ** 2
    return (params["a"] - 0.3) ** 2 + (params["n"] - 14) ** 2 / 100 + branch + (params["c"] != "y")


def best(strategy, function, n):
    for _ in range(n):
        [candidate] = strategy.ask()
        strategy.tell([Observation(candidate, float(function(candidate.params)))])
    return strategy.y.min()


def median(make, space, function, n, n_seeds=7):
    return np.median(
        [best(make(space=space, seed=s, budget=n), function, n) for s in range(n_seeds)]
    )


@EVERY
def test_numbers_are_learnt(make):
    space = Space({name: Real(0, 1) for name in "abcde"})
    assert median(make, space, sphere, 150) < 0.3 * median(RandomSampling, space, sphere, 150)


@EVERY
def test_mixed_and_conditional_spaces_are_learnt(make):
    assert median(make, MIXED, mixed, 150) < 0.7 * median(RandomSampling, MIXED, mixed, 150)


def test_crossover_keeps_the_mean_and_spreads_about_the_parents():
    rng = np.random.default_rng(0)
    mother, father = np.full(20_000, 0.4), np.full(20_000, 0.6)
    child = blend(mother, father, 15.0, rng)
    assert child.mean() == pytest.approx(0.5, abs=0.002)
    distance = np.minimum(abs(child - 0.4), abs(child - 0.6))
    assert np.median(distance) < 0.01
    assert np.median(
        np.minimum(*abs(blend(mother, father, 2.0, rng) - [[0.4], [0.6]]))
    ) > np.median(distance)


def test_crossover_of_equals_is_their_value():
    x = np.linspace(0, 1, 11)
    np.testing.assert_allclose(blend(x, x, 15.0, np.random.default_rng(0)), x)


def test_polynomial_mutation_has_the_spread_of_its_formula():
    """The mean of its quantile function, and no drift from the middle of the cube."""
    steps = step(np.full(40_000, 0.5), 20.0, np.random.default_rng(0)) - 0.5
    assert steps.mean() == pytest.approx(0.0, abs=1e-3)
    u = np.linspace(0.001, 0.999, 99_901)
    low = (2 * u + (1 - 2 * u) * 0.5**21) ** (1 / 21) - 1
    assert np.abs(steps).mean() == pytest.approx(np.abs(low[u < 0.5]).mean(), rel=0.03)


def test_walls_reflect():
    x = np.random.default_rng(0).uniform(-3, 3, 1000)
    inside = reflected(x)
    assert ((inside >= 0) & (inside <= 1)).all()
    np.testing.assert_allclose(np.cos(np.pi * inside), np.cos(np.pi * x), atol=1e-12)


def test_steps_of_an_evolution_strategy_shrink_at_the_optimum():
    space = Space({name: Real(0, 1) for name in "abc"})
    strategy = EvolutionStrategy(space=space, seed=0)
    best(strategy, sphere, 250)
    spreads = [spread.mean() for spread in strategy._steps.values()]
    assert np.median(spreads[-20:]) < 0.3 * np.median(spreads[:20])


def test_a_particle_moves_on_from_where_it_was():
    space = Space({name: Real(0, 1) for name in "abc"})
    strategy = ParticleSwarm(space=space, seed=0, swarm_size=4)
    best(strategy, sphere, 60)
    path = np.array([o.candidate.x for o in strategy.history])[::4]
    assert (np.abs(np.diff(path, axis=0)) <= 0.6 + 1e-9).all()
    assert np.abs(np.diff(path[-4:], axis=0)).mean() < np.abs(np.diff(path[:4], axis=0)).mean()


def test_cma_es_begins_anew_when_it_has_closed_in():
    strategy = CmaEs(space=Space({"a": Real(0, 1), "b": Real(0, 1)}), seed=0)
    size = strategy._population
    best(strategy, sphere, 600)
    assert strategy._n_restarts >= 1
    assert strategy._population == size * 2**strategy._n_restarts


def test_cma_es_begins_about_the_settings_of_an_earlier_search():
    space = Space({**{name: Real(0, 1) for name in "abcd"}, "k": ["x", "y"]})
    good = space.snap(0.3 + 0.05 * np.random.default_rng(0).standard_normal((6, 5)))
    warm, cold = (CmaEs(space=space, seed=1) for _ in range(2))
    warm.enqueue([space.decode(x) for x in good])
    for strategy in (warm, cold):
        best(strategy, lambda p: sum((p[n] - 0.3) ** 2 for n in "abcd"), 6)
    firsts = [np.array([c.x[:4] for c in s.ask(20)]) for s in (warm, cold)]
    distances = [np.median(np.linalg.norm(X - 0.3, axis=1)) for X in firsts]
    assert distances[0] < 0.7 * distances[1]
    np.testing.assert_allclose(warm._state.mean, good[:, :4].mean(axis=0))
    assert warm._chances[4][0] > 0.6


@pytest.mark.parametrize("k", [2, 5])
@pytest.mark.parametrize("n_columns", [1, 4])
def test_no_category_falls_below_the_floor_of_catcma(k, n_columns):
    rng = np.random.default_rng(0)
    floor = (1 - 0.73 ** (1 / n_columns)) / (k - 1)
    for chances in rng.dirichlet(np.full(k, 0.1), size=100):
        kept = with_floor(chances, n_columns)
        assert kept.sum() == pytest.approx(1.0)
        assert kept.min() >= floor - 1e-12
    sure = with_floor(np.eye(k)[0], n_columns)
    assert 1 - sure[0] ** n_columns == pytest.approx(0.27)


def test_categories_alone_are_learnt_by_cma_es():
    space = Space({name: list("abcd") for name in "uvwxy"})
    loss = best(CmaEs(space=space, seed=0), lambda p: sum(v != "c" for v in p.values()), 120)
    assert loss <= 1.0


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (CmaEs, {"population_size": 3}, "population_size should be at least 4"),
        (CmaEs, {"sigma": 0.0}, "sigma should be in"),
        (Genetic, {"population_size": 1}, "population_size should be at least 2"),
        (Genetic, {"tournament": 0}, "tournament should be at least 1"),
        (Genetic, {"eta_mutation": 0.0}, "eta_mutation should be positive"),
        (Genetic, {"crossover": 2.0}, "crossover should be in"),
        (EvolutionStrategy, {"n_parents": 5, "n_children": 5}, "n_parents should be from 1"),
        (EvolutionStrategy, {"sigma": 2.0}, "sigma should be in"),
        (ParticleSwarm, {"swarm_size": 2}, "swarm_size should be at least 3"),
    ],
)
def test_options_are_checked(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(space=MIXED, **options)
