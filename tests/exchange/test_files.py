"""Results in files: what is read equals what was written, and objects are not made up."""

import json
import pickle
from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skhpo import (
    Choice,
    ConvergenceDisplay,
    HyperbandSearchCV,
    Integer,
    RandomSearchCV,
    Real,
    Space,
    When,
    compare_candidates,
    convergence,
    parameter_importance,
)
from skhpo.exchange import Unrestored, load_results, save_results
from skhpo.exchange._values import decoded, encoded

X, y = load_iris(return_X_y=True)
SPACE = {
    "C": Real(1e-3, 1e3, log=True),
    "kernel": Choice("rbf", When("poly", degree=Integer(2, 5))),
    "shrinking": [True, False],
    "class_weight": Choice(None, "balanced", {0: 1.0, 1: 2.0}),
}
BOTH = pytest.mark.parametrize("suffix", [".json", ".parquet"])


@pytest.fixture(scope="module")
def search():
    return RandomSearchCV(SVC(), SPACE, n_iter=24, cv=3, random_state=0).fit(X, y)


def path_for(folder, suffix):
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")
    return folder / f"results{suffix}"


def assert_same(loaded, known):
    """Compare column by column: type, mask, fill value and every value with its own type."""
    assert [*loaded] == [*known]
    for name, column in known.items():
        other = loaded[name]
        if name == "params":
            assert [*map(repr, other)] == [*map(repr, column)]
            continue
        assert type(other) is type(column)
        assert other.dtype == column.dtype
        if isinstance(column, np.ma.MaskedArray):
            np.testing.assert_array_equal(np.ma.getmaskarray(other), np.ma.getmaskarray(column))
            assert repr(other.fill_value) == repr(column.fill_value)
            other, column = other.compressed(), column.compressed()
        assert [*map(repr, other.tolist())] == [*map(repr, column.tolist())], name


@BOTH
def test_what_is_read_equals_what_was_written(search, tmp_path, suffix):
    path = path_for(tmp_path, suffix)
    assert save_results(search, path) == path
    results = load_results(path)
    assert_same(results.cv_results_, search.cv_results_)
    assert (results.best_index_, results.n_splits_) == (search.best_index_, 3)
    assert results.best_params_ == search.best_params_
    assert results.best_score_ == search.best_score_
    assert results.search == "RandomSearchCV"
    assert results.meta_features_ == search.meta_features_
    assert results.versions["numpy"] == np.__version__
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@BOTH
def test_searches_of_scikit_learn(tmp_path, suffix):
    path = path_for(tmp_path, suffix)
    grid = [
        {"C": np.logspace(-1, 1, 3), "kernel": ["rbf"]},
        {"C": [1, 2], "kernel": np.array(["linear", "poly"])},
    ]
    search = GridSearchCV(
        SVC(), grid, scoring=["accuracy", "f1_macro"], refit="f1_macro", cv=2,
        return_train_score=True,
    ).fit(X, y)  # fmt: skip
    results = load_results(save_results(search, path))
    assert_same(results.cv_results_, search.cv_results_)
    assert results.metric == "f1_macro"
    assert results.best_score_ == search.best_score_


