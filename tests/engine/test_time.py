"""The end of the time is not held against a candidate; its own limit is."""

import pytest

from skhpo import Real, Space
from skhpo.engine import Engine
from skhpo.schedules import Full
from skhpo.stopping import TimeBudget
from skhpo.strategies import RandomSampling
from skhpo.trial import Outcome


class Clock(TimeBudget):
    now = 0.0

    def elapsed(self):
        return self.now


class Scripted:
    """Ends tasks as written down: (candidate, when, seconds of the fit, status)."""

    slots = 2

    def __init__(self, script, clock, raises):
        self.script = list(script)
        self.raises = raises
        self.clock = clock
        self.limits = []

    def submit(self, task, seconds=None):
        self.limits.append((task.candidate.number, seconds))

    def collect(self):
        number, self.clock.now, fit_time, status = self.script.pop(0)
        score = -float(number) if status == "ok" else float("nan")
        error = TimeoutError() if status == "timeout" and self.raises else None
        return Outcome(number, 0, status, score, fit_time=fit_time, exception=error)


def judge(trial):
    return trial.outcomes[0].test_scores, 0.0


def run(script, fit_timeout=None, *, raises=False):
    clock = Clock(10.0, refit_share=0.8)  # of which the margin makes 1
    loop = Engine(
        strategy=RandomSampling(space=Space({"C": Real(0, 1)}), seed=0),
        schedule=Full(n_iter=3),
        executor=Scripted(script, clock, raises),
        n_splits=1,
        judge=judge,
        time=clock,
        fit_timeout=fit_timeout,
    )
    loop.run()
    statuses = {t.candidate.number: [o.status for o in t.outcomes.values()] for t in loop.trials}
    return loop, statuses


def test_a_task_that_the_search_cut_short_is_run_again_if_there_is_time_after_all():
    # the first candidate makes the refit look long; the second, better one makes it short
    script = [(0, 1, 5, "ok"), (1, 3, 1, "ok"), (2, 5, 4, "timeout"), (2, 6, 1, "ok")]
    loop, statuses = run(script)
    assert loop.executor.limits == [(0, 10.0), (1, 10.0), (2, 4.0), (2, 4.0)]
    assert statuses == {0: ["ok"], 1: ["ok"], 2: ["ok"]}


@pytest.mark.parametrize("raises", [False, True])
def test_a_task_that_the_search_cut_short_is_not_blamed(raises):
    script = [(0, 1, 5, "ok"), (1, 3, 5, "ok"), (2, 5, 4, "timeout")]
    loop, statuses = run(script, raises=raises)
    assert statuses == {0: ["ok"], 1: ["ok"], 2: []}
    assert loop.ended in ("n_iter=3 candidates are done", "max_time=10 s is over")


def test_a_task_at_its_own_limit_is_blamed_even_if_the_time_is_over_by_then():
    script = [(0, 1, 5, "ok"), (1, 1.5, 5, "ok"), (2, 5.1, 3, "timeout")]
    loop, statuses = run(script, fit_timeout=3.0)
    assert loop.executor.limits[-1] == (2, 3.0)
    assert loop.time.is_over()
    assert statuses[2] == ["timeout"]


def test_with_raise_a_task_at_its_own_limit_raises():
    with pytest.raises(TimeoutError):
        run([(0, 1, 1, "ok"), (1, 4, 3, "timeout")], fit_timeout=3.0, raises=True)


def test_what_had_more_of_the_resource_says_what_the_refit_takes():
    budget = TimeBudget(100.0, refit_share=1.0)
    budget.learn(loss=0.1, fit_seconds=8.0, share=0.1)
    assert 89.9 < budget.remaining() < 90.0
    budget.learn(loss=0.5, fit_seconds=4.0, share=1.0)
    assert 94.9 < budget.remaining() < 95.0
    budget.learn(loss=0.2, fit_seconds=40.0, share=0.1)  # better, but of a tenth
    assert 94.9 < budget.remaining() < 95.0
