"""The searches of the evolutionary, annealing and direct families."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhpo import (
    AnnealingSearchCV,
    Choice,
    DirectSearchCV,
    EvolutionSearchCV,
    Integer,
    Real,
    When,
)

X, Y = load_iris(return_X_y=True)
GAMMA = Real(0.01, 1.0, log=True)
PIPE = make_pipeline(StandardScaler(), SVC())
SPACE = {
    "svc__C": Real(1e-2, 1e3, log=True),
    "svc__kernel": Choice("linear", When("poly", degree=Integer(2, 4)), When("rbf", gamma=GAMMA)),
}
METHODS = ["cmaes", "de", "es", "ga", "pso"]
DIRECT = ["compass", "pattern", "mads", "nelder_mead", "random_local"]


def evolve(method="ga", **options):
    options = {"n_iter": 25, "cv": 3, "random_state": 0, **options}
    return EvolutionSearchCV(PIPE, SPACE, method=method, **options).fit(X, Y)


def step(method="compass", **options):
    options = {"n_iter": 25, "cv": 3, "random_state": 0, **options}
    return DirectSearchCV(PIPE, SPACE, method=method, **options).fit(X, Y)


RUNS = [*((evolve, method) for method in METHODS), *((step, method) for method in DIRECT)]
every_method = pytest.mark.parametrize(("run", "method"), RUNS)


def anneal(**options):
    options = {"n_iter": 25, "cv": 3, "random_state": 0, **options}
    return AnnealingSearchCV(PIPE, SPACE, **options).fit(X, Y)


@every_method
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_every_method_searches_a_pipeline(run, method, n_jobs):
    found = run(method, n_jobs=n_jobs)
    assert len(found.cv_results_["params"]) == 25
    assert found.best_score_ > 0.93
    assert found.score(X, Y) > 0.93


@every_method
def test_the_same_seed_gives_the_same_search(run, method):
    one, two = (run(method, n_iter=15).cv_results_["mean_test_score"] for _ in range(2))
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("run", [evolve, anneal, step])
def test_the_own_configuration_of_the_estimator_is_tried_first(run):
    assert run(n_iter=10).cv_results_["params"][0] == {
        "svc__C": 1.0,
        "svc__kernel": "rbf",
        "svc__gamma": pytest.approx(0.1),  # "scale" is no number: the middle of the range
    }


@pytest.mark.parametrize("run", [evolve, anneal, step])
def test_deterministic_for_any_n_jobs(run):
    one, two = (run(deterministic=3, n_iter=12, n_jobs=n).cv_results_ for n in (1, 2))
    np.testing.assert_array_equal(one["mean_test_score"], two["mean_test_score"])


@pytest.mark.parametrize("cooling", ["exponential", "linear", "logarithmic", "adaptive"])
def test_annealing_says_what_it_decided(cooling):
    table = anneal(cooling=cooling, n_chains=2).cv_results_
    assert table["chain"].tolist() == [0, 1] * 12 + [0]
    assert np.isfinite(table["temperature"][3:]).all()
    assert table["temperature"][-1] < table["temperature"][11]
    assert table["accepted"].dtype == bool
    assert table["accepted"].any()


@pytest.mark.parametrize("run", [anneal, evolve, step])
def test_a_resumed_search_is_the_same(run, tmp_path):
    path = tmp_path / "search.jsonl"
    whole = run(journal=path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: len(lines) // 2]))
    again = run(journal=path)
    notes = ["temperature", "accepted", "chain"] if run is anneal else []
    for key in ["mean_test_score", *notes]:
        np.testing.assert_array_equal(again.cv_results_[key], whole.cv_results_[key])


@pytest.mark.parametrize(
    ("run", "options", "message"),
    [
        (evolve, {"method": "bees"}, "The 'method' parameter"),
        (step, {"method": "leap"}, "The 'method' parameter"),
        (step, {"surrogate": "gp"}, "The 'surrogate' parameter"),
        (anneal, {"cooling": "fast"}, "The 'cooling' parameter"),
        (anneal, {"n_chains": 0}, "The 'n_chains' parameter"),
    ],
)
def test_bad_arguments_are_named(run, options, message):
    with pytest.raises(ValueError, match=message):
        run(**options)


@pytest.mark.parametrize(
    ("n_iter", "n_jobs", "options", "n_chains"),
    [(100, 2, {}, 2), (99, 2, {}, 1), (900, 2, {}, 2), (900, 1, {"deterministic": True}, 8)],
)
def test_there_are_as_many_chains_as_the_budget_is_enough_for(n_iter, n_jobs, options, n_chains):
    search = AnnealingSearchCV(PIPE, SPACE, n_iter=n_iter, n_jobs=n_jobs, **options)
    assert search._make_strategy(search._make_space(), 0).n_chains == n_chains


def test_more_chains_than_candidates_are_an_error():
    with pytest.raises(ValueError, match="n_chains=50 should be at most n_iter=25"):
        anneal(n_chains=50)
