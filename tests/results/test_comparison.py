"""The candidates of a search beside the best of them."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import load_diabetes
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import (
    GridSearchCV,
    GroupShuffleSplit,
    KFold,
    RepeatedKFold,
    ShuffleSplit,
)
from statsmodels.stats.multitest import multipletests

from skhpo import RandomSearchCV, compare_candidates
from skhpo.results._complete import overlap
from skhpo.statistics import corrected_t_test, correlated_bayesian_t

X, y = load_diabetes(return_X_y=True)
ALPHAS = {"alpha": [0.001, 0.01, 0.1, 1.0, 10.0, 100.0]}


@pytest.fixture(scope="module")
def search():
    return GridSearchCV(Ridge(), ALPHAS, cv=10).fit(X, y)


def splits(search, row):
    results = search.cv_results_
    return np.array([results[f"split{i}_test_score"][row] for i in range(10)])


def test_each_row_is_the_test_of_its_scores(search):
    found = compare_candidates(search, rope=0.01)
    best = search.best_index_
    assert found.index[0] == found.attrs["against"] == best
    for row, line in found.iterrows():
        d = splits(search, row) - splits(search, best)
        assert line["difference"] == pytest.approx(d.mean())
        assert line["p_value"] == corrected_t_test(d, test_train_ratio=1 / 9).p_value
        assert line["params"] == search.cv_results_["params"][row]
        probabilities = correlated_bayesian_t(d, test_share=1 / 10, rope=0.01)
        assert_allclose(line[["p_better", "p_rope", "p_worse"]].astype(float), probabilities)
        if row != best:
            assert line["effect_size"] == pytest.approx(d.mean() / d.std(ddof=1))


def test_holm_is_over_the_others(search):
    found = compare_candidates(search)
    others = found.iloc[1:]
    assert_allclose(others["p_adjusted"], multipletests(others["p_value"], method="holm")[1])
    assert (found["distinguishable"] == (found["p_adjusted"] < 0.05)).all()
    assert found["distinguishable"].any()
    assert not found["distinguishable"].iloc[0]


def test_another_one_may_be_compared_with(search):
    found = compare_candidates(search, against=5)
    assert found.loc[5, "difference"] == 0
    assert (found["difference"] >= 0).all()


def test_a_search_of_ours_and_its_table_say_the_same(search):
    ours = RandomSearchCV(Ridge(), ALPHAS, n_iter=6, cv=10).fit(X, y)
    expected = compare_candidates(search)
    for source in (ours, ours.cv_results_, pd.DataFrame(ours.cv_results_)):
        pd.testing.assert_frame_equal(compare_candidates(source), expected)


def test_what_is_not_complete_is_left_out():
    ours = RandomSearchCV(Ridge(), ALPHAS, n_iter=6, cv=10, racing=True).fit(X, y)
    found = compare_candidates(ours)
    n_dropped = int((ours.cv_results_["status"] != "ok").sum())
    assert n_dropped
    assert found.attrs["n_left_out"] == n_dropped
    assert len(found) == 6 - n_dropped


@pytest.mark.parametrize(
    ("cv", "n_splits", "ratio"),
    [
        (None, 5, 1 / 4),
        (10, 10, 1 / 9),
        (KFold(3), 3, 1 / 2),
        (RepeatedKFold(n_splits=5, n_repeats=4), 20, 1 / 4),
        (ShuffleSplit(7), 7, 1 / 9),
        (ShuffleSplit(7, test_size=0.25), 7, 1 / 3),
        (ShuffleSplit(7, train_size=0.8), 7, 0.25),
        (ShuffleSplit(7, test_size=0.1, train_size=0.4), 7, 0.25),
        (ShuffleSplit(7, test_size=10, train_size=40), 7, 0.25),
        (GroupShuffleSplit(7), 7, 0.25),
    ],
)
def test_overlap_of_splitters(cv, n_splits, ratio):
    assert overlap(GridSearchCV(Ridge(), {}, cv=cv), n_splits) == pytest.approx(ratio)


def test_repeated_folds_are_not_taken_for_independent():
    cv = RepeatedKFold(n_splits=5, n_repeats=10, random_state=0)
    repeated = GridSearchCV(Ridge(), ALPHAS, cv=cv).fit(X, y)
    found = compare_candidates(repeated)
    named = compare_candidates(repeated.cv_results_, test_train_ratio=1 / 4)
    assert_allclose(found["p_value"], named["p_value"])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda s: compare_candidates(s, alpha=1), ValueError, "alpha.*got 1"),
        (lambda s: compare_candidates(s, against=77), ValueError, "against.*got 77"),
        (lambda s: compare_candidates(s, metric="f1"), ValueError, r"\['score'\], got 'f1'"),
        (lambda s: compare_candidates(s, rope=-1), ValueError, "rope.*got -1"),
        (lambda s: compare_candidates(Ridge()), NotFittedError, "Ridge has no cv_results_"),
        (lambda s: compare_candidates([1]), TypeError, "got list"),
        (lambda s: overlap(s, 1), ValueError, "single split"),
        (
            lambda s: overlap(GridSearchCV(Ridge(), {}, cv=ShuffleSplit(test_size=9)), 5),
            ValueError,
            "give test_train_ratio: test_size=9",
        ),
    ],
)
def test_bad_input_is_named(search, call, error, message):
    with pytest.raises(error, match=message):
        call(search)
