"""Limits of time and memory, as a user of a search sees them."""

import os
import subprocess
import sys
import time
import warnings

import joblib
import numpy as np
import pytest
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import Ridge

from skhpo import BayesSearchCV, RandomSearchCV
from skhpo.evaluation import _limits
from skhpo.stopping import TimeBudget
from tests.search import _faulty
from tests.search._faulty import Faulty, Note
from tests.search._reuse import reused_interpreters  # noqa: F401 (a fixture)

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="both limits need Linux"),
    pytest.mark.usefixtures("reused_interpreters"),
]

X = np.zeros((4, 1))
PLACES = [(1, "loky"), (2, "threading")]  # loky differs in nothing that is tested here


class Patient(Faulty):
    """Takes its time for some values of ``p``, and hangs on a split for others.

    ``hangs`` maps values of ``p`` to the first row of the test part on which the fit hangs.
    """

    def __init__(self, p=0, seconds=0.0, hangs=None, poison=None, bad_scores=None):
        super().__init__(p, poison, bad_scores)
        self.seconds = seconds
        self.hangs = hangs

    def fit(self, X, y=None):
        time.sleep(self.seconds)
        if self.p in (self.hangs or {}) and X[0, 0] != self.hangs[self.p]:
            time.sleep(600)
        return super().fit(X, y)


def two_scores(estimator, X, y=None):
    return {"first": float(estimator.p), "second": -float(estimator.p)}


def searched(estimator, values, place=(1, "loky"), search=RandomSearchCV, X=X, **options):
    n_jobs, backend = place
    options = {"cv": 2, "n_iter": len(values), **options}
    found = search(estimator, {"p": values}, n_jobs=n_jobs, **options)
    with joblib.parallel_config(backend=backend), warnings.catch_warnings():
        warnings.simplefilter("ignore", FitFailedWarning)
        warnings.filterwarnings("ignore", "One or more of the")
        return found.fit(X)


def column(search, name):
    return dict(zip(search.cv_results_["param_p"], search.cv_results_[name], strict=True))


# -- the whole search ----------------------------------------------------------------------------


class WarmBudget(TimeBudget):
    """Counts from the first candidate: how long processes take to start is anybody's guess."""

    began = None

    def elapsed(self):
        return 0.0 if self.began is None else time.perf_counter() - self.began

    def learn(self, loss, fit_seconds, *more):
        self.began = self.began or time.perf_counter()
        super().learn(loss, fit_seconds, *more)


@pytest.fixture
def warm(monkeypatch):
    monkeypatch.setattr("skhpo.search._base.TimeBudget", WarmBudget)


@pytest.mark.parametrize("place", PLACES)
def test_max_time_returns_what_is_complete_and_sets_the_refit_aside(warm, place):
    start = time.perf_counter()
    search = searched(Patient(seconds=0.2), [*range(500)], place, max_time=1.2)
    seconds = time.perf_counter() - start
    n_complete = int(np.sum(search.cv_results_["status"] == "ok"))
    assert 1 <= n_complete <= 7
    assert search.best_params_ == {"p": n_complete - 1}
    assert search.best_estimator_.p == n_complete - 1
    assert search.stop_reason_ == "max_time=1.2 s is over"
    assert search.refit_time_ >= 0.2
    assert seconds < 100  # 200 s, at least, are what all candidates take


def test_max_time_ends_a_fit_that_hangs_and_does_not_blame_it(warm):
    search = searched(Faulty(poison={3: _faulty.hold_the_lock}), [1, 2, 3], max_time=1.0)
    assert search.best_params_ == {"p": 2}
    assert column(search, "status") == {1: "ok", 2: "ok"}  # of 3, nothing was measured


def test_a_dropped_candidate_has_no_mean_and_never_wins(warm):
    X = np.arange(4.0).reshape(4, 1)
    search = searched(
        Patient(hangs={9: 2.0}),  # where the training part does not begin with this row
        [1, 2, 9],
        X=X,
        max_time=1.0,
        scoring=two_scores,
        refit="first",
        return_train_score=True,
    )
    assert column(search, "status") == {1: "ok", 2: "ok", 9: "dropped"}
    assert column(search, "n_splits_evaluated") == {1: 2, 2: 2, 9: 1}
    assert column(search, "error")[9] is None
    assert search.best_params_ == {"p": 2}
    for name, sign in [("first", 1.0), ("second", -1.0)]:
        for part in ["test", "train"]:
            assert column(search, f"split0_{part}_{name}")[9] == 9.0 * sign
            assert np.isnan(column(search, f"split1_{part}_{name}")[9])
            assert np.isnan(column(search, f"mean_{part}_{name}")[9])
            assert column(search, f"mean_{part}_{name}")[2] == 2.0 * sign
        assert column(search, f"rank_test_{name}")[9] == 3


def test_nothing_complete_is_a_clear_error():
    with pytest.raises(ValueError, match=r"no candidate was complete .*max_time=0.3 s is over"):
        searched(Patient(seconds=60), [1, 2], max_time=0.3)


