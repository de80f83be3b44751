"""Racing on every search: fewer fits, the same winner, nothing half-measured wins."""

from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import make_classification
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeClassifier

from skhpo import BayesSearchCV, HyperbandSearchCV, Racing, RandomSearchCV, Real, load_journal

X, Y = make_classification(300, n_features=8, n_informative=4, flip_y=0.1, random_state=0)
SPACE = {"min_samples_leaf": (1, 60), "max_depth": (1, 12), "criterion": ["gini", "entropy"]}
TREE = DecisionTreeClassifier(random_state=0)


class Mirror(ClassifierMixin, BaseEstimator):
    """Scores ``p`` and something of the fold; logs its fits."""

    fits: ClassVar[list] = []

    def __init__(self, p=0.0, fails_above=1.0):
        self.p = p
        self.fails_above = fails_above

    def fit(self, X, y):
        if self.p > self.fails_above:
            raise ValueError("too large")
        Mirror.fits.append(self.p)
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])

    def score(self, X, y):
        return self.p + 0.01 * float(np.mean(X[:, 0]))


def run(search=RandomSearchCV, estimator=TREE, space=SPACE, **options):
    options = {"cv": 10, "n_iter": 30, "random_state": 0, **options}
    return search(estimator, space, **options).fit(X, Y)


@pytest.fixture(scope="module")
def full():
    return run()


@pytest.fixture(scope="module")
def raced():
    return run(racing=True)


@pytest.mark.parametrize("search", [RandomSearchCV, BayesSearchCV])
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_fits_are_saved_and_the_winner_is_complete(search, n_jobs):
    found = run(search, racing=True, n_jobs=n_jobs)
    table = pd.DataFrame(found.cv_results_)
    assert table.n_splits_evaluated.sum() < 0.8 * 30 * 10
    best = table.loc[found.best_index_]
    assert (best.status, best.n_splits_evaluated, best.rank_test_score) == ("ok", 10, 1)
    again = cross_val_score(TREE.set_params(**found.best_params_), X, Y, cv=10).mean()
    assert found.best_score_ == pytest.approx(again)


def test_the_winner_is_as_good_as_that_of_the_full_search(full, raced):
    assert raced.best_score_ == pytest.approx(full.best_score_)


def test_a_partial_mean_is_never_shown_as_a_mean(raced):
    table = pd.DataFrame(raced.cv_results_)
    dropped = table[table.status == "dropped"]
    assert len(dropped) > 5
    assert dropped.mean_test_score.isna().all()
    assert (dropped.n_splits_evaluated < 10).all()
    assert (dropped.rank_test_score > (table.status == "ok").sum()).all()
    assert table[table.status == "ok"].n_splits_evaluated.eq(10).all()


def test_the_estimate_of_a_dropped_candidate_is_near_its_mean(full, raced):
    full, raced = pd.DataFrame(full.cv_results_), pd.DataFrame(raced.cv_results_)
    dropped = raced.status == "dropped"
    error = raced.estimated_test_score[dropped] - full.mean_test_score[dropped]
    assert abs(error.mean()) < 0.05
    assert (
        np.corrcoef(raced.estimated_test_score[dropped], full.mean_test_score[dropped])[0, 1] > 0.5
    )
    np.testing.assert_allclose(
        raced.estimated_test_score[~dropped], raced.mean_test_score[~dropped]
    )


def test_a_model_is_told_an_estimate_with_its_own_noise(monkeypatch):
    from skhpo.strategies import GaussianProcess

    told = []
    tell = GaussianProcess.tell

    def note(self, observations):
        told.extend(observations)
        tell(self, observations)

    monkeypatch.setattr(GaussianProcess, "tell", note)
    table = run(BayesSearchCV, racing=True, n_iter=20).cv_results_
    by_number = {o.candidate.number: o for o in told}
    for number, status in enumerate(table["status"]):
        assert np.isfinite(by_number[number].loss)
        assert (by_number[number].shortfall > 0) == (status == "dropped")


def test_the_first_candidates_are_complete():
    racing = Racing(min_complete=8)
    table = run(racing=racing).cv_results_
    assert (table["n_splits_evaluated"][:8] == 10).all()


@pytest.mark.parametrize("rule", ["anova", "friedman", "forgiving", "aggressive"])
def test_rules_by_name(rule):
    found = run(racing=rule)
    assert found.cv_results_["n_splits_evaluated"].sum() < 300
    assert found.cv_results_["status"][found.best_index_] == "ok"


