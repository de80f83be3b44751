"""The same search on a real Dask cluster: two worker processes on the loopback interface."""

import os
import signal
import threading
import time

import joblib
import numpy as np
import pytest

import skhpo
from skhpo.evaluation import _executor, _payload
from tests.clusters._fits import (
    HARMLESS,
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

distributed = pytest.importorskip("distributed")
dask = pytest.importorskip("dask")

# Workers that are killed on purpose leave sockets and half-read streams in distributed, which
# the garbage collector reports in whatever test it runs.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:distributed"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:tornado"),
    # What the tests provoke, scikit-learn reports.
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning"),
    pytest.mark.filterwarnings("ignore:One or more of the test scores:UserWarning"),
]

SETTINGS = {
    "distributed.scheduler.allowed-failures": 1,  # each retry costs the start of a worker
    "distributed.worker.memory.terminate": False,
    "distributed.admin.log-length": 0,
}


@pytest.fixture(scope="module")
def client():
    with (
        dask.config.set(SETTINGS),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=50,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def wait_for_nannies(client, seconds=30):
    """Wait until both workers are up; a nanny gives up one that dies while it starts."""
    client.wait_for_workers(2, timeout=seconds)
    for _ in range(10 * seconds):
        states = client.run(lambda dask_worker: dask_worker.process.status.name, nanny=True)
        if [*states.values()] == ["running"] * 2:
            return
        time.sleep(0.1)
    pytest.fail(f"the workers do not start: {states}")


@pytest.fixture
def on_dask(client):
    wait_for_nannies(client)
    with joblib.parallel_config(backend="dask"):
        yield client


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


def worker_pids(client):
    return set(client.run(os.getpid).values())


def test_the_results_are_those_of_one_process(on_dask):
    search = searched().fit(X, Y)
    with joblib.parallel_config(backend="sequential"):
        alone = searched(n_jobs=1).fit(X, Y)
    assert scores(search) == scores(alone)
    assert len(scores(search)) == 5


def test_fits_run_in_all_workers_and_not_in_the_driver(on_dask, tmp_path):
    estimator = Stump(folder=str(tmp_path), fate="slow")
    searched(estimator=estimator, n_iter=4).fit(X, Y)
    fitted_in = {int(path.name.split("-")[0]) for path in tmp_path.iterdir()}
    assert fitted_in == worker_pids(on_dask)


@pytest.mark.parametrize("n_jobs", [None, -1, 64])
def test_the_cluster_says_how_many_tasks_are_under_way(on_dask, n_jobs):
    with _executor.WorkerPool(n_jobs) as pool:
        assert pool.size == 2


def test_the_number_of_tasks_follows_the_cluster(on_dask, monkeypatch):
    with _executor.WorkerPool(None) as pool:
        monkeypatch.setattr(on_dask, "ncores", lambda: {"one": 16, "two": 32})
        pool.poll()
        assert pool.size == 48


def test_the_only_worker_of_a_cluster_is_not_the_driver(on_dask, monkeypatch):
    monkeypatch.setattr(on_dask, "ncores", lambda: {"one": 1})
    with _executor.WorkerPool(None) as pool:
        assert pool.size == 1
        assert not pool.runs_inline


def test_sample_weight_reaches_the_fits(on_dask):
    weight = np.arange(60.0)
    search = searched(scoring=weight_of, error_score="raise").fit(X, Y, sample_weight=weight)
    both = search.cv_results_["split0_test_score"] + search.cv_results_["split1_test_score"]
    assert both == pytest.approx(np.full(5, weight.sum()))


def test_a_worker_that_does_not_see_the_file_is_sent_the_bytes_once(on_dask, hidden_payload):
    scattered = []
    scatter = on_dask.scatter

    def count(data, **options):
        scattered.append(data.nbytes)
        return scatter(data, **options)

    on_dask.scatter = count
    try:
        search = searched(estimator=Stump(fate="slow")).fit(np.tile(X, (1, 1000)), Y)
    finally:
        del on_dask.scatter
    assert statuses(search) == ["ok"] * 5
    # Dask may run the task that brings the content on another worker than the one that asked.
    assert 1 <= sum(hidden_payload) <= 5
    assert len(scattered) == 1
    assert scattered[0] > 1_000_000


def test_limits_where_the_file_is_not_seen(on_dask, hidden_payload):
    search = searched(one_with("hang"), 6, fit_timeout=1).fit(X, Y)
    assert_one_row_is(search, "timeout")
    assert_no_sandbox_is_left()


def test_a_candidate_that_kills_its_worker_is_marked(on_dask):
    search = searched(one_with("exit"), 6).fit(X, Y)
    assert_one_row_is(search, "crashed")
    assert_no_sandbox_is_left()


def test_a_candidate_that_kills_its_worker_where_the_file_is_not_seen(on_dask, hidden_payload):
    search = searched(one_with("exit"), 6).fit(X, Y)
    assert_one_row_is(search, "crashed")


def test_a_worker_killed_from_outside_costs_nothing(on_dask, tmp_path):
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


def test_a_failure_is_handed_over_once(on_dask):
    results = []
    with _executor.WorkerPool(None) as pool:
        pool.submit(os._exit, (3,), results.append)
        pool.submit(abs, (-1,), results.append)
        end = time.monotonic() + 30
        while len(results) < 2 and time.monotonic() < end:
            pool.poll()
            time.sleep(0.05)
        for _ in range(10):
            pool.poll()
        assert not pool._futures
    assert 1 in results
    [error] = [result for result in results if result != 1]
    assert isinstance(error, distributed.KilledWorker)


def test_fits_that_hang_or_take_too_much_memory_are_ended(on_dask):
    space = [*one_with("hang"), {"threshold": [0.2], "fate": ["grow"]}]
    search = searched(space, 7, fit_timeout=1, fit_memory="150MB").fit(X, Y)
    assert statuses(search) == ["memory", *["ok"] * 5, "timeout"]
    assert_no_sandbox_is_left()


def test_a_journal_stays_with_the_driver_and_is_continued(on_dask, tmp_path):
    path = tmp_path / "search.jsonl"
    searched(HARMLESS, 3, journal=path).fit(X, Y)
    folder = tmp_path / "fitted"
    folder.mkdir()
    resumed = searched(HARMLESS, 5, journal=path).fit(X, Y)
    assert len(resumed.cv_results_["params"]) == 5
    frame = skhpo.load_journal(path)
    assert len(frame) == 5
    assert scores(resumed) == scores(searched().fit(X, Y))


def test_a_lost_cluster_is_an_error_and_no_wait(on_dask):
    search = searched({"threshold": np.arange(1000)}, 1000, Stump(fate="slow"))
    with (
        distributed.Client(on_dask.scheduler.address) as second,
        joblib.parallel_config(backend="dask"),
    ):
        threading.Timer(1.0, second.close).start()
        with pytest.raises(ConnectionError, match="cluster is lost"):
            search.fit(X, Y)
