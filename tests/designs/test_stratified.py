"""Stratified sampling: boxes of one volume that cover the cube, a point in each."""

import numpy as np
import pytest

from skhpo.designs.stratified import boxes, stratified

SIZES = [(1, 3), (2, 1), (9, 2), (31, 3), (64, 2), (50, 12)]


def rng(seed=0):
    return np.random.default_rng(seed)


def holds(low, high, x):
    """Return which box holds which point, shape (n boxes, n points)."""
    return ((low[:, None] <= x) & (x < high[:, None])).all(axis=2)


@pytest.mark.parametrize(("n", "d"), SIZES)
def test_boxes_have_one_volume_and_cover_the_cube(n, d):
    low, high = boxes(n, d, rng())
    np.testing.assert_allclose(np.prod(high - low, axis=1), 1 / n)
    assert (holds(low, high, rng(1).random((500, d))).sum(axis=0) == 1).all()


@pytest.mark.parametrize(("n", "d"), SIZES)
def test_each_box_holds_one_point(n, d):
    inside = holds(*boxes(n, d, rng()), stratified(n, d, rng()))
    assert (inside.sum(axis=0) == 1).all()
    assert (inside.sum(axis=1) == 1).all()


@pytest.mark.parametrize(("n", "d", "k"), [(64, 2, 8), (64, 3, 4), (7, 1, 7)])
def test_boxes_are_a_grid_where_they_can_be(n, d, k):
    low, high = boxes(n, d, rng())
    np.testing.assert_allclose(high - low, 1 / k)
    assert len(np.unique(np.round(low * k), axis=0)) == n


@pytest.mark.parametrize(("n", "d"), [(12, 2), (50, 3), (100, 4)])
def test_boxes_are_not_slices(n, d):
    low, high = boxes(n, d, rng())
    assert ((high - low).max(axis=1) / (high - low).min(axis=1) < 3.1).all()


def test_every_coordinate_is_cut_where_there_are_more_of_them_than_cuts():
    low, high = boxes(32, 10, rng())
    assert ((high - low < 1).sum(axis=1) == 5).all()
    assert ((high - low < 1).sum(axis=0) > 0).all()


@pytest.mark.parametrize("f", [lambda x: x.prod(axis=1), lambda x: np.sin(9 * x[:, 0] + x[:, 1])])
def test_means_are_right_and_vary_less(f):
    ours = np.array([f(stratified(20, 2, rng(s))).mean() for s in range(400)])
    plain = np.array([f(rng(s).random((20, 2))).mean() for s in range(400)])
    truth = f(rng(0).random((200_000, 2))).mean()
    assert ours.mean() == pytest.approx(truth, abs=5 * ours.std() / 20 + 0.005)
    assert ours.var() < 0.5 * plain.var()


def test_the_order_is_random():
    first = np.array([stratified(16, 2, rng(s))[0] for s in range(300)])
    assert first.mean(axis=0) == pytest.approx(0.5, abs=0.07)
