"""
Hyperband on boosting, with iterations that go on
=================================================

How many candidates of gradient boosting can be told to be poor after 9 trees, and need not have
243? ``HyperbandSearchCV`` gives most candidates few iterations and the best of them more. You will
learn

* how to name the resource, and to read what became of the candidates;
* how many iterations are saved because a candidate goes on from where it was;
* how it does beside a random search, second by second.
"""

# %%
# The search
# ----------
#
# Digits, odd or even: 700 images of 64 pixels. ``resource="max_iter"`` is the parameter that is
# rationed; the most of it is what the estimator has, 243. The lowest rung has 9.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import load_digits
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold

from skhpo import (
    ConvergenceDisplay,
    HyperbandSearchCV,
    Integer,
    RandomSearchCV,
    Real,
    RungsDisplay,
)

X, digits = load_digits(return_X_y=True)
X, y = X[:700], digits[:700] % 2

boosting = HistGradientBoostingClassifier(max_iter=243, early_stopping=False, random_state=0)
space = {
    "learning_rate": Real(0.01, 1.0, log=True),
    "max_leaf_nodes": Integer(2, 12, log=True),
    "min_samples_leaf": Integer(5, 60, log=True),
    "l2_regularization": Real(1e-3, 1e2, log=True),
}
common = {
    "scoring": "neg_log_loss",
    "cv": StratifiedKFold(3, shuffle=True, random_state=0),
    "random_state": 0,
}
search = HyperbandSearchCV(boosting, space, resource="max_iter", min_resources=9, **common)
search.fit(X, y)
print(f"best: {search.best_score_:.4f} with {search.best_params_}")
for amount, n in zip(search.n_resources_, search.n_candidates_, strict=True):
    print(f"{n:>3} candidates had {amount} iterations")

# %%
# The rungs
# ---------
#
# Each line is a candidate that was promoted. Lines that cross are candidates whose order changed
# with more iterations: the more of them, the less a low rung tells. Hyperband hedges against that
# with several brackets; the later ones begin with more iterations, and with fewer candidates.

RungsDisplay.from_search(search).plot()
plt.show()

# %%
# Nothing is trained twice
# ------------------------
#
# ``cv_results_`` has a row for each rung of a candidate. A promoted candidate goes on from where
# the rung below left it, so it costs the iterations of its last rung, not the sum over its rungs.
# The result is the same as that of one fit. Since each rung has three times as many iterations as
# the one below, this saves up to a third of what a promoted candidate costs; the larger part is
# saved by those that are not promoted.

rows = pd.DataFrame(search.cv_results_)
own = [f"param_{name}" for name in space]
last = rows.groupby(own)["n_resources"].max()
print(f"iterations a fold, going on:   {last.sum()}")
print(f"iterations a fold, from start: {rows['n_resources'].sum()}")
print(f"all candidates with everything: {len(last) * search.max_resources_}")

# %%
# Beside a random search
# ----------------------
#
# A random search of the same space that gives all 243 iterations to each of its 20 candidates.
# Seconds are those of fitting and scoring.

random = RandomSearchCV(boosting, space, n_iter=20, **common).fit(X, y)

ax = ConvergenceDisplay.from_search({"Hyperband": search, "random search": random}).plot(
    x="fit_seconds"
)
plt.show()


def seconds(of):
    """Return what the fits and scores of a search took."""
    results = of.cv_results_
    return float(np.nansum(results["mean_fit_time"] + results["mean_score_time"]) * of.n_splits_)


for name, of, n in [("Hyperband", search, len(last)), ("random search", random, 20)]:
    print(f"{name:<14}{n:>4} candidates {seconds(of):6.1f} s   best {of.best_score_:.4f}")

# %%
# One seed of each is an anecdote. Figures over several data sets and seeds, and what else can be
# rationed (rows, folds, epochs): :doc:`/spend_less`.
