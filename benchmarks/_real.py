"""Real cross-validations of the suite, of some ten milliseconds each."""

import numpy as np
from _families import cross_validated
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF
from sklearn.linear_model import Ridge, SGDClassifier
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer, StandardScaler
from sklearn.svm import SVR

from skhpo import Choice, Integer, Real, Space, When

LENGTHS_SPACE = Space(
    {
        "alpha": Real(1e-3, 1e2, log=True),
        **{f"length{i}": Real(0.1, 1e3, log=True) for i in range(10)},
    }
)
EXTRA = ExtraTreesRegressor(10, random_state=0)
EXTRA_SPACE = Space(
    {
        "max_depth": Integer(1, 25),
        "min_samples_leaf": Integer(1, 60, log=True),
        "min_samples_split": Integer(2, 100, log=True),
        "max_features": Real(0.05, 1.0),
        "ccp_alpha": Real(1e-2, 1e4, log=True),
        "criterion": ["squared_error", "poisson"],
    }
)
REGRESSION = make_pipeline(StandardScaler(), Ridge())
REGRESSION_SPACE = Space(
    {
        "standardscaler": [StandardScaler(), QuantileTransformer(n_quantiles=50), "passthrough"],
        "ridge": Choice(
            Ridge(alpha=Real(1e-4, 1e5, log=True)),
            SVR(
                C=Real(1e-2, 1e4, log=True),
                epsilon=Real(1e-2, 1e2, log=True),
                kernel=Choice(
                    When("rbf", gamma=Real(1e-5, 1e1, log=True)),
                    When("poly", degree=Integer(2, 4), coef0=Real(0.0, 5.0)),
                ),
                max_iter=5000,
            ),
            KNeighborsRegressor(
                n_neighbors=Integer(1, 80, log=True),
                p=Real(1.0, 4.0),
                weights=Choice("uniform", "distance"),
            ),
            ExtraTreesRegressor(
                n_estimators=5,
                max_depth=Integer(1, 20),
                max_features=Real(0.1, 1.0),
                random_state=0,
            ),
        ),
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


EXTRA_LOSS = cross_validated("diabetes", EXTRA, "r2")
REGRESSION_LOSS = cross_validated("diabetes", REGRESSION, "r2", 250)
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
