"""Predictions in memory: the best stay, and no byte is counted twice."""

from math import inf

import numpy as np

from skhpo.engine._kept import Kept
from skhpo.trial import Candidate, Outcome, Trial

SIZE = 80  # bytes of the predictions of a split


def outcome(number, split=0, resource=None, status="ok"):
    predictions = {"predict": np.full(6, number, float), "decision": np.zeros(4)}
    return Outcome(number, split, status, 0.5, resource=resource, predictions=predictions)


def trial(*outcomes):
    last = outcomes[-1]
    candidate = Candidate(last.candidate, np.zeros(1), {})
    return Trial(candidate, {o.split: o for o in outcomes}, resource=last.resource)


def finish(kept, loss, *outcomes):
    """Add the outcomes of a trial and its end; return the trial."""
    for each in outcomes:
        kept.add(each)
    kept.settle(trial(*outcomes), loss)
    return trial(*outcomes)


def numbers(kept, trials):
    return [t.candidate.number for t in trials if kept.of(t)]


def test_what_was_predicted_comes_back_by_split():
    kept = Kept()
    found = kept.of(finish(kept, 0.1, outcome(0, 0), outcome(0, 2)))
    assert [*found] == [0, 2]
    assert found[2].keys() == {"predict", "decision"}


def test_an_outcome_without_predictions_leaves_none():
    kept = Kept()
    bare = Outcome(0, 0, "ok", 0.5)
    assert kept.of(finish(kept, 0.1, bare)) == {}


def test_splits_of_a_smaller_amount_belong_to_the_trial_that_went_on():
    kept = Kept()
    first, second = outcome(0, 0, resource=1), outcome(0, 1, resource=2)
    finish(kept, 0.2, first)
    assert [*kept.of(finish(kept, 0.1, first, second))] == [0, 1]


def test_as_many_stay_as_fit_and_these_are_the_best():
    kept = Kept(3 * SIZE)
    losses = [0.5, 0.1, 0.4, 0.2, 0.3]
    trials = [finish(kept, loss, outcome(i)) for i, loss in enumerate(losses)]
    assert numbers(kept, trials) == [1, 3, 4]
    assert kept.n_dropped == 2


def test_one_that_was_given_less_goes_before_a_worse_one():
    kept = Kept(2 * SIZE)
    trials = [
        finish(kept, 0.1, outcome(0, resource=1)),
        finish(kept, 0.9, outcome(1, resource=3)),
        finish(kept, 0.5, outcome(2, resource=3)),
    ]
    assert numbers(kept, trials) == [1, 2]


def test_one_that_has_lost_goes_first():
    kept = Kept(2 * SIZE)
    losses = [0.9, inf, 0.95]
    trials = [finish(kept, loss, outcome(i)) for i, loss in enumerate(losses)]
    assert numbers(kept, trials) == [0, 2]


def test_what_is_under_way_is_not_dropped():
    kept = Kept(SIZE)
    for i in range(3):
        kept.add(outcome(i))
    assert numbers(kept, [trial(outcome(i)) for i in range(3)]) == [0, 1, 2]
    assert kept.n_dropped == 0


def test_a_failed_trial_frees_its_room_and_is_not_counted_as_dropped():
    kept = Kept(2 * SIZE)
    finish(kept, inf, outcome(0, 0), outcome(0, 1, status="failed"))
    trials = [finish(kept, 0.9, outcome(1)), finish(kept, 0.5, outcome(2))]
    assert numbers(kept, trials) == [1, 2]
    assert kept.n_dropped == 0


def test_room_is_made_as_soon_as_it_is_known_what_a_trial_is_worth():
    kept = Kept(SIZE)
    kept.add(outcome(0))
    kept.add(outcome(1))
    kept.settle(trial(outcome(0)), 0.1)
    assert numbers(kept, [trial(outcome(i)) for i in range(2)]) == [1]
    assert kept.n_dropped == 1