@BOTH
def test_failures_rungs_nan_and_infinity(tmp_path, suffix):
    path = path_for(tmp_path, suffix)
    search = HyperbandSearchCV(SVC(), {"C": Real(0.1, 10)}, cv=2, random_state=0).fit(X, y)
    results = dict(search.cv_results_)
    n = len(results["params"])
    results["mean_test_score"] = np.where(np.arange(n) % 3 == 0, np.nan, -np.inf)
    results["error"] = np.array([None, "a\nb"] * n, dtype=object)[:n]
    results["mixed"] = np.array([None, "a", 1.5, np.inf, (1, "b")] * n, dtype=object)[:n]
    results["short"] = np.linspace(0, 1, n, dtype=np.float32)
    results["few"] = np.ma.MaskedArray(
        [True] * n, mask=[False, True] * (n // 2) + [True] * (n % 2)
    )
    results["name"] = np.array(["a", "bcd"] * n)[:n]
    loaded = load_results(save_results(results, path))
    assert_same(loaded.cv_results_, results)
    assert loaded.best_index_ is None
    assert loaded.best_params_ is None


@BOTH
def test_objects_come_back_as_text_and_as_objects_from_the_space(tmp_path, suffix):
    path = path_for(tmp_path, suffix)
    model = Pipeline([("scale", StandardScaler()), ("model", SVC())])
    space = {
        "scale": Choice(StandardScaler(), "passthrough"),
        "model": Choice(SVC(C=Real(0.1, 10)), DecisionTreeClassifier(max_depth=Integer(1, 5))),
    }
    search = RandomSearchCV(model, space, n_iter=12, cv=2, random_state=0).fit(X, y)
    results = load_results(save_results(search, path))
    found = {type(params["model"]) for params in results.cv_results_["params"]}
    assert found == {Unrestored}
    first = results.cv_results_["params"][0]["model"]
    known = search.cv_results_["params"][0]["model"]
    assert str(first) == repr(known)
    assert first.kind == f"{type(known).__module__}.{type(known).__qualname__}"
    again = RandomSearchCV(model, space, n_iter=10, cv=2, random_state=1, warm_start_from=results)
    again.fit(X, y)
    best = search.cv_results_["params"][search.best_index_]
    assert repr(again.cv_results_["params"][0]) == repr(best)
    # what is read can be written again, and is the same
    second = load_results(save_results(results, path))
    assert_same(second.cv_results_, results.cv_results_)
    assert second.search == "RandomSearchCV"


def test_stand_for_the_search(search, tmp_path):
    results = load_results(save_results(search, tmp_path / "results.json"))
    space = Space(SPACE)
    importance = [parameter_importance(s, space=space, random_state=0) for s in (search, results)]
    pd.testing.assert_frame_equal(*importance)
    pd.testing.assert_frame_equal(compare_candidates(search), compare_candidates(results))
    assert convergence(search).gain == convergence(results).gain
    display = ConvergenceDisplay.from_search(results)
    assert display.metric == "score"
    a, b = (
        RandomSearchCV(SVC(), SPACE, n_iter=12, cv=2, random_state=1, warm_start_from=source)
        .fit(X, y)
        .cv_results_["params"]
        for source in (search, [results])
    )
    assert a == b
    assert len(results.frame()) == 24
    assert results.frame()["param_degree"].isna().any()


def test_the_overlap_of_splits_is_kept(tmp_path):
    search = GridSearchCV(SVC(), {"C": [0.01, 1]}, cv=10).fit(X, y)
    results = load_results(save_results(search, tmp_path / "a.json"))
    assert results.test_train_ratio == pytest.approx(1 / 9)
    assert load_results(save_results(search.cv_results_, tmp_path / "b.json")).search == ""


def test_parquet_is_a_table_for_others(search, tmp_path):
    path = path_for(tmp_path, ".parquet")
    frame = pd.read_parquet(save_results(search, path), engine="pyarrow")
    np.testing.assert_array_equal(frame["mean_test_score"], search.cv_results_["mean_test_score"])
    np.testing.assert_array_equal(frame["param_C"], search.cv_results_["param_C"].data)
    assert frame["status"].tolist() == ["ok"] * 24


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.floats(width=32).map(np.float32) | st.integers(-99, 99).map(np.int8)
    | st.booleans().map(np.bool_),
    lambda inner: st.lists(inner, max_size=3)
    | st.lists(inner, max_size=3).map(tuple)
    | st.dictionaries(st.text() | st.integers(), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(PLAIN)
@settings(max_examples=60)
def test_plain_values_come_back_as_they_were(value):
    text = json.dumps(encoded(value), allow_nan=False)
    assert repr(decoded(json.loads(text))) == repr(value)


@pytest.mark.parametrize(
    "value",
    [
        {"numpy": ["O", "x"]}, {"numpy": ["V9", 1]}, {"numpy": ["<U999999999", "x"]},
        {"pickle": "gASV"}, {"float": "x"}, {"object": ["a"]}, {}, {"dict": [[[1], 2]]},
    ],
)  # fmt: skip
def test_what_is_no_value_is_refused(value):
    with pytest.raises(ValueError, match=r"no value is written as"):
        decoded(value)


def test_bad_arguments_and_files(search, tmp_path):
    with pytest.raises(ValueError, match=r"path should end in one of .*got .*results\.pkl"):
        save_results(search, tmp_path / "results.pkl")
    with pytest.raises(ValueError, match=r"path should end in"):
        load_results(tmp_path / "results")
    with pytest.raises(ValueError, match=r"metric='f1' was not measured; allowed is one of"):
        save_results(search, tmp_path / "a.json", metric="f1")
    with pytest.raises(TypeError, match=r"search should be a fitted search"):
        save_results([1], tmp_path / "a.json")
    bad = {**search.cv_results_, "when": np.zeros(24, dtype="datetime64[s]")}
    with pytest.raises(ValueError, match=r"cv_results_\['when'\] should be of bools"):
        save_results(bad, tmp_path / "a.json")
    with pytest.raises(ValueError, match=r"should have one value for each of 24 candidates"):
        save_results({**search.cv_results_, "short": np.zeros(2)}, tmp_path / "a.json")
    with pytest.raises(FileNotFoundError):
        load_results(tmp_path / "none.json")
    for text in ("", "[]", '{"skhpo": 1}', '{"skhpo": {}, "columns": {}, "params": []}'):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(ValueError, match=r"bad\.json"):
            load_results(tmp_path / "bad.json")


def damaged(path, change):
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c["skhpo"].update(format=99), "format 99; known is 1"),
        (lambda c: c["skhpo"].update(best_index=999), "no row 999"),
        (lambda c: c["params"].pop(), "differ in length"),
        (lambda c: c["skhpo"]["columns"]["mean_fit_time"].update(dtype="V8"), "mean_fit_time"),
        (lambda c: c["skhpo"].update(metric="f1"), "metric='f1' was not measured"),
        (lambda c: c["skhpo"].update(n_splits=float("inf")), "damaged"),
        (lambda c: c["skhpo"].update(best_index=float("inf")), "damaged"),
    ],
)
def test_damage_is_said(search, tmp_path, change, message):
    path = damaged(save_results(search, tmp_path / "a.json"), change)
    with pytest.raises(ValueError, match=message):
        load_results(path)


