"""A search survives what its fits do: nothing measured is lost, one row is marked, best is right.

Expensive are the processes, not the fits, so one search holds many poisoned candidates and many
tests read from it.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
import warnings

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.exceptions import FitFailedWarning

from skhpo import BayesSearchCV, RandomSearchCV
from skhpo.evaluation import _limits
from tests.search import _faulty
from tests.search._faulty import (
    BAD_SCORES,
    CRASHES,
    EXCEPTIONS,
    GREEDY,
    HANGS,
    Faulty,
    KeepLock,
    LoseSecond,
    StartChildren,
)
from tests.search._reuse import reused_interpreters  # noqa: F401 (a fixture)

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="limits need Linux")

X = np.zeros((4, 1))
HEALTHY = list(range(12))
LIMITS = {"fit_timeout": 1.5, "fit_memory": "100MB"}
PLACES = {"one job": (1, "loky"), "two threads": (2, "threading"), "two processes": (2, "loky")}


class Rows:
    """What a search made of candidates that are named."""

    def __init__(self, search, names):
        self.search = search
        results = search.cv_results_
        self.of = {}
        for i, params in enumerate(results["params"]):
            name = names.get(params["p"], params["p"])
            self.of[name] = {key: column[i] for key, column in results.items()}

    def check_bystanders(self):
        """Check that nothing measured is lost, and that the best is right."""
        for p in HEALTHY:
            row = self.of[p]
            assert (row["status"], row["error"], row["n_splits_evaluated"]) == ("ok", None, 2)
            assert row["split0_test_score"] == row["split1_test_score"] == p
        assert self.search.best_params_ == {"p": HEALTHY[-1]}
        assert self.search.best_score_ == HEALTHY[-1]
        assert self.search.best_estimator_.p == HEALTHY[-1]

    def check_marked(self, name, status, words):
        """Check that the row of a fault has the status and the cause."""
        row = self.of[name]
        assert row["status"] == status
        assert words in row["error"]
        assert np.isnan(row["mean_test_score"])
        assert row["rank_test_score"] > len(HEALTHY)


def searched(faults, place, bad_scores=(), harmless=(), last=(), **options):
    """Search healthy candidates and, between them, one for each fault.

    A fault has a higher score than all that is healthy; what is harmless has a lower one.
    """
    n_jobs, backend = place
    poison = {100 + i: fault for i, fault in enumerate(faults)}
    scores = {200 + i: BAD_SCORES[name][0] for i, name in enumerate(bad_scores)}
    below = {-1 - i: action for i, action in enumerate(harmless)}
    final = {300 + i: fault for i, fault in enumerate(last)}
    bad = [*poison, *scores, *below, *final]
    ends = np.linspace(0, len(HEALTHY), len(bad) + 1).astype(int)
    order = []
    for p, i, j in zip(bad, ends[:-1], ends[1:], strict=True):
        order += [p, *HEALTHY[i:j]]
    estimator = Faulty(poison={**poison, **below, **final}, bad_scores=scores)
    search = RandomSearchCV(
        estimator, {"p": order}, n_iter=len(order), cv=2, n_jobs=n_jobs, **options
    )
    with joblib.parallel_config(backend=backend), warnings.catch_warnings():
        warnings.simplefilter("ignore", FitFailedWarning)
        warnings.filterwarnings("ignore", "Scoring failed|One or more of the|A worker stopped")
        search.fit(X)
    names = {200 + i: name for i, name in enumerate(bad_scores)}
    return Rows(search, {**poison, **names, **below, **final})


def name_of(value):
    return getattr(value, "__name__", None)


# -- without limits ------------------------------------------------------------------------------


@needs_linux
@pytest.mark.usefixtures("reused_interpreters")
class TestWithoutLimits:
    """In processes, crashes come last: from the first one on, fits run in sandboxes.

    That one is a worker killed with SIGKILL, as from outside.
    """

    @pytest.fixture(scope="class", params=PLACES)
    @classmethod
    def place(cls, request):
        return PLACES[request.param]

    @pytest.fixture(scope="class")
    @classmethod
    def rows(cls, place, tmp_path_factory, reused_interpreters):  # noqa: F811
        faults, harmless, last = [*EXCEPTIONS], [KeepLock()], []
        if place == PLACES["two threads"]:  # with one job it cannot be told from Ctrl-C
            faults.append(_faulty.interrupt)
        if place == PLACES["two processes"]:  # elsewhere a crash ends this process
            harmless.append(LoseSecond(tmp_path_factory.mktemp("calls")))
            last = [*CRASHES, _faulty.interrupt]
        return searched(faults, place, BAD_SCORES, harmless, last)

    def test_nothing_else_suffers(self, rows):
        rows.check_bystanders()

    @pytest.mark.parametrize(("fault", "words"), EXCEPTIONS.items(), ids=name_of)
    def test_an_exception_is_a_failed_candidate(self, rows, fault, words):
        rows.check_marked(fault, "failed", words)
        assert rows.of[fault]["n_splits_evaluated"] == 2

    @pytest.mark.parametrize("name", BAD_SCORES)
    def test_a_score_that_is_no_finite_number_is_a_failed_candidate(self, rows, name):
        rows.check_marked(name, "failed", BAD_SCORES[name][1])

    def test_a_fitted_estimator_need_not_be_picklable(self, rows):
        [row] = [row for name, row in rows.of.items() if isinstance(name, KeepLock)]
        assert (row["status"], row["mean_test_score"]) == ("ok", -1.0)

    def test_an_interrupt_that_a_fit_raises_in_a_worker_is_its_failure(self, rows, place):
        if place[0] > 1:
            rows.check_marked(_faulty.interrupt, "failed", "KeyboardInterrupt")

    def test_a_crash_of_a_worker_is_a_crashed_candidate(self, rows, place):
        if place == PLACES["two processes"]:
            for fault, words in CRASHES.items():
                rows.check_marked(fault, "crashed", words)

    def test_a_fit_that_is_lost_beside_a_crash_is_repeated(self, rows, place):
        if place == PLACES["two processes"]:
            [(loser, row)] = [x for x in rows.of.items() if isinstance(x[0], LoseSecond)]
            assert all(note.exists() for note in loser.notes)
            assert (row["status"], row["n_splits_evaluated"]) == ("ok", 2)


# -- under limits --------------------------------------------------------------------------------


@needs_linux
@pytest.mark.usefixtures("reused_interpreters")
class TestUnderLimits:
    @pytest.fixture(scope="class", params=PLACES)
    @classmethod
    def place(cls, request):
        return PLACES[request.param]

    @pytest.fixture(scope="class")
    @classmethod
    def folder(cls, place, tmp_path_factory):
        return tmp_path_factory.mktemp("children")

    @pytest.fixture(scope="class")
    @classmethod
    def rows(cls, place, folder, reused_interpreters):  # noqa: F811
        faults = [*CRASHES, *HANGS, *GREEDY, _faulty.interrupt, *EXCEPTIONS]
        harmless = [KeepLock(), StartChildren(folder)]
        return searched(faults, place, BAD_SCORES, harmless, **LIMITS)

    def test_nothing_else_suffers(self, rows):
        rows.check_bystanders()

    @pytest.mark.parametrize(("fault", "words"), CRASHES.items(), ids=name_of)
    def test_a_crash(self, rows, fault, words):
        rows.check_marked(fault, "crashed", words)

    @pytest.mark.parametrize("fault", HANGS, ids=name_of)
    def test_a_hang(self, rows, fault):
        rows.check_marked(fault, "timeout", "the fit took longer than fit_timeout=1.5 s")

    @pytest.mark.parametrize("fault", [*GREEDY, _faulty.raise_memory_error], ids=name_of)
    def test_too_much_memory(self, rows, fault):
        rows.check_marked(fault, "memory", "more memory than fit_memory=100000000 bytes")

    @pytest.mark.parametrize("fault", [*EXCEPTIONS, _faulty.interrupt], ids=name_of)
    def test_an_exception(self, rows, fault):
        if fault is not _faulty.raise_memory_error:
            words = EXCEPTIONS.get(fault, "KeyboardInterrupt")
            rows.check_marked(fault, "failed", words)

    @pytest.mark.parametrize("name", BAD_SCORES)
    def test_a_bad_score(self, rows, name):
        rows.check_marked(name, "failed", BAD_SCORES[name][1])

    def test_a_fitted_estimator_need_not_be_picklable(self, rows):
        [row] = [row for name, row in rows.of.items() if isinstance(name, KeepLock)]
        assert row["status"] == "ok"

    def test_what_a_fit_started_is_gone(self, rows, folder):
        [row] = [row for name, row in rows.of.items() if isinstance(name, StartChildren)]
        assert row["status"] == "ok"
        pids = [int(path.name) for path in folder.iterdir()]
        assert len(pids) == 6  # three a split
        assert wait_for(lambda: not any(map(_limits._is_alive, pids)))


# -- what cannot be shipped ----------------------------------------------------------------------


class Holder(BaseEstimator):
    """Scores 1, whatever it holds."""

    def __init__(self, held=None):
        self.held = held

    def fit(self, X, y=None):
        raise AssertionError("a fit was started")

    def score(self, X, y=None):
        return 1.0


class Unpicklable:
    """Can be copied, not pickled."""

    def __reduce__(self):
        raise TypeError("this object stays where it is")

    def __deepcopy__(self, memo):
        return self


class UnpicklableScorer(Unpicklable):
    def __call__(self, estimator, X, y=None):
        return 1.0


@pytest.mark.parametrize(
    "limits",
    [{"n_jobs": 2}, pytest.param({"n_jobs": 1, "fit_timeout": 5.0}, marks=needs_linux)],
    ids=["two jobs", "a limit"],
)
@pytest.mark.parametrize(
    ("name", "estimator", "values", "scoring"),
    [
        ("estimator", Holder(Unpicklable()), [1, 2], None),
        ("a value in the search space", Holder(), [None, Unpicklable()], None),
        ("scoring", Holder(), [1, 2], UnpicklableScorer()),
    ],
)
def test_what_cannot_be_pickled_is_named_before_the_first_fit(
    name, estimator, values, scoring, limits
):
    space = {"held": values} if name != "estimator" else {}
    search = BayesSearchCV(estimator, space, cv=2, scoring=scoring, error_score="raise", **limits)
    with pytest.raises(TypeError, match=f"^{name} cannot be pickled.* stays where it is"):
        search.fit(X)


def test_threads_need_no_pickling():
    search = RandomSearchCV(Faulty(), {"poison": [None, {5: Unpicklable()}]}, cv=2, n_jobs=2)
    with joblib.parallel_config(backend="threading"):
        assert search.fit(X).best_score_ == 0.0


# -- Ctrl-C --------------------------------------------------------------------------------------


def wait_for(condition, seconds=30.0):
    """Poll: there is no telling how busy the machine is."""
    end = time.perf_counter() + seconds
    while not condition() and time.perf_counter() < end:
        time.sleep(0.02)
    return condition()


SCRIPT = """
import json, sys
import numpy as np
from skhpo import RandomSearchCV
from tests.search._faulty import Faulty, Note, sleep

