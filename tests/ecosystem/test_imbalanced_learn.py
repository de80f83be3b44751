"""A sampler of imbalanced-learn inside a search: it changes training rows alone."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from skhpo import RandomSearchCV

pipeline = pytest.importorskip("imblearn.pipeline")
over = pytest.importorskip("imblearn.over_sampling")
under = pytest.importorskip("imblearn.under_sampling")

X, Y = make_classification(300, n_features=6, weights=[0.9], flip_y=0.05, random_state=0)


def model():
    return pipeline.Pipeline(
        [
            ("scale", StandardScaler()),
            ("sample", over.SMOTE(random_state=0)),
            ("model", LogisticRegression()),
        ]
    )


GRID = {"sample__k_neighbors": [2, 5], "model__C": [0.01, 1.0, 100.0]}


def test_scores_are_those_of_scikit_learn():
    """Candidates share first steps, sampler included; that must not change scores."""
    options = {"scoring": "balanced_accuracy", "cv": 4}
    ours = RandomSearchCV(model(), GRID, n_iter=6, **options).fit(X, Y)
    theirs = GridSearchCV(model(), GRID, **options).fit(X, Y)

    def by_setting(search):
        results = search.cv_results_
        keys = [tuple(sorted(params.items())) for params in results["params"]]
        return dict(zip(keys, results["mean_test_score"], strict=True))

    expected = by_setting(theirs)
    assert by_setting(ours) == pytest.approx(expected)
    assert len({*expected.values()}) > 2
    assert_allclose(ours.best_estimator_.predict_proba(X).sum(axis=1), 1)


def test_under_racing():
    search = RandomSearchCV(
        model(),
        {"sample__k_neighbors": (1, 8), "model__C": (1e-4, 1e2, "log-uniform")},
        n_iter=12, cv=8, racing=True, scoring="average_precision", random_state=0,
    ).fit(X, Y)  # fmt: skip
    assert {*search.cv_results_["status"]} <= {"ok", "dropped"}
    assert "dropped" in search.cv_results_["status"]
    assert search.cv_results_["status"][search.best_index_] == "ok"
    assert search.best_estimator_.predict(X).shape == Y.shape


def test_the_sampler_itself_may_be_a_choice():
    samplers = [over.SMOTE(random_state=0), under.RandomUnderSampler(random_state=0), None]
    search = RandomSearchCV(
        model(), {"sample": samplers}, cv=3, scoring="balanced_accuracy", n_iter=3
    ).fit(X, Y)
    means = search.cv_results_["mean_test_score"]
    assert np.isfinite(means).all()
    none = [params["sample"] is None for params in search.cv_results_["params"]].index(True)
    assert means[none] == min(means)  # nine in ten are of one class
