import numpy as np
import pytest

from skhpo.surrogates import process
from skhpo.surrogates.gp import condition
from skhpo.surrogates.kernels import FAMILIES
from skhpo.surrogates.process import Process, is_fit_due, representative
from tests.surrogates.test_kernels import tree_kernel, tree_points
from tests.surrogates.test_likelihood import one_term, plain


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    points = tree_points(rng, 60)
    y = np.sin(6 * points.Z[:, 0]) + points.Z[:, 3] + 0.1 * rng.standard_normal(60)
    return points, y, rng.random(60) * 0.01


def first(data, n):
    points, y, noise = data
    return points.take(np.arange(n)), y[:n], noise[:n]


def test_appending_equals_a_factorisation_with_the_same_hyper_parameters(data):
    grown = Process(tree_kernel(), 3.0)
    theta = grown.update(*first(data, 40)).theta
    for n in (41, 45, 60):
        points, y, noise = first(data, n)
        posterior = grown.update(points, y - y.mean(), noise, fits=False)  # other values as well
        whole = condition(tree_kernel(), points, y - y.mean(), theta, noise)
        np.testing.assert_allclose(posterior.L_inv, whole.L_inv, atol=1e-9)
        np.testing.assert_allclose(posterior.alpha, whole.alpha, atol=1e-7)
        np.testing.assert_array_equal(posterior.noise, whole.noise)


@pytest.mark.parametrize("change", ["order", "noise", "fewer"])
def test_data_that_do_not_begin_with_the_last_ones_are_factored_anew(data, change):
    points, y, noise = data
    model = Process(tree_kernel(), 3.0)
    theta = model.update(*data).theta
    rows = {"order": np.roll(np.arange(60), 1), "noise": np.arange(60), "fewer": np.arange(50)}
    rows = rows[change]
    noise = noise[rows] + (change == "noise")
    posterior = model.update(points.take(rows), y[rows], noise, fits=False)
    whole = condition(tree_kernel(), points.take(rows), y[rows], theta, noise)
    np.testing.assert_array_equal(posterior.alpha, whole.alpha)


def test_nothing_is_factored_between_fits(data, monkeypatch):
    model = Process(tree_kernel(), 3.0)
    model.update(*first(data, 40))
    monkeypatch.setattr(process, "condition", None)
    monkeypatch.setattr(process, "fit_hyperparameters", None)
    assert len(model.update(*data, fits=False).y) == 60


def test_a_fit_is_due_each_time_at_first_and_once_in_a_hundredth_later():
    assert all(is_fit_due(n, n - 1) for n in range(1, 301))
    due, n_fitted = [], 300
    for n in range(301, 1201):
        if is_fit_due(n, n_fitted):
            due.append(n - n_fitted)
            n_fitted = n
    assert due[0] == 4
    assert due[-1] == 12


def test_the_best_values_are_among_those_that_decide_hyper_parameters():
    y = np.random.default_rng(0).permutation(900).astype(float)
    rows = representative(y)
    assert len(np.unique(rows)) == 300
    assert set(range(100)) <= set(y[rows])
    assert 400 < np.mean(y[rows][y[rows] >= 100]) < 600
    np.testing.assert_array_equal(rows, representative(y))


@pytest.mark.parametrize("family", ["matern12", "polynomial", "additive"])
def test_the_family_that_made_the_data_is_chosen(family):
    rng = np.random.default_rng(1)
    X = plain(rng.random((80, 3)) - 0.5)
    kernel = one_term(3).of_family(family)
    K = kernel.matrix(X, X, np.full(3, 0.3), np.ones(1))
    y = np.linalg.cholesky(K + 1e-6 * np.eye(80)) @ rng.standard_normal(80)
    model = Process(one_term(3), 3.0, FAMILIES)
    model.update(X, (y - y.mean()) / y.std(), np.zeros(80))
    assert model.family == family
    assert model.posterior.kernel.family == family


def test_families_are_compared_at_the_first_and_each_eighth_fit(data, monkeypatch):
    compared = []
    monkeypatch.setattr(Process, "_choose", lambda self, *data: compared.append(self._n_fits))
    model = Process(tree_kernel(), 3.0, ("matern52", "rbf"))
    for _ in range(18):
        model.update(*first(data, 10))
    assert compared == [1, 9, 17]
