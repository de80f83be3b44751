"""The loop with a race: losers are cut short, told as estimates, and the finalists completed."""

from collections import deque

import numpy as np
import pytest

from skhpo import Real, Space
from skhpo.engine import Engine, NoLog
from skhpo.engine._race import Race
from skhpo.schedules import Full
from skhpo.schedules.racing import Racing
from skhpo.strategies import RandomSampling
from skhpo.trial import Candidate, Outcome, Trial

N_SPLITS = 5
QUALITY = [0.9, 0.8, 0.85, 0.1, 0.2, 0.88, 0.3, 0.15]
FOLDS = np.array([0.02, -0.02, 0.01, -0.01, 0.0])


def score(number, split):
    wobble = np.random.default_rng((number, split)).normal(scale=0.004)
    return float(QUALITY[number] + FOLDS[split] + wobble)


class Workers:
    """Runs what it is given, first in, first out."""

    def __init__(self, slots, fails=()):
        self.slots, self.fails = slots, set(fails)
        self.queue, self.ran = deque(), []

    def submit(self, task, seconds=None):
        self.queue.append(task)
        self.ran.append((task.candidate.number, task.split))

    def collect(self):
        task = self.queue.popleft()
        number, split = task.candidate.number, task.split
        if (number, split) in self.fails:
            return Outcome(number, split, "crashed", np.nan, fitted=False)
        return Outcome(number, split, "ok", score(number, split), fit_time=1.0)


class Said(NoLog):
    def __init__(self):
        self.dropped = []

    def log_dropped(self, trial):
        self.dropped.append(trial.candidate.number)


def scores(trial):
    row = np.full(N_SPLITS, np.nan)
    for split, outcome in trial.outcomes.items():
        row[split] = outcome.test_scores
    return row


def judge(trial):
    return -float(np.mean(scores(trial))), 0.0


def raced(slots=1, lag=None, fails=(), **options):
    loop = Engine(
        strategy=RandomSampling(space=Space({"C": Real(0, 1)}), seed=0),
        schedule=Full(n_iter=len(QUALITY)),
        executor=Workers(slots, fails),
        n_splits=N_SPLITS,
        judge=judge,
        race=Race(Racing(min_complete=3, n_finalists=3, **options), N_SPLITS, scores),
        log=Said(),
        lag=lag,
    )
    loop.run()
    return loop


def complete(loop):
    return [t.candidate.number for t in loop.trials if len(t.outcomes) == N_SPLITS]


def test_those_that_have_lost_are_cut_short_and_the_best_are_complete():
    loop = raced()
    assert complete(loop) == [0, 1, 2, 5]
    assert [t.candidate.number for t in loop.trials if t.is_dropped] == [3, 4, 6, 7]
    assert loop.log.dropped == [3, 4, 5, 6, 7]  # the sixth is completed after all, in the end
    assert loop.executor.ran[-4:] == [(5, split) for split in range(1, 5)]
    assert all(len(t.outcomes) == 1 for t in loop.trials if t.is_dropped)
    assert len(loop.executor.ran) == 4 * N_SPLITS + 4


def test_with_several_workers_a_split_waits_for_the_one_before_it():
    loop = raced(slots=3)
    assert {0, 1, 2, 5} <= {*complete(loop)}
    assert len(loop.executor.ran) == len({*loop.executor.ran}) < 7 * N_SPLITS


def test_a_dropped_candidate_is_told_as_an_estimate():
    loop = raced()
    told = {o.candidate.number: o for o in loop.strategy.history}
    assert sorted(told) == [*range(len(QUALITY))]
    for number, o in told.items():
        truth = -np.mean([score(number, split) for split in range(N_SPLITS)])
        assert (o.shortfall > 0) == loop.trials[number].is_dropped
        assert o.loss == pytest.approx(truth, abs=0.1)


def test_the_expected_score_of_a_dropped_candidate_is_an_estimate_too():
    loop = raced()
    for trial in loop.trials:
        truth = np.mean([score(trial.candidate.number, split) for split in range(N_SPLITS)])
        assert loop.expected_score(trial) == pytest.approx(truth, abs=0.1)
    assert np.isnan(loop.expected_score(Trial(loop.trials[0].candidate)))


def test_with_a_lag_what_is_run_does_not_depend_on_the_number_of_workers():
    ran = [sorted(raced(slots, lag=3).executor.ran) for slots in (1, 2, 3)]
    assert ran[0] == ran[1] == ran[2]


def test_finalists_are_completed_in_the_end():
    order = np.argsort(QUALITY)[::-1]
    loop = raced(rule="aggressive")  # which drops whatever is below the best mean
    assert complete(loop)[:3] == [0, 1, 2]
    assert {*order[:3]} <= {*complete(loop)}
    assert len(loop.finished) == len(QUALITY)


def test_a_failure_ends_a_candidate_and_its_rivals_race_on():
    loop = raced(fails=[(1, 0)])
    assert 1 not in complete(loop)
    assert 1 not in loop.log.dropped
    assert np.isposinf(loop.strategy.y[1])
    assert loop.race.is_begun()


# -- who may be compared -------------------------------------------------------------------------


def known(rows):
    """Return a race in which the rows are complete."""
    race = Race(Racing(min_complete=2), 3, lambda trial: np.array(trial.candidate.params["row"]))
    for number, row in enumerate(rows):
        race.add(trial(number, row))
    return race


def trial(number, row):
    return Trial(Candidate(number, np.zeros(1), {"row": row}))


GOOD = [[0.9, 0.8, 0.7], [0.9, 0.81, 0.69], [0.91, 0.8, 0.7]]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([0.1, np.nan, np.nan], True),
        ([0.9, np.nan, np.nan], False),
        ([np.nan, 0.1, 0.1], False),  # the first split is missing: nothing follows
        ([0.9, np.nan, 0.1], False),  # the third does not follow the first
        ([0.1, 0.1, 0.1], False),  # nothing is left to save
    ],
)
def test_only_the_first_splits_that_follow_each_other_are_compared(row, expected):
    assert known(GOOD).has_lost(trial(9, row)) is expected


def test_only_candidates_before_a_number_are_rivals():
    lost = trial(9, [0.1, np.nan, np.nan])
    race = known(GOOD)
    assert not race.has_lost(lost, before=1)
    assert race.has_lost(lost, before=2)


def test_an_incomplete_candidate_is_no_rival():
    race = known([GOOD[0], [0.9, np.nan, 0.7]])
    assert not race.is_begun()
    race.add(trial(2, GOOD[2]))
    assert race.is_begun()


def test_nobody_is_completed_where_nobody_is_complete():
    assert known([]).to_complete([trial(0, [0.5, np.nan, np.nan])]) == []
    assert known(GOOD).to_complete([]) == []
