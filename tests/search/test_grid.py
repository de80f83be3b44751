"""The searches of the grid family."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skhpo import Choice, Integer, Real, RefineGridSearchCV, Space, When
from skhpo.search.grid import METHODS

X, Y = load_iris(return_X_y=True)
PIPE = make_pipeline(StandardScaler(), SVC())
GAMMA = Real(0.01, 1.0, log=True)
SPACE = {
    "svc__C": Real(1e-2, 1e3, log=True),
    "svc__kernel": Choice("linear", When("poly", degree=Integer(2, 4)), When("rbf", gamma=GAMMA)),
}
PARTIAL = sorted({*METHODS} - {"exhaustive"})


def refine(space=SPACE, estimator=PIPE, **options):
    options = {"cv": 3, "random_state": 0, **options}
    return RefineGridSearchCV(estimator, space, **options).fit(X, Y)


@pytest.mark.parametrize(
    ("estimator", "grid"),
    [
        (
            DecisionTreeClassifier(random_state=0),
            {
                "min_samples_leaf": [5, 1, 20],
                "criterion": ["gini", "entropy"],
                "max_depth": [3, 1],
            },
        ),
        (
            Pipeline([("scale", StandardScaler()), ("model", SVC())]),
            [
                {"scale": [StandardScaler(), MinMaxScaler(), "passthrough"], "model__C": [10, 1]},
                {"model": [LogisticRegression(max_iter=500)], "model__C": [0.1, 1.0]},
            ],
        ),
    ],
    ids=["tree", "pipeline"],
)
def test_exhaustive_is_grid_search(estimator, grid):
    ours = RefineGridSearchCV(estimator, grid, method="exhaustive", cv=3).fit(X, Y)
    theirs = GridSearchCV(estimator, grid, cv=3).fit(X, Y)
    for one, other in zip(ours.cv_results_["params"], theirs.cv_results_["params"], strict=True):
        assert one == other
    for key in theirs.cv_results_:
        if "time" not in key and not key.startswith("param"):
            np.testing.assert_array_equal(ours.cv_results_[key], theirs.cv_results_[key])
    assert ours.best_index_ == theirs.best_index_
    assert ours.best_params_ == theirs.best_params_
    assert ours.best_score_ == theirs.best_score_


def test_exhaustive_divides_ranges_as_numpy_would():
    space = {"C": Real(1e-2, 1e2, log=True), "degree": Integer(1, 101), "tol": (1e-4, 1e-2)}
    grid = {
        "C": np.geomspace(1e-2, 1e2, 3),
        "degree": [1, 51, 101],
        "tol": np.linspace(1e-4, 1e-2, 3),
    }
    ours = refine(space, SVC(), method="exhaustive", n_levels=3)
    theirs = GridSearchCV(SVC(), grid, cv=3).fit(X, Y)
    assert len(ours.cv_results_["params"]) == 27
    for one, other in zip(ours.cv_results_["params"], theirs.cv_results_["params"], strict=True):
        assert one == pytest.approx(other)
    np.testing.assert_array_equal(
        ours.cv_results_["mean_test_score"], theirs.cv_results_["mean_test_score"]
    )


@pytest.mark.parametrize("method", PARTIAL)
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_every_method_searches_a_pipeline(method, n_jobs):
    found = refine(method=method, n_iter=25, n_jobs=n_jobs)
    n = len(found.cv_results_["params"])
    assert n == 25 or (method == "fractional" and 9 <= n < 25)
    assert found.best_score_ > 0.93
    assert found.score(X, Y) > 0.93


@pytest.mark.parametrize("method", PARTIAL)
def test_the_same_seed_gives_the_same_search(method):
    one, two = (refine(method=method, n_iter=15).cv_results_ for _ in range(2))
    assert one["params"] == two["params"]


@pytest.mark.parametrize("method", PARTIAL)
def test_deterministic_for_any_n_jobs(method):
    one, two = (refine(method=method, deterministic=3, n_iter=12, n_jobs=n) for n in (1, 2))
    assert one.cv_results_["params"] == two.cv_results_["params"]


@pytest.mark.parametrize("method", PARTIAL)
def test_a_resumed_search_is_the_same(method, tmp_path):
    path = tmp_path / "grid.jsonl"
    whole = refine(method=method, n_iter=15, journal=path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: len(lines) // 2]))
    again = refine(method=method, n_iter=15, journal=path)
    assert again.cv_results_["params"] == whole.cv_results_["params"]


def test_none_is_all_of_the_grid_and_the_smallest_array():
    space = {"C": (0.1, 10.0), "gamma": (0.01, 1.0), "tol": (1e-4, 1e-2), "coef0": (0.0, 1.0)}
    found = refine(space, SVC(), method="fractional", cv=2)
    assert len(found.cv_results_["params"]) == 9  # 3 ** 4 in full
    pairs = {(p["C"], p["gamma"]) for p in found.cv_results_["params"]}
    assert len(pairs) == 9
    found = refine({"C": [1, 2, 3], "kernel": ["rbf", "linear"]}, SVC(), method="refine", cv=2)
    assert len(found.cv_results_["params"]) == 6  # no more than 100: in full


def test_fractional_takes_the_largest_array():
    space = {"C": (0.1, 10.0), "gamma": (0.01, 1.0), "tol": (1e-4, 1e-2), "coef0": (0.0, 1.0)}
    found = refine(space, SVC(), method="fractional", cv=2, n_iter=40)
    assert len(found.cv_results_["params"]) == 27


def test_groups_are_searched_in_turn():
    found = refine(method="hierarchical", groups=[["svc__kernel"], ["svc__C"]], n_iter=25)
    assert found.best_score_ > 0.93


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"method": "guess"}, ValueError, "The 'method' parameter"),
        ({"n_levels": 1}, ValueError, "The 'n_levels' parameter"),
        ({"n_iter": 0}, ValueError, "The 'n_iter' parameter"),
        ({"groups": "C"}, ValueError, "The 'groups' parameter"),
        ({"groups": [["svc__C"]]}, ValueError, "groups is for method='hierarchical' alone"),
        (
            {"method": "exhaustive", "n_iter": 10},
            ValueError,
            "n_iter=10 is less than the 45 candidates of the grid",
        ),
        (
            {"method": "hierarchical", "groups": [["svc__c"]]},
            ValueError,
            "groups: 'svc__c' is no parameter with more than one value; these are .*'svc__C'",
        ),
        ({"method": "hierarchical", "groups": [[]]}, ValueError, "groups: each group should name"),
        ({"method": "hierarchical", "groups": [[3]]}, TypeError, "a group should be a list of"),
        (
            {"method": "hierarchical", "groups": [["svc__C"], ["svc__C"]]},
            ValueError,
            "groups: 'svc__C' should be named only once",
        ),
    ],
)
def test_bad_arguments_are_named(options, error, message):
    with pytest.raises(error, match=message):
        refine(**options)


@pytest.mark.parametrize("method", ["exhaustive", "fractional"])
def test_settings_of_an_earlier_search_take_no_row_of_the_grid(method):
    options = {"cv": 2, "n_levels": 5, "warm_start_from": [{"C": 0.33}]}
    search = RefineGridSearchCV(SVC(), {"C": (0.1, 1.1)}, method=method, **options).fit(X, Y)
    tried = sorted(search.cv_results_["param_C"].astype(float))
    for level in (0.1, 0.35, 0.6, 0.85, 1.1):
        assert min(abs(value - level) for value in tried) < 1e-9
    assert 0.33 in tried


def test_a_fraction_ends_with_the_rows_that_are_allowed():
    space = Space(
        {"C": Real(0.1, 1), "coef0": Real(0, 1)}, forbidden=lambda p: p["C"] + p["coef0"] > 1.0
    )
    search = RefineGridSearchCV(SVC(), space, method="fractional", n_iter=14, cv=2).fit(X, Y)
    levels = [{0.1, 0.55, 1.0}, {0.0, 0.5, 1.0}]
    params = search.cv_results_["params"]
    assert len(params) == sum(a + b <= 1.0 for a in levels[0] for b in levels[1])
    for p in params:
        assert min(abs(p["C"] - a) for a in levels[0]) < 1e-9


def test_a_group_that_is_no_list_is_named():
    search = RefineGridSearchCV(SVC(), {"C": (0.1, 1.0)}, method="hierarchical", groups=[5], cv=2)
    with pytest.raises(TypeError, match="a group should be a list of names, got 5"):
        search.fit(X, Y)
