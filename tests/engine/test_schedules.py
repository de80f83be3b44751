"""The loop under schedules of growing resources: what is run, told, logged and repeated."""

from collections import deque

import numpy as np
import pytest

from skhpo import Real, Space
from skhpo.engine import Engine, NoLog
from skhpo.schedules import Asha, Full, SuccessiveHalving
from skhpo.schedules.rungs import hyperband, levels
from skhpo.strategies import RandomSampling, TreeParzen
from skhpo.trial import Opening, Outcome

SPACE = Space({"C": Real(0, 1)})


def score(number, split, resource):
    final, lag, noise = np.random.default_rng((number, 1)).random(3)
    return float(final - lag / (resource or 1) + 0.01 * split * noise)


class Workers:
    """Runs tasks on so many slots; which one ends next is drawn."""

    def __init__(self, slots=1, seed=0):
        self.slots = slots
        self.rng = np.random.default_rng(seed)
        self.queue = deque()
        self.ran = []
        self.forgotten = []

    def submit(self, task, seconds=None):
        self.queue.append(task)
        self.ran.append((task.candidate.number, task.resource, task.split))

    def collect(self):
        i = int(self.rng.integers(len(self.queue)))
        task = self.queue[i]
        del self.queue[i]
        value = score(task.candidate.number, task.split, task.resource)
        return Outcome(
            task.candidate.number, task.split, "ok", value, fit_time=1.0, resource=task.resource
        )

    def forget(self, candidate):
        self.forgotten.append(candidate)

    def abort(self):
        self.queue.clear()


class Memory(NoLog):
    """A log in memory."""

    def __init__(self, events=()):
        self.old = list(events)
        self.new = list(events)

    def events(self):
        return self.old

    def log_opening(self, trial):
        x = trial.candidate.x if trial.rung == 0 else None
        place = (trial.resource, trial.rung, trial.bracket)
        self.new.append(Opening(trial.candidate.number, x, *place))

    def log_outcome(self, outcome):
        self.new.append(outcome)


def judge(trial):
    return -float(np.mean([o.test_scores for o in trial.outcomes.values()])), 0.1


def make(schedule, slots=1, seed=0, log=None, strategy=RandomSampling, **options):
    return Engine(
        strategy=strategy(space=SPACE, seed=0),
        schedule=schedule,
        executor=Workers(slots, seed),
        n_splits=3,
        judge=judge,
        log=log or NoLog(),
        **options,
    )


def bands():
    return SuccessiveHalving(brackets=hyperband(levels(1, 9)))


def summary(trials):
    return sorted(
        (t.candidate.number, t.resource, t.rung, t.bracket, float(t.candidate.x[0]))
        for t in trials
    )


@pytest.mark.parametrize("slots", [1, 4])
def test_every_trial_runs_all_its_splits_once(slots):
    loop = make(bands(), slots)
    trials = loop.run()
    assert len(trials) == loop.schedule.n_trials == 9 + 3 + 1 + 5 + 1 + 3
    assert all(sorted(trial.outcomes) == [0, 1, 2] for trial in trials)
    assert len(set(loop.executor.ran)) == len(loop.executor.ran) == 3 * len(trials)


def test_the_best_of_each_rung_go_on():
    trials = [t for t in make(bands(), 4).run() if t.bracket == 0]
    for rung, n in ((0, 3), (1, 1)):
        here = sorted((judge(t)[0], t.candidate.number) for t in trials if t.rung == rung)
        above = {t.candidate.number for t in trials if t.rung == rung + 1}
        assert above == {number for _, number in here[:n]}


@pytest.mark.parametrize("strategy", [RandomSampling, TreeParzen])
def test_with_barriers_the_course_is_the_same_for_any_number_of_workers(strategy):
    serial = make(bands(), 1, strategy=strategy).run()
    parallel = make(bands(), 5, seed=3, strategy=strategy).run()
    assert summary(parallel) == summary(serial)


def test_a_strategy_learns_from_what_each_candidate_had_at_most():
    loop = make(bands())
    trials = loop.run()
    loop._teller.tell_what_is_due(loop.trials)
    most = {trial.candidate.number: trial.resource for trial in trials}
    history = loop.strategy.history
    assert {o.candidate.number: o.resource for o in history} == most
    assert all((o.shortfall == 0) == (o.resource == 9) for o in history)


@pytest.mark.parametrize("slots", [1, 3])
def test_resume_is_replay(slots):
    whole = make(bands(), slots, log=Memory())
    whole.run()
    for cut in (5, 20, len(whole.log.new) - 1):
        log = Memory(whole.log.new[:cut])
        again = make(bands(), slots, seed=7, log=log)
        trials = again.run()
        assert summary(trials) == summary(whole.trials)
        known = {(e.candidate, e.resource, e.split) for e in log.old if isinstance(e, Outcome)}
        assert not known & set(again.executor.ran)


def test_asynchronous_halving_resumes_from_what_was_promoted():
    whole = make(Asha(n_iter=12, levels=(1, 3, 9)), 4, log=Memory())
    whole.run()
    events = whole.log.new[: len(whole.log.new) // 2]
    again = make(Asha(n_iter=12, levels=(1, 3, 9)), 4, seed=5, log=Memory(events))
    trials = again.run()
    opened = [(e.candidate, e.resource) for e in events if isinstance(e, Opening)]
    assert [(t.candidate.number, t.resource) for t in trials[: len(opened)]] == opened
    assert sum(t.rung == 0 for t in trials) == 12
    assert all(len(trial.outcomes) == 3 for trial in trials)


def test_rationed_splits_are_kept():
    schedule = SuccessiveHalving(brackets=hyperband((1, 3)))
    loop = make(schedule, rations_splits=True)
    trials = loop.run()
    assert {len(t.outcomes) for t in trials if t.resource == 1} == {1}
    assert {len(t.outcomes) for t in trials if t.resource == 3} == {3}
    splits = [(number, split) for number, _, split in loop.executor.ran]
    assert len(set(splits)) == len(splits)


def test_what_cannot_be_promoted_is_forgotten():
    loop = make(bands())
    trials = loop.run()
    assert set(loop.executor.forgotten) == {trial.candidate.number for trial in trials}


def test_only_trials_with_everything_are_asked_whether_to_stop():
    asked = []

    def should_stop(trials):
        asked.append([trial.resource for trial in trials])
        return "enough" if len(trials) == 2 else None

    loop = make(bands(), should_stop=should_stop)
    loop.run()
    assert loop.ended == "enough"
    assert asked == [[9], [9, 9]]


def test_curves_reach_the_schedule():
    schedule = bands()
    make(schedule, curve=lambda trial: {1: 0.5} if trial.resource > 1 else {}).run()
    assert any(curve.get(1) == 0.5 and 9 in curve for curve in schedule._curves.values())


def test_an_empty_space_ends_a_schedule():
    space = Space({"k": ["a", "b"]})
    loop = make(bands())
    loop.strategy = RandomSampling(space=space, seed=0)
    loop.__post_init__()
    trials = loop.run()
    assert {trial.candidate.number for trial in trials} == {0, 1}
    assert loop.ended == "the space is exhausted"


def test_without_a_schedule_nothing_is_rationed():
    loop = make(Full(n_iter=4), 2)
    assert {trial.resource for trial in loop.run()} == {None}
    assert loop.executor.forgotten == []
