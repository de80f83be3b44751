"""The laws of a schedule as tests: subclass, give ``make``, run pytest."""

from collections import Counter
from typing import ClassVar

import numpy as np
import pytest

from skhpo.schedules import Action, Done, Promote, Sample, Schedule, Wait

Start = tuple[int, int | None]  # a candidate at an amount of the resource


class _Course:
    """Runs a schedule with so many workers, which finish in a random order."""

    def __init__(self, schedule: Schedule, n_workers: int = 1, seed: int = 0) -> None:
        self.schedule = schedule
        self.n_workers = n_workers
        self.rng = np.random.default_rng(seed)
        self.running: list[Start] = []
        self.started: list[Start] = []
        self.actions: list[Action] = []
        self.n_left: int | None = None  # candidates that the strategy still has
        self.fails = 0.0
        self.told: set[int] = set()
        self.was_told_before: list[bool] = []  # of each promotion
        self.was_settled_before: list[bool] = []
        self._settled: set[int] = set()

    def run(self, limit: int = 10_000) -> list[Start]:
        for _ in range(limit):
            action = self.schedule.next()
            if len(self.running) < self.n_workers and not isinstance(action, Wait | Done):
                self._begin(action)
            elif self.running:
                self._finish(self.running.pop(int(self.rng.integers(len(self.running)))))
            else:
                self.actions.append(action)
                return self.started
        raise RuntimeError(f"the schedule has not ended after {limit} steps")

    def _begin(self, action: Sample | Promote) -> None:
        if isinstance(action, Sample) and self.n_left == 0:
            self.schedule.exhaust()
            return
        if isinstance(action, Sample) and self.n_left is not None:
            self.n_left -= 1
        if isinstance(action, Promote):
            number = action.candidate
            self.was_told_before.append(number in self.told)
            self.was_settled_before.append(number in self._settled)
        else:
            number = len({n for n, _ in self.started})
        self.schedule.begin(action, number)
        self.actions.append(action)
        self.running.append((number, action.resource))
        self.started.append((number, action.resource))

    def _finish(self, start: Start) -> None:
        number, resource = start
        loss = loss_of(number, resource)
        failed = _fails(number, self.fails)
        self.schedule.tell(number, resource, float("nan") if failed else loss)
        self.told.add(number)
        idle = self.told - {number for number, _ in self.running}
        self._settled.update(filter(self.schedule.is_settled, idle))


def loss_of(number: int, resource: int | None) -> float:
    """Return a loss that falls with the resource and differs between candidates."""
    final, lag = np.random.default_rng(number).random(2)
    return float(final + (lag / resource if resource else 0.0))


def _fails(number: int, share: float) -> bool:
    return bool(np.random.default_rng((number, 7)).random() < share)


class ScheduleContract:
    """The tests that every schedule has to pass.

    A subclass whose name starts with ``Test`` and which writes ``make`` is collected by pytest.

    Attributes
    ----------
    is_synchronous : bool, default=True
        Whether the course is the same for any number of workers.

    Examples
    --------
    >>> from skhpo.schedules import Full
    >>> from skhpo.testing import ScheduleContract
    >>> class TestFull(ScheduleContract):
    ...     def make(self):
    ...         return Full(n_iter=20)
    """

    is_synchronous: ClassVar[bool] = True

    def make(self) -> Schedule:
        """Return the schedule under test."""
        raise TypeError(f"{type(self).__name__} has to write make().")

    @pytest.mark.parametrize("n_workers", [1, 2, 7, 100])
    def test_it_ends_with_a_reason(self, n_workers: int) -> None:
        course = _Course(self.make(), n_workers)
        course.run()
        assert isinstance(course.actions[-1], Done)
        assert course.actions[-1].reason

    @pytest.mark.parametrize("n_workers", [1, 7])
    def test_somebody_gets_all_of_the_resource(self, n_workers: int) -> None:
        schedule = self.make()
        started = _Course(schedule, n_workers).run()
        assert schedule.full in {resource for _, resource in started}
        assert max((r or 0) for _, r in started) == (schedule.full or 0)

    @pytest.mark.parametrize("n_workers", [1, 7])
    def test_nothing_is_started_twice(self, n_workers: int) -> None:
        started = _Course(self.make(), n_workers).run()
        assert max(Counter(started).values()) == 1

    @pytest.mark.parametrize("n_workers", [1, 7])
    def test_amounts_grow_with_each_promotion(self, n_workers: int) -> None:
        started = _Course(self.make(), n_workers).run()
        for number in {n for n, _ in started}:
            amounts = [r or 0 for n, r in started if n == number]
            assert amounts == sorted(amounts)

    def test_only_who_was_told_is_promoted(self) -> None:
        course = _Course(self.make(), n_workers=5)
        course.run()
        assert all(course.was_told_before)

    def test_asking_changes_nothing(self) -> None:
        schedule = self.make()
        assert schedule.next() == schedule.next()

    def test_the_same_calls_rebuild_the_state(self) -> None:
        first, second = (_Course(self.make(), 5, seed=3) for _ in range(2))
        assert first.run() == second.run()
        assert first.actions == second.actions

    def test_the_course_depends_on_losses_alone(self) -> None:
        if not self.is_synchronous:
            pytest.skip("asynchronous by design")
        assert self.make().epoch is not None or self.make().full is None
        serial = _Course(self.make(), 1).run()
        assert sorted(_Course(self.make(), 7, seed=1).run(), key=str) == sorted(serial, key=str)

    @pytest.mark.parametrize("fails", [0.3, 1.0])
    def test_failures_do_not_stop_it(self, fails: float) -> None:
        course = _Course(self.make(), 3)
        course.fails = fails
        course.run()
        assert isinstance(course.actions[-1], Done)

    def test_failures_are_not_promoted(self) -> None:
        course = _Course(self.make(), 3)
        course.fails = 0.5
        course.run()
        promoted = {a.candidate for a in course.actions if isinstance(a, Promote)}
        assert not any(_fails(number, 0.5) for number in promoted)

    @pytest.mark.parametrize("n", [0, 1, 4])
    def test_an_exhausted_space_ends_it(self, n: int) -> None:
        course = _Course(self.make(), 2)
        course.n_left = n
        started = course.run()
        assert len({number for number, _ in started}) == n
        assert course.actions[-1] == Done("the space is exhausted")

    @pytest.mark.parametrize("n_workers", [1, 4])
    def test_who_is_settled_is_not_promoted(self, n_workers: int) -> None:
        course = _Course(self.make(), n_workers)
        course.run()
        assert not any(course.was_settled_before)

    def test_the_plan_is_about_kept(self) -> None:
        schedule = self.make()
        planned = schedule.n_trials
        assert 0.5 * planned <= len(_Course(schedule, 1).run()) <= 2 * planned
