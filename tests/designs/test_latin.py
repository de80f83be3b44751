"""Latin hypercubes: one point a slice, and what the two better kinds add to that."""

import numpy as np
import pytest
from scipy.stats import qmc

from skhpo.designs.latin import latin, optimized, orthogonal


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("make", [latin, optimized, orthogonal])
@pytest.mark.parametrize("d", [1, 2, 3, 8])
@pytest.mark.parametrize("n", [1, 2, 9, 20])
def test_each_slice_holds_one_point(make, n, d):
    x = make(n, d, rng())
    assert x.shape == (n, d)
    for column in x.T:
        assert sorted((n * column).astype(int).tolist()) == list(range(n))


@pytest.mark.parametrize(("p", "d"), [(2, 3), (3, 4), (5, 6), (7, 2), (7, 5)])
def test_each_square_of_two_coordinates_holds_one_point(p, d):
    x = orthogonal(p * p, d, rng())
    cells = (p * x).astype(int)
    for i in range(d):
        for j in range(i):
            assert len(np.unique(cells[:, [i, j]], axis=0)) == p * p


@pytest.mark.parametrize(("n", "d"), [(30, 2), (64, 5), (20, 8)])
def test_a_part_of_an_orthogonal_array_is_better_than_a_random_hypercube(n, d):
    ours = np.median([qmc.discrepancy(orthogonal(n, d, rng(s))) for s in range(15)])
    theirs = np.median([qmc.discrepancy(latin(n, d, rng(s))) for s in range(15)])
    assert ours < 0.9 * theirs


def test_the_order_of_an_orthogonal_hypercube_is_random():
    """A search may end early: a part of the points should not be a part of the cube."""
    first = np.array([orthogonal(49, 3, rng(s))[0] for s in range(200)])
    assert first.mean(axis=0) == pytest.approx(0.5, abs=0.08)
    assert first.std(axis=0) == pytest.approx(np.sqrt(1 / 12), abs=0.04)
    halves = np.array([orthogonal(49, 3, rng(s))[:24].mean(axis=0) for s in range(50)])
    assert np.abs(halves - 0.5).max() < 0.2


def test_swaps_lower_the_discrepancy():
    for seed in range(3):
        ours = qmc.discrepancy(optimized(25, 3, rng(seed)))
        assert ours < 0.7 * np.median([qmc.discrepancy(latin(25, 3, rng(s))) for s in range(9)])
