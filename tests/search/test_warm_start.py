"""Searches that begin with what an earlier one found."""

import warnings

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC

from skhpo import BayesSearchCV, Choice, RandomSearchCV, Real, load_journal

X, Y = load_iris(return_X_y=True)
SPACE = {"C": Real(0.01, 100, log=True), "kernel": ["rbf", "linear"]}
every_search = pytest.mark.parametrize("search", [BayesSearchCV, RandomSearchCV])


def fit(search=RandomSearchCV, space=SPACE, estimator=None, **more):
    estimator = SVC() if estimator is None else estimator
    settings = {"n_iter": 12, "cv": 2, "random_state": 0, "refit": False}
    return search(estimator, space, **(settings | more)).fit(X, Y)


def best_first(search, n=10):
    order = np.argsort(search.cv_results_["rank_test_score"], kind="stable")[:n]
    return [search.cv_results_["params"][i] for i in order]


@every_search
def test_a_list_comes_first_and_in_its_order(search):
    warm = [{"C": 3.5, "kernel": "linear"}, {"C": 0.7, "kernel": "rbf"}]
    assert fit(search, warm_start_from=warm, n_iter=4).cv_results_["params"][:2] == warm


@every_search
@pytest.mark.parametrize("kind", ["search", "results", "journal", "path"])
def test_the_best_of_an_earlier_search_come_first(tmp_path, search, kind):
    path = tmp_path / "a.jsonl"
    earlier = fit(journal=path, random_state=3)
    source = {
        "search": earlier,
        "results": earlier.cv_results_,
        "journal": str(path),
        "path": path,
    }[kind]
    later = fit(search, warm_start_from=source)
    assert later.cv_results_["params"][:10] == best_first(earlier)
    assert len(later.cv_results_["params"]) == 12


def test_no_more_than_the_budget_is_tried():
    warm = [{"C": float(c), "kernel": "rbf"} for c in range(1, 9)]
    assert fit(warm_start_from=warm, n_iter=3).cv_results_["params"] == warm[:3]


def test_a_grid_search_is_a_source():
    grid = GridSearchCV(SVC(), {"C": [0.1, 1.0, 10.0], "kernel": ["rbf"]}, cv=2).fit(X, Y)
    later = fit(warm_start_from=grid)
    assert later.cv_results_["params"][:3] == best_first(grid)


def test_several_scores_rank_by_the_one_of_refit():
    scoring = {"accuracy": "accuracy", "worst": "neg_log_loss"}
    earlier = fit(
        estimator=LogisticRegression(max_iter=500),
        space={"C": Real(1e-4, 100, log=True)},
        scoring=scoring,
        refit="worst",
    )
    order = np.argsort(earlier.cv_results_["rank_test_worst"], kind="stable")[:10]
    expected = [earlier.cv_results_["params"][i] for i in order]
    space = {"C": Real(1e-4, 100, log=True)}
    later = fit(space=space, warm_start_from=earlier)
    assert later.cv_results_["params"][:10] == expected


def test_a_finite_space_begins_with_them_too():
    space = {"C": [0.1, 1.0, 10.0], "kernel": ["rbf", "linear"]}
    warm = [{"C": 10.0, "kernel": "linear"}, {"C": 1.0, "kernel": "linear"}]
    params = fit(space=space, warm_start_from=warm).cv_results_["params"]
    assert params[:2] == warm
    assert len({tuple(p.values()) for p in params}) == len(params) == 6


def test_repeated_settings_are_tried_once():
    warm = [{"C": 2.0, "kernel": "rbf"}] * 3
    params = fit(warm_start_from=warm, n_iter=4).cv_results_["params"]
    assert params.count(warm[0]) == 1
    assert len(params) == 4


def test_settings_outside_are_reported_at_once_and_left_out():
    warm = [
        {"C": 1000.0, "kernel": "rbf"},
        {"C": 2.0, "kernel": "rbf"},
        {"C": 2.0, "kernel": "poly"},
        {"gamma": 2.0},
    ]
    with pytest.warns(UserWarning, match="3 of 4 settings do not lie in the space") as caught:
        params = fit(warm_start_from=warm, n_iter=3).cv_results_["params"]
    assert len(caught) == 1
    assert "1000" in str(caught[0].message)
    assert params[0] == warm[1]
    assert not any(params.count(w) for w in (warm[0], warm[2], warm[3]))


def test_nothing_to_begin_with_is_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        params = fit(warm_start_from=[]).cv_results_["params"]
    assert params == fit().cv_results_["params"]


def test_conditional_settings_and_estimators_survive_a_journal(tmp_path):
    pipe = Pipeline([("model", SVC())])
    models = [
        SVC(C=Real(0.1, 10)),
        LogisticRegression(C=Real(0.1, 10), max_iter=500),
        GaussianNB(),
    ]
    space = {"model": Choice(*models)}
    earlier = fit(estimator=pipe, space=space, journal=tmp_path / "a.jsonl")
    assert load_journal(tmp_path / "a.jsonl")["param_model"].nunique() == 3
    later = fit(estimator=pipe, space=space, warm_start_from=tmp_path / "a.jsonl")
    ours, theirs = later.cv_results_["params"][:10], best_first(earlier)
    for mine, other in zip(ours, theirs, strict=True):
        assert {**mine, "model": repr(mine["model"])} == {**other, "model": repr(other["model"])}


def test_a_search_that_is_not_fitted_is_refused():
    with pytest.raises(ValueError, match="RandomSearchCV is not fitted"):
        fit(warm_start_from=RandomSearchCV(SVC(), SPACE))


@pytest.mark.parametrize("source", [3, [1, 2], {"C": 1.0}])
def test_what_is_no_source_is_refused(source):
    with pytest.raises(TypeError, match="warm_start_from should be"):
        fit(warm_start_from=source)


def test_a_file_that_is_no_journal_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError):
        fit(warm_start_from=tmp_path / "none.jsonl")
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match="not a journal"):
        fit(warm_start_from=tmp_path / "notes.txt")


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.filterwarnings("ignore:One or more of the test")
@pytest.mark.parametrize("kind", ["search", "journal"])
def test_failures_of_the_earlier_search_come_last(tmp_path, kind):
    space = {"C": [-1.0, 1.0, -2.0, 2.0]}
    earlier = fit(space=space, journal=tmp_path / "a.jsonl")
    source = earlier if kind == "search" else tmp_path / "a.jsonl"
    later = fit(space={"C": Real(-3, 3)}, warm_start_from=source, n_iter=4)
    signs = [params["C"] > 0 for params in later.cv_results_["params"]]
    assert signs == [True, True, False, False]


def test_results_of_one_split_without_a_mean():
    """As the searches of dask-ml have them that score on one part of the data."""
    results = {
        "params": [{"C": 1.0, "kernel": "rbf"}, {"C": 2.0, "kernel": "rbf"}],
        "test_score": np.array([0.8, 0.9]),
        "rank_test_score": np.array([2, 1]),
    }
    later = fit(warm_start_from=results, n_iter=2)
    assert [p["C"] for p in later.cv_results_["params"]] == [2.0, 1.0]


def test_a_search_whose_results_name_no_settings():
    class OptunaSearchCV:
        cv_results_ = {"mean_test_score": np.array([0.8, 0.9])}  # noqa: RUF012

    message = "warm_start_from: the cv_results_ has no 'params' .* Give a list of settings"
    with pytest.raises(ValueError, match=message):
        fit(warm_start_from=OptunaSearchCV(), n_iter=2)
