"""The same search on a real Dask cluster: two worker processes on the loopback interface."""

import os
import threading
import time
from contextlib import ExitStack

import joblib
import numpy as np
import pytest

from skhpo.evaluation import _executor
from tests.clusters._fits import Stump, X, Y, assert_one_row_is, one_with, searched
from tests.clusters._suite import PROVOKED, ClusterSuite, hidden_payload  # noqa: F401

distributed = pytest.importorskip("distributed")
dask = pytest.importorskip("dask")

pytestmark = [
    *PROVOKED,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:distributed"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:tornado"),
]

SETTINGS = {
    "distributed.scheduler.allowed-failures": 1,  # each retry costs the start of a worker
    "distributed.worker.memory.terminate": False,
    "distributed.admin.log-length": 0,
}


class Clusters:
    """A cluster of two worker processes, and another one when its workers are beyond help."""

    def __init__(self):
        self._stack = ExitStack()
        self._client = None

    def healthy(self):
        try:
            wait_for_nannies(self._client)
        except (AttributeError, TimeoutError, OSError):  # none yet, or a nanny has given up
            self.close()
            self._start()
            wait_for_nannies(self._client)
        return self._client

    def close(self):
        self._stack.close()

    def _start(self):
        self._stack.enter_context(dask.config.set(SETTINGS))
        cluster = distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=50,
        )
        self._stack.enter_context(cluster)
        self._client = self._stack.enter_context(distributed.Client(cluster))


@pytest.fixture(scope="module")
def clusters():
    made = Clusters()
    yield made
    made.close()


@pytest.fixture
def client(clusters):
    return clusters.healthy()


def wait_for_nannies(client, seconds=20):
    """Wait until both workers are up; a nanny gives up one that dies while it starts."""
    client.wait_for_workers(2, timeout=seconds)
    for _ in range(10 * seconds):
        states = client.run(lambda dask_worker: dask_worker.process.status.name, nanny=True)
        if [*states.values()] == ["running"] * 2:
            return
        time.sleep(0.1)
    raise TimeoutError(f"the workers do not start: {states}")


@pytest.fixture
def on_cluster(client):
    with joblib.parallel_config(backend="dask"):
        yield client


@pytest.fixture
def shipped(client):
    sizes = []
    scatter = client.scatter

    def count(data, **options):
        sizes.append(data.nbytes)
        return scatter(data, **options)

    client.scatter = count
    yield sizes
    del client.scatter


class TestDask(ClusterSuite):
    """On Dask, what holds on every cluster."""


@pytest.mark.parametrize("n_jobs", [None, -1, 64])
def test_the_cluster_says_how_many_tasks_are_under_way(on_cluster, n_jobs):
    with _executor.WorkerPool(n_jobs) as pool:
        assert pool.size == 2


def test_the_number_of_tasks_follows_the_cluster(on_cluster, monkeypatch):
    with _executor.WorkerPool(None) as pool:
        monkeypatch.setattr(on_cluster, "ncores", lambda: {"one": 16, "two": 32})
        pool.poll()
        assert pool.size == 48


def test_the_only_worker_of_a_cluster_is_not_the_driver(on_cluster, monkeypatch):
    monkeypatch.setattr(on_cluster, "ncores", lambda: {"one": 1})
    with _executor.WorkerPool(None) as pool:
        assert pool.size == 1
        assert not pool.runs_inline


def test_a_candidate_that_kills_its_worker_where_the_file_is_not_seen(
    on_cluster,
    hidden_payload,  # noqa: F811
):
    search = searched(one_with("exit"), 6).fit(X, Y)
    assert_one_row_is(search, "crashed")


def test_a_failure_is_handed_over_once(on_cluster):
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


def test_a_lost_cluster_is_an_error_and_no_wait(on_cluster):
    search = searched({"threshold": np.arange(1000)}, 1000, Stump(fate="slow"))
    with (
        distributed.Client(on_cluster.scheduler.address) as second,
        joblib.parallel_config(backend="dask"),
    ):
        threading.Timer(1.0, second.close).start()
        with pytest.raises(ConnectionError, match="cluster is lost"):
            search.fit(X, Y)
