"""Nested cross-validation beside scikit-learn's, and what it says beyond that."""

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.cluster import KMeans
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, make_blobs
from sklearn.exceptions import FitFailedWarning, UnsetMetadataPassedError
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import get_scorer, make_scorer, mean_absolute_error
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    HalvingGridSearchCV,
    KFold,
    LeaveOneGroupOut,
    RepeatedKFold,
    ShuffleSplit,
    StratifiedKFold,
    cross_validate,
)
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skhpo import Choice, HyperbandSearchCV, RandomSearchCV, Real, When, nested_cross_validate
from tests.nested._searches import NeighboursSearch, Tracing

IRIS = load_iris(return_X_y=True)
CANCER = load_breast_cancer(return_X_y=True)
DIABETES = load_diabetes(return_X_y=True)
FOLDS = StratifiedKFold(3, shuffle=True, random_state=7)


def grid(**options):
    return GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 7, 40]}, cv=3, **options)


# -- the outer scores are scikit-learn's ---------------------------------------------------------

TREE = DecisionTreeClassifier(random_state=0)
SEARCHES = {
    "grid": grid(),
    "auc": GridSearchCV(TREE, {"max_depth": [1, 3]}, scoring="roc_auc_ovr", cv=2),
    "halving": HalvingGridSearchCV(TREE, {"max_depth": [1, 2, 3, 4]}, cv=2, random_state=0),
    "random": RandomSearchCV(SVC(), {"C": Real(0.01, 10, log=True)}, n_iter=3, cv=2,
                             random_state=3),
    "hyperband": HyperbandSearchCV(TREE, {"max_depth": (1, 6)}, cv=2, random_state=0),
    "no search": LogisticRegression(max_iter=1000),
}  # fmt: skip


@pytest.mark.parametrize("name", SEARCHES)
def test_scores_equal_those_of_cross_validate(name):
    search = SEARCHES[name]
    expected = cross_validate(search, *IRIS, cv=FOLDS, return_estimator=True)
    result = nested_cross_validate(search, *IRIS, outer_cv=FOLDS, return_estimator=True)
    scores = result.scores_
    np.testing.assert_array_equal(scores[f"outer_{result.metric_}"], expected["test_score"])
    if name == "no search":
        assert scores[["inner_best", "optimism"]].isna().all(axis=None)
        return
    inner = [fitted.best_score_ for fitted in expected["estimator"]]
    np.testing.assert_array_equal(scores["inner_best"], inner)
    np.testing.assert_allclose(scores["optimism"], inner - expected["test_score"])
    for found, fitted in zip(result.estimators_, expected["estimator"], strict=True):
        assert found.best_params_ == fitted.best_params_
    if name == "halving":
        assert scores["n_candidates"].tolist() == [4] * 3
        rungs = [sum(fitted.n_candidates_) for fitted in expected["estimator"]]
        assert scores["n_fits"].tolist() == [2 * n + 1 for n in rungs]


@pytest.mark.slow
def test_two_workers_find_the_same_as_one():
    search = SEARCHES["random"]
    one, two = (
        nested_cross_validate(search, *IRIS, outer_cv=3, n_jobs=n, random_state=0) for n in (1, 2)
    )
    columns = ["fold", "inner_best", "outer_score", "n_candidates", "n_fits"]
    pd.testing.assert_frame_equal(one.scores_[columns], two.scores_[columns])
    pd.testing.assert_frame_equal(one.params_, two.params_)
    pd.testing.assert_frame_equal(one.predictions_, two.predictions_)


@pytest.mark.slow
def test_fewer_folds_than_workers_have_processes_inside(tmp_path):
    search = GridSearchCV(Tracing(tmp_path), {"a": [0, 1, 2]}, cv=2)
    nested_cross_validate(search, *IRIS, outer_cv=2, n_jobs=4)
    fits = [path.name.split("-")[0] for path in tmp_path.iterdir()]
    assert len(fits) == 2 * (3 * 2 + 1)
    assert 2 < len(set(fits)) <= 6  # four at a time: two wait while those below them work


