import numpy as np
import pytest
from scipy.optimize import minimize

from skhpo.surrogates.optimize import minimise


def quadratic(d, seed):
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((d, d))
    A = A @ A.T + 0.1 * np.eye(d)
    centre = rng.normal(0, 0.6, d)

    def fun(x, rows):
        g = (x - centre) @ A
        return 0.5 * np.einsum("ij,ij->i", x - centre, g), g

    return fun


@pytest.mark.parametrize("d", [1, 3, 8])
@pytest.mark.parametrize("seed", range(3))
def test_quadratic_in_a_box_equals_l_bfgs_b(d, seed):
    fun = quadratic(d, seed)
    starts = np.random.default_rng(seed).uniform(-0.5, 0.5, (5, d))
    x, f = minimise(fun, starts, -0.5, 0.5, max_rounds=200, tol=1e-8)
    expected = minimize(
        lambda v: [part[0] for part in fun(v[None], None)],
        starts[0],
        jac=True,
        method="L-BFGS-B",
        bounds=[(-0.5, 0.5)] * d,
        options={"ftol": 1e-14, "gtol": 1e-9},
    )
    np.testing.assert_allclose(f, expected.fun, atol=1e-6)
    np.testing.assert_allclose(x, np.tile(expected.x, (5, 1)), atol=2e-3)
    assert np.all(np.abs(x) <= 0.5)


def test_rosenbrock_is_solved_from_several_starts():
    def fun(x, rows):
        a, b = x.T
        f = (1 - a) ** 2 + 100 * (b - a * a) ** 2
        g = np.stack([-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)], axis=1)
        return f, g

    starts = np.array([[-1.2, 1.0], [0.0, 0.0], [1.5, -1.0]])
    x, f = minimise(fun, starts, -2.0, 2.0, max_rounds=200, tol=1e-6)
    np.testing.assert_allclose(x, 1.0, atol=1e-2)
    assert f.max() < 1e-4


def test_fixed_coordinates_stay():
    starts = np.random.default_rng(0).uniform(-0.5, 0.5, (4, 5))
    free = np.random.default_rng(1).random((4, 5)) < 0.5
    x, f = minimise(quadratic(5, 0), starts, -0.5, 0.5, free=free)
    np.testing.assert_array_equal(x[~free], starts[~free])
    assert np.all(f <= quadratic(5, 0)(starts, None)[0])


def test_starts_do_not_influence_each_other():
    fun = quadratic(4, 2)
    starts = np.random.default_rng(0).uniform(-0.5, 0.5, (6, 4))
    together, _ = minimise(fun, starts, -0.5, 0.5)
    alone = np.concatenate([minimise(fun, s[None], -0.5, 0.5)[0] for s in starts])
    np.testing.assert_allclose(together, alone, atol=1e-9)


def test_rows_say_which_start_a_point_belongs_to():
    goals = np.array([[-0.4], [0.0], [0.3]])

    def fun(x, rows):
        return ((x - goals[rows]) ** 2).sum(axis=1), 2 * (x - goals[rows])

    x, _ = minimise(fun, np.zeros((3, 1)), -0.5, 0.5)
    np.testing.assert_allclose(x, goals, atol=1e-4)


def test_values_that_are_not_finite_are_never_taken():
    def fun(x, rows):
        f = np.where(x[:, 0] > 0.2, np.nan, -x[:, 0])
        return f, np.full_like(x, -1.0)

    x, f = minimise(fun, np.zeros((1, 1)), -0.5, 0.5)
    assert 0.1 < x[0, 0] <= 0.2
    assert np.isfinite(f[0])


def test_no_coordinates_and_no_starts():
    def fun(x, rows):
        return np.zeros(len(x)), np.zeros_like(x)

    assert minimise(fun, np.zeros((3, 0)), 0, 1)[0].shape == (3, 0)
    assert minimise(fun, np.zeros((0, 2)), 0, 1)[0].shape == (0, 2)
