"""Asynchronous halving: golden sequences, and who is promoted when."""

import pytest

from skhpo.schedules import Asha, AshaStopping, Done, Promote, Sample
from skhpo.schedules.asha import within_quota, within_share

FIRST = [0.5, 0.6, 0.7, 0.55, 0.52, 0.4, 0.45, 0.58, 0.3, 0.42, 0.41, 0.39]
SECOND = [0.5, 0.4, 0.6, 0.3, 0.7, 0.35, 0.45, 0.2, 0.55]


@pytest.mark.parametrize(
    ("losses", "factor", "rule", "stopped"),
    [
        (FIRST, 3, within_quota, "011110010000"),
        (FIRST, 3, within_share, "011000010000"),
        (FIRST, 4, within_quota, "011110110110"),
        (FIRST, 4, within_share, "011000010000"),
        (SECOND, 3, within_quota, "001010101"),
        (SECOND, 3, within_share, "001010101"),
        (SECOND, 4, within_quota, "001011101"),
        (SECOND, 4, within_share, "001010101"),
    ],
)
def test_golden_sequences(losses, factor, rule, stopped):
    """Optuna 5 (by quota) and Syne Tune (by share) give these for the same arrivals."""
    answers = [rule(losses[: i + 1], factor) for i in range(len(losses))]
    assert "".join("01"[not stays] for stays in answers) == stopped


def arrive(schedule, losses):
    for number, loss in enumerate(losses):
        schedule.begin(Sample(schedule.levels[0]), number)
        schedule.tell(number, schedule.levels[0], loss)


def test_the_best_third_is_promoted_the_best_first():
    schedule = Asha(n_iter=20, levels=(1, 3, 9))
    arrive(schedule, [0.6, 0.5, 0.4, 0.3, 0.2, 0.1])
    promoted = []
    while isinstance(action := schedule.next(), Promote):
        promoted.append(action.candidate)
        schedule.begin(action, action.candidate)
    assert promoted == [5, 4]
    assert action == Sample(1)


def test_higher_rungs_come_first():
    schedule = Asha(n_iter=20, levels=(1, 3, 9))
    arrive(schedule, [0.1 * i for i in range(9)])
    for number in range(3):
        action = schedule.next()
        assert action == Promote(number, 3, 1)
        schedule.begin(action, number)
    for number in range(3):
        schedule.tell(number, 3, 0.1 * number)
    assert schedule.next() == Promote(0, 9, 2)


def test_a_search_too_small_to_promote_has_a_winner():
    schedule = Asha(n_iter=2, levels=(1, 3, 9))
    arrive(schedule, [0.5, 0.4])
    for rung, amount in ((1, 3), (2, 9)):
        assert schedule.next() == Promote(1, amount, rung)
        schedule.begin(schedule.next(), 1)
        schedule.tell(1, amount, 0.3)
    assert schedule.next() == Done("n_iter=2 candidates are done")


def test_when_the_last_resort_fails_the_next_one_is_tried():
    schedule = Asha(n_iter=2, levels=(1, 3))
    arrive(schedule, [0.5, 0.4])
    schedule.begin(schedule.next(), 1)
    schedule.tell(1, 3, float("nan"))
    assert schedule.next() == Promote(0, 3, 1)


def test_stopping_goes_on_at_once():
    schedule = AshaStopping(n_iter=9, levels=(1, 3, 9))
    arrive(schedule, [0.5])
    assert schedule.next() == Promote(0, 3, 1)
    schedule.begin(schedule.next(), 0)
    schedule.begin(Sample(1), 1)
    schedule.tell(1, 1, 0.6)
    assert schedule.next() == Sample(1)