def test_several_scores():
    scoring = ["accuracy", "f1"]
    search = GridSearchCV(TREE, {"max_depth": [1, 2]}, scoring="roc_auc", cv=2)
    expected = cross_validate(search, *CANCER, cv=3, scoring=[*scoring, "roc_auc"])
    result = nested_cross_validate(search, *CANCER, outer_cv=3, scoring=scoring)
    assert result.metric_ == "accuracy"
    for name in [*scoring, "roc_auc"]:  # that by which it chose is there too
        np.testing.assert_array_equal(result.scores_[f"outer_{name}"], expected[f"test_{name}"])
    scores = result.scores_
    np.testing.assert_allclose(scores["optimism"], scores["inner_best"] - scores["outer_roc_auc"])
    several = search.set_params(scoring={"a": "accuracy", "r": "recall"}, refit="r")
    again = nested_cross_validate(several, *CANCER, outer_cv=3)
    assert again.metric_ == "r"
    assert {"outer_a", "outer_r"} < set(again.scores_)


def test_scorers_that_are_functions():
    def both(estimator, X, y):
        return {"first": estimator.score(X, y), "second": -1.0}

    mae = make_scorer(mean_absolute_error, greater_is_better=False)
    search = GridSearchCV(Ridge(), {"alpha": [0.1, 10]}, scoring=mae, cv=2)
    result = nested_cross_validate(search, *DIABETES, outer_cv=3)
    assert result.metric_ == "score"
    assert (result.scores_["outer_score"] < -30).all()
    result = nested_cross_validate(search, *DIABETES, outer_cv=3, scoring=both)
    assert result.metric_ == "first"
    assert {"outer_first", "outer_second", "outer_score"} < set(result.scores_)
    assert abs(result.scores_["optimism"]).max() < 10


# -- what it is for ------------------------------------------------------------------------------


def test_pure_noise_scores_a_half():
    """The best of 100 candidates that all guess looks better, and nested scores do not."""
    inner, outer = [], []
    for seed in range(50):
        rng = np.random.default_rng(seed)
        X, y = rng.normal(size=(100, 10)), rng.integers(0, 2, 100)
        scores = nested_cross_validate(
            NeighboursSearch(), X, y, outer_cv=KFold(5), return_predictions=False
        ).scores_
        inner.append(scores["inner_best"].mean())
        outer.append(scores["outer_score"].mean())
    assert np.mean(inner) > 0.55
    assert abs(np.mean(outer) - 0.5) < 0.03
    assert scores["n_candidates"].tolist() == [100] * 5
    assert scores["n_fits"].tolist() == [501] * 5


# -- tables --------------------------------------------------------------------------------------


def test_repeats_and_rows_are_told_apart():
    cv = RepeatedKFold(n_splits=3, n_repeats=2, random_state=0)
    result = nested_cross_validate(grid(), *IRIS, outer_cv=cv)
    assert result.scores_["repeat"].tolist() == [0, 0, 0, 1, 1, 1]
    assert result.scores_["fold"].tolist() == [0, 1, 2, 0, 1, 2]
    frame = result.predictions_
    for (_, fold), (_, test) in zip(
        frame.groupby(["repeat", "fold"]), cv.split(*IRIS), strict=True
    ):
        np.testing.assert_array_equal(fold["row"], test)
    np.testing.assert_array_equal(frame["y_true"], IRIS[1][frame["row"]])
    right = (frame["y_true"] == frame["y_pred"]).groupby([frame["repeat"], frame["fold"]]).mean()
    np.testing.assert_allclose(right, result.scores_["outer_score"])
    np.testing.assert_allclose(frame.filter(like="proba_").sum(axis=1), 1)
    for name, split in zip(["train", "test"], zip(*cv.split(*IRIS), strict=True), strict=True):
        assert all(map(np.array_equal, result.indices_[name], split))


def test_random_splits_are_folds_of_one_repeat():
    cv = ShuffleSplit(4, test_size=0.3, random_state=0)
    result = nested_cross_validate(grid(), *IRIS, outer_cv=cv)
    assert result.scores_["repeat"].tolist() == [0] * 4
    with pytest.raises(ValueError, match="tested more than once in one repeat"):
        result.interval(method="bootstrap")


