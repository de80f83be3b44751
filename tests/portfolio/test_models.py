import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification, make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhpo import Choice, Space, portfolio
from skhpo.portfolio._table import CLASSIFIERS, REGRESSORS
from skhpo.portfolio._versions import PASSIVE_AGGRESSIVE_IS_SGD

POSITIVE = {"multinomial_nb", "complement_nb", "poisson", "tweedie"}
INSTALLED = [entry for entry in CLASSIFIERS + REGRESSORS if entry.is_installed]
N_DRAWS = 8


def table(entry):
    """Return standardised features, and three named classes or a target of unit spread."""
    if entry in CLASSIFIERS:
        X, y = make_classification(
            120, 18, n_informative=4, n_redundant=2, n_classes=3, random_state=0
        )
        y = y if entry.name == "xgb" else np.array(["a", "b", "c"])[y]
    else:
        X, y = make_regression(120, 12, n_informative=4, noise=20.0, random_state=0)
        y = StandardScaler().fit_transform(y[:, None])[:, 0]
    X = StandardScaler().fit_transform(X)
    if entry.name in POSITIVE:
        return np.abs(X), y if entry in CLASSIFIERS else np.abs(y)
    return X, y


@pytest.mark.parametrize("entry", INSTALLED, ids=lambda entry: entry.cls)
def test_every_drawn_configuration_fits_without_a_warning(entry):
    X, y = table(entry)
    space = Space({"model": portfolio.get(entry.cls, random_state=0)} if has_space(entry) else {})
    settings = [space.decode(space.default()), *space.sample(N_DRAWS, random_state=1)]
    if not has_space(entry):
        settings = [{"model": portfolio.get(entry.cls)}]
    for params in {str(setting): setting for setting in settings}.values():
        model = clone(params.pop("model"))
        model.set_params(**{name.removeprefix("model__"): v for name, v in params.items()})
        model.set_params(**shortened(model))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", ConvergenceWarning)
            predicted = model.fit(X[:100], y[:100]).predict(X[100:])
        assert predicted.shape[0] == 20
        assert {*np.ravel(predicted)} <= {*y} or np.isfinite(predicted).all()


def shortened(model):
    """Return fewer trees or passes: how many there are is no matter of what is valid."""
    limits = {"n_estimators": 5, "iterations": 5, "max_iter": 20}
    params = model.get_params()
    shorter = "Boost" in type(model).__name__ or "n_estimators" in params or "MLP" in str(model)
    return {k: min(params[k], v) for k, v in limits.items() if shorter and k in params}


def has_space(entry):
    return entry.name != "linear_regression"  # which has nothing to search


# -- ranges ---------------------------------------------------------------------------------------

