"""Trees, forests and bagged trees."""

from typing import Any

from sklearn.ensemble import (
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skhpo.space import Choice, Integer, Real


def decision_tree_classifier() -> Any:
    """Return a decision tree for classification.

    max_depth 1 to 30, min_samples_split 2 to 60, min_samples_leaf 1 to 60: rpart's in Probst et
    al. (2019). criterion: auto-sklearn. class_weight: auto-sklearn's balancing. ccp_alpha:
    our own.
    """
    return DecisionTreeClassifier(
        criterion=Choice("gini", "entropy"), class_weight=Choice(None, "balanced"), **_tree()
    )


def decision_tree_regressor() -> Any:
    """Return a decision tree for regression.

    As :func:`decision_tree_classifier`, for squared errors alone: absolute ones take time in the
    square of the rows.
    """
    return DecisionTreeRegressor(**_tree())


def random_forest_classifier() -> Any:
    """Return a random forest for classification.

    criterion, bootstrap, min_samples_split 2 to 20 and min_samples_leaf 1 to 20 (in the
    logarithm): auto-sklearn. max_features 0.01 to 1, log: TPOT. n_estimators is a matter of
    patience, not of tuning: fixed. class_weight: auto-sklearn's balancing.
    """
    return RandomForestClassifier(bootstrap=Choice(True, False), **_forest_classifier())


def random_forest_regressor() -> Any:
    """Return a random forest for regression.

    max_features 0.1 to 1, bootstrap, min_samples_split 2 to 20 and min_samples_leaf 1 to 20 (in
    the logarithm): auto-sklearn.
    """
    return RandomForestRegressor(bootstrap=Choice(True, False), **_forest_regressor())


def extra_trees_classifier() -> Any:
    """Return extremely randomized trees for classification.

    As :func:`random_forest_classifier`; without bootstrap by default, as in auto-sklearn.
    """
    return ExtraTreesClassifier(bootstrap=Choice(False, True), **_forest_classifier())


def extra_trees_regressor() -> Any:
    """Return extremely randomized trees for regression.

    As :func:`random_forest_regressor`; without bootstrap by default, as in auto-sklearn.
    """
    return ExtraTreesRegressor(bootstrap=Choice(False, True), **_forest_regressor())


def bagging_classifier() -> Any:
    """Return bagged trees on parts of the rows and features, for classification.

    max_samples 0.1 to 1: sample.fraction of rbv2. max_features 0.1 to 1,
    max_depth (none, or 1 to 30) and min_samples_leaf 1 to 20, log, of the trees: our own.
    """
    return BaggingClassifier(DecisionTreeClassifier(**_bagged()), **_bagging())


def bagging_regressor() -> Any:
    """Return bagged trees on parts of the rows and features, for regression.

    As :func:`bagging_classifier`.
    """
    return BaggingRegressor(DecisionTreeRegressor(**_bagged()), **_bagging())


def _tree() -> dict[str, Any]:
    return {
        "max_depth": Integer(1, 30),
        "min_samples_split": Integer(2, 60),
        "min_samples_leaf": Integer(1, 60, log=True),
        "ccp_alpha": Choice(0.0, Real(1e-5, 1e-1, log=True)),
    }


def _forest() -> dict[str, Any]:
    return {
        "n_estimators": 100,
        "min_samples_split": Integer(2, 20),
        "min_samples_leaf": Integer(1, 20, log=True),
    }


def _forest_classifier() -> dict[str, Any]:
    return {
        "criterion": Choice("gini", "entropy"),
        "max_features": Real(0.01, 1.0, log=True),
        "class_weight": Choice(None, "balanced"),
        **_forest(),
    }


def _forest_regressor() -> dict[str, Any]:
    return {"max_features": Real(0.1, 1.0), **_forest()}


def _bagging() -> dict[str, Any]:
    return {"n_estimators": 50, "max_samples": Real(0.1, 1.0), "max_features": Real(0.1, 1.0)}


def _bagged() -> dict[str, Any]:
    return {
        "max_depth": Choice(None, Integer(1, 30)),
        "min_samples_leaf": Integer(1, 20, log=True),
    }
