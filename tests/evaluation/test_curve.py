"""Scores along one fit are those of fits of their own."""

import numpy as np
import pytest
from sklearn.base import ClassifierMixin, clone
from sklearn.datasets import make_classification, make_regression
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.metrics import get_scorer, make_scorer, mean_squared_error
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skhpo.evaluation import Job, Resource, run_task

CLASSES = make_classification(150, 6, random_state=0)
NUMBERS = make_regression(150, 6, noise=5.0, random_state=0)
LEVELS = (2, 7, 20)


def several(estimator, X, y):
    names = ["accuracy", "roc_auc", "neg_log_loss"]
    return {name: get_scorer(name)(estimator, X, y) for name in names}


def job(estimator, name, scorer, **options):
    X, y = CLASSES if isinstance(estimator, ClassifierMixin) else NUMBERS
    rows = np.arange(len(y))
    return Job(
        estimator,
        X,
        y,
        [(rows[::2], rows[1::2])],
        scorer,
        resource=Resource(name, maximum=20, levels=LEVELS),
        error_score="raise",
        **options,
    )


def run(a_job, amount=20, state=None):
    outcome = run_task(a_job, 0, {}, 0, None, amount, state)
    if outcome.exception is not None:
        raise outcome.exception
    return outcome


def passthrough(estimator, X, y):
    return estimator.score(X, y)


ESTIMATORS = [
    (AdaBoostClassifier(random_state=0), "n_estimators", several),
    (GradientBoostingClassifier(random_state=0, subsample=0.5), "n_estimators", several),
    (HistGradientBoostingClassifier(random_state=0), "max_iter", several),
    (RandomForestClassifier(random_state=0), "n_estimators", get_scorer("neg_log_loss")),
    (RandomForestClassifier(random_state=0), "n_estimators", passthrough),
    (AdaBoostRegressor(random_state=0), "n_estimators", get_scorer("r2")),
    (GradientBoostingRegressor(random_state=0), "n_estimators", make_scorer(mean_squared_error)),
    (HistGradientBoostingRegressor(random_state=0), "max_iter", passthrough),
    (ExtraTreesRegressor(random_state=0), "n_estimators", get_scorer("neg_mean_absolute_error")),
]


@pytest.mark.parametrize(
    ("estimator", "name", "scorer"), ESTIMATORS, ids=lambda v: type(v).__name__
)
def test_each_value_is_the_score_of_a_fit_of_its_own(estimator, name, scorer):
    a_job = job(estimator, name, scorer)
    outcome = run(a_job)
    assert sorted(outcome.curve) == [2, 7]
    for level, score in outcome.curve.items():
        assert score == run(a_job, level).test_scores


def test_a_pipeline_transforms_the_test_rows_once_more_and_not_once_a_level():
    calls = []
    counting = FunctionTransformer(lambda X: calls.append(len(X)) or X)
    model = GradientBoostingClassifier(random_state=0)
    pipeline = make_pipeline(StandardScaler(), counting, model)
    a_job = job(model, "gradientboostingclassifier__n_estimators", several)
    a_job.__dict__.update(estimator=pipeline, prefix_cache_bytes=0)
    outcome = run(a_job)
    assert calls == [75, 75, 75, 75, 75]  # the fit, three scores, and all stages together
    for level, score in outcome.curve.items():
        assert score == run(a_job, level).test_scores


def test_a_stage_beyond_early_stopping_is_the_last_one():
    estimator = HistGradientBoostingClassifier(
        early_stopping=True, n_iter_no_change=1, tol=0.5, random_state=0
    )
    a_job = job(estimator, "max_iter", get_scorer("neg_log_loss"))
    outcome = run(a_job)
    assert outcome.curve[7] == outcome.test_scores == run(a_job, 7).test_scores


def test_what_an_earlier_task_has_scored_is_not_scored_again():
    a_job = job(GradientBoostingClassifier(random_state=0), "n_estimators", several)
    first = run(a_job, 5)
    assert sorted(first.curve) == [2]
    assert sorted(run(a_job, 20, first.state).curve) == [7]


@pytest.mark.parametrize(
    "scorer",
    [
        lambda estimator, X, y: float(len(estimator.estimators_)),
        lambda estimator, X, y: estimator.get_params()["learning_rate"],
        lambda estimator, X, y: clone(estimator).fit(X, y).score(X, y),
    ],
    ids=["attribute", "parameter", "clone"],
)
def test_a_scorer_that_looks_further_gets_no_curve(scorer):
    estimator = GradientBoostingClassifier(random_state=0)
    assert run(job(estimator, "n_estimators", scorer)).curve is None


def test_no_curve_of_another_parameter_or_without_levels():
    estimator = GradientBoostingClassifier(random_state=0)
    assert run(job(estimator, "max_depth", several)).curve is None
    assert run(job(estimator, "n_estimators", several), 2).curve is None


def test_scores_that_are_not_finite_are_no_curve():
    values = iter([1.0, 1.0, float("nan")])
    a_job = job(GradientBoostingClassifier(), "n_estimators", lambda *_: next(values))
    assert run(a_job).curve is None


def test_a_forest_is_left_as_it_is():
    def n_trees(estimator, X, y):
        estimator.predict(X)
        sizes.append(len(vars(estimator).get("estimators_", ())))
        return 0.0

    sizes = []
    run(job(RandomForestClassifier(random_state=0), "n_estimators", n_trees))
    assert sizes == [20, 0, 0]  # a stage shows no trees
