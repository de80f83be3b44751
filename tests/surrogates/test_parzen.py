"""The Parzen estimator is the density it says it is, and draws from it.

That it is the density of Optuna is in `test_parzen_reference`.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import integrate, stats

from skhpo import Choice, Integer, Real, Space
from skhpo.surrogates.parzen import Parzen, bandwidths

REAL = Space({"a": Real(0, 1)}).columns
TWO = Space({"a": Real(0, 1), "b": Real(0, 1)}).columns
LEVELS = Space({"n": Integer(1, 40, log=True)}).columns
KINDS = Space({"k": Choice("x", "y", "z", weights=[2, 3, 5])}).columns
POINTS = np.array([[0.1], [0.35], [0.4], [0.95]])
SIGMA = [0.25, 0.25, 0.55, 0.55]


def centres(column):
    return column.position(np.arange(column.n_values))[:, None]


def masses(parzen):
    [column] = parzen.columns
    left, right = column.ends(centres(column)[:, 0])
    return np.exp(parzen.log_density(centres(column))) * (right - left)


def test_one_dimension_is_a_mixture_of_truncated_normals():
    x = np.linspace(0.01, 0.99, 25)
    expected = np.zeros(25)
    for weight, centre, scale in zip(
        [1, 1, 1, 1, 2], [*POINTS[:, 0], 0.5], [*SIGMA, 1.0], strict=True
    ):
        ends = -centre / scale, (1 - centre) / scale
        expected += weight / 6 * stats.truncnorm(*ends, loc=centre, scale=scale).pdf(x)
    found = Parzen(POINTS, REAL, prior_weight=2.0).log_density(x[:, None])
    np.testing.assert_allclose(np.exp(found), expected, rtol=1e-12)


def test_bandwidths_are_gaps_within_limits():
    np.testing.assert_allclose(bandwidths(POINTS)[:, 0], SIGMA)
    np.testing.assert_allclose(bandwidths(np.full((7, 1), 0.5)), 1 / 9)
    np.testing.assert_allclose(bandwidths(np.full((300, 1), 0.5)), 1 / 100)
    np.testing.assert_allclose(bandwidths(np.array([[0.3]])), 0.7)  # with no neighbour, the ends


def test_bandwidths_of_each_coordinate_are_of_the_points_that_have_it():
    points = np.random.default_rng(0).random((20, 2))
    points[3:15, 1] = np.nan
    found, known = bandwidths(points), ~np.isnan(points[:, 1])
    np.testing.assert_array_equal(found[:, :1], bandwidths(points[:, :1]))
    np.testing.assert_array_equal(found[known, 1:], bandwidths(points[known, 1:]))
    assert np.isnan(found[~known, 1]).all()


@pytest.mark.parametrize("points", [POINTS, np.empty((0, 1)), np.array([[0.0], [1.0], [1.0]])])
def test_it_integrates_to_one(points):
    parzen = Parzen(points, REAL)

    def density(u):
        return float(np.exp(parzen.log_density(np.array([[u]]))[0]))

    total, _ = integrate.quad(density, 0, 1)
    assert total == pytest.approx(1.0, abs=1e-8)


@settings(deadline=None, max_examples=50)
@given(
    arrays(float, st.tuples(st.integers(0, 40), st.just(1)), elements=st.floats(0, 1)),
    st.sampled_from([LEVELS, KINDS]),
)
def test_cells_and_categories_sum_to_one(points, columns):
    [column] = columns
    snapped = column.position(column.index(points))
    assert masses(Parzen(snapped, columns)).sum() == pytest.approx(1.0, abs=1e-9)


def test_a_far_cell_has_a_density():
    """Where the mass of a kernel underflows the prior is left."""
    points = np.full((300, 1), 0.002)
    found = Parzen(points, Space({"n": Integer(1, 10**6)}).columns).log_density(np.array([[0.9]]))
    prior = stats.truncnorm(-0.5, 0.5, loc=0.5, scale=1.0).pdf(0.9)
    weight = 1 / (1 + 25 + np.linspace(1 / 300, 1, 275).sum())
    assert np.exp(found[0]) == pytest.approx(weight * prior, rel=1e-6)


def test_what_goes_together_stays_together():
    parzen = Parzen(np.array([[0.1, 0.1], [0.9, 0.9]] * 20), TWO)
    together, apart = parzen.log_density(np.array([[0.1, 0.1], [0.1, 0.9]]))
    assert together > apart + 2


def test_categories_have_the_masses_of_their_counts_and_the_prior():
    found = masses(Parzen(centres(KINDS[0])[[0, 0, 2]], KINDS, prior_weight=0.5))
    share = 0.5 / 4 * 3  # of the prior beside the own category
    kernels = [np.array([0.2, 0.3, 0.5]) * share / (1 + share) for _ in range(4)]
    for kernel, own in zip(kernels, [0, 0, 2], strict=False):
        kernel[own] += 1 / (1 + share)
    kernels[3] = np.array([0.2, 0.3, 0.5])  # the prior
    expected = np.average(kernels, axis=0, weights=[1, 1, 1, 0.5])
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_an_inactive_coordinate_of_a_candidate_is_left_out():
    points = np.random.default_rng(0).random((6, 2))
    grid = (np.arange(4000) + 0.5) / 4000
    at = np.column_stack([np.full(4000, 0.9), grid])
    parzen = Parzen(points, TWO)
    marginal = parzen.log_density(np.array([[0.9, np.nan]]))[0]
    assert np.exp(parzen.log_density(at)).mean() == pytest.approx(np.exp(marginal), rel=1e-6)


def test_an_inactive_coordinate_of_a_point_is_the_prior():
    parzen = Parzen(np.array([[0.2, np.nan]]), TWO)
    x = np.array([[0.2, 0.1], [0.2, 0.5]])
    prior = stats.truncnorm(-0.5, 0.5, loc=0.5, scale=1.0).logpdf(x[:, 1])
    np.testing.assert_allclose(np.diff(parzen.log_density(x)), np.diff(prior))


@pytest.mark.parametrize("columns", [REAL, LEVELS, KINDS])
def test_draws_follow_the_density(columns):
    [column] = columns
    points = column.dimension.snap(POINTS)
    parzen = Parzen(points, columns)
    drawn = parzen.draw(20_000, np.random.default_rng(0))
    if column.kind == "continuous":
        grid = np.linspace(0, 1, 2001)
        cdf = integrate.cumulative_trapezoid(
            np.exp(parzen.log_density(grid[:, None])), grid, initial=0.0
        )
        assert stats.kstest(drawn[:, 0], lambda u: np.interp(u, grid, cdf)).pvalue > 0.01
        return
    counts = np.bincount(column.index(drawn[:, 0]), minlength=column.n_values)
    assert stats.chisquare(counts, masses(parzen) * len(drawn)).pvalue > 0.01


def test_draws_have_no_missing_values():
    drawn = Parzen(np.array([[0.2, np.nan]]), TWO).draw(100, np.random.default_rng(0))
    assert np.isfinite(drawn).all()
    assert ((drawn >= 0) & (drawn <= 1)).all()
