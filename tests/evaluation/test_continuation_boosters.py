"""LightGBM, XGBoost and CatBoost go on exactly, where they do."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification, make_regression

from skhpo.evaluation import Resource
from skhpo.evaluation._continuation import Continuation
from skhpo.evaluation._continuation_rules import rule_of

CLASSES = make_classification(200, 6, n_informative=4, n_classes=3, random_state=0)
NUMBERS = make_regression(200, 6, noise=5.0, random_state=0)
RUNGS = (3, 9, 20)

pytestmark = pytest.mark.filterwarnings("ignore")


def compare(estimator, name, data):
    """Return where the rungs started, after comparing the last with one fit."""
    X, y = data
    state, starts = None, []
    for amount in RUNGS:
        model = clone(estimator).set_params(**{name: amount})
        continuation = Continuation(model, Resource(name, maximum=60), amount, state)
        continuation.fit(model, X, y, {})
        state = continuation.state()
        starts.append(continuation.n_before)
    once = clone(estimator).set_params(**{name: amount}).fit(X, y)
    method = "predict_proba" if hasattr(once, "predict_proba") else "predict"
    ours, theirs = getattr(model, method)(X), getattr(once, method)(X)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-9)
    return starts


def squared_error(y, f):
    return f - y, np.ones_like(y)


@pytest.mark.parametrize(
    ("options", "goes_on"),
    [
        ({}, True),
        ({"class_weight": "balanced", "num_leaves": 7}, True),
        ({"subsample": 0.5}, True),  # of no effect
        ({"subsample": 0.5, "subsample_freq": 1}, False),
        ({"colsample_bytree": 0.5}, False),
        ({"boosting_type": "dart"}, False),
        ({"extra_trees": True}, False),
        ({"objective": squared_error}, False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else str(value),
)
def test_lightgbm(options, goes_on):
    lightgbm = pytest.importorskip("lightgbm")
    kind = lightgbm.LGBMRegressor if "objective" in options else lightgbm.LGBMClassifier
    model = kind(random_state=0, verbose=-1, n_jobs=1, **options)
    data = NUMBERS if "objective" in options else CLASSES
    assert compare(model, "n_estimators", data) == ([0, 3, 9] if goes_on else [0, 0, 0])


@pytest.mark.parametrize(
    ("options", "goes_on"),
    [
        ({}, True),
        ({"tree_method": "exact", "max_depth": 3}, True),
        ({"subsample": 1.0, "missing": -1.0}, True),
        ({"subsample": 0.5}, False),
        ({"colsample_bylevel": 0.5}, False),
        ({"booster": "dart"}, False),
        ({"rate_drop": 0.5}, False),
    ],
    ids=str,
)
def test_xgboost(options, goes_on):
    xgboost = pytest.importorskip("xgboost")
    for kind, data in ((xgboost.XGBClassifier, CLASSES), (xgboost.XGBRegressor, NUMBERS)):
        model = kind(random_state=0, n_jobs=1, **options)
        assert compare(model, "n_estimators", data) == ([0, 3, 9] if goes_on else [0, 0, 0])


DRAWING_NOTHING = {"random_strength": 0, "bootstrap_type": "No", "boosting_type": "Plain"}


@pytest.mark.parametrize(
    ("options", "goes_on"),
    [
        ({"learning_rate": 0.1, **DRAWING_NOTHING}, True),
        ({"learning_rate": 0.1}, False),
        ({"learning_rate": 0.1, **DRAWING_NOTHING, "rsm": 0.5}, False),
        ({"learning_rate": 0.1, **DRAWING_NOTHING, "od_wait": 3}, False),
        (DRAWING_NOTHING, False),
    ],
    ids=str,
)
def test_catboost(options, goes_on):
    catboost = pytest.importorskip("catboost")
    model = catboost.CatBoostRegressor(
        random_seed=0, verbose=0, thread_count=1, allow_writing_files=False, **options
    )
    starts = [0, 3, 9] if goes_on else [0, 0, 0]
    assert compare(model, "iterations", NUMBERS) == starts


def test_early_stopping_means_a_fit_from_the_start():
    xgboost = pytest.importorskip("xgboost")
    assert rule_of(xgboost.XGBClassifier(early_stopping_rounds=3), "n_estimators") is None
    lightgbm = pytest.importorskip("lightgbm")
    assert rule_of(lightgbm.LGBMClassifier(early_stopping_round=3), "n_estimators") is None


class LGBMClassifier:
    """Only by its name like LightGBM's."""

    def fit(self, X, y):
        return self


def test_a_name_is_not_enough():
    assert rule_of(LGBMClassifier(), "n_estimators") is None
