"""Searches that begin with what was found on other data: the most similar first, made to fit."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kurtosis, skew
from sklearn.datasets import load_breast_cancer, load_iris, load_wine, make_classification
from sklearn.svm import SVC

from skhpo import PipelineSearchCV, RandomSearchCV, Real, Space
from skhpo.journal import read
from skhpo.results._meta_features import meta_features, nearest_first
from skhpo.search._pipelines import make_plan
from skhpo.search._transfer import adapted, in_turn

SPACE = {"C": Real(0.01, 100, log=True), "kernel": ["rbf", "linear"]}
RNG = np.random.default_rng(0)


def fit(data, **options):
    options = {"n_iter": 4, "cv": 2, "random_state": 0, "refit": False, **options}
    return RandomSearchCV(SVC(), SPACE, **options).fit(*data)


# -- what data are like ------------------------------------------------------------------------


def test_meta_features_by_hand():
    y = np.array(["a"] * 6 + ["b"] * 3 + ["c"])
    X = pd.DataFrame(
        {
            "u": [1.0, 2, 3, 4, 5, 6, 7, 8, 9, None],
            "k": list("xyxyxyxyxy"),
            "v": RNG.normal(size=10),
        }
    )
    found = meta_features(X, y, is_classifier=True)
    p = np.array([0.6, 0.3, 0.1])
    assert found["n_rows"] == pytest.approx(np.log(10))
    assert found["n_columns"] == pytest.approx(np.log(3))
    assert found["n_classes"] == pytest.approx(np.log(3))
    assert found["entropy"] == pytest.approx(-(p * np.log(p)).sum() / np.log(3))
    assert found["minority"] == pytest.approx(0.1)
    assert found["categorical"] == pytest.approx(1 / 3)
    assert found["missing"] == pytest.approx(1 / 30)
    expected = [abs(skew(X["u"].dropna())), abs(skew(X["v"]))]
    assert found["skew"] == pytest.approx(np.mean(expected))


def test_meta_features_of_numbers_and_of_whatever_else():
    X, y = RNG.normal(size=(50, 2)), RNG.exponential(size=50)
    found = meta_features(X, y, is_classifier=False)
    assert found["target_skew"] == pytest.approx(skew(y))
    assert found["target_kurtosis"] == pytest.approx(kurtosis(y))
    assert found["correlation"] == pytest.approx(abs(np.corrcoef(X.T)[0, 1]))
    texts = meta_features(["one", "two"], None, is_classifier=False)
    assert texts == {"n_rows": pytest.approx(np.log(2)), "is_classifier": 0.0}


@pytest.mark.parametrize(
    "y",
    [
        np.array(["a", "b"] * 10),
        np.array([(True, 1.0)] * 20, dtype=[("event", bool), ("time", float)]),
        np.ones((20, 2)).tolist(),
    ],
)
def test_targets_of_other_kinds_are_not_described(y):
    X = np.full((20, 1), pd.NA, dtype=object)
    found = meta_features(X, y, is_classifier=False)
    assert found["missing"] == 1.0
    assert not any(name.startswith("target") for name in found)


def test_the_nearest_come_first_and_the_unknown_last():
    own = {"n_rows": 5.0, "missing": 0.1, "is_classifier": 1.0}
    near = {**own, "n_rows": 5.5}
    far = {**own, "n_rows": 9.0, "missing": 0.5}
    of_numbers = {**own, "is_classifier": 0.0}
    assert nearest_first(own, [of_numbers, far, None, near]) == [3, 1, 0, 2]


def test_they_stand_in_the_journal_and_in_the_search(tmp_path):
    search = fit(load_iris(return_X_y=True), journal=tmp_path / "a.jsonl")
    assert read(tmp_path / "a.jsonl").header["meta_features"] == search.meta_features_
    assert search.meta_features_["n_rows"] == pytest.approx(np.log(150))


# -- which settings ----------------------------------------------------------------------------


def test_several_searches_take_turns_the_nearest_first(tmp_path):
    iris, cancer = load_iris(return_X_y=True), load_breast_cancer(return_X_y=True)
    like_wine = fit(iris, random_state=1, journal=tmp_path / "iris.jsonl")
    unlike = fit(cancer, random_state=2)
    for near in (like_wine, tmp_path / "iris.jsonl"):
        later = fit(load_wine(return_X_y=True), warm_start_from=[unlike, near], n_iter=6)
        params = later.cv_results_["params"]
        assert params[0] == like_wine.best_params_
        assert params[1] == unlike.cv_results_["params"][unlike.best_index_]


def test_turns():
    lists = [[{"a": 1}, {"a": 2}, {"a": 3}], [], [{"a": 2}, {"a": 9}]]
    assert in_turn(lists, 4) == [{"a": 1}, {"a": 2}, {"a": 9}, {"a": 3}]


# -- made to fit -------------------------------------------------------------------------------


def table(kinds, n=120):
    columns = {f"x{i}": RNG.normal(size=n) for i in range(3)}
    columns |= {f"k{i}": RNG.choice(list("abcd"), n) for i in range(kinds)}
    X = pd.DataFrame(columns)
    return X, (X["x0"] + 0.3 * RNG.normal(size=n) > 0).to_numpy()


def space_of(X, y, seed):
    return make_plan(
        X, y, task="classification", models="fast", preprocessing="auto", changes={},
        scoring=None, is_weighted=False, seed=seed,
    ).space  # fmt: skip


@pytest.mark.parametrize("from_journal", [False, True])
def test_settings_of_another_table_fit_this_one(from_journal):
    """Other columns, another seed, and from a journal text in the place of objects."""
    theirs, ours = space_of(*table(3), seed=1), space_of(*table(0), seed=2)
    for x in theirs.draw(20, np.random.default_rng(0)):
        setting = theirs.decode(x)
        given = setting
        if from_journal:
            plain = bool | int | float | str | None
            given = {n: v if isinstance(v, plain) else repr(v) for n, v in setting.items()}
        found = adapted(given, ours)
        assert ours.contains(found)
        assert type(found["model"]) is type(setting["model"])
        for name, value in setting.items():
            if name.startswith("model__") and isinstance(value, float | int | str):
                assert found[name] == pytest.approx(value) if not isinstance(value, str) else value


def test_what_has_little_in_common_does_not_fit():
    space = Space({"alpha": Real(0, 1), "beta": Real(0, 1)})
    assert adapted({"alpha": 0.3, "gamma": 1, "delta": 2, "epsilon": 3}, space) is None
    assert adapted({"alpha": 0.3, "beta": 7.0}, space)["alpha"] == pytest.approx(0.3)


def test_a_pipeline_search_begins_with_what_another_table_taught(tmp_path):
    options = {"models": ["lda", "gaussian_nb", "decision_tree"], "n_iter": 6, "cv": 2}
    first = PipelineSearchCV(**options, random_state=0, journal=tmp_path / "a.jsonl")
    first.fit(*table(2))
    for source in (first, tmp_path / "a.jsonl", [first]):
        later = PipelineSearchCV(**options, random_state=1, warm_start_from=source).fit(*table(0))
        model = later.cv_results_["params"][0]["model"]
        assert type(model) is type(first.best_params_["model"])


def test_data_do_not_change_what_is_found():
    """Describing the data draws nothing."""
    X, y = make_classification(80, random_state=0)
    one, two = fit((X, y)), fit((X.tolist(), y.tolist()))
    assert one.cv_results_["params"] == two.cv_results_["params"]
