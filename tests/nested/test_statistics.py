"""Intervals and comparisons of nested results, beside formulas and loops written out."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    RepeatedKFold,
    StratifiedKFold,
    TimeSeriesSplit,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from skhpo import nested_cross_validate
from skhpo.statistics import bates_interval, bootstrap_interval

X, y = (a[:200] for a in load_breast_cancer(return_X_y=True))
FOLDS = RepeatedKFold(n_splits=4, n_repeats=2, random_state=0)
FIVE_BY_TWO = RepeatedKFold(n_splits=2, n_repeats=5, random_state=0)


def grid(model=None, **space):
    return GridSearchCV(model or KNeighborsClassifier(), space or {"n_neighbors": [1, 9]}, cv=2)


@pytest.fixture(scope="module")
def result():
    return nested_cross_validate(grid(), X, y, outer_cv=FOLDS)


@pytest.fixture(scope="module")
def other():
    return nested_cross_validate(GaussianNB(), X, y, outer_cv=FOLDS)


# -- intervals -----------------------------------------------------------------------------------


def test_corrected_t_interval(result):
    scores = result.scores_["outer_score"]
    error = scores.std(ddof=1) * np.sqrt(1 / 8 + 1 / 3)
    found = result.interval(0.9)
    expected = stats.t.interval(0.9, 7, loc=scores.mean(), scale=error)
    np.testing.assert_allclose((found.low, found.high), expected, rtol=1e-10)
    assert found.level == 0.9


def test_bootstrap_interval_of_accuracy(result):
    frame = result.predictions_
    right = (frame["y_true"] == frame["y_pred"]).groupby(frame["row"]).mean()
    assert result.interval(method="bootstrap", random_state=0) == bootstrap_interval(
        right.to_numpy(), random_state=0
    )


@pytest.mark.parametrize("model", [LogisticRegression(max_iter=5000), RidgeClassifier()])
def test_bootstrap_interval_of_a_score_that_is_no_mean(model):
    few = {"outer_cv": StratifiedKFold(3), "scoring": "roc_auc"}
    result = nested_cross_validate(model, X[:60], y[:60], **few)
    frame = result.predictions_.sort_values("row")
    name = "proba_1" if "proba_1" in frame else "decision"
    draws = {"n_resamples": 100, "random_state": 0}
    found = result.interval(method="bootstrap", **draws)
    arrays = (frame["y_true"].to_numpy(), frame[name].to_numpy())
    expected = bootstrap_interval(arrays, roc_auc_score, **draws)
    assert found.estimate == pytest.approx(expected.estimate, abs=1e-12)
    assert found.low == pytest.approx(expected.low, abs=1e-12)


def bates_by_hand(model, X, y, cv, loss, n_folds, n_repeats):
    """Fit all models without one fold and without two, as the paper says."""
    inner = np.full((n_repeats, len(y), n_folds), np.nan)
    outer, where = np.empty((n_repeats, len(y))), np.empty((n_repeats, len(y)), dtype=int)
    tests = np.array_split([test for _, test in cv.split(X, y)], n_repeats)
    for r, parts in enumerate(tests):
        for k, test in enumerate(parts):
            train = np.setdiff1d(np.arange(len(y)), test)
            outer[r, test] = loss(clone(model).fit(X[train], y[train]), X[test], y[test])
            where[r, test] = k
        for (j, a), (k, b) in combinations(enumerate(parts), 2):
            train = np.setdiff1d(np.arange(len(y)), np.r_[a, b])
            fitted = clone(model).fit(X[train], y[train])
            inner[r, a, k] = loss(fitted, X[a], y[a])
            inner[r, b, j] = loss(fitted, X[b], y[b])
    return bates_interval(inner, outer, where)


def squared(model, X, y):
    return (model.predict(X) - y) ** 2


def surprise(model, X, y):
    sure = model.predict_proba(X)[:, 1]  # scorers too see that column alone
    return [log_loss([t], [p], labels=[0, 1]) for t, p in zip(y, sure, strict=True)]


CASES = [
    (grid(Ridge(), alpha=[0.1, 10.0]), "neg_mean_squared_error", squared, load_diabetes),
    (GaussianNB(), "neg_log_loss", surprise, load_breast_cancer),
]


@pytest.mark.parametrize(("model", "scoring", "loss", "load"), CASES)
def test_bates_interval(model, scoring, loss, load):
    X, y = (a[:60] for a in load(return_X_y=True))
    cv = RepeatedKFold(n_splits=3, n_repeats=2, random_state=0)
    result = nested_cross_validate(model, X, y, outer_cv=cv, scoring=scoring, bates=True)
    found = result.interval(method="bates", metric=scoring)
    expected = bates_by_hand(model, X, y, cv, loss, 3, 2)
    assert found.estimate == pytest.approx(-expected.estimate, rel=1e-9)
    assert (found.low, found.high) == pytest.approx((-expected.high, -expected.low), rel=1e-9)
    assert len(result.scores_) == 6  # what leaves out two folds is no outer fold


def test_methods_say_what_they_lack(result):
    with pytest.raises(ValueError, match="call nested_cross_validate with bates=True"):
        result.interval(method="bates")
    with pytest.raises(ValueError, match="out-of-fold predictions of all candidates"):
        result.interval(method="bbc")
    with pytest.raises(ValueError, match="level should lie in"):
        result.interval(level=95)
    with pytest.raises(ValueError, match="method='t' is not known; allowed is one of"):
        result.interval(method="t")
    with pytest.raises(
        ValueError, match=r"metric='f1' was not measured; allowed is one of \['score"
    ):
        result.interval(metric="f1")
    bare = nested_cross_validate(GaussianNB(), X, y, outer_cv=3, return_predictions=False)
    with pytest.raises(ValueError, match="no predictions were kept"):
        bare.interval(method="bootstrap")
    for cv in (2, TimeSeriesSplit(3)):
        with pytest.raises(ValueError, match="bates=True needs three folds or more"):
            nested_cross_validate(GaussianNB(), X, y, outer_cv=cv, bates=True)
    auc = nested_cross_validate(GaussianNB(), X, y, outer_cv=3, scoring="roc_auc", bates=True)
    with pytest.raises(ValueError, match="'roc_auc' is no mean over rows"):
        auc.interval(method="bates")


# -- comparisons ---------------------------------------------------------------------------------


def test_corrected_t_test(result, other):
    d = (result.scores_["outer_score"] - other.scores_["outer_score"]).to_numpy()
    t = d.mean() / (d.std(ddof=1) * np.sqrt(1 / 8 + 1 / 3))
    found = result.compare(other)
    assert found.statistic == pytest.approx(t, rel=1e-10)
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(t), 7), rel=1e-10)
    assert found.estimate == pytest.approx(d.mean())


def test_bayesian_comparison(result, other):
    d = (result.scores_["outer_score"] - other.scores_["outer_score"]).to_numpy()
    scale = d.std(ddof=1) * np.sqrt(1 / 8 + 1 / 3)  # rho / (1 - rho) = 1 / 3 of four folds
    posterior = stats.t(7, loc=d.mean(), scale=scale)
    better, rope, worse = result.compare(other, "bayes", rope=0.01)
    assert better == pytest.approx(posterior.sf(0.01), abs=1e-10)
    assert worse == pytest.approx(posterior.cdf(-0.01), abs=1e-10)
    assert better + rope + worse == pytest.approx(1)


@pytest.mark.filterwarnings("ignore:Exact p-value calculation:UserWarning")
def test_wilcoxon(result, other):
    d = (result.scores_["outer_score"] - other.scores_["outer_score"]).to_numpy()
    assert result.compare(other, "wilcoxon").p_value == stats.wilcoxon(d).pvalue
    assert result.compare(result, "wilcoxon").p_value == 1


def test_five_by_two(result, other):
    one, two = (
        nested_cross_validate(model, X, y, outer_cv=FIVE_BY_TWO)
        for model in (grid(), GaussianNB())
    )
    d = (one.scores_["outer_score"] - two.scores_["outer_score"]).to_numpy().reshape(5, 2)
    f = (d**2).sum() / (2 * d.var(axis=1, ddof=1).sum())
    found = one.compare(two, "5x2")
    assert found.statistic == pytest.approx(f, rel=1e-10)
    assert found.p_value == pytest.approx(stats.f.sf(f, 10, 5), rel=1e-10)
    with pytest.raises(ValueError, match="five repeats of two folds"):
        result.compare(other, "5x2")


def test_other_folds_or_data_are_refused(result, other):
    elsewhere = nested_cross_validate(GaussianNB(), X, y, outer_cv=KFold(8))
    with pytest.raises(ValueError, match=r"other has other folds \(8, here 8"):
        result.compare(elsewhere)
    with pytest.raises(ValueError, match=r"other has other folds \(3, here 8"):
        result.compare(nested_cross_validate(GaussianNB(), X, y, outer_cv=3))
    with pytest.raises(ValueError, match="measured on another y"):
        result.compare(nested_cross_validate(GaussianNB(), X, 1 - y, outer_cv=FOLDS))
    accuracy = nested_cross_validate(GaussianNB(), X, y, outer_cv=FOLDS, scoring="accuracy")
    with pytest.raises(ValueError, match="other has no score 'score', only"):
        result.compare(accuracy)
    with pytest.raises(ValueError, match=r'rope=0.1 is for method="bayes" alone'):
        result.compare(other, rope=0.1)
