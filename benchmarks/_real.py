"""Real cross-validations of the suite, of some ten milliseconds each."""

import numpy as np
from _families import cross_validated
from sklearn.ensemble import ExtraTreesClassifier, GradientBoostingClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer, StandardScaler
from sklearn.svm import SVC

from skhpo import Choice, Integer, Real, Space, When

LENGTHS_SPACE = Space(
    {
        "alpha": Real(1e-3, 1e2, log=True),
        **{f"length{i}": Real(0.1, 1e3, log=True) for i in range(10)},
    }
)


def length_scales(params):
    """Return minus R2 of a Gaussian process with a length-scale for each feature."""
    lengths = [params[f"length{i}"] for i in range(10)]
    process = GaussianProcessRegressor(
        RBF(lengths), alpha=params["alpha"], optimizer=None, normalize_y=True
    )
    return cross_validated("diabetes", make_pipeline(StandardScaler(), process), "r2", 200)({})


WEIGHTS_SPACE = Space(
    {
        "n_neighbors": Integer(1, 80, log=True),
        "weights": ["uniform", "distance"],
        **{f"weight{i}": Real(1e-2, 1e1, log=True) for i in range(10)},
    }
)


def feature_weights(params):
    """Return minus R2 of nearest neighbours with a weight for each feature: jumps everywhere."""
    weights = np.array([params[f"weight{i}"] for i in range(10)])
    nearest = KNeighborsRegressor(
        params["n_neighbors"], weights=params["weights"], metric_params={"w": weights}
    )
    model = make_pipeline(StandardScaler(), nearest)
    return cross_validated("diabetes", model, "r2", 300)({})


EXTRA = ExtraTreesClassifier(10, random_state=0)
EXTRA_SPACE = Space(
    {
        "max_depth": Integer(1, 25),
        "min_samples_leaf": Integer(1, 60, log=True),
        "min_samples_split": Integer(2, 100, log=True),
        "max_features": Real(0.02, 1.0),
        "ccp_alpha": Real(1e-5, 1e-1, log=True),
        "criterion": ["gini", "entropy"],
        "class_weight": Choice("balanced", None),
    }
)
EXTRA_LOSS = cross_validated("german_credit", EXTRA, "roc_auc", 400)
BOOSTING = GradientBoostingClassifier(random_state=0)
BOOSTING_SPACE = Space(
    {
        "n_estimators": Integer(2, 40, log=True),
        "learning_rate": Real(1e-2, 3.0, log=True),
        "max_depth": Integer(1, 8),
        "min_samples_leaf": Integer(1, 80, log=True),
        "subsample": Real(0.2, 1.0),
        "max_features": Real(0.02, 1.0),
        "loss": ["log_loss", "exponential"],
    }
)
BOOSTING_LOSS = cross_validated("german_credit", BOOSTING, "roc_auc", 300)
SELECTED = make_pipeline(StandardScaler(), SelectKBest(), LogisticRegression())
SELECTED_SPACE = Space(
    {
        "standardscaler": [StandardScaler(), QuantileTransformer(n_quantiles=50), "passthrough"],
        "selectkbest__k": Integer(1, 61, log=True),
        "logisticregression": Choice(
            SVC(
                C=Real(1e-3, 1e3, log=True),
                kernel=Choice(
                    When("rbf", gamma=Real(1e-5, 1e1, log=True)),
                    When("poly", degree=Integer(2, 4), coef0=Real(0.0, 5.0)),
                ),
                max_iter=2000,  # without scaling it would take for ever
            ),
            KNeighborsClassifier(
                n_neighbors=Integer(1, 80, log=True),
                p=Real(1.0, 4.0),
                weights=Choice("uniform", "distance"),
            ),
            MLPClassifier(
                hidden_layer_sizes=Integer(1, 20, log=True),
                alpha=Real(1e-4, 1e2, log=True),
                solver="lbfgs",
                max_iter=15,
                random_state=0,
            ),
            ExtraTreesClassifier(
                n_estimators=8,
                max_depth=Integer(1, 20),
                max_features=Real(0.02, 1.0),
                random_state=0,
            ),
        ),
    }
)
SELECTED_LOSS = cross_validated("german_credit", SELECTED, "roc_auc", 300)
SGD = make_pipeline(StandardScaler(), SGDClassifier(max_iter=20, tol=None, random_state=0))
SGD_SPACE = Space(
    {
        "sgdclassifier__alpha": Real(1e-7, 1e2, log=True),
        "sgdclassifier__loss": ["hinge", "log_loss", "modified_huber", "perceptron"],
        "sgdclassifier__penalty": Choice("l2", "l1", When("elasticnet", l1_ratio=Real(0.0, 1.0))),
        "sgdclassifier__learning_rate": Choice(
            "optimal",
            When("constant", eta0=Real(1e-5, 1e1, log=True)),
            When("invscaling", eta0=Real(1e-5, 1e1, log=True), power_t=Real(0.05, 1.0)),
        ),
        "sgdclassifier__average": Integer(1, 5000, log=True),
    }
)
SGD_LOSS = cross_validated("german_credit", SGD, "roc_auc", 300)
