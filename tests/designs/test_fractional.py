"""Regular fractions: their resolution is that of the published tables."""

from itertools import combinations

import numpy as np
import pytest

from skhpo.designs.fractional import regular_fraction

# Montgomery, Design and Analysis of Experiments: factors, added factors, resolution
PUBLISHED = [
    (3, 1, 3),
    (4, 1, 4),
    (5, 1, 5),
    (5, 2, 3),
    (6, 1, 6),
    (6, 2, 4),
    (6, 3, 3),
    (7, 1, 7),
    (7, 2, 4),
    (7, 3, 4),
    (7, 4, 3),
    (8, 2, 5),
    (8, 3, 4),
    (8, 4, 4),
    (9, 2, 6),
    (9, 3, 4),
    (9, 4, 4),
    (9, 5, 3),
    (10, 3, 5),
    (10, 4, 4),
    (10, 5, 4),
    (10, 6, 3),
    (11, 4, 5),
    (11, 7, 3),
    (15, 11, 3),
]


@pytest.mark.parametrize(("k", "q", "resolution"), PUBLISHED)
def test_resolution_is_the_published_one(k, q, resolution):
    fraction = regular_fraction(k, k - q)
    assert fraction.resolution == resolution
    assert len(fraction.table()) == 2 ** (k - q)
    assert sum(fraction.word_lengths.values()) == 2**q - 1


@pytest.mark.parametrize(("k", "m", "p"), [(5, 3, 2), (7, 4, 2), (4, 2, 3), (5, 3, 3)])
def test_words_are_constant_over_the_runs(k, m, p):
    """The defining relation: every word equals the identity in every run."""
    fraction = regular_fraction(k, m, p)
    assert ((fraction.table() @ fraction.words.T) % p == 0).all()


@pytest.mark.parametrize(("k", "m", "p"), [(5, 4, 2), (8, 4, 2), (4, 3, 3), (4, 2, 3)])
def test_strength_is_one_less_than_the_resolution(k, m, p):
    fraction = regular_fraction(k, m, p)
    table, t = fraction.table(), fraction.resolution - 1

    def is_balanced(columns):
        _, counts = np.unique(table[:, columns], axis=0, return_counts=True)
        return len(counts) == p ** len(columns) and len(set(counts)) == 1

    assert all(is_balanced(list(c)) for c in combinations(range(k), t))
    assert not all(is_balanced(list(c)) for c in combinations(range(k), t + 1))


def test_three_level_generators_are_written_with_powers():
    fraction = regular_fraction(4, 2, 3)
    assert fraction.generators == ("C = AB", "D = AB^2")
    assert fraction.word_lengths == {3: 4}


def test_the_whole_factorial_has_no_words():
    fraction = regular_fraction(3, 3)
    assert fraction.resolution is None
    assert fraction.generators == ()
    assert len(np.unique(fraction.table(), axis=0)) == 8


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((4, 2, 4), "n_levels should be a prime number, got 4"),
        ((3, 4), "n_basic should be from 1 to n_factors=3, got 4"),
        ((8, 3), "k should be at most 7"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        regular_fraction(*arguments)
