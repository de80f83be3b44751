"""Priors as histograms: probabilities of cells that are known in closed form."""

import numpy as np
import pytest
from scipy import stats

from skhpo import Choice, Integer, Real, Space
from skhpo.space.priors import prior_cells


def column(values):
    [found] = Space({"p": values}).columns
    return found


def probability(col, prior, low, high):
    """Return what the histogram gives to the positions between two."""
    edges, masses = prior_cells(col, prior)
    cumulative = np.concatenate([[0.0], np.cumsum(masses)])
    return np.diff(np.interp([low, high], edges, cumulative))[0]


def by_value(col, prior):
    """Return the probability of each value."""
    edges, masses = prior_cells(col, prior)
    centers = col.position(np.arange(col.n_values))
    cells = np.searchsorted(edges[1:-1], centers, side="right")
    widths = np.diff(_ends(col) if col.edges is None else col.edges)
    return masses[cells] / np.diff(edges)[cells] * widths


def _ends(col):
    """Return the ends of the cells of whole numbers, by their formula."""
    numbers = np.arange(col.dimension.low, col.dimension.high + 2) - 0.5
    numbers = np.log(numbers) if col.log else numbers
    return (numbers - numbers[0]) / (numbers[-1] - numbers[0])


@pytest.mark.parametrize(
    ("values", "prior"),
    [
        (Real(1e-3, 1e3, log=True), stats.loguniform(1e-3, 1e3)),
        (Real(1e-3, 1e3, log=True), Real(1e-3, 1e3, log=True)),
        (Real(-2, 5), stats.uniform(-10, 40)),
        (stats.norm(3, 2), stats.norm(3, 2)),
        (Integer(1, 30, log=True), Integer(1, 30, log=True)),
        (Integer(1, 30), stats.randint(1, 31)),
        (Integer(1, 30), stats.uniform(0.5, 30)),
        (Integer(1, 10**9, log=True), Integer(1, 10**9, log=True)),
        (stats.poisson(4), stats.poisson(4)),
        (Choice("a", "b", weights=[3, 1]), Choice("b", "a", weights=[1, 3])),
        (["a", "b", "c"], [7, 7, 7]),
        ([4, 1, 2], {1: 1, 2: 1, 4: 1}),
    ],
)
def test_the_space_s_own_distribution_has_density_one(values, prior):
    edges, masses = prior_cells(column(values), prior)
    assert (np.diff(edges) > 0).all()
    assert (edges[0], edges[-1]) == (0.0, 1.0)
    np.testing.assert_allclose(masses, np.diff(edges), rtol=1e-6, atol=3e-9)


def test_a_continuous_prior_has_its_own_probabilities():
    col = column(Real(1e-2, 1e2, log=True))
    prior = stats.lognorm(0.5, scale=3.0)
    inside = prior.cdf(1e2) - prior.cdf(1e-2)
    for low, high in ((1e-2, 1.0), (1.0, 3.0), (3.0, 10.0)):
        expected = (prior.cdf(high) - prior.cdf(low)) / inside
        found = probability(col, prior, col.unit(low), col.unit(high))
        assert found == pytest.approx(expected, abs=1e-4)


def test_a_narrow_prior_keeps_its_shape():
    col = column(Real(0, 1))
    prior = stats.norm(0.3, 1e-6)
    assert probability(col, prior, 0.0, 0.3) == pytest.approx(0.5, abs=1e-3)
    assert probability(col, prior, 0.3 - 1e-6, 0.3 + 1e-6) == pytest.approx(0.6827, abs=2e-3)


def test_a_prior_is_truncated_to_the_range():
    col, prior = column(Real(0, 5)), stats.norm(5, 1)
    expected = stats.truncnorm(-5, 0, loc=5, scale=1)
    for value in (3.0, 4.0, 4.5):
        assert probability(col, prior, 0.0, value / 5) == pytest.approx(
            expected.cdf(value), abs=1e-4
        )
    assert probability(col, Real(4, 9), 0.8, 1.0) == pytest.approx(1.0)


