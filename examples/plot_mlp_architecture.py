"""
Solver and architecture of a perceptron
=======================================

A multi-layer perceptron has parameters that exist only for one solver (momentum, Nesterov's
momentum and the learning-rate schedule for gradient descent, two decay rates for Adam), and a
number of layers, each with a width. You will learn to write that as one conditional space, to
search it, and to ask which solver does well with *its* best settings rather than with its
defaults.
"""

# %%
# The solvers
# -----------
#
# Gradient descent with momentum, plain or Nesterov's, and three schedules of its learning rate;
# the exponent of ``"invscaling"``, by which it is annealed, is a condition within a condition.
# Adam has no schedule. L-BFGS has neither rate nor momentum, so it is a plain value.

import warnings

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from skhpo import (
    Choice,
    ImportanceDisplay,
    Layers,
    RandomSearchCV,
    Real,
    ScoresByValueDisplay,
    When,
)

rate = Real(1e-4, 1e-1, log=True)
sgd = When(
    "sgd",
    learning_rate_init=rate,
    learning_rate=Choice("constant", "adaptive", When("invscaling", power_t=Real(0.1, 0.9))),
    momentum=Real(0.5, 0.99),
    nesterovs_momentum=[True, False],
)
adam = When("adam", learning_rate_init=rate, beta_1=Real(0.8, 0.99), beta_2=Real(0.9, 0.9999))

# %%
# The architecture
# ----------------
#
# ``Layers(2, 8, 64)`` is two layers of one width from 8 to 64; with ``taper=0.5`` the second is
# half as wide as the first. A choice of them is a number of layers and a shape, each with a width
# of its own. The values are the tuples that ``hidden_layer_sizes`` takes.

space = {
    "mlpclassifier__solver": Choice(sgd, adam, "lbfgs"),
    "mlpclassifier__hidden_layer_sizes": Choice(
        Layers(1, 8, 64),
        Layers(2, 8, 64),
        Layers(2, 8, 64, taper=0.5),
        names=["one", "two", "two, halving"],
    ),
    "mlpclassifier__activation": ["relu", "tanh"],
    "mlpclassifier__alpha": Real(1e-6, 1e0, log=True),
}

# %%
# The search
# ----------
#
# 600 digits and 40 epochs: some of these fits are not over by then, and scikit-learn warns of
# each. What is good after 40 epochs is what is asked here, so the warning is of no use. A search
# that learns would soon leave the solvers that look poor; to compare them, candidates are drawn at
# random, a third with each solver on average.

X, y = load_digits(return_X_y=True)
X, y = X[:600], y[:600]
model = make_pipeline(MinMaxScaler(), MLPClassifier(max_iter=40, batch_size=50, random_state=0))
folds = StratifiedShuffleSplit(3, test_size=0.3, random_state=0)
search = RandomSearchCV(model, space, n_iter=60, cv=folds, random_state=0)
with warnings.catch_warnings():
    warnings.simplefilter("ignore", ConvergenceWarning)
    search.fit(X, y)
print(f"accuracy {search.best_score_:.3f}")
for name, value in search.best_params_.items():
    print(f"    {name.removeprefix('mlpclassifier__')} = {value}")

# %%
# Each solver at its best
# -----------------------
#
# Boxes are all candidates with a solver, the best of which is the topmost point: where a box is
# long, the solver needs tuning; where its top is high, it pays off. The table has the winners, and
# what each of them has of its own.

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
ScoresByValueDisplay.from_search(search, "mlpclassifier__solver").plot(left)
ScoresByValueDisplay.from_search(search, "mlpclassifier__learning_rate").plot(right)
plt.show()

# %%
# On the right are the schedules of gradient descent; "absent" are the candidates with another
# solver, for which there is none.

table = pd.DataFrame(search.cv_results_).rename(
    columns=lambda name: name.removeprefix("param_mlpclassifier__")
)
table = table.sort_values("mean_test_score", ascending=False)
own = ["hidden_layer_sizes", "learning_rate_init", "learning_rate", "momentum", "beta_1", "alpha"]
winners = table.groupby("solver").head(1).set_index("solver")
print(winners[["mean_test_score", "mean_fit_time"]].round(3).to_string())
for solver, row in winners.iterrows():
    print(solver, {name: row[name] for name in own if pd.notna(row[name])})

# %%
# Which parameters mattered?
# --------------------------
#
# Shares of the variance of the score, over all of the space; the six largest, with their standard
# deviations over the trees of a forest, wide with 60 candidates. A parameter of one solver counts
# with the share of the space in which it exists.

ImportanceDisplay.from_search(search, random_state=0).plot(max_bars=6)
plt.show()

# %%
# These are 600 rows, 40 epochs and one search: what it says of the solvers is said of that. The
# same ranges, and those of 39 other models, come ready-made: :doc:`/portfolio`.
