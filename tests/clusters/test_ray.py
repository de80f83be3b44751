"""The same search on a real Ray: two processors of this machine, on the loopback interface."""

import os
import subprocess
import sys

import joblib
import pytest

from skhpo.evaluation import _executor
from tests.clusters._fits import Stump, X, Y, searched
from tests.clusters._suite import PROVOKED, ClusterSuite, hidden_payload  # noqa: F401

ray = pytest.importorskip("ray")

# Ray leaves processes to the garbage collector, and warns of its own coming changes.
pytestmark = [
    *PROVOKED,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ray"),
    pytest.mark.filterwarnings("ignore::FutureWarning:ray"),
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
def on_cluster(cluster):
    with joblib.parallel_config(backend="ray"):
        yield


@pytest.fixture
def shipped(monkeypatch):
    sizes = []
    put = ray.put

    def count(value):
        sizes.append(value.nbytes)
        return put(value)

    monkeypatch.setattr(ray, "put", count)
    return sizes


class TestRay(ClusterSuite):
    """On Ray, what holds on every cluster."""


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


def test_a_backend_that_the_user_registered_is_used(cluster, tmp_path, monkeypatch):
    from joblib.parallel import BACKENDS
    from ray.util.joblib import register_ray

    monkeypatch.setitem(BACKENDS, "ray", BACKENDS["ray"])
    register_ray()
    with joblib.parallel_config(backend="ray", n_jobs=2):
        searched(estimator=Stump(folder=str(tmp_path))).fit(X, Y)
    assert str(os.getpid()) not in {path.name.split("-")[0] for path in tmp_path.iterdir()}


def test_other_users_of_joblib_find_the_backend_too(on_cluster):
    assert joblib.Parallel()(joblib.delayed(abs)(-i) for i in range(4)) == [0, 1, 2, 3]


def test_one_job_runs_inline(on_cluster, tmp_path):
    searched(estimator=Stump(folder=str(tmp_path)), n_jobs=1).fit(X, Y)
    assert {path.name.split("-")[0] for path in tmp_path.iterdir()} == {str(os.getpid())}


@pytest.mark.parametrize(("n_jobs", "size"), [(None, 2), (-1, 2), (64, 64)])
def test_the_number_of_tasks_is_that_of_the_cluster_or_as_asked(on_cluster, n_jobs, size):
    with _executor.WorkerPool(n_jobs) as pool:
        assert pool.size == size


def test_the_number_of_tasks_follows_the_cluster(on_cluster, monkeypatch):
    with _executor.WorkerPool(None) as pool:
        monkeypatch.setattr(ray, "cluster_resources", lambda: {"CPU": 48.0})
        pool.poll()
        assert pool.size == 48
