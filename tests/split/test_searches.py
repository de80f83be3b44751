"""The splitters inside searches: metadata, nesting, subsampling."""

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.tree import DecisionTreeRegressor

from skhpo import (
    BayesSearchCV,
    GroupWalkForward,
    HoldOut,
    HyperbandSearchCV,
    PanelSplit,
    PipelineSearchCV,
    PurgedKFold,
    RandomSearchCV,
    WalkForward,
)
from skhpo.search._folds import make_folds
from skhpo.split import TimeSplitter

N = 240
RNG = np.random.default_rng(0)
ORDER = RNG.permutation(N)
TIMES = pd.date_range("2023-01-01", periods=N, freq="D")[ORDER]
X = RNG.normal(size=(N, 3))
Y = X @ [1.0, 2.0, 3.0] + RNG.normal(size=N)
SPACE = {"alpha": [0.01, 1.0, 100.0]}
SEARCHES = [
    lambda cv: GridSearchCV(Ridge(), SPACE, cv=cv),
    lambda cv: BayesSearchCV(Ridge(), SPACE, n_iter=3, cv=cv, random_state=0),
    lambda cv: RandomSearchCV(Ridge(), SPACE, n_iter=3, cv=cv, random_state=0),
]
CV = WalkForward(test_size="30D", min_train_size="60D", gap="2D")
ENDS = TIMES + pd.Timedelta(days=4)


class Seen(Ridge):
    """Remembers the largest row number and times it is fitted on."""

    fits: list = []  # noqa: RUF012 (shared by clones on purpose)

    def fit(self, X, y):
        type(self).fits.append(np.asarray(X)[:, 0])
        return super().fit(X, y)


def by_hand(alpha, **how):
    scores = []
    for train, test in CV.split(X, **how):
        scores.append(Ridge(alpha=alpha).fit(X[train], Y[train]).score(X[test], Y[test]))
    return np.mean(scores)


@pytest.mark.parametrize("make", SEARCHES)
@pytest.mark.parametrize("how", [{"times": TIMES}, {"times": TIMES, "label_end": ENDS}])
def test_metadata_reaches_the_splitter(make, how):
    with config_context(enable_metadata_routing=True):
        search = make(CV).fit(X, Y, **how)
    assert search.n_splits_ == CV.get_n_splits(X, **how) == 5
    expected = [by_hand(p["alpha"], **how) for p in search.cv_results_["params"]]
    assert search.cv_results_["mean_test_score"] == pytest.approx(expected)


@pytest.mark.parametrize("make", SEARCHES)
@pytest.mark.parametrize("kind", [pd.Series, pd.DatetimeIndex, np.asarray])
def test_metadata_reaches_both_loops(make, kind):
    """The inner splits are of the outer training part, at its own times."""
    outer = WalkForward(2, test_size="30D", gap="1D")
    params = {"times": kind(TIMES), "label_end": kind(ENDS)}
    with config_context(enable_metadata_routing=True):
        out = cross_validate(make(CV), X, Y, cv=outer, params=params, return_estimator=True)
        for (train, _), search in zip(
            outer.split(X, times=TIMES, label_end=ENDS), out["estimator"], strict=True
        ):
            inner = {"times": TIMES[train], "label_end": ENDS[train]}
            again = make(CV).fit(X[train], Y[train], **inner)
            assert search.n_splits_ == CV.get_n_splits(X[train], **inner)
            assert search.cv_results_["mean_test_score"] == pytest.approx(
                again.cv_results_["mean_test_score"]
            )


@pytest.mark.parametrize("make", SEARCHES)
def test_without_routing_the_index_serves(make):
    frame = pd.DataFrame(X, index=TIMES)
    search = make(CV).fit(frame, Y)
    assert search.best_score_ == pytest.approx(by_hand(search.best_params_["alpha"], times=TIMES))


@pytest.mark.parametrize("make", SEARCHES)
def test_without_times_the_error_says_what_to_do(make):
    with pytest.raises(
        ValueError, match=r"rows have no times: give X or y a DatetimeIndex.*routing"
    ):
        make(CV).fit(X, Y)


