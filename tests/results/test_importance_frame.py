"""What the table is made from, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import loguniform
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.svm import SVC

from skhpo import (
    BayesSearchCV,
    Choice,
    HyperbandSearchCV,
    RandomSearchCV,
    Real,
    Space,
    When,
    parameter_importance,
)
from skhpo.results.importance import METHODS
from tests.results._studies import TWO_MODELS, results_of, two_models

X, Y = load_iris(return_X_y=True)
SPACE = {"C": Real(1e-4, 10, log=True), "tol": Real(1e-4, 1e-3, log=True)}
PLAIN = Space({"a": Real(0, 1), "b": Real(0, 1)})


def search_of(**options):
    return RandomSearchCV(SVC(), SPACE, n_iter=20, cv=2, random_state=0, **options)


def results():
    return results_of(PLAIN, lambda p: p["a"] ** 2, 30)


# -- sources -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "search",
    [
        search_of(),
        BayesSearchCV(SVC(), SPACE, n_iter=15, cv=2, random_state=0),
        GridSearchCV(SVC(), {"C": [1e-4, 1e-3, 1e-2, 0.1, 1, 10], "tol": [1e-4, 1e-3]}, cv=2),
        RandomizedSearchCV(
            SVC(),
            {"C": loguniform(1e-4, 10), "tol": loguniform(1e-4, 1e-3)},
            n_iter=20,
            cv=2,
            random_state=0,
        ),
    ],
    ids=lambda search: type(search).__name__,
)
def test_fitted_searches(search):
    frame = parameter_importance(search.fit(X, Y), random_state=0)
    assert frame["parameter"][0] == "C"
    assert frame["importance"][0] > 0.8
    assert frame["importance"].is_monotonic_decreasing


def test_search_table_frame_and_journal_say_the_same(tmp_path):
    journal = tmp_path / "search.jsonl"
    search = search_of(journal=journal).fit(X, Y)
    expected = parameter_importance(search, random_state=0)
    table = search.cv_results_
    for source in (table, pd.DataFrame(table), journal, str(journal)):
        found = parameter_importance(source, space=SPACE, random_state=0)
        pd.testing.assert_frame_equal(found, expected)


@pytest.mark.filterwarnings("ignore:all .* candidates have the same score")  # after 3 iterations
@pytest.mark.filterwarnings("ignore:Solver terminated early")
def test_rationed_candidates_are_compared_at_one_amount():
    search = HyperbandSearchCV(
        SVC(), SPACE, resource="max_iter", max_resources=27, min_resources=3, cv=2,
        random_state=0, refit=False,
    )  # fmt: skip
    search.fit(X, Y)
    amounts = search.cv_results_["n_resources"]
    frame = parameter_importance(search, random_state=0)
    most = max(np.unique(amounts), key=lambda a: ((amounts == a).sum(), a))
    assert frame.attrs["n_candidates"] == (amounts == most).sum()
    assert frame.attrs["n_left_out"] == (amounts != most).sum()
    with pytest.raises(ValueError, match="n_resources=5: no complete candidate has it"):
        parameter_importance(search, n_resources=5)


def test_nothing_was_rationed():
    with pytest.raises(ValueError, match="n_resources=3: nothing was rationed"):
        parameter_importance(results(), space=PLAIN, n_resources=3)


def test_failed_candidates_are_left_out_and_counted():
    table = results()
    broken = {name: list(value) for name, value in table.items()}
    broken["params"] += [{"a": 0.5, "b": 0.5}] * 3
    broken["mean_test_score"] += [np.nan, -1e9, 1e9]
    broken["status"] = np.array(["ok"] * 31 + ["failed", "dropped"], dtype=object)
    frame = parameter_importance(broken, space=PLAIN, random_state=0)
    assert frame.attrs["n_left_out"] == 3
    expected = parameter_importance(table, space=PLAIN, random_state=0)
    pd.testing.assert_frame_equal(frame, expected, check_like=False)


def test_candidates_that_racing_dropped_count_with_what_was_expected():
    table = results()
    dropped = {**table, "mean_test_score": table["mean_test_score"].copy()}
    dropped["status"] = np.array(["ok", "dropped"] * 15, dtype=object)
    dropped["estimated_test_score"] = table["mean_test_score"]
    dropped["mean_test_score"][1::2] = np.nan
    frame = parameter_importance(dropped, space=PLAIN, random_state=0)
    pd.testing.assert_frame_equal(frame, parameter_importance(table, space=PLAIN, random_state=0))


def test_the_metric_that_refit_names_decides():
    table = results()
    b = np.array([p["b"] for p in table["params"]])
    table = {"params": table["params"], "mean_test_x": table["mean_test_score"], "mean_test_y": b}
    by_default = parameter_importance(table, space=PLAIN, random_state=0)
    assert by_default["parameter"][0] == "a"
    assert by_default.attrs["metric"] == "x"
    assert parameter_importance(table, space=PLAIN, metric="y")["parameter"][0] == "b"
    search = search_of(scoring=["accuracy", "neg_log_loss"], refit="accuracy")
    search.cv_results_, search.param_distributions, search.refit = table, PLAIN, "y"
    assert parameter_importance(search)["parameter"][0] == "b"
    with pytest.raises(ValueError, match=r"metric='z' was not measured; .* \['x', 'y'\]"):
        parameter_importance(table, space=PLAIN, metric="z")


def test_the_path_begins_at_the_estimator():
    search = search_of().fit(X, Y)
    frame = parameter_importance(search, method="ablation").set_index("parameter")
    assert frame["before"]["C"] == pytest.approx(1.0)
    assert frame["after"]["C"] == pytest.approx(search.best_params_["C"])


# -- the table -----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_shape_and_repeatability(method):
    table = results_of(TWO_MODELS, two_models, 40)
    one, two = (
        parameter_importance(table, space=TWO_MODELS, method=method, random_state=3)
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(one, two)
    head = ["parameter", "partner", "active"] if method == "fanova" else ["parameter", "active"]
    assert one.columns.tolist() == [*head, *METHODS[method].columns]
    assert np.isfinite(one["importance"]).all()
    assert one.attrs == {
        "method": method, "metric": "score", "n_candidates": 40, "n_left_out": 0,
    }  # fmt: skip


def test_pairs_of_parameters_that_never_exist_together_are_not_listed():
    space = Space({"m": Choice(When("u", a=Real(0, 1)), When("v", b=Real(0, 1)))})
    table = results_of(space, lambda p: p.get("a", 0) + p.get("b", 0), 40)
    frame = parameter_importance(table, space=space, n_interactions=9)
    pairs = {
        frozenset(pair) for pair in frame[frame["partner"] != ""][["parameter", "partner"]].values
    }
    assert pairs == {frozenset("ma"), frozenset("mb")}


def test_number_of_pairs():
    assert len(parameter_importance(results(), space=PLAIN)) == 3
    frame = parameter_importance(results(), space=PLAIN, n_interactions=0)
    assert "partner" not in frame
    assert len(frame) == 2


@pytest.mark.parametrize("method", METHODS)
def test_equal_scores_give_zeros_and_a_warning(method):
    table = {**results(), "mean_test_score": np.full(30, 0.5)}
    with pytest.warns(UserWarning, match="all 30 candidates have the same score"):
        frame = parameter_importance(table, space=PLAIN, method=method)
    assert frame["parameter"].tolist() == ["a", "b"]
    assert (frame["importance"] == 0.0).all()


def test_ties_that_make_target_and_region_the_same():
    table = {**results(), "mean_test_score": np.r_[np.zeros(1), np.ones(29)]}
    with pytest.warns(UserWarning, match="hold the same 29 candidates"):
        frame = parameter_importance(table, space=PLAIN, method="ped_anova", region=0.9)
    assert (frame["importance"] == 0.0).all()


def test_random_state_of_the_old_kind():
    old = np.random.RandomState(0)  # noqa: TID251 (it is what users have)
    assert len(parameter_importance(results(), space=PLAIN, random_state=old)) == 3


def test_forbidden_settings_are_not_drawn():
    space = Space({"a": Real(0, 1), "b": Real(0, 1)}, forbidden=lambda p: p["a"] < 0.9)
    table = results_of(space, lambda p: p["a"] + 0.1 * p["b"], 40)
    inside = parameter_importance(table, space=space, method="permutation", random_state=0)
    whole = parameter_importance(table, space=PLAIN, method="permutation", random_state=0)
    share = {name: f.set_index("parameter")["importance"]["b"] for name, f in
             {"inside": inside, "whole": whole}.items()}  # fmt: skip
    assert share["inside"] > 3 * share["whole"]


# -- refused -------------------------------------------------------------------------------------


def test_too_few_candidates():
    with pytest.raises(ValueError, match=r"9 complete candidates are too few .* 10 are needed"):
        parameter_importance(results_of(PLAIN, lambda p: p["a"], 9), space=PLAIN)


def test_not_fitted():
    with pytest.raises(NotFittedError, match="this RandomSearchCV is not fitted yet"):
        parameter_importance(search_of())


@pytest.mark.parametrize("source", [3, [{"a": 1}], {"mean_test_score": [1]}])
def test_what_is_not_a_search(source):
    with pytest.raises(TypeError, match="search should be a fitted search"):
        parameter_importance(source, space=PLAIN)


def test_a_table_does_not_say_what_was_searched():
    with pytest.raises(ValueError, match="space=None: dict does not say what was searched"):
        parameter_importance(results())


def test_nothing_was_searched():
    with pytest.raises(ValueError, match="no parameter with more than one value"):
        parameter_importance(results(), space={"a": [1]})


def test_candidates_outside_the_space(tmp_path):
    with pytest.raises(ValueError, match="space: candidate 0 does not lie in it"):
        parameter_importance(results(), space={"a": (2.0, 3.0), "b": (0.0, 1.0)})
    search_of(journal=tmp_path / "j").fit(X, Y)
    with pytest.raises(
        ValueError, match="space has 1 parameters, the candidates of the journal 2"
    ):
        parameter_importance(tmp_path / "j", space={"C": (1.0, 2.0)})


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"method": "shap"}, ValueError, r"method='shap' is not known; allowed is one of \["),
        ({"n_tree": 3}, TypeError, r"n_tree=3: method='fanova' has no such option"),
        ({"method": "gp", "n_interactions": 3}, TypeError, "method='gp' has no such option"),
        ({"n_trees": 0}, ValueError, "n_trees should be a whole number of at least 1, got 0"),
        ({"n_interactions": -1}, ValueError, "n_interactions should be a whole number"),
        ({"min_samples_leaf": 1.5}, ValueError, "min_samples_leaf should be a whole number"),
        ({"method": "gp", "n_points": 1}, ValueError, "n_points should be a whole number"),
        ({"method": "permutation", "n_repeats": True}, ValueError, "n_repeats should be a whole"),
        ({"method": "ped_anova", "target": 0.5, "region": 0.2}, ValueError, "target and region"),
    ],
)
def test_options_that_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        parameter_importance(results(), space=PLAIN, **options)


def test_namesakes_are_told_apart_by_their_alternatives():
    """Two learners have a C of their own; the scores depend on that of one of them alone."""
    model = Choice(When("lr", C=Real(0, 1)), When("svc", C=Real(0, 1), gamma=Real(0, 1)))
    space = Space({"model": model})

    def score(p):
        return p["C"] if p["model"] == "svc" else 0.5

    table = parameter_importance(results_of(space, score, 80), space=space, n_interactions=0)
    assert {*table["parameter"]} == {"model", "C [lr]", "C [svc]", "gamma"}
    assert table["parameter"][0] == "C [svc]"
