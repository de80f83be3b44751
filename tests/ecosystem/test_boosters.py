"""LightGBM and XGBoost in a Bayesian search and in Hyperband over their trees."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer

from skhpo import BayesSearchCV, HyperbandSearchCV

X, Y = load_breast_cancer(return_X_y=True)
X, Y = X[:200, :8], Y[:200]


def lightgbm(**params):
    module = pytest.importorskip("lightgbm")
    return module.LGBMClassifier(verbose=-1, n_jobs=1, random_state=0, **params)


def xgboost(**params):
    module = pytest.importorskip("xgboost")
    return module.XGBClassifier(n_jobs=1, random_state=0, **params)


SPACE = {"learning_rate": (0.01, 0.5, "log-uniform"), "max_depth": (2, 6)}


@pytest.mark.parametrize("make", [lightgbm, xgboost])
def test_bayes(make):
    search = BayesSearchCV(
        make(n_estimators=10), SPACE, n_iter=12, cv=2, scoring="roc_auc", random_state=0
    ).fit(X, Y)
    assert (search.cv_results_["status"] == "ok").all()
    assert search.best_score_ > 0.9
    assert search.best_estimator_.get_params()["max_depth"] == search.best_params_["max_depth"]


@pytest.mark.parametrize("make", [lightgbm, xgboost])
def test_hyperband_over_trees_scores_what_a_fit_from_nothing_does(make):
    search = HyperbandSearchCV(
        make(), SPACE, resource="n_estimators", max_resources=27, min_resources=3, cv=2,
        scoring="roc_auc", random_state=0,
    ).fit(X, Y)  # fmt: skip
    results = search.cv_results_
    assert {*results["n_resources"]} == {3, 9, 27}
    assert search.best_params_["n_estimators"] == 27
    fresh = make().set_params(**search.best_params_).fit(X, Y)
    np.testing.assert_allclose(
        search.best_estimator_.predict_proba(X), fresh.predict_proba(X), atol=1e-6
    )
