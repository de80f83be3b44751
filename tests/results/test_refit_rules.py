"""Simple candidates instead of the one with the best mean."""

import math

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeRegressor

from skhpo import (
    BayesSearchCV,
    HoldOut,
    HyperbandSearchCV,
    OneStandardError,
    RandomSearchCV,
    SimplestEquivalent,
    compare_candidates,
)
from skhpo.results._complexity import complexities

X, y = load_diabetes(return_X_y=True)
ALPHAS = {"alpha": list(np.geomspace(1e-4, 100, 25))}


def table(scores, params, times=None):
    scores = np.asarray(scores, dtype=float)
    columns = {f"split{i}_test_score": column for i, column in enumerate(scores.T)}
    times = np.zeros(len(scores)) if times is None else times
    return {"params": params, "mean_fit_time": np.asarray(times), **columns}


# -- the rules -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def grid():
    return GridSearchCV(Ridge(), ALPHAS, cv=10).fit(X, y)


def test_one_standard_error_by_hand(grid):
    """The largest alpha whose mean is above the threshold: the usual definition for ridge."""
    results = grid.cv_results_
    scores = np.column_stack([results[f"split{i}_test_score"] for i in range(10)])
    means = scores.mean(axis=1)
    threshold = means.max() - scores[means.argmax()].std(ddof=1) / math.sqrt(10)
    expected = np.flatnonzero(means >= threshold).max()
    assert OneStandardError()(results) == expected
    assert expected > means.argmax()


def test_simplest_equivalent_is_what_the_table_says(grid):
    found = compare_candidates(grid)
    equivalent = found.index[found["p_value"] >= 0.1]
    assert SimplestEquivalent()(grid.cv_results_) == max(equivalent)
    narrow = found.index[(found["p_value"] >= 0.1) & (found["difference"] >= -0.001)]
    assert SimplestEquivalent(max_loss=0.001)(grid.cv_results_) == max(narrow)


@pytest.mark.parametrize(
    ("name", "rule"),
    [("one_se", OneStandardError()), ("simplest_equivalent", SimplestEquivalent())],
)
def test_strings_stand_for_the_rules(grid, name, rule):
    expected = rule(grid.cv_results_)
    search = RandomSearchCV(Ridge(), ALPHAS, n_iter=25, cv=10, refit=name).fit(X, y)
    called = GridSearchCV(Ridge(), ALPHAS, cv=10, refit=rule).fit(X, y)
    assert search.best_params_ == called.best_params_ == grid.cv_results_["params"][expected]
    assert search.best_estimator_.alpha == search.best_params_["alpha"]
    assert search.best_score_ == search.cv_results_["mean_test_score"][search.best_index_]
    assert search.best_score_ < grid.best_score_
    assert not hasattr(called, "best_score_")


@pytest.mark.parametrize("cls", [BayesSearchCV, HyperbandSearchCV])
def test_all_searches_take_them(cls):
    options = {"resource": "n_samples"} if cls is HyperbandSearchCV else {"n_iter": 12}
    search = cls(Ridge(), {"alpha": (1e-4, 10.0)}, refit="one_se", random_state=0, **options)
    search.fit(X, y)
    results = search.cv_results_
    best = results["rank_test_score"] == 1
    chosen = results["params"][search.best_index_]["alpha"]
    assert chosen >= results["params"][int(np.flatnonzero(best)[0])]["alpha"]
    if cls is HyperbandSearchCV:
        assert results["n_resources"][search.best_index_] == results["n_resources"].max()


def test_a_race_may_drop_candidates():
    search = RandomSearchCV(Ridge(), ALPHAS, n_iter=25, cv=10, racing=True, refit="one_se").fit(
        X, y
    )
    assert search.cv_results_["status"][search.best_index_] == "ok"


def test_several_scores_take_the_rule_with_a_metric():
    search = RandomSearchCV(
        Ridge(), ALPHAS, n_iter=25, scoring=["r2", "neg_mean_absolute_error"],
        refit=OneStandardError("r2"),
    ).fit(X, y)  # fmt: skip
    assert search.best_index_ == OneStandardError("r2")(search.cv_results_)
    with pytest.raises(ValueError, match="For multi-metric scoring"):
        search.set_params(refit="one_se").fit(X, y)
    with pytest.raises(ValueError, match=r"metric should be one of \['r2', 'neg_mean"):
        OneStandardError()(search.cv_results_)


def test_halving_of_scikit_learn_compares_the_last_rung():
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401
    from sklearn.model_selection import HalvingRandomSearchCV

    search = HalvingRandomSearchCV(
        Ridge(), ALPHAS, n_candidates=9, min_resources=40, random_state=0
    ).fit(X, y)
    chosen = OneStandardError()(search.cv_results_)
    assert search.cv_results_["n_resources"][chosen] == search.cv_results_["n_resources"].max()


