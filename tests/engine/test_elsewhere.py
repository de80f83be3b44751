"""What other processes measured is adopted; an interrupt ends the search in order."""

from collections import deque

import numpy as np

from skhpo import Real, Space
from skhpo.engine import Engine, NoLog
from skhpo.schedules import Full
from skhpo.strategies import RandomSampling
from skhpo.trial import Outcome

SPACE = Space({"C": Real(0, 1)})
OTHERS = [np.array([0.25]), np.array([0.75])]


class Elsewhere(NoLog):
    """Another process measured two points, the second on one split of two."""

    def __init__(self):
        self.opened, self.logged = [], []

    def settings_elsewhere(self):
        return OTHERS

    def known(self, candidate):
        for point, splits in zip(OTHERS, ([0, 1], [1]), strict=True):
            if candidate.x[0] == point[0]:
                return [Outcome(candidate.number, s, "ok", float(point[0])) for s in splits]
        return []

    def log_opening(self, trial):
        self.opened.append(trial.candidate.number)

    def log_outcome(self, outcome):
        self.logged.append((outcome.candidate, outcome.split))


class Workers:
    slots = 1

    def __init__(self, interrupt_at=None):
        self.queue, self.ran, self.interrupt_at = deque(), [], interrupt_at

    def submit(self, task, seconds=None):
        self.queue.append(task)
        self.ran.append((task.candidate.number, task.split))

    def collect(self):
        if len(self.ran) == self.interrupt_at:
            raise KeyboardInterrupt
        task = self.queue.popleft()
        return Outcome(task.candidate.number, task.split, "ok", 0.5)

    def abort(self):
        self.queue.clear()


def judge(trial):
    return -float(np.mean([o.test_scores for o in trial.outcomes.values()])), 0.0


def search(log, **options):
    loop = Engine(
        strategy=RandomSampling(space=SPACE, seed=0),
        schedule=Full(n_iter=4),
        executor=Workers(**options),
        n_splits=2,
        judge=judge,
        log=log,
    )
    loop.run()
    return loop


def test_what_others_measured_is_not_measured_again():
    log = Elsewhere()
    loop = search(log)
    assert log.opened == [0, 1, 2, 3]
    assert loop.executor.ran == [(1, 0), (2, 0), (2, 1), (3, 0), (3, 1)]
    # it is an event of this search from now on, so that a resumed one finds it in its own log
    assert sorted(log.logged) == [(i, s) for i in range(4) for s in range(2)]
    assert [float(t.candidate.x[0]) for t in loop.trials[:2]] == [0.25, 0.75]
    assert loop.strategy.y[0] == -0.25


def test_an_interrupt_ends_the_search_with_what_there_is():
    loop = search(NoLog(), interrupt_at=5)
    assert loop.ended == "interrupted"
    assert not loop.executor.queue
    assert [len(t.outcomes) for t in loop.trials] == [2, 2, 0]
    assert [t.is_finished for t in loop.trials] == [True, True, False]
