import numpy as np
import pytest
from scipy import stats
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from skhpo.surrogates.gp import condition, fit
from skhpo.surrogates.kernels import Points
from tests.surrogates.test_kernels import tree_kernel, tree_points
from tests.surrogates.test_likelihood import one_term, plain

THETA = np.log(np.array([0.5, 0.8, 0.3, 0.6, 1.1, 0.7, 1.9, 0.01]))


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def tree(rng):
    return condition(tree_kernel(), tree_points(rng, 30), rng.standard_normal(30), THETA)


def test_mean_and_deviation_equal_scikit_learn(rng):
    X, y, at = rng.random((40, 3)), rng.standard_normal(40), rng.random((20, 3))
    scales, s2, noise = np.array([0.4, 0.9, 0.6]), 1.3, 0.02
    kernel = ConstantKernel(s2) * Matern(scales, nu=2.5)
    theirs = GaussianProcessRegressor(kernel, alpha=noise, optimizer=None).fit(X, y)
    mean, deviation = theirs.predict(at, return_std=True)

    ours = condition(one_term(3), plain(X), y, np.log([*scales, s2, noise])).predict(plain(at))
    np.testing.assert_allclose(ours.mean, mean, atol=1e-8)
    np.testing.assert_allclose(np.sqrt(ours.var), deviation, atol=1e-8)


def test_fit_reaches_the_likelihood_of_scikit_learn_without_penalties(rng):
    X = rng.random((40, 1)) - 0.5
    y = np.sin(7 * X[:, 0]) + 0.05 * rng.standard_normal(40)
    kernel = ConstantKernel(1.0) * Matern([0.5], nu=2.5) + WhiteKernel(0.01)
    theirs = GaussianProcessRegressor(kernel, alpha=0.0).fit(X, y)
    ours = fit(one_term(1), plain(X), y, dimension=1)
    grid = np.linspace(-0.5, 0.5, 50)[:, None]
    assert np.abs(ours.predict(plain(grid)).mean - theirs.predict(grid)).max() < 0.05


def test_samples_have_the_joint_distribution_that_scikit_learn_gives(rng):
    X, y, at = rng.random((15, 2)), rng.standard_normal(15), rng.random((4, 2))
    scales, s2, noise = np.array([0.4, 0.9]), 1.3, 0.02
    kernel = ConstantKernel(s2) * Matern(scales, nu=2.5)
    theirs = GaussianProcessRegressor(kernel, alpha=noise, optimizer=None).fit(X, y)
    mean, cov = theirs.predict(at, return_cov=True)
    ours = condition(one_term(2), plain(X), y, np.log([*scales, s2, noise]))
    draws = ours.sample(plain(at), rng, 4000).T
    np.testing.assert_allclose(draws.mean(axis=0), mean, atol=0.05)
    np.testing.assert_allclose(np.cov(draws.T), cov, atol=0.05)


@pytest.mark.parametrize("family", ["matern52", "additive", "polynomial", "rbf"])
@pytest.mark.parametrize("quantity", ["mean", "var"])
def test_gradients_equal_central_differences(rng, quantity, family):
    kernel = tree_kernel().of_family(family)
    tree = condition(kernel, tree_points(rng, 30), rng.standard_normal(30), THETA)
    at, h = tree_points(rng, 7), 1e-6
    on, off = np.ones(7), np.zeros(7)
    slopes = (on, off) if quantity == "mean" else (off, on)
    gradient = tree.predict(at).gradient(*slopes)
    numeric = np.zeros_like(at.Z)
    for c in range(at.Z.shape[1]):
        shift = np.zeros_like(at.Z)
        shift[:, c] = h
        up = getattr(tree.predict(Points(at.Z + shift, at.active)), quantity)
        down = getattr(tree.predict(Points(at.Z - shift, at.active)), quantity)
        numeric[:, c] = (up - down) / (2 * h)
    np.testing.assert_allclose(gradient, numeric, atol=1e-6)


def test_variance_returns_to_the_prior_of_the_branch_far_from_the_data(tree, rng):
    at = tree_points(rng, 10)
    far = Points(at.Z + 100.0, at.active)
    np.testing.assert_allclose(
        tree.predict(far).var,
        tree.kernel.diagonal(far, np.exp(THETA[:5]), np.exp(THETA[5:7])),
        rtol=1e-10,
    )
    np.testing.assert_allclose(tree.predict(far).mean, 0.0, atol=1e-10)


def test_append_equals_a_full_factorisation_after_100_points(rng):
    points, y = tree_points(rng, 120), rng.standard_normal(120)
    first, rest = np.arange(20), np.arange(20, 120)
    grown = condition(tree_kernel(), points.take(first), y[:20], THETA)
    grown = grown.append(points.take(rest), y[20:])
    whole = condition(tree_kernel(), points, y, THETA)
    np.testing.assert_allclose(grown.L_inv, whole.L_inv, atol=1e-10)
    np.testing.assert_allclose(grown.alpha, whole.alpha, atol=1e-10)
    at = tree_points(rng, 9)
    np.testing.assert_allclose(grown.predict(at).mean, whole.predict(at).mean, atol=1e-10)
    np.testing.assert_allclose(grown.predict(at).var, whole.predict(at).var, atol=1e-10)


