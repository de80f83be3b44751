"""Where the Gaussian process looks for its next candidate."""

import numpy as np
import pytest

from skhpo import Choice, Observation, Real, Space, When
from skhpo.strategies.gp import GaussianProcess
from skhpo.surrogates import regions, trust_region

PLANE = Space({"a": Real(0.0, 1.0), "b": Real(0.0, 1.0)})
WIDE = Space({f"x{i}": Real(0.0, 1.0) for i in range(40)})
MIXED = Space(
    {
        "model": Choice(When("linear", C=Real(0.0, 1.0)), When("svm", g=Real(0.0, 1.0))),
        "prep": ["none", "scale", "rank"],
        "share": Real(0.0, 1.0),
    }
)


def drive(strategy, loss, n):
    """Evaluate ``n`` candidates one at a time."""
    for _ in range(n):
        [candidate] = strategy.ask()
        strategy.tell([Observation(candidate, loss(candidate.x))])
    return strategy


def plane(x):
    """A bowl whose optimum is 1: what is left to gain is soon too little for a success."""
    return 1.0 + (x[0] - 0.3) ** 2 + 2 * (x[1] - 0.8) ** 2


def bowl(x):
    return float(np.nansum((x - 0.3) ** 2))


def test_the_default_is_global_for_few_parameters_and_observations():
    auto, fixed = (
        drive(GaussianProcess(space=MIXED, seed=2, **options), bowl, 25)
        for options in ({}, {"region": "global"})
    )
    np.testing.assert_array_equal(auto.X, fixed.X)


def test_the_default_is_a_trust_region_after_many_observations(monkeypatch):
    monkeypatch.setattr(regions, "MANY_TOLD", 20)
    strategy = drive(GaussianProcess(space=PLANE), plane, 20)
    strategy.ask()
    assert strategy._region.trust is None
    strategy = drive(GaussianProcess(space=PLANE), plane, 25)
    strategy.ask()
    assert strategy._region.trust.first == 0
    assert strategy._region.trust.best == strategy.y.min()
    assert strategy._region.trust.n_failures + strategy._region.trust.n_successes <= 5


@pytest.mark.parametrize("seed", range(3))
def test_candidates_lie_in_the_box_about_the_best_point(seed):
    strategy = drive(GaussianProcess(space=PLANE, seed=seed, region="trust"), plane, 30)
    for _ in range(6):
        model = strategy._fitted_model()
        if strategy._region.begins(strategy.n_asked):
            break
        box = strategy._region.box(model.losses, model.ranked[0], np.random.default_rng(0))
        assert (box.upper - box.lower).min() < 0.81
        [candidate] = strategy.ask()
        assert (candidate.x >= box.lower - 1e-9).all()
        assert (candidate.x <= box.upper + 1e-9).all()
        strategy.tell([Observation(candidate, plane(candidate.x))])


def test_a_region_that_has_shrunk_begins_anew_with_a_design():
    strategy = drive(GaussianProcess(space=PLANE, region="trust", n_initial=6), plane, 60)
    origins = [strategy.notes(number)["origin"] for number in range(60)]
    first = strategy._region.trust.first
    assert 0 < first < 54
    assert origins[:6] == ["given", *["design"] * 5]
    assert origins[first : first + 6] == ["design"] * 6
    assert set(origins[6:first]) == {"model"}
    known = strategy._fitted_model().X
    assert len(known) == 60 - first
    np.testing.assert_array_equal(known[0], strategy.X[first])


def test_candidates_under_way_at_the_end_of_a_region_do_not_count_in_the_next():
    strategy = GaussianProcess(space=PLANE, region="trust", n_initial=4)
    late = None
    for _ in range(60):
        candidate, *spare = strategy.ask(1 if late else 2)
        late = late or spare[0]
        strategy.tell([Observation(candidate, plane(candidate.x))])
        strategy._fitted_model()
        if strategy._region.trust.first:
            break
    assert strategy._region.trust.first == strategy.n_asked
    strategy.tell([Observation(late, 0.0)])
    assert strategy._fitted_model() is None
    assert strategy._region.trust.best == np.inf


def test_the_same_course_leads_to_the_same_region():
    runs = [drive(GaussianProcess(space=PLANE, region="trust"), plane, 45) for _ in range(2)]
    runs[1].ask(3)
    for run in runs:
        run._fitted_model()
    assert runs[0]._region.trust == runs[1]._region.trust
    np.testing.assert_array_equal(runs[0].X, runs[1].X)


def test_a_model_of_a_region_is_made_of_the_nearest_points(monkeypatch):
    monkeypatch.setattr(regions, "nearest", lambda *args: trust_region.nearest(*args, limit=30))
    strategy = GaussianProcess(space=PLANE, region="trust", n_initial=200)
    strategy.tell([Observation(c, plane(c.x)) for c in strategy.ask(200)])
    known = strategy._fitted_model().X
    assert len(known) == 30
    assert np.abs(known - [0.3, 0.8]).max() < 0.4
    drive(strategy, plane, 8)
    assert strategy.y.min() < 1.0 + 1e-4


def test_a_subspace_moves_twenty_parameters_of_the_best_point():
    strategy = drive(GaussianProcess(space=WIDE, region="subspace"), bowl, 14)
    moved = []
    for _ in range(6):
        best = strategy._fitted_model().ranked[0]
        [candidate] = strategy.ask()
        moved.append(candidate.x != best)
        strategy.tell([Observation(candidate, bowl(candidate.x))])
    assert 10 < np.sum(moved, axis=1).max() <= 20
    assert np.any(moved, axis=0).sum() > 25


@pytest.mark.parametrize("region", ["trust", "subspace"])
def test_many_parameters_are_searched_better_than_at_random(region):
    strategy = drive(GaussianProcess(space=WIDE, region=region), bowl, 60)
    draws = [bowl(x) for x in WIDE.draw(1000, np.random.default_rng(0))]
    assert strategy.y.min() < 0.5 * min(draws)


@pytest.mark.parametrize("region", ["trust", "subspace"])
def test_categories_and_conditions_are_searched(region):
    def loss(x):
        params = MIXED.decode(x)
        wrong = 0.3 * (params["model"] == "linear") + 0.2 * (params["prep"] != "rank")
        return 0.5 + wrong + (params["share"] - 0.6) ** 2 + (params.get("g", 0.5) - 0.2) ** 2

    strategy = drive(GaussianProcess(space=MIXED, region=region, seed=1), loss, 40)
    assert strategy.y.min() < 0.505


def test_draws_for_many_workers_lie_in_the_box():
    strategy = drive(GaussianProcess(space=WIDE, region="trust"), bowl, 20)
    model = strategy._fitted_model()
    strategy.ask(70)
    box = strategy._region.box(model.losses, model.ranked[0], np.random.default_rng(0))
    asked = [*strategy._asked.values()][-6:]
    for candidate in asked:
        assert strategy.notes(candidate.number)["origin"] == "draw"
        assert (candidate.x >= box.lower - 1e-9).all()
        assert (candidate.x <= box.upper + 1e-9).all()


def test_an_unknown_region_is_an_error():
    with pytest.raises(ValueError, match=r"region should be one of .*'trust'.*, got 'box'"):
        GaussianProcess(space=PLANE, region="box")
