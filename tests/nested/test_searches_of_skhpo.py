"""Nested cross-validation of searches of skhpo: what they allow that others do not."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier

from skhpo import RandomSearchCV, nested_cross_validate

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
