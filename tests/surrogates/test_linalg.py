import numpy as np
import pytest

from skhpo.surrogates.linalg import cholesky, inverse, one_thread, solve, triangular_inverse


@pytest.fixture
def covariance():
    A = np.random.default_rng(0).standard_normal((8, 8))
    return A @ A.T + np.eye(8)


def test_factor_inverse_and_solution_agree_with_numpy(covariance):
    L = cholesky(covariance)
    b = np.arange(8.0)
    np.testing.assert_allclose(L @ L.T, covariance, rtol=1e-12)
    assert np.all(np.triu(L, 1) == 0)
    np.testing.assert_allclose(inverse(L), np.linalg.inv(covariance), atol=1e-12)
    np.testing.assert_allclose(solve(L, b), np.linalg.solve(covariance, b), atol=1e-12)
    np.testing.assert_allclose(triangular_inverse(L) @ L, np.eye(8), atol=1e-12)


def test_arguments_are_left_as_they_are(covariance):
    before = covariance.copy()
    L = cholesky(covariance)
    factor = L.copy()
    inverse(L)
    triangular_inverse(L)
    np.testing.assert_array_equal(covariance, before)
    np.testing.assert_array_equal(L, factor)


def test_a_singular_covariance_gets_jitter():
    L = cholesky(np.ones((5, 5)))
    assert np.all(np.diag(L) > 0)
    np.testing.assert_allclose(L @ L.T, np.ones((5, 5)), atol=1e-6)


@pytest.mark.parametrize("C", [-np.eye(3), np.full((3, 3), np.nan)])
def test_what_is_no_covariance_is_refused(C):
    with pytest.raises(np.linalg.LinAlgError, match="3 points"):
        cholesky(C)


def test_one_thread_limits_and_restores():
    threadpoolctl = pytest.importorskip("threadpoolctl")

    def threads():
        return [
            lib["num_threads"]
            for lib in threadpoolctl.threadpool_info()
            if lib["user_api"] == "blas"
        ]

    before = threads()
    with one_thread():
        assert set(threads()) <= {1}
    assert threads() == before
