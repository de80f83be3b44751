"""The same search on a real Dask cluster: two worker processes on the loopback interface."""

import os
import threading
import time

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
def on_cluster(client):
    wait_for_nannies(client)
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
