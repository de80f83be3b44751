"""Searches that end before their budget is spent, and say why."""

from itertools import pairwise

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator

from skhpo import BayesSearchCV, Patience, RandomSearchCV, Real, TargetScore
from skhpo.exceptions import ContractError
from skhpo.stopping import RegretBound

X = np.arange(40.0).reshape(20, 2)
every_search = pytest.mark.parametrize("search", [BayesSearchCV, RandomSearchCV])


class Bowl(BaseEstimator):
    """Scores a bowl of a given height, with as much noise from split to split."""

    def __init__(self, a=0.5, b=0.5, height=1.0, noise=0.0):
        self.a = a
        self.b = b
        self.height = height
        self.noise = noise

    def fit(self, X, y=None):
        if self.a > 0.99:
            raise ValueError("a is too large")
        self.fitted_ = True
        return self

    def score(self, X, y=None):
        loss = (self.a - 0.3) ** 2 + (self.b - 0.6) ** 2
        return 0.9 - self.height * loss + self.noise * np.sin(7 * X.sum())


def fit(search=RandomSearchCV, estimator=None, **more):
    settings = {"n_iter": 40, "cv": 4, "random_state": 0, "refit": False}
    estimator = Bowl() if estimator is None else estimator
    space = {"a": Real(0, 1), "b": Real(0, 1)}
    return search(estimator, space, **(settings | more)).fit(X)


def n_tried(search):
    return len(search.cv_results_["params"])


@every_search
def test_without_a_rule_the_budget_is_spent(search):
    fitted = fit(search, n_iter=15)
    assert fitted.stop_reason_ == "n_iter=15 candidates are done"
    assert n_tried(fitted) == 15


@every_search
def test_a_target_ends_the_search_at_the_candidate_that_reaches_it(search):
    fitted = fit(search, stopping=TargetScore(0.88))
    assert fitted.stop_reason_.startswith("the target score 0.88 is reached: 0.8")
    scores = fitted.cv_results_["mean_test_score"]
    assert scores[-1] >= 0.88
    assert (scores[:-1] < 0.88).all()


@every_search
def test_patience_ends_the_search_after_so_many_candidates(search):
    fitted = fit(search, stopping=Patience(4))
    assert n_tried(fitted) - 1 - fitted.best_index_ == 4
    assert "no improvement" in fitted.stop_reason_


@pytest.mark.parametrize("kind", [list, tuple])
def test_rules_compose(kind):
    fitted = fit(stopping=kind([TargetScore(5.0), Patience(3)]))
    assert "no improvement" in fitted.stop_reason_


def test_a_function_is_a_rule_and_sees_what_is_complete():
    seen = []

    def rule(progress):
        seen.append(progress)
        return "enough" if len(progress.scores) == 6 else None

    fitted = fit(stopping=rule)
    assert fitted.stop_reason_ == "enough"
    assert [len(progress.scores) for progress in seen] == [1, 2, 3, 4, 5, 6]
    last, results = seen[-1], fitted.cv_results_
    np.testing.assert_array_equal(last.scores, results["mean_test_score"])
    np.testing.assert_array_equal(last.split_scores[:, 2], results["split2_test_score"])
    np.testing.assert_array_equal(last.points[:, 0], results["param_a"].data.astype(float))
    assert last.best_score == fitted.best_score_
    assert all(0 < p.elapsed <= q.elapsed for p, q in pairwise(seen))


def test_the_score_of_refit_decides():
    scoring = {"good": lambda e, X, y=None: 1.0, "bad": lambda e, X, y=None: -e.a}
    fitted = fit(scoring=scoring, refit="bad", stopping=TargetScore(-0.1), estimator=Bowl())
    assert fitted.stop_reason_.startswith("the target score -0.1 is reached")
    assert n_tried(fitted) > 1


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.filterwarnings("ignore:One or more of the test")
def test_failures_do_not_count_as_scores():
    space_of_failures = {"a": [0.995, 0.3, 0.999, 0.2], "b": [0.5]}
    search = RandomSearchCV(
        Bowl(), space_of_failures, n_iter=10, cv=2, refit=False, stopping=TargetScore(0.8)
    ).fit(X)
    assert search.cv_results_["status"].tolist() == ["failed", "ok"]


@pytest.mark.parametrize("n_jobs", [2, 3])
def test_what_is_under_way_when_a_rule_fires_is_not_lost(n_jobs):
    with joblib.parallel_config(backend="threading"):
        fitted = fit(stopping=Patience(3), n_jobs=n_jobs)
    assert n_tried(fitted) < 40
    assert (fitted.cv_results_["n_splits_evaluated"] > 0).all()
    assert fitted.cv_results_["status"][fitted.best_index_] == "ok"


def test_the_regret_bound_ends_a_search_for_what_is_lost_in_noise():
    flat = fit(BayesSearchCV, Bowl(height=1e-4, noise=0.02), stopping=RegretBound())
    assert n_tried(flat) == 24
    assert "left to gain" in flat.stop_reason_
    steep = fit(BayesSearchCV, Bowl(height=50.0, noise=1e-6), n_iter=30, stopping=RegretBound())
    assert n_tried(steep) == 30


def test_the_reason_is_printed(capsys):
    fit(stopping=TargetScore(-9.0), verbose=1)
    assert "Search ended (the target score -9 is reached" in capsys.readouterr().out


def test_an_answer_that_is_no_reason_is_refused():
    with pytest.raises(ContractError, match="reason"):
        fit(stopping=lambda progress: True)


def test_what_is_no_rule_is_refused():
    with pytest.raises(ValueError, match="stopping"):
        fit(stopping=3)
