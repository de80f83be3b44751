"""Nested cross-validation of searches of skhpo: what they allow that others do not."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import FitFailedWarning
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.impute import SimpleImputer
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV, KFold, PredefinedSplit
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from skhpo import HoldOut, PipelineSearchCV, RandomSearchCV, nested_cross_validate

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


def test_parameters_may_be_nan():
    pipe = make_pipeline(SimpleImputer(), KNeighborsClassifier())
    grid = {"simpleimputer__missing_values": [np.nan], "kneighborsclassifier__n_neighbors": [1, 5]}
    result = nested_cross_validate(GridSearchCV(pipe, grid, cv=3), X, y, outer_cv=3)
    assert set(result.params_["simpleimputer__missing_values"]) == {"nan"}
    assert result.stability_.loc["simpleimputer__missing_values", "modal"] == "nan"


def test_a_value_that_equals_an_amount_is_no_amount():
    grid = {"max_leaf_nodes": [10, 20, 40], "max_depth": [20, 40]}
    search = HalvingGridSearchCV(
        DecisionTreeClassifier(random_state=0), grid, cv=2, min_resources=20, factor=2
    )
    result = nested_cross_validate(search, X, y, outer_cv=3, random_state=0)
    assert result.scores_["n_candidates"].tolist() == [6, 6, 6]


def test_a_journal_holds_no_searches(tmp_path):
    search = RandomSearchCV(
        KNeighborsClassifier(), NEIGHBOURS, n_iter=3, cv=3, keep_predictions=True
    )

    def run():
        return nested_cross_validate(
            search, X, y, outer_cv=3, random_state=0, return_estimator=True, journal=tmp_path
        )

    run()
    with pytest.raises(ValueError, match="read from the journal"):
        run().interval(method="bbc")


@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_area_of_several_classes_follows_from_predictions(n_classes):
    few = y < n_classes
    search = PipelineSearchCV(
        n_iter=1, models=["gaussian_nb"], cv=2, scoring="roc_auc", random_state=0
    )
    result = nested_cross_validate(search, X[few], y[few], outer_cv=2)
    found = result.interval(method="bootstrap", n_resamples=20, random_state=0)
    assert found.low <= found.estimate <= found.high


def test_a_scorer_that_needs_the_data_is_named():
    def score(estimator, X, y):
        return float((estimator.predict(X) == y)[X[:, 0] > 0].mean())

    search = GridSearchCV(KNeighborsClassifier(), NEIGHBOURS, cv=3, scoring=score)
    with pytest.raises(ValueError, match="does not follow from its predictions"):
        nested_cross_validate(search, X, y).interval(method="bootstrap", n_resamples=20)


def test_the_summary_has_one_line_for_a_failure():
    class Fails(KNeighborsClassifier):
        def fit(self, X, y):
            if 2 not in y:
                raise RuntimeError("no virginica")
            return super().fit(X, y)

    search = GridSearchCV(Fails(), NEIGHBOURS, cv=2)
    with pytest.warns(FitFailedWarning):
        text = nested_cross_validate(search, X, y, outer_cv=KFold(3)).summary()
    [line] = [line for line in text.splitlines() if "failed" in line]
    assert line.endswith("RuntimeError: no virginica")
    assert "Traceback" not in text