def test_a_believed_point_keeps_the_mean_and_lowers_the_variance(tree, rng):
    pending, at = tree_points(rng, 3), tree_points(rng, 50)
    believing = tree.append(pending)
    before, after = tree.predict(at), believing.predict(at)
    np.testing.assert_allclose(after.mean, before.mean, atol=1e-10)
    assert np.all(after.var <= before.var + 1e-12)
    assert np.all(believing.predict(pending).var < 0.01)
    assert len(tree.y) == 30  # the model itself is left as it is


def test_appending_nothing_changes_nothing(tree, rng):
    assert tree.append(tree_points(rng, 0)) is tree


@pytest.mark.parametrize("extra", [0.0, "vector"])
def test_leave_one_out_equals_explicit_refits(rng, extra):
    points, y = tree_points(rng, 15), rng.standard_normal(15)
    extra = rng.random(15) if extra == "vector" else np.zeros(15)
    whole = condition(tree_kernel(), points, y, THETA, extra)
    mean, var = whole.leave_one_out()
    for i in range(15):
        others = np.delete(np.arange(15), i)
        model = condition(tree_kernel(), points.take(others), y[others], THETA, extra[others])
        left_out = model.predict(points.take(np.array([i])))
        assert mean[i] == pytest.approx(left_out.mean[0], abs=1e-8)
        assert var[i] == pytest.approx(left_out.var[0] + np.exp(THETA[-1]) + extra[i], abs=1e-8)


@pytest.mark.parametrize("extra", [0.0, 0.3])
def test_fitted_values_are_the_posterior_means_at_the_data(rng, extra):
    points, y = tree_points(rng, 25), rng.standard_normal(25)
    model = condition(tree_kernel(), points, y, THETA, np.full(25, extra))
    means = model.predict(points).mean
    np.testing.assert_allclose(model.fitted(), means, atol=1e-10)
    assert model.incumbent() == pytest.approx(means.min())


def test_a_lucky_observation_is_not_the_incumbent():
    X = np.array([[0.0], [0.0], [0.0], [0.0], [0.4]])
    y = np.array([1.0, 1.0, 1.0, -1.5, -0.5])
    model = condition(one_term(1), plain(X), y, np.log([0.2, 1.0, 0.2]))
    assert np.argmin(y) == 3
    assert np.argmin(model.fitted()) == 4


def test_noisier_points_count_less():
    X, y = np.array([[0.0], [0.0]]), np.array([1.0, -1.0])
    model = condition(one_term(1), plain(X), y, np.log([1.0, 1.0, 0.01]), np.array([0.0, 1.0]))
    assert model.predict(plain(np.zeros((1, 1)))).mean[0] > 0.5


def test_gain_over_a_constant_equals_leaving_out_one_by_one():
    rng = np.random.default_rng(3)
    points, y = tree_points(rng, 12), rng.standard_normal(12)
    posterior = condition(tree_kernel(), points, y, THETA)
    total = 0.0
    for i in range(12):
        rest = np.delete(np.arange(12), i)
        p = condition(tree_kernel(), points.take(rest), y[rest], THETA).predict(
            points.take(np.array([i]))
        )
        model = stats.norm(p.mean[0], np.sqrt(p.var[0] + np.exp(THETA[-1])))
        spread = np.sqrt(np.var(y[rest], ddof=1) * (1 + 1 / 11))
        total += model.logpdf(y[i]) - stats.norm(y[rest].mean(), spread).logpdf(y[i])
    assert posterior.gain() == pytest.approx(total, rel=1e-8)


def additive(X):
    return np.sin(5 * X).sum(axis=1) + (X[:, :4] ** 2).sum(axis=1)


def test_additive_process_learns_an_additive_function_from_few_points():
    """40 points in 8 dimensions: far too few unless it is known that parameters add up."""
    rng = np.random.default_rng(0)
    X, at = rng.random((40, 8)) - 0.5, rng.random((500, 8)) - 0.5
    y, truth = additive(X), additive(at)
    errors = {}
    for family in ("matern52", "additive"):
        model = fit(one_term(8).of_family(family), plain(X), (y - y.mean()) / y.std(), dimension=8)
        mean = y.mean() + y.std() * model.predict(plain(at)).mean
        errors[family] = np.sqrt(np.mean((mean - truth) ** 2)) / truth.std()
    assert errors["additive"] < 0.15
    assert errors["matern52"] > 2.5 * errors["additive"]


def test_polynomial_process_extends_a_quadratic_beyond_its_data(rng):
    X, far = rng.random((40, 3)) - 0.5, rng.random((50, 3)) + 0.5

    def quadratic(X):
        return X[:, 0] ** 2 + X[:, 0] * X[:, 1] - 0.5 * X[:, 2]

    errors = {}
    for family in ("matern52", "polynomial"):
        model = fit(one_term(3).of_family(family), plain(X), quadratic(X), dimension=3)
        errors[family] = np.abs(model.predict(plain(far)).mean - quadratic(far)).max()
    assert errors["polynomial"] < 0.1 < errors["matern52"]


def test_other_values_at_the_same_points_make_the_model_that_is_made_anew(rng):
    at, values = tree_points(rng, 30), rng.standard_normal(30)
    model = condition(tree_kernel(), at, rng.standard_normal(30), THETA).with_values(values)
    anew, elsewhere = condition(tree_kernel(), at, values, THETA), tree_points(rng, 9)
    np.testing.assert_allclose(model.predict(elsewhere).mean, anew.predict(elsewhere).mean)
    np.testing.assert_allclose(model.predict(elsewhere).var, anew.predict(elsewhere).var)
