"""Ensembles: the plain estimators of scikit-learn, chosen greedily, scored honestly."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine, make_classification
from sklearn.ensemble import RandomForestClassifier, StackingClassifier, StackingRegressor
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.metrics import get_scorer
from sklearn.model_selection import (
    KFold,
    PredefinedSplit,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedKFold,
)
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skhpo import Choice, Integer, RandomSearchCV, Real, make_ensemble
from skhpo.ensembles._greedy import greedy_weights
from skhpo.ensembles._metrics import scores_of_many
from skhpo.ensembles._pool import Pool
from skhpo.results._predicted_score import PredictedScore, scorer_of

WINE = load_wine(return_X_y=True)
CANCER = load_breast_cancer(return_X_y=True)
DIABETES = load_diabetes(return_X_y=True)

CLASSIFIERS = Choice(
    LogisticRegression(C=Real(1e-3, 10, log=True), max_iter=2000),
    KNeighborsClassifier(n_neighbors=Choice(1, 5, 15)),
    DecisionTreeClassifier(max_depth=Choice(2, 4, None), random_state=0),
)


def searched(data, models, **options):
    pipeline = Pipeline([("scale", StandardScaler()), ("model", type(models.alternatives[0])())])
    options = {"n_iter": 10, "random_state": 0, "keep_predictions": True, "cv": 3, **options}
    return RandomSearchCV(pipeline, {"model": models}, **options).fit(*data)


@pytest.fixture(scope="module")
def wine():
    names = np.array(["barbera", "grignolino", "barolo"])
    data = WINE[0], names[WINE[1]]
    cv = StratifiedKFold(3, shuffle=True, random_state=0)
    return searched(data, CLASSIFIERS, cv=cv, scoring="neg_log_loss"), data


@pytest.fixture(scope="module")
def diabetes():
    models = Choice(
        Ridge(alpha=Real(0.1, 100, log=True)), KNeighborsRegressor(n_neighbors=Choice(3, 30))
    )
    return searched(DIABETES, models, cv=KFold(3)), DIABETES


@pytest.mark.parametrize("method", ["greedy", "voting"])
def test_a_vote_is_what_scikit_learn_fits_itself(wine, method):
    search, (X, y) = wine
    ensemble = make_ensemble(search, X, y, method=method)
    plain = clone(ensemble.estimator).fit(X, y)
    assert_allclose(ensemble.estimator.predict_proba(X), plain.predict_proba(X))
    assert (ensemble.estimator.predict(X) == plain.predict(X)).all()
    assert [*plain.named_estimators_] == [*ensemble.estimator.named_estimators_]
    assert ensemble.members["weight"].sum() == pytest.approx(1)
    assert plain.weights == [*ensemble.members["weight"]]


def test_a_vote_of_numbers_is_what_scikit_learn_fits_itself(diabetes):
    search, (X, y) = diabetes
    ensemble = make_ensemble(search, X, y)
    plain = clone(ensemble.estimator).fit(X, y)
    assert_allclose(ensemble.estimator.predict(X), plain.predict(X))


def test_a_stack_is_what_scikit_learn_cross_validates_itself(wine, diabetes):
    """Its final estimator learns from the same out-of-fold predictions."""
    search, (X, y) = wine
    ensemble = make_ensemble(search, X, y, method="stacking")
    plain = clone(ensemble.estimator).set_params(cv=search.cv).fit(X, y)
    assert isinstance(plain, StackingClassifier)
    assert_allclose(ensemble.estimator.predict_proba(X), plain.predict_proba(X), atol=1e-3)
    search, (X, y) = diabetes
    ensemble = make_ensemble(search, X, y, method="stacking", size=3)
    plain = clone(ensemble.estimator).set_params(cv=search.cv).fit(X, y)
    assert isinstance(plain, StackingRegressor)
    assert_allclose(ensemble.estimator.predict(X), plain.predict(X))


@pytest.mark.parametrize("method", ["greedy", "voting", "stacking"])
def test_what_it_is_needs_nothing_of_this_library(wine, method):
    search, (X, y) = wine
    fitted = make_ensemble(search, X, y, method=method).estimator
    content = pickle.dumps(fitted)
    assert b"skhpo" not in content
    assert (pickle.loads(content).predict(X) == fitted.predict(X)).all()
    assert not any("Frozen" in type(part).__name__ for part in fitted.get_params().values())


def test_the_score_of_a_split_is_of_an_ensemble_that_has_not_seen_it(wine):
    """Made again by hand: search on the other splits alone, choose, score by scikit-learn."""
    search, (X, y) = wine
    ensemble = make_ensemble(search, X, y, method="voting", size=2)
    kept = search.predictions_
    by_split = np.column_stack([search.cv_results_[f"split{i}_test_score"] for i in range(3)])
    for split in range(3):
        others = np.delete(by_split[kept.rows], split, axis=1).mean(axis=1)
        first, second = np.argsort(-others, kind="stable")[:2]
        train = np.concatenate([kept.tests[i] for i in range(3) if i != split])
        fitted = [
            search.estimator_of(kept.rows[i]).fit(X[train], y[train]) for i in (first, second)
        ]
        p = [f.predict_proba(X[kept.tests[split]]) for f in fitted]
        mean = (2 * p[0] + p[1]) / 3
        truth = np.searchsorted(kept.classes, y[kept.tests[split]])
        expected = np.log(mean[np.arange(len(truth)), truth]).mean()
        assert ensemble.split_scores[split] == pytest.approx(expected, abs=1e-4)
        assert ensemble.alone_scores[split] == by_split[kept.rows[first], split]


def test_of_noise_nothing_is_left_but_in_the_rows_that_chose():
    rng = np.random.default_rng(0)
    honest, selection = [], []
    for _ in range(6):
        data = rng.normal(size=(120, 5)), rng.integers(0, 2, 120)
        models = Choice(KNeighborsClassifier(n_neighbors=Integer(1, 29)))
        search = searched(data, models, n_iter=29, cv=3, scoring="roc_auc")
        ensemble = make_ensemble(search, *data)
        honest.append(ensemble.score)
        selection.append(ensemble.selection_score)
    assert np.mean(selection) > 0.55
    assert abs(np.mean(honest) - 0.5) < 0.05


def test_greedy_takes_what_helps_most():
    """Two that err on opposite sides, in closed form: each alone .5 off, their mean exact."""
    y = np.arange(8.0)
    pool = Pool(np.arange(3), np.stack([y + 0.5, y - 0.5, y + 3.0]), np.arange(8))
    counts = greedy_weights(pool, lambda v: -np.abs(v - y).mean(axis=1), 25)
    assert counts.tolist() == [1, 1, 0]


@pytest.mark.parametrize(
    ("scoring", "data"),
    [
        (None, WINE),
        ("accuracy", WINE),
        ("neg_log_loss", WINE),
        ("roc_auc", CANCER),
        ("balanced_accuracy", CANCER),
        (None, DIABETES),
        ("r2", DIABETES),
        ("neg_mean_squared_error", DIABETES),
        ("neg_root_mean_squared_error", DIABETES),
        ("neg_mean_absolute_error", DIABETES),
        ("neg_median_absolute_error", DIABETES),
    ],
)
def test_scores_of_many_are_those_of_scikit_learn(scoring, data):
    X, y = data
    is_regression = data is DIABETES
    base = Ridge() if is_regression else RandomForestClassifier(3, random_state=0)
    search = RandomSearchCV(
        base, {"alpha" if is_regression else "max_depth": [1, 2, 3]}, n_iter=3, cv=2,
        scoring=scoring,
    ).fit(X, y)  # fmt: skip
    classes = None if is_regression else np.unique(y)
    rows = np.arange(3, len(y), 2)
    models = [search.estimator_of(i).fit(X[::3], y[::3]) for i in range(3)]
    kind = "numbers" if is_regression else "soft"
    method = "predict" if is_regression else "predict_proba"
    values = np.stack([getattr(model, method)(X[rows]) for model in models])
    score = PredictedScore(scorer_of(search), X, y, classes)
    found = scores_of_many(score, y, rows, kind)(values)
    names = {True: "r2", False: "accuracy"}
    scorer = get_scorer(scoring or names[is_regression])
    assert_allclose(found, [scorer(model, X[rows], y[rows]) for model in models], rtol=1e-6)


def test_votes_where_there_are_no_probabilities():
    models = Choice(
        RidgeClassifier(alpha=Real(0.1, 100, log=True)), SVC(C=Real(0.1, 10, log=True))
    )
    search = searched(WINE, models, n_iter=6)
    ensemble = make_ensemble(search, *WINE, method="voting")
    plain = clone(ensemble.estimator).fit(*WINE)
    assert ensemble.estimator.voting == "hard"
    assert (ensemble.estimator.predict(WINE[0]) == plain.predict(WINE[0])).all()
    by_area = searched(CANCER, models, n_iter=4, scoring="roc_auc")
    with pytest.raises(ValueError, match="can only vote"):
        make_ensemble(by_area, *CANCER)
    for found, (X, y) in ((search, WINE), (by_area, CANCER)):
        stack = make_ensemble(found, X, y, method="stacking").estimator
        plain = clone(stack).set_params(cv=3).fit(X, y)
        assert_allclose(stack.predict_proba(X), plain.predict_proba(X), atol=1e-3)


@pytest.mark.parametrize("cv", [RepeatedStratifiedKFold(n_splits=2, n_repeats=2), ShuffleSplit(1)])
def test_repeated_and_single_splits(cv):
    search = searched(WINE, CLASSIFIERS, n_iter=6, cv=clone(cv, safe=False))
    ensemble = make_ensemble(search, *WINE)
    assert 0.8 < ensemble.score <= 1
    assert len(ensemble.split_scores) == (4 if len(search.predictions_.tests) == 4 else 5)


def test_what_there_is_no_time_for_is_left_out(wine):
    search, (X, y) = wine
    whole = make_ensemble(search, X, y, method="voting")
    short = make_ensemble(search, X, y, method="voting", max_time=1e-9)
    assert len(short.members) == 1 < len(whole.members)
    assert short.members.index[0] == whole.members.index[0] == search.best_index_


def test_members_take_metadata():
    X, y = make_classification(random_state=0)
    weights = np.where(y == 1, 5.0, 1.0)
    search = searched((X, y), Choice(LogisticRegression(C=Real(0.1, 1))), n_iter=3)
    ensemble = make_ensemble(search, X, y, fit_params={"model__sample_weight": weights})
    member = search.estimator_of(ensemble.members.index[0])
    expected = member.fit(X, y, model__sample_weight=weights)
    assert_allclose(ensemble.estimator.estimators_[0].predict_proba(X), expected.predict_proba(X))


def test_bad_arguments_are_named(wine):
    search, (X, y) = wine
    with pytest.raises(ValueError, match="keep_predictions=True"):
        make_ensemble(searched(WINE, CLASSIFIERS, n_iter=2, keep_predictions=False), *WINE)
    with pytest.raises(ValueError, match="method should be one of"):
        make_ensemble(search, X, y, method="bagging")
    for name in ("size", "pool"):
        with pytest.raises(ValueError, match=f"{name} should be a whole number"):
            make_ensemble(search, X, y, **{name: 0})
    with pytest.raises(ValueError, match="only 9 rows"):
        make_ensemble(search, X[:9], y[:9])
    with pytest.raises(ValueError, match="other classes"):
        make_ensemble(search, X, WINE[1])
    several = np.column_stack([WINE[1] > 0, WINE[1] > 1]).astype(int)
    kept = searched((WINE[0], several), Choice(KNeighborsClassifier(n_neighbors=Choice(1, 2))))
    with pytest.raises(ValueError, match="single target"):
        make_ensemble(kept, WINE[0], several)


def test_the_best_alone_may_be_one_that_cannot_vote():
    """Ridge has no probabilities; what is no better than it does not win."""
    models = Choice(
        RidgeClassifier(alpha=Choice(1.0, 2.0)), DecisionTreeClassifier(max_depth=Choice(1, 2))
    )
    search = searched(CANCER, models, n_iter=4)
    ensemble = make_ensemble(search, *CANCER, method="voting")
    by_split = np.column_stack([search.cv_results_[f"split{i}_test_score"] for i in range(3)])
    for split in range(3):
        best = np.delete(by_split, split, axis=1).mean(axis=1).argmax()
        assert ensemble.alone_scores[split] == by_split[best, split]


def test_a_class_that_a_stack_has_not_seen_has_no_probability():
    X, y = WINE
    folds = np.where(y == 0, 0, np.arange(len(y)) % 2 + 1)
    models = Choice(LogisticRegression(C=Choice(0.1, 1.0)), KNeighborsClassifier())
    search = searched((X, y), models, n_iter=3, cv=PredefinedSplit(folds))
    ensemble = make_ensemble(search, X, y, method="stacking")
    assert ensemble.split_scores[0] == 0.0  # all of a class that is in no other split


def test_scores_that_need_more_than_predictions_are_named():
    def of_coefficients(estimator, X, y):
        return estimator[-1].coef_.mean()

    models = Choice(LogisticRegression(C=Real(0.1, 1.0)))
    search = searched(CANCER, models, n_iter=2, scoring=of_coefficients)
    with pytest.raises(ValueError, match="needs more than predictions"):
        make_ensemble(search, *CANCER)


def test_a_function_of_several_scores():
    def both(estimator, X, y):
        p = estimator.predict(X)
        return {"right": np.mean(p == y), "wrong": -np.mean(p != y)}

    search = searched(WINE, CLASSIFIERS, n_iter=4, scoring=both, refit="right")
    assert 0.8 < make_ensemble(search, *WINE).score <= 1


def test_rows_in_another_order_are_refused(wine):
    search, (X, y) = wine
    with pytest.raises(ValueError, match="same order"):
        make_ensemble(search, X[::-1], y[::-1])


def test_weights_of_classes_by_name_are_explained():
    X, y = WINE[0], np.array(["a", "b", "c"])[WINE[1]]
    weighted = LogisticRegression(class_weight={"a": 1, "b": 2, "c": 3}, max_iter=2000)
    search = searched((X, y), Choice(weighted, DecisionTreeClassifier(max_depth=1)), n_iter=2)
    with pytest.raises(ValueError, match="numbers of the classes"):
        make_ensemble(search, X, y)


def test_a_target_of_one_column():
    X, y = DIABETES
    models = Choice(Ridge(alpha=Real(0.1, 100, log=True)))
    flat = searched((X, y), models, n_iter=4)
    column = searched((X, y[:, None]), models, n_iter=4)
    one, two = make_ensemble(flat, X, y), make_ensemble(column, X, y[:, None])
    assert_allclose(one.estimator.predict(X), two.estimator.predict(X))
