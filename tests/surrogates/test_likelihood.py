import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from skhpo.surrogates.kernels import FAMILIES, Points, Term, TreeKernel
from skhpo.surrogates.likelihood import (
    NOISE_BOX,
    SCALE_BOX,
    Penalty,
    fit_hyperparameters,
    negative_log_likelihood,
    unpack,
)
from tests.surrogates.test_kernels import tree_kernel, tree_points


def plain(X):
    return Points(X, np.ones((len(X), 0), dtype=bool))


def one_term(d):
    return TreeKernel((Term(np.arange(d), None),), np.arange(d))


def central_differences(fun, theta, h=1e-5):
    steps = np.eye(len(theta)) * h
    return np.array([(fun(theta + s) - fun(theta - s)) / (2 * h) for s in steps])


@pytest.mark.parametrize(("n", "d"), [(5, 1), (30, 4), (60, 7)])
def test_value_and_gradient_equal_scikit_learn(n, d):
    rng = np.random.default_rng(n)
    X, y = rng.random((n, d)) - 0.5, rng.standard_normal(n)
    theta = np.log(np.concatenate([rng.uniform(0.2, 2, d), [1.7], [0.03]]))
    kernel = ConstantKernel(1.0) * Matern(np.ones(d), nu=2.5) + WhiteKernel(1.0)
    theirs = GaussianProcessRegressor(kernel, alpha=0.0, optimizer=None).fit(X, y)
    order = [d, *range(d), d + 1]  # theirs: variance, length-scales, noise
    value, gradient = theirs.log_marginal_likelihood(theta[order], eval_gradient=True)

    our_value, our_gradient = negative_log_likelihood(theta, one_term(d), plain(X), y)
    assert our_value == pytest.approx(-value, rel=1e-8)
    np.testing.assert_allclose(our_gradient[order], -gradient, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(3))
def test_tree_gradient_equals_central_differences(seed, family):
    rng = np.random.default_rng(seed)
    points, y = tree_points(rng, 30), rng.standard_normal(30)
    kernel = tree_kernel().of_family(family)
    theta = np.concatenate([rng.normal(-0.5, 0.5, 5), [0.2, -0.4], [-4.0]])

    def value(t):
        return negative_log_likelihood(t, kernel, points, y)[0]

    _, gradient = negative_log_likelihood(theta, kernel, points, y)
    np.testing.assert_allclose(gradient, central_differences(value, theta), atol=1e-6)


def test_extra_noise_is_added_to_the_diagonal():
    rng = np.random.default_rng(0)
    X, y, extra = rng.random((12, 2)), rng.standard_normal(12), rng.random(12)
    theta = np.array([0.0, 0.1, 0.2, -3.0])

    def value(t):
        return negative_log_likelihood(t, one_term(2), plain(X), y, extra)[0]

    _, gradient = negative_log_likelihood(theta, one_term(2), plain(X), y, extra)
    np.testing.assert_allclose(gradient, central_differences(value, theta), atol=1e-6)
    constant, _ = negative_log_likelihood(theta, one_term(2), plain(X), y, 0.25)
    theta[-1] = np.log(np.exp(theta[-1]) + 0.25)
    assert negative_log_likelihood(theta, one_term(2), plain(X), y)[0] == pytest.approx(constant)


@pytest.mark.parametrize("n_amplitudes", [1, 2])
def test_penalty_gradient_equals_central_differences(n_amplitudes):
    penalty = Penalty(3, n_amplitudes, 11.0)
    theta = np.random.default_rng(0).normal(-1, 1, 4 + n_amplitudes)
    _, gradient = penalty.value(theta)
    numeric = central_differences(lambda t: penalty.value(t)[0], theta)
    np.testing.assert_allclose(gradient, numeric, atol=1e-7)


@pytest.mark.parametrize(("dimension", "scale"), [(2, 0.5), (6, 0.5), (24, 1.0)])
def test_length_scales_start_at_half_the_cube_and_grow_with_the_dimension(dimension, scale):
    start = Penalty(1, 1, dimension).start()
    np.testing.assert_allclose(np.exp(start), [scale, 1.0, np.exp(-5)])


def test_penalty_of_a_length_scale_is_smallest_at_its_start():
    penalty = Penalty(1, 1, 24)
    values = [penalty.value(np.array([t, 0.0, -5.0]))[0] for t in (-0.1, 0.0, 0.1)]
    assert np.argmin(values) == 1


def test_fit_lowers_the_penalised_likelihood_and_stays_in_the_box():
    rng = np.random.default_rng(0)
    points, kernel = tree_points(rng, 40), tree_kernel()
    y = np.sin(6 * points.Z[:, 0]) + points.Z[:, 3] + 0.1 * rng.standard_normal(40)
    penalty = Penalty(5, 2, 3.0)
    theta = fit_hyperparameters(kernel, points, y, dimension=3.0)

    def objective(t):
        return negative_log_likelihood(t, kernel, points, y)[0] + penalty.value(t)[0]

    assert objective(theta) < objective(penalty.start())
    box = penalty.box()
    assert np.all((theta >= box[:, 0]) & (theta <= box[:, 1]))
    scales, _, noise = unpack(theta, 5)
    assert SCALE_BOX[0] <= scales.min() <= scales.max() <= SCALE_BOX[1]
    assert NOISE_BOX[0] <= noise <= NOISE_BOX[1]


def test_fit_finds_the_relevant_dimension():
    X = np.random.default_rng(0).random((40, 2)) - 0.5
    theta = fit_hyperparameters(one_term(2), plain(X), np.sin(8 * X[:, 0]), dimension=2)
    assert theta[1] > theta[0] + 1.0


def test_fit_keeps_the_better_of_several_starts():
    rng = np.random.default_rng(1)
    X = rng.random((25, 2)) - 0.5
    y = np.sin(9 * X[:, 0])
    penalty = Penalty(2, 1, 2)
    far = np.array([3.5, 3.5, -4.0, 0.0])

    def objective(t):
        return negative_log_likelihood(t, one_term(2), plain(X), y)[0] + penalty.value(t)[0]

    ends = [
        objective(fit_hyperparameters(one_term(2), plain(X), y, dimension=2, starts=starts))
        for starts in ([far], [penalty.start()], [far, penalty.start()])
    ]
    assert ends[2] == min(ends)


def test_fit_returns_the_start_if_no_likelihood_can_be_computed():
    X, start = np.zeros((3, 1)), np.array([0.1, 0.2, -3.0])
    y = np.array([0.0, np.nan, 1.0])
    theta = fit_hyperparameters(one_term(1), plain(X), y, dimension=1, starts=[start])
    np.testing.assert_array_equal(theta, start)
