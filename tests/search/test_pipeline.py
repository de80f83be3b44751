"""From a table to a tuned pipeline."""

import pickle
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, clone, is_classifier, is_regressor
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris, make_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import get_scorer, roc_auc_score
from sklearn.model_selection import KFold, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.tree import DecisionTreeClassifier

from skhpo import Choice, PipelineSearchCV, Real, load_journal
from skhpo.results._code import code_of
from skhpo.search._folds import make_folds
from skhpo.search._pipelines import make_plan, names_of
from skhpo.search._target import as_target

ROOT = Path(__file__).parents[2]
RNG = np.random.default_rng(0)
N = 150
WORDS = np.array(["red", "green", "large", "small", "fast", "slow", "new", "old"])
TABLE = pd.DataFrame(
    {
        "number": RNG.normal(size=N),
        "count": pd.array([None if i % 7 == 0 else i % 5 for i in range(N)], dtype="Int64"),
        "kind": pd.Categorical(RNG.choice(["x", "y", None], N)),
        "town": RNG.choice([f"t{i}" for i in range(60)], N),
        "when": pd.date_range("2024-01-01", periods=N).where(np.arange(N) % 11 > 0),
        "written": pd.date_range("2020-05-01", periods=N, freq="D").strftime("%Y-%m-%d"),
        "note": [" ".join(RNG.choice(WORDS, 6)) for _ in range(N)],
        "flag": RNG.random(N) < 0.5,
        "constant": 1,
        "empty": [None] * N,
    }
)
LATENT = TABLE["number"] + 2.0 * TABLE["flag"] + 0.3 * RNG.normal(size=N)
QUICK = ["logistic_regression", "gaussian_nb", "lda", "decision_tree"]
QUICK_R = ["ridge", "elastic_net", "sgd", "decision_tree"]
IRIS, SPECIES = load_iris(return_X_y=True)


def german():
    path = ROOT / "examples" / "data" / "german_credit.csv"
    table = pd.read_csv(path, keep_default_na=False, na_values=[""])
    return table.drop(columns="target"), table["target"]


def search(X=IRIS, y=SPECIES, **options):
    quick = {"models": QUICK, "n_iter": 8, "cv": 2, "random_state": 0}
    params = options.pop("params", {})
    return PipelineSearchCV(**{**quick, **options}).fit(X, y, **params)


# -- tables and targets ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["strings", "booleans", "several", "categories", "numbers"])
def test_a_raw_table_of_everything(kind):
    levels = pd.cut(LATENT, [-9, 0, 1.5, 9], labels=["low", "mid", "high"])
    y = {
        "strings": pd.Series(np.where(LATENT > 1, "yes", "no")),
        "booleans": LATENT > 1,
        "several": levels.astype(str),
        "categories": levels,
        "numbers": LATENT,
    }[kind]
    is_numbers = kind == "numbers"
    found = search(TABLE, y, models=QUICK_R if is_numbers else QUICK, n_iter=6)
    assert found.task_ == ("regression" if is_numbers else "classification")
    assert type(found.best_estimator_) is Pipeline
    assert found.best_score_ > (0.5 if is_numbers else 0.75)
    assert (found.cv_results_["status"] != "failed").all()
    predicted = found.predict(TABLE)
    np.testing.assert_array_equal(predicted, found.best_estimator_.predict(TABLE))
    if not is_numbers:
        assert set(predicted) <= set(y)


def test_german_credit_beats_its_first_default():
    X, y = german()
    found = search(
        X, y, models=["logistic_regression", "lda", "nearest_centroid"], scoring="roc_auc"
    )
    scores = found.cv_results_["mean_test_score"]
    assert found.best_score_ == np.nanmax(scores) >= scores[0] > 0.76
    held_out = get_scorer("roc_auc")(found, X, y)
    assert held_out > 0.78


def test_arrays_several_classes_and_roc_auc():
    found = search(scoring="roc_auc")
    assert found.best_score_ > 0.95
    assert found.scoring == "roc_auc"  # what the user gave remains
    assert found.score(IRIS, SPECIES) == get_scorer("roc_auc_ovr")(found, IRIS, SPECIES)


