"""
Nested cross-validation for a paper
===================================

The best score of a search is the greatest of many noisy numbers, and so too good to report. You
will learn to report a score that holds: of the whole procedure, search included, with an interval;
to compare two procedures fold by fold; and to write the sentences that go into the paper.
"""

# %%
# Two procedures
# --------------
#
# The breast cancer data. A support vector machine whose ``C`` and ``gamma`` are tuned, on
# standardized features, and a random forest as it comes. The outer folds are the same for both:
# five, twice.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhpo import RandomSearchCV, Real, nested_cross_validate

X, y = load_breast_cancer(return_X_y=True)
outer = RepeatedStratifiedKFold(n_splits=5, n_repeats=2, random_state=0)

space = {"svc__C": Real(1e-2, 1e3, log=True), "svc__gamma": Real(1e-5, 1e0, log=True)}
tuned = RandomSearchCV(make_pipeline(StandardScaler(), SVC()), space, n_iter=15, cv=5)
forest = RandomForestClassifier(random_state=0)

result = nested_cross_validate(tuned, X, y, outer_cv=outer, random_state=0)
baseline = nested_cross_validate(forest, X, y, outer_cv=outer, random_state=0)
print(result.summary())

# %%
# How much too good is the best score?
# ------------------------------------
#
# In each outer fold the search sees four fifths of the rows. Triangles are what it reports as its
# best score, dots what its best model scores on the fifth it has not seen. The fold is what makes
# most of the difference; on average the triangles are too good by what the second figure calls
# *optimism*. With few parameters and many rows that is little; with many candidates and few rows
# it can be more than what two methods differ by.

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
result.plot_scores(ax=left)
result.plot_optimism(ax=right)
plt.show()

# %%
# What did the folds choose?
# --------------------------
#
# If each fold chooses something else at equal scores, the parameter hardly matters, and a paper
# should not make much of its value.

figure, ax = plt.subplots(figsize=(7, 2.2), layout="constrained")
result.plot_params(ax=ax)
plt.show()

result.stability_[["modal", "share", "median", "spread"]]

# %%
# With an interval
# ----------------
#
# The scores of ten folds are not ten independent numbers: their training sets overlap. The
# interval allows for that (Nadeau and Bengio 2003). Divided by the root of ten, the standard
# deviation would give one that is much too narrow.

interval = result.interval()
outer_scores = result.scores_["outer_score"]
naive = 1.96 * outer_scores.std() / np.sqrt(len(outer_scores))
print(interval)
print(f"half its width {(interval.high - interval.low) / 2:.4f}; of the naive one {naive:.4f}")

# %%
# Which of the two is better?
# ---------------------------
#
# On the same folds, so that what makes a fold hard falls out. ``rope`` is the difference that
# would not matter to you, here one percent point of accuracy. A p-value above 0.05 would not say
# that the two are equal; the middle one of the three probabilities does.

test = result.compare(baseline)
odds = result.compare(baseline, method="bayes", rope=0.01)
print(test)
print(odds)

figure, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
difference = outer_scores - baseline.scores_["outer_score"]
ax.axvspan(-0.01, 0.01, color="0.9", label="does not matter (rope)")
ax.axvline(0, color="0.5", linewidth=1)
ax.scatter(difference, result.scores_["fold"] + 0.25 * result.scores_["repeat"], label="a fold")
ax.axvline(difference.mean(), color="C0", linestyle=":", label="mean")
ax.set(xlabel="accuracy: tuned SVM less random forest", ylabel="fold", yticks=range(5))
ax.legend(frameon=False, fontsize="small")
plt.show()

# %%
# For the paper
# -------------
#
# The sentences say what was repeated, on what, how the interval was made, and that the folds took
# no part in the tuning. The final model is the search fitted to all rows, ``tuned.fit(X, y)``;
# none of the ten models is.

print(
    f"Hyper-parameters were tuned by random search ({tuned.n_iter} candidates, {tuned.cv}-fold "
    f"cross-validation) within each outer training set of twice repeated 5-fold cross-validation "
    f"(n = {len(X)}). The tuned support vector machine had an accuracy of {interval.estimate:.3f} "
    f"({100 * interval.level:g} % interval {interval.low:.3f} to {interval.high:.3f}, corrected "
    f"resampled t), a random forest {baseline.interval().estimate:.3f}; the difference was "
    f"{test.estimate:+.3f} (p = {test.p_value:.2f}, corrected resampled t). The support vector "
    f"machine is better by more than one percent point with probability {odds.better:.2f}, and "
    f"worse by more than that with probability {odds.worse:.2f} (Bayesian correlated t)."
)
