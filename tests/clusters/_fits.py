"""Fits that go wrong where a parameter says so, and what the tests of clusters share."""

import os
import time
import uuid
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from skhpo import RandomSearchCV

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y = (X[:, 0] > 0).astype(int)
MARK = uuid.uuid4().hex
os.environ["SKHPO_TESTS_OF_CLUSTERS"] = MARK  # inherited by all that these tests start
HARMLESS = {"threshold": [-0.4, -0.2, 0.0, 0.2, 0.4]}


class Stump(ClassifierMixin, BaseEstimator):
    """Splits at a threshold; may die, hang, grow or tell who fitted it."""

    def __init__(self, threshold=0.0, fate="well", folder=None):
        self.threshold = threshold
        self.fate = fate
        self.folder = folder

    def fit(self, X, y, sample_weight=None):
        if self.folder is not None:
            Path(self.folder, f"{os.getpid()}-{os.getppid()}").touch()
        if self.fate == "exit":
            os._exit(3)
        if self.fate == "hang":
            time.sleep(600)
        if self.fate == "slow":
            time.sleep(0.5)
        if self.fate == "grow":
            self.hoard_ = np.ones(400_000_000 // 8)
        self.weight_ = 0.0 if sample_weight is None else float(np.sum(sample_weight))
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return (X[:, 0] > self.threshold).astype(int)


def weight_of(estimator, X, y, sample_weight=None):
    """Score: the sum of the weights that the fit was given."""
    return estimator.weight_


def searched(space=None, n_iter=5, estimator=None, **options):
    options = {"cv": 2, "refit": False, "random_state": 0, **options}
    estimator = estimator or Stump()
    return RandomSearchCV(estimator, space or HARMLESS, n_iter=n_iter, **options)


def one_with(fate, n_others=5):
    """Return a space in which one candidate has another fate than the rest."""
    others = list(np.linspace(-0.5, 0.5, n_others))
    return [{"threshold": others}, {"threshold": [0.1], "fate": [fate]}]


def statuses(search):
    return sorted(search.cv_results_["status"])


def scores(search):
    results = search.cv_results_
    return {
        params["threshold"]: tuple(results[f"split{k}_test_score"][i] for k in range(2))
        for i, params in enumerate(results["params"])
    }


def assert_one_row_is(search, status, n_others=5):
    assert statuses(search) == sorted([status] + ["ok"] * n_others)
    [bad] = [i for i, got in enumerate(search.cv_results_["status"]) if got == status]
    assert search.cv_results_["params"][bad]["threshold"] == 0.1
    assert np.isnan(search.cv_results_["mean_test_score"][bad])
    assert search.cv_results_["error"][bad]
    assert np.isfinite(np.delete(search.cv_results_["mean_test_score"], bad)).all()


def sandboxes():
    """Return the processes of sandboxes that these tests have started, on whatever worker."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            is_sandbox = b"_sandbox_child" in (path / "cmdline").read_bytes()
            if is_sandbox and MARK.encode() in (path / "environ").read_bytes():
                found.append(int(path.name))
    return found


def assert_no_sandbox_is_left(seconds=10):
    for _ in range(10 * seconds):
        if not sandboxes():
            return
        time.sleep(0.1)
    pytest.fail(f"processes of sandboxes are left: {sandboxes()}")
