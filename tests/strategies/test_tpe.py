"""The tree-structured Parzen estimator."""

import numpy as np
import pytest

from skhpo import Choice, Integer, Observation, Real, Space, When
from skhpo.strategies import RandomSampling, TreeParzen


def best(strategy, function, n):
    for _ in range(n):
        [candidate] = strategy.ask()
        strategy.tell([Observation(candidate, function(candidate.params))])
    return strategy.y.min()


def branin_like(params):
    return (params["a"] - 0.7) ** 2 + (params["b"] - 0.2) ** 2 + 0.1 * (params["k"] != "two")


def test_it_beats_random_search():
    space = Space({"a": Real(0, 1), "b": Real(0, 1), "k": ["one", "two", "three"]})
    ours = [best(TreeParzen(space=space, seed=s), branin_like, 60) for s in range(8)]
    theirs = [best(RandomSampling(space=space, seed=s), branin_like, 60) for s in range(8)]
    assert np.median(ours) < 0.5 * np.median(theirs)


def test_it_finds_the_branch_of_the_optimum():
    space = Space(
        {"m": Choice(When("far", x=Real(0, 1)), When("near", y=Real(0, 1), n=Integer(1, 9)))}
    )

    def function(params):
        return 1.0 + params["x"] if params["m"] == "far" else (params["y"] - 0.4) ** 2

    strategy = TreeParzen(space=space, seed=0)
    best(strategy, function, 50)
    late = [o.candidate.params["m"] for o in strategy.history[25:]]
    assert late.count("near") > 0.7 * len(late)


def test_what_is_under_way_repels():
    space = Space({"a": Real(0, 1)})
    strategy = TreeParzen(space=space, seed=0)
    best(strategy, lambda params: (params["a"] - 0.5) ** 2, 30)
    alone = strategy.ask(1)[0].x
    crowd = np.array([candidate.x for candidate in strategy.ask(12)])
    assert np.ptp(crowd) > 0.02
    assert not (crowd == alone).all(axis=1).any()


def test_it_learns_from_all_amounts_on_the_scale_of_the_largest():
    space = Space({"a": Real(0, 1)})
    strategy = TreeParzen(space=space, seed=0)
    candidates = strategy.ask(12)
    low = [Observation(c, 1.0 + float(c.x[0]), resource=1) for c in candidates]
    strategy.tell(low)
    assert len(strategy.y) == 12
    high = [Observation(c, float(c.x[0]), resource=9) for c in candidates[:5]]
    strategy.tell(high)
    np.testing.assert_allclose(strategy.y, [c.x[0] for c in candidates])
    assert len(strategy.pending) == 0


def test_the_parameters_of_an_alternative_are_learned_while_another_is_ahead():
    space = Space({"m": Choice(When("ahead", x=Real(0, 1)), When("behind", y=Real(0, 1)))})

    def function(params):
        return params["x"] if params["m"] == "ahead" else 9.0 + (params["y"] - 0.8) ** 2

    strategy = TreeParzen(space=space, seed=0, n_initial=40)
    best(strategy, function, 40)
    nothing = np.empty((0, 3))
    [(good, _)] = strategy._densities([np.arange(3)], nothing)
    assert np.isnan(good.points[:, 2]).all()
    *_, (good, others) = strategy._densities(strategy._parts, nothing)
    assert np.abs(good.points - 0.8).max() < np.abs(others.points - 0.8).min()


def test_whole_points_and_parts_take_turns_and_both_draw_points_of_the_space(monkeypatch):
    space = Space({"m": Choice("none", When("one", x=Integer(1, 99)))})
    strategy = TreeParzen(space=space, seed=0, n_initial=6)
    best(strategy, lambda params: params.get("x", 5), 6)
    usual, drawn = TreeParzen._draws, []

    def spied(self, parts, chosen, rng):
        points = usual(self, parts, chosen, rng)
        drawn.append((len(parts), points))
        return points

    monkeypatch.setattr(TreeParzen, "_draws", spied)
    best(strategy, lambda params: params.get("x", 5), 6)
    assert [n_parts for n_parts, _ in drawn] == [2, 1, 2, 1, 2, 1]
    for _, points in drawn:
        np.testing.assert_array_equal(points, space.snap(points))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_initial": 0}, "n_initial should be at least 1"),
        ({"n_candidates": 0}, "n_candidates should be at least 1"),
        ({"share": 1.0}, "share should be between 0 and 1"),
    ],
)
def test_options_are_checked(options, message):
    with pytest.raises(ValueError, match=message):
        TreeParzen(space=Space({"a": Real(0, 1)}), **options)
