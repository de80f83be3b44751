"""What the searches without a model are measured on: functions and small real tasks.

Functions are given in natural units, as users would write them, so that ranges, logarithms,
integers and categories are all there. Real tasks are cross-validations of scikit-learn models
on tables that scikit-learn ships; each takes some milliseconds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from _problems import HARTMANN6, TRAP, bowl, drawn_learners
from sklearn import datasets
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skhpo import Choice, Integer, Real, Space, When

GERMAN_CREDIT = Path(__file__).resolve().parents[1] / "examples" / "data" / "german_credit.csv"
Loss = Callable[[Mapping[str, Any]], float]


@dataclass(frozen=True)
class Task:
    """What is minimised, over what, and with how much noise.

    ``noise`` is the standard deviation of what is added to a loss when it is told; a run is
    judged by the loss without noise of the candidate that looked best.
    """

    kind: str
    space: Space
    loss: Loss
    noise: float = 0.0


def reals(d: int, low: float, high: float) -> Space:
    return Space({f"x{i}": Real(low, high) for i in range(d)})


def vector(params: Mapping[str, Any]) -> np.ndarray:
    return np.array([params[f"x{i}"] for i in range(len(params))])


# -- continuous ----------------------------------------------------------------------------------


def branin(params):
    x, y = vector(params)
    curve = y - 5.1 / (4 * np.pi**2) * x**2 + 5 / np.pi * x - 6
    return float(curve**2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x) + 10)


def rosenbrock(params):
    x = vector(params)
    return float(np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2))


def ackley(params):
    """Ackley's function, its optimum moved off the centre."""
    x = vector(params) - np.linspace(-12, 15, len(params))
    hole = 20 * np.exp(-0.2 * np.sqrt(np.mean(x**2)))
    return float(20 + np.e - hole - np.exp(np.mean(np.cos(2 * np.pi * x))))


def levy(params):
    w = 1 + (vector(params) - 1) / 4
    first = np.sin(np.pi * w[0]) ** 2
    middle = np.sum((w[:-1] - 1) ** 2 * (1 + 10 * np.sin(np.pi * w[:-1] + 1) ** 2))
    return float(first + middle + (w[-1] - 1) ** 2 * (1 + np.sin(2 * np.pi * w[-1]) ** 2))


def ridge(params):
    """Return an ellipsoid whose axes lie across those of the space, conditioned 1:1000."""
    x = vector(params) - 0.3
    d = len(x)
    rotation, _ = np.linalg.qr(np.random.default_rng(d).standard_normal((d, d)))
    return float(np.sum(10 ** np.linspace(0, 3, d) * (rotation @ x) ** 2))


# -- mixed ---------------------------------------------------------------------------------------

MIXED_SPACE = Space(
    {
        "rate": Real(1e-4, 1.0, log=True),
        "l2": Real(1e-6, 1e3, log=True),
        "share": Real(0.1, 1.0),
        "depth": Integer(1, 12),
        "leaves": Integer(2, 512, log=True),
        "rule": ["gini", "entropy", "log_loss"],
        "grow": ["depth", "loss"],
    }
)


def mixed(params):
    """Return a bowl in the numbers whose middle depends on the categories."""
    rate, l2, leaves = (np.log10(params[name]) for name in ("rate", "l2", "leaves"))
    offset = {"gini": 0.0, "entropy": 0.4, "log_loss": -0.3}[params["rule"]]
    q = bowl(rate, -1.3 + offset, 0.7) + bowl(l2, -1.0, 3.0) + bowl(params["share"], 0.6, 0.4)
    q += bowl(params["depth"], 4 if params["grow"] == "depth" else 9, 3.0)
    q += bowl(leaves, 1.4 - 0.4 * rate, 0.8) + 0.3 * (params["grow"] == "loss")
    return float(np.log1p(q) + 0.2 * (params["rule"] == "gini"))


CATEGORIES_SPACE = Space(
    {**{f"c{i}": list("abcde") for i in range(4)}, "x": Real(0, 1), "k": Integer(1, 30)}
)


def categories(params):
    """Return a loss of which categories are most, in pairs that depend on each other."""
    codes = ["abcde".index(params[f"c{i}"]) for i in range(4)]
    table = np.random.default_rng(7).random((5, 5, 2))
    pairs = table[codes[0], codes[1], 0] + table[codes[2], codes[3], 1]
    return float(pairs + bowl(params["x"], 0.2 * codes[0] + 0.1, 0.6) + bowl(params["k"], 12, 15))


# -- real cross-validation -----------------------------------------------------------------------


@cache
def table(name: str) -> tuple[np.ndarray, np.ndarray]:
    if name != "german_credit":
        return getattr(datasets, f"load_{name}")(return_X_y=True)
    credit = pd.read_csv(GERMAN_CREDIT)
    X = pd.get_dummies(credit.drop(columns="target"), dtype=float)
    return X.to_numpy(), credit["target"].to_numpy()


def cross_validated(data: str, model: Any, scoring: str, rows: int | None = None) -> Loss:
    """Return minus the mean score of three folds, that are the same for all candidates."""

    def loss(params):
        X, y = table(data)
        order = np.random.default_rng(0).permutation(len(X))[:rows]
        X, y = X[order], y[order]
        folds = (KFold if scoring == "r2" else StratifiedKFold)(3)
        model.set_params(**params)
        return -float(cross_val_score(model, X, y, cv=folds, scoring=scoring).mean())

    return loss