@pytest.mark.parametrize("make", SEARCHES)
def test_an_inner_splitter_says_what_it_lacks(make):
    frame = pd.DataFrame(X, index=TIMES)
    outer = WalkForward(test_size="30D")
    with pytest.raises(ValueError, match=r"finds 0 of 1 splits: about 6\d days more are needed"):
        cross_validate(make(CV), frame, Y, cv=outer, error_score="raise")


@pytest.mark.parametrize("make", SEARCHES)
def test_groups_are_asked_for_by_default(make):
    groups = np.arange(N) // 30
    cv = GroupWalkForward(min_train_size=3)
    search = make(cv).fit(X, Y, groups=groups)
    assert search.n_splits_ == 5
    with config_context(enable_metadata_routing=True):
        assert make(cv).fit(X, Y, groups=groups).n_splits_ == 5
        panel = PanelSplit(WalkForward(3, test_size=20))
        assert make(panel).fit(X, Y, groups=groups % 2, times=TIMES).n_splits_ == 3


def test_hold_out_is_one_fit_a_candidate():
    cv = HoldOut(0.2, random_state=1)
    search = RandomSearchCV(Ridge(), SPACE, n_iter=3, cv=cv, random_state=0).fit(X, Y)
    [(train, test)] = cv.split(X)
    best = Ridge(**search.best_params_).fit(X[train], Y[train]).score(X[test], Y[test])
    assert search.n_splits_ == 1
    assert search.best_score_ == pytest.approx(best)


# -- searches that train on a part of the rows ---------------------------------------------------


def parts_fitted(cv, n_rows, **how):
    """Return the row numbers of fits of a Hyperband search, smaller than all training rows."""
    Seen.fits.clear()
    numbered = np.column_stack([np.arange(N), X])
    if "index" in how:
        numbered = pd.DataFrame(numbered, index=how.pop("index"))
    search = HyperbandSearchCV(
        Seen(),
        {"alpha": (0.01, 100.0)},
        method="halving",
        min_resources=n_rows,
        cv=cv,
        random_state=0,
        refit=False,
    )
    search.fit(numbered, Y, **how)
    return [rows.astype(int) for rows in Seen.fits]


@pytest.mark.parametrize("by_index", [True, False])
def test_a_part_of_the_past_is_its_latest_rows(by_index):
    cv = WalkForward(1, test_size="60D", gap="3D")
    [(train, _)] = cv.split(X, times=TIMES)
    if by_index:
        parts = parts_fitted(cv, 60, index=TIMES)
    else:
        with config_context(enable_metadata_routing=True):
            parts = parts_fitted(cv, 60, times=TIMES)
    smaller = [rows for rows in parts if len(rows) < len(train)]
    assert smaller
    for rows in smaller:
        assert rows.tolist() == train[-len(rows) :].tolist()


def test_a_part_of_both_sides_stays_purged():
    cv = PurgedKFold(3, horizon="5D", embargo="2D")
    allowed = [set(train) for train, _ in cv.split(X, times=TIMES)]
    parts = parts_fitted(cv, 60, index=TIMES)
    assert any(len(rows) < min(map(len, allowed)) for rows in parts)
    assert all(any(set(rows) <= one for one in allowed) for rows in parts)


def test_ranks_are_the_places_in_time():
    ranks = CV.time_ranks(X, times=TIMES)
    assert TIMES[np.argsort(ranks)].is_monotonic_increasing
    assert PurgedKFold().time_ranks(X) is None
    assert HoldOut().time_ranks(X) is None
    assert PanelSplit(CV).time_ranks(X, times=TIMES).tolist() == ranks.tolist()


# -- the search of pipelines ---------------------------------------------------------------------


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_pipelines_are_searched_on_the_splits_that_were_given(task):
    for splitter in (CV, PurgedKFold(3), HoldOut(), PanelSplit(CV)):
        assert isinstance(splitter, TimeSplitter)
        assert make_folds(splitter, np.zeros(N), task, None, 0) is splitter


def test_pipeline_search_reads_the_index():
    frame = pd.DataFrame(X, index=TIMES, columns=list("abc"))
    search = PipelineSearchCV(
        DecisionTreeRegressor(random_state=0),
        {"max_depth": [2, 4]},
        n_iter=2,
        cv=CV,
        subsample=False,
        random_state=0,
    )
    search.fit(frame, pd.Series(Y, index=TIMES))
    assert search.n_splits_ == 5