def test_regressors_that_ask_for_it_see_a_target_of_unit_spread():
    y = 1e6 * (3 + LATENT.to_numpy())
    found = search(TABLE[["number", "flag"]], y, models=["sgd", "elastic_net"], n_iter=4)
    assert found.best_score_ > 0.7  # by its own defaults sgd is at -1e20


class OfNumberedClasses(ClassifierMixin, BaseEstimator):
    """Like XGBClassifier: refuses classes that are not 0, 1, ..."""

    def __init__(self, depth=3):
        self.depth = depth

    def fit(self, X, y):
        assert set(y) == {*range(len(set(y)))}
        self.tree_ = DecisionTreeClassifier(max_depth=self.depth).fit(X, y)
        self.classes_ = self.tree_.classes_
        return self

    def predict(self, X):
        return self.tree_.predict(X)

    def predict_proba(self, X):
        return self.tree_.predict_proba(X)


OfNumberedClasses.__name__ = "XGBClassifier"


def test_classes_are_numbered_for_who_needs_it():
    names = np.array(["setosa", "versicolor", "virginica"])[SPECIES]
    models = Choice(OfNumberedClasses(depth=Choice(2, 3, 4)), names=["xgb"])
    found = search(y=names, models=models, scoring="roc_auc", n_iter=3)
    assert (found.cv_results_["status"] == "ok").any()
    assert set(found.predict(IRIS)) == {*names}
    assert found.best_estimator_.classes_.tolist() == sorted({*names})


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "y=None: the target is needed"),
        (["a"] * 4, "two values at least, got only 'a'"),
        (["a", None, "b", "a"], "no missing values, got 1 of 4"),
        ([0.5, np.nan, 1.0, 2.0], "no missing values, got 1 of 4"),
        (
            [[0, 1], [1, 0], [1, 1], [0, 0]],
            r"one column of classes or numbers, got the shape \(4, 2\)",
        ),
    ],
)
def test_unusable_targets_are_named(y, message):
    with pytest.raises(ValueError, match=message):
        PipelineSearchCV().fit(TABLE[:4], y)


def test_what_is_not_installed_is_said(monkeypatch):
    monkeypatch.setattr("skhpo.portfolio._table.find_spec", {"sklearn": 1}.get)
    with pytest.raises(ValueError, match="models: 'xgb' needs the package 'xgboost': install it"):
        search(models=["lda", "xgb"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"models": ["svm"]}, "models: there is no 'svm' for classification; there are"),
        ({"models": []}, "models: there is no"),
        ({"models": "quick"}, "The 'models' parameter"),
        ({"task": "clustering"}, "The 'task' parameter"),
        ({"preprocessing": "none"}, "The 'preprocessing' parameter"),
        ({"param_distributions": {"scale": [1]}}, "'scale', which is no step of the pipeline"),
        ({"param_distributions": [{}]}, "should be one dict"),
        ({"task": "regression"}, "should be of numbers for task='regression', got 'no'"),
        ({"models": ["ridge"], "scoring": "neg_log_loss"}, "models: none of them"),
    ],
)
def test_bad_arguments_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        PipelineSearchCV(**options).fit(TABLE, np.where(LATENT > 1, "yes", "no"))


def test_tables_without_a_column_that_varies_are_refused():
    with pytest.raises(ValueError, match="X should have a column that varies"):
        PipelineSearchCV().fit(TABLE[["constant", "empty"]], LATENT > 1)


@pytest.mark.parametrize(
    ("y", "task"),
    [
        ([1, 2, 3, 1], "classification"),
        ([1.0, 2.0, 2.0], "classification"),
        ([1.5, 2.0, 2.0], "regression"),
        (np.arange(21), "regression"),
        ([True, False], "classification"),
        (pd.Series([1, 2], dtype="category"), "classification"),
        (pd.Series([0.5, 2], dtype="Float64"), "regression"),
        (pd.Series(["a", "b"], dtype="string"), "classification"),
    ],
)
def test_the_task_is_told_from_the_target(y, task):
    values, found = as_target(y, "auto")
    assert found == task
    assert len(values) == len(y)
    assert task == "classification" or values.dtype == np.float64


