import numpy as np
import pytest
from scipy import integrate, stats

from skhpo.surrogates.acquisition import (
    KAPPA,
    MARGIN,
    RULES,
    Acquisition,
    Feasibility,
    confidence_bound,
    log_expected_improvement,
    log_feasibility,
    log_h,
    log_probability_of_improvement,
)
from skhpo.surrogates.gp import condition
from skhpo.surrogates.kernels import Points
from tests.surrogates.test_gp import THETA
from tests.surrogates.test_kernels import tree_kernel, tree_points

GOLDEN = {  # computed with 60 digits
    3: 1.09873966532771,
    1: 0.0800262188493069,
    0: -0.918938533204673,
    -1: -2.48512102571264,
    -3: -7.86968605960303,
    -5: -16.744301162661,
    -10: -55.5531220361224,
    -25: -319.861463581496,
    -30: -457.724653760598,
    -100: -5010.12957880025,
    -1e3: -500014.734452091,
    -1e4: -50000019.3396193,
}


@pytest.mark.parametrize(("z", "expected"), GOLDEN.items())
def test_log_h_golden_values(z, expected):
    assert log_h(np.array([float(z)]))[0] == pytest.approx(expected, rel=1e-12)


def test_log_h_is_smooth_where_the_formulas_meet():
    for seam in (-1.0, -1e3):
        below, above = log_h(np.array([seam * (1 + 1e-12), seam * (1 - 1e-12)]))
        assert below == pytest.approx(above, rel=1e-10)


@pytest.mark.parametrize("rule", RULES.values())
@pytest.mark.parametrize("z", [3.0, 0.5, -0.5, -2.0, -8.0, -40.0, -300.0])
def test_derivatives_equal_central_differences(z, rule):
    var, best = np.array([0.49]), 0.2
    mean = best - z * np.sqrt(var)
    h = 1e-6
    _, d_mean, d_var = rule(mean, var, best)
    up, down = (rule(mean + s, var, best)[0] for s in (h, -h))
    assert d_mean == pytest.approx((up - down) / (2 * h), rel=1e-6)
    up, down = (rule(mean, var + s, best)[0] for s in (h, -h))
    assert d_var == pytest.approx((up - down) / (2 * h), rel=1e-5)


def test_expected_improvement_equals_its_integral():
    mean, sd, best = 0.3, 0.7, 0.1
    density = stats.norm(mean, sd).pdf
    expected, _ = integrate.quad(lambda f: (best - f) * density(f), -10, best)
    value, _, _ = log_expected_improvement(np.array([mean]), np.array([sd**2]), best)
    assert np.exp(value[0]) == pytest.approx(expected, rel=1e-8)


def test_log_expected_improvement_is_finite_at_the_smallest_variance():
    values = log_expected_improvement(np.array([0.0, 5.0]), np.full(2, 1e-12), 0.0)
    assert all(np.all(np.isfinite(v)) for v in values)


def test_feasibility_is_a_probability_and_half_where_nothing_is_known():
    p = np.exp(log_feasibility(np.array([-1.0, 0.0, 1.0]))[0])
    assert p[1] == 0.5
    assert 0 < p[0] < 0.01
    assert p[0] + p[2] == pytest.approx(1.0)


@pytest.mark.parametrize("mean", [-1.2, -0.2, 0.7])
def test_feasibility_derivative_equals_central_differences(mean):
    h = 1e-6
    _, d_mean = log_feasibility(np.array([mean]))
    up, down = log_feasibility(np.array([mean + h, mean - h]))[0]
    assert d_mean[0] == pytest.approx((up - down) / (2 * h), rel=1e-6)


@pytest.mark.parametrize("with_labels", [False, True])
def test_acquisition_gradient_equals_central_differences(with_labels):
    rng = np.random.default_rng(0)
    points = tree_points(rng, 25)
    losses = condition(tree_kernel(), points, rng.standard_normal(25), THETA)
    labels = condition(tree_kernel(), points, np.sign(points.Z[:, 0]), THETA)
    acquisition = Acquisition(losses, [Feasibility(labels)] if with_labels else [])
    at, h = tree_points(rng, 6), 1e-6
    value, gradient = acquisition.value_and_gradient(at)
    np.testing.assert_array_equal(value, acquisition.value(at))
    numeric = np.zeros_like(at.Z)
    for c in range(at.Z.shape[1]):
        shift = np.zeros_like(at.Z)
        shift[:, c] = h
        up = acquisition.value(Points(at.Z + shift, at.active))
        down = acquisition.value(Points(at.Z - shift, at.active))
        numeric[:, c] = (up - down) / (2 * h)
    np.testing.assert_allclose(gradient, numeric, rtol=1e-5, atol=1e-6)


def test_labels_lower_the_acquisition_where_evaluations_failed():
    rng = np.random.default_rng(1)
    points = tree_points(rng, 25)
    losses = condition(tree_kernel(), points, rng.standard_normal(25), THETA)
    labels = condition(tree_kernel(), points, np.where(points.Z[:, 0] > 0, 1.0, -1.0), THETA)
    penalty = Acquisition(losses, [Feasibility(labels)]).value(points) - Acquisition(losses).value(
        points
    )
    assert penalty[points.Z[:, 0] > 0].min() > penalty[points.Z[:, 0] <= 0].max()


def test_the_probability_of_improvement_is_that_of_the_normal_distribution():
    mean, var = np.array([0.3, -1.2, 40.0]), np.array([0.49, 4.0, 1.0])
    value, _, _ = log_probability_of_improvement(mean, var, 0.1)
    expected = stats.norm(mean, np.sqrt(var)).logcdf(0.1 - MARGIN)
    np.testing.assert_allclose(value, expected, rtol=1e-12)


def test_the_confidence_bound_is_a_quantile():
    mean, var = np.array([0.3, -1.2]), np.array([0.49, 4.0])
    value, _, _ = confidence_bound(mean, var, 0.0)
    low = stats.norm(mean, np.sqrt(var)).ppf(stats.norm.cdf(-KAPPA))
    np.testing.assert_allclose(-value, low, rtol=1e-12)