for folder, n_jobs, limits in json.loads(sys.argv[1]):
    hang = Note(folder, sleep)
    search = RandomSearchCV(
        Faulty(poison={p: hang for p in range(4, 12)}), {"p": list(range(12))},
        n_iter=12, cv=2, n_jobs=n_jobs, **limits,
    )
    try:
        search.fit(np.zeros((4, 1)))
    except KeyboardInterrupt:
        kept = {
            "best": search.best_params_,
            "status": list(search.cv_results_["status"]),
            "scores": list(search.cv_results_["mean_test_score"]),
            "reason": search.stop_reason_,
            "has_refit": hasattr(search, "best_estimator_"),
        }
        print(json.dumps(kept), flush=True)
"""
KEPT = {
    "best": {"p": 3},
    "status": ["ok"] * 4,
    "scores": [0.0, 1.0, 2.0, 3.0],
    "reason": "interrupted",
    "has_refit": False,
}


class Driver:
    """A Python process that searches, in a session, a folder and with a mark of its own."""

    def __init__(self, folder, cases):
        self.temporary, self.mark = folder / "temporary", uuid.uuid4().hex
        self.temporary.mkdir()
        script = folder / "script.py"
        script.write_text(SCRIPT)
        temporary = dict.fromkeys(("TMPDIR", "JOBLIB_TEMP_FOLDER"), str(self.temporary))
        path = os.pathsep.join(filter(None, sys.path))
        self.process = subprocess.Popen(
            [sys.executable, script, json.dumps(cases)],
            env={**os.environ, **temporary, "PYTHONPATH": path, "MARK": self.mark},
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        self.deadline = threading.Timer(300, self.process.kill)
        self.deadline.start()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.deadline.cancel()
        self.process.kill()
        self.process.communicate()

    def interrupt(self, notes, n_jobs):
        """Send SIGINT when all workers hang; return what is kept, and in how many seconds."""
        assert wait_for(lambda: len([*notes.iterdir()]) >= n_jobs, 120)
        send = os.kill if n_jobs == 1 else os.killpg  # a terminal sends it to the group
        start = time.perf_counter()
        send(self.process.pid, signal.SIGINT)
        return json.loads(self.process.stdout.readline()), time.perf_counter() - start

    def left(self):
        """Return the processes, files and segments of shared memory that are left."""
        mark = f"MARK={self.mark}".encode()
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        processes = [pid for pid in pids if mark in _limits._read(f"/proc/{pid}/environ")]
        pid = str(self.process.pid)
        segments = [name for name in os.listdir("/dev/shm") if pid in name]
        return processes + segments + os.listdir(self.temporary)


@needs_linux
@pytest.mark.slow
def test_ctrl_c_ends_the_search_and_keeps_what_is_complete(tmp_path):
    cases = []
    for n_jobs in (1, 2):
        for limits in ({}, {"fit_timeout": 300.0}):
            notes = tmp_path / f"{n_jobs}-{len(limits)}"
            notes.mkdir()
            cases.append((notes, n_jobs, limits))
    with Driver(tmp_path, [(str(notes), *more) for notes, *more in cases]) as driver:
        for notes, n_jobs, _ in cases:
            kept, seconds = driver.interrupt(notes, n_jobs)
            assert kept == KEPT
            assert seconds < 10  # 2 on a machine that does nothing else
        assert driver.process.wait(60) == 0
        assert wait_for(lambda: driver.left() == [], 10), driver.left()


def test_ctrl_c_before_anything_is_complete():
    def interrupt(estimator, X, y=None):
        raise KeyboardInterrupt

    search = RandomSearchCV(Faulty(), {"p": [1, 2]}, cv=2, scoring=interrupt)
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)
    assert not hasattr(search, "cv_results_")


def test_ctrl_c_after_failures_alone_is_a_ctrl_c():
    estimator = Faulty(poison={1: _faulty.stop, 2: _faulty.interrupt})
    search = RandomSearchCV(estimator, {"p": [1, 2]}, cv=2)
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)


def test_a_search_can_be_run_again_after_an_interrupt():
    estimator = Faulty(poison={2: _faulty.interrupt})
    search = RandomSearchCV(estimator, {"p": [1, 2]}, cv=2)
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)
    assert list(search.cv_results_["status"]) == ["ok"]
    search.set_params(estimator__poison=None).fit(X)
    assert search.best_params_ == {"p": 2}
