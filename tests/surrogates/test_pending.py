import numpy as np
import pytest
from scipy import stats

from skhpo.surrogates.acquisition import Acquisition, Feasibility, log_expected_improvement
from skhpo.surrogates.gp import condition
from skhpo.surrogates.kernels import Points
from skhpo.surrogates.pending import Fantasies, LocalPenalty
from tests.surrogates.test_gp import THETA
from tests.surrogates.test_kernels import tree_kernel, tree_points


@pytest.fixture
def losses():
    rng = np.random.default_rng(0)
    points = tree_points(rng, 25)
    return condition(tree_kernel(), points, rng.standard_normal(25), THETA)


@pytest.fixture
def under_way():
    return tree_points(np.random.default_rng(1), 3)


def check_gradient(objective, at):
    h = 1e-6
    value, gradient = objective.value_and_gradient(at)
    np.testing.assert_allclose(value, objective.value(at), rtol=1e-12)
    for c in range(at.Z.shape[1]):
        shift = np.zeros_like(at.Z)
        shift[:, c] = h
        up = objective.value(Points(at.Z + shift, at.active))
        down = objective.value(Points(at.Z - shift, at.active))
        np.testing.assert_allclose(gradient[:, c], (up - down) / (2 * h), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("rule", ["log_ei", "log_pi"])
def test_gradient_of_fantasies_equals_central_differences(losses, under_way, rule):
    factors = [Feasibility(losses)]
    rng = np.random.default_rng(2)
    fantasies = Fantasies.of(losses, under_way, rng, factors=factors, rule=rule)
    check_gradient(fantasies, tree_points(np.random.default_rng(3), 6))


def test_fantasies_are_the_mean_over_models_that_were_told_the_draws(losses, under_way):
    fantasies = Fantasies.of(losses, under_way, np.random.default_rng(2))
    at = tree_points(np.random.default_rng(3), 6)
    points = Points(
        np.concatenate([losses.points.Z, under_way.Z]),
        np.concatenate([losses.points.active, under_way.active]),
    )
    improvements = []
    for values in fantasies.values.T:
        model = condition(losses.kernel, points, values, THETA)
        p = model.predict(at)
        value, _, _ = log_expected_improvement(p.mean, p.var, model.incumbent())
        improvements.append(np.exp(value))
    np.testing.assert_allclose(np.exp(fantasies.value(at)), np.mean(improvements, axis=0))


def test_draws_of_fantasies_have_the_posterior_mean_and_spread(losses, under_way):
    drawn = losses.sample(under_way, np.random.default_rng(0), 4000)
    p = losses.predict(under_way)
    np.testing.assert_allclose(drawn.mean(axis=1), p.mean, atol=4 * np.sqrt(p.var.max() / 4000))
    np.testing.assert_allclose(drawn.var(axis=1), p.var, rtol=0.15)


def test_fantasies_among_some_data_are_to_improve_on_these(losses, under_way):
    among = np.append(np.arange(25) == 7, np.zeros(3, dtype=bool))
    fantasies = Fantasies.of(losses, under_way, np.random.default_rng(2), among=among)
    fitted = fantasies.values[7] - losses.noise[7] * fantasies._alphas[7]
    np.testing.assert_array_equal(fantasies.best, fitted)
    none = Fantasies.of(losses, under_way, np.random.default_rng(2), among=among & ~among)
    assert set(none.best) == {0.0}
    assert Acquisition(losses, among=np.zeros(25, dtype=bool)).best == 0.0


def test_gradient_of_the_penalty_equals_central_differences(losses, under_way):
    pool = tree_points(np.random.default_rng(4), 50)
    penalty = LocalPenalty.of(losses, under_way, pool)
    check_gradient(penalty, tree_points(np.random.default_rng(3), 6))


def test_the_penalty_is_the_chance_that_the_ball_does_not_reach(losses, under_way):
    one = under_way.take(np.array([0]))
    pool = tree_points(np.random.default_rng(4), 50)
    penalty = LocalPenalty.of(losses, one, pool)
    at = tree_points(np.random.default_rng(3), 4)
    p = losses.predict(one)
    radius = stats.norm(
        (p.mean - losses.incumbent()) / penalty.slope, np.sqrt(p.var) / penalty.slope
    )
    gaps = (at.Z - one.Z) * np.sqrt(losses.per_column)
    expected = radius.cdf(np.linalg.norm(gaps, axis=1))
    np.testing.assert_allclose(np.exp(penalty.value(at)), expected, rtol=1e-8)


def test_the_slope_is_the_largest_of_the_mean_over_the_pool(losses):
    pool = tree_points(np.random.default_rng(4), 50)
    penalty = LocalPenalty.of(losses, pool.take(np.array([0])), pool)
    h, slopes = 1e-6, np.zeros((50, pool.Z.shape[1]))
    for c in range(pool.Z.shape[1]):
        shift = np.zeros_like(pool.Z)
        shift[:, c] = h / np.sqrt(losses.per_column[c])
        up = losses.predict(Points(pool.Z + shift, pool.active)).mean
        down = losses.predict(Points(pool.Z - shift, pool.active)).mean
        slopes[:, c] = (up - down) / (2 * h)
    assert penalty.slope == pytest.approx(np.linalg.norm(slopes, axis=1).max(), rel=1e-6)