def test_parameters_that_do_not_exist_are_missing():
    kernel = Choice("linear", When("poly", degree=[2, 3]))
    search = RandomSearchCV(
        SVC(), {"kernel": kernel, "C": Real(0.1, 10, log=True)}, n_iter=4, cv=2
    )
    result = nested_cross_validate(search, *IRIS, outer_cv=8, random_state=1)
    params, stability = result.params_, result.stability_
    has_degree = params["kernel"] == "poly"
    assert 0 < has_degree.sum() < 8
    np.testing.assert_array_equal(params["degree"].notna(), has_degree)
    assert stability.loc["degree", "n_active"] == has_degree.sum()
    share = has_degree.mean()
    entropy = -share * np.log2(share) - (1 - share) * np.log2(1 - share)
    assert stability.loc["kernel", "entropy"] == pytest.approx(entropy)
    assert stability.loc["kernel", "share"] == max(share, 1 - share)
    logs = np.log10(params["C"].to_numpy(dtype=float))
    row = stability.loc["C"]
    assert row["scale"] == "log"
    assert row["median"] == pytest.approx(10 ** np.median(logs))
    assert row["iqr"] == pytest.approx(np.subtract(*np.quantile(logs, [0.75, 0.25])))
    assert row["spread"] == pytest.approx(np.ptp(logs))
    assert stability.loc["degree", "scale"] == "linear"
    assert result.models_.to_dict() == {"SVC": 8}


def test_a_value_of_none_is_no_missing_parameter():
    search = GridSearchCV(TREE, {"max_depth": [None]}, cv=2)
    assert set(nested_cross_validate(search, *IRIS).params_["max_depth"]) == {"None"}


def test_regression_with_several_outputs():
    X, y = DIABETES
    search = GridSearchCV(KNeighborsRegressor(), {"n_neighbors": [5, 20]}, cv=2)
    result = nested_cross_validate(search, X, np.c_[y, -y], outer_cv=3)
    frame = result.predictions_
    np.testing.assert_allclose(frame["y_pred_0"], -frame["y_pred_1"])
    interval = result.interval(method="bootstrap", n_resamples=50, random_state=0)
    assert interval.low < interval.estimate < interval.high


def test_without_a_target():
    X = make_blobs(60, random_state=0)[0]
    search = GridSearchCV(KMeans(n_init=1, random_state=0), {"n_clusters": [2, 3]}, cv=2)
    result = nested_cross_validate(search, X, outer_cv=3)
    assert result.predictions_ is None
    assert np.isfinite(result.scores_["outer_score"]).all()


def test_summary_and_pickle():
    result = nested_cross_validate(grid(), *IRIS, return_estimator=True)
    text = pickle.loads(pickle.dumps(result)).summary()
    assert text == result.summary()
    low = result.interval().low
    for part in ("GridSearchCV", "outer score", "optimism", "corrected t", f"{low:.4g}", "50 fits",
                 "on 80 % of the rows", "fitted on all rows"):  # fmt: skip
        assert part in text
    assert text in repr(result)


# -- failures ------------------------------------------------------------------------------------


def test_a_failed_fold_is_nan_and_said():
    X = np.arange(60.0)[:, None]
    y = np.arange(60) % 2
    search = GridSearchCV(Tracing(fails_with=5.0), {"a": [0, 1]}, cv=2, error_score="raise")
    kwargs = {"outer_cv": KFold(3)}
    text = (
        r"2 of 3 outer folds failed(.|\n)*fold 1 of repeat 0, fold 2 of repeat 0: Runtime.* row 5"
    )
    with pytest.warns(FitFailedWarning, match=text):
        result = nested_cross_validate(search, X, y, **kwargs)
    assert result.scores_["outer_score"].isna().tolist() == [False, True, True]
    assert set(result.predictions_["fold"]) == {0}
    assert "not in these means" in result.summary()
    with pytest.raises(ValueError, match="fold 1 of repeat 0, fold 2 of repeat 0 failed"):
        result.interval()
    with pytest.warns(FitFailedWarning, match=r"scores are -1"):
        result = nested_cross_validate(search, X, y, error_score=-1.0, **kwargs)
    assert result.scores_["outer_score"].tolist()[1:] == [-1, -1]
    with pytest.raises(RuntimeError, match="cannot be borne"):
        nested_cross_validate(search, X, y, error_score="raise", **kwargs)
    search.set_params(estimator__fails_with=None, scoring=lambda *_: 1 / 0)
    with pytest.raises(ValueError, match=r"all 3 outer folds failed(.|\n)*ZeroDivisionError"):
        nested_cross_validate(search, X, y, **kwargs)


def test_what_cannot_be_nested_is_refused():
    with pytest.raises(ValueError, match=r"GridSearchCV\(refit=False\) has no model"):
        nested_cross_validate(grid(refit=False), *IRIS)
    with pytest.raises(ValueError, match="rows of all data"):
        nested_cross_validate(grid().set_params(cv=[([0, 50, 100], [1, 51])]), *IRIS)
    with pytest.raises(ValueError, match="error_score should be a number or 'raise', got 'nan'"):
        nested_cross_validate(grid(), *IRIS, error_score="nan")
    shared = np.random.RandomState(0)  # noqa: TID251 (what users of scikit-learn share)
    search = grid().set_params(cv=KFold(3, shuffle=True, random_state=shared))
    outer = KFold(3, shuffle=True, random_state=shared)
    with pytest.raises(ValueError, match=r"outer_cv.random_state and search.cv.random_state"):
        nested_cross_validate(search, *IRIS, outer_cv=outer)


