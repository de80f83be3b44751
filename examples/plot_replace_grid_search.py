"""
Replace GridSearchCV
====================

You have a search with ``GridSearchCV`` or ``RandomizedSearchCV`` and wonder what changes with
``BayesSearchCV``. Here all three tune one pipeline on a real table with numbers, categories and
missing values, on the same folds. You will see

* that only the name of the class changes;
* what each of them found, for how many fits and in how many seconds;
* whether the differences between their scores mean anything.
"""

# %%
# A table and a pipeline
# ----------------------
#
# The German credit data: 1000 loans, good or bad. Two codes of the table say "unknown, or none":
# ``A65`` of ``savings`` and ``A124`` of ``property``. They are read as missing, and how to impute
# them is one of the parameters that are searched.

from pathlib import Path
from time import perf_counter

import matplotlib.pyplot as plt
import pandas as pd
from scipy.stats import loguniform
from sklearn.compose import ColumnTransformer, make_column_selector
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

from skhpo import BayesSearchCV, ConvergenceDisplay

folder = Path(globals().get("__file__", "")).parent  # a notebook has no __file__
unknown = {"savings": "A65", "property": "A124"}
credit = pd.read_csv(
    folder / "data" / "german_credit.csv", keep_default_na=False, na_values=unknown
)
X, y = credit.drop(columns="target"), credit["target"]
print(f"{X.shape[0]} rows, {X.shape[1]} features, {X.isna().sum().sum()} missing cells")

categories = Pipeline(
    [
        ("impute", SimpleImputer(strategy="most_frequent")),
        ("encode", OneHotEncoder(handle_unknown="ignore", sparse_output=False)),
    ]
)
prepare = ColumnTransformer(
    [
        ("numbers", StandardScaler(), make_column_selector(dtype_include="number")),
        ("categories", categories, make_column_selector(dtype_exclude="number")),
    ]
)
pipeline = Pipeline([("prepare", prepare), ("model", LogisticRegression(max_iter=1000))])

# %%
# What to search
# --------------
#
# A choice of two models, each with its own parameters, as ``GridSearchCV`` takes it: a list of
# grids. Next to it the same with ranges, as ``RandomizedSearchCV`` takes it.

logistic, svc = LogisticRegression(max_iter=1000), SVC()
impute = {"prepare__categories__impute__strategy": ["most_frequent", "constant"]}

grid = [
    {"model": [logistic], "model__C": [0.001, 0.01, 0.1, 1, 10, 100], **impute},
    {"model": [svc], "model__C": [0.1, 1, 10], "model__gamma": [0.001, 0.01, 0.1], **impute},
]
distributions = [
    {"model": [logistic], "model__C": loguniform(1e-4, 1e4), **impute},
    {
        "model": [svc],
        "model__C": loguniform(1e-2, 1e3),
        "model__gamma": loguniform(1e-4, 1),
        **impute,
    },
]

# %%
# Change the name of the class
# ----------------------------
#
# The last two searches get the very same arguments. Each tries as many candidates as the grid has,
# 30.

common = {"scoring": "roc_auc", "cv": StratifiedKFold(5, shuffle=True, random_state=0)}
drawn = {"n_iter": 30, "random_state": 0, **common}
searches = {
    "GridSearchCV": GridSearchCV(pipeline, grid, **common),
    "RandomizedSearchCV": RandomizedSearchCV(pipeline, distributions, **drawn),
    "BayesSearchCV": BayesSearchCV(pipeline, distributions, **drawn),
}
untuned = cross_val_score(pipeline, X, y, **common).mean()
print(f"{'':<22}{'roc_auc':>9}{'fits':>6}{'seconds':>9}")
print(f"{'the pipeline as it is':<22}{untuned:>9.4f}{5:>6}")
for name, search in searches.items():
    start = perf_counter()
    search.fit(X, y)
    seconds = perf_counter() - start
    fits = len(search.cv_results_["params"]) * search.n_splits_
    print(f"{name:<22}{search.best_score_:>9.4f}{fits:>6}{seconds:>9.1f}", flush=True)

# %%
# ``best_params_`` has plain ``set_params`` names, and the search predicts with the best pipeline,
# as you are used to.

for name, search in searches.items():
    model = search.best_params_["model"]
    rest = {k: v for k, v in search.best_params_.items() if k != "model"}
    print(f"{name}: {type(model).__name__}")
    for parameter, value in rest.items():
        print(f"    {parameter} = {value if isinstance(value, str) else f'{value:.4g}'}")

# %%
# Is one better than the others?
# ------------------------------
#
# Left: the best score so far, candidate by candidate. Right: what the winner of each search scored
# on each of the five folds. All winners find the same folds easy and the same ones hard, and the
# folds differ far more than the winners do. On a table of this size the searches end level; look
# at what it took them. The best score is the best of many on the same folds, and so a little
# optimistic: it compares searches, it is no estimate for new data.

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
ConvergenceDisplay.from_search(searches).plot(left)
for (name, search), mark in zip(searches.items(), "osD", strict=True):
    scores = [search.cv_results_[f"split{i}_test_score"][search.best_index_] for i in range(5)]
    right.plot(range(5), scores, marker=mark, linestyle=":", label=name)
right.set(xlabel="fold", ylabel="roc_auc of the winner", xticks=range(5))
right.legend(frameon=False, fontsize="small")
plt.show()