AUTO_SKLEARN = {
    "AdaBoostClassifier": {
        "n_estimators": (50, 500, False),
        "learning_rate": (0.01, 2, True),
        "estimator__max_depth": (1, 10, False),
    },
    "BernoulliNB": {"alpha": (0.01, 100, True)},
    "MultinomialNB": {"alpha": (0.01, 100, True)},
    "ExtraTreesRegressor": {"max_features": (0.1, 1, False), "min_samples_split": (2, 20, False)},
    "RandomForestClassifier": {"min_samples_split": (2, 20, False)},
    "HistGradientBoostingClassifier": {
        "learning_rate": (0.01, 1, True),
        "min_samples_leaf": (1, 200, True),
        "l2_regularization": (1e-10, 1, True),
        "n_iter_no_change": (1, 20, False),
    },
    "SVC": {
        "C": (0.03125, 32768, True),
        "gamma": (3.0517578125e-05, 8, True),
        "degree": (2, 5, False),
        "coef0": (-1, 1, False),
        "tol": (1e-5, 0.1, True),
    },
    "SVR": {"C": (0.03125, 32768, True), "epsilon": (1e-3, 1, True)},
    "LinearSVC": {"C": (0.03125, 32768, True), "tol": (1e-5, 0.1, True)},
    "LinearSVR": {"C": (0.03125, 32768, True), "epsilon": (1e-3, 1, True)},
    "MLPClassifier": {"alpha": (1e-7, 0.1, True)},
    "SGDClassifier": {
        "alpha": (1e-7, 0.1, True),
        "l1_ratio": (1e-9, 1, True),
        "tol": (1e-5, 0.1, True),
        "eta0": (1e-7, 0.1, True),
        "power_t": (1e-5, 1, False),
    },
    "SGDRegressor": {"epsilon": (1e-5, 0.1, True), "l1_ratio": (1e-9, 1, True)},
    "PassiveAggressiveClassifier": {
        "eta0" if PASSIVE_AGGRESSIVE_IS_SGD else "C": (1e-5, 10, True)
    },
    "ARDRegression": {
        "alpha_1": (1e-10, 1e-3, True),
        "lambda_2": (1e-10, 1e-3, True),
        "threshold_lambda": (1e3, 1e5, True),
    },
}
PROBST_2019 = {
    "DecisionTreeClassifier": {
        "max_depth": (1, 30, False),
        "min_samples_split": (2, 60, False),
        "min_samples_leaf": (1, 60, True),
    },
    "KNeighborsClassifier": {"n_neighbors": (1, 30, True)},
}
FLAML = {
    "LGBMClassifier": {
        "num_leaves": (4, 256, True),
        "min_child_samples": (2, 129, True),
        "reg_alpha": (2**-10, 2**10, True),
    },
    "CatBoostRegressor": {"learning_rate": (0.005, 0.2, True)},
}
RBV2 = {"XGBRegressor": {"gamma": (1e-5, 7, True), "reg_lambda": (1e-4, 1e3, True)}}
PUBLISHED = [
    (cls, parameter, bounds)
    for source in (AUTO_SKLEARN, PROBST_2019, FLAML, RBV2)
    for cls, ranges in source.items()
    for parameter, bounds in ranges.items()
    if cls in {entry.cls for entry in INSTALLED}
]


@pytest.mark.parametrize(("cls", "parameter", "bounds"), PUBLISHED)
def test_ranges_are_those_of_the_source(cls, parameter, bounds):
    columns = Space({"m": portfolio.get(cls)}).columns
    found = [c.dimension for c in columns if c.paths == (f"m__{parameter}",)]
    found = [d for d in found if d.kind != "categorical"]
    assert found
    for dimension in found:
        assert (dimension.low, dimension.high, dimension.log) == pytest.approx(bounds)


def test_parameters_exist_only_with_what_uses_them():
    """Of stochastic gradient descent and networks, as scikit-learn's documentation says."""
    space = Space({"m": portfolio.get("MLPRegressor")})
    exist = {"adam": set(), "sgd": set(), "lbfgs": set()}
    for params in space.sample(300, random_state=0):
        exist[params["m__solver"]] |= {name.removeprefix("m__") for name in params}
    common = {"hidden_layer_sizes", "activation", "alpha", "solver"} | {"m"}
    assert exist["lbfgs"] == common
    assert exist["adam"] - common == {"learning_rate_init", "beta_1", "beta_2", "early_stopping"}
    assert exist["sgd"] - common == {
        "learning_rate_init",
        "learning_rate",
        "power_t",
        "momentum",
        "nesterovs_momentum",
        "early_stopping",
    }
    for params in Space({"m": portfolio.get("SGDRegressor")}).sample(300, random_state=0):
        assert ("m__l1_ratio" in params) == (params["m__penalty"] == "elasticnet")
        assert ("m__epsilon" in params) == (params["m__loss"] != "squared_error")
        assert ("m__power_t" in params) == (params["m__learning_rate"] == "invscaling")
    for params in Space({"m": portfolio.get("LogisticRegression")}).sample(50, random_state=0):
        assert ("m__l1_ratio" in params) == (params["m__solver"] == "saga")


