"""The interval from what is inside the outer folds: draw by draw as written down in the paper."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier

from skhpo import RandomSearchCV, nested_cross_validate

X, y = (a[:90] for a in load_breast_cancer(return_X_y=True))


def measured(**options):
    space = {"n_neighbors": [1, 3, 9, 15]}
    options = {
        "keep_predictions": True,
        "scoring": ["accuracy", "roc_auc"],
        "refit": "accuracy",
    } | (options)
    search = RandomSearchCV(KNeighborsClassifier(), space, n_iter=4, cv=3, **options)
    outer = StratifiedKFold(3, shuffle=True, random_state=1)
    return nested_cross_validate(search, X, y, outer_cv=outer, return_estimator=True)


@pytest.mark.parametrize("held", [None, 0.2])
def test_is_the_mean_over_folds_draw_by_draw(held):
    result = measured(final_holdout=held)
    found = result.interval(method="bbc", n_resamples=40, random_state=5)
    means = []
    for drawn in np.random.default_rng(5).integers(0, 90, (40, 90)):
        scores = []
        for train, search in zip(result.indices_["train"], result.estimators_, strict=True):
            kept = search.predictions_
            rows = train if held is None else train[kept.searched]
            hits = np.array([kept.values(i) == y[rows][kept.tested] for i in range(4)])
            times = np.array([(drawn == row).sum() for row in rows[kept.tested]])
            best = int(np.argmax(hits @ times))
            scores.append(hits[best, times == 0].mean())
        means.append(np.mean(scores))
    assert found.estimate == pytest.approx(np.mean(means))
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(means, [0.025, 0.975])))


def test_says_what_it_is_about():
    with pytest.raises(ValueError, match=r"chooses, 'accuracy', got metric='roc_auc'"):
        measured().interval(method="bbc", metric="roc_auc")
    with pytest.raises(ValueError, match="keep_predictions=True, and return_estimator=True"):
        measured(keep_predictions=False).interval(method="bbc")
