"""Predictions for rows that a candidate was not fitted on: kept, bounded, in the journal."""

import numpy as np
import pytest
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_iris,
    make_multilabel_classification,
)
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.model_selection import KFold, RepeatedKFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from skhpo import BayesSearchCV, HyperbandSearchCV, RandomSearchCV

IRIS = load_iris(return_X_y=True)
DIABETES = load_diabetes(return_X_y=True)
NEIGHBORS = {"n_neighbors": [1, 3, 5, 9, 15, 25]}


def kept_of(estimator, space, data, **options):
    options = {"n_iter": 4, "random_state": 0, "keep_predictions": True, **options}
    search = RandomSearchCV(estimator, space, **options).fit(*data)
    return search, search.predictions_


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize(
    ("estimator", "method"),
    [
        (LogisticRegression(max_iter=1000), "predict_proba"),
        (RidgeClassifier(), "decision_function"),
        (SVC(kernel="linear"), "decision_function"),
    ],
)
def test_are_those_of_cross_val_predict(estimator, method, n_jobs):
    names = np.array(["setosa", "versicolor", "virginica"], dtype=object)
    X, y = IRIS[0], names[IRIS[1]]
    cv = KFold(4, shuffle=True, random_state=1)
    name = "alpha" if isinstance(estimator, RidgeClassifier) else "C"
    search, kept = kept_of(estimator, {name: [0.1, 1.0]}, (X, y), cv=cv, n_jobs=n_jobs)
    for i, row in enumerate(kept.rows):
        candidate = estimator.set_params(**search.cv_results_["params"][row])
        expected = cross_val_predict(candidate, X, y, cv=cv, method=method)
        np.testing.assert_allclose(kept.values(i, method), expected[kept.tested], atol=1e-5)
        labels = cross_val_predict(candidate, X, y, cv=cv)
        assert (kept.classes[kept.values(i)] == labels[kept.tested]).all()


def test_numbers_are_kept_as_they_are():
    search, kept = kept_of(Ridge(), {"alpha": [0.1, 1.0]}, DIABETES, cv=3)
    assert kept.classes is None
    expected = cross_val_predict(Ridge(**search.best_params_), *DIABETES, cv=3)
    best = [*kept.rows].index(search.best_index_)
    assert (kept.values(best) == expected[kept.tested]).all()


def test_labels_follow_from_probabilities_where_only_these_are_scored():
    data = load_breast_cancer(return_X_y=True)
    search, kept = kept_of(KNeighborsClassifier(), NEIGHBORS, data, scoring="neg_log_loss", cv=3)
    assert not kept.has(0, "predict")
    expected = KNeighborsClassifier(**search.cv_results_["params"][kept.rows[0]])
    assert (kept.values(0) == cross_val_predict(expected, *data, cv=3)[kept.tested]).all()


def test_a_class_that_training_lacks_has_no_probability():
    X, y = np.arange(40.0)[:, None], np.repeat([0, 1, 2, 3], 10)
    splits = [(np.arange(0, 30), np.arange(30, 40)), (np.arange(10, 40), np.arange(0, 10))]
    _, kept = kept_of(KNeighborsClassifier(), {"n_neighbors": [1, 3]}, (X, y), cv=splits)
    values = kept.values(0, "predict_proba")
    assert values.shape == (20, 4)
    assert not values[:10, 3].any()
    assert not values[10:, 0].any()


def test_repeated_folds_are_kept_one_by_one():
    cv = RepeatedKFold(n_splits=3, n_repeats=2, random_state=0)
    _, kept = kept_of(KNeighborsClassifier(), NEIGHBORS, IRIS, cv=cv)
    assert len(kept.tests) == 6
    assert (np.bincount(kept.tested) == 2).all()


def test_a_precomputed_kernel_is_predicted_by_its_training_columns():
    X, y = IRIS
    K = X @ X.T
    search, kept = kept_of(SVC(kernel="precomputed"), {"C": [0.1, 1.0]}, (K, y), cv=3)
    expected = cross_val_predict(SVC(kernel="linear", **search.best_params_), X, y, cv=3)
    best = [*kept.rows].index(search.best_index_)
    assert (kept.values(best) == expected[kept.tested]).all()