def test_networks_have_one_to_three_layers():
    sizes = [
        params["m__hidden_layer_sizes"]
        for params in Space({"m": portfolio.get("MLPRegressor")}).sample(200, random_state=0)
    ]
    assert {len(widths) for widths in sizes} == {1, 2, 3}
    assert all(16 <= widths[0] <= 264 and max(widths) == widths[0] for widths in sizes)


def test_every_range_has_its_source():
    for entry in CLASSIFIERS + REGRESSORS:
        text = entry.make.__doc__
        sources = (
            "auto-sklearn",
            "TPOT",
            "FLAML",
            "rbv2",
            "Probst",
            "our own",
            "hyperopt",
            "As :",
        )
        assert any(source in text for source in sources) or not has_space(entry)
    for entry in INSTALLED:
        if has_space(entry) and "As :func:" not in entry.make.__doc__:
            for name in Space({"m": portfolio.get(entry.cls)}).paths - {"m"}:
                assert name.rpartition("__")[2] in entry.make.__doc__


# -- lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listed", "entries"),
    [(portfolio.classifiers, CLASSIFIERS), (portfolio.regressors, REGRESSORS)],
)
def test_lists(listed, entries):
    fast, every = listed("fast"), listed()
    assert isinstance(fast, Choice)
    assert set(fast.names) < set(every.names)
    assert len(every.without(*BOOSTERS & {*every.names}).names) == 20
    assert not {e.name for e in entries if e.speed == "unlisted"} & {*every.names}
    assert fast.names[0] == "hist_gradient_boosting"
    with pytest.raises(ValueError, match=r"which should be one of \('fast', 'all'\), got 'some'"):
        listed("some")


BOOSTERS = {"lgbm", "xgb", "cat_boost"}


def test_lists_are_edited():
    shorter = portfolio.classifiers().without("svc", "mlp")
    assert "svc" not in shorter.names
    mine = portfolio.classifiers("fast").replace("lda", SVC(C=1.0))
    assert mine.alternatives[mine.names.index("lda")].C == 1.0
    with pytest.raises(ValueError, match=r"no 'svm'; there are 'hist_gradient_boosting'"):
        portfolio.classifiers().without("svm")


def test_each_call_makes_its_own():
    assert portfolio.get("svc") is not portfolio.get("svc")


@pytest.mark.parametrize("entry", INSTALLED, ids=lambda entry: entry.cls)
def test_get_by_class_and_by_name(entry):
    by_name = portfolio.get(entry.cls)
    made = type(by_name)
    if made.__name__ == entry.cls:
        assert repr(portfolio.get(made)) == repr(by_name)
    namesakes = [other for other in CLASSIFIERS + REGRESSORS if other.name == entry.name]
    if len(namesakes) == 1:
        assert repr(portfolio.get(entry.name)) == repr(by_name)
    else:
        with pytest.raises(ValueError, match=f"stands for .*{entry.cls}"):
            portfolio.get(entry.name)


@pytest.mark.parametrize(
    ("model", "error", "message"),
    [
        ("svm", ValueError, r"model 'svm' is not in the portfolio; there are .*SVC, SVR"),
        (Choice, ValueError, "model Choice is not in the portfolio"),
        (SVC(), TypeError, r"model should be a class or a name, got SVC\(\)"),
    ],
)
def test_get_says_what_there_is(model, error, message):
    with pytest.raises(error, match=message):
        portfolio.get(model)


def test_get_says_what_to_install(monkeypatch):
    monkeypatch.setattr("skhpo.portfolio._table.find_spec", lambda package: None)
    with pytest.raises(ValueError, match="'LGBMRegressor' needs the package 'lightgbm'"):
        portfolio.get("LGBMRegressor")


def test_random_state_reaches_every_part():
    ada = portfolio.get("AdaBoostClassifier", random_state=7)
    assert ada.random_state == ada.estimator.random_state == 7
    assert portfolio.get("gaussian_nb", random_state=7) is not None
    forest = portfolio.classifiers("fast", random_state=3).alternatives[1]
    assert forest.random_state == 3
    assert portfolio.get("svc").random_state is None
