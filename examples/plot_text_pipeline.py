"""
A text pipeline whose first steps are fitted once
=================================================

Turning text into numbers takes most of the time of a text pipeline, and a search does it again and
again for candidates that differ in the last step only. Searches of skhpo share what is equal, with
nothing to switch on. You will see

* how many fits of the first steps and how many seconds that saves;
* that no score changes by it.
"""

# %%
# Real text that is already there
# -------------------------------
#
# The documentation of SciPy's functions: which of six subpackages is a text about? Only the
# beginning is taken, and never the examples, for those name the subpackage. Your version of SciPy
# may have a few texts more or less than the one that made this page.

import inspect
from importlib import import_module
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectKBest
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.svm import LinearSVC

from skhpo import RefineGridSearchCV, SliceDisplay

texts, labels = [], []
for subpackage in ["linalg", "ndimage", "optimize", "signal", "special", "stats"]:
    module = import_module(f"scipy.{subpackage}")
    for name in module.__all__:
        text = (inspect.getdoc(getattr(module, name)) or "").split("\nExamples\n")[0][:1200]
        if len(text) > 300:
            texts.append(text)
            labels.append(subpackage)
print(f"{len(texts)} texts, {sum(map(len, texts)) / len(texts):.0f} characters on average")

# %%
# A pipeline that counts
# ----------------------
#
# Words to weights, the best of these, a linear classifier. To see what is done, the first step
# counts how often it is fitted; the searches know nothing of that.


class CountingTfidf(TfidfVectorizer):
    """Tf-idf that counts its fits."""

    n_fits = 0

    def fit_transform(self, raw_documents, y=None):
        """Count, and do as ever."""
        CountingTfidf.n_fits += 1
        return super().fit_transform(raw_documents, y)


pipeline = Pipeline(
    [
        ("words", CountingTfidf(sublinear_tf=True)),
        ("select", SelectKBest()),
        ("model", LinearSVC(random_state=0)),
    ]
)
grid = {
    "words__ngram_range": [(1, 1), (1, 2)],
    "select__k": [300, 1000, 3000],
    "model__C": [0.1, 0.3, 1.0, 3.0, 10.0],
}

# %%
# The same grid, twice
# --------------------
#
# ``RefineGridSearchCV(method="exhaustive")`` tries what ``GridSearchCV`` tries, in the same order.

searches = {
    "GridSearchCV": GridSearchCV(pipeline, grid, cv=3),
    "RefineGridSearchCV": RefineGridSearchCV(pipeline, grid, cv=3, method="exhaustive"),
}
n_fits, seconds = {}, {}
for name, search in searches.items():
    CountingTfidf.n_fits, start = 0, perf_counter()
    search.fit(texts, labels)
    n_fits[name], seconds[name] = CountingTfidf.n_fits, perf_counter() - start
    print(f"{name:<20}{n_fits[name]:>4} fits of tf-idf,{seconds[name]:>6.1f} seconds")

theirs, ours = (search.cv_results_["mean_test_score"] for search in searches.values())
print(f"the same scores, to the last bit: {np.array_equal(theirs, ours)}")

# %%
# 30 candidates on three folds and the final fit are 91 fits. There are only two different settings
# of the first step, on three folds. Each of these six is fitted twice, since what comes before the
# last shared step is kept from the second time on that it is needed; the rest is taken from
# memory.

figure, axes = plt.subplots(1, 2, figsize=(9, 2.6), layout="constrained", sharey=True)
for ax, values, title in zip(
    axes, [n_fits, seconds], ["fits of tf-idf", "seconds, all in all"], strict=True
):
    bars = ax.barh(list(values), list(values.values()), color=["0.7", "C0"])
    ax.bar_label(bars, fmt="%.3g", padding=3)
    ax.set(xlabel=title, xlim=(0, 1.15 * max(values.values())))
plt.show()

# %%
# What the search says
# --------------------
#
# The best candidate, and the score along ``C`` with the rest as in that candidate. The points are
# all candidates, also those with other words.

best = searches["RefineGridSearchCV"]
print(f"{best.best_score_:.3f} with {best.best_params_}")
SliceDisplay.from_search(best, "model__C").plot().set_xscale("log")
plt.show()

# %%
# What is shared is kept in memory up to 256 MB in each worker, and the candidates that are most
# alike gain most. Lists of a few values for the first steps, as here, let candidates of *any*
# search be alike; a range such as ``(0.5, 1.0)`` for ``words__max_df`` gives each candidate a
# value of its own, and then there is nothing to share.
