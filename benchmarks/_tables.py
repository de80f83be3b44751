"""Tables of cross-validations that would be too slow to repeat, and what is read off them.

Each table was made once by ``make_tables.py``: the scores of some thousand random configurations.
A problem is the prediction of a fixed forest of extremely randomised trees fitted on them: steps,
wide plateaus and the noise of the folds stay, and an evaluation takes milliseconds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.ensemble import (
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
)
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from skhpo import Choice, Integer, Real, Space, When

FOLDER = Path(__file__).resolve().parent / "tables"
RATE = Real(1e-3, 1.0, log=True)

BOOSTING_SPACE = Space(
    {
        "learning_rate": RATE,
        "max_iter": Integer(5, 150, log=True),
        "max_leaf_nodes": Integer(2, 64, log=True),
        "min_samples_leaf": Integer(1, 100, log=True),
        "l2_regularization": Real(1e-6, 1e3, log=True),
        "max_features": Real(0.1, 1.0),
        "max_bins": Integer(4, 255, log=True),
    }
)
NETWORK_SPACE = Space(
    {
        "hidden_layer_sizes": Integer(2, 64, log=True),
        "alpha": Real(1e-6, 1e2, log=True),
        "activation": ["identity", "logistic", "tanh", "relu"],
        "solver": Choice(
            When("lbfgs", max_iter=Integer(5, 60, log=True)),
            When(
                "adam",
                learning_rate_init=Real(1e-4, 1.0, log=True),
                batch_size=Integer(16, 256, log=True),
                beta_1=Real(0.5, 0.99),
            ),
            When(
                "sgd",
                learning_rate_init=Real(1e-4, 1.0, log=True),
                batch_size=Integer(16, 256, log=True),
                momentum=Real(0.0, 0.99),
                learning_rate=["constant", "invscaling"],
            ),
        ),
    }
)
REGRESSORS_SPACE = Space(
    {
        "model": Choice(
            When(
                "boosting",
                learning_rate=RATE,
                max_iter=Integer(5, 100, log=True),
                max_leaf_nodes=Integer(2, 32, log=True),
                loss=["squared_error", "absolute_error"],
            ),
            When(
                "forest",
                max_depth=Integer(1, 20),
                max_features=Real(0.1, 1.0),
                min_samples_leaf=Integer(1, 30, log=True),
            ),
            When(
                "svr",
                C=Real(1e-2, 1e4, log=True),
                epsilon=Real(1e-2, 1e2, log=True),
                kernel=Choice("linear", When("rbf", gamma=Real(1e-5, 1e1, log=True))),
            ),
        )
    }
)
REGRESSORS = {
    "boosting": HistGradientBoostingRegressor(random_state=0, min_samples_leaf=10),
    "forest": RandomForestRegressor(30, random_state=0),
    "svr": make_pipeline(StandardScaler(), SVR(max_iter=20_000)),
}


def network(params: Mapping[str, Any]) -> Any:
    given = {"max_iter": 20, **params, "hidden_layer_sizes": (params["hidden_layer_sizes"],)}
    return make_pipeline(StandardScaler(), MLPClassifier(random_state=0, **given))


def boosting(params: Mapping[str, Any]) -> Any:
    return HistGradientBoostingClassifier(random_state=0, **params)


def regressor(params: Mapping[str, Any]) -> Any:
    name, prefix = params["model"], "svr__" if params["model"] == "svr" else ""
    given = {prefix + key: value for key, value in params.items() if key != "model"}
    return clone(REGRESSORS[name]).set_params(**given)


@dataclass(frozen=True)
class Table:
    """What was cross-validated: a model made of parameters, on a table, by a score."""

    space: Space
    make: Callable[[Mapping[str, Any]], Any]
    data: str
    scoring: str
    rows: int | None = None


TABLES = {
    "boosting-cancer": Table(BOOSTING_SPACE, boosting, "breast_cancer", "neg_log_loss", 300),
    "boosting-credit": Table(BOOSTING_SPACE, boosting, "german_credit", "roc_auc"),
    "network-digits": Table(NETWORK_SPACE, network, "digits", "neg_log_loss", 400),
    "regressors-diabetes": Table(REGRESSORS_SPACE, regressor, "diabetes", "r2"),
}


def read(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of the unit cube, and their losses."""
    table, space = pd.read_csv(FOLDER / f"{name}.csv"), TABLES[name].space
    losses = table.pop("measured").to_numpy()
    X = np.full((len(table), space.n_dims), np.nan)
    for i, row in enumerate(table.to_dict("records")):
        params = {k: v for k, v in row.items() if not pd.isna(v)}
        whole = {k: int(v) for k, v in params.items() if isinstance(v, float) and v == int(v)}
        X[i] = encoded(space, params, whole)
    return X, losses


def encoded(space: Space, params: dict[str, Any], whole: dict[str, int]) -> np.ndarray:
    """Return the point of a row; numbers without decimals are whole where they have to be."""
    paths = {c.paths[0] for c in space.columns if isinstance(c.dimension, Integer)}
    return space.encode({**params, **{k: v for k, v in whole.items() if k in paths}})


@cache
def forest(name: str) -> ExtraTreesRegressor:
    X, losses = read(name)
    model = ExtraTreesRegressor(40, min_samples_leaf=2, random_state=0)
    return model.fit(np.nan_to_num(X, nan=-1.0), losses)


def tabular(name: str) -> Callable[[Mapping[str, Any]], float]:
    """Return the loss that the forest of a table predicts."""
    space = TABLES[name].space

    def loss(params):
        x = np.nan_to_num(space.encode(params), nan=-1.0)
        return float(forest(name).predict(x[None])[0])

    return loss