def test_whole_numbers_take_what_rounds_to_them():
    prior = stats.norm(3, 1.5)
    expected = np.diff(prior.cdf(np.arange(1, 8) - 0.5))
    for log in (False, True):
        found = by_value(column(Integer(1, 6, log=log)), prior)
        np.testing.assert_allclose(found, expected / expected.sum(), rtol=1e-9)


def test_discrete_priors_of_whole_numbers_are_exact():
    found = by_value(column(Integer(0, 5)), stats.binom(5, 0.3))
    np.testing.assert_allclose(found, stats.binom(5, 0.3).pmf(np.arange(6)))
    found = by_value(column(Integer(1, 8)), Integer(2, 4))
    np.testing.assert_allclose(found, [0, 1 / 3, 1 / 3, 1 / 3, 0, 0, 0, 0], atol=1e-12)


@pytest.mark.parametrize("prior", [Integer(2, 4), {2: 1, 3: 1, 4: 1}, stats.randint(2, 5)])
def test_few_of_very_many_whole_numbers_are_told_apart(prior):
    col = column(Integer(1, 10**8))
    u = np.arange(6) / 10**8  # from the left of 1 to the right of 5
    found = [probability(col, prior, *u[i : i + 2]) for i in range(5)]
    np.testing.assert_allclose(found, [0, 1 / 3, 1 / 3, 1 / 3, 0], atol=1e-6)


def test_a_list_of_numbers_takes_what_is_nearest_or_the_very_values():
    geometric = column([0.01, 0.1, 1, 10])
    found = by_value(geometric, stats.loguniform(10**-2.5, 10**1.5))
    np.testing.assert_allclose(found, 0.25)
    found = by_value(column([1, 2, 4, 8]), stats.randint(1, 5))
    np.testing.assert_allclose(found, [1 / 3, 1 / 3, 1 / 3, 0], atol=1e-12)
    found = by_value(column([0, 10, 30]), stats.uniform(0, 40))
    np.testing.assert_allclose(found, [5 / 40, 15 / 40, 20 / 40])


def test_weights_follow_the_list_as_it_was_written():
    listed = column([10, 1, 5])  # its cells are in the order of size
    found = by_value(listed, [6, 3, 1])
    assert [found[listed.dimension.cell(listed.unit(v))] for v in (10, 1, 5)] == [0.6, 0.3, 0.1]
    np.testing.assert_allclose(found, by_value(listed, {1: 3, 5: 1, 10: 6}))


@pytest.mark.parametrize(
    ("values", "prior", "error", "message"),
    [
        (Real(0, 1), stats.norm(99, 0.1), ValueError, "gives no probability to what is allowed"),
        (Real(0, 1), Real(2, 3), ValueError, "gives no probability"),
        (["a", "b"], {"a": 0.0}, ValueError, "weights should be positive and finite, got 0.0"),
        (["a", "b"], [1, -1], ValueError, "weights should be positive and finite, got -1"),
        (["a", "b"], {"a": "much"}, TypeError, "weights should be numbers, got 'much'"),
        (["a", "b"], [1, 2, 3], ValueError, "2 weights are needed, one a value"),
        (["a", "b"], Choice("x", "y"), ValueError, "gives no probability"),
        (["a", "b"], stats.norm(), TypeError, "says nothing of alternatives"),
        (Real(0, 1), {0.5: 1.0}, TypeError, "weights say nothing of a number from 0.0 to 1.0"),
        (Real(0, 1), stats.randint(0, 2), TypeError, "is discrete"),
        (Real(0, 1), stats.beta, TypeError, "should be frozen"),
        (Real(0, 1), "norm", TypeError, "a prior should be a frozen distribution"),
        (Real(0, 1), stats.norm(0, -1), ValueError, "has no values"),
    ],
)
def test_what_makes_no_sense_is_named(values, prior, error, message):
    with pytest.raises(error, match=message):
        prior_cells(column(values), prior)