def test_failed_candidates_are_not_chosen():
    scores = [[0.9, 0.9], [0.9, math.nan], [0.1, 0.1]]
    results = table(scores, [{"alpha": 1}, {"alpha": 2}, {"alpha": 3}])
    assert OneStandardError()(results) == 0


# -- what is simple ------------------------------------------------------------------------------


def simplest(params, complexity=None, estimator=None):
    return int(np.lexsort(complexities(params, complexity, estimator).T[::-1])[0])


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ([{"max_depth": 3}, {"max_depth": 2}, {"max_depth": None}], 1),
        ([{"max_depth": -1}, {"max_depth": 50}], 1),
        ([{"n_neighbors": 3}, {"n_neighbors": 11}], 1),
        ([{"svc__C": 10.0}, {"svc__C": 0.1}], 1),
        ([{"C": 1.0, "kernel": "rbf"}, {"C": 1.0, "kernel": "linear"}], 1),
        ([{"mlp__hidden_layer_sizes": (50, 50)}, {"mlp__hidden_layer_sizes": (60,)}], 1),
        ([{"n_estimators": 100, "max_depth": 3}, {"n_estimators": 50, "max_depth": 3}], 1),
        ([{"gamma": "scale", "C": 2.0}, {"gamma": 0.1, "C": 1.0}], 1),
        ([{"model": SVC(), "model__gamma": 1.0}, {"model": SVC(), "model__gamma": 0.1}], 1),
    ],
)
def test_simpler_models(settings, expected):
    assert simplest(settings) == expected


def test_the_class_may_decide():
    class XGBClassifier(HistGradientBoostingClassifier):
        pass

    gammas = [{"gamma": 0.0}, {"gamma": 5.0}]
    assert simplest(gammas, estimator=SVC()) == 0
    assert simplest(gammas, estimator=XGBClassifier()) == 1
    rounds = [{"logisticregression__max_iter": 100}, {"logisticregression__max_iter": 50}]
    pipeline = make_pipeline(LogisticRegression())
    assert (complexities(rounds, None, pipeline) == 0).all()
    rounds = [{"max_iter": 100}, {"max_iter": 50}]
    assert simplest(rounds, estimator=HistGradientBoostingClassifier()) == 1


def test_time_decides_between_different_learners():
    settings = [{"model": SVC(), "model__C": 0.1}, {"model": KNeighborsClassifier()}]
    results = table([[0.9, 0.8], [0.9, 0.8]], settings, times=[2.0, 1.0])
    assert OneStandardError()(results) == 1


def test_a_list_decides_in_its_order():
    settings = [
        {"max_depth": 2, "min_samples_leaf": 1},
        {"max_depth": 2, "min_samples_leaf": 9},
        {"max_depth": 5, "min_samples_leaf": 99},
    ]
    depth, leaf = ("max_depth", "smaller"), ("min_samples_leaf", "larger")
    assert simplest(settings, [depth, leaf]) == 1
    assert simplest(settings, [leaf, depth]) == 2


def test_a_function_decides():
    grid = {"max_depth": [1, 2, 3, 4, 5], "max_features": [2, 10]}
    rule = OneStandardError(complexity=lambda p: p["max_depth"] * p["max_features"])
    tree = DecisionTreeRegressor(random_state=0)
    search = GridSearchCV(tree, grid, refit=rule).fit(X, y)
    assert search.best_params_["max_features"] == 2


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SimplestEquivalent(alpha=0.0), "alpha.*got 0.0"),
        (lambda: SimplestEquivalent(max_loss=-1), "max_loss.*got -1"),
        (
            lambda: complexities([{"C": 1}], [("C", "less")]),
            "'smaller' or 'larger' of 'C', got 'less'",
        ),
        (lambda: complexities([{"C": 1}], [("D", "smaller")]), r"names 'D'.*are \['C'\]"),
        (lambda: OneStandardError()(table([[math.nan] * 2], [{}])), "none of 1 candidates"),
    ],
)
def test_bad_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# -- a single split ------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [SimplestEquivalent(), OneStandardError(test_train_ratio=None)])
def test_a_single_split_leaves_the_best_and_its_equals(rule):
    params = [{"alpha": 1.0}, {"alpha": 2.0}, {"alpha": 3.0}]
    assert rule(table([[0.5], [0.5], [0.4]], params)) == 1


def test_a_search_with_a_single_split_may_have_a_rule():
    search = RandomSearchCV(
        Ridge(), ALPHAS, cv=HoldOut(0.3, random_state=0), refit="simplest_equivalent"
    ).fit(X, y)
    assert search.best_score_ == search.cv_results_["mean_test_score"].max()


def test_results_are_kept_when_the_rule_fails():
    def fails(results):
        raise RuntimeError("no rule")

    search = RandomSearchCV(Ridge(), ALPHAS, n_iter=2, cv=2, refit=fails)
    with pytest.raises(RuntimeError, match="no rule"):
        search.fit(X, y)
    assert len(search.cv_results_["params"]) == 2
