"""``deterministic``: the same search for any number of jobs and any order of completion."""

import threading
import time

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator

from skhpo import BayesSearchCV, RandomSearchCV, Real

X = np.arange(24.0).reshape(12, 2)
SPACE = {"a": Real(0, 1), "b": Real(0, 1), "kind": ["u", "v"]}
every_search = pytest.mark.parametrize("search", [BayesSearchCV, RandomSearchCV])


class Uneven(BaseEstimator):
    """Takes a time that nobody can foresee."""

    def __init__(self, a=0.5, b=0.5, kind="u"):
        self.a = a
        self.b = b
        self.kind = kind

    def fit(self, X, y=None):
        time.sleep(0.008 * np.random.default_rng().random() ** 2)
        self.fitted_ = True
        return self

    def score(self, X, y=None):
        return -((self.a - 0.3) ** 2) - (self.b - 0.6) ** 2 - 0.1 * (self.kind == "v")


def fit(search, n_jobs=None, backend="threading", **more):
    settings = {"n_iter": 18, "cv": 2, "random_state": 1, "deterministic": True}
    if search is BayesSearchCV:
        settings["n_initial_points"] = 6
    with joblib.parallel_config(backend=backend):
        return search(Uneven(), SPACE, n_jobs=n_jobs, **(settings | more)).fit(X)


def assert_same_results(ours, theirs):
    assert list(ours.cv_results_) == list(theirs.cv_results_)
    for key, column in theirs.cv_results_.items():
        if not key.endswith("_time"):
            np.testing.assert_array_equal(ours.cv_results_[key], column, err_msg=key)
    assert ours.best_params_ == theirs.best_params_


@every_search
@pytest.mark.parametrize("lag", [1, 4, True])
def test_any_number_of_threads_gives_the_same_results(search, lag):
    sequential = fit(search, deterministic=lag)
    for n_jobs in (2, 5):
        assert_same_results(fit(search, n_jobs, deterministic=lag), sequential)


@every_search
def test_processes_give_the_same_results(search):
    assert_same_results(fit(search, 2, "loky", deterministic=4), fit(search, deterministic=4))


def test_the_lag_is_part_of_the_search():
    one, five = (fit(BayesSearchCV, deterministic=lag) for lag in (1, 5))
    assert one.cv_results_["params"][:6] == five.cv_results_["params"][:6]
    assert one.cv_results_["params"] != five.cv_results_["params"]


def test_a_lag_of_one_is_the_sequential_search():
    plain = fit(BayesSearchCV, deterministic=False)
    assert_same_results(fit(BayesSearchCV, 3, deterministic=1), plain)


def test_no_more_candidates_are_open_than_the_lag_lets():
    lock, state = threading.Lock(), {"now": 0, "most": 0}

    class Watching(Uneven):
        def fit(self, X, y=None):
            with lock:
                state["now"] += 1
                state["most"] = max(state["most"], state["now"])
            super().fit(X, y)
            with lock:
                state["now"] -= 1
            return self

    with joblib.parallel_config(backend="threading"):
        RandomSearchCV(
            Watching(), SPACE, n_iter=10, cv=2, n_jobs=6, random_state=0, deterministic=1
        ).fit(X)
    assert 1 <= state["most"] <= 2  # the splits of one candidate


@pytest.mark.parametrize("lag", [0, -1, 1.5, "yes"])
def test_what_is_no_lag_is_refused(lag):
    with pytest.raises(ValueError, match="deterministic"):
        fit(RandomSearchCV, deterministic=lag)
