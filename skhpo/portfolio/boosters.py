"""Boosting with other libraries, where they are installed.

Each uses one thread a fit: the searches run several fits at once.
"""

from typing import Any

from skhpo.space import Integer, Real


def lgbm_classifier() -> Any:
    """Return LightGBM for classification.

    num_leaves 4 to 256, log, min_child_samples 2 to 129, log, learning_rate 2^-10 to 1, log,
    colsample_bytree 0.01 to 1, reg_alpha and reg_lambda 2^-10 to 2^10, log: FLAML.
    n_estimators 32 to 512, log: our own.
    """
    from lightgbm import LGBMClassifier

    return LGBMClassifier(**_lgbm())


def lgbm_regressor() -> Any:
    """Return LightGBM for regression.

    As :func:`lgbm_classifier`.
    """
    from lightgbm import LGBMRegressor

    return LGBMRegressor(**_lgbm())


def xgb_classifier() -> Any:
    """Return XGBoost for classification; classes have to be numbered from 0.

    max_depth 1 to 15, min_child_weight 1 to 128 (2^7), log, subsample, colsample_bytree and
    colsample_bylevel 0.1 to 1 (there 0.01 to 1), reg_alpha, reg_lambda 1e-4 to 1e3, log, gamma
    1e-5 to 7, log: rbv2. learning_rate 1e-3 to 1, log: FLAML's 2^-10 to 1, rounded.
    n_estimators 32 to 512, log: our own.
    """
    from xgboost import XGBClassifier

    return XGBClassifier(**_xgb())


def xgb_regressor() -> Any:
    """Return XGBoost for regression.

    As :func:`xgb_classifier`.
    """
    from xgboost import XGBRegressor

    return XGBRegressor(**_xgb())


def cat_boost_classifier() -> Any:
    """Return CatBoost for classification.

    learning_rate 0.005 to 0.2, log: FLAML. depth 4 to 10, l2_leaf_reg 1 to 30, log, and iterations
    32 to 512, log: our own.
    """
    from catboost import CatBoostClassifier

    return CatBoostClassifier(**_cat_boost())


def cat_boost_regressor() -> Any:
    """Return CatBoost for regression.

    As :func:`cat_boost_classifier`.
    """
    from catboost import CatBoostRegressor

    return CatBoostRegressor(**_cat_boost())


def _lgbm() -> dict[str, Any]:
    return {
        "n_estimators": Integer(32, 512, log=True),
        "num_leaves": Integer(4, 256, log=True),
        "min_child_samples": Integer(2, 129, log=True),
        "learning_rate": Real(2**-10, 1.0, log=True),
        "colsample_bytree": Real(0.01, 1.0),
        "reg_alpha": Real(2**-10, 2**10, log=True),
        "reg_lambda": Real(2**-10, 2**10, log=True),
        "n_jobs": 1,
        "verbose": -1,
    }


def _xgb() -> dict[str, Any]:
    return {
        "n_estimators": Integer(32, 512, log=True),
        "learning_rate": Real(1e-3, 1.0, log=True),
        "max_depth": Integer(1, 15),
        "min_child_weight": Real(1.0, 128.0, log=True),
        "subsample": Real(0.1, 1.0),
        "colsample_bytree": Real(0.1, 1.0),
        "colsample_bylevel": Real(0.1, 1.0),
        "reg_alpha": Real(1e-4, 1e3, log=True),
        "reg_lambda": Real(1e-4, 1e3, log=True),
        "gamma": Real(1e-5, 7.0, log=True),
        "n_jobs": 1,
    }


def _cat_boost() -> dict[str, Any]:
    return {
        "iterations": Integer(32, 512, log=True),
        "learning_rate": Real(0.005, 0.2, log=True),
        "depth": Integer(4, 10),
        "l2_leaf_reg": Real(1.0, 30.0, log=True),
        "thread_count": 1,
        "verbose": 0,
        "allow_writing_files": False,
    }
