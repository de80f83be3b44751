import numpy as np
import pytest

from skhpo.surrogates.neighbours import exchanged, filled, perturbed
from tests.surrogates.test_encoding import Column, category, number


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_filled_draws_only_what_is_missing(rng):
    X = np.array([[0.3, np.nan], [np.nan, 0.6]])
    U = filled(X, rng)
    assert U[0, 0] == 0.3
    assert U[1, 1] == 0.6
    assert np.all((U >= 0) & (U <= 1))


def test_perturbed_points_stay_in_the_cube_and_near(rng):
    columns = [number(), number(), category(3)]
    X = np.tile([0.99, 0.5, 1 / 6], (50, 1))
    U = perturbed(X, columns, np.array([0.02, 0.02]), 3.0, rng)
    assert U.shape == (100, 3)
    assert np.all((U >= 0) & (U <= 1))
    assert np.abs(U[:, :2] - [0.99, 0.5]).max() < 0.1
    assert 0.02 < (U[:, 2] != 1 / 6).mean() < 0.25  # a category is redrawn with probability 0.1


@pytest.mark.parametrize(("dimension", "share"), [(2, 1.0), (8, 0.5), (100, 0.3)])
def test_the_share_of_numbers_that_move_falls_with_the_dimension(rng, dimension, share):
    U = perturbed(np.full((400, 5), 0.5), [number()] * 5, np.array([0.1]), dimension, rng)
    assert (U != 0.5).mean() == pytest.approx(share, abs=0.06)


def test_exchanged_changes_each_category_to_every_other(rng):
    columns = [category(3), number(), category(2)]
    U = exchanged(np.array([[0.5, 0.4, 0.25]]), columns, rng)
    expected = [[1 / 6, 0.4, 0.25], [5 / 6, 0.4, 0.25], [0.5, 0.4, 0.75]]
    np.testing.assert_allclose(U, expected)


def test_exchanged_steps_discrete_numbers_within_their_range(rng):
    U = exchanged(np.array([[0.1]]), [Column("discrete", 5)], rng, reach=2)
    np.testing.assert_allclose(U, [[0.3], [0.5]])
    U = exchanged(np.array([[0.5]]), [Column("discrete", 5)], rng, reach=2)
    np.testing.assert_allclose(U, [[0.1], [0.3], [0.7], [0.9]])
    assert len(exchanged(np.array([[0.5]]), [Column("discrete", 5)], rng)) == 0


def test_exchanged_leaves_inactive_parameters_to_chance(rng):
    U = exchanged(np.array([[0.25, np.nan]]), [category(2), category(4)], rng)
    assert U.shape == (1, 2)
    assert U[0, 0] == 0.75
    assert 0 <= U[0, 1] <= 1


def test_exchanged_of_no_points_is_empty(rng):
    assert exchanged(np.empty((0, 2)), [category(2), number()], rng).shape == (0, 2)
