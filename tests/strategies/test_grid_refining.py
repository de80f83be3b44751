"""Grids that get finer where it pays: regions, variation, groups of parameters, neighbours."""

import numpy as np
import pytest

from skhpo import Choice, Integer, Observation, Real, Space, When
from skhpo.strategies import (
    AdaptiveGrid,
    GridRefinement,
    HierarchicalGrid,
    LocalSearch,
    RandomSampling,
)

STRATEGIES = [GridRefinement, AdaptiveGrid, HierarchicalGrid, LocalSearch]
every_strategy = pytest.mark.parametrize("make", STRATEGIES)


def cube(d):
    return Space({f"x{i}": Real(0, 1) for i in range(d)})


def sphere(x, seed):
    optimum = 0.15 + 0.7 * ((seed * 0.37 + np.arange(len(x)) * 0.618) % 1)
    return float(np.sum((x - optimum) ** 2))


def valley(x, seed):
    z = 4 * x - 2
    return float(np.sum(100 * (z[1:] - z[:-1] ** 2) ** 2 + (1 - z[:-1]) ** 2))


CONDITIONAL = Space(
    {
        "model": Choice(
            When("linear", C=Real(1e-3, 1e3, log=True)),
            When("tree", depth=Integer(1, 30), leaf=Real(0, 1)),
        ),
        "scale": [True, False],
        "t": Real(0, 1),
    }
)


def of_models(x, seed):
    p = CONDITIONAL.decode(x)
    base = 0.2 * (not p["scale"]) + (p["t"] - 0.6) ** 2
    if p["model"] == "linear":
        return base + 0.2 + np.log10(p["C"] / 10) ** 2 / 9
    return base + ((p["depth"] - 12) / 15) ** 2 + (p["leaf"] - 0.2) ** 2


def best(make, space, loss, seed, *, n=100, lag=0, noise=0.0):
    """Return the true loss of the candidate that seems best; each is told ``lag`` asks late."""
    strategy = make(space=space, seed=seed, budget=n)
    rng = np.random.default_rng(seed)
    waiting, found = [], []
    for _ in range(n):
        waiting += strategy.ask()
        if len(waiting) > lag:
            candidate = waiting.pop(0)
            true = loss(candidate.x, seed)
            found.append((true + noise * rng.standard_normal(), true))
            strategy.tell([Observation(candidate, found[-1][0])])
    return min(found)[1]


def compared(make, space, loss, *, n_seeds=7, **options):
    """Return the median loss over that of random search."""
    ours, theirs = (
        np.median([best(m, space, loss, seed, **options) for seed in range(n_seeds)])
        for m in (make, RandomSampling)
    )
    return ours / theirs


@every_strategy
@pytest.mark.parametrize(
    ("space", "loss", "share"),
    [(cube(4), sphere, 0.1), (cube(8), sphere, 0.1), (cube(4), valley, 0.5)],
    ids=["sphere4", "sphere8", "valley4"],
)
def test_it_beats_random_search(make, space, loss, share):
    assert compared(make, space, loss) < share


@every_strategy
def test_it_beats_random_search_where_parameters_depend_on_a_choice(make):
    assert compared(make, CONDITIONAL, of_models) < 0.2


@every_strategy
def test_it_beats_random_search_with_eight_workers(make):
    assert compared(make, cube(4), sphere, lag=7) < 0.5


@every_strategy
def test_it_holds_up_under_noise(make):
    assert compared(make, cube(4), sphere, noise=0.02, n_seeds=11) < 0.8


@every_strategy
def test_points_of_a_replay_are_taken_in(make):
    strategy = make(space=cube(3), seed=0, budget=30)
    for x in np.random.default_rng(0).random((10, 3)):
        strategy.tell([Observation(strategy.replay(x), sphere(x, 0))])
    for _ in range(60):
        [candidate] = strategy.ask()
        strategy.tell([Observation(candidate, sphere(candidate.x, 0))])
    assert strategy.y.min() < 0.5 * strategy.y[:10].min()


@every_strategy
def test_it_goes_on_beyond_the_budget(make):
    strategy = make(space=cube(2), seed=0, budget=10)
    for _ in range(300):
        [candidate] = strategy.ask()
        strategy.tell([Observation(candidate, sphere(candidate.x, 0))])
    assert strategy.y.min() < 1e-4


@pytest.mark.parametrize("make", STRATEGIES)
def test_one_level_is_no_grid(make):
    with pytest.raises(ValueError, match="n_levels should be at least 2"):
        make(space=cube(2), n_levels=1)


@every_strategy
def test_a_space_without_parameters_has_one_setting(make):
    strategy = make(space=Space({"k": ["a"]}))
    assert [candidate.params for candidate in strategy.ask(3)] == [{"k": "a"}]
    assert strategy.ask() == []


