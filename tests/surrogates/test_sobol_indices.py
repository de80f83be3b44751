"""Sobol' indices against functions whose indices are known in closed form."""

import numpy as np
import pytest
from scipy.stats import qmc

from skhpo.surrogates.sobol_indices import partial_variances


def samples(d, n=2**13):
    return np.hsplit(qmc.Sobol(2 * d, seed=0).random(n), 2)


def ishigami(U, a=7.0, b=0.1):
    x = np.pi * (2.0 * U - 1.0)
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami():
    found = partial_variances(ishigami, *samples(3), [0, 1, 2])
    assert found.total == pytest.approx(13.8446, rel=0.01)
    np.testing.assert_allclose(found.first / found.total, [0.3139, 0.4424, 0.0], atol=0.01)
    np.testing.assert_allclose(found.whole / found.total, [0.5576, 0.4424, 0.2437], atol=0.01)


def test_additive():
    weights = np.array([1.0, 2.0, 0.0])
    found = partial_variances(lambda U: U @ weights, *samples(3), [0, 1, 2])
    np.testing.assert_allclose(found.first, weights**2 / 12, atol=1e-3)
    np.testing.assert_allclose(found.whole, weights**2 / 12, atol=1e-3)
    assert found.whole[2] == 0.0


def test_product():
    """Sobol's g-function: V_j = 1 / (3 (1 + a_j)²), Var = Π (1 + V_j) - 1."""
    a = np.array([0.0, 1.0, 9.0])
    V = 1.0 / (3.0 * (1.0 + a) ** 2)
    variance = np.prod(1.0 + V) - 1.0
    whole = V * np.prod(1.0 + V) / (1.0 + V)
    found = partial_variances(
        lambda U: np.prod((np.abs(4 * U - 2) + a) / (1 + a), axis=1), *samples(3), [0, 1, 2]
    )
    assert found.total == pytest.approx(variance, rel=0.01)
    np.testing.assert_allclose(found.first, V, atol=0.005)
    np.testing.assert_allclose(found.whole, whole, atol=0.005)


def test_only_the_columns_that_are_asked_for():
    found = partial_variances(ishigami, *samples(3), [2])
    assert found.first.shape == found.whole.shape == (1,)
    assert found.whole[0] / found.total == pytest.approx(0.2437, abs=0.01)
