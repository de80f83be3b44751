"""Rows that a search never sees: which they are, that nobody fits on them, and their score."""

from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, get_scorer, log_loss
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    PredefinedSplit,
    ShuffleSplit,
    TimeSeriesSplit,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

import skhpo
from skhpo import (
    GroupWalkForward,
    HoldOut,
    JournalMismatch,
    PanelSplit,
    PipelineSearchCV,
    PurgedKFold,
    RandomSearchCV,
    WalkForward,
    bias_corrected_score,
    make_ensemble,
)

CANCER = tuple(a[:120] for a in load_breast_cancer(return_X_y=True))
DIABETES = tuple(a[:120] for a in load_diabetes(return_X_y=True))
SEARCHES = [
    getattr(skhpo, name)
    for name in skhpo.__all__
    if name.endswith("SearchCV") and name != "PipelineSearchCV"
]


class Witness(ClassifierMixin, BaseEstimator):
    """Remembers which rows it has seen: X has their numbers in its first column."""

    seen: ClassVar[set] = set()

    def __init__(self, a=0):
        self.a = a

    def fit(self, X, y, sample_weight=None):
        self.seen |= {*X[:, 0].astype(int).tolist()}
        if sample_weight is not None:
            assert (sample_weight == X[:, 0]).all()
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        self.seen |= {*X[:, 0].astype(int).tolist()}
        return np.full(len(X), self.classes_[0])


@pytest.fixture
def numbered():
    Witness.seen = set()
    y = np.arange(100) % 4 == 0
    return np.column_stack([np.arange(100.0), np.ones(100)]), y


def searched(data, estimator=None, space=None, **options):
    estimator = KNeighborsClassifier() if estimator is None else estimator
    options = {"cv": 3, "n_iter": 3, "random_state": 0, **options}
    params = options.pop("params", {})
    search = RandomSearchCV(estimator, space or {"n_neighbors": [1, 5, 15]}, **options)
    return search.fit(*data, **params)


class LastScored(Witness):
    """What is predicted last is the test set: it must not have been seen before."""

    def predict(self, X):
        rows = {*X[:, 0].astype(int).tolist()}
        type(self).new = rows - self.seen
        return super().predict(X)


@pytest.mark.parametrize("kind", SEARCHES)
def test_no_search_sees_them(kind, numbered):
    X, y = numbered
    LastScored.seen = set()
    resource = {"resource": "n_samples"} if kind.__name__ == "HyperbandSearchCV" else {}
    budget = {"n_iter": 3} if "n_iter" in kind(None).get_params() else {}
    space = {"a": (0, 9)}
    search = kind(LastScored(), space, cv=3, final_holdout=0.2, **budget, **resource)
    search.fit(X, y, sample_weight=X[:, 0])
    held = search.final_holdout_indices_
    assert len(held) == 20
    assert y[held].sum() == 5  # in proportion to the classes
    assert LastScored.new == {*held.tolist()}
    weights = X[held, 0]
    assert search.final_score_ == pytest.approx(weights[~y[held]].sum() / weights.sum())
    assert LastScored.seen == {*range(100)}


def test_is_the_score_of_the_result_on_these_rows():
    search = searched(CANCER, scoring="neg_log_loss", final_holdout=30)
    held = search.final_holdout_indices_
    rest = np.setdiff1d(np.arange(120), held)
    X, y = CANCER
    model = KNeighborsClassifier(**search.best_params_).fit(X[rest], y[rest])
    assert search.final_score_ == pytest.approx(-log_loss(y[held], model.predict_proba(X[held])))
    again = searched((X[rest], y[rest]), scoring="neg_log_loss")
    assert again.best_score_ == search.best_score_  # as if the others had never been
    assert search.n_features_in_ == 30


def test_several_scores_each_by_name():
    search = searched(CANCER, scoring=["accuracy", "roc_auc"], refit="roc_auc", final_holdout=0.3)
    X, y = (a[search.final_holdout_indices_] for a in CANCER)
    expected = {n: get_scorer(n)(search.best_estimator_, X, y) for n in ("accuracy", "roc_auc")}
    assert search.final_score_ == pytest.approx(expected)


