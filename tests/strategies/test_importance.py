"""Importance sampling: the mixture that is drawn from, and the weights that undo it."""

import numpy as np
import pytest
from scipy import stats

from skhpo import Choice, Integer, Real, Space, When
from skhpo.strategies import Importance

N = 8000
CONDITIONAL = Space(
    {
        "model": Choice("plain", When("deep", depth=Integer(1, 20), rate=Real(1e-3, 1, log=True))),
        "a": Real(0, 1),
    }
)
PRIORS = {"model": {"deep": 4, "plain": 1}, "depth": stats.norm(5, 3), "rate": Real(0.01, 0.1)}


def drawn(space, priors, n=N, **options):
    """Return what was drawn, as a sample of independent points, and their weights."""
    strategy = Importance(space=space, seed=0, priors=priors, **options)
    candidates = strategy.ask(n)
    weights = [strategy.notes(c.number)["importance_weight"] for c in candidates]
    return [c.params for c in candidates], np.array(weights)


def assert_mean(values, expected):
    """Five standard errors: one false alarm in a million."""
    assert np.mean(values) == pytest.approx(
        expected, abs=5 * np.std(values) / np.sqrt(len(values))
    )


def test_draws_follow_the_mixture():
    prior = stats.beta(2, 8)
    params, weights = drawn(Space({"a": Real(0, 1)}), {"a": prior})
    a = np.array([p["a"] for p in params])
    assert stats.kstest(a, lambda x: 0.2 * x + 0.8 * prior.cdf(x)).pvalue > 1e-3
    smooth = a > 0.02  # below, the density rises from 0 within one of the cells
    expected = 1 / (0.2 + 0.8 * prior.pdf(a))
    np.testing.assert_allclose(weights[smooth], expected[smooth], rtol=0.03)


def test_all_of_a_share_of_one_is_the_space_s_own_distribution():
    params, weights = drawn(Space({"a": Real(0, 1)}), {"a": Real(0, 0.1)}, share=1.0)
    assert stats.kstest([p["a"] for p in params], "uniform").pvalue > 1e-3
    np.testing.assert_array_equal(weights, 1.0)


def test_weighted_means_are_means_over_the_space():
    space = Space({"C": Real(1e-2, 1e2, log=True), "x": Real(-1, 1), "k": ["a", "b", "c"]})
    priors = {"C": stats.lognorm(1, scale=5), "k": [1, 2, 7]}
    params, weights = drawn(space, priors)
    assert_mean(weights, 1.0)
    assert weights.max() <= 5.0
    log_c = np.log10([p["C"] for p in params])
    assert_mean(weights * log_c, 0.0)
    assert_mean(weights * log_c**2, 4 / 3)
    assert_mean(weights * [p["x"] ** 2 for p in params], 1 / 3)
    assert_mean(weights * [p["k"] == "a" for p in params], 1 / 3)
    # of which the draws themselves are far
    assert np.mean([p["k"] == "a" for p in params]) == pytest.approx(0.2 / 3 + 0.8 / 10, abs=0.02)
    assert log_c.mean() > 0.4


def test_inactive_parameters_drop_out():
    params, weights = drawn(CONDITIONAL, PRIORS)
    deep = np.array([p["model"] == "deep" for p in params])
    assert deep.mean() == pytest.approx(0.2 / 2 + 0.8 * 0.8, abs=0.02)
    assert_mean(weights, 1.0)
    assert_mean(weights * deep, 0.5)
    assert_mean(weights * [p.get("depth", 0) for p in params], 10.5 / 2)
    log_rate = [np.log10(p.get("rate", 1.0)) for p in params]
    assert_mean(weights * log_rate, -1.5 / 2)
    # all that a plain candidate has is its model: the weight follows from that alone
    np.testing.assert_allclose(weights[~deep], 1 / (0.2 + 0.8 * 0.2 / 0.5))


