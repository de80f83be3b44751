"""Multi-fidelity searches: rungs, resources, and who may win."""

from itertools import pairwise
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris, make_classification
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GroupKFold,
    HalvingRandomSearchCV,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_score,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skhpo import HyperbandSearchCV, JournalMismatch, Real, load_journal

X, Y = make_classification(400, n_features=8, n_informative=4, random_state=0)
SPACE = {"min_samples_leaf": (1, 40), "max_depth": (1, 12)}


class Echo(ClassifierMixin, BaseEstimator):
    """Scores ``p`` plus what more iterations bring; remembers the rows it was fitted to."""

    rows: ClassVar[list] = []

    def __init__(self, p=0.0, n=1, rises=True, ends_after=None):
        self.p = p
        self.n = n
        self.rises = rises
        self.ends_after = ends_after

    def fit(self, X, y):
        if len(Echo.rows) == self.ends_after:
            raise KeyboardInterrupt
        Echo.rows.append(np.asarray(X)[:, 0].astype(int))
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])

    def score(self, X, y):
        return self.p * (1 - 0.1 / self.n if self.rises else 1)


def search(estimator=None, space=None, **options):
    options = {
        "cv": 3,
        "random_state": 0,
        "sampler": "tpe",
        "min_resources": "smallest",
        **options,
    }
    if estimator is None:
        estimator = DecisionTreeClassifier(random_state=0)
    return HyperbandSearchCV(estimator, space or SPACE, **options)


def frame(found):
    return pd.DataFrame(found.cv_results_)


@pytest.mark.parametrize("method", ["hyperband", "halving", "asha", "asha_stopping"])
@pytest.mark.parametrize("sampler", ["random", "sobol", "tpe", "de", "gp"])
def test_every_method_with_every_sampler(method, sampler):
    found = search(
        Echo(), {"p": Real(0, 1)}, resource="n", max_resources=9, method=method, sampler=sampler
    ).fit(X, Y)
    table = frame(found)
    full = table[table.n_resources == found.n_resources_[-1]]
    assert found.best_index_ == full.mean_test_score.idxmax()
    assert found.best_score_ == full.mean_test_score.max()
    assert (table.status == "ok").all()
    assert found.best_params_["n"] == found.n_resources_[-1]


def test_the_rungs_of_a_paper():
    found = search(Echo(), {"p": Real(0, 1)}, resource="n", min_resources=1, max_resources=27).fit(
        X, Y
    )
    assert found.brackets_ == [
        [(27, 1), (9, 3), (3, 9), (1, 27)],
        [(12, 3), (4, 9), (1, 27)],
        [(6, 9), (2, 27)],
        [(4, 27)],
    ]
    table = frame(found)
    counts = table.groupby(["bracket", "iter"]).size().tolist()
    assert counts == [27, 9, 3, 1, 12, 4, 1, 6, 2, 4]
    assert found.n_resources_ == [1, 3, 9, 27]
    assert found.n_candidates_ == [27, 21, 13, 8]


@pytest.mark.parametrize("n_candidates", [20, 45])
def test_halving_has_the_rungs_of_scikit_learn(n_candidates):
    tree = DecisionTreeClassifier(random_state=0)
    space = {"min_samples_leaf": [*range(1, 100)]}
    ours = search(
        tree, space, method="halving", n_iter=n_candidates, min_resources=20, sampler="random"
    ).fit(X, Y)
    theirs = HalvingRandomSearchCV(
        tree, space, n_candidates=n_candidates, min_resources=20, cv=3, random_state=0
    ).fit(X, Y)
    assert ours.n_resources_ == theirs.n_resources_
    assert ours.n_candidates_ == theirs.n_candidates_


def test_rows_with_less_of_the_resource_rank_behind():
    table = frame(search(resource="n_samples").fit(X, Y))
    worst_full = table[table.n_resources == 400].rank_test_score.max()
    best_below = table[table.n_resources < 400].rank_test_score.min()
    assert worst_full < best_below
    assert sorted(table.rank_test_score)[0] == 1


