"""A search survives what its fits do: nothing measured is lost, one row is marked, best is right.

Expensive are the processes, not the fits, so one search holds many poisoned candidates and many
tests read from it.
"""

import json
import os
import signal
import subprocess
import sys
import textwrap
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
    KillWorkerOnce,
    StartChildren,
)

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="limits need Linux")

X = np.zeros((4, 1))
HEALTHY = list(range(12))
LIMITS = {"fit_timeout": 1.5, "fit_memory": "150MB"}
PLACES = [(1, "loky"), (2, "loky"), (2, "threading")]
PLACE_NAMES = ["one job", "two processes", "two threads"]


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


def searched(faults, place, bad_scores=(), harmless=(), **options):
    """Search healthy candidates and, between them, one for each fault.

    A fault has a higher score than all that is healthy; what is harmless has a lower one.
    """
    n_jobs, backend = place
    poison = {100 + i: fault for i, fault in enumerate(faults)}
    scores = {200 + i: BAD_SCORES[name][0] for i, name in enumerate(bad_scores)}
    below = {-1 - i: action for i, action in enumerate(harmless)}
    bad = [*poison, *scores, *below]
    order = []
    for i in range(max(len(bad), len(HEALTHY))):
        order += HEALTHY[i : i + 1] + bad[i : i + 1]
    estimator = Faulty(poison={**poison, **below}, bad_scores=scores)
    search = RandomSearchCV(
        estimator, {"p": order}, n_iter=len(order), cv=2, n_jobs=n_jobs, **options
    )
    with joblib.parallel_config(backend=backend), warnings.catch_warnings():
        warnings.simplefilter("ignore", FitFailedWarning)
        warnings.filterwarnings("ignore", "Scoring failed|One or more of the|A worker stopped")
        search.fit(X)
    names = {200 + i: name for i, name in enumerate(bad_scores)}
    return Rows(search, {**poison, **names, **below})


def name_of(value):
    return getattr(value, "__name__", None)


@pytest.fixture(scope="module", params=PLACES, ids=PLACE_NAMES)
def place(request):
    return request.param


# -- exceptions and scores, without limits -------------------------------------------------------


class TestExceptions:
    @pytest.fixture(scope="class")
    @classmethod
    def rows(cls, place):
        faults = [*EXCEPTIONS, *([_faulty.interrupt] if place[0] > 1 else [])]
        return searched(faults, place, BAD_SCORES, [KeepLock()])

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
        if place[0] > 1:  # with one job it cannot be told from Ctrl-C
            rows.check_marked(_faulty.interrupt, "failed", "KeyboardInterrupt")


# -- crashes, hangs and greed, under limits ------------------------------------------------------


@needs_linux
class TestUnderLimits:
    @pytest.fixture(scope="class")
    @classmethod
    def folder(cls, tmp_path_factory):
        folder = tmp_path_factory.mktemp("supervised") / "children"
        folder.mkdir()
        return folder

    @pytest.fixture(scope="class")
    @classmethod
    def rows(cls, place, folder):
        faults = [*CRASHES, *HANGS, *GREEDY, _faulty.interrupt, *EXCEPTIONS]
        harmless = [KeepLock(), StartChildren(folder)]
        if place == (2, "loky"):  # elsewhere the process above the sandbox is this one
            harmless.append(KillWorkerOnce(folder.parent, levels=2))
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
        rows.check_marked(fault, "memory", "more memory than fit_memory=150000000 bytes")

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
        assert len(pids) >= 6  # three a split; more if its worker was killed and it ran again
        assert wait_for(lambda: not any(map(_limits._is_alive, pids)))

    def test_a_worker_killed_from_outside_costs_no_candidate(self, rows, place, folder):
        if place == (2, "loky"):
            [(killer, row)] = [x for x in rows.of.items() if isinstance(x[0], KillWorkerOnce)]
            assert killer.note.exists()
            assert (row["status"], row["n_splits_evaluated"]) == ("ok", 2)


# -- workers that die ----------------------------------------------------------------------------


