"""Sequences: what makes them what they are, and that a prefix stays a prefix."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import qmc

from skhpo.designs._primes import next_prime
from skhpo.designs.antithetic import antithetic
from skhpo.designs.faure import faure
from skhpo.designs.latin import latin, optimized, orthogonal
from skhpo.designs.sequences import halton, sobol, van_der_corput
from skhpo.designs.stratified import stratified

SEQUENCES = [sobol, halton, faure, van_der_corput, antithetic]


def rng(seed=0):
    return np.random.default_rng(seed)


def box_numbers(x, cuts):
    """Return the number of the box that holds each point, where coordinate j is cut cuts[j]."""
    # 1e-9: the edge 1/3 is a little less than a third
    return np.ravel_multi_index(np.floor(x * cuts + 1e-9).astype(int).T, cuts)


def radical_inverse(i, base=2):
    """Return the digits of ``i`` mirrored at the point."""
    value, unit = 0.0, 1.0
    while i:
        i, digit = divmod(i, base)
        unit /= base
        value += digit * unit
    return value


@pytest.mark.parametrize("make", SEQUENCES)
@pytest.mark.parametrize("d", [1, 2, 5])
def test_a_longer_prefix_begins_with_a_shorter_one(make, d):
    long = make(100, d, rng())
    assert long.shape == (100, d)
    assert ((long >= 0) & (long <= 1)).all()
    for n in (1, 7, 64):
        np.testing.assert_array_equal(make(n, d, rng()), long[:n])
    assert not np.array_equal(make(100, d, rng(1)), long)


@pytest.mark.parametrize("scramble", [False, True])
@pytest.mark.parametrize(("d", "base"), [(1, 2), (2, 2), (3, 3), (4, 5), (5, 5), (6, 7)])
def test_each_elementary_box_holds_one_point_of_faure(d, base, scramble):
    for m in (1, 2, 3):
        n = base**m
        x = faure(3 * n, d, rng(), scramble=scramble)
        for exponents in product(range(m + 1), repeat=d):
            if sum(exponents) != m:
                continue
            cuts = tuple(base**k for k in exponents)
            for start in (0, n, 2 * n):  # a sequence is made of such nets, one after the other
                numbers = box_numbers(x[start : start + n], cuts)
                assert len(np.unique(numbers)) == n


def test_faure_without_scrambling_begins_as_in_the_paper():
    """The first coordinate is the radical inverse; in base 3 the second is known by hand."""
    x = faure(9, 3, rng(), scramble=False)
    np.testing.assert_allclose(x[:, 0], [radical_inverse(i, 3) for i in range(9)])
    ninths = [0, 3, 6, 4, 7, 1, 8, 2, 5]
    np.testing.assert_allclose(9 * x[:, 1], ninths)


def test_scrambled_faure_is_uniform_over_seeds():
    first = np.array([faure(2, 3, rng(seed)) for seed in range(900)])
    for u in first.reshape(900, 6).T:
        counts = np.bincount((6 * u).astype(int), minlength=6)
        assert ((counts - 150) ** 2 / 150).sum() < 25  # chi-squared of 5: p < 0.0002


@pytest.mark.parametrize("d", [7, 12, 40])
def test_faure_stays_below_one_in_any_base(d):
    x = faure(500, d, rng())
    assert ((x >= 0) & (x < 1)).all()
    base = next_prime(d)
    for column in x[:base].T:
        assert len(np.unique((base * column).astype(int))) == base


def test_van_der_corput_is_the_radical_inverse():
    x = van_der_corput(100, 1, rng(), scramble=False)
    np.testing.assert_array_equal(x[:, 0], [radical_inverse(i) for i in range(100)])
    np.testing.assert_array_equal(x, qmc.Halton(1, scramble=False).random(100))


def test_each_coordinate_of_van_der_corput_has_a_term_in_each_slice():
    x = van_der_corput(128, 4, rng())
    for n in (1, 2, 4, 8, 16, 32, 64, 128):
        for column in x[:n].T:
            assert len(np.unique((n * column).astype(int))) == n


def test_coordinates_of_van_der_corput_are_not_correlated():
    seeds = range(200)
    r = [np.corrcoef(van_der_corput(64, 2, rng(seed)).T)[0, 1] for seed in seeds]
    assert abs(np.mean(r)) < 0.03
    # as of random orders: in their own order sequences are correlated by far more or not at all
    assert np.std(r) == pytest.approx(1 / np.sqrt(63), rel=0.25)


def test_antithetic_pairs_are_mirror_images():
    x = antithetic(101, 3, rng())
    np.testing.assert_array_equal(x[0:100:2] + x[1:100:2], np.ones((50, 3)))
    assert len(np.unique(x[::2, 0])) == 51


def test_antithetic_means_of_monotone_functions_vary_less():
    def spread(make):
        means = [np.exp(make(20, 3, rng(s)).sum(axis=1)).mean() for s in range(300)]
        return np.var(means)

    assert spread(antithetic) < 0.3 * spread(lambda n, d, r: r.random((n, d)))


@pytest.mark.parametrize(
    "make", [sobol, halton, faure, van_der_corput, latin, optimized, orthogonal, stratified]
)
@pytest.mark.parametrize(("n", "d"), [(64, 5), (30, 2)])
def test_discrepancy_is_below_that_of_random_points(make, n, d):
    seeds = range(2 if make is optimized else 15)
    ours = np.median([qmc.discrepancy(make(n, d, rng(s))) for s in seeds])
    random = np.median([qmc.discrepancy(rng(s).random((n, d))) for s in range(31)])
    assert ours < 0.7 * random


def test_next_prime():
    assert [next_prime(n) for n in (-3, 1, 2, 3, 4, 8, 9, 10, 14, 24, 90)] == [
        *(2, 2, 2, 3, 5, 11, 11, 11, 17, 29, 97)
    ]
