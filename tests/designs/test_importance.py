"""The mixture: quantiles, densities, and weights that bring means back."""

import numpy as np
import pytest

from skhpo.designs.importance import Histogram, defensive_weights

HISTOGRAM = Histogram(np.array([0.0, 0.1, 0.5, 0.6, 1.0]), np.array([0.5, 0.2, 0.0, 0.3]))


def test_quantiles_have_the_density():
    u = HISTOGRAM.quantile((np.arange(100_000) + 0.5) / 100_000)
    counts, _ = np.histogram(u, bins=HISTOGRAM.edges)
    np.testing.assert_allclose(counts / 100_000, HISTOGRAM.masses, atol=1e-4)
    np.testing.assert_allclose(
        HISTOGRAM.density(np.array([0.0, 0.05, 0.3, 0.55, 0.8, 1.0])),
        [5.0, 5.0, 0.5, 0.0, 0.75, 0.75],
    )


def test_density_integrates_to_one():
    assert HISTOGRAM.density((np.arange(1000) + 0.5) / 1000).mean() == pytest.approx(1.0)


@pytest.mark.parametrize("share", [0.05, 0.2, 1.0])
def test_weighted_means_are_means_under_the_uniform_distribution(share):
    """On a grid of the mixture's quantiles, that is without the noise of draws."""
    t = (np.arange(200_000) + 0.5) / 200_000
    x = np.concatenate([t, HISTOGRAM.quantile(t)])
    part = np.concatenate([np.full(len(t), share), np.full(len(t), 1 - share)]) / len(t)
    weights = defensive_weights(HISTOGRAM.density(x), share)
    assert weights.max() <= 1 / share + 1e-12
    assert part @ weights == pytest.approx(1.0, abs=1e-4)
    for power in (1, 2, 3):
        assert part @ (weights * x**power) == pytest.approx(1 / (1 + power), abs=1e-4)