# -- one fit -------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=PLACES, ids=["one job", "two threads"])
def limited(request, tmp_path_factory, reused_interpreters):  # noqa: F811
    """Search under all limits at once, with two scores; return it and the folder of notes."""
    folder = tmp_path_factory.mktemp("notes")
    poison = {
        7: Note(folder, _faulty.hold_the_lock),
        8: _faulty.take_30_gb,
        9: _faulty.leave,
        10: _faulty.stop,
    }
    search = searched(
        Faulty(poison=poison),
        [7, 1, 8, 2, 9, 3, 10, 4],
        request.param,
        cv=4,
        scoring=two_scores,
        refit="first",
        return_train_score=True,
        max_time=300.0,
        fit_timeout=0.5,
        fit_memory="150MB",
    )
    return search, folder


def test_each_row_says_what_became_of_it(limited):
    search, _ = limited
    bad = {7: "timeout", 8: "memory", 9: "crashed", 10: "failed"}
    assert column(search, "status") == {**dict.fromkeys([1, 2, 3, 4], "ok"), **bad}
    errors = column(search, "error")
    assert {p for p, error in errors.items() if error is not None} == set(bad)
    assert search.best_params_ == {"p": 4}
    assert search.stop_reason_ == "n_iter=8 candidates are done"


def test_the_other_splits_of_an_ended_candidate_are_not_tried(limited):
    search, folder = limited
    tried = column(search, "n_splits_evaluated")
    n_at_once = 1 if search.n_jobs == 1 else 2
    assert len(list(folder.iterdir())) <= n_at_once
    assert all(tried[p] <= n_at_once for p in (7, 8, 9))
    assert all(tried[p] == 4 for p in (1, 2, 3, 4, 10))


def test_all_columns_are_there_and_nan_where_nothing_was_measured(limited):
    search, _ = limited
    for name, sign in [("first", 1.0), ("second", -1.0)]:
        for part in ("test", "train"):
            for kind in ("mean", "std", *(f"split{i}" for i in range(4))):
                values = column(search, f"{kind}_{part}_{name}")
                assert all(np.isnan(values[p]) for p in (7, 8, 9, 10))
            assert [values[p] for p in (1, 2, 3, 4)] == [sign, 2 * sign, 3 * sign, 4 * sign]


def test_where_all_candidates_time_out_there_is_an_error_and_no_refit():
    with pytest.raises(ValueError, match=r"(?s)no candidate was complete.*2 timeout.*fit_timeout"):
        searched(Patient(seconds=60), [1, 2], fit_timeout=0.2)


def test_raise_raises():
    with pytest.raises(TimeoutError, match="the fit took longer than fit_timeout="):
        searched(Patient(seconds=60), [1, 2], error_score="raise", fit_timeout=0.2)


@pytest.mark.slow
def test_a_tight_timeout_on_a_loaded_machine_ends_no_healthy_fit():
    burners = []

    def load(progress):
        """Keep all processors busy as soon as the first candidate is complete."""
        if not burners:
            burn = [sys.executable, "-S", "-c", "while True: pass"]
            burners.extend(subprocess.Popen(burn) for _ in range(2 * (os.cpu_count() or 1)))

    place, limits = (2, "threading"), {"fit_timeout": 0.5, "stopping": load}
    try:
        search = searched(Patient(seconds=0.05), [*range(12)], place, **limits)
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()
    assert burners
    assert set(search.cv_results_["status"]) == {"ok"}


# -- how limits are given ------------------------------------------------------------------------


@pytest.mark.parametrize("search", [BayesSearchCV, RandomSearchCV])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fit_memory", "lots"),
        ("fit_memory", 0),
        ("fit_memory", [1]),
        ("max_time", 0),
        ("max_time", "1 h"),
        ("fit_timeout", -1),
        ("fit_timeout", 0.0),
    ],
)
def test_what_is_no_limit_is_named_before_any_fit(tmp_path, search, name, value):
    estimator = Faulty(poison={1: Note(tmp_path), 2: Note(tmp_path)})
    with pytest.raises(ValueError, match=name):
        search(estimator, {"p": [1, 2]}, cv=2, **{name: value}).fit(X)
    assert list(tmp_path.iterdir()) == []


def test_without_limits_no_process_is_started(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr(os, "fork", refuse)
    before = set(_limits.descendants(os.getpid()))
    search = searched(Faulty(), [1, 2, 3])
    assert search.best_params_ == {"p": 3}
    assert set(_limits.descendants(os.getpid())) <= before


def test_limits_change_no_result_and_what_is_not_enforced_is_said_once(monkeypatch):
    monkeypatch.setattr("skhpo.search._base.unenforceable", lambda *_: ["fit_memory is not"])
    y = np.array([0.0, 1.0, 2.0, 2.5, 4.0, 5.5])
    data = np.column_stack([y**2, np.sin(y)])
    limits = {"fit_timeout": 60.0, "fit_memory": "1GB", "max_time": 600.0}
    search = BayesSearchCV(Ridge(), {"alpha": (1e-3, 1e2)}, n_iter=8, cv=3, random_state=0)
    search.set_params(**limits)
    with pytest.warns(UserWarning, match="fit_memory is not") as said:
        scores = search.fit(data, y).cv_results_["mean_test_score"]
    assert len(said) == 1
    monkeypatch.undo()
    search.set_params(**dict.fromkeys(limits)).fit(data, y)
    np.testing.assert_array_equal(search.cv_results_["mean_test_score"], scores)
