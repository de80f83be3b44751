"""The tables on which whole systems are compared: read, shipped with scikit-learn, or generated.

A folder given by ``--data`` holds german_credit.csv and abalone.csv (UCI), and ames.csv, hpc.csv
and mlc_churn.csv (R package modeldata). Missing values are empty cells: "None" is a category.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn import datasets

METRICS = {"binary": "roc_auc", "multiclass": "neg_log_loss", "regression": "r2"}


@dataclass(frozen=True)
class Table:
    """A table: what it is for, and where it comes from."""

    name: str
    task: str
    target: str = ""
    make: Callable[[], tuple[pd.DataFrame, np.ndarray]] | None = None

    @property
    def metric(self) -> str:
        return METRICS[self.task]

    def load(self, folder: Path) -> tuple[pd.DataFrame, np.ndarray]:
        """Return the table and its target; classes are numbered from 0."""
        if self.make is not None:
            return self.make()
        file = folder / f"{self.name}.csv"
        X = pd.read_csv(file, keep_default_na=False, na_values=[""])
        y = X.pop(self.target).to_numpy()
        if self.task != "regression":
            y = np.unique(y, return_inverse=True)[1]
        return X, y


def rare_class(n: int = 50_000) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a table of two classes, one of 5 %, with categories and missing values.

    The chance of the rare class depends on products of numbers, on a threshold, on the effects of
    categories (one of them of sixty) and on whether one of the numbers is missing.
    """
    rng = np.random.default_rng(20_260)
    Z = rng.normal(size=(n, 12))
    Z[:, 1] += 0.7 * Z[:, 0]
    X = pd.DataFrame({f"x{j}": column for j, column in enumerate(Z.T)})
    X["x2"] = np.exp(X["x2"])  # skewed
    logit = Z[:, 0] * Z[:, 1] + 1.5 * (Z[:, 2] > 0.8) - np.abs(Z[:, 3]) + 0.6 * np.sin(3 * Z[:, 4])
    for j, levels in enumerate((3, 6, 12, 25, 60)):
        code = (levels * rng.beta(1, 2, size=n)).astype(int)
        effect = rng.normal(scale=0.8, size=levels)
        logit += effect[code] * (Z[:, 5] > 0 if j == 1 else 1)
        X[f"c{j}"] = np.char.add(f"level_{j}_", code.astype(str))
    is_unknown = rng.uniform(size=n) < 0.2
    logit += 1.5 * is_unknown + rng.logistic(scale=0.7, size=n)
    y = (logit > np.quantile(logit, 0.95)).astype(int)
    for name, share in (("x0", 0.1), ("x6", 0.3), ("c2", 0.05), ("c4", 0.15)):
        X.loc[rng.uniform(size=n) < share, name] = None
    X.loc[is_unknown, "x7"] = np.nan
    return X, y


def interactions(n: int = 40_000) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a regression: Friedman's first function, with slopes that depend on categories."""
    rng = np.random.default_rng(20_261)
    U = rng.uniform(size=(n, 15))
    X = pd.DataFrame({f"x{j}": column for j, column in enumerate(U.T)})
    y = 10 * np.sin(np.pi * U[:, 0] * U[:, 1]) + 20 * (U[:, 2] - 0.5) ** 2 + 10 * U[:, 3]
    for j, levels in enumerate((4, 20, 50)):
        code = rng.integers(levels, size=n)
        slope, offset = rng.normal(scale=4, size=(2, levels))
        y += slope[code] * U[:, 4 + j] + offset[code] * (j == 0)
        X[f"c{j}"] = np.char.add(f"level_{j}_", code.astype(str))
    y += 5 * (U[:, 8] > 0.7) * (X["c0"] == "level_0_1") + rng.normal(scale=2, size=n)
    X.loc[rng.uniform(size=n) < 0.1, "x3"] = np.nan
    X.loc[rng.uniform(size=n) < 0.05, "c1"] = None
    return X, np.asarray(y)


def _shipped(load: Callable[..., tuple[pd.DataFrame, pd.Series]]) -> Callable[[], tuple]:
    def make() -> tuple[pd.DataFrame, np.ndarray]:
        X, y = load(as_frame=True, return_X_y=True)
        return X, y.to_numpy()

    return make


TABLES = {
    table.name: table
    for table in (
        Table("german_credit", "binary", "target"),
        Table("abalone", "regression", "rings"),
        Table("ames", "regression", "Sale_Price"),
        Table("hpc", "multiclass", "class"),
        Table("mlc_churn", "binary", "churn"),
        Table("rare_class", "binary", make=rare_class),
        Table("interactions", "regression", make=interactions),
        Table("digits", "multiclass", make=_shipped(datasets.load_digits)),
        Table("breast_cancer", "binary", make=_shipped(datasets.load_breast_cancer)),
    )
}