def test_samples_are_nested_and_never_from_the_test_part():
    Echo.rows.clear()
    data = np.arange(400)[:, None]
    cv = StratifiedKFold(3)
    search(Echo(), {"p": Real(0, 1)}, n_iter=9, refit=False).fit(data, Y)
    tests = [set(test) for _, test in cv.split(data, Y)]
    by_split = [[] for _ in tests]
    for rows in Echo.rows:
        [split] = [i for i, test in enumerate(tests) if not test & set(rows)]
        by_split[split].append(set(rows))
    for samples in by_split:
        ordered = sorted(samples, key=len)
        assert len({len(sample) for sample in ordered}) > 2
        assert all(a <= b for a, b in pairwise(ordered))


def test_a_memorising_estimator_scores_chance_on_random_labels():
    rng = np.random.default_rng(0)
    data, labels = rng.random((300, 5)), rng.integers(0, 2, 300)
    found = search(DecisionTreeClassifier(random_state=0), {"max_depth": (10, 40)}).fit(
        data, labels
    )
    assert abs(found.cv_results_["mean_test_score"].mean() - 0.5) < 0.05


def test_groups_are_kept_together():
    groups = np.repeat(np.arange(40), 10)
    Echo.rows.clear()
    data = np.arange(400)[:, None]
    search(Echo(), {"p": Real(0, 1)}, cv=GroupKFold(3), refit=False).fit(data, Y, groups=groups)
    for rows in Echo.rows:
        sizes = np.unique(groups[rows], return_counts=True)[1]
        assert (sizes < 10).sum() <= 1  # the last one may be cut


def test_the_latest_rows_are_kept_where_splits_follow_time():
    Echo.rows.clear()
    data = np.arange(400)[:, None]
    search(Echo(), {"p": Real(0, 1)}, cv=TimeSeriesSplit(3), refit=False).fit(data, Y)
    ends = {train[-1] for train, _ in TimeSeriesSplit(3).split(data)}
    for rows in Echo.rows:
        assert rows[-1] in ends
        assert (np.diff(rows) == 1).all()


def test_splits_are_rationed():
    found = search(cv=9, resource="n_splits", sampler="random").fit(X, Y)
    table = frame(found)
    assert found.n_resources_ == [1, 3, 9]
    assert (table.n_splits_evaluated == table.n_resources).all()
    tree = DecisionTreeClassifier(random_state=0)
    for _, row in table.iterrows():
        scores = cross_val_score(tree.set_params(**row.params), X, Y, cv=9)[: row.n_resources]
        assert row.mean_test_score == pytest.approx(scores.mean())
        assert row.std_test_score == pytest.approx(scores.std())


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_continued_forests_score_as_one_fit(n_jobs):
    forest = RandomForestClassifier(random_state=0)
    found = search(
        forest, {"max_depth": (1, 8)}, resource="n_estimators", max_resources=9, n_jobs=n_jobs
    ).fit(X[:150], Y[:150])
    for row in frame(found).itertuples():
        again = cross_val_score(forest.set_params(**row.params), X[:150], Y[:150], cv=3)
        np.testing.assert_array_equal(
            [row.split0_test_score, row.split1_test_score, row.split2_test_score], again
        )


def test_the_resource_may_belong_to_a_step():
    model = HistGradientBoostingClassifier(max_iter=9, random_state=0)
    pipe = Pipeline([("scale", StandardScaler()), ("clf", model)])
    found = search(pipe, {"clf__learning_rate": (0.01, 1.0)}, resource="clf__max_iter").fit(
        X[:200], Y[:200]
    )
    assert found.best_estimator_[-1].n_iter_ == 9
    assert found.n_resources_[-1] == 9


@pytest.mark.parametrize("method", ["hyperband", "halving"])
def test_the_same_for_any_n_jobs(method):
    one, two = (search(method=method, n_jobs=n).fit(X, Y) for n in (1, 2))
    for key in ("mean_test_score", "n_resources", "iter", "bracket"):
        order = [np.lexsort(_keys(s)) for s in (one, two)]
        np.testing.assert_array_equal(
            one.cv_results_[key][order[0]], two.cv_results_[key][order[1]]
        )
    assert one.best_params_ == two.best_params_