def test_folds():
    y = np.array(["a"] * 30 + ["b"] * 3)
    assert make_folds(None, y, "classification", None, 0).n_splits == 3
    assert make_folds(None, np.zeros(20_000), "regression", None, 0).n_splits == 3
    given = KFold(2)
    assert make_folds(given, y, "classification", None, 0) is given
    with pytest.raises(ValueError, match="class b has a single row"):
        make_folds(None, y[:31], "classification", None, 0)


# -- what is tried -----------------------------------------------------------------------------


def test_defaults_come_first_the_cheapest_before_others():
    X, y = german()
    plan = make_plan(
        X, y.to_numpy(), task="classification", models="fast", preprocessing="auto", changes={},
        scoring="roc_auc", is_weighted=False, seed=0,
    )  # fmt: skip
    first = [type(setting["model"]).__name__ for setting in plan.defaults]
    assert first[:6] == [
        "LogisticRegression",
        "RidgeClassifier",
        "HistGradientBoostingClassifier",
        "HistGradientBoostingClassifier",
        "ExtraTreesClassifier",
        "RandomForestClassifier",
    ]
    assert plan.defaults[0]["model__C"] == 1.0
    by_column, native = plan.defaults[2:4]
    assert by_column["model__learning_rate"] == native["model__learning_rate"] == 0.1
    assert by_column["model__max_iter"] == 100
    assert isinstance(by_column["prepare"], ColumnTransformer)
    assert isinstance(native["prepare"], Pipeline)
    named = names_of(plan.defaults, plan.space, plan)
    assert sorted(set(named)) == sorted(plan.models)
    assert len(named) == len(plan.models) + 1
    assert {setting["select"] for setting in plan.defaults} == {"passthrough"}


def test_boosting_sees_categories_as_such():
    """What scikit-learn makes of a frame with columns of categories, and the same scores."""
    X, y = german()
    plan = make_plan(
        X, y.to_numpy(), task="classification", models=["hist_gradient_boosting"],
        preprocessing="auto", changes={}, scoring="roc_auc", is_weighted=False, seed=0,
    )  # fmt: skip
    ours = clone(plan.pipeline).set_params(**clone(plan.defaults[1], safe=False))
    kinds = X.select_dtypes(exclude="number").columns
    plain = HistGradientBoostingClassifier(random_state=0, l2_regularization=1e-5)
    frame = X.astype(dict.fromkeys(kinds, "category"))[[*kinds, *X.columns.difference(kinds)]]
    ours.fit(X, y)
    assert ours[-1].is_categorical_.sum() == len(kinds)
    plain.fit(frame, y)
    scores = [roc_auc_score(y, p.predict_proba(T)[:, 1]) for p, T in ((ours, X), (plain, frame))]
    assert scores[0] == pytest.approx(scores[1], abs=2e-3)  # the order of the numbers differs


def test_the_same_seed_gives_the_same_candidates():
    one, two = (search(n_iter=12).cv_results_ for _ in range(2))
    np.testing.assert_array_equal(one["mean_test_score"], two["mean_test_score"])
    assert [repr(p) for p in one["params"]] == [repr(p) for p in two["params"]]


def test_parts_of_the_space_can_be_replaced():
    found = search(param_distributions={"select": ["passthrough"], "construct": ["passthrough"]})
    assert {p["select"] for p in found.cv_results_["params"]} == {"passthrough"}
    models = Choice(LogisticRegression(C=Real(0.1, 10, log=True), max_iter=300), GaussianNB())
    found = search(models=models, preprocessing="passthrough")
    assert set(found.cv_results_["model"]) == {"LogisticRegression", "GaussianNB"}


def test_an_estimator_of_one_s_own_is_searched_as_in_other_searches():
    found = PipelineSearchCV(Ridge(), {"alpha": Real(0.1, 10, log=True)}, n_iter=4).fit(
        IRIS[:, :3], IRIS[:, 3]
    )
    assert found.best_params_["alpha"] in found.cv_results_["param_alpha"]
    assert found.cv_results_["params"][0] == {"alpha": 1.0}
    assert "model = Ridge(" in found.to_code().replace("pipeline", "model")


