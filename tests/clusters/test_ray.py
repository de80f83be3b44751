"""The same search on a real Ray: two processors of this machine, on the loopback interface."""

import os
import signal
import subprocess
import sys
import threading
import time

import joblib
import numpy as np
import pytest

from skhpo.evaluation import _executor, _payload
from tests.clusters._fits import (
    Stump,
    X,
    Y,
    assert_no_sandbox_is_left,
    assert_one_row_is,
    one_with,
    scores,
    searched,
    statuses,
    weight_of,
)

ray = pytest.importorskip("ray")

# Ray leaves sockets and processes to the garbage collector, and warns of its own coming changes.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ray"),
    pytest.mark.filterwarnings("ignore::FutureWarning:ray"),
    # What the tests provoke, scikit-learn reports.
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning"),
    pytest.mark.filterwarnings("ignore:One or more of the test scores:UserWarning"),
]


@pytest.fixture(scope="module")
def cluster():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        ray.init(
            num_cpus=2,
            num_gpus=0,
            include_dashboard=False,
            _node_ip_address="127.0.0.1",
            object_store_memory=100_000_000,
            log_to_driver=False,
            logging_level="ERROR",
        )
        yield
        ray.shutdown()


@pytest.fixture
def on_ray(cluster):
    with joblib.parallel_config(backend="ray"):
        yield


@pytest.fixture
def hidden_payload(monkeypatch):
    """Make the payload a file that nobody but the driver has ever seen; return what is sent."""
    sent = []

    class Elsewhere(_payload.Payload):
        def __init__(self, content):
            super().__init__(content)
            self.content  # noqa: B018 (read while the file is there)
            self.path.unlink()

    def send(self, task, *, isolate, whole=False):
        sent.append(whole)
        original(self, task, isolate=isolate, whole=whole)

    original = _executor.Executor._send
    monkeypatch.setattr(_executor, "Payload", Elsewhere)
    monkeypatch.setattr(_executor.Executor, "_send", send)
    return sent


def test_the_backend_is_known_without_being_registered_or_imported():
    code = """
import sys
from skhpo import RandomSearchCV
RandomSearchCV
from joblib.parallel import BACKENDS
print("ray" in BACKENDS, "ray" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["True", "False"]


def test_the_results_are_those_of_one_process(on_ray):
    search = searched().fit(X, Y)
    with joblib.parallel_config(backend="sequential"):
        alone = searched(n_jobs=1).fit(X, Y)
    assert scores(search) == scores(alone)
    assert len(scores(search)) == 5


def test_a_backend_that_the_user_registered_is_used(cluster, tmp_path, monkeypatch):
    from joblib.parallel import BACKENDS
    from ray.util.joblib import register_ray

    monkeypatch.setitem(BACKENDS, "ray", BACKENDS["ray"])
    register_ray()
    with joblib.parallel_config(backend="ray", n_jobs=2):
        searched(estimator=Stump(folder=str(tmp_path))).fit(X, Y)
    assert str(os.getpid()) not in {path.name.split("-")[0] for path in tmp_path.iterdir()}


def test_other_users_of_joblib_find_the_backend_too(on_ray):
    assert joblib.Parallel()(joblib.delayed(abs)(-i) for i in range(4)) == [0, 1, 2, 3]


def test_one_job_runs_inline(on_ray, tmp_path):
    searched(estimator=Stump(folder=str(tmp_path)), n_jobs=1).fit(X, Y)
    assert {path.name.split("-")[0] for path in tmp_path.iterdir()} == {str(os.getpid())}


def test_fits_run_in_all_workers_and_not_in_the_driver(on_ray, tmp_path):
    searched(estimator=Stump(folder=str(tmp_path), fate="slow"), n_iter=4).fit(X, Y)
    fitted_in = {int(path.name.split("-")[0]) for path in tmp_path.iterdir()}
    assert len(fitted_in) == 2
    assert os.getpid() not in fitted_in


@pytest.mark.parametrize(("n_jobs", "size"), [(None, 2), (-1, 2), (64, 64)])
def test_the_number_of_tasks_is_that_of_the_cluster_or_as_asked(on_ray, n_jobs, size):
    with _executor.WorkerPool(n_jobs) as pool:
        assert pool.size == size


def test_the_number_of_tasks_follows_the_cluster(on_ray, monkeypatch):
    with _executor.WorkerPool(None) as pool:
        monkeypatch.setattr(ray, "cluster_resources", lambda: {"CPU": 48.0})
        pool.poll()
        assert pool.size == 48


def test_sample_weight_reaches_the_fits(on_ray):
    weight = np.arange(60.0)
    search = searched(scoring=weight_of, error_score="raise").fit(X, Y, sample_weight=weight)
    both = search.cv_results_["split0_test_score"] + search.cv_results_["split1_test_score"]
    assert both == pytest.approx(np.full(5, weight.sum()))


def test_a_worker_that_does_not_see_the_file_is_sent_the_bytes_once(
    on_ray, hidden_payload, monkeypatch
):
    stored = []
    put = ray.put

    def count(value):
        stored.append(value.nbytes)
        return put(value)

    monkeypatch.setattr(ray, "put", count)
    search = searched(estimator=Stump(fate="slow")).fit(np.tile(X, (1, 1000)), Y)
    assert statuses(search) == ["ok"] * 5
    # Ray may run the task that brings the content on another worker than the one that asked.
    assert 1 <= sum(hidden_payload) <= 5
    assert len(stored) == 1
    assert stored[0] > 1_000_000


def test_limits_where_the_file_is_not_seen(on_ray, hidden_payload):
    search = searched(one_with("hang"), 6, fit_timeout=1).fit(X, Y)
    assert_one_row_is(search, "timeout")
    assert_no_sandbox_is_left()


def test_a_candidate_that_kills_its_worker_is_marked(on_ray):
    search = searched(one_with("exit"), 6).fit(X, Y)
    assert_one_row_is(search, "crashed")
    assert_no_sandbox_is_left()


def test_a_worker_killed_from_outside_costs_nothing(on_ray, tmp_path):
    def kill_one():
        while not any(tmp_path.iterdir()):
            time.sleep(0.05)
        os.kill(int(next(tmp_path.iterdir()).name.split("-")[0]), signal.SIGKILL)

    killer = threading.Thread(target=kill_one)
    killer.start()
    estimator = Stump(folder=str(tmp_path), fate="slow")
    search = searched(estimator=estimator).fit(X, Y)
    killer.join()
    with joblib.parallel_config(backend="sequential"):
        assert scores(search) == scores(searched().fit(X, Y))
    assert statuses(search) == ["ok"] * 5


def test_fits_that_hang_or_take_too_much_memory_are_ended(on_ray):
    space = [*one_with("hang"), {"threshold": [0.2], "fate": ["grow"]}]
    search = searched(space, 7, fit_timeout=1, fit_memory="150MB").fit(X, Y)
    assert statuses(search) == ["memory", *["ok"] * 5, "timeout"]
    assert_no_sandbox_is_left()