@pytest.mark.parametrize("rule", ["wilcoxon", 3, None])
def test_unknown_rules_are_errors(rule):
    with pytest.raises(ValueError, match="The 'racing' parameter"):
        run(racing=rule)


def test_deterministic_racing_is_the_same_for_any_n_jobs():
    one, two = (
        run(BayesSearchCV, racing=True, deterministic=4, n_iter=20, n_jobs=n) for n in (1, 2)
    )
    for key in ("status", "n_splits_evaluated", "mean_test_score", "rank_test_score"):
        np.testing.assert_array_equal(one.cv_results_[key], two.cv_results_[key])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.filterwarnings("ignore:One or more of the")
def test_failures_do_not_race():
    found = run(estimator=Mirror(fails_above=0.5), space={"p": Real(0, 1)}, racing=True)
    table = pd.DataFrame(found.cv_results_)
    assert set(table.status) == {"ok", "dropped", "failed"}
    assert (table.status == "failed").sum() == (table.param_p > 0.5).sum()


def test_a_raced_search_is_resumed(raced, tmp_path):
    path = tmp_path / "raced.jsonl"
    whole = run(racing=True, journal=path)
    np.testing.assert_array_equal(whole.cv_results_["status"], raced.cv_results_["status"])
    lines = path.read_bytes().splitlines(keepends=True)
    assert "dropped" in set(load_journal(path)["status"])
    path.write_bytes(b"".join(lines[: 2 * len(lines) // 3]))
    again = run(racing=True, journal=path)
    for key in ("status", "n_splits_evaluated", "mean_test_score", "estimated_test_score"):
        np.testing.assert_array_equal(again.cv_results_[key], whole.cv_results_[key])


def test_a_raced_search_can_be_completed_without_racing(full, tmp_path):
    path = tmp_path / "raced.jsonl"
    run(racing=True, journal=path)
    completed = run(journal=path)
    assert (completed.cv_results_["n_splits_evaluated"] == 10).all()
    np.testing.assert_array_equal(
        completed.cv_results_["mean_test_score"], full.cv_results_["mean_test_score"]
    )


def test_several_scores_follow_that_of_refit(raced):
    options = {"scoring": ["accuracy", "neg_log_loss"], "refit": "accuracy", "racing": True}
    several = run(**options)
    assert several.best_params_ == raced.best_params_
    np.testing.assert_array_equal(
        several.cv_results_["n_splits_evaluated"], raced.cv_results_["n_splits_evaluated"]
    )


def test_train_scores_stop_where_test_scores_do():
    table = run(racing=True, return_train_score=True).cv_results_
    for split in range(10):
        missing = np.isnan(table[f"split{split}_test_score"])
        np.testing.assert_array_equal(np.isnan(table[f"split{split}_train_score"]), missing)


def test_hyperband_races_in_its_last_rung():
    found = HyperbandSearchCV(
        Mirror(),
        {"p": Real(0, 1)},
        cv=10,
        n_iter=100,
        racing=Racing(min_complete=2),
        random_state=0,
    )
    table = pd.DataFrame(found.fit(X, Y).cv_results_)
    partial = table[table.n_splits_evaluated < 10]
    assert len(partial) > 0
    assert set(partial.n_resources) == {300}
    assert table.status[found.best_index_] == "ok"


def test_a_function_for_refit_does_not_see_who_was_dropped():
    found = run(racing=True, refit=lambda results: int(np.argmax(results["mean_test_score"])))
    assert found.cv_results_["rank_test_score"][found.best_index_] == 1
    assert found.cv_results_["status"][found.best_index_] == "ok"


def test_rationed_splits_race_in_the_last_rung():
    space = {"min_samples_leaf": (1, 60), "max_depth": (1, 12)}
    found = HyperbandSearchCV(
        TREE,
        space,
        resource="n_splits",
        max_resources=8,
        cv=10,
        n_iter=40,
        sampler="random",
        racing=Racing(min_complete=2),
        random_state=0,
    ).fit(X, Y)
    table = pd.DataFrame(found.cv_results_)
    full = table[table.n_resources == 8]
    assert (full.n_splits_evaluated < 8).any()
    assert table.n_splits_evaluated[found.best_index_] == 8