def test_samples_come_first_where_there_are_many_rows():
    X, y = make_classification(1200, 6, random_state=0)
    found = search(X, y, subsample=120, n_iter=9, cv=3)
    table = found.cv_results_
    assert sorted({*table["n_resources"]}) == [133, 400, 1200]
    at_full = table["n_resources"] == 1200
    assert 1 <= at_full.sum() < 9
    assert at_full[found.best_index_]
    board = found.leaderboard_
    assert len(board) == 9
    assert board["n_rows"].iloc[0] == 1200
    assert found.n_rows_refitted_ == 1200
    assert "Rows that they were given at the most" in found.explain()


def test_groups_stay_together_and_weights_reach_the_models():
    groups = np.arange(150) % 10
    weights = np.where(SPECIES == 2, 1e-9, 1.0)
    found = search(
        params={"groups": groups, "sample_weight": weights},
        models=["logistic_regression", "k_neighbors"],
        n_iter=2,
    )
    assert "k_neighbors" not in found.cv_results_["model"]  # takes no weights
    assert 2 not in found.predict(IRIS)
    with config_context(enable_metadata_routing=True):
        again = search(params={"groups": groups}, n_iter=3)
    assert again.n_splits_ == 2


def test_journals_go_on(tmp_path):
    path = tmp_path / "search.jsonl"
    options = {"journal": path, "n_iter": 6}
    whole = search(**options)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: len(lines) // 2]))
    again = search(**options)
    np.testing.assert_array_equal(
        again.cv_results_["mean_test_score"], whole.cv_results_["mean_test_score"]
    )
    assert len(load_journal(path)) == 6


@pytest.mark.filterwarnings("error:warm_start_from")
def test_the_best_of_an_earlier_search_are_tried_first(fitted):
    y = np.where(LATENT > 1, "yes", "no")
    again = search(TABLE, y, warm_start_from=fitted, n_iter=2)
    first = again.cv_results_["params"][0]
    assert repr(first) == repr(fitted.best_params_)


def test_deterministic_for_any_n_jobs():
    one, two = (search(deterministic=4, n_iter=8, n_jobs=n, racing=False) for n in (1, 2))
    np.testing.assert_array_equal(
        one.cv_results_["mean_test_score"], two.cv_results_["mean_test_score"]
    )


# -- time --------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:max_time")  # on a machine that is busy with other things
def test_the_budget_is_kept():
    start = time.perf_counter()
    found = search(TABLE, LATENT > 1, max_time=4, n_iter="auto")
    assert time.perf_counter() - start < 60
    assert found.stop_reason_ in ("max_time=4 s is over", "n_iter=1 candidates are done")
    assert found.max_time == 4
    assert found.fit_timeout is None
    assert found.predict(TABLE).dtype == bool


def test_there_is_a_result_however_short_the_time():
    with pytest.warns(UserWarning, match="max_time=0.001 was too short for a single candidate"):
        found = search(TABLE, np.where(LATENT > 1, "yes", "no"), max_time=0.001)
    assert found.best_score_ > 0.7
    assert set(found.predict(TABLE)) == {"yes", "no"}


def test_the_winner_is_fitted_on_fewer_rows_if_there_is_no_time_for_all():
    found = search()
    found.best_index_, found.max_time = 0, 10.0
    found._deadline = time.perf_counter() + 3.7
    found.cv_results_["mean_fit_time"][0] = 5.0  # on half of the rows; all would take 10 s
    assert 70 <= found._rows_in_time(150) < 80
    found.cv_results_["mean_fit_time"][0] = 1.0
    assert found._rows_in_time(150) == 150


# -- results -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fitted():
    return search(TABLE, np.where(LATENT > 1, "yes", "no"), n_iter=14, racing=False)


