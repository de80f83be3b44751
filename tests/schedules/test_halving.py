"""Successive halving: who stands on which rung."""

import pytest

from skhpo.schedules import Done, Promote, Rung, Sample, SuccessiveHalving, Wait
from skhpo.schedules.rungs import halving, hyperband, levels


def fill(schedule, losses, first=0):
    for number, loss in enumerate(losses, start=first):
        action = schedule.next()
        assert isinstance(action, Sample)
        schedule.begin(action, number)
        schedule.tell(number, action.resource, loss)


def test_a_rung_is_waited_for():
    schedule = SuccessiveHalving(brackets=[halving(3, 1, 2, factor=3)])
    for number in range(3):
        schedule.begin(schedule.next(), number)
    schedule.tell(2, 1, 0.1)
    assert schedule.next() == Wait()
    assert schedule.epoch == 0
    schedule.tell(0, 1, 0.2)
    schedule.tell(1, 1, 0.3)
    assert schedule.epoch == 1
    assert schedule.next() == Promote(2, 3, 1)


def test_the_best_are_promoted_and_ties_go_by_number():
    schedule = SuccessiveHalving(brackets=[halving(6, 1, 2, factor=2)])
    fill(schedule, [0.5, 0.1, 0.1, 0.1, 0.4, 0.3])
    promoted = []
    while isinstance(action := schedule.next(), Promote):
        promoted.append(action.candidate)
        schedule.begin(action, action.candidate)
    assert promoted == [1, 2, 3]
    assert schedule.is_settled(0)
    assert not schedule.is_settled(1)


def test_brackets_follow_each_other():
    schedule = SuccessiveHalving(brackets=hyperband(levels(1, 3)))
    fill(schedule, [0.3, 0.2, 0.1])
    action = schedule.next()
    schedule.begin(action, action.candidate)
    assert schedule.next() == Wait()
    schedule.tell(2, 3, 0.1)
    assert schedule.next() == Sample(3, bracket=1)
    fill(schedule, [0.4, 0.5], first=3)
    assert schedule.next() == Done("all brackets are done")


@pytest.mark.parametrize(("n_iter", "sizes"), [(4, [3, 1]), (8, [3, 2, 3]), (5, [3, 2])])
def test_brackets_are_repeated_until_there_are_enough_candidates(n_iter, sizes):
    schedule = SuccessiveHalving(brackets=hyperband(levels(1, 3)), n_iter=n_iter)
    started = {}
    number = 0
    while not isinstance(action := schedule.next(), Done):
        if isinstance(action, Sample):
            started[action.bracket] = started.get(action.bracket, 0) + 1
            candidate, number = number, number + 1
        else:
            candidate = action.candidate
        schedule.begin(action, candidate)
        schedule.tell(candidate, action.resource, float(candidate))
    assert [*started.values()] == sizes


def test_what_a_veto_says_leaves_room_for_nobody_else():
    schedule = SuccessiveHalving(
        brackets=[[Rung(4, 1), Rung(2, 2)]], vetoes=[lambda curve, full, best: curve[1] < 0.15]
    )
    fill(schedule, [0.1, 0.2, 0.3, 0.4])
    assert schedule.next() == Promote(1, 2, 1)
    schedule.begin(schedule.next(), 1)
    assert schedule.next() == Wait()
