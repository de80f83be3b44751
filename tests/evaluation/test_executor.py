"""Every task submitted comes back once, on every backend."""

import threading
import time

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator

from skhpo.evaluation import Executor, Job, _payload
from skhpo.trial import Candidate, Task

X = np.zeros((4, 1))
SPLITS = [(np.arange(2), np.arange(2, 4)), (np.arange(2, 4), np.arange(2))]


class Sleeper(BaseEstimator):
    def __init__(self, seconds=0.0, value=0):
        self.seconds = seconds
        self.value = value

    def fit(self, X, y=None):
        time.sleep(self.seconds)
        return self


def score(estimator, X, y=None):
    return float(estimator.value)


def job():
    return Job(estimator=Sleeper(), X=X, y=None, splits=SPLITS, scorer=score)


def tasks(n, seconds=lambda i: 0.0):
    for i in range(n):
        candidate = Candidate(i, np.zeros(1), {"value": i, "seconds": seconds(i)})
        yield from (Task(candidate, split) for split in range(2))


def drain(executor, todo):
    running, outcomes = 0, []
    todo = list(todo)
    while todo or running:
        while todo and running < executor.slots:
            executor.submit(todo.pop(0))
            running += 1
        outcomes.append(executor.collect())
        running -= 1
    return outcomes


@pytest.mark.parametrize(
    ("backend", "n_jobs", "slots"),
    [
        ("loky", 1, 1),
        ("loky", 2, 2),
        ("threading", 3, 3),
        ("multiprocessing", 2, 2),
        ("sequential", 2, 1),
    ],
)
def test_each_task_comes_back_once(backend, n_jobs, slots):
    with joblib.parallel_config(backend=backend), Executor(job(), n_jobs) as executor:
        assert executor.slots == slots
        outcomes = drain(executor, tasks(10))
    assert sorted((o.candidate, o.split) for o in outcomes) == [
        (i, s) for i in range(10) for s in range(2)
    ]
    assert all(o.test_scores == o.candidate for o in outcomes)


def test_n_jobs_none_follows_the_configured_backend():
    with joblib.parallel_config(backend="threading", n_jobs=4), Executor(job()) as executor:
        assert executor.slots == 4


def test_results_come_in_the_order_of_completion():
    with joblib.parallel_config(backend="threading"), Executor(job(), 4) as executor:
        durations = [0.3, 0.0]
        outcomes = drain(executor, tasks(2, lambda i: durations[i]))
    assert [o.candidate for o in outcomes] == [1, 1, 0, 0]


def test_a_worker_that_cannot_see_the_file_is_sent_the_bytes():
    _payload._loaded.clear()
    with joblib.parallel_config(backend="loky"), Executor(job(), 2) as executor:
        executor._ticket()
        executor._payload.content  # noqa: B018 (read while the file is there)
        executor._payload.path.rename(executor._payload.path.with_name("elsewhere"))
        outcomes = drain(executor, tasks(3))
    assert len(outcomes) == 6
    assert {outcome.status for outcome in outcomes} == {"ok"}


def test_an_unpicklable_parameter_is_an_error_in_the_driver():
    with joblib.parallel_config(backend="loky"), Executor(job(), 2) as executor:
        candidate = Candidate(0, np.zeros(1), {"value": threading.Lock()})
        with pytest.raises(TypeError, match="pickle"):
            executor.submit(Task(candidate, 0))


def test_the_payload_is_deleted_afterwards():
    with joblib.parallel_config(backend="loky"), Executor(job(), 2) as executor:
        drain(executor, tasks(1))
        path = executor._payload.path
        assert path.exists()
    assert not path.exists()
    assert not path.parent.exists()
