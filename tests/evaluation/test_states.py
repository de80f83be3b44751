"""States are kept by candidate and split, in memory or files, and go when of no use."""

from pathlib import Path

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.neural_network import MLPClassifier

from skhpo.evaluation import Executor, Job, Resource
from skhpo.evaluation._states import States
from skhpo.trial import Candidate, Outcome, Task

X, Y = make_classification(60, 6, random_state=0)
ROWS = np.arange(60)
SPLITS = [(ROWS[::2], ROWS[1::2]), (ROWS[1::2], ROWS[::2])]


def test_a_newer_state_takes_the_place_of_an_older_one():
    states = States()
    states.put(0, 0, 3, b"old")
    states.put(0, 1, 3, b"other split")
    states.put(0, 0, 9, b"new")
    assert states.get(0, 0, 27) == b"new"
    assert states.get(0, 0, 9) is None  # no less than it has
    assert states.get(0, 1, 9) == b"other split"
    assert states._size == len(b"new" + b"other split")
    states.put(0, 0, 27, None)
    assert states.get(0, 0, 81) is None


def test_what_is_too_much_goes_to_files_and_comes_back():
    states = States(limit=10)
    content = {number: bytes([number]) * 6 for number in range(4)}
    for number, state in content.items():
        states.put(number, 0, 1, state)
    assert len(states._memory) == 1
    folder = states._folder.name
    assert {number: states.get(number, 0, 2) for number in range(4)} == content
    states.forget(0)
    assert states.get(0, 0, 2) is None
    assert set(states._files) == {(1, 0), (2, 0)}
    states.put(1, 0, 2, b"newer")
    assert states.get(1, 0, 3) == b"newer"
    states._files[2, 0].unlink()
    assert states.get(2, 0, 3) is None  # lost: a fit from the start
    states.close()
    assert not Path(folder).exists()
    assert states._size == 0


def test_the_one_asked_for_last_stays_in_memory():
    states = States(limit=10)
    states.put(0, 0, 1, b"12345")
    states.put(1, 0, 1, b"12345")
    states.get(0, 0, 2)
    states.put(2, 0, 1, b"12345")
    assert set(states._memory) == {(0, 0), (2, 0)}
    states.close()


# -- in the executor -----------------------------------------------------------------------------


def accuracy(estimator, X, y):
    return float(np.mean(estimator.predict(X) == y))


def job(**options):
    defaults = {"scorer": accuracy, "resource": Resource("max_iter", 27, (3, 9, 27))}
    estimator = MLPClassifier([4], random_state=0, tol=0.0, n_iter_no_change=99)
    return Job(estimator, X, Y, SPLITS, **{**defaults, **options})


def climb(executor, candidate, rungs=(3, 9, 27)):
    scores = []
    for amount in rungs:
        for split in range(2):
            executor.submit(Task(candidate, split, amount))
        found = [executor.collect() for _ in range(2)]
        assert all(outcome.state is None for outcome in found)
        assert {(o.status, o.resource) for o in found} == {("ok", amount)}
        scores.append([o.test_scores for o in sorted(found, key=lambda o: o.split)])
    return scores


def spied(executor, monkeypatch):
    """Note which tasks are sent with a state."""
    sent, arguments = [], executor._arguments

    def spy(task):
        result = arguments(task)
        sent.append((task.split, task.resource, result[-1] is not None))
        return result

    monkeypatch.setattr(executor, "_arguments", spy)
    return sent


WITH_STATES = [(s, r, r > 3) for r in (3, 9, 27) for s in range(2)]
quiet = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@quiet
@pytest.mark.parametrize(
    ("backend", "n_jobs", "isolate"),
    [
        ("sequential", 1, False),
        ("threading", 2, False),
        ("loky", 2, False),
        ("sequential", 1, True),
    ],
)
def test_tasks_are_sent_what_they_continue_from(backend, n_jobs, isolate, monkeypatch):
    candidate = Candidate(0, np.zeros(1), {})
    with Executor(job(continues=False)) as executor:
        expected = climb(executor, candidate)
    options = {"isolate": isolate}
    filters = [("ignore", None, Warning, None, 0)]
    with (
        parallel_config(backend=backend),
        Executor(job(warning_filters=filters), n_jobs, **options) as executor,
    ):
        sent = spied(executor, monkeypatch)
        assert climb(executor, candidate) == expected
    assert sorted(sent, key=lambda s: (s[1], s[0])) == WITH_STATES


@quiet
def test_states_survive_being_spilled(monkeypatch):
    with Executor(job()) as executor:
        executor._states = States(limit=10)
        sent = spied(executor, monkeypatch)
        climb(executor, Candidate(0, np.zeros(1), {}), rungs=(3, 9))
        assert len(executor._states._files) == 2
        folder = executor._states._folder.name
        scores = climb(executor, Candidate(0, np.zeros(1), {}), rungs=(27,))
    assert [with_state for *_, with_state in sent] == [False, False, True, True, True, True]
    with Executor(job(continues=False)) as executor:
        assert climb(executor, Candidate(0, np.zeros(1), {}), rungs=(27,)) == scores
    assert not Path(folder).exists()


@quiet
def test_what_is_forgotten_is_fitted_anew(monkeypatch):
    with Executor(job()) as executor:
        sent = spied(executor, monkeypatch)
        candidates = [Candidate(number, np.zeros(1), {}) for number in range(2)]
        for candidate in candidates:
            climb(executor, candidate, rungs=(3,))
        executor.forget(0)
        for candidate in candidates:
            climb(executor, candidate, rungs=(9,))
    assert [with_state for *_, with_state in sent[4:]] == [False, False, True, True]


@quiet
def test_without_continuing_no_state_is_sent(monkeypatch):
    with Executor(job(continues=False)) as executor:
        sent = spied(executor, monkeypatch)
        climb(executor, Candidate(0, np.zeros(1), {}))
    assert not any(with_state for *_, with_state in sent)


def test_a_search_without_a_resource_keeps_nothing():
    plain = Job(RandomForestClassifier(3), X, Y, SPLITS, accuracy)
    with Executor(plain) as executor:
        executor.submit(Task(Candidate(0, np.zeros(1), {}), 0))
        assert executor.collect().resource is None
        assert not executor._states._amounts


def test_there_may_be_fewer_contexts_than_tasks():
    executor = Executor(job(), contexts=["a", "b", "c"])
    contexts = [
        executor._arguments(Task(Candidate(number, np.zeros(1), {}), split))[3]
        for number in range(3)
        for split in range(2)
    ]
    assert contexts == ["a", "b", "c", None, None, None]


def test_an_outcome_without_a_score_has_its_resource():
    with Executor(job(error_score=-1.0)) as executor:
        task = Task(Candidate(0, np.zeros(1), {"no_such": 1}), 0, 3)
        executor.submit(task)
        outcome = executor.collect()
        assert isinstance(outcome, Outcome)
        assert (outcome.status, outcome.resource, outcome.test_scores) == ("failed", 3, -1.0)
        crashed = executor._failed(task, "died", "crashed")
        assert (crashed.resource, crashed.status, crashed.error) == (3, "crashed", "died")
