"""How much faster is nested cross-validation with two workers?

Five outer folds on two workers: whole folds alone would give 5 / 3 = 1.67. Each row is 5 x 5 folds
with 20 candidates. Fits that sleep show how evenly the work is divided, whatever else the machine
is doing; the others need two cores that are free. The start of the workers, some two seconds of
importing, is included unless --warm.

    python benchmarks/nested_speed.py [--quick] [--warm]
"""

import argparse
import time

import numpy as np
from joblib.externals.loky import get_reusable_executor
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

from skhpo import RandomSearchCV, nested_cross_validate

N_CANDIDATES = 20


class Sleeper(ClassifierMixin, BaseEstimator):
    """Takes a while to fit, and no core."""

    def __init__(self, seconds=0.05, a=0.0):
        self.seconds = seconds
        self.a = a

    def fit(self, X, y):
        time.sleep(self.seconds)
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


def searches(quick: bool):
    """Yield a name, a search and data."""
    seconds = 0.02 if quick else 0.12
    values = {"a": np.linspace(0.0, 1.0, N_CANDIDATES).tolist()}
    small = make_classification(200, random_state=0)
    yield "sleeping, GridSearchCV", GridSearchCV(Sleeper(seconds), values), *small
    random = RandomSearchCV(Sleeper(seconds), values, n_iter=N_CANDIDATES, random_state=0)
    yield "sleeping, RandomSearchCV", random, *small
    large = make_classification(600 if quick else 2500, flip_y=0.2, random_state=0)
    values = {"C": np.geomspace(0.1, 10, N_CANDIDATES).tolist()}
    yield "SVC, GridSearchCV", GridSearchCV(SVC(), values), *large


def seconds_of(search, X, y, n_jobs, warm):
    get_reusable_executor().shutdown(wait=True)  # no workers are left of an earlier row
    if warm:
        nested_cross_validate(SVC(), X[:100], y[:100], outer_cv=4, n_jobs=n_jobs)
    start = time.perf_counter()
    result = nested_cross_validate(search, X, y, outer_cv=5, n_jobs=n_jobs)
    return time.perf_counter() - start, result.scores_["outer_score"].to_numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--quick", action="store_true", help="fits of a few hundredths of a second"
    )
    parser.add_argument("--warm", action="store_true", help="start the workers before")
    args = parser.parse_args()
    print(f"{'':<26}{'one':>9}{'two':>9}{'ratio':>8}")
    for name, search, X, y in searches(args.quick):
        one, scores = seconds_of(search, X, y, 1, args.warm)
        two, again = seconds_of(search, X, y, 2, args.warm)
        np.testing.assert_array_equal(scores, again)
        print(f"{name:<26}{one:8.1f}s{two:8.1f}s{one / two:8.2f}", flush=True)


if __name__ == "__main__":
    main()
