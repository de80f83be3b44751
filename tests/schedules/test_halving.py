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


def repeat(schedule, events):
    """Feed the events of an earlier course: (candidate, resource, rung, bracket, loss)."""
    schedule.expect(sum(rung == 0 for _, _, rung, _, _ in events))
    for number, resource, rung, bracket, loss in events:
        is_new = rung == 0
        place = Sample(resource, bracket) if is_new else Promote(number, resource, rung, bracket)
        schedule.begin(place, number)
        schedule.tell(number, resource, loss)


def test_a_longer_course_than_this_one_is_repeated_whole():
    schedule = SuccessiveHalving(brackets=hyperband(levels(1, 3)), n_iter=2)
    events = [(0, 1, 0, 0, 0.3), (1, 1, 0, 0, 0.1), (2, 1, 0, 0, 0.2), (1, 3, 1, 0, 0.1)]
    events += [(3, 3, 0, 1, 0.5), (4, 3, 0, 1, 0.4)]
    repeat(schedule, events)
    assert schedule.n_candidates == 5
    assert schedule.next() == Done("all brackets are done")


def test_a_rung_is_as_long_as_in_the_course_that_is_repeated():
    schedule = SuccessiveHalving(brackets=hyperband(levels(1, 3)), n_iter=2)
    repeat(schedule, [(0, 1, 0, 0, 0.3), (1, 1, 0, 0, 0.2), (2, 1, 0, 0, 0.1)])
    assert schedule.next() == Promote(2, 3, 1)  # not the better of the first two


def test_a_course_that_had_fewer_candidates_to_start_goes_on_from_its_promotion():
    schedule = SuccessiveHalving(brackets=[halving(9, 1, 3, factor=3)])
    repeat(schedule, [(i, 1, 0, 0, 0.1 * i) for i in range(4)] + [(0, 3, 1, 0, 0.05)])
    assert schedule.next() == Promote(1, 3, 1)  # not a fifth candidate on the first rung


def test_a_cut_bracket_has_no_more_trials_than_candidates():
    brackets = hyperband(levels(1, 9))  # 9 + 3 + 1, 5 + 1, and 3 trials
    assert SuccessiveHalving(brackets=brackets, n_iter=9).n_trials == 13
    assert SuccessiveHalving(brackets=brackets, n_iter=11).n_trials == 13 + 2 + 1
    assert SuccessiveHalving(brackets=brackets, n_iter=17 + 9).n_trials == 22 + 13
