"""Bayesian optimisation with a random forest."""

import numpy as np
import pytest

from skhpo import Choice, Integer, Observation, Real, Space, When
from skhpo.strategies import Forest, RandomSampling
from skhpo.surrogates.acquisition import ACQUISITIONS

SPACE = Space({"a": Real(0, 1), "b": Real(0, 1), "k": ["one", "two", "three"]})


def run(strategy, function, n):
    for _ in range(n):
        [candidate] = strategy.ask()
        strategy.tell([Observation(candidate, function(candidate.params))])
    return strategy


def bowl(params):
    return (params["a"] - 0.7) ** 2 + (params["b"] - 0.2) ** 2 + 0.1 * (params["k"] != "two")


def test_it_beats_random_search():
    ours = [run(Forest(space=SPACE, seed=s), bowl, 30).y.min() for s in range(3)]
    theirs = [run(RandomSampling(space=SPACE, seed=s), bowl, 30).y.min() for s in range(3)]
    assert np.median(ours) < 0.3 * np.median(theirs)


def test_it_settles_on_the_branch_of_the_optimum():
    space = Space(
        {"m": Choice(When("far", x=Real(0, 1)), When("near", y=Real(0, 1), n=Integer(1, 9)))}
    )

    def function(params):
        return 1.0 + params["x"] if params["m"] == "far" else (params["y"] - 0.4) ** 2

    strategy = run(Forest(space=space, seed=0, random_share=0.0), function, 40)
    late = [o.candidate.params["m"] for o in strategy.history[20:]]
    assert late.count("near") > 0.8 * len(late)


def test_the_default_is_first_then_a_design_that_no_seed_shares():
    first, other = (Forest(space=SPACE, seed=s).ask(6) for s in (0, 1))
    np.testing.assert_array_equal(first[0].x, SPACE.default())
    np.testing.assert_array_equal(other[0].x, SPACE.default())
    assert all((a.x != b.x).any() for a, b in zip(first[1:], other[1:], strict=True))


def test_a_share_of_the_proposals_is_random():
    """All of them with a share of 1: spread evenly, whatever the losses."""
    strategy = run(Forest(space=SPACE, seed=0, random_share=1.0), bowl, 45)
    late = strategy.X[10:, 0]
    assert np.abs(np.quantile(late, [0.25, 0.5, 0.75]) - [0.25, 0.5, 0.75]).max() < 0.2
    model = run(Forest(space=SPACE, seed=0, random_share=0.0), bowl, 30).X[20:, 0]
    assert np.median(np.abs(model - 0.7)) < 0.1


def test_it_learns_where_evaluations_fail():
    def function(params):
        return np.inf if params["a"] > 0.6 else bowl(params)

    strategy = run(Forest(space=SPACE, seed=0, random_share=0.0), function, 35)
    assert np.isinf(strategy.y[20:]).mean() < 0.4  # as much of the space
    assert strategy.X[strategy.y.argmin(), 0] > 0.5


def test_points_under_way_count_with_what_is_predicted():
    strategy = run(Forest(space=SPACE, seed=0, random_share=0.0), bowl, 25)
    batch = strategy.ask(6)
    points = np.array([candidate.x for candidate in batch])
    assert len(np.unique(points, axis=0)) == 6
    model = strategy._model
    before, after = model.losses, strategy._believing(model, points)
    Z = strategy._features(points)
    assert after.predict(Z)[1].mean() < before.predict(Z)[1].mean()
    np.testing.assert_allclose(after.predict(Z)[0], before.predict(Z)[0], atol=0.5)


@pytest.mark.parametrize("acquisition", sorted(ACQUISITIONS))
def test_all_acquisitions_find_the_bowl(acquisition):
    strategy = run(Forest(space=SPACE, seed=1, acquisition=acquisition), bowl, 35)
    assert strategy.y.min() < 0.03


def test_other_names_of_an_acquisition():
    def proposed(acquisition):
        return run(Forest(space=SPACE, seed=0, acquisition=acquisition), bowl, 15).X

    np.testing.assert_array_equal(proposed("ei"), proposed("log_ei"))
    np.testing.assert_array_equal(proposed("pi"), proposed("log_pi"))
    assert (proposed("ei") != proposed("pi")).any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_initial": 0}, "n_initial should be at least 1"),
        ({"n_candidates": 0}, "n_candidates should be at least 1"),
        ({"n_trees": 0}, "n_trees should be at least 1"),
        ({"random_share": 1.5}, "random_share should be from 0 to 1, got 1.5"),
        ({"acquisition": "kg"}, r"acquisition should be one of \['ei', 'log_ei'.*got 'kg'"),
    ],
)
def test_options_are_checked(options, message):
    with pytest.raises(ValueError, match=message):
        Forest(space=SPACE, **options)
