"""Change the class name: ``BayesSearchCV`` beside ``GridSearchCV`` and ``RandomizedSearchCV``.

One pipeline on a real table with numbers, categories and missing values, and three searches of it
on the same folds. ``RandomizedSearchCV`` and ``BayesSearchCV`` get the very same arguments.

The table has two codes that say "unknown, or none": ``A65`` of ``savings`` and ``A124`` of
``property``. They are read as missing here, and how to impute them is one of the parameters that
are searched (the most frequent value, or a category of its own).

The best score of a search is the best of many on the same folds and so a little optimistic; it is
shown to compare the searches, not as an estimate for new data.
"""

from pathlib import Path
from time import perf_counter

import pandas as pd
from scipy.stats import loguniform, randint
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    RandomizedSearchCV,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC

from skhpo import BayesSearchCV

N_ITER = 30
TABLE = Path(__file__).parent / "data" / "german_credit.csv"
UNKNOWN = {"savings": "A65", "property": "A124"}

# -- the data and the pipeline -------------------------------------------------------------------

credit = pd.read_csv(TABLE, keep_default_na=False, na_values=UNKNOWN)
X, y = credit.drop(columns="target"), credit["target"]

prepare = ColumnTransformer(
    [
        ("numbers", StandardScaler(), make_column_selector(dtype_include="number")),
        (
            "categories",
            Pipeline(
                [
                    ("impute", SimpleImputer(strategy="most_frequent")),
                    ("encode", OneHotEncoder(handle_unknown="ignore", sparse_output=False)),
                ]
            ),
            make_column_selector(dtype_exclude="number"),
        ),
    ]
)
pipeline = Pipeline([("prepare", prepare), ("model", LogisticRegression(max_iter=1000))])

# -- what to search ------------------------------------------------------------------------------

logistic = LogisticRegression(max_iter=1000)
svc = SVC()
boosting = HistGradientBoostingClassifier(random_state=0)
impute = {"prepare__categories__impute__strategy": ["most_frequent", "constant"]}

grid = [
    {"model": [logistic], "model__C": [0.001, 0.01, 0.1, 1, 10, 100], **impute},
    {"model": [svc], "model__C": [0.1, 1, 10, 100], "model__gamma": [0.001, 0.01, 0.1], **impute},
    {
        "model": [boosting],
        "model__learning_rate": [0.03, 0.1, 0.3],
        "model__max_leaf_nodes": [4, 10, 31],
        **impute,
    },
]
distributions = [
    {"model": [logistic], "model__C": loguniform(1e-4, 1e4), **impute},
    {
        "model": [svc],
        "model__C": loguniform(1e-2, 1e3),
        "model__gamma": loguniform(1e-4, 1),
        **impute,
    },
    {
        "model": [boosting],
        "model__learning_rate": loguniform(0.01, 0.5),
        "model__max_leaf_nodes": randint(4, 64),
        "model__min_samples_leaf": randint(5, 60),
        "model__l2_regularization": loguniform(1e-4, 1e2),
        **impute,
    },
]

common = {
    "scoring": "roc_auc",
    "cv": StratifiedKFold(n_splits=5, shuffle=True, random_state=0),
    "n_jobs": 2,
}
searches = {
    "GridSearchCV": GridSearchCV(pipeline, grid, **common),
    "RandomizedSearchCV": RandomizedSearchCV(
        pipeline, distributions, n_iter=N_ITER, random_state=0, **common
    ),
    "BayesSearchCV": BayesSearchCV(
        pipeline, distributions, n_iter=N_ITER, random_state=0, **common
    ),
}

# -- run -----------------------------------------------------------------------------------------


def main() -> None:
    """Run all searches and print the table."""
    print(f"german_credit: {X.shape[0]} rows, {X.shape[1]} features,", end=" ")
    print(f"{X.isna().sum().sum()} missing cells\n")
    start = perf_counter()
    untuned = cross_val_score(pipeline, X, y, **common)
    rows = [("the pipeline as it is", untuned.mean(), len(untuned), perf_counter() - start)]
    for name, search in searches.items():
        print(f"running {name} ...", flush=True)
        start = perf_counter()
        search.fit(X, y)
        fits = len(search.cv_results_["params"]) * search.n_splits_
        rows.append((name, search.best_score_, fits, perf_counter() - start))
    print(f"\n{'':<22}{'roc_auc':>9}{'fits':>6}{'seconds':>9}")
    for name, score, fits, seconds in rows:
        print(f"{name:<22}{score:>9.4f}{fits:>6}{seconds:>9.1f}")
    print("\nbest parameters")
    for name, search in searches.items():
        print(f"  {name}")
        for parameter, value in sorted(search.best_params_.items()):
            print(f"    {parameter} = {_shown(value)}")


def _shown(value: object) -> str:
    if hasattr(value, "get_params"):
        return type(value).__name__
    return f"{value:.4g}" if isinstance(value, float) else repr(value)


if __name__ == "__main__":
    main()
