import numpy as np
import pytest
from scipy import stats
from sklearn.preprocessing import PowerTransformer

from skhpo.surrogates.transform import (
    best_lambda,
    normalise,
    standardise,
    yeo_johnson,
)

SAMPLES = {
    "normal": lambda rng: rng.standard_normal(80),
    "exponential": lambda rng: rng.exponential(size=80),
    "left": lambda rng: -rng.lognormal(size=80),
    "heavy": lambda rng: rng.standard_t(2, size=80),
}


@pytest.mark.parametrize("lam", [-1.0, 0.0, 0.3, 1.0, 2.0, 3.5])
def test_transform_equals_scipy(lam):
    y = np.random.default_rng(0).standard_normal(50) * 2
    np.testing.assert_allclose(yeo_johnson(y, lam), stats.yeojohnson(y, lam), rtol=1e-12)


def test_lambda_one_is_the_identity():
    y = np.linspace(-3, 3, 13)
    np.testing.assert_allclose(yeo_johnson(y, 1.0), y, atol=1e-14)


@pytest.mark.parametrize("sample", SAMPLES)
def test_lambda_equals_scipy(sample):
    y = SAMPLES[sample](np.random.default_rng(1))
    assert best_lambda(y) == pytest.approx(stats.yeojohnson_normmax(y), abs=1e-4)


@pytest.mark.parametrize("sample", SAMPLES)
def test_normalise_equals_power_transformer(sample):
    y = standardise(SAMPLES[sample](np.random.default_rng(2)))
    expected = PowerTransformer("yeo-johnson").fit_transform(y[:, None])[:, 0]
    np.testing.assert_allclose(normalise(y), expected, atol=1e-3)


@pytest.mark.parametrize("sample", SAMPLES)
def test_normalise_keeps_the_order_and_standardises(sample):
    y = SAMPLES[sample](np.random.default_rng(3))
    z = normalise(y)
    np.testing.assert_array_equal(np.argsort(z), np.argsort(y))
    assert z.mean() == pytest.approx(0, abs=1e-12)
    assert z.std() == pytest.approx(1)


def test_normalise_does_not_depend_on_location_and_scale():
    y = np.random.default_rng(4).exponential(size=30)
    np.testing.assert_allclose(normalise(y), normalise(100 * y - 7), atol=1e-4)


@pytest.mark.parametrize(
    "y", [[0.3, 0.3, 0.3], [1e300, -1e308, 1e308], [], [5.0], [1e9, 1e9 + 1e-7, 1e9]]
)
def test_what_cannot_be_standardised_is_none(y):
    assert normalise(np.array(y)) is None


@pytest.mark.parametrize("cliff", [1e3, 1e9, 1e12])
def test_one_cliff_leaves_the_rest_finite_and_ordered(cliff):
    y = np.append(np.linspace(0, 1, 20), cliff)
    z = normalise(y)
    assert np.all(np.isfinite(z))
    assert np.argmax(z) == 20
