"""Going on with a model of LightGBM, XGBoost or CatBoost, where that is exact.

All three take an earlier model and add trees to it. LightGBM and XGBoost draw random numbers for
the added trees from the start again, so both are exact without sampling of rows and columns only.
CatBoost loses its random state when it is pickled, so it must not draw at all, and chooses a
learning rate by the number of iterations unless it is given one; it goes on up to rounding, since
a pickled model has what it predicts for the training rows added up in another order.
Parameters that are not known here to be harmless mean that a model is fitted anew. None of the
libraries is imported: an estimator that is theirs has done that.
"""

from collections.abc import Mapping, Set
from typing import Any

_LIGHTGBM = frozenset(
    [
        "boosting_type",
        "class_weight",
        "colsample_bytree",
        "importance_type",
        "learning_rate",
        "max_depth",
        "min_child_samples",
        "min_child_weight",
        "min_split_gain",
        "n_estimators",
        "n_jobs",
        "num_leaves",
        "objective",
        "random_state",
        "reg_alpha",
        "reg_lambda",
        "subsample",
        "subsample_for_bin",
        "subsample_freq",
        "verbose",
        "verbosity",
        "max_bin",
        "deterministic",
        "force_col_wise",
        "force_row_wise",
    ]
)
_XGBOOST = frozenset(
    [
        "n_estimators",
        "objective",
        "max_depth",
        "max_leaves",
        "max_bin",
        "grow_policy",
        "learning_rate",
        "verbosity",
        "tree_method",
        "n_jobs",
        "gamma",
        "min_child_weight",
        "max_delta_step",
        "reg_alpha",
        "reg_lambda",
        "random_state",
        "scale_pos_weight",
        "base_score",
        "missing",
        "eval_metric",
        "importance_type",
        "enable_categorical",
        "monotone_constraints",
        "interaction_constraints",
        "validate_parameters",
    ]
)
_XGBOOST_SHARES = [
    "subsample",
    "colsample_bytree",
    "colsample_bylevel",
    "colsample_bynode",
    "num_parallel_tree",
]
_CATBOOST_DRAWS_NOTHING = [
    ("random_strength", 0),
    ("bootstrap_type", "No"),
    ("boosting_type", "Plain"),
]
_CATBOOST = frozenset(
    [
        "iterations",
        "n_estimators",
        "num_boost_round",
        "num_trees",
        "learning_rate",
        "depth",
        "max_depth",
        "l2_leaf_reg",
        "reg_lambda",
        "random_seed",
        "random_state",
        "verbose",
        "silent",
        "logging_level",
        "thread_count",
        "allow_writing_files",
        "loss_function",
        "objective",
        "min_data_in_leaf",
        "min_child_samples",
        "max_leaves",
        "num_leaves",
        "grow_policy",
        "border_count",
        "max_bin",
        "class_weights",
        "auto_class_weights",
    ]
)


class ContinuedTrees:
    """Adds the trees that are missing to an earlier model.

    Parameters
    ----------
    name : str
        The parameter that counts iterations.
    argument : str
        What ``fit`` calls the earlier model.
    """

    def __init__(self, name: str, argument: str) -> None:
        self._name = name
        self._argument = argument

    def start(self, estimator: Any, X: Any, y: Any) -> int:
        """Fit anew; return the number of iterations."""
        estimator.fit(X, y)
        return int(estimator.get_params()[self._name])

    def go_on(self, estimator: Any, before: Any, extra: int, X: Any, y: Any) -> int:
        """Fit what is missing."""
        amount = int(estimator.get_params()[self._name])
        estimator.set_params(**{self._name: amount - extra})
        estimator.fit(X, y, **{self._argument: before})
        if not hasattr(estimator, "tree_count_"):  # a fitted CatBoost refuses new parameters
            estimator.set_params(**{self._name: amount})
        return amount


def is_exact_lightgbm(estimator: Any) -> bool:
    """Whether LightGBM adds the trees that one fit would have.

    Parameters
    ----------
    estimator : LGBMClassifier or LGBMRegressor
        With all its parameters.
    """
    params = _set(estimator)
    samples_rows = params.get("subsample", 1.0) < 1 and params.get("subsample_freq", 0) > 0
    return (
        _knows(params, _LIGHTGBM)
        and params.get("boosting_type") == "gbdt"
        and params.get("colsample_bytree", 1.0) == 1
        and not samples_rows
    )


def is_exact_xgboost(estimator: Any) -> bool:
    """Whether XGBoost adds the trees that one fit would have.

    Parameters
    ----------
    estimator : XGBClassifier or XGBRegressor
        With all its parameters.
    """
    params = _set(estimator)
    shares = [params.pop(name, 1) for name in _XGBOOST_SHARES]
    kind = params.pop("booster", "gbtree")
    return set(shares) <= {1} and kind == "gbtree" and _knows(params, _XGBOOST)


def is_exact_catboost(estimator: Any) -> bool:
    """Whether CatBoost adds the trees that one fit would have.

    Parameters
    ----------
    estimator : CatBoostClassifier or CatBoostRegressor
        With all its parameters.
    """
    params = _set(estimator)
    draws = any(params.pop(name, None) != value for name, value in _CATBOOST_DRAWS_NOTHING)
    return not draws and _knows(params, _CATBOOST) and "learning_rate" in params


def _set(estimator: Any) -> dict[str, Any]:
    return {k: v for k, v in estimator.get_params().items() if v is not None}


def _knows(params: Mapping[str, Any], known: Set[str]) -> bool:
    return params.keys() <= known and not any(map(callable, params.values()))
