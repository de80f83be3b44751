"""The searches of the evolutionary and annealing families."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from skhpo import AnnealingSearchCV, Choice, EvolutionSearchCV, Integer, Real, When

X, Y = load_iris(return_X_y=True)
GAMMA = Real(0.01, 1.0, log=True)
PIPE = make_pipeline(StandardScaler(), SVC())
SPACE = {
    "svc__C": Real(1e-2, 1e3, log=True),
    "svc__kernel": Choice("linear", When("poly", degree=Integer(2, 4)), When("rbf", gamma=GAMMA)),
}
METHODS = ["ga", "es", "cmaes", "de", "pso"]


def evolve(method="ga", **options):
    options = {"n_iter": 25, "cv": 3, "random_state": 0, **options}
    return EvolutionSearchCV(PIPE, SPACE, method=method, **options).fit(X, Y)


def anneal(**options):
    options = {"n_iter": 25, "cv": 3, "random_state": 0, **options}
    return AnnealingSearchCV(PIPE, SPACE, **options).fit(X, Y)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_every_method_searches_a_pipeline(method, n_jobs):
    found = evolve(method, n_jobs=n_jobs)
    assert len(found.cv_results_["params"]) == 25
    assert found.best_score_ > 0.93
    assert found.score(X, Y) > 0.93


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_search(method):
    one, two = (evolve(method, n_iter=15).cv_results_["mean_test_score"] for _ in range(2))
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("run", [evolve, anneal])
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


def test_a_resumed_annealing_is_the_same(tmp_path):
    path = tmp_path / "anneal.jsonl"
    whole = anneal(journal=path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: len(lines) // 2]))
    again = anneal(journal=path)
    for key in ("mean_test_score", "temperature", "accepted", "chain"):
        np.testing.assert_array_equal(again.cv_results_[key], whole.cv_results_[key])


@pytest.mark.parametrize(
    ("run", "options", "message"),
    [
        (evolve, {"method": "bees"}, "The 'method' parameter"),
        (anneal, {"cooling": "fast"}, "The 'cooling' parameter"),
        (anneal, {"n_chains": 0}, "The 'n_chains' parameter"),
    ],
)
def test_bad_arguments_are_named(run, options, message):
    with pytest.raises(ValueError, match=message):
        run(**options)