def test_the_weight_is_the_ratio_of_probabilities():
    """By hand, for one candidate of all kinds of parameters."""
    strategy = Importance(space=CONDITIONAL, priors=PRIORS)
    params = {"model": "deep", "depth": 4, "rate": 0.05, "a": 0.3}
    strategy.enqueue([params])
    [candidate] = strategy.ask()
    normal = stats.norm(5, 3)
    depth = (normal.cdf(4.5) - normal.cdf(3.5)) / (normal.cdf(20.5) - normal.cdf(0.5))
    rate = (1 / 0.09) / (1 / (0.05 * np.log(1000)))  # uniform over log-uniform, both as densities
    density = (0.8 / 0.5) * (depth / (1 / 20)) * rate
    weight = strategy.notes(candidate.number)["importance_weight"]
    assert weight == pytest.approx(1 / (0.2 + 0.8 * density), rel=0.01)


def test_priors_that_say_what_the_space_says_change_nothing():
    priors = {"depth": Integer(1, 20), "model": [1, 1], "rate": stats.loguniform(1e-3, 1)}
    _, weights = drawn(CONDITIONAL, priors, n=200)
    np.testing.assert_allclose(weights, 1.0, atol=1e-6)


def test_points_depend_on_their_position_alone():
    together, single = (Importance(space=CONDITIONAL, seed=3, priors=PRIORS) for _ in range(2))
    expected = [candidate.params for candidate in together.ask(30)]
    assert [c.params for _ in range(15) for c in single.ask(2)] == expected


def test_a_name_stands_for_the_parameters_of_all_alternatives():
    space = Space([{"k": ["a"], "C": Real(0, 1)}, {"k": ["b"], "C": [1, 10, 100]}])
    params, weights = drawn(space, {"C": {10: 1}}, n=300)
    assert {p["C"] for p in params if p["k"] == "b"} == {1, 10, 100}
    plain = np.array([p["k"] == "a" for p in params])
    np.testing.assert_allclose(weights[plain], 1.0)
    mixed = Space({"gamma": Choice("scale", Real(0, 1))})
    params, _ = drawn(mixed, {"gamma": stats.beta(20, 20)}, n=300)
    numbers = [p["gamma"] for p in params if p["gamma"] != "scale"]
    assert np.std(numbers) < 0.2


@pytest.mark.parametrize(
    ("priors", "error", "message"),
    [
        ({"depht": {3: 1}}, ValueError, "'depht' is no parameter that varies; those are a, depth"),
        ({"model": {"shallow": 1}}, ValueError, "'shallow' is no value of 'model'; allowed is"),
        ({"model": Choice("deep", "wide")}, ValueError, "'wide' is no value of 'model'"),
        ({"a": stats.norm(50, 1)}, ValueError, "priors: 'a': norm.* gives no probability"),
        ({"model": {"deep": 0}}, ValueError, "priors: 'model': weights should be positive"),
        ({"model": stats.norm()}, TypeError, "priors: 'model': .* says nothing of alternatives"),
        ({"a": 3}, TypeError, "priors: 'a': a prior should be a frozen distribution"),
    ],
)
def test_bad_priors_are_named(priors, error, message):
    with pytest.raises(error, match=message):
        Importance(space=CONDITIONAL, priors=priors)


def test_a_shared_parameter_has_one_prior():
    space = Space({"a": Real(0, 1, name="both"), "b": Real(0, 1, name="both")})
    with pytest.raises(ValueError, match="'b' shares its value with another parameter"):
        Importance(space=space, priors={"a": Real(0, 0.5), "b": Real(0, 0.5)})


@pytest.mark.parametrize("share", [0.0, 1.5, -1])
def test_some_of_the_mixture_is_the_space_s_own(share):
    with pytest.raises(ValueError, match=r"share should be in \(0, 1\], got"):
        Importance(space=CONDITIONAL, priors={}, share=share)
