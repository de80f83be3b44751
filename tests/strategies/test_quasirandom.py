"""Designed samples as strategies: positions, proportions, sizes."""

import numpy as np
import pytest

from skhpo import Choice, Real, Space, When
from skhpo.strategies import QuasiRandom
from skhpo.strategies.quasirandom import BLOCKS, SEQUENCES

EVERY = pytest.mark.parametrize("sequence", sorted(SEQUENCES | BLOCKS))
CUBE = Space({name: Real(0, 1) for name in "abc"})


def points(sequence, groups, *, space=CUBE, seed=0, budget=20):
    strategy = QuasiRandom(space=space, seed=seed, budget=budget, sequence=sequence)
    return np.array([candidate.x for n in groups for candidate in strategy.ask(n)])


@EVERY
def test_points_depend_on_their_position_alone(sequence):
    together = points(sequence, [50])
    np.testing.assert_array_equal(points(sequence, [1] * 50), together)
    np.testing.assert_array_equal(points(sequence, [7, 13, 30]), together)
    assert not np.isin(points(sequence, [50], seed=1), together).any()


@EVERY
def test_points_are_the_design_itself(sequence):
    if sequence in BLOCKS:
        expected = BLOCKS[sequence](20, 3, np.random.default_rng((0, 0)))
    else:
        expected = SEQUENCES[sequence](64, 3, np.random.default_rng(0))[:20]
    np.testing.assert_array_equal(points(sequence, [20]), expected)


@pytest.mark.parametrize("sequence", sorted(SEQUENCES))
def test_a_sequence_goes_on_where_it_was(sequence):
    strategy = QuasiRandom(space=CUBE, seed=0, sequence=sequence)
    x = np.vstack([strategy._ask(n, np.random.default_rng(n)) for n in (60, 60, 80)])
    np.testing.assert_array_equal(x, SEQUENCES[sequence](200, 3, np.random.default_rng(0)))


@EVERY
def test_weights_of_alternatives_are_respected(sequence):
    """Points that are even in the cube are so in the cells, which are as wide as the weights."""
    space = Space({"k": Choice("a", "b", "c", weights=[5, 2, 1]), "x": Real(0, 1)})
    x = points(sequence, [160], space=space, budget=160)
    share = np.bincount(space.columns[0].index(x[:, 0]), minlength=3) / 160
    tolerance = 0.1 if sequence == "antithetic" else 0.04  # one is random, the others are even
    np.testing.assert_allclose(share, [5 / 8, 2 / 8, 1 / 8], atol=tolerance)


@EVERY
def test_a_conditional_parameter_is_spread_where_it_exists(sequence):
    space = Space({"k": Choice("plain", When("deep", depth=Real(0, 1))), "n": Real(0, 1)})
    x = points(sequence, [128], space=space, budget=128)
    depth = x[~np.isnan(x[:, 1]), 1]
    assert 50 <= len(depth) <= 78
    assert np.histogram(depth, bins=4, range=(0, 1))[0].min() >= 8


@pytest.mark.parametrize("sequence", ["lhs", "lhs_optimized", "lhs_orthogonal"])
def test_a_hypercube_has_the_size_of_the_budget(sequence):
    for column in points(sequence, [3, 9], budget=12).T:
        assert sorted((12 * column).astype(int).tolist()) == list(range(12))


def test_poisson_disks_are_for_few_parameters():
    with pytest.raises(ValueError, match="at most 6 parameters"):
        points("poisson_disk", [1], space=Space({name: Real(0, 1) for name in "abcdefg"}))


def test_antithetic_candidates_come_in_pairs():
    x = points("antithetic", [1, 1, 1, 1])
    np.testing.assert_array_equal(x[::2] + x[1::2], np.ones((2, 3)))
