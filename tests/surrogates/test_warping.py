import numpy as np
import pytest
from scipy import integrate, stats

from skhpo.surrogates.transform import normalise
from skhpo.surrogates.warping import WARPINGS, Warping, log_density

SAMPLES = {
    "normal": np.random.default_rng(0).standard_normal(60),
    "positive": np.random.default_rng(1).lognormal(size=60),
    "cliff": np.append(np.linspace(0.1, 0.4, 59), 1e6),
}


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("name", WARPINGS)
def test_transforms_are_in_order_and_standardised(name, sample):
    y = np.sort(SAMPLES[sample])
    z = Warping.of(name, y)(y)
    assert np.all(np.diff(z) >= 0)
    assert z.mean() == pytest.approx(0, abs=1e-9)
    assert z.std() == pytest.approx(1)


@pytest.mark.parametrize("sample", SAMPLES)
def test_yeo_johnson_is_that_of_all_losses(sample):
    y = SAMPLES[sample]
    np.testing.assert_allclose(Warping.of("yeo_johnson", y)(y), normalise(y), atol=1e-9)


@pytest.mark.parametrize("sample", ["normal", "positive"])
@pytest.mark.parametrize("name", WARPINGS)
def test_slope_equals_central_difference(name, sample):
    y = np.linspace(*np.quantile(SAMPLES[sample], [0.05, 0.9]), 40)
    warping = Warping.of(name, SAMPLES[sample])
    h = 1e-6 * np.ptp(y)
    numeric = (warping(y + h) - warping(y - h)) / (2 * h)
    np.testing.assert_allclose(np.exp(warping.log_slope(y)), numeric, rtol=1e-5)


@pytest.mark.parametrize("name", WARPINGS)
def test_densities_integrate_to_one(name):
    """Of the losses, not of their transforms; a limit cuts off what lies beyond it."""
    warping = Warping.of(name, SAMPLES["positive"])
    low, high = -2.0, min(warping.limit, 60.0)

    def density(y):
        return np.exp(log_density(np.array([y]), warping, np.full(1, -0.3), np.full(1, 0.2)))[0]

    total, _ = integrate.quad(density, low, high, limit=400)
    ends = warping(np.array([low, np.nextafter(high, 0)]))
    expected = np.diff(stats.norm(-0.3, np.sqrt(0.2)).cdf(ends))[0]
    assert total == pytest.approx(expected, abs=1e-6)
    assert expected > 0.9


@pytest.mark.parametrize("name", sorted(set(WARPINGS) - {"yeo_johnson"}))
def test_what_is_far_worse_than_most_is_not_told_apart(name):
    y = SAMPLES["cliff"]
    warping = Warping.of(name, y)
    middle = np.median(y)
    limit = middle + 5 * stats.median_abs_deviation(y, scale="normal")
    assert warping.limit == pytest.approx(limit, rel=1e-4)
    np.testing.assert_array_equal(warping(np.array([1e6, 1e9])), warping(np.array([2.0, 2.0])))
    assert np.ptp(warping(y[:-1])) > 1.0  # the others are
    assert warping.log_slope(np.array([1e6]))[0] == -np.inf


def test_the_good_side_has_no_limit():
    y = -SAMPLES["cliff"]
    assert Warping.of("none", y).limit > y.max()
    np.testing.assert_array_equal(Warping.of("winsorised", y)(y), Warping.of("yeo_johnson", y)(y))


def test_log_makes_a_lognormal_sample_normal():
    y = np.exp(np.random.default_rng(0).standard_normal(400) * 1.5)
    skewness = {name: stats.skew(Warping.of(name, y)(y)) for name in ("none", "log")}
    assert skewness["none"] > 1.2
    assert abs(skewness["log"]) < 0.7


def test_a_map_does_not_depend_on_location_and_scale():
    y = SAMPLES["positive"]
    for name in WARPINGS:
        other = 100 * y - 7
        np.testing.assert_allclose(
            Warping.of(name, other)(other), Warping.of(name, y)(y), atol=1e-4
        )


@pytest.mark.parametrize("name", WARPINGS)
@pytest.mark.parametrize("y", [[0.3, 0.3, 0.3], [1e300, -1e308, 1e308], []])
def test_what_cannot_be_standardised_is_none(name, y):
    assert Warping.of(name, np.array(y)) is None


@pytest.mark.parametrize("name", WARPINGS)
def test_many_ties_are_no_limit(name):
    y = np.array([0.5] * 20 + [0.1, 0.9])
    z = Warping.of(name, y)(y)
    assert z[-1] > z[0] > z[-2]
