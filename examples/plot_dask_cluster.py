"""
A search on a Dask cluster
==========================

A search runs its fits wherever joblib does. Here that is a Dask cluster, a small one on this
machine; for a large one only the line that makes it is another. You will learn

* which lines to add, and why they stand behind a guard;
* how to see whether the workers had something to do all the time.
"""

# %%
# The search
# ----------
#
# Nothing in it knows of a cluster.

import joblib
import matplotlib.pyplot as plt
from distributed import Client, LocalCluster
from sklearn.datasets import load_digits
from sklearn.svm import SVC

from skhpo import BayesSearchCV, Choice, Real, TimelineDisplay, When

X, y = load_digits(return_X_y=True)
X, y = X[:900], y[:900]
space = {
    "C": Real(1e-2, 1e3, log=True),
    "kernel": Choice("linear", When("rbf", gamma=Real(1e-5, 1e-1, log=True))),
}
search = BayesSearchCV(SVC(), space, n_iter=20, cv=5, random_state=0)

# %%
# On the cluster
# --------------
#
# ``LocalCluster`` starts two worker processes. On a real cluster ``SLURMCluster``, ``KubeCluster``
# or the address of a scheduler stands in its place. Each worker has one thread: fits hold the
# interpreter's lock for much of their time.
#
# Worker processes import this script, as do all that Python starts afresh. What is behind ``if
# __name__ == "__main__":`` runs in the one that searches only. A notebook needs no guard.

if __name__ == "__main__":
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        search.fit(X, y)
    print(f"best accuracy {search.best_score_:.4f} with {search.best_params_}")

# %%
# Had the workers something to do?
# --------------------------------
#
# A bar is a fit on one fold, neighbouring candidates differ in shade, and a lane is a fit that was
# under way at the same time as others. A white gap is a worker that waited: in the beginning for
# the data, later for the next candidate to be chosen or for a task to be sent. There is no
# barrier: a worker that is done with a candidate's last fold does not wait for the others. The
# shorter the fits, the more the gaps count; these take hundredths of a second, real ones rarely
# do.

if __name__ == "__main__":
    TimelineDisplay.from_search(search).plot()
    plt.show()

# %%
# Which candidates are chosen depends on which fits end first, unless ``deterministic=True``. What
# is sent when, and what happens when a worker dies: :doc:`/clusters`.
