"""The distribution of CMA-ES against a library of its own, and the laws of the margin."""

import numpy as np
import pytest
from scipy.stats import norm

from skhpo.surrogates.cma import Constants, SearchDistribution, default_population

cmaes = pytest.importorskip("cmaes")


@pytest.mark.parametrize("d", [2, 5, 10])
def test_told_the_same_it_is_in_the_same_state(d):
    """Mean, step, covariance and both paths over 100 generations."""
    rng = np.random.default_rng(d)
    mean = rng.random(d)
    theirs = cmaes.CMA(mean=mean.copy(), sigma=0.3, seed=1)
    ours = SearchDistribution(mean, 0.3)
    assert ours.population == theirs.population_size == default_population(d)
    scales = 10 ** np.linspace(0, 3, d)
    for _ in range(100):
        X = ours.draw(ours.population, rng)
        losses = ((X - 0.3) ** 2 * scales).sum(axis=1)
        theirs.tell([*zip(X, losses, strict=True)])
        theirs.ask()  # it decomposes its covariance when it is asked
        ours.update(X, losses)
        np.testing.assert_allclose(ours.mean, theirs._mean, rtol=1e-10, atol=1e-14)
        assert ours.sigma == pytest.approx(theirs._sigma, rel=1e-10)
    size = np.abs(theirs._C).max()
    np.testing.assert_allclose(ours.cov / size, theirs._C / size, atol=1e-10)
    np.testing.assert_allclose(ours.path_cov, theirs._pc, atol=1e-10)
    np.testing.assert_allclose(ours.path_sigma, theirs._p_sigma, atol=1e-10)


def test_it_begins_about_points_as_the_library_does():
    X = np.random.default_rng(0).random((7, 3))
    mean, sigma, cov = cmaes.get_warm_start_mgd([(x, 0.0) for x in X], gamma=1.0)
    ours = SearchDistribution.about(X)
    np.testing.assert_allclose(ours.mean, mean, rtol=1e-12)
    assert ours.sigma == pytest.approx(sigma, rel=1e-12)
    np.testing.assert_allclose(ours.cov, cov, rtol=1e-10)


def test_points_are_drawn_inside_the_cube():
    state = SearchDistribution(np.array([0.02, 0.98, 0.5]), 0.3)
    X = state.draw_inside(500, np.random.default_rng(0))
    assert ((X >= 0) & (X <= 1)).all()
    assert len(np.unique(X[:, 0])) == 500  # not clipped
    outside = SearchDistribution(np.array([5.0]), 0.01).draw_inside(3, np.random.default_rng(0))
    assert outside.tolist() == [[1.0], [1.0], [1.0]]


def test_the_sphere_is_solved():
    rng = np.random.default_rng(0)
    state = SearchDistribution(np.full(10, 0.9), 0.3)
    best, n = np.inf, 0
    while best > 1e-8 and n < 2500:
        X = state.draw(state.population, rng)
        losses = ((X - 0.3) ** 2).sum(axis=1)
        state.update(X, losses)
        best, n = min(best, losses.min()), n + len(X)
    assert n < 2500


def test_positive_weights_add_up_to_one_and_the_covariance_keeps_its_size():
    for d in (1, 3, 20):
        for population in (4, 7, 30):
            weights = Constants(d, population).weights
            assert weights[weights > 0].sum() == pytest.approx(1.0)
            assert (np.diff(weights) <= 0).all()


def leaving(state, j, inner):
    """Return the probabilities of the cells on both sides of the mean's."""
    mean, sd = state.mean[j], state.spread()[j]
    below, above = inner[inner < mean], inner[inner >= mean]
    low = norm.cdf(below[-1], mean, sd) if len(below) else None
    high = norm.sf(above[0], mean, sd) if len(above) else None
    return low, high


@pytest.mark.parametrize("mean", [0.02, 0.3, 0.6, 0.98])
def test_every_cell_stays_within_reach(mean):
    inner = np.array([0.25, 0.5, 0.75])
    state = SearchDistribution(np.array([mean, 0.5]), 1e-3)
    alpha = 1 / (2 * state.population)
    state.keep_margin([inner, None])
    low, high = leaving(state, 0, inner)
    for probability in (low, high):
        assert probability is None or probability >= alpha / 2 * (1 - 1e-6)
    assert np.digitize(state.mean[0], inner) == np.digitize(mean, inner)
    assert state.scale[1] == 1.0
    assert state.mean[1] == 0.5


def test_a_wide_distribution_needs_no_margin():
    state = SearchDistribution(np.array([0.4]), 0.5)
    state.keep_margin([np.array([0.25, 0.5, 0.75])])
    assert state.scale.tolist() == [1.0]
    assert state.mean.tolist() == [0.4]
