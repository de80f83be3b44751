"""Nested cross-validation of searches of skhpo: what they allow that others do not."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, KFold, PredefinedSplit
from sklearn.neighbors import KNeighborsClassifier

from skhpo import HoldOut, RandomSearchCV, nested_cross_validate

X, y = load_iris(return_X_y=True)
NEIGHBOURS = {"n_neighbors": [1, 5, 25]}


def test_errors_may_be_raised_where_there_are_none():
    search = GridSearchCV(KNeighborsClassifier(), NEIGHBOURS, cv=3)
    raising = nested_cross_validate(search, X, y, error_score="raise")
    quiet = nested_cross_validate(search, X, y)
    np.testing.assert_array_equal(raising.scores_["outer_score"], quiet.scores_["outer_score"])


@pytest.mark.parametrize("rule", ["one_se", "simplest_equivalent"])
def test_a_rule_for_the_refit_is_no_metric(rule):
    search = RandomSearchCV(
        KNeighborsClassifier(), NEIGHBOURS, n_iter=3, cv=3, scoring="accuracy", refit=rule
    )
    result = nested_cross_validate(search, X, y, outer_cv=3)
    assert result.metric_ == "accuracy"
    assert [name for name in result.scores_ if name.startswith("outer_")] == ["outer_accuracy"]


ROWS = [(np.arange(60), np.arange(60, 80))]


@pytest.mark.parametrize("fixed", [{"cv": PredefinedSplit(np.arange(150) % 3)}, {"cv": ROWS}])
def test_splits_that_name_rows_are_refused(fixed):
    search = GridSearchCV(KNeighborsClassifier(), NEIGHBOURS, **fixed)
    with pytest.raises(ValueError, match=r"cv=(?s:.*) are rows of all data"):
        nested_cross_validate(search, X, y)


def test_what_is_held_out_by_name_is_refused_too():
    search = RandomSearchCV(KNeighborsClassifier(), NEIGHBOURS, n_iter=2, final_holdout=ROWS)
    with pytest.raises(ValueError, match=r"final_holdout=(?s:.*) are rows of all data"):
        nested_cross_validate(search, X, y)
    with pytest.raises(ValueError, match="rerun needs a final_holdout"):
        search.fit(X, y).rerun(X, y)


def test_outer_folds_may_be_masks():
    outer = KFold(5, shuffle=True, random_state=0)
    masks = [tuple(np.isin(np.arange(150), r) for r in split) for split in outer.split(X)]
    search = GridSearchCV(KNeighborsClassifier(), NEIGHBOURS, cv=3)
    by_mask = nested_cross_validate(search, X, y, outer_cv=masks)
    by_number = nested_cross_validate(search, X, y, outer_cv=outer)
    assert by_mask.interval() == by_number.interval()
    assert set(by_mask.scores_["n_test"]) == {30}


def test_rows_held_out_follow_the_seed():
    search = RandomSearchCV(
        KNeighborsClassifier(), NEIGHBOURS, n_iter=2, cv=3, final_holdout=HoldOut(0.3)
    )

    def held():
        result = nested_cross_validate(
            search, X, y, outer_cv=3, random_state=0, return_estimator=True
        )
        return [fitted.final_holdout_indices_.tolist() for fitted in result.estimators_]

    once = held()
    assert once == held()
    assert once[0] != once[1]
