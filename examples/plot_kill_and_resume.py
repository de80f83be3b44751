"""
Kill a search and resume it
===========================

A laptop that sleeps, a job that runs into its wall time, a machine that is gone: a long search has
to survive that. With ``journal=`` every fit is on disk before the next candidate is chosen. Here a
search is really killed in the middle and run again. You will see

* that running the same script again is all there is to do;
* that no finished fit is repeated, and the result is that of a search that was never killed.
"""

# %%
# A script that searches
# ----------------------
#
# It stands here as a text, since it is to run in a process of its own, which can be killed. What
# matters is ``journal=``. The last lines keep what the search found for us to look at.

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import joblib
import matplotlib.pyplot as plt
import numpy as np

from skhpo import load_journal

SCRIPT = """
import sys
import joblib
from sklearn.datasets import load_digits
from sklearn.svm import SVC
from skhpo import BayesSearchCV

X, y = load_digits(return_X_y=True)
space = {"C": (1e-2, 1e3, "log-uniform"), "gamma": (1e-5, 1e-1, "log-uniform")}
search = BayesSearchCV(SVC(), space, n_iter=15, cv=3, random_state=0, journal=sys.argv[1])
search.fit(X[:900], y[:900])
joblib.dump({"table": search.cv_results_, "best": search.best_params_}, sys.argv[2])
"""

temporary = tempfile.TemporaryDirectory()
folder = Path(temporary.name)
(folder / "search.py").write_text(SCRIPT)


def start(journal, result):
    """Start the script in a process of its own."""
    names = [folder / "search.py", folder / journal, folder / result]
    return subprocess.Popen([sys.executable, *map(str, names)])


def n_lines(path):
    """Return how many lines a journal has so far."""
    return path.read_bytes().count(b"\n") if path.exists() else 0


# %%
# Kill it
# -------
#
# As soon as the journal has 30 lines the process is killed, as the system would do it (``SIGKILL``
# on Linux and macOS): nothing is tidied up, nothing is said.

journal = folder / "search.jsonl"
process = start("search.jsonl", "resumed.joblib")
while n_lines(journal) < 30 and process.poll() is None:
    time.sleep(0.01)
process.kill()
process.wait()

survived = load_journal(journal)
fits_before = int(survived["n_splits_evaluated"].sum())
print(f"ended with code {process.returncode}")
print(f"result written: {(folder / 'resumed.joblib').exists()}")
print(f"in the journal: {len(survived)} candidates, {fits_before} fits")
before = journal.read_bytes()

# %%
# A journal can be read at any time, also while its search runs:

survived[["candidate", "status", "param_C", "param_gamma", "mean_test_score"]].tail(4)

# %%
# Run it again
# ------------
#
# The same command. The search reads its journal, is in the state in which it was, and goes on. For
# comparison, the same script with another journal, left in peace.

assert start("search.jsonl", "resumed.joblib").wait() == 0
assert start("in_peace.jsonl", "in_peace.joblib").wait() == 0

resumed = joblib.load(folder / "resumed.joblib")
in_peace = joblib.load(folder / "in_peace.joblib")
scores, scores_in_peace = (of["table"]["mean_test_score"] for of in (resumed, in_peace))
print(f"the same candidates: {resumed['table']['params'] == in_peace['table']['params']}")
print(f"the same scores: {np.array_equal(scores, scores_in_peace)}")
print(f"the same winner: {resumed['best'] == in_peace['best']}")

# %%
# What was in the journal is still there, byte for byte, but for a line that was being written when
# the process was killed. The rest was added; there is one record for each fit.

after = journal.read_bytes()
whole = before[: before.rfind(b"\n") + 1]
print(f"what survived is untouched: {after.startswith(whole)}")
n_fits = int(load_journal(journal)["n_splits_evaluated"].sum())
n_needed = 3 * len(scores)
print(f"fits in the journal: {fits_before} before + {n_fits - fits_before} after = {n_fits}")
print(f"fits that a search in peace makes: {n_needed}")
assert n_fits == n_needed

# %%
# The course of both
# ------------------
#
# Scores of the candidates in the order in which they were chosen. Left of the line is what the
# killed process measured, right what the second one went on with: a search that had forgotten its
# past would not choose the same.

n_complete = int((survived["status"] == "ok").sum())
at = np.arange(len(scores))
figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.plot(at, scores_in_peace, "o", markersize=10, fillstyle="none", color="0.5", label="in peace")
ax.plot(at[:n_complete], scores[:n_complete], "x", color="C0", label="before the kill")
ax.plot(at[n_complete:], scores[n_complete:], "+", color="C1", markersize=9, label="resumed")
ax.axvline(n_complete - 0.5, color="C3", linestyle="--", label="killed")
ax.set(xlabel="candidate", ylabel="accuracy, mean of the folds", xticks=at[::2])
ax.legend(frameon=False, loc="lower right")
plt.show()

temporary.cleanup()

# %%
# A journal belongs to one search: other data, another space or another scorer is refused. A larger
# ``n_iter`` extends the search. What is promised, and what is not: :doc:`/journal`.