def test_several_targets_are_kept_as_predicted():
    data = make_multilabel_classification(n_samples=60, n_classes=3, random_state=0)
    _, kept = kept_of(KNeighborsClassifier(), NEIGHBORS, data, cv=3)
    assert kept.classes is None
    assert kept.values(0).shape == (60, 3)


def test_beyond_the_memory_the_best_stay():
    whole, kept = kept_of(Ridge(), {"alpha": (0.01, 100.0, "log-uniform")}, DIABETES, n_iter=8)
    size = kept.nbytes * 3 // 8 + 1
    part, fewer = kept_of(
        Ridge(),
        {"alpha": (0.01, 100.0, "log-uniform")},
        DIABETES,
        n_iter=8,
        keep_predictions=f"{size}",
    )
    assert kept.nbytes > size >= fewer.nbytes > 0
    order = np.argsort(-whole.cv_results_["mean_test_score"])
    # what is measured last may only find room after it is complete
    assert {*fewer.rows} <= {*order[:3]} | {7}
    assert part.best_index_ in fewer.rows


def test_only_complete_candidates_are_kept():
    search = BayesSearchCV(
        KNeighborsClassifier(), {"n_neighbors": (1, 60)}, n_iter=14, cv=5, racing=True,
        keep_predictions=True, random_state=0,
    ).fit(*IRIS)  # fmt: skip
    status = search.cv_results_["status"]
    assert "dropped" in status
    assert [*search.predictions_.rows] == [*np.flatnonzero(status == "ok")]


@pytest.mark.parametrize("resource", ["n_samples", "n_splits"])
def test_with_a_schedule_those_with_all_of_the_resource_are_kept(resource):
    search = HyperbandSearchCV(
        KNeighborsClassifier(), NEIGHBORS, resource=resource, cv=6, n_iter=6, random_state=0,
        keep_predictions=True,
    ).fit(*IRIS)  # fmt: skip
    kept, results = search.predictions_, search.cv_results_
    assert len(kept.rows)
    assert (results["n_resources"][kept.rows] == results["n_resources"].max()).all()
    best = [*kept.rows].index(search.best_index_)
    scores = [
        np.mean(IRIS[1][t] == kept.values(best, splits=[i])) for i, t in enumerate(kept.tests)
    ]
    assert np.mean(scores) == pytest.approx(search.best_score_)


def test_a_journal_brings_them_back(tmp_path):
    options = {"journal": tmp_path / "search.jsonl", "scoring": ["accuracy", "neg_log_loss"]}
    options["refit"] = "accuracy"
    _, first = kept_of(KNeighborsClassifier(), NEIGHBORS, IRIS, **options)
    _, again = kept_of(KNeighborsClassifier(), NEIGHBORS, IRIS, **options)
    assert [*first.rows] == [*again.rows]
    for i in range(len(first.rows)):
        for method in ("predict", "predict_proba"):
            assert (first.values(i, method) == again.values(i, method)).all()


def test_a_journal_without_them_is_said(tmp_path):
    options = {"journal": tmp_path / "search.jsonl"}
    RandomSearchCV(KNeighborsClassifier(), NEIGHBORS, n_iter=4, random_state=0, **options).fit(
        *IRIS
    )
    with pytest.warns(UserWarning, match="written without predictions"):
        kept_of(KNeighborsClassifier(), NEIGHBORS, IRIS, **options)


@pytest.mark.parametrize("given", ["much", -5, "0"])
def test_sizes_are_checked(given):
    with pytest.raises(ValueError, match="keep_predictions="):
        kept_of(KNeighborsClassifier(), NEIGHBORS, IRIS, keep_predictions=given)


def test_without_the_argument_there_are_none():
    search = RandomSearchCV(KNeighborsClassifier(), NEIGHBORS, n_iter=2).fit(*IRIS)
    assert not hasattr(search, "predictions_")