def test_the_rows_do_not_depend_on_the_seed():
    first, second = (searched(CANCER, final_holdout=0.25, random_state=s) for s in (0, 1))
    assert (first.final_holdout_indices_ == second.final_holdout_indices_).all()
    given = searched(CANCER, final_holdout=HoldOut(0.25, random_state=7))
    assert (first.final_holdout_indices_ != given.final_holdout_indices_).any()


def test_groups_stay_whole():
    groups = np.repeat(np.arange(24), 5)
    for size in (0.25, 30):
        options = {"cv": GroupKFold(3), "final_holdout": size, "params": {"groups": groups}}
        search = searched(CANCER, **options)
        held = search.final_holdout_indices_
        assert len(held) == 30
        assert not np.isin(np.delete(groups, held), groups[held]).any()


def test_kernels_lose_columns_too():
    X, y = CANCER
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    K = X @ X.T
    search = searched((K, y), SVC(kernel="precomputed"), {"C": [0.1, 1.0]}, final_holdout=0.25)
    held = search.final_holdout_indices_
    rest = np.setdiff1d(np.arange(120), held)
    model = SVC(kernel="linear", **search.best_params_).fit(X[rest], y[rest])
    assert search.final_score_ == pytest.approx(accuracy_score(y[held], model.predict(X[held])))


RIDGE = {"alpha": [0.1, 1.0]}


@pytest.mark.parametrize(
    ("cv", "gap"),
    [
        (TimeSeriesSplit(3), 0),
        (TimeSeriesSplit(3, gap=2), 2),
        (WalkForward(3, test_size=10, gap=4), 4),
        (PurgedKFold(3, horizon=5), 5),
        (HoldOut(0.2, shuffle=False), 0),
    ],
)
def test_in_time_they_are_the_latest(cv, gap):
    X, y = DIABETES
    frame = pd.DataFrame(X)
    for size in (24, 0.2):
        search = searched(
            (frame, y), Ridge(), RIDGE, cv=cv, final_holdout=size, keep_predictions=True
        )
        assert search.final_holdout_indices_.tolist() == [*range(96, 120)]
        assert search.predictions_.searched.tolist() == [*range(96 - gap)]


def test_in_time_by_groups():
    groups = np.repeat(np.arange(24), 5)
    cv = GroupWalkForward(3, test_size=2, gap=1)
    options = {"cv": cv, "final_holdout": 4, "params": {"groups": groups}}
    search = searched(DIABETES, Ridge(), RIDGE, **options)
    assert np.unique(groups[search.final_holdout_indices_]).tolist() == [20, 21, 22, 23]
    cv = PanelSplit(WalkForward(2, test_size=10), groups="new_groups")
    with pytest.raises(ValueError, match="which series are held out"):
        searched(DIABETES, Ridge(), RIDGE, cv=cv, final_holdout=4, params={"groups": groups})


def test_times_and_weights_are_routed():
    X, y = DIABETES
    times = np.random.default_rng(0).permutation(120)
    with sklearn.config_context(enable_metadata_routing=True):
        model = Ridge().set_fit_request(sample_weight=True)
        scorer = get_scorer("r2").set_score_request(sample_weight=True)
        search = searched(
            (X, y), model, RIDGE, scoring=scorer, final_holdout=WalkForward(1, test_size=20),
            params={"times": times, "sample_weight": times + 1.0},
        )  # fmt: skip
    held = search.final_holdout_indices_
    assert sorted(times[held]) == [*range(100, 120)]
    rest = np.setdiff1d(np.arange(120), held)
    model = Ridge(**search.best_params_).fit(X[rest], y[rest], sample_weight=times[rest] + 1.0)
    expected = model.score(X[held], y[held], sample_weight=times[held] + 1.0)
    assert search.final_score_ == pytest.approx(expected)


def test_kept_predictions_are_of_the_rows_that_were_searched():
    X, y = CANCER
    search = searched(CANCER, final_holdout=0.25, keep_predictions=True)
    result = bias_corrected_score(search, y=y, random_state=0)
    assert result.uncorrected == pytest.approx(search.best_score_, abs=1e-3)
    with pytest.raises(ValueError, match="with the rows that were held out"):
        bias_corrected_score(search, y=y[:60])
    ensemble = make_ensemble(search, X, y)
    assert ensemble.estimator.estimators_[0].n_samples_fit_ == 90


