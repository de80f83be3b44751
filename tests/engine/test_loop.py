"""The loop, with strategies and executors that do nothing else."""

from collections import deque

import numpy as np
import pytest

from skhpo import Integer, Real, Space
from skhpo.engine import Engine
from skhpo.schedules import Full
from skhpo.strategies import Grid, RandomSampling
from skhpo.trial import Outcome


class Serial:
    """Runs tasks in a given order of completion, with so many slots."""

    def __init__(self, slots=1, fails=(), order="fifo", error=None):
        self.slots = slots
        self.fails = set(fails)
        self.order = order
        self.error = error
        self.queue = deque()
        self.submitted = []
        self.most_open = 0

    def submit(self, task, seconds=None):
        self.queue.append(task)
        self.submitted.append((task.candidate.number, task.split))
        self.most_open = max(self.most_open, len({t.candidate.number for t in self.queue}))
        if len(self.queue) > self.slots:
            raise RuntimeError("more tasks than slots")

    def collect(self):
        task = self.queue.popleft() if self.order == "fifo" else self.queue.pop()
        number = task.candidate.number
        failed = (number, task.split) in self.fails
        return Outcome(
            candidate=number,
            split=task.split,
            status="failed" if failed else "ok",
            test_scores=float(number),
            fit_time=1.0,
            error="broken" if failed else None,
            exception=self.error,
        )


def judge(trial):
    ok = all(outcome.status == "ok" for outcome in trial.outcomes.values())
    return (float(trial.candidate.number) if ok else np.nan), 0.5


def engine(executor, n_iter=5, n_splits=3, space=None):
    strategy = RandomSampling(space=space or Space({"C": Real(0, 1)}), seed=0)
    return Engine(
        strategy=strategy,
        schedule=Full(n_iter=n_iter),
        executor=executor,
        n_splits=n_splits,
        judge=judge,
    )


@pytest.mark.parametrize("slots", [1, 2, 7, 100])
@pytest.mark.parametrize("order", ["fifo", "lifo"])
def test_every_task_runs_once_and_is_told(slots, order):
    loop = engine(Serial(slots, order=order))
    trials = loop.run()
    assert [trial.candidate.number for trial in trials] == list(range(5))
    assert all(sorted(trial.outcomes) == [0, 1, 2] for trial in trials)
    assert sorted(loop.executor.submitted) == [(i, s) for i in range(5) for s in range(3)]
    np.testing.assert_array_equal(loop.strategy.y, np.arange(5.0))


def test_few_candidates_are_open_at_a_time():
    executor = Serial(slots=4)
    engine(executor, n_iter=20, n_splits=3).run()
    assert executor.most_open <= 3


def test_one_failed_split_fails_the_candidate():
    loop = engine(Serial(fails=[(2, 1)]))
    loop.run()
    assert np.isposinf(loop.strategy.y).tolist() == [False, False, True, False, False]


def test_cost_and_stderr_are_told():
    loop = engine(Serial(), n_iter=1)
    loop.run()
    [observation] = loop.strategy.history
    assert (observation.cost, observation.stderr) == (3.0, 0.5)


def test_an_exhausted_space_ends_the_search():
    space = Space({"n": Integer(1, 4)})
    assert len(engine(Serial(slots=3), n_iter=50, space=space).run()) == 4


def test_an_exhausted_strategy_ends_the_search():
    space = Space({"n": [1, 2], "k": ["a", "b"]})
    loop = Engine(
        strategy=Grid(space=space),
        schedule=Full(n_iter=50),
        executor=Serial(2),
        n_splits=1,
        judge=judge,
    )
    assert len(loop.run()) == 4


def test_a_carried_exception_is_raised():
    with pytest.raises(ZeroDivisionError):
        engine(Serial(error=ZeroDivisionError())).run()
