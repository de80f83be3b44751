"""A task that goes on with an earlier one comes to just what one fit would."""

import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import make_classification, make_regression
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import (
    LogisticRegression,
    SGDClassifier,
)
from sklearn.metrics import get_scorer
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.random_projection import GaussianRandomProjection
from sklearn.utils import check_random_state

from skhpo._sklearn import cloudpickle
from skhpo.evaluation import Job, Resource, _continuation, run_task
from skhpo.evaluation._continuation import Continuation

CLASSES = make_classification(150, 6, n_informative=4, n_classes=3, random_state=0)
NUMBERS = make_regression(150, 6, noise=5.0, random_state=0)
RUNGS = (3, 9, 20)

pytestmark = pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning",
    "ignore:Some inputs do not have OOB scores",
    "ignore:invalid value:RuntimeWarning",
)


def data_of(estimator):
    return CLASSES if isinstance(estimator, ClassifierMixin) else NUMBERS


def in_goes(estimator, name, rungs=RUNGS, data=None):
    """Fit rung after rung, each in an estimator of its own; return the last and the starts."""
    X, y = data_of(estimator) if data is None else data
    state, starts = None, []
    resource = Resource(name, maximum=rungs[-1] + 1)
    for amount in rungs:
        model = clone(estimator).set_params(**{name: amount})
        continuation = Continuation(model, resource, amount, state)
        continuation.fit(model, X, y, {})
        state = continuation.state()
        starts.append(continuation.n_before)
    return model, starts


def in_one_go(estimator, name, amount=RUNGS[-1], data=None):
    X, y = data_of(estimator) if data is None else data
    return clone(estimator).set_params(**{name: amount}).fit(X, y)


def output(model, data=None):
    X, _ = data_of(model) if data is None else data
    has = hasattr(model, "predict_proba")
    return model.predict_proba(X) if has else model.predict(X)


def trained(model):
    return getattr(model, "n_iter_", None) or len(model.estimators_)


HIST = HistGradientBoostingClassifier(random_state=0, min_samples_leaf=5)
EXACT = [
    (RandomForestClassifier(random_state=0, oob_score=True), "n_estimators"),
    (RandomForestClassifier(random_state=check_random_state(3)), "n_estimators"),
    (RandomForestClassifier(random_state=0, class_weight={0: 2.0}), "n_estimators"),
    (ExtraTreesRegressor(random_state=0, bootstrap=True, max_samples=0.5), "n_estimators"),
    (BaggingClassifier(random_state=0, max_features=0.5), "n_estimators"),
    (BaggingRegressor(random_state=0), "n_estimators"),
    (GradientBoostingClassifier(random_state=0, subsample=0.5), "n_estimators"),
    (GradientBoostingRegressor(random_state=0, loss="huber", max_features=0.5), "n_estimators"),
    (HIST, "max_iter"),
    (clone(HIST).set_params(max_features=0.5), "max_iter"),
    (clone(HIST).set_params(early_stopping=True, n_iter_no_change=30), "max_iter"),
    (
        clone(HIST).set_params(early_stopping=True, scoring="accuracy", n_iter_no_change=30),
        "max_iter",
    ),
    (HistGradientBoostingRegressor(loss="absolute_error", random_state=0), "max_iter"),
    (GradientBoostingRegressor(random_state=0, warm_start=True), "n_estimators"),
]


@pytest.mark.parametrize(("estimator", "name"), EXACT, ids=lambda v: type(v).__name__)
def test_trees_are_those_of_one_fit(estimator, name):
    model, starts = in_goes(estimator, name)
    assert starts == [0, 3, 9]
    np.testing.assert_array_equal(output(model), output(in_one_go(estimator, name)))
    assert trained(model) == RUNGS[-1]
    assert model.get_params() == clone(estimator).set_params(**{name: 20}).get_params() or (
        "RandomState" in str(estimator)
    )