def test_leaderboard(fitted):
    board = fitted.leaderboard_
    assert board["rank"].iloc[0] == 1
    assert board["score"].iloc[0] == fitted.best_score_
    assert board.index[0] == fitted.best_index_
    assert board["score"].is_monotonic_decreasing
    assert board["size"].iloc[0] == len(pickle.dumps(fitted.best_estimator_))
    assert board["size"].isna().sum() == len(board) - 1
    assert set(board["model"]) == {*QUICK}
    splits = np.array(
        [fitted.cv_results_[f"split{i}_test_score"][fitted.best_index_] for i in (0, 1)]
    )
    assert board["error"].iloc[0] == pytest.approx(np.sqrt(np.var(splits) * 1.5))
    assert (board["parameters"].iloc[0]) == fitted.best_params_


def test_explain(fitted):
    text = fitted.explain()
    assert "Tried 14 candidates of 4 models" in text
    assert f"Best: {fitted.leaderboard_['model'].iloc[0]}, accuracy" in text
    assert "Best of the other models:" in text
    assert "What mattered" in text


def test_code_makes_the_same_pipeline(fitted):
    code = fitted.to_code()
    assert "skhpo" not in code
    compile(code, "code", "exec")
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102 (our own text)
    y = np.where(LATENT > 1, "yes", "no")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of constant features
        again = names["pipeline"].fit(TABLE, y)
    np.testing.assert_array_equal(again.predict_proba(TABLE), fitted.predict_proba(TABLE))
    assert "passthrough" not in code.replace('remainder="passthrough"', "")


def test_code_of_every_part_runs():
    """Of random settings of the whole space, with whatever the portfolio holds."""
    y = np.where(LATENT > 1, "yes", "no")
    plan = make_plan(
        TABLE, y, task="classification", models="all", preprocessing="auto", changes={},
        scoring=None, is_weighted=False, seed=0,
    )  # fmt: skip
    for params in plan.space.sample(12, random_state=0):
        pipeline = clone(plan.pipeline).set_params(**clone(params, safe=False))
        code, names = code_of(pipeline), {}
        exec(code, names)  # noqa: S102 (our own text)
        assert code_of(names["pipeline"]) == code
        kept = [name for name, step in pipeline.steps if isinstance(step, BaseEstimator)]
        assert [name for name, _ in names["pipeline"].steps] == kept
        mine, theirs = (
            pipeline[-1].get_params(deep=False),
            names["pipeline"][-1].get_params(deep=False),
        )
        assert repr(mine) == repr(theirs)


def test_what_has_no_name_cannot_be_written():
    with pytest.raises(ValueError, match="has no name to import it by"):
        code_of(FunctionTransformer(lambda X: X))


def test_the_result_runs_where_skhpo_is_not_installed(fitted, tmp_path):
    pickled, table, out = (tmp_path / name for name in ("model.pkl", "table.pkl", "out.npy"))
    pickled.write_bytes(pickle.dumps(fitted.best_estimator_))
    TABLE.to_pickle(table)
    script = (
        "import sys, pickle, numpy, pandas\n"
        "sys.modules['skhpo'] = None\n"
        f"model = pickle.load(open({str(pickled)!r}, 'rb'))\n"
        f"p = model.predict_proba(pandas.read_pickle({str(table)!r}))\n"
        f"numpy.save({str(out)!r}, p)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path)
    np.testing.assert_array_equal(np.load(out), fitted.predict_proba(TABLE))


# -- as an estimator ---------------------------------------------------------------------------


def test_it_is_cloned_printed_and_pickled_before_and_after(fitted):
    fresh = PipelineSearchCV(max_time=600, scoring="roc_auc")
    assert repr(fresh) == "PipelineSearchCV(max_time=600, scoring='roc_auc')"
    assert "PipelineSearchCV" in fresh._repr_html_()
    assert clone(fresh).get_params() == fresh.get_params()
    assert clone(fitted).get_params()["models"] == QUICK
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.predict(TABLE), fitted.predict(TABLE))
    assert again.estimator is None
    assert not hasattr(fresh, "predict")
    for method in (fresh.explain, fresh.to_code, lambda: fresh.leaderboard_):
        with pytest.raises(ValueError, match="not fitted yet"):
            method()


def test_its_tags_are_those_of_the_task(fitted):
    assert is_classifier(PipelineSearchCV(task="classification"))
    assert is_regressor(PipelineSearchCV(task="regression"))
    assert not is_classifier(PipelineSearchCV())
    assert is_classifier(fitted)


