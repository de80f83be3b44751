"""An ``eval_set`` is a part of the training rows, as the last step sees them."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.datasets import make_classification
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skhpo.evaluation import Job, Resource, run_task, with_eval_set
from skhpo.evaluation._eval_set import held_out, takes_eval_set

RNG = np.random.default_rng(0)
X = np.column_stack([np.arange(100.0), RNG.normal(size=100)])
Y = np.repeat([0, 1], [80, 20])


class Recorder(ClassifierMixin, BaseEstimator):
    """Notes what it is fitted with."""

    def __init__(self, early_stopping_rounds=5, n_estimators=10):
        self.early_stopping_rounds = early_stopping_rounds
        self.n_estimators = n_estimators

    def fit(self, X, y, sample_weight=None, eval_set=None):
        self.classes_ = np.unique(y)
        self.given_ = X, y, sample_weight, eval_set
        return self

    def predict(self, X):
        return np.zeros(len(X))


class Regressing(RegressorMixin, Recorder):
    pass


class Plain(BaseEstimator):
    def __init__(self, early_stopping_rounds=5):
        self.early_stopping_rounds = early_stopping_rounds

    def fit(self, X, y):
        self.n_rows_ = len(X)
        return self


def test_rows_are_held_out_of_what_is_fitted():
    model = Recorder()
    with with_eval_set(model, 0.2, seed=3):
        assert model.fit(X, Y) is model
    Xt, yt, _, [(Xv, yv)] = model.given_
    assert (len(Xt), len(Xv)) == (80, 20)
    assert sorted([*Xt[:, 0], *Xv[:, 0]]) == list(range(100))
    np.testing.assert_array_equal(yv, Y[Xv[:, 0].astype(int)])
    np.testing.assert_array_equal(yt, Y[Xt[:, 0].astype(int)])
    assert np.bincount(yv).tolist() == [16, 4]
    assert "fit" not in vars(model)


def test_the_seed_decides_which_rows():
    found = []
    for seed in (0, 0, 1):
        _, _, params = held_out(Recorder(), X, Y, {}, 0.2, seed)
        found.append(params["eval_set"][0][0][:, 0].tolist())
    assert found[0] == found[1] != found[2]


def test_a_pipeline_holds_out_what_its_steps_have_made():
    pipeline = make_pipeline(StandardScaler(), Recorder())
    with with_eval_set(pipeline, 0.25):
        pipeline.fit(X, Y)
    Xt, _, _, [(Xv, _)] = pipeline[-1].given_
    both = np.concatenate([Xt, Xv])
    np.testing.assert_allclose(both.mean(axis=0), 0, atol=1e-12)  # scaled by all of them
    assert len(Xv) == 25
    assert "fit" not in vars(pipeline)
    assert "fit" not in vars(pipeline[-1])


def test_arguments_by_row_are_held_out_too():
    _, y, params = held_out(Recorder(), X, Y, {"sample_weight": X[:, 0], "other": 3}, 0.2)
    [(Xv, _)] = params["eval_set"]
    assert len(params["sample_weight"]) == len(y) == 80
    assert not set(params["sample_weight"]) & set(Xv[:, 0])
    assert params["other"] == 3


@pytest.mark.parametrize(
    ("model", "params", "fraction"),
    [
        (Recorder(early_stopping_rounds=None), {}, 0.2),
        (Recorder(), {}, None),
        (Recorder(), {"eval_set": "the user's"}, 0.2),
        (Plain(), {}, 0.2),
    ],
)
def test_everything_else_is_left_alone(model, params, fraction):
    assert held_out(model, X, Y, params, fraction) == (X, Y, params)


def test_few_rows_and_rare_classes_are_held_out_at_random():
    y = np.arange(6)
    _, kept, params = held_out(Recorder(), X[:6], y, {}, 0.01)
    assert (len(kept), len(params["eval_set"][0][1])) == (5, 1)
    _, kept, params = held_out(Regressing(), X[:2], y[:2], {}, 0.9)
    assert (len(kept), len(params["eval_set"][0][1])) == (1, 1)


@pytest.mark.parametrize("fraction", [0, 1, -0.5, 1.5])
def test_a_bad_fraction_is_an_error(fraction):
    with pytest.raises(ValueError, match="has to be None or between 0 and 1"):
        with_eval_set(Recorder(), fraction).__enter__()


def test_an_estimator_is_clean_after_an_error():
    model = make_pipeline(StandardScaler(), Recorder())
    with pytest.raises(ValueError, match="could not convert"), with_eval_set(model, 0.2):
        model.fit([["a"], ["b"]], [0, 1])
    assert "fit" not in vars(model)


def test_what_takes_no_eval_set():
    assert not takes_eval_set("passthrough")
    assert not takes_eval_set(StandardScaler())


def test_test_rows_never_reach_a_task():
    seen = []

    def score(estimator, X, y):
        Xt, _, _, [(Xv, _)] = estimator.given_
        seen.append((set(Xt[:, 0]) | set(Xv[:, 0])) & set(X[:, 0]))
        return float(len(Xv))

    rows = RNG.permutation(100)
    job = Job(
        Recorder(), X, Y, [(rows[:60], rows[60:])], score, eval_fraction=0.2,
        resource=Resource("n_estimators", maximum=9, levels=(3, 9)),
    )  # fmt: skip
    for amount in (3, 9, None):
        assert run_task(job, 0, {}, 0, None, amount).test_scores == 12.0
    assert seen == [set(), set(), set()]


# -- the real ones -------------------------------------------------------------------------------


def models():
    data = {"random_state": 0}
    yield "lightgbm", "LGBMClassifier", {**data, "early_stopping_round": 3, "verbose": -1}
    yield "xgboost", "XGBClassifier", {**data, "early_stopping_rounds": 3}
    options = {"early_stopping_rounds": 3, "verbose": 0, "allow_writing_files": False}
    yield "catboost", "CatBoostClassifier", {**data, **options}


@pytest.mark.parametrize(("module", "name", "options"), models())
@pytest.mark.filterwarnings("ignore")
def test_they_stop_early(module, name, options, capsys):
    data, target = make_classification(300, flip_y=0.4, random_state=0)
    model = getattr(pytest.importorskip(module), name)(n_estimators=400, **options)
    with with_eval_set(model, 0.2):
        model.fit(data, target)
    best = getattr(model, "best_iteration_", None) or model.best_iteration
    assert 0 < best < 300
    assert "validation_0" not in capsys.readouterr().out
    assert set(model.predict(data)) == {0, 1}