@needs_linux
class TestWithoutLimits:
    """A fit that kills its loky worker breaks the whole pool; later fits run in sandboxes."""

    @pytest.fixture(scope="class")
    @classmethod
    def rows(cls):
        return searched([*CRASHES], (2, "loky"))

    def test_a_worker_killed_from_outside_costs_no_candidate(self, tmp_path):
        killer = KillWorkerOnce(tmp_path, levels=0)
        rows = searched([], (2, "loky"), harmless=[killer])
        assert killer.note.exists()
        assert set(rows.search.cv_results_["status"]) == {"ok"}
        rows.check_bystanders()

    def test_nothing_else_suffers(self, rows):
        rows.check_bystanders()

    @pytest.mark.parametrize(("fault", "words"), CRASHES.items(), ids=name_of)
    def test_a_crash(self, rows, fault, words):
        rows.check_marked(fault, "crashed", words)


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
import json, sys, time, warnings
import numpy as np
from skhpo import RandomSearchCV
from tests.search._faulty import Faulty, Note, sleep

folder, n_jobs, limits = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
hang = Note(folder, sleep)
search = RandomSearchCV(
    Faulty(poison={p: hang for p in range(4, 12)}), {"p": list(range(12))},
    n_iter=12, cv=2, n_jobs=n_jobs, **limits,
)
try:
    search.fit(np.zeros((4, 1)))
except KeyboardInterrupt:
    print(json.dumps({
        "best": search.best_params_,
        "status": list(search.cv_results_["status"]),
        "scores": list(search.cv_results_["mean_test_score"][:4]),
        "reason": search.stop_reason_,
        "has_refit": hasattr(search, "best_estimator_"),
    }))
    sys.exit(7)
"""


class Driver:
    """A Python process that searches, in a session, a folder and with a mark of its own."""

    def __init__(self, folder, n_jobs, limits, to_group):
        self.notes, self.temporary = folder / "notes", folder / "temporary"
        self.notes.mkdir(parents=True)
        self.temporary.mkdir()
        self.n_jobs, self.to_group, self.mark = n_jobs, to_group, uuid.uuid4().hex
        script = folder / "script.py"
        script.write_text(textwrap.dedent(SCRIPT))
        temporary = dict.fromkeys(("TMPDIR", "JOBLIB_TEMP_FOLDER"), str(self.temporary))
        path = os.pathsep.join(filter(None, sys.path))
        self.process = subprocess.Popen(
            [sys.executable, script, self.notes, str(n_jobs), json.dumps(limits)],
            env={**os.environ, **temporary, "PYTHONPATH": path, "MARK": self.mark},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )

    def interrupt(self):
        """Send SIGINT when all workers hang; return the seconds until the end."""
        assert wait_for(lambda: len([*self.notes.iterdir()]) >= self.n_jobs, 120)
        send = os.killpg if self.to_group else os.kill  # a terminal sends it to the group
        start = time.perf_counter()
        send(self.process.pid, signal.SIGINT)
        self.output, self.errors = self.process.communicate(timeout=60)
        return time.perf_counter() - start

    def left(self):
        """Return the processes, files and segments of shared memory that are left."""
        mark = f"MARK={self.mark}".encode()
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        processes = [pid for pid in pids if mark in _limits._read(f"/proc/{pid}/environ")]
        pid = str(self.process.pid)
        segments = [name for name in os.listdir("/dev/shm") if pid in name]
        return processes + segments + os.listdir(self.temporary)


CASES = [
    pytest.param(n_jobs, limited, id=f"{n_jobs} jobs, {'a' if limited else 'no'} limit")
    for n_jobs in (1, 2)
    for limited in (False, True)
]


@needs_linux
class TestCtrlC:
    @pytest.fixture(scope="class")
    @classmethod
    def drivers(cls, tmp_path_factory):
        """Start all at once: what takes time is their start."""
        started = {}
        for case in CASES:
            n_jobs, limited = case.values
            limits = {"fit_timeout": 300.0} if limited else {}
            folder = tmp_path_factory.mktemp("driver")
            started[n_jobs, limited] = Driver(folder, n_jobs, limits, to_group=n_jobs == 2)
        yield started
        for driver in started.values():
            driver.process.kill()
            driver.process.communicate()

    @pytest.mark.parametrize(("n_jobs", "limited"), CASES)
    def test_it_ends_the_search_and_keeps_what_is_complete(self, drivers, n_jobs, limited):
        driver = drivers[n_jobs, limited]
        seconds = driver.interrupt()
        assert driver.process.returncode == 7, driver.errors
        kept = json.loads(driver.output)
        assert kept["best"] == {"p": 3}
        assert kept["scores"] == [0.0, 1.0, 2.0, 3.0]
        assert kept["status"] == ["ok"] * 4
        assert (kept["reason"], kept["has_refit"]) == ("interrupted", False)
        assert wait_for(lambda: driver.left() == [], 10), driver.left()
        assert seconds < 10  # 2 on a machine that does nothing else


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
