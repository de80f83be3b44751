"""The arithmetic of rungs: published numbers, and those of scikit-learn."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingRandomSearchCV

from skhpo.schedules.rungs import halving, hyperband, levels, n_halvings


def pairs(rungs):
    return [(rung.n_candidates, rung.resource) for rung in rungs]


def test_the_brackets_of_the_paper():
    """Table 1 of Li et al. (2018): R = 81, factor 3."""
    brackets = hyperband(levels(1, 81))
    assert [pairs(bracket) for bracket in brackets] == [
        [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)],
        [(34, 3), (11, 9), (3, 27), (1, 81)],
        [(15, 9), (5, 27), (1, 81)],
        [(8, 27), (2, 81)],
        [(5, 81)],
    ]


def test_the_brackets_rounded_down():
    brackets = hyperband(levels(1, 81), sizes="floor")
    assert [bracket[0].n_candidates for bracket in brackets] == [81, 27, 9, 6, 5]


@pytest.mark.parametrize(
    ("n_candidates", "factor", "min_resources"),
    [(60, 3, 20), (50, 2, 20), (10, 3, 7), (100, 4, 7)],
)
def test_halving_counts_as_scikit_learn(n_candidates, factor, min_resources):
    X, y = np.zeros((1000, 1)), np.arange(1000) % 2
    search = HalvingRandomSearchCV(
        DummyClassifier(),
        {"constant": np.arange(1000)},
        n_candidates=n_candidates,
        factor=factor,
        min_resources=min_resources,
        cv=2,
        refit=False,
        random_state=0,
    ).fit(X, y)
    rungs = halving(n_candidates, min_resources, search.n_iterations_, factor)
    assert pairs(rungs) == [*zip(search.n_candidates_, search.n_resources_, strict=True)]


def test_powers_survive_rounding():
    for factor in (2, 3, 5, 10):
        for power in range(1, 12):
            assert n_halvings(factor**power, factor) == power
            assert levels(1, factor**power, factor) == tuple(factor**i for i in range(power + 1))


@pytest.mark.parametrize(("low", "high"), [(20, 1000), (1, 2), (5, 5), (66, 1797), (4, 100)])
def test_levels_stay_in_their_limits(low, high):
    amounts = levels(low, high)
    assert amounts[0] >= low
    assert amounts[-1] == high
    assert list(amounts) == sorted(set(amounts))


def test_a_factor_need_not_be_an_integer():
    assert levels(1, 16, factor=2.5) == (1, 2, 6, 16)


@pytest.mark.parametrize("factor", [1.1, 1.3, 1.5, 2])
def test_every_rung_gives_more_than_the_one_below(factor):
    """A small factor leaves integers as they are: such a rung would repeat what is known."""
    amounts = [rung.resource for rung in halving(100, 1, 8, factor)]
    assert all(below < above for below, above in pairwise(amounts))
    assert amounts[0] == 1
