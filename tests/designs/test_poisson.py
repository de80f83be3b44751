"""Poisson disk sampling: distances, and that no room is left."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from skhpo.designs.poisson import MAX_DIMS, poisson_disk
from skhpo.designs.sequences import sobol


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(("n", "d"), [(1, 1), (1, 3), (30, 1), (64, 2), (30, 4), (20, MAX_DIMS)])
def test_as_many_points_of_the_cube_as_were_asked_for(n, d):
    x = poisson_disk(n, d, rng())
    assert x.shape == (n, d)
    assert ((x >= 0) & (x <= 1)).all()
    assert not np.array_equal(x, poisson_disk(n, d, rng(1)))


@pytest.mark.parametrize(("n", "d"), [(20, 1), (40, 2), (60, 3), (40, 4), (30, 5)])
def test_points_keep_their_distance(n, d):
    """By more than those of a sequence, and hardly less than a packing of so many allows."""
    ours = np.median([pdist(poisson_disk(n, d, rng(s))).min() for s in range(3)])
    theirs = np.median([pdist(sobol(n, d, rng(s))).min() for s in range(25)])
    assert ours > 1.5 * theirs
    assert ours > 0.6 * n ** (-1 / d)


@pytest.mark.parametrize(("n", "d"), [(40, 2), (60, 3)])
def test_no_hole_is_left(n, d):
    """Each place has a point within about the radius; independent points leave larger holes."""
    probes = rng(9).random((2000, d))

    def hole(x):
        return np.linalg.norm(probes[:, None] - x, axis=2).min(axis=1).max()

    ours = np.median([hole(poisson_disk(n, d, rng(s))) for s in range(3)])
    theirs = np.median([hole(rng(s).random((n, d))) for s in range(15)])
    assert ours < 0.85 * theirs


def test_the_best_of_smooth_functions_is_found_more_closely_than_by_a_sequence():
    def function(seed, d=2):
        draws = rng(seed)
        w, b = 2 * draws.normal(size=(40, d)), draws.uniform(0, 2 * np.pi, 40)
        return lambda x: np.cos(x @ w.T + b).sum(axis=1) / np.sqrt(20)

    ours, theirs = ([make(60, 2, rng(s)) for s in range(10)] for make in (poisson_disk, sobol))
    gain = []
    for seed in range(600):
        f = function(seed)
        gain.append(f(theirs[seed % 10]).min() - f(ours[seed % 10]).min())
    assert np.mean(gain) > 3 * np.std(gain) / np.sqrt(600)


def test_too_many_dimensions_are_refused():
    with pytest.raises(ValueError, match=r"at most 6 parameters .*, got 7"):
        poisson_disk(10, 7, rng())
