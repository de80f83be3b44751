"""The ready-made spaces in searches of three kinds, on a small table with everything in it."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from skhpo import BayesSearchCV, HyperbandSearchCV, RandomSearchCV, portfolio

RNG = np.random.default_rng(0)
N = 160
X = pd.DataFrame(
    {
        "a": RNG.normal(size=N),
        "b": [None if i % 9 == 0 else i % 5 for i in range(N)],
        "c": RNG.choice(["x", "y", "z"], N),
    }
)
LATENT = X["a"] + (X["c"] == "x") + 0.3 * RNG.normal(size=N)
CLASSES = np.where(LATENT > 0.3, "yes", "no")
SEARCHES = {
    "random": (RandomSearchCV, {"n_iter": 10}),
    "bayes": (BayesSearchCV, {"n_iter": 12}),
    "hyperband": (HyperbandSearchCV, {"min_resources": 60}),
}
# What takes long is in test_models; here it is how they work together.
SLOW = ("hist_gradient_boosting", "extra_trees", "random_forest")


@pytest.mark.parametrize(
    ("kind", "task"),
    [
        ("random", "classification"),
        ("random", "regression"),
        ("bayes", "regression"),
        ("hyperband", "classification"),
    ],
)
def test_searches(kind, task):
    classify = task == "classification"
    y = CLASSES if classify else LATENT.to_numpy()
    models = (portfolio.classifiers if classify else portfolio.regressors)("fast", random_state=0)
    pipeline = Pipeline(
        [
            ("prepare", "passthrough"),
            ("select", "passthrough"),
            ("construct", "passthrough"),
            ("model", LogisticRegression()),
        ]
    )
    space = {
        "prepare": portfolio.preprocessing(X, y, random_state=0),
        "select": portfolio.feature_selection(task, random_state=0).without("trees"),
        "construct": portfolio.feature_construction(random_state=0).without("bins"),
        "model": models.without(*SLOW, *({"lgbm"} & {*models.names})),
    }
    cls, options = SEARCHES[kind]
    search = cls(pipeline, space, cv=2, random_state=0, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.filterwarnings("ignore", ".*n_components|n_quantiles|.*constant", UserWarning)
        # scikit-learn before 1.8, of more features than rows, regularised or not
        warnings.filterwarnings("ignore", "The covariance matrix of class", RuntimeWarning)
        search.fit(X, y)
    assert set(search.cv_results_["status"]) <= {"ok", "stopped"}
    assert search.best_score_ > (0.8 if classify else 0.5)
    assert (search.predict(X) == search.best_estimator_.predict(X)).all()
