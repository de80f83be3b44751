"""The score of a search without what choosing adds: against the loop of the paper."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    f1_score,
    log_loss,
    mean_absolute_error,
    mean_squared_error,
    r2_score,
    roc_auc_score,
)
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    RepeatedKFold,
    ShuffleSplit,
    cross_val_predict,
)
from sklearn.neighbors import KNeighborsClassifier

from skhpo import HoldOut, RandomSearchCV, bias_corrected_score
from skhpo.results._drawn import drawn_scores
from skhpo.results._predicted_score import PredictedScore, scorer_of
from skhpo.statistics import tibshirani

CANCER = tuple(a[:150] for a in load_breast_cancer(return_X_y=True))
DIABETES = tuple(a[:150] for a in load_diabetes(return_X_y=True))
FIVE = KFold(5, shuffle=True, random_state=0)


def searched(data, **options):
    is_regression = data is DIABETES
    model = Ridge() if is_regression else KNeighborsClassifier()
    space = {"alpha": [0.01, 0.1, 1]} if is_regression else {"n_neighbors": [1, 5, 15]}
    options = {"cv": FIVE, "keep_predictions": True, "random_state": 0, **options}
    return RandomSearchCV(model, space, n_iter=3, **options).fit(*data)


def rmse(y, p):
    return np.sqrt(mean_squared_error(y, p))


METRICS = [
    (CANCER, None, "predict", accuracy_score, 1),
    (CANCER, "balanced_accuracy", "predict", balanced_accuracy_score, 1),
    (CANCER, "f1", "predict", f1_score, 1),
    (CANCER, "roc_auc", "predict_proba", roc_auc_score, 1),
    (CANCER, "neg_log_loss", "predict_proba", log_loss, -1),
    (DIABETES, None, "predict", r2_score, 1),
    (DIABETES, "neg_mean_squared_error", "predict", mean_squared_error, -1),
    (DIABETES, "neg_root_mean_squared_error", "predict", rmse, -1),
    (DIABETES, "neg_mean_absolute_error", "predict", mean_absolute_error, -1),
]


@pytest.mark.parametrize(("data", "scoring", "method", "metric", "sign"), METRICS)
def test_draws_are_scored_as_scikit_learn_scores_rows(data, scoring, method, metric, sign):
    X, y = data
    search = searched(data, scoring=scoring)
    kept = search.predictions_
    drawn = drawn_scores(kept, PredictedScore(scorer_of(search), X, y, kept.classes), y)
    counts = np.random.default_rng(0).poisson(1.0, (70, len(y))).astype(float)
    found = drawn.score(counts)
    for i, row in enumerate(kept.rows):
        model = search.estimator_of(row)
        values = cross_val_predict(model, X, y, cv=FIVE, method=method)
        values = values[:, 1] if values.ndim == 2 else values
        rows = [np.repeat(np.arange(len(y)), draw.astype(int)) for draw in counts]
        assert_allclose(found[:, i], [sign * metric(y[r], values[r]) for r in rows], rtol=1e-5)
    chosen = np.arange(70) % 3
    assert_allclose(drawn.score_one(counts, chosen), found[np.arange(70), chosen], rtol=1e-12)


def test_is_the_loop_of_the_paper():
    """Algorithm 3 of Tsamardinos et al., row by row, with the same draws."""
    X, y = CANCER
    search = searched(CANCER)
    result = bias_corrected_score(search, y=y, n_bootstrap=50, random_state=3)
    predicted = [cross_val_predict(search.estimator_of(row), X, y, cv=FIVE) for row in range(3)]
    drawn = np.random.default_rng(3).integers(0, len(y), (50, len(y)))
    scores = []
    for rows in drawn:
        best = int(np.argmax([accuracy_score(y[rows], p[rows]) for p in predicted]))
        out = np.setdiff1d(np.arange(len(y)), rows)
        scores.append(accuracy_score(y[out], predicted[best][out]))
    assert result.score == pytest.approx(np.mean(scores))
    assert (result.low, result.high) == pytest.approx(tuple(np.quantile(scores, [0.025, 0.975])))
    assert result.uncorrected == pytest.approx(search.best_score_)
    assert result.optimism == pytest.approx(search.best_score_ - np.mean(scores))
    assert (result.n_candidates, result.method, result.metric) == (3, "bbc", "score")
    assert "the best of 3 candidates scored" in str(result)


def test_repeats_are_scored_one_by_one():
    cv = RepeatedKFold(n_splits=3, n_repeats=2, random_state=0)
    search = searched(CANCER, cv=cv, scoring="roc_auc")
    _, y = CANCER
    kept = search.predictions_
    drawn = drawn_scores(kept, PredictedScore(scorer_of(search), *CANCER, kept.classes), y)
    areas = []
    for repeat in (slice(0, 150), slice(150, 300)):
        rows = kept.tested[repeat]
        areas.append(roc_auc_score(y[rows], kept.values(0, "predict_proba")[repeat, 1]))
    assert drawn.score(np.ones((1, 150)))[0, 0] == pytest.approx(np.mean(areas))


def test_splits_that_overlap_need_a_mean_over_rows():
    cv = ShuffleSplit(4, test_size=0.3, random_state=0)
    search = searched(CANCER, cv=cv)
    tested = np.unique(search.predictions_.tested)
    result = bias_corrected_score(search, y=CANCER[1], random_state=0)
    assert result.low < result.score < result.high
    assert len(tested) < 150
    with pytest.raises(ValueError, match="different numbers of times"):
        bias_corrected_score(searched(CANCER, cv=cv, scoring="roc_auc"), y=CANCER[1])


def test_a_hold_out_is_drawn_from_its_test_rows():
    search = searched(CANCER, cv=HoldOut(0.4, random_state=0), scoring="roc_auc")
    result = bias_corrected_score(search, y=CANCER[1], random_state=0)
    assert result.uncorrected == pytest.approx(search.best_score_)


def test_groups_are_drawn_together():
    """Ten copies of each row say no more than one: the interval is as wide as with one."""
    X, y = (np.repeat(a[:60], 10, axis=0) for a in load_breast_cancer(return_X_y=True))
    groups = np.repeat(np.arange(60), 10)
    folds = [(np.flatnonzero(groups % 5 != k), np.flatnonzero(groups % 5 == k)) for k in range(5)]
    search = searched((X, y), cv=folds)
    by_row = bias_corrected_score(search, y=y, random_state=0)
    by_group = bias_corrected_score(search, y=y, groups=groups, random_state=0)
    assert by_group.high - by_group.low > 2 * (by_row.high - by_row.low)


def test_only_split_scores_are_needed_for_tibshirani():
    grid = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 5, 15]}, cv=5).fit(*CANCER)
    scores = np.column_stack([grid.cv_results_[f"split{k}_test_score"] for k in range(5)])
    result = bias_corrected_score(grid, method="tt")
    expected = tibshirani(scores)
    assert (result.score, result.optimism) == pytest.approx((expected.estimate, expected.bias))
    assert result.low < result.score < result.high
    assert result.uncorrected == pytest.approx(grid.best_score_)
    with pytest.raises(ValueError, match=r'GridSearchCV kept none.*method="tt"'):
        bias_corrected_score(grid, y=CANCER[1])


def test_what_is_wrong_is_said():
    search = searched(CANCER)
    X, y = CANCER
    with pytest.raises(ValueError, match="allowed is one of"):
        bias_corrected_score(search, X, y, method="jackknife")
    with pytest.raises(ValueError, match="level should lie in"):
        bias_corrected_score(search, X, y, level=95)
    with pytest.raises(ValueError, match="n_bootstrap should be at least 1"):
        bias_corrected_score(search, X, y, n_bootstrap=0)
    with pytest.raises(ValueError, match="needs y"):
        bias_corrected_score(search)
    with pytest.raises(ValueError, match="got only 90 rows"):
        bias_corrected_score(search, X, y[:90])
    with pytest.raises(ValueError, match="does not follow from its predictions and y"):
        bias_corrected_score(search, X, y[::-1])
    with pytest.raises(ValueError, match="got other classes"):
        bias_corrected_score(search, X, y + 1)
    with pytest.raises(NotFittedError, match="call fit first"):
        bias_corrected_score(RandomSearchCV(Ridge(), {"alpha": [1]}), X, y)