def _keys(found):
    table = found.cv_results_
    return (
        table["param_max_depth"].data.astype(int),
        table["param_min_samples_leaf"].data.astype(int),
        table["n_resources"],
        table["bracket"],
    )


def test_a_journal_is_continued(tmp_path):
    path = tmp_path / "search.jsonl"
    whole = search(journal=path).fit(X, Y)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: len(lines) // 2]))
    again = search(journal=path).fit(X, Y)
    for key in ("mean_test_score", "n_resources", "iter", "bracket", "rank_test_score"):
        np.testing.assert_array_equal(again.cv_results_[key], whole.cv_results_[key])
    table = load_journal(path)
    assert len(table) == len(whole.cv_results_["params"])
    assert set(table["n_resources"]) == set(whole.n_resources_)


@pytest.mark.parametrize("rule", [{"curve_probability": 0.2}, {"curve_patience": 1}])
def test_curve_rules_save_trials(rule):
    options = {"resource": "n", "max_resources": 27, "sampler": "random", "method": "asha"}
    flat = Echo(rises=False)
    plain = search(flat, {"p": Real(0, 1)}, n_iter=60, **options).fit(X, Y)
    vetoed = search(flat, {"p": Real(0, 1)}, n_iter=60, **rule, **options).fit(X, Y)
    assert len(vetoed.cv_results_["params"]) < len(plain.cv_results_["params"])


def test_the_best_of_the_highest_rung_wins_when_the_search_is_cut_off():
    found = search(Echo(ends_after=40), {"p": Real(0, 1)}, resource="n", max_resources=27)
    Echo.rows.clear()
    with (
        pytest.warns(UserWarning, match="no candidate was given all"),
        pytest.raises(KeyboardInterrupt),
    ):
        found.fit(X, Y)
    table = frame(found)
    assert table.n_resources.max() == 1
    assert found.best_index_ == table[table.status == "ok"].mean_test_score.idxmax()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"resource": "n_trees"}, "resource='n_trees' should be 'n_samples', 'n_splits' or a"),
        ({"resource": "max_depth"}, "cannot be searched as well"),
        ({"resource": "max_features"}, "max_resources='auto' takes the estimator's own"),
        ({"max_resources": 401}, "more than there is of n_samples: 400"),
        (
            {"min_resources": 300, "max_resources": 200},
            "should not be more than max_resources=200",
        ),
        ({"min_resources": "exhaust"}, "needs n_iter to be a number"),
        ({"method": "asha", "deterministic": True}, "not possible with method='asha'"),
        ({"method": "golden"}, "The 'method' parameter"),
        ({"factor": 1}, "The 'factor' parameter"),
        ({"sampler": "psychic"}, "The 'sampler' parameter"),
    ],
)
def test_bad_arguments_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        search(**options).fit(X, Y)


def test_several_scores():
    found = search(scoring=["accuracy", "roc_auc"], refit="roc_auc").fit(X, Y)
    full = frame(found)[lambda t: t.n_resources == 400]
    assert found.best_index_ == full.mean_test_roc_auc.idxmax()


def test_a_regression_pipeline_on_iris():
    iris, species = load_iris(return_X_y=True)
    pipe = make_pipeline(StandardScaler(), LogisticRegression())
    space = {"logisticregression__C": (1e-3, 1e3, "log-uniform")}
    found = HyperbandSearchCV(pipe, space, random_state=0).fit(iris, species)
    assert found.best_score_ > 0.95
    assert found.predict(iris[:3]).tolist() == [0, 0, 0]


@pytest.mark.parametrize("method", ["hyperband", "asha"])
def test_more_candidates_extend_a_journal(method, tmp_path):
    path = tmp_path / "search.jsonl"
    short = search(method=method, n_iter=7, sampler="random", journal=path).fit(X, Y)
    Echo.rows.clear()
    longer = search(method=method, n_iter=20, sampler="random", journal=path).fit(X, Y)
    assert (longer.cv_results_["iter"] == 0).sum() == 20
    first = frame(longer)[: len(short.cv_results_["params"])]
    np.testing.assert_array_equal(first.mean_test_score, short.cv_results_["mean_test_score"])


