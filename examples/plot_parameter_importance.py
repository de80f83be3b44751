"""
Which parameters mattered
=========================

After a search: which parameters were worth searching, and which can be left alone next time? You
will learn what five methods answer to that, and why their answers differ.
"""

# %%
# A search to ask
# ---------------
#
# A support vector machine on the breast cancer data, 100 random candidates. A random search is the
# better sample for this purpose: what learns looks mostly at good regions. ``gamma`` exists for
# one of the two kernels, and ``shrinking`` is a switch that should hardly change a score.

import matplotlib.pyplot as plt
from sklearn.datasets import load_breast_cancer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhpo import Choice, ImportanceDisplay, RandomSearchCV, Real, When, parameter_importance

X, y = load_breast_cancer(return_X_y=True)
space = {
    "svc__C": Real(1e-3, 1e3, log=True),
    "svc__kernel": Choice("linear", When("rbf", gamma=Real(1e-4, 1, log=True))),
    "svc__shrinking": [True, False],
}
model = make_pipeline(StandardScaler(), SVC())
search = RandomSearchCV(model, space, n_iter=100, random_state=0).fit(X, y)

# %%
# Five answers
# ------------
#
# ``"fanova"``: how much of the variance of the score, over all that might have been tried, is due
# to each parameter and to each pair. ``"gp"``: the same from a smooth model. ``"permutation"``:
# how much the predicted score changes when one parameter is redrawn. ``"ped_anova"``: which values
# the best tenth have that the others have not. ``"ablation"``: which changes led from the
# estimator's own values to the best ones.

for method in ["fanova", "gp", "permutation", "ped_anova", "ablation"]:
    table = parameter_importance(search, method=method, random_state=0)
    print(f"\n{method}\n{table.round(3).to_string(index=False)}")

# %%
# Everywhere, or among the best?
# ------------------------------
#
# Left, all of the space: what decides between bad and good, with pairs hatched. Right, the best
# tenth: what decides between good and best. A parameter can matter much for the one and not for
# the other, so the two are no contradiction.

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
ImportanceDisplay.from_search(search, method="fanova", random_state=0).plot(left)
ImportanceDisplay.from_search(search, method="ped_anova", random_state=0).plot(right)
left.set_title("fanova: all of the space", loc="left", fontsize="medium")
right.set_title("ped_anova: the best tenth", loc="left", fontsize="medium")
plt.show()

# %%
# What each column says, and when to use which method: :doc:`/parameter_importance`.
