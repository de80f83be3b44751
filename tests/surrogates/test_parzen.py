"""The Parzen estimator is the density it says it is, and draws from it."""

import numpy as np
import pytest
from scipy import integrate, stats

from skhpo.surrogates.parzen import Parzen

POINTS = np.array([[0.1], [0.35], [0.4], [0.95]])
CELLS = np.array([0.0, 0.2, 0.5, 1.0])


def density(parzen):
    return lambda u: float(np.exp(parzen.log_density(np.array([[u]]))[0]))


def test_one_dimension_is_a_mixture_of_truncated_normals():
    parzen = Parzen(POINTS, {}, prior_weight=2.0)
    sigma = 0.2 * 4 ** (-1 / 5)
    assert parzen.bandwidth == pytest.approx(max(sigma, 1 / 5))
    scale = parzen.bandwidth
    x = np.linspace(0.01, 0.99, 25)
    kernels = [
        stats.truncnorm(-c / scale, (1 - c) / scale, loc=c, scale=scale).pdf(x)
        for c in POINTS[:, 0]
    ]
    expected = (np.sum(kernels, axis=0) + 2.0) / 6.0
    np.testing.assert_allclose(np.exp(parzen.log_density(x[:, None])), expected, rtol=1e-10)


@pytest.mark.parametrize("points", [POINTS, POINTS[:1], POINTS[:0]])
def test_it_integrates_to_one(points):
    total, _ = integrate.quad(density(Parzen(points, {})), 0, 1)
    assert total == pytest.approx(1.0, abs=1e-7)


def test_products_of_two_dimensions_integrate_to_one():
    points = np.array([[0.2, 0.7], [0.9, 0.1], [0.5, 0.5]])
    parzen = Parzen(points, {})
    grid = (np.arange(200) + 0.5) / 200
    X = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
    assert np.exp(parzen.log_density(X)).mean() == pytest.approx(1.0, abs=1e-3)


def test_components_are_chosen_as_a_whole():
    parzen = Parzen(np.array([[0.1, 0.1], [0.9, 0.9]] * 20), {})
    together, apart = parzen.log_density(np.array([[0.1, 0.1], [0.1, 0.9]]))
    assert together > apart + 1


def test_categories_are_smoothed_with_the_prior():
    points = np.array([[0.1], [0.1], [0.7]])  # cells 0, 0 and 2
    parzen = Parzen(points, {0: CELLS})
    centres = (CELLS[:-1] + CELLS[1:]) / 2
    widths = np.diff(CELLS)
    masses = np.exp(parzen.log_density(centres[:, None])) * widths
    stay = 3 / (3 + 3)
    counts = np.array([2, 0, 1])
    expected = (3 * (1 - stay) * widths + stay * counts + widths) / 4
    np.testing.assert_allclose(masses, expected, rtol=1e-12)
    assert masses.sum() == pytest.approx(1.0)


def test_an_inactive_coordinate_of_a_point_is_unknown():
    points = np.array([[0.1, np.nan], [0.9, 0.3]])
    parzen = Parzen(points, {})
    first = Parzen(points[:, :1], {})
    X = np.array([[0.1, np.nan], [0.8, np.nan]])
    np.testing.assert_allclose(parzen.log_density(X), _rebandwidth(first, parzen, X[:, :1]))
    grid = (np.arange(500) + 0.5) / 500
    given = np.column_stack([np.full(500, 0.9), grid])
    marginal = parzen.log_density(np.array([[0.9, np.nan]]))[0]
    assert np.exp(parzen.log_density(given)).mean() == pytest.approx(np.exp(marginal), rel=1e-3)


def _rebandwidth(parzen, like, X):
    """The density of fewer coordinates with the bandwidth of more."""
    x, scale = X[:, 0], like.bandwidth
    kernels = [
        stats.truncnorm(-c / scale, (1 - c) / scale, loc=c, scale=scale).pdf(x)
        for c in parzen.points[:, 0]
    ]
    return np.log((np.sum(kernels, axis=0) + 1.0) / 3.0)


def test_draws_follow_the_density():
    parzen = Parzen(POINTS, {})
    drawn = parzen.draw(4000, np.random.default_rng(0))[:, 0]
    grid = np.linspace(0, 1, 400)
    cdf = integrate.cumulative_trapezoid(
        np.exp(parzen.log_density(grid[:, None])), grid, initial=0.0
    )
    result = stats.kstest(drawn, lambda u: np.interp(u, grid, cdf / cdf[-1]))
    assert result.pvalue > 0.01


def test_drawn_categories_follow_the_masses():
    parzen = Parzen(np.array([[0.1], [0.1], [0.7]]), {0: CELLS})
    drawn = parzen.draw(6000, np.random.default_rng(0))[:, 0]
    counts, _ = np.histogram(drawn, CELLS)
    centres = (CELLS[:-1] + CELLS[1:]) / 2
    masses = np.exp(parzen.log_density(centres[:, None])) * np.diff(CELLS)
    assert stats.chisquare(counts, 6000 * masses / masses.sum()).pvalue > 0.01


def test_draws_have_no_gaps():
    points = np.array([[0.1, np.nan], [0.9, 0.3]])
    drawn = Parzen(points, {}).draw(100, np.random.default_rng(0))
    assert ((drawn >= 0) & (drawn <= 1)).all()