# -- seeds ---------------------------------------------------------------------------------------


def test_random_state_fixes_everything_and_differs_by_fold():
    inner = KFold(3, shuffle=True, random_state=np.random.RandomState(0))  # noqa: TID251
    search = RandomSearchCV(TREE, {"max_depth": (1, 9)}, n_iter=2, cv=inner, random_state=1)
    outer = KFold(3, shuffle=True)

    def run(random_state):
        return nested_cross_validate(
            search, *IRIS, outer_cv=outer, random_state=random_state, return_estimator=True
        )

    one, again, other = run(0), run(0), run(1)
    pd.testing.assert_frame_equal(one.predictions_, again.predictions_)
    assert not np.array_equal(one.indices_["test"][0], other.indices_["test"][0])
    seeds = [
        (s.random_state, s.estimator.random_state, s.cv.random_state) for s in one.estimators_
    ]
    assert len({seed for fold in seeds for seed in fold}) == 9
    assert search.random_state == 1
    assert outer.random_state is None


# -- metadata ------------------------------------------------------------------------------------


def test_groups_and_weights_without_routing():
    X, y = CANCER
    groups, weight = np.arange(len(y)) // 10, np.linspace(1, 2, len(y))
    search = GridSearchCV(Tracing(), {"a": [0, 1]}, cv=LeaveOneGroupOut())
    result = nested_cross_validate(
        search, X[:60], y[:60], outer_cv=GroupKFold(3), return_estimator=True,
        params={"groups": groups[:60], "sample_weight": weight[:60]},
    )  # fmt: skip
    for fitted, train in zip(result.estimators_, result.indices_["train"], strict=True):
        assert fitted.n_splits_ == len(np.unique(groups[train]))
        assert fitted.best_estimator_.weight_ == pytest.approx(weight[train].sum())
    assert result.interval(method="bootstrap", random_state=0).level == 0.95


def test_metadata_routing_reaches_both_loops():
    X, y = CANCER
    groups, weight = np.arange(len(y)) // 60, np.linspace(0, 5, len(y))
    params = {"groups": groups, "sample_weight": weight}
    with sklearn.config_context(enable_metadata_routing=True):
        model = Tracing().set_fit_request(sample_weight=True)
        scorer = get_scorer("accuracy").set_score_request(sample_weight=True)
        search = GridSearchCV(model, {"a": [0, 1]}, scoring=scorer, cv=GroupKFold(2))
        kwargs = {"params": params, "return_estimator": True, "scoring": scorer}
        expected = cross_validate(search, X, y, cv=GroupKFold(3), **kwargs)
        result = nested_cross_validate(search, X, y, outer_cv=GroupKFold(3), **kwargs)
        other = get_scorer("recall").set_score_request(sample_weight=True)
        recall = nested_cross_validate(
            search, X, y, outer_cv=GroupKFold(3), params=params, scoring=other
        )
        with pytest.raises(UnsetMetadataPassedError, match="sample_weight"):
            nested_cross_validate(Tracing(), X, y, outer_cv=GroupKFold(3), params=params)
    np.testing.assert_array_equal(result.scores_["outer_score"], expected["test_score"])
    assert list(recall.scores_.filter(like="outer_")) == ["outer_custom", "outer_score"]
    for found, fitted in zip(result.estimators_, expected["estimator"], strict=True):
        assert found.best_estimator_.weight_ == fitted.best_estimator_.weight_
        assert found.best_score_ == fitted.best_score_
    with pytest.raises(ValueError, match="does not follow from its predictions"):
        result.interval(method="bootstrap")


class Timed(KFold):
    """Wants times."""

    def split(self, X, y=None, groups=None, times=None):
        return super().split(X, y)


def test_what_only_routing_could_deliver_is_said():
    with pytest.raises(ValueError, match="params: 'times' reaches a splitter only by metadata"):
        nested_cross_validate(
            grid(), *IRIS, outer_cv=Timed(3), params={"times": np.arange(len(IRIS[1]))}
        )
