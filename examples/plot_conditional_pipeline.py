"""
Preprocessing, models and their own parameters in one space
===========================================================

Which model, with which preprocessing, and how each of them should be set: these questions hang
together, and some of them exist only for one answer to another. You will learn to write such a
space down, and to read what a search of it says:

* ``Choice`` between whole estimators, whose ranges stand where their values would stand;
* ``When`` for parameters that belong to one value of another;
* what ``cv_results_`` and the plots make of a parameter that does not exist.
"""

# %%
# The space is the pipeline, with ranges in it
# --------------------------------------------
#
# The German credit data: 1000 loans, 7 numbers and 13 categories.

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    OneHotEncoder,
    QuantileTransformer,
    SplineTransformer,
    StandardScaler,
)
from sklearn.svm import SVC

from skhpo import (
    BayesSearchCV,
    Choice,
    Integer,
    ParallelCoordinatesDisplay,
    Real,
    ScoresByValueDisplay,
    When,
)

folder = Path(globals().get("__file__", "")).parent  # a notebook has no __file__
credit = pd.read_csv(folder / "data" / "german_credit.csv", keep_default_na=False)
X, y = credit.drop(columns="target"), credit["target"]

encode = OneHotEncoder(handle_unknown="infrequent_if_exist", sparse_output=False)
prepare = ColumnTransformer(
    [
        ("numbers", StandardScaler(), make_column_selector(dtype_include="number")),
        ("categories", encode, make_column_selector(dtype_exclude="number")),
    ]
)
pipeline = Pipeline([("prepare", prepare), ("model", LogisticRegression())])

# %%
# A name before the double underscore is a step, as in ``set_params``. Whole estimators are legal
# values; a range in one of their arguments is searched where that estimator was chosen. So
# ``n_knots`` exists for ``SplineTransformer`` alone, and the ``degree`` of a kernel if the model
# is an ``SVC`` and the kernel is ``"poly"``: two conditions.

space = {
    "prepare__numbers": Choice(
        StandardScaler(),
        QuantileTransformer(n_quantiles=Integer(10, 500, log=True), output_distribution="normal"),
        SplineTransformer(n_knots=Integer(3, 8)),
    ),
    "prepare__categories__min_frequency": Integer(1, 50, log=True),
    "model": Choice(
        LogisticRegression(C=Real(1e-3, 1e2, log=True), max_iter=1000),
        SVC(
            C=Real(1e-2, 1e2, log=True),
            kernel=Choice(
                When("rbf", gamma=Real(1e-4, 1e0, log=True)),
                When("poly", degree=Integer(2, 3), gamma=Real(1e-3, 1e-1, log=True)),
            ),
        ),
        ExtraTreesClassifier(
            n_estimators=40,
            max_features=Real(0.05, 1.0),
            min_samples_leaf=Integer(1, 20, log=True),
            random_state=0,
        ),
    ),
}
search = BayesSearchCV(pipeline, space, n_iter=40, scoring="roc_auc", random_state=0)
search.fit(X, y)
print(f"best of {len(search.cv_results_['params'])}: {search.best_score_:.4f}")

# %%
# ``search.best_estimator_`` is an ordinary pipeline:

search.best_estimator_

# %%
# What does not exist is not there
# --------------------------------
#
# ``params`` of a candidate holds what that candidate has, no more: each can be handed to
# ``set_params``. In the table a parameter that does not exist is missing. The best candidate of
# each model, with the parameters that are its own:

table = pd.DataFrame(search.cv_results_)
table["model"] = [type(model).__name__ for model in table["param_model"]]
best = table.sort_values("mean_test_score", ascending=False).groupby("model").head(1)
own = [name for name in table if name.startswith("param_model__")]
for _, row in best.iterrows():
    values = {name.removeprefix("param_model__"): row[name] for name in own}
    values = {k: v if isinstance(v, str) else f"{v:.3g}" for k, v in values.items() if v == v}
    print(f"{row['model']:<22}{row['mean_test_score']:.4f}  {values}")
n_tried = table["model"].value_counts()
print(n_tried.to_string())

# %%
# Does the choice of the model matter?
# ------------------------------------
#
# Boxes of all candidates, by model and by preprocessing of the numbers. The search tries more
# often what has scored well, so the numbers of candidates below the boxes say what it thinks, too;
# and a box of few candidates says little.

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
ScoresByValueDisplay.from_search(search, "model").plot(left)
ScoresByValueDisplay.from_search(search, "prepare__numbers").plot(right)
plt.show()

# %%
# Which values do good candidates share?
# --------------------------------------
#
# A line a candidate, the better the lighter. Below an axis is where the parameter does not exist:
# the lines of the other models pass there.

parameters = ["model", "model__C", "model__kernel", "model__gamma", "model__max_features"]
ParallelCoordinatesDisplay.from_search(search, parameters=parameters).plot()
plt.show()
