"""Whatever a fit does, its task comes to an outcome."""

import math

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

from skhpo import RandomSearchCV
from skhpo.evaluation import Job, run_task

X = np.arange(12.0).reshape(6, 2)
Y = np.array([0, 1, 0, 1, 0, 1])
SPLITS = [(np.array([0, 1, 2, 3]), np.array([4, 5])), (np.array([2, 3, 4, 5]), np.array([0, 1]))]


class UnpicklableError(RuntimeError):
    def __init__(self, first, second):
        super().__init__(f"{first} {second}")

    def __reduce__(self):
        raise TypeError("cannot be pickled")


class Faulty(ClassifierMixin, BaseEstimator):
    """Fails in the way it is told to."""

    def __init__(self, fault=None):
        self.fault = fault

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        if isinstance(self.fault, BaseException):
            raise self.fault
        if self.fault == "unpicklable":
            raise UnpicklableError("a", "b")
        if self.fault == "recursion":
            return self.fit(X, y)
        return self

    def predict(self, X):
        return np.zeros(len(X), dtype=int)


def score(estimator, X, y):
    return estimator.fault if not isinstance(estimator.fault, BaseException) else 1.0


def job(**options):
    return Job(estimator=Faulty(), X=X, y=Y, splits=SPLITS, scorer=score, **options)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (ValueError("bad C"), "bad C"),
        (MemoryError("too large"), "too large"),
        (SystemExit(3), "SystemExit"),
        ("unpicklable", "a b"),
        ("recursion", "maximum recursion depth"),
        ("abc", "scoring must return a number"),
        (None, "scoring must return a number"),
        (math.nan, "score is not finite: nan"),
        (math.inf, "score is not finite: inf"),
        (-math.inf, "score is not finite: -inf"),
    ],
)
def test_a_fault_is_an_outcome(fault, words):
    outcome = run_task(job(), 7, {"fault": fault}, 1)
    assert outcome.status == "failed"
    assert words in outcome.error
    assert math.isnan(outcome.test_scores)
    assert (outcome.candidate, outcome.split) == (7, 1)
    assert outcome.exception is None


def test_a_good_fit_has_scores_and_times():
    outcome = run_task(job(return_train_score=True), 0, {"fault": 0.5}, 0)
    assert outcome.status == "ok"
    assert outcome.error is None
    assert (outcome.test_scores, outcome.train_scores) == (0.5, 0.5)
    assert outcome.fit_time > 0
    assert outcome.score_time > 0


def test_ctrl_c_is_not_a_failure():
    with pytest.raises(KeyboardInterrupt):
        run_task(job(), 0, {"fault": KeyboardInterrupt()}, 0)


def test_numeric_error_score_is_the_score_of_a_failure():
    outcome = run_task(job(error_score=-1.0), 0, {"fault": ValueError()}, 0)
    assert (outcome.status, outcome.test_scores, outcome.fitted) == ("failed", -1.0, False)


@pytest.mark.parametrize(
    ("fault", "words"), [(ValueError("bad C"), "bad C"), ("unpicklable", "UnpicklableError: a b")]
)
def test_raise_carries_an_exception_that_can_be_shipped(fault, words):
    outcome = run_task(job(error_score="raise"), 0, {"fault": fault}, 0)
    with pytest.raises((ValueError, RuntimeError), match=words):
        raise outcome.exception


def test_the_metric_that_decides_makes_a_failure():
    def two(estimator, X, y):
        return {"good": 1.0, "bad": math.nan}

    outcome = run_task(
        Job(
            estimator=Faulty(), X=X, y=Y, splits=SPLITS, scorer=two, metric="bad", error_score=0.0
        ),
        0,
        {"fault": 0.5},
        0,
    )
    assert outcome.status == "failed"
    assert outcome.test_scores == {"good": 1.0, "bad": 0.0}
    assert outcome.fitted
    assert "bad is not finite" in outcome.error


@pytest.mark.filterwarnings("ignore:Scoring failed")
def test_a_scorer_that_raises_is_a_failure_whatever_the_error_score():
    def broken(estimator, X, y):
        raise ValueError("no such metric\nand more")

    outcome = run_task(
        Job(estimator=Faulty(), X=X, y=Y, splits=SPLITS, scorer=broken, error_score=0.0),
        0,
        {"fault": 0.5},
        0,
    )
    assert (outcome.status, outcome.test_scores, outcome.fitted) == ("failed", 0.0, True)
    words = "score is not finite: nan (the scorer raised ValueError: no such metric)"
    assert outcome.error == words


@pytest.mark.filterwarnings("ignore:Scoring failed")
def test_of_several_scores_the_one_that_decides_says_why_it_failed():
    def broken(estimator, X, y):
        raise KeyError("no such metric")

    search = RandomSearchCV(
        LogisticRegression(),
        {"C": [1.0]},
        cv=2,
        scoring={"good": "accuracy", "bad": broken},
        refit="bad",
    )
    words = r"bad is not finite: nan \(the scorer raised KeyError: 'no such metric'\)"
    with pytest.raises(ValueError, match=words):
        search.fit([[0.0], [1.0], [0.0], [1.0]], [0, 1, 0, 1])