@pytest.mark.parametrize(
    "change", [{"method": "halving"}, {"factor": 2}, {"sampler": "sobol"}, {"min_resources": 30}]
)
def test_another_schedule_is_another_search(change, tmp_path):
    path = tmp_path / "search.jsonl"
    search(n_iter=5, journal=path).fit(X, Y)
    with pytest.raises(JournalMismatch):
        search(n_iter=5, journal=path, **change).fit(X, Y)


# -- what is easily got wrong --------------------------------------------------------------------


def test_fewer_samples_than_there_are_are_counted_in_rows():
    Echo.rows.clear()
    data, labels = np.arange(1000)[:, None], np.arange(1000) % 2
    found = search(
        Echo(), {"p": Real(0, 1)}, cv=5, max_resources=200, min_resources=50, factor=2, refit=False
    ).fit(data, labels)
    assert found.n_resources_ == [50, 100, 200]
    assert {len(rows) for rows in Echo.rows} == {40, 80, 160}


@pytest.mark.parametrize("method", ["hyperband", "halving"])
def test_with_a_single_amount_of_splits_the_best_wins(method):
    found = search(
        resource="n_splits", cv=5, min_resources=3, max_resources=3, n_iter=8, method=method
    ).fit(X, Y)
    table = found.cv_results_
    assert found.best_index_ == table["mean_test_score"].argmax()
    assert sorted(table["rank_test_score"])[0] == 1


def test_a_factor_too_small_for_integers_merges_rungs():
    found = search(
        resource="n_splits", cv=5, factor=1.3, min_resources=1, method="halving", n_iter=11
    ).fit(X, Y)
    amounts = [amount for _, amount in found.brackets_[0]]
    assert amounts == sorted(set(amounts))
    assert found.stop_reason_ == "all brackets are done"
    assert found.n_resources_[-1] == amounts[-1]


def test_a_small_grid_has_the_rungs_of_scikit_learn():
    tree, grid = DecisionTreeClassifier(random_state=0), {"min_samples_leaf": [*range(1, 11)]}
    ours = search(tree, grid, method="halving", min_resources=20).fit(X, Y)
    theirs = HalvingRandomSearchCV(
        tree, grid, n_candidates=10, min_resources=20, cv=3, random_state=0
    ).fit(X, Y)
    assert (ours.n_candidates_, ours.n_resources_) == (theirs.n_candidates_, theirs.n_resources_)


def test_fewer_candidates_continue_a_journal_too(tmp_path):
    path = tmp_path / "search.jsonl"
    whole = search(journal=path).fit(X, Y)
    again = search(journal=path, n_iter=3).fit(X, Y)
    np.testing.assert_array_equal(
        again.cv_results_["mean_test_score"], whole.cv_results_["mean_test_score"]
    )


def test_a_function_for_refit_sees_only_who_may_win():
    def refit(results):
        assert len(set(results["n_resources"])) == 1
        return int(np.argmax(results["mean_test_score"]))

    found = search(refit=refit).fit(X, Y)
    assert found.cv_results_["rank_test_score"][found.best_index_] == 1
    assert found.cv_results_["params"][found.best_index_] == found.best_params_


def test_a_search_over_iterations_warms_another_up():
    forest = RandomForestClassifier(n_estimators=9, random_state=0)
    options = {"resource": "n_estimators", "refit": False, "min_resources": 3}
    first = search(forest, {"max_depth": (1, 12)}, **options).fit(X[:100], Y[:100])
    second = search(forest, {"max_depth": (1, 12)}, warm_start_from=first, **options)
    second.fit(X[:100], Y[:100])
    ranks = first.cv_results_["rank_test_score"]
    best = first.cv_results_["params"][ranks.argmin()]["max_depth"]
    assert second.cv_results_["params"][0]["max_depth"] == best


def test_by_default_there_are_twenty_candidates():
    found = HyperbandSearchCV(
        DecisionTreeClassifier(random_state=0), SPACE, cv=2, sampler="random", random_state=0
    ).fit(X, Y)
    assert (found.cv_results_["iter"] == 0).sum() >= 20


def test_deterministic_racing_is_refused():
    with pytest.raises(ValueError, match="not possible with racing=True"):
        search(deterministic=True, racing=True).fit(X, Y)
