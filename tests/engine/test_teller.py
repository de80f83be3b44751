"""When a strategy is told: at once, at a barrier, or in the order of asking."""

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest

from skhpo.engine._teller import Teller
from skhpo.trial import Candidate, Observation, Trial


class Listener:
    """Writes down what it is told, a list a call."""

    def __init__(self):
        self.heard = []

    def tell(self, observations):
        self.heard.append([(o.candidate.number, o.resource) for o in observations])


def make(lag=None, epoch=None):
    return Teller(Listener(), SimpleNamespace(epoch=epoch), lag)


def opened(n):
    return [Trial(Candidate(i, np.zeros(1), {})) for i in range(n)]


def finish(teller, trials, number):
    trials[number].is_finished = True
    teller.learn(Observation(trials[number].candidate, 0.5))


def test_without_anything_to_wait_for_it_is_told_at_once_and_once():
    teller, trials = make(), opened(2)
    finish(teller, trials, 1)
    teller.tell_what_is_due(trials)
    assert teller.strategy.heard == [[(1, None)]]
    assert teller.is_ready(trials)


def test_with_a_lag_it_is_told_in_the_order_of_asking():
    teller, trials = make(lag=2), opened(3)
    finish(teller, trials, 1)
    finish(teller, trials, 2)
    assert teller.strategy.heard == []
    finish(teller, trials, 0)
    teller.tell_what_is_due(trials)
    # candidate 3 may know candidates 0 and 1, and nothing of 2 although that is done
    assert teller.strategy.heard == [[(0, None)], [(1, None)]]
    teller.tell_what_is_due(trials)
    assert len(teller.strategy.heard) == 2


@pytest.mark.parametrize("lag", [1, 2, 3])
def test_candidate_i_waits_for_candidates_up_to_i_minus_lag(lag):
    for missing, n in combinations(range(6), 2):  # n are open, one of them is under way
        teller, trials = make(lag=lag), opened(n)
        for number in {*range(n)} - {missing}:
            finish(teller, trials, number)
        assert teller.is_ready(trials) == (missing > n - lag)
        teller.tell_what_is_due(trials)
        told = [number for [(number, _)] in teller.strategy.heard]
        assert told == [*range(min(missing, max(0, n + 1 - lag)))]


def test_at_a_barrier_it_is_told_all_so_far_sorted_and_once():
    teller, trials = make(epoch=0), opened(3)
    teller.tell_what_is_due(trials)
    finish(teller, trials, 2)
    finish(teller, trials, 0)
    teller.tell_what_is_due(trials)
    assert teller.strategy.heard == [[]]  # the rung is not complete
    teller.schedule.epoch = 1
    teller.tell_what_is_due(trials)
    finish(teller, trials, 1)
    teller.schedule.epoch = 2
    teller.tell_what_is_due(trials)
    assert teller.strategy.heard == [[], [(0, None), (2, None)], [(1, None)]]