def test_it_is_cross_validated_itself():
    inner = PipelineSearchCV(task="classification", models=QUICK[:2], n_iter=2, cv=2)
    assert cross_val_score(inner, IRIS, SPECIES, cv=2).min() > 0.9


def test_no_warnings_of_the_fits_are_shown():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        search(TABLE, np.where(LATENT > 1, "yes", "no"), models=[*QUICK, "qda", "sgd"], n_iter=14)


# -- ensembles -----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["greedy", "voting", "stacking"])
def test_an_ensemble_takes_the_place_of_the_best(method):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 4))  # half of it is for a line, half for a tree
    latent = X[:, 0] + 1.5 * np.sign(X[:, 1] * X[:, 2]) + 0.5 * rng.normal(size=400)
    y = np.where(latent > 0, "yes", "no")
    models = ["logistic_regression", "gaussian_nb", "decision_tree"]
    options = {"models": models, "scoring": "roc_auc", "ensemble": method, "racing": False}
    found = search(X, y, **options, params={"sample_weight": np.ones(400)})
    assert found.ensemble_.score > found.ensemble_.alone
    assert found.best_estimator_ is found.ensemble_.estimator
    assert found.predict_proba(X).shape == (len(X), 2)
    assert [*found.classes_] == sorted(set(y))
    assert f"ensemble ({method}" in found.explain()
    assert b"skhpo" not in pickle.dumps(found.best_estimator_)
    names = {}
    exec(found.to_code(), names)  # noqa: S102 (our own text)
    again = names["pipeline"]
    assert [name for name, _ in again.estimators] == [
        name for name, _ in found.best_estimator_.estimators
    ]


def test_a_worse_ensemble_is_not_taken():
    """One candidate is no ensemble: as good as alone, and no better."""
    found = search(models=["lda"], n_iter=1, ensemble="greedy")
    assert found.ensemble_ is None
    assert isinstance(found.best_estimator_, Pipeline)


def test_where_there_can_be_no_ensemble_it_is_said():
    few = pytest.warns(UserWarning, match="too little memory for one candidate")
    with few, pytest.warns(UserWarning, match=r"ensemble='greedy'.*no out-of-fold predictions"):
        found = search(n_iter=2, ensemble="greedy", keep_predictions=1)
    assert isinstance(found.best_estimator_, Pipeline)


@pytest.mark.filterwarnings("ignore:max_time")  # of a machine that is busy with other things
def test_the_budget_is_kept_with_an_ensemble():
    X, y = make_classification(500, 10, random_state=0)
    start = time.perf_counter()
    found = search(X, y, n_iter="auto", max_time=4, ensemble="greedy", cv=3)
    assert time.perf_counter() - start < 60  # of a loaded machine; measured in the benchmarks
    assert hasattr(found, "best_estimator_")


def test_what_an_earlier_fit_has_left_is_gone():
    found = search(models=["lda", "gaussian_nb"], n_iter=4, ensemble="voting")
    found.set_params(ensemble=None).fit(IRIS, SPECIES)
    assert not hasattr(found, "ensemble_")
    assert not hasattr(found, "predictions_")
    assert "ensemble" not in found.explain()


@pytest.mark.parametrize("refit", [False, "one_se", lambda results: 0])
def test_an_ensemble_needs_the_refit_that_it_takes_the_place_of(refit):
    with pytest.raises(ValueError, match=r"ensemble='greedy'.*refit"):
        search(n_iter=2, ensemble="greedy", refit=refit)


def test_an_ensemble_that_cannot_be_fitted_leaves_the_best_pipeline():
    weighted = LogisticRegression(class_weight={"a": 1, "b": 2}, C=Real(0.1, 1.0))
    X, y = make_classification(120, flip_y=0.3, random_state=1)
    options = {"models": Choice(weighted, DecisionTreeClassifier(max_depth=3)), "n_iter": 6}
    with pytest.warns(UserWarning, match="numbers of the classes"):
        found = search(X, np.where(y, "a", "b"), **options, racing=False, ensemble="voting")
    assert isinstance(found.best_estimator_, Pipeline)