def test_refinement_begins_with_a_full_factorial_or_an_array():
    strategy = GridRefinement(space=cube(2), budget=50)
    X = np.array([candidate.x for candidate in strategy.ask(25)])
    levels, counts = np.unique(X, return_counts=True)
    np.testing.assert_allclose(levels, [0.1, 0.3, 0.5, 0.7, 0.9])
    assert counts.tolist() == [10] * 5
    strategy = GridRefinement(space=cube(6), budget=60)
    X = np.array([candidate.x for candidate in strategy.ask(27)])
    _, counts = np.unique(X[:, [0, 5]], axis=0, return_counts=True)
    assert counts.tolist() == [3] * 9


def test_refinement_looks_at_more_than_one_region():
    """Two valleys: the coarse grid prefers the wide one, the narrow one is deeper."""

    def two(x, seed):
        wide = np.sum((x - [0.2, 0.2]) ** 2)
        narrow = 20 * np.sum((x - [0.83, 0.77]) ** 2) - 0.05
        return float(min(wide, narrow))

    assert best(GridRefinement, cube(2), two, 0) < -0.04


def test_no_region_is_an_error():
    with pytest.raises(ValueError, match="n_regions should be at least 1, got 0"):
        GridRefinement(space=cube(2), n_regions=0)


def test_adaptive_divides_what_matters():
    strategy = AdaptiveGrid(space=cube(4), budget=100, seed=0)
    weights = np.array([0.0, 1.0, 0.0, 0.01])
    for _ in range(70):
        [candidate] = strategy.ask()
        loss = float(np.sum(weights * (candidate.x - 0.37) ** 2))
        strategy.tell([Observation(candidate, loss)])
    n_levels = [len({*column}) for column in strategy.X.T.tolist()]
    assert min(n_levels[1], n_levels[3]) > max(n_levels[0], n_levels[2])


def test_hierarchical_holds_the_others_while_a_group_is_searched():
    space = Space({"k": ["x", "y", "z"], "a": Real(0, 1), "b": Real(0, 1)})
    strategy = HierarchicalGrid(space=space, groups=[["k"], ["a", "b"]], budget=40)
    asked = []
    for _ in range(40):
        asked += strategy.ask()
        p = asked[-1].params
        loss = {"x": 1.0, "y": 0.0, "z": 2.0}[p["k"]] + (p["a"] - 0.4) ** 2 + (p["b"] - 0.7) ** 2
        strategy.tell([Observation(asked[-1], loss)])
    first = 9  # 10 candidates at most come first: an array of 9 rows
    best_first = min(strategy.history[:first], key=lambda o: o.loss).candidate.params
    others = [k for k in "xyz" if k != best_first["k"]]
    for k, candidate in zip(others, asked[first : first + 2], strict=True):
        assert candidate.params == {**best_first, "k": k}
    later = [candidate.params for candidate in asked[first + 2 : first + 12]]
    assert {p["k"] for p in later} == {"y"}
    assert len({(p["a"], p["b"]) for p in later}) == len(later)


def test_parameters_that_no_group_names_follow():
    strategy = HierarchicalGrid(space=cube(3), groups=[["x1"]], budget=60)
    for _ in range(60):
        [candidate] = strategy.ask()
        strategy.tell([Observation(candidate, sphere(candidate.x, 0))])
    assert strategy.y.min() < 1e-3


def test_local_search_tries_all_neighbours_of_the_best():
    space = Space({"a": Real(0, 1), "n": Integer(1, 9), "k": ["x", "y", "z"]})
    strategy = LocalSearch(space=space, n_levels=9, seed=0)
    for _ in range(80):
        [candidate] = strategy.ask()
        p = candidate.params
        loss = (p["a"] - 0.6) ** 2 + (p["n"] - 4) ** 2 + {"x": 1, "y": 0, "z": 1}[p["k"]]
        strategy.tell([Observation(candidate, loss)])
    found = min(strategy.history, key=lambda o: o.loss).candidate.params
    assert found == {"a": 0.625, "n": 4, "k": "y"}
    for change in ({"a": 0.5}, {"a": 0.75}, {"n": 3}, {"n": 5}, {"k": "x"}, {"k": "z"}):
        assert strategy.is_seen(space.encode({**found, **change}))


def test_local_search_begins_again_elsewhere():
    def two(x, seed):
        return float(min(np.sum((x - 0.2) ** 2), np.sum((x - 0.8) ** 2) - 0.1))

    found = [best(LocalSearch, cube(3), two, seed, n=300) for seed in range(5)]
    assert max(found) < -0.09


def test_no_initial_candidate_is_an_error():
    with pytest.raises(ValueError, match="n_initial should be at least 1, got 0"):
        LocalSearch(space=cube(2), n_initial=0)
