"""Boosting with what scikit-learn has."""

from typing import Any

from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skhpo.space import Choice, Integer, Real, When


def hist_gradient_boosting_classifier() -> Any:
    """Return gradient boosting on binned features, for classification.

    learning_rate 0.01 to 1, log, min_samples_leaf 1 to 200, log, l2_regularization 1e-10 to 1,
    log, early_stopping and n_iter_no_change 1 to 20: auto-sklearn; it looks at the training loss,
    as one of the choices there does, so that no class is too rare for it. class_weight:
    auto-sklearn's balancing. max_leaf_nodes 4 to 256, log: FLAML and TPOT for LightGBM
    (auto-sklearn's 2047 take long). max_features 0.1 to 1: TPOT. max_iter 50 to 500, log: our own.
    The middle of all ranges is close to the defaults of scikit-learn.
    """
    return HistGradientBoostingClassifier(class_weight=Choice(None, "balanced"), **_histogram())


def hist_gradient_boosting_regressor() -> Any:
    """Return gradient boosting on binned features, for regression.

    As :func:`hist_gradient_boosting_classifier`.
    """
    return HistGradientBoostingRegressor(**_histogram())


def gradient_boosting_classifier() -> Any:
    """Return gradient boosting on exact splits, for classification; for some thousand rows.

    learning_rate 0.01 to 1, log: auto-sklearn, for boosting on binned features. max_depth 1 to 10:
    auto-sklearn, for AdaBoost. subsample 0.1 to 1: rbv2. min_samples_leaf 1 to 20, log:
    auto-sklearn, for forests. n_estimators 50 to 200, log, and max_features 0.1 to 1: our own.
    """
    return GradientBoostingClassifier(**_exact())


def gradient_boosting_regressor() -> Any:
    """Return gradient boosting on exact splits, for regression; for some thousand rows.

    As :func:`gradient_boosting_classifier`.
    """
    return GradientBoostingRegressor(**_exact())


def ada_boost_classifier() -> Any:
    """Return AdaBoost on trees, for classification.

    n_estimators 50 to 500, learning_rate 0.01 to 2, log, max_depth 1 to 10: auto-sklearn.
    """
    return AdaBoostClassifier(DecisionTreeClassifier(max_depth=Integer(1, 10)), **_ada())


def ada_boost_regressor() -> Any:
    """Return AdaBoost on trees, for regression.

    As :func:`ada_boost_classifier`; loss: auto-sklearn.
    """
    return AdaBoostRegressor(
        DecisionTreeRegressor(max_depth=Integer(1, 10)),
        loss=Choice("linear", "square", "exponential"),
        **_ada(),
    )


def _histogram() -> dict[str, Any]:
    until_it_stalls = When(
        True, max_iter=[500], n_iter_no_change=Integer(1, 20), validation_fraction=[None]
    )
    return {
        "learning_rate": Real(0.01, 1.0, log=True),
        "max_leaf_nodes": Integer(4, 256, log=True),
        "min_samples_leaf": Integer(1, 200, log=True),
        "l2_regularization": Real(1e-10, 1.0, log=True),
        "max_features": Choice(1.0, Real(0.1, 1.0)),
        "early_stopping": Choice(
            When(False, max_iter=Integer(50, 500, log=True)), until_it_stalls
        ),
    }


def _exact() -> dict[str, Any]:
    return {
        "n_estimators": Integer(50, 200, log=True),
        "learning_rate": Real(0.01, 1.0, log=True),
        "max_depth": Integer(1, 10),
        "min_samples_leaf": Integer(1, 20, log=True),
        "subsample": Real(0.1, 1.0),
        "max_features": Choice(None, Real(0.1, 1.0)),
    }


def _ada() -> dict[str, Any]:
    return {"n_estimators": Integer(50, 500), "learning_rate": Real(0.01, 2.0, log=True)}