def test_a_journal_belongs_to_them(tmp_path):
    options = {"journal": tmp_path / "search.jsonl"}
    searched(CANCER, final_holdout=0.25, **options)
    searched(CANCER, final_holdout=0.25, **options)
    for other in (None, 0.3):
        with pytest.raises(JournalMismatch):
            searched(CANCER, final_holdout=other, **options)


FEW = {"models": ["logistic_regression", "gaussian_nb"], "preprocessing": "passthrough"}


def test_a_pipeline_search_builds_nothing_of_them():
    X, y = CANCER
    frame = pd.DataFrame(X).add_prefix("x").assign(level=np.where(np.arange(120) % 7, "a", "b"))
    search = PipelineSearchCV(
        models=FEW["models"], n_iter=2, cv=2, final_holdout=0.25, ensemble="greedy",
        random_state=0,
    ).fit(frame, y)  # fmt: skip
    held = search.final_holdout_indices_
    assert len(held) == 30
    assert search.n_rows_refitted_ == 90
    expected = accuracy_score(y[held], search.predict(frame.iloc[held]))
    assert search.final_score_ == pytest.approx(expected)
    assert search.get_params()["final_holdout"] == 0.25
    assert not vars(search).get("_held")


def test_an_emergency_leaves_them_out_too():
    search = PipelineSearchCV(**FEW, cv=2, final_holdout=0.25, max_time=1e-4, random_state=0)
    with pytest.warns(UserWarning, match="too short for a single candidate"):
        search.fit(*CANCER)
    held = search.final_holdout_indices_
    y = CANCER[1][held]
    assert search.final_score_ == pytest.approx(accuracy_score(y, search.predict(CANCER[0][held])))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"final_holdout": KFold(3)}, "should make a single split, such as HoldOut, got 3"),
        ({"final_holdout": True}, "should be a share or a number"),
        ({"final_holdout": 1.5}, "final_holdout"),
        ({"final_holdout": 0.2, "refit": False}, "final_holdout needs refit"),
        ({"final_holdout": [([0, 1, 2], [2, 3])]}, "1 of them the same"),
        ({"final_holdout": 0.2, "cv": PredefinedSplit([0] * 60 + [1] * 60)}, "name rows"),
        ({"final_holdout": 0.2, "cv": [([0, 1], [2, 3])]}, "splits that name rows"),
    ],
)
def test_what_is_wrong_is_said(given, message):
    with pytest.raises(ValueError, match=message):
        searched(CANCER, **given)


def test_rare_classes_and_scores_that_fail():
    X, y = CANCER
    rare = np.where(np.arange(120) == 3, 2, y)
    split = ShuffleSplit(1, test_size=10, random_state=0)
    assert len(searched((X, rare), cv=split, final_holdout=0.25).final_holdout_indices_) == 30

    def fails(estimator, X, y):
        if len(y) == 31:
            raise ZeroDivisionError
        return 0.0

    model = LogisticRegression(max_iter=10_000)
    with pytest.warns(UserWarning, match="Scoring failed"):
        search = searched(CANCER, model, {"C": [1.0]}, scoring=fails, final_holdout=31)
    assert np.isnan(search.final_score_)


# -- a search that ends early --------------------------------------------------------------------


class Fragile(KNeighborsClassifier):
    """Raises what it is told, at the fit of a number of rows."""

    def __init__(self, n_neighbors=5, raised=None, at=0):
        super().__init__(n_neighbors=n_neighbors)
        self.raised = raised
        self.at = at

    def fit(self, X, y):
        if self.n_neighbors == self.at or len(X) == self.at:
            raise self.raised
        return super().fit(X, y)


@pytest.mark.parametrize(
    ("raised", "at"), [(KeyboardInterrupt(), 13), (RuntimeError("refit"), 96)], ids=repr
)
def test_members_of_an_ensemble_never_see_what_is_held_out(raised, at):
    search = RandomSearchCV(
        Fragile(raised=raised, at=at),
        {"n_neighbors": [1, 3, 5, 7, 9, 11, 13]},
        n_iter=7,
        cv=5,
        racing=False,
        final_holdout=24,
        keep_predictions=True,
        random_state=0,
    )
    with pytest.raises(type(raised)):
        search.fit(*CANCER)
    assert len(search.final_holdout_indices_) == 24
    np.testing.assert_array_equal(
        search.predictions_.searched, np.setdiff1d(np.arange(120), search.final_holdout_indices_)
    )
    assert not hasattr(search, "final_score_")