def test_a_file_that_is_nested_deeply_is_refused(tmp_path):
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000)
    with pytest.raises(ValueError, match="holds no results"):
        load_results(path)


def table(value):
    """Return the results of two candidates, the first with this parameter."""
    params = [{"p": value}, {"p": None}]
    column = np.ma.MaskedArray(np.empty(2, dtype=object), mask=[False, True])
    column[0] = value
    scores = np.array([1.0, 0.5])
    names = ("split0_test_score", "mean_test_score")
    return {"params": params, "param_p": column, **dict.fromkeys(names, scores)}


@BOTH
def test_numbers_wider_than_those_of_python_are_text(tmp_path, suffix):
    """On some machines ``item`` of a long double is a long double again."""
    value = np.longdouble("0.1")
    path = save_results(table(value), path_for(tmp_path, suffix))
    [params, _] = load_results(path).cv_results_["params"]
    if value.dtype.itemsize > 8:
        assert str(params["p"]) == repr(value)
        results = table(0) | {"wide": np.zeros(2, dtype=np.longdouble)}
        with pytest.raises(ValueError, match=r"'wide'.*got dtype"):
            save_results(results, path_for(tmp_path, suffix))


@BOTH
def test_halves_of_characters_are_kept(tmp_path, suffix):
    """As messages have them that name a file whose name is no UTF-8."""
    results = table("caf\udce9 \u20ac") | {"error": np.array(["\udce9", None], dtype=object)}
    read = load_results(save_results(results, path_for(tmp_path, suffix))).cv_results_
    assert read["params"] == results["params"]
    assert read["param_p"][0] == results["param_p"][0]
    assert read["error"].tolist() == ["\udce9", None]


def test_nothing_is_left_where_writing_fails(tmp_path, monkeypatch):
    monkeypatch.setattr("os.replace", _full)
    with pytest.raises(OSError, match="disk is full"):
        save_results(table(1), tmp_path / "a.json")
    assert [*tmp_path.iterdir()] == []


def _full(*args):
    raise OSError("disk is full")


def test_nothing_is_unpickled(tmp_path, monkeypatch):
    class Evil:
        def __reduce__(self):
            return (print, ("it ran",))

    results = {"params": [{"a": Evil()}], "mean_test_score": [1.0], "split0_test_score": [1.0]}
    path = save_results(results, tmp_path / "a.json")
    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, name, None)
    [params] = load_results(path).cv_results_["params"]
    assert isinstance(params["a"], Unrestored)
    assert params["a"].kind.endswith("Evil")


def test_unrestored_survives_copies():
    value = deepcopy(Unrestored("a", "b"))
    assert (str(value), value.kind, repr(value)) == ("a", "b", "<not restored: a>")
