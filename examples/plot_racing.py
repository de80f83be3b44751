"""
Drop what has lost: racing
==========================

Ten-fold cross-validation gives ten scores a candidate, and most candidates have lost after the
first two or three. ``racing=True`` stops them there. You will learn

* why so few folds can be enough, although scores differ much from fold to fold;
* how many fits it saves on one search, and whether the winner is the same.
"""

# %%
# One search, twice
# -----------------
#
# A support vector machine on the breast cancer data, 40 random candidates, ten folds. The same
# seed draws the same candidates, so the two searches differ in racing alone.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhpo import FoldsDisplay, RandomSearchCV, Real

X, y = load_breast_cancer(return_X_y=True)
model = make_pipeline(StandardScaler(), SVC())
space = {"svc__C": Real(1e-3, 1e3, log=True), "svc__gamma": Real(1e-4, 1e0, log=True)}
options = {
    "n_iter": 40,
    "cv": StratifiedKFold(10, shuffle=True, random_state=0),
    "scoring": "roc_auc",
    "random_state": 0,
}
full = RandomSearchCV(model, space, **options).fit(X, y)
raced = RandomSearchCV(model, space, racing=True, **options).fit(X, y)

# %%
# ``n_splits_evaluated`` says how far each candidate came. The first five are evaluated in full, to
# have something to compare with, and so are the best three in the end.

fits = {"without": full, "with": raced}
fits = {name: search.cv_results_["n_splits_evaluated"].sum() for name, search in fits.items()}
print(f"fits: {fits['without']} without racing, {fits['with']} with")
print(f"best score: {full.best_score_:.4f} without, {raced.best_score_:.4f} with")
print(f"the same winner: {full.best_params_ == raced.best_params_}")

# %%
# Why a few folds can be enough
# -----------------------------
#
# Some folds are harder than others, for every candidate. A race compares a candidate with the best
# one so far *on the same folds*, and there what makes a fold hard falls out. Each line is a
# candidate that racing dropped, with the scores that the search without racing gave it. Left are
# its scores, right what remains when those of the winner are subtracted; those near the winner
# only, for the others lie far below.

scores = np.array([full.cv_results_[f"split{i}_test_score"] for i in range(10)]).T
winner = scores[full.best_index_]
dropped = np.flatnonzero(raced.cv_results_["status"] == "dropped")
near = [row for row in dropped if winner.mean() - scores[row].mean() < 0.01]

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
for row in near:
    left.plot(range(10), scores[row], color="0.6", linewidth=1)
    right.plot(range(10), scores[row] - winner, color="0.6", linewidth=1)
left.plot(range(10), winner, color="C0", linewidth=2, label="winner")
right.axhline(0.0, color="C0", linewidth=2, label="winner")
left.set(xlabel="fold", ylabel="roc_auc", xticks=range(10))
right.set(xlabel="fold", ylabel="roc_auc less that of the winner", xticks=range(10))
right.set_ylim(-np.ptp(left.get_ylim()) / 2, np.ptp(left.get_ylim()) / 2)  # the same scale
left.legend(frameon=False, loc="lower left")
plt.show()

print(f"standard deviation over the folds, mean of {len(near)} candidates:")
print(f"    of the scores       {scores[near].std(axis=1).mean():.4f}")
print(f"    of the differences  {(scores[near] - winner).std(axis=1).mean():.4f}")

# %%
# What was saved
# --------------
#
# A column a candidate, in the order in which they were tried, a row a fold. A cross is where
# racing dropped a candidate; the empty cells below it are fits that were never made.

FoldsDisplay.from_search(raced).plot()
plt.show()

# %%
# A dropped candidate has no ``mean_test_score``, since a mean of a few folds cannot be compared
# with one of ten. ``estimated_test_score`` holds what all ten would be expected to give. How near
# is it?

expected = raced.cv_results_["estimated_test_score"][dropped]
error = np.abs(expected - full.cv_results_["mean_test_score"][dropped])
print(f"{len(dropped)} candidates were dropped; their scores were estimated to within")
print(f"{np.median(error):.4f} (median), {error.max():.4f} (worst)")

# %%
# What racing costs: a candidate that loses the first folds and would have won on all of them is
# gone. How often that happens, and to which scores: :doc:`/spend_less`.