@pytest.mark.parametrize(
    ("estimator", "name"),
    [
        (RandomForestClassifier(random_state=0, class_weight="balanced"), "n_estimators"),
        (BaggingClassifier(random_state=0, oob_score=True), "n_estimators"),
        (GradientBoostingClassifier(random_state=0, n_iter_no_change=5), "n_estimators"),
        (AdaBoostClassifier(random_state=0), "n_estimators"),
        (SGDClassifier(random_state=0, tol=None), "max_iter"),
        (SGDClassifier(shuffle=False, tol=None), "max_iter"),
        (LogisticRegression(warm_start=True), "max_iter"),
        (MLPClassifier([5], random_state=0, solver="lbfgs"), "max_iter"),
        (MLPClassifier([5], random_state=0, early_stopping=True), "max_iter"),
        (MLPClassifier([8], random_state=1, shuffle=False), "max_iter"),
        (RandomForestClassifier(random_state=0), "max_depth"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_what_cannot_go_on_exactly_is_fitted_anew(estimator, name):
    model, starts = in_goes(estimator, name)
    assert starts == [0, 0, 0]
    np.testing.assert_array_equal(output(model), output(in_one_go(estimator, name)))


@pytest.mark.parametrize("scoring", ["loss", "accuracy"])
@pytest.mark.parametrize("fraction", [0.2, None])
def test_early_stopping_stops_where_one_fit_does(scoring, fraction):
    estimator = HistGradientBoostingClassifier(
        early_stopping=True,
        n_iter_no_change=2,
        scoring=scoring,
        validation_fraction=fraction,
        learning_rate=0.2,
        tol=0.02,
        random_state=0,
    )
    once = in_one_go(estimator, "max_iter", 60)
    assert 3 < once.n_iter_ < 60
    for first in range(once.n_iter_ - 2, once.n_iter_ + 2):  # one of them where it stops
        model, starts = in_goes(estimator, "max_iter", (first, 60))
        assert starts == [0, first]
        assert model.n_iter_ == once.n_iter_
        np.testing.assert_array_equal(output(model), output(once))


# -- perceptrons ---------------------------------------------------------------------------------

MLPS = [
    MLPClassifier([8, 5], random_state=0, batch_size=32),
    MLPClassifier([8], random_state=0, solver="sgd", batch_size=32, learning_rate="invscaling"),
    MLPClassifier([8], random_state=check_random_state(5), batch_size=50, warm_start=True),
    MLPRegressor(hidden_layer_sizes=[8], random_state=0, batch_size=32, alpha=0.1),
    MLPRegressor(hidden_layer_sizes=[8], random_state=0, solver="sgd", learning_rate_init=1e-5),
]


def assert_same_training(model, once):
    assert model.loss_curve_ == once.loss_curve_
    assert model.n_iter_ == once.n_iter_
    assert model.t_ == once.t_
    assert model.best_loss_ == once.best_loss_
    for ours, theirs in zip(
        [*model.coefs_, *model.intercepts_], [*once.coefs_, *once.intercepts_], strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("estimator", MLPS, ids=lambda v: type(v).__name__)
@pytest.mark.parametrize("rungs", [(3, 9, 20), (1, 2)], ids=str)
def test_epochs_are_those_of_one_fit(estimator, rungs):
    model, starts = in_goes(estimator, "max_iter", rungs)
    assert starts == [0, *rungs[:-1]]
    assert_same_training(model, in_one_go(estimator, "max_iter", rungs[-1]))


@pytest.mark.parametrize("learning_rate", ["constant", "adaptive"])
def test_epochs_stop_where_one_fit_does(learning_rate):
    estimator = MLPClassifier(
        [8], solver="sgd", learning_rate=learning_rate, tol=0.02, n_iter_no_change=2,
        random_state=0, learning_rate_init=0.1,
    )  # fmt: skip
    once = in_one_go(estimator, "max_iter", 150)
    assert 4 < once.n_iter_ < 150
    for first in range(once.n_iter_ - 2, once.n_iter_ + 2):
        model, starts = in_goes(estimator, "max_iter", (2, first, 150))
        assert starts == [0, 2, first]
        assert_same_training(model, once)


def test_epochs_on_sparse_single_precision_rows_in_columns():
    from scipy.sparse import csr_array

    X, y = CLASSES
    for rows in (csr_array(X), np.asfortranarray(X), X.astype(np.float32)):
        model, _ = in_goes(MLPS[0], "max_iter", data=(rows, y))
        assert_same_training(model, in_one_go(MLPS[0], "max_iter", data=(rows, y)))


def test_epochs_of_several_targets():
    X, y = CLASSES
    several = np.column_stack([y == 0, y == 1]).astype(int)
    model, _ = in_goes(MLPS[0], "max_iter", data=(X, several))
    assert_same_training(model, in_one_go(MLPS[0], "max_iter", data=(X, several)))


def test_an_unseeded_perceptron_goes_on_with_its_own_fit():
    model, starts = in_goes(MLPClassifier([4], batch_size=32), "max_iter")
    assert starts == [0, 3, 9]
    assert len(model.loss_curve_) == model.n_iter_ == 20
    assert model.random_state is None


# -- when it must not go on ----------------------------------------------------------------------


class Overriding(RandomForestClassifier):
    def fit(self, X, y):
        return super().fit(X[::2], y[::2])


class Inheriting(RandomForestClassifier):
    pass


def test_a_subclass_goes_on_only_with_the_fit_it_inherits():
    assert in_goes(Inheriting(random_state=0), "n_estimators")[1] == [0, 3, 9]
    assert in_goes(Overriding(random_state=0), "n_estimators")[1] == [0, 0, 0]


def state_of(estimator, name, amount, data=CLASSES):
    model = clone(estimator).set_params(**{name: amount})
    continuation = Continuation(model, Resource(name, maximum=81), amount)
    continuation.fit(model, *data, {})
    return continuation.state()


def start_after(state, estimator, name, amount, data=CLASSES, params=None):
    model = clone(estimator).set_params(**{name: amount})
    continuation = Continuation(model, Resource(name, maximum=81), amount, state)
    continuation.fit(model, *data, params or {})
    return continuation.n_before


def test_other_data_or_a_broken_state_cost_a_fit_from_the_start():
    forest = RandomForestClassifier(random_state=0)
    state = state_of(forest, "n_estimators", 3)
    X, y = CLASSES
    assert start_after(state, forest, "n_estimators", 9) == 3
    assert start_after(state, forest, "n_estimators", 9, data=(X + 1e-9, y)) == 0
    assert start_after(state, forest, "n_estimators", 9, data=(X, y[::-1])) == 0
    assert start_after(state, forest, "n_estimators", 2) == 0
    assert start_after(state, ExtraTreesRegressor(), "n_estimators", 9) == 0
    assert start_after(state[:-20], forest, "n_estimators", 9) == 0
    assert start_after(b"", forest, "n_estimators", 9) == 0
    assert start_after(pickle.dumps("else"), forest, "n_estimators", 9) == 0


def test_arguments_of_fit_mean_a_fit_from_the_start():
    forest = RandomForestClassifier(random_state=0)
    state = state_of(forest, "n_estimators", 3)
    weights = {"sample_weight": np.ones(150)}
    assert start_after(state, forest, "n_estimators", 9, params=weights) == 0


def test_there_is_no_state_at_the_maximum():
    assert state_of(RandomForestClassifier(), "n_estimators", 81) is None
    assert state_of(RandomForestClassifier(), "n_estimators", 5) is not None


# -- through run_task ----------------------------------------------------------------------------


def job(estimator, name, data=CLASSES, **options):
    rows = np.arange(len(data[1]))
    defaults = {
        "splits": [(rows[::2], rows[1::2]), (rows[1::2], rows[::2])],
        "scorer": get_scorer("neg_log_loss"),
        "resource": Resource(name, maximum=27, levels=(3, 9, 27)),
        "error_score": "raise",
    }
    return Job(estimator, *data, **{**defaults, **options})


def climb(a_job, params=None, split=0, rungs=(3, 9, 27)):
    outcomes, state = [], None
    for amount in rungs:
        outcome = run_task(a_job, 0, params or {}, split, None, amount, state)
        if outcome.exception is not None:
            raise outcome.exception
        state = outcome.state
        outcomes.append(outcome)
    return outcomes


@pytest.mark.parametrize("prefix_cache_bytes", [0, 2**28])
@pytest.mark.parametrize("last", [MLPS[0], HIST], ids=["mlp", "hist"])
def test_rungs_of_a_pipeline_score_as_fits_of_their_own(last, prefix_cache_bytes):
    pipeline = make_pipeline(StandardScaler(), clone(last))
    name = f"{pipeline.steps[-1][0]}__max_iter"
    a_job = job(pipeline, name, prefix_cache_bytes=prefix_cache_bytes, return_train_score=True)
    alone = job(pipeline, name, continues=False)
    for outcome in climb(a_job, split=1):
        one_fit = run_task(alone, 0, {}, 1, None, outcome.resource)
        assert (outcome.status, outcome.test_scores) == ("ok", one_fit.test_scores)
        assert (outcome.state is None) == (outcome.resource == 27)
        assert one_fit.state is None


def test_the_iterations_of_all_rungs_are_those_of_the_last(monkeypatch):
    epochs, fit = [], MLPClassifier.fit

    def counted(self, X, y):
        fit(self, X, y)
        epochs.append(self.n_iter_)
        return self

    monkeypatch.setattr(MLPClassifier, "fit", counted)
    climb(job(MLPClassifier([4], random_state=0), "max_iter"))
    assert epochs == [3, 6, 18]


def test_only_the_data_of_the_last_step_decide():
    projected = make_pipeline(GaussianRandomProjection(3), RandomForestClassifier(random_state=0))
    fixed = make_pipeline(
        GaussianRandomProjection(3, random_state=0), RandomForestClassifier(random_state=0)
    )
    for pipeline, starts in ((projected, [0, 0]), (fixed, [0, 3])):
        state, found = None, []
        for amount in (3, 9):
            model = clone(pipeline).set_params(randomforestclassifier__n_estimators=amount)
            resource = Resource("randomforestclassifier__n_estimators", maximum=27)
            continuation = Continuation(model, resource, amount, state)
            Xt = model[0].fit_transform(CLASSES[0])
            continuation.fit(model[-1], Xt, CLASSES[1], {})
            state = continuation.state()
            found.append(continuation.n_before)
        assert found == starts


def test_a_step_that_is_a_parameter_goes_on_too():
    a_job = job(make_pipeline(StandardScaler(), "passthrough"), "clf__n_estimators")
    a_job.estimator.steps[-1] = ("clf", LogisticRegression())
    params = {"clf": RandomForestClassifier(random_state=0)}
    outcomes = climb(a_job, params)
    assert [outcome.state is None for outcome in outcomes] == [False, False, True]
    expected = run_task(a_job, 0, params, 0, None, 27)
    assert outcomes[-1].test_scores == expected.test_scores


class Spy(BaseEstimator):
    """Scores what it finds in an estimator that is scored."""

    def __call__(self, estimator, X, y):
        assert "fit" not in vars(estimator)
        assert "fit" not in vars(estimator[-1])
        assert estimator[-1].warm_start is False
        return float(len(estimator[-1].estimators_) == estimator[-1].n_estimators)


def test_what_is_scored_is_the_users_estimator():
    pipeline = make_pipeline(FunctionTransformer(), RandomForestClassifier(random_state=0))
    a_job = job(pipeline, "randomforestclassifier__n_estimators", scorer=Spy())
    assert [outcome.test_scores for outcome in climb(a_job)] == [1.0, 1.0, 1.0]


def test_a_fit_that_callbacks_observe_is_a_whole_one(monkeypatch):
    seen = {}
    monkeypatch.setattr(
        "skhpo.evaluation._task.fit_and_score",
        lambda estimator, *args, **options: seen.update(vars(estimator)) or {"fit_error": "no"},
    )
    with pytest.raises(KeyError):  # no scores
        run_task_raising(job(RandomForestClassifier(), "n_estimators"), context=object())
    assert "fit" not in seen


def run_task_raising(a_job, context):
    outcome = run_task(a_job, 0, {}, 0, context, 3)
    raise outcome.exception or KeyError("test_scores")


def test_a_state_that_cannot_be_pickled_is_none(monkeypatch):
    def refuse(*args, **options):
        raise TypeError("cannot pickle '_thread.lock' object")

    monkeypatch.setattr(_continuation.cloudpickle, "dumps", refuse)
    assert cloudpickle.dumps is refuse
    outcome = run_task(job(RandomForestClassifier(), "n_estimators"), 0, {}, 0, None, 3)
    assert (outcome.status, outcome.state) == ("ok", None)


class Secret(list):
    def __reduce_ex__(self, protocol):
        raise TypeError("cannot be pickled")


def test_data_that_cannot_be_pickled_are_fitted_and_not_continued():
    X, y = CLASSES
    assert state_of(RandomForestClassifier(), "n_estimators", 5, (X.tolist(), y)) is not None
    assert state_of(HIST, "max_iter", 5, (Secret(X.tolist()), y)) is None


def test_only_the_last_rung_says_that_it_has_not_converged():
    a_job = job(MLPClassifier([4], random_state=0), "max_iter")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first = run_task(a_job, 0, {}, 0, resource=3)
    assert first.status == "ok"
    with pytest.warns(ConvergenceWarning):
        run_task(a_job, 0, {}, 0, resource=27, state=first.state)
