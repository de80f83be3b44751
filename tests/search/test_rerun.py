"""A search once more on new data: is the old winner compared as it should, and rightly kept."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold, cross_val_score
from sklearn.neighbors import KNeighborsRegressor

from skhpo import (
    BayesSearchCV,
    HoldOut,
    HyperbandSearchCV,
    Integer,
    PipelineSearchCV,
    RandomSearchCV,
)
from skhpo.statistics import corrected_t_test

NEIGHBORS = {"n_neighbors": Integer(1, 60, log=True)}
FIVE = KFold(5, shuffle=True, random_state=0)


def waves(noise, seed, n=200):
    """Data of which few neighbours are best without noise, and many with it."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (n, 1))
    return X, np.sin(8 * X[:, 0]) * (noise < 1) + noise * rng.normal(size=n)


def searched(data, kind=RandomSearchCV, **options):
    options = {"n_iter": 8, "cv": FIVE, "random_state": 0, **options}
    return kind(KNeighborsRegressor(), NEIGHBORS, **options).fit(*data)


def test_what_drifted_is_found():
    old = searched(waves(2.0, 0), cv=10)
    X, y = waves(0.05, 1)
    new = old.rerun(X, y)
    drift = new.drift_
    model = KNeighborsRegressor(**old.best_params_)
    scores = cross_val_score(model, X, y, cv=10)
    assert drift.score_then == old.best_score_
    assert drift.score_now == pytest.approx(scores.mean())
    assert drift.score_new == new.best_score_
    best = cross_val_score(KNeighborsRegressor(**new.best_params_), X, y, cv=10)
    test = corrected_t_test(best - scores, test_train_ratio=1 / 9)
    assert drift.test.p_value == pytest.approx(test.p_value)
    assert drift.difference == pytest.approx(test.estimate)
    assert drift.p_value < 0.01
    assert drift.holds is False
    assert "no longer holds" in str(drift)
    assert new.best_params_["n_neighbors"] < old.best_params_["n_neighbors"]


def test_what_did_not_drift_is_seldom_doubted():
    alarms = []
    for seed in range(8):
        old = searched(waves(0.5, 2 * seed))
        alarms.append(not old.rerun(*waves(0.5, 2 * seed + 1)).drift_.holds)
    assert sum(alarms) <= 2  # 3 or more of 8 at a rate of .05: .006


def test_the_old_winner_comes_first_and_half_of_the_budget_is_for_new_ones():
    old = searched(waves(0.3, 0))
    new = old.rerun(*waves(0.3, 1))
    params = new.cv_results_["params"]
    assert params[0] == old.best_params_
    first = [p["n_neighbors"] for p in params[:4]]
    ranked = np.argsort(old.cv_results_["rank_test_score"], kind="stable")[:4]
    assert first == [old.cv_results_["params"][i]["n_neighbors"] for i in ranked]
    assert len(params) == 8
    assert new is not old
    assert new.get_params()["warm_start_from"] is None
    assert not hasattr(old, "drift_")
    assert not vars(new).get("_incumbent")


def test_a_winner_that_is_found_again_holds():
    data = waves(0.3, 0)
    drift = searched(data).rerun(*data).drift_
    assert drift.difference == 0
    assert drift.p_value == 1
    assert "nothing better was found" in str(drift)


@pytest.mark.parametrize("racing", ["aggressive", True])
def test_a_winner_that_lost_the_race_is_evaluated_in_full(racing):
    options = {"kind": BayesSearchCV, "racing": racing}
    old = searched(waves(0.05, 0), **options)
    X, y = waves(2.0, 1)
    drift = old.rerun(X, y).drift_
    scores = cross_val_score(KNeighborsRegressor(**old.best_params_), X, y, cv=FIVE)
    assert drift.score_now == pytest.approx(scores.mean())
    assert not drift.holds


def test_with_a_schedule():
    options = {"kind": HyperbandSearchCV, "resource": "n_samples", "min_resources": 100, "cv": 5}
    old = searched(waves(0.05, 0), **options)
    X, y = waves(2.0, 1)
    drift = old.rerun(X, y).drift_
    scores = cross_val_score(KNeighborsRegressor(**old.best_params_), X, y, cv=5)
    assert drift.score_now == pytest.approx(scores.mean())


def test_a_pipeline_search():
    X, y = load_breast_cancer(return_X_y=True)
    models = ["gaussian_nb", "lda"]
    search = PipelineSearchCV(models=models, n_iter=4, cv=3, random_state=0, final_holdout=0.2)
    old = search.fit(X[:200], y[:200])
    new = old.rerun(X[200:400], y[200:400])
    drift = new.drift_
    assert drift.holds
    assert 0.8 < drift.score_now <= drift.score_new
    assert drift.score_new == new.best_score_
    assert len(new.final_holdout_indices_) == 40
    assert new.estimator is None


def test_several_scores_and_a_winner_that_fails():
    scoring = ["r2", "neg_mean_absolute_error"]
    X, y = waves(0.3, 0)
    options = {"scoring": scoring, "refit": "neg_mean_absolute_error", "cv": 3}
    old = searched((X, y), **options)
    drift = old.rerun(*waves(0.3, 1)).drift_
    assert drift.score_then == old.best_score_
    few = searched(waves(2.0, 0), cv=3, random_state=2)
    assert few.best_params_["n_neighbors"] > 15
    with pytest.warns(UserWarning, match=r"Scoring failed|non-finite|fits failed"):
        gone = few.rerun(X[:20], y[:20]).drift_
    assert np.isnan(gone.score_now)
    assert gone.holds is False
    assert "fails on the new data" in str(gone)


@pytest.mark.parametrize("cv", [HoldOut(0.3, random_state=0), 2], ids=str)
def test_one_split_or_two_cannot_be_tested(cv):
    old = searched(waves(0.05, 0), cv=cv)
    drift = old.rerun(*waves(2.0, 1)).drift_
    assert drift.holds is None
    assert np.isnan(drift.p_value)
    assert "Not tested, for there are fewer than 3 splits" in str(drift)


def test_journals(tmp_path):
    old = searched(waves(0.3, 0), journal=tmp_path / "old.jsonl", n_iter=3, cv=2)
    new = old.rerun(*waves(0.3, 1), journal=tmp_path / "new.jsonl")
    assert new.journal == tmp_path / "new.jsonl"
    assert old.rerun(*waves(0.3, 1)).journal is None


def test_what_is_wrong_is_said():
    with pytest.raises(NotFittedError):
        RandomSearchCV(Ridge(), {"alpha": [1.0]}).rerun(*waves(0.3, 0))
    rows = np.arange(200)
    old = searched(waves(0.3, 0), cv=[(rows[:100], rows[100:]), (rows[100:], rows[:100])])
    with pytest.raises(ValueError, match="rerun needs a cv that can divide the new rows; list"):
        old.rerun(*waves(0.3, 1))