SVM = make_pipeline(StandardScaler(), SVC())
SVM_SPACE = Space({"svc__C": Real(1e-3, 1e4, log=True), "svc__gamma": Real(1e-6, 1e1, log=True)})
KERNELS_SPACE = Space(
    {
        "svc__C": Real(1e-3, 1e2, log=True),
        "svc__kernel": Choice(
            "linear",
            When("rbf", gamma=Real(1e-6, 1e1, log=True)),
            When("poly", degree=Integer(2, 4), gamma=Real(1e-4, 1e-1, log=True), coef0=Real(0, 5)),
            When("sigmoid", gamma=Real(1e-6, 1e1, log=True), coef0=Real(-3, 3)),
        ),
    }
)
NEAREST = make_pipeline(MinMaxScaler(), KNeighborsClassifier())
NEAREST_SPACE = Space(
    {
        "minmaxscaler__feature_range": [(0, 1), (-1, 1)],
        "kneighborsclassifier__n_neighbors": Integer(1, 60, log=True),
        "kneighborsclassifier__p": Real(1.0, 5.0),
        "kneighborsclassifier__weights": ["uniform", "distance"],
    }
)
TREE = DecisionTreeClassifier(random_state=0)
TREE_SPACE = Space(
    {
        "max_depth": Integer(1, 30),
        "min_samples_leaf": Integer(1, 60, log=True),
        "min_impurity_decrease": Real(1e-7, 1e-1, log=True),
        "ccp_alpha": Real(1e-6, 1e-1, log=True),
        "max_features": Real(0.1, 1.0),
        "criterion": ["gini", "entropy"],
        "splitter": ["best", "random"],
    }
)
LEARNERS = make_pipeline(StandardScaler(), LogisticRegression())
LEARNERS_SPACE = Space(
    {
        "logisticregression": Choice(
            LogisticRegression(C=Real(1e-4, 1e4, log=True), max_iter=200),
            SVC(
                C=Real(1e-3, 1e2, log=True),
                kernel=Choice("linear", When("rbf", gamma=Real(1e-6, 1e1, log=True))),
            ),
            KNeighborsClassifier(n_neighbors=Integer(1, 40), p=Real(1.0, 4.0)),
            DecisionTreeClassifier(
                max_depth=Integer(1, 20), ccp_alpha=Real(1e-5, 1e-1, log=True), random_state=0
            ),
        )
    }
)
KERNEL_RIDGE = make_pipeline(StandardScaler(), KernelRidge())
KERNEL_RIDGE_SPACE = Space(
    {
        "kernelridge__alpha": Real(1e-6, 1e3, log=True),
        "kernelridge__kernel": Choice(
            When("rbf", gamma=Real(1e-6, 1e1, log=True)),
            When("laplacian", gamma=Real(1e-6, 1e1, log=True)),
            When("polynomial", degree=Integer(1, 4), coef0=Real(0, 10)),
        ),
    }
)
TASKS: dict[str, Task] = {
    "branin": Task("continuous", Space({"x0": Real(-5, 10), "x1": Real(0, 15)}), branin),
    "hartmann6": Task("continuous", HARTMANN6.space, HARTMANN6.loss),
    "rosenbrock5": Task("continuous", reals(5, -2.0, 3.0), rosenbrock),
    "levy8": Task("continuous", reals(8, -10.0, 10.0), levy),
    "ackley10": Task("continuous", reals(10, -32.0, 32.0), ackley),
    "ridge6": Task("continuous", reals(6, -1.0, 1.0), ridge),
    "mixed7": Task("mixed", MIXED_SPACE, mixed),
    "categories6": Task("mixed", CATEGORIES_SPACE, categories),
    "learners-1": Task("conditional", drawn_learners(1).space, drawn_learners(1).loss),
    "learners-2": Task("conditional", drawn_learners(2).space, drawn_learners(2).loss),
    "learners-3": Task("conditional", TRAP.space, TRAP.loss),
    "hartmann6-noisy": Task("noisy", HARTMANN6.space, HARTMANN6.loss, 0.2),
    "mixed7-noisy": Task("noisy", MIXED_SPACE, mixed, 0.2),
    "learners-noisy": Task("noisy", drawn_learners(4).space, drawn_learners(4).loss, 0.02),
    "svm": Task("real", SVM_SPACE, cross_validated("breast_cancer", SVM, "roc_auc", 300)),
    "kernels": Task("real", KERNELS_SPACE, cross_validated("german_credit", SVM, "roc_auc", 300)),
    "neighbours": Task("real", NEAREST_SPACE, cross_validated("wine", NEAREST, "neg_log_loss")),
    "tree": Task("real", TREE_SPACE, cross_validated("breast_cancer", TREE, "neg_log_loss")),
    "learners-cv": Task(
        "real", LEARNERS_SPACE, cross_validated("german_credit", LEARNERS, "roc_auc", 300)
    ),
    "kernel-ridge": Task(
        "real", KERNEL_RIDGE_SPACE, cross_validated("diabetes", KERNEL_RIDGE, "r2", 300)
    ),
}
