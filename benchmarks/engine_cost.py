"""What the engine itself costs a task, and whether that grows with the number of trials.

``python benchmarks/engine_cost.py`` prints, for 100 to 1,600 trials of 5 splits with an empty fit
and ``n_jobs=1``, the CPU time a task of the whole search, beside that of the same number of tasks
in ``RandomizedSearchCV``, in the same run.
"""

import argparse
import time

import numpy as np
from scipy.stats import uniform
from sklearn.base import BaseEstimator
from sklearn.model_selection import RandomizedSearchCV

from skhpo import RandomSearchCV


class Empty(BaseEstimator):
    """Fits nothing and scores its parameter."""

    def __init__(self, a=0.0, b=0.0):
        self.a = a
        self.b = b

    def fit(self, X, y=None):
        return self

    def score(self, X, y=None):
        return self.a


def cost(search_class, n_trials, repeats):
    """Return the median CPU milliseconds a task."""
    X, space = np.zeros((50, 2)), {"a": uniform(), "b": uniform()}
    times = []
    for seed in range(repeats):
        search = search_class(Empty(), space, n_iter=n_trials, cv=5, random_state=seed)
        start = time.process_time()
        search.fit(X)
        times.append((time.process_time() - start) / (5 * n_trials))
    return 1e3 * float(np.median(times))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, nargs="+", default=[100, 400, 1600])
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    cost(RandomSearchCV, 10, 1)
    print(f"{'trials':>7} {'skhpo ms/task':>14} {'RandomizedSearchCV ms/task':>27} {'ratio':>6}")
    for n in arguments.trials:
        ours = cost(RandomSearchCV, n, arguments.repeats)
        theirs = cost(RandomizedSearchCV, n, arguments.repeats)
        print(f"{n:>7} {ours:>14.3f} {theirs:>27.3f} {ours / theirs:>6.2f}")


if __name__ == "__main__":
    main()
