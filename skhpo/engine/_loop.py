"""The loop: ask, submit, collect, log, tell; resume is replay.

It knows no mathematics and no scikit-learn: a strategy says what to try, a schedule how much of
it, and an executor runs it. A trial is opened only when no task of an open one can run, so that
few candidates are under way and each proposal knows as much as it can.

Every event, a trial opened or an outcome collected, goes to the log before anybody else learns
of it. Fed the same events in the same order, the loop, the schedule and the strategy are in the
same state again: that is how a search is resumed.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf

from skhpo.asktell import Strategy
from skhpo.engine._kept import Kept
from skhpo.engine._ports import Log, NoLog, TaskRunner, never, no_curve
from skhpo.engine._race import Race
from skhpo.engine._teller import Teller
from skhpo.schedules import Done, Promote, Sample, Schedule, Wait
from skhpo.stopping import TimeBudget
from skhpo.trial import Candidate, Observation, Opening, Outcome, Task, Trial, TrialKey

ENDS_CANDIDATE = frozenset({"timeout", "memory", "crashed"})  # its other splits are not tried

REPLAYED = "replayed"  # why a search has ended until it goes on


def nothing(engine: "Engine") -> None:
    """Watch nothing."""


@dataclass(eq=False)
class Engine:
    """Runs a search to its end.

    Parameters
    ----------
    strategy : Strategy
        Chooses the candidates.
    schedule : Schedule
        Decides how many there are and what each gets.
    executor : TaskRunner
        Runs the tasks.
    n_splits : int
        Tasks of a candidate with all of the resource.
    judge : callable
        ``judge(trial) -> (loss, stderr)`` of a trial whose tasks are all done.
    curve : callable, default=no_curve
        ``curve(trial)``: losses at smaller amounts of the resource that came with the trial.
    rations_splits : bool, default=False
        Whether the resource is the number of splits.
    race : Race or None, default=None
        Ends candidates with all of the resource that have lost, before all splits are done.
    log : Log, default=NoLog()
        Keeps the events of the search.
    time : TimeBudget, default=TimeBudget()
        How long the search may take.
    fit_timeout : float or None, default=None
        Seconds that a task may take.
    lag : int or None, default=None
        With a number, candidate i is asked for when, and only what, candidates up to i - lag
        have been told: the same candidates for any number of slots.
    should_stop : callable, default=never
        ``should_stop(trials)`` after each candidate that had all of the resource: a reason to
        stop, or None.
    watch : callable, default=nothing
        ``watch(engine)`` after each event.
    kept : Kept, default=Kept()
        Takes over the predictions that outcomes carry.

    Attributes
    ----------
    trials : list of Trial
        All trials in the order in which they were opened.
    finished : list of Trial
        Those that are finished, in the order of completion.
    ended : str
        Why the search ended.
    n_running : int
        Tasks under way.
    """

    strategy: Strategy
    schedule: Schedule
    executor: TaskRunner
    n_splits: int
    judge: Callable[[Trial], tuple[float, float]]
    curve: Callable[[Trial], Mapping[int, float]] = no_curve
    rations_splits: bool = False
    race: Race | None = None
    log: Log = field(default_factory=NoLog)
    time: TimeBudget = field(default_factory=TimeBudget)
    fit_timeout: float | None = None
    lag: int | None = None
    should_stop: Callable[[Sequence[Trial]], str | None] = never
    watch: Callable[["Engine"], None] = nothing
    kept: Kept = field(default_factory=Kept)
    trials: list[Trial] = field(default_factory=list, init=False)
    finished: list[Trial] = field(default_factory=list, init=False)
    ended: str = field(default="", init=False)
    n_running: int = field(default=0, init=False)
    _by_key: dict[TrialKey, Trial] = field(default_factory=dict, init=False, repr=False)
    _latest: dict[int, Trial] = field(default_factory=dict, init=False, repr=False)
    _waiting: OrderedDict[tuple[TrialKey, int], Task] = field(
        default_factory=OrderedDict, init=False, repr=False
    )
    _cut_short: set[tuple[TrialKey, int]] = field(default_factory=set, init=False, repr=False)
    _in_flight: Counter[TrialKey] = field(default_factory=Counter, init=False, repr=False)
    _contenders: list[Trial] = field(default_factory=list, init=False, repr=False)
    _unsettled: set[int] = field(default_factory=set, init=False, repr=False)
    _seconds_before: float = field(default=0.0, init=False, repr=False)
    _teller: Teller = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._teller = Teller(self.strategy, self.schedule, self.lag)

    def run(self) -> list[Trial]:
        """Run until the budget is spent, a rule stops it, or there is nothing more to propose.

        Returns
        -------
        list of Trial
            All trials; those that the end of the search cut off lack outcomes.

        Raises
        ------
        Exception
            The one that a task carries, with ``error_score="raise"``.
        """
        self._replay()
        try:
            self._fill()
            while self.n_running:
                self._collect(self.executor.collect())
                self._fill()
        except KeyboardInterrupt:
            self.ended = "interrupted"
            self.executor.abort()
        return self.trials

    def n_splits_of(self, trial: Trial) -> int:
        """Return how many tasks a trial has."""
        if self.rations_splits and trial.resource is not None:
            return trial.resource
        return self.n_splits

    def expected_score(self, trial: Trial) -> float:
        """Return the score of a trial, estimated if it was dropped; NaN if it failed."""
        if trial.is_dropped and self.race is not None:
            return self.race.estimate(trial)[0]
        return -self.judge(trial)[0] if trial.is_finished else float("nan")

    # -- forward: what to run --------------------------------------------------------------------

    def _fill(self) -> None:
        while self.n_running < self.executor.slots and (task := self._next_task()):
            del self._waiting[task.key, task.split]
            self._submit(task)
            self._in_flight[task.key] += 1
            self.n_running += 1
            self.watch(self)

    def _submit(self, task: Task) -> None:
        seconds = self.time.limit(self.fit_timeout)
        if seconds != self.fit_timeout:
            self._cut_short.add((task.key, task.split))
        self.executor.submit(task, seconds)

    def _next_task(self) -> Task | None:
        """Return a task to run now; None when there is none, or none yet."""
        while True:
            task = next(filter(self._may_run, self._waiting.values()), None)
            if (task is not None or not self.ended) and self.time.is_over():
                self.ended = self.ended or f"max_time={self.time.seconds:g} s is over"
                self._waiting.clear()
                return None
            if task is not None:
                return task
            if not self._open() and not self._reopen():
                return None

    def _may_run(self, task: Task) -> bool:
        """In a race a split is begun when the one before it has not ended the candidate."""
        trial = self._by_key[task.key]
        if self.race is None or not self._is_full(trial) or trial.is_dropped:
            return True
        is_safe = self.lag is None and not self.race.is_begun()
        return is_safe or not self._in_flight[task.key]

    def _open(self) -> bool:
        """Open the next trial; False when there is none, or none yet."""
        if self.ended:
            return False
        action = self.schedule.next()
        if isinstance(action, Done):
            self.ended = action.reason
            return False
        if isinstance(action, Wait):
            return False
        if isinstance(action, Promote):
            self._begin(action, self._latest[action.candidate].candidate)
            return True
        return self._teller.is_ready(self.trials) and self._ask(action)

    def _ask(self, action: Sample) -> bool:
        self._teller.tell_what_is_due(self.trials)
        candidates = self.strategy.ask()
        if not candidates:
            self.schedule.exhaust()
        for candidate in candidates:
            self._begin(action, candidate)
        return True

    def _begin(self, action: Sample | Promote, candidate: Candidate) -> None:
        trial = self._admit(action, candidate)
        self.log.log_opening(trial)
        self._adopt(trial)

    def _admit(self, action: Sample | Promote, candidate: Candidate) -> Trial:
        rung = action.rung if isinstance(action, Promote) else 0
        trial = Trial(candidate, resource=action.resource, rung=rung, bracket=action.bracket)
        if self.rations_splits and rung:
            trial.outcomes.update(self._latest[candidate.number].outcomes)  # of fewer splits
        self.schedule.begin(action, candidate.number)
        self.trials.append(trial)
        self._by_key[trial.key] = self._latest[candidate.number] = trial
        self._queue(trial)
        return trial

    def _queue(self, trial: Trial) -> None:
        for split in range(self.n_splits_of(trial)):
            if split not in trial.outcomes:
                self._waiting[trial.key, split] = Task(trial.candidate, split, trial.resource)

    def _adopt(self, trial: Trial) -> None:
        """Take over what another process measured; an event of this search from now on."""
        for outcome in self.log.known(trial.candidate):
            is_new = outcome.resource == trial.resource and outcome.split not in trial.outcomes
            if is_new and not trial.is_finished:
                self.log.log_outcome(outcome)
                self._record(outcome)

    def _reopen(self) -> bool:
        """In the end, complete those of the dropped candidates that may be among the best."""
        if self.race is None or not self.ended or self.n_running:
            return False
        dropped = [trial for trial in self.trials if trial.is_dropped]
        chosen = self.race.to_complete(dropped)
        for trial in chosen:
            self._queue(trial)
        return bool(chosen)

    # -- forward: what came of it ----------------------------------------------------------------

    def _collect(self, outcome: Outcome) -> None:
        self.n_running -= 1
        self._in_flight[outcome.key] -= 1
        place = (outcome.key, outcome.split)
        is_cut_short = place in self._cut_short
        self._cut_short.discard(place)
        if outcome.status == "timeout" and is_cut_short:
            self._put_back(outcome)
            return  # the end of the search cut it off, which says nothing about the candidate
        if outcome.exception is not None:
            raise outcome.exception
        outcome = replace(outcome, ended=self._seconds_before + self.time.elapsed())
        self.log.log_outcome(outcome)
        self._record(outcome)
        self.watch(self)

    def _put_back(self, outcome: Outcome) -> None:
        """Run a task again if the refit needs less than it seemed, which has left more time."""
        trial = self._by_key[outcome.key]
        if not self.time.is_over() and not trial.is_finished:
            task = Task(trial.candidate, outcome.split, outcome.resource)
            self._waiting[task.key, task.split] = task

    def _record(self, outcome: Outcome) -> None:
        trial = self._by_key[outcome.key]
        if outcome.split in trial.outcomes or (trial.is_finished and not trial.is_dropped):
            return
        self.kept.add(outcome)
        trial.outcomes[outcome.split] = replace(outcome, predictions=None)
        self._waiting.pop((outcome.key, outcome.split), None)
        ends = outcome.status in ENDS_CANDIDATE
        if ends:
            self._withdraw(trial)
        if ends or len(trial.outcomes) == self.n_splits_of(trial):
            self._finish(trial)
        elif not trial.is_dropped and self._has_lost(trial):
            self._drop(trial)

    def _drop(self, trial: Trial) -> None:
        self._withdraw(trial)
        trial.is_dropped = True
        if self.ended != REPLAYED:
            self.log.log_dropped(trial)
        self._finish(trial)

    def _withdraw(self, trial: Trial) -> None:
        for split in range(self.n_splits):
            self._waiting.pop((trial.key, split), None)

    def _has_lost(self, trial: Trial) -> bool:
        if self.race is None or not self._is_full(trial):
            return False
        return self.race.has_lost(trial, self._before(trial))

    def _before(self, trial: Trial) -> int | None:
        """Return the number of the first candidate that this one is not to be compared with."""
        return None if self.lag is None else trial.candidate.number + 1 - self.lag

    def _is_full(self, trial: Trial) -> bool:
        return trial.resource == self.schedule.full

    def _finish(self, trial: Trial) -> None:
        """Publish what came of a trial; once more if it was dropped and is now complete."""
        is_new, trial.is_finished = not trial.is_finished, True
        if len(trial.outcomes) == self.n_splits_of(trial) or trial.has_failed:
            trial.is_dropped = False
        if is_new:
            self.finished.append(trial)
        observation = self._observe(trial)
        self.kept.settle(trial, inf if trial.is_dropped else observation.loss)
        self._learn(trial, observation)
        self._teller.learn(observation)
        if is_new and self._is_full(trial):
            self._contenders.append(trial)
            if not self.ended:
                self.ended = self.should_stop(self._contenders) or ""

    def _learn(self, trial: Trial, observation: Observation) -> None:
        """Let the budget, the race and the schedule learn of a trial."""
        number = trial.candidate.number
        if not trial.is_dropped:
            self._foresee_refit(trial, observation.loss)
        if self._is_full(trial) and not trial.is_dropped and self.race is not None:
            self.race.add(trial)
        loss = inf if trial.is_dropped else observation.loss  # an estimate is nobody's measure
        self.schedule.tell(number, trial.resource, loss, self.curve(trial))
        if trial.resource is not None:
            self._unsettled.add(number)
            for settled in filter(self.schedule.is_settled, [*self._unsettled]):
                self._unsettled.discard(settled)
                self.executor.forget(settled)

    def _foresee_refit(self, trial: Trial, loss: float) -> None:
        """Let the budget learn what a fit with all of the resource takes, in proportion."""
        if not loss < inf:
            return
        fits = [outcome.fit_time for outcome in trial.outcomes.values()]
        full = self.schedule.full
        share = 1.0 if trial.resource is None or not full else trial.resource / full
        seconds = sum(fits) / len(fits)
        scoring = sum(outcome.score_time for outcome in trial.outcomes.values()) / len(fits)
        full_seconds = seconds if self.rations_splits else seconds / share
        self.time.learn(loss, full_seconds, share, scoring)

    def _observe(self, trial: Trial) -> Observation:
        cost = sum(o.fit_time + o.score_time for o in trial.outcomes.values())
        if trial.is_dropped and self.race is not None:
            score, shortfall = self.race.estimate(trial, self._before(trial))
            return Observation(
                trial.candidate, -score, cost=cost, shortfall=shortfall, resource=trial.resource
            )
        loss, stderr = self.judge(trial)
        return Observation(
            trial.candidate, loss, stderr=stderr, cost=cost, resource=trial.resource
        )

    # -- backward --------------------------------------------------------------------------------

    def _replay(self) -> None:
        """Bring the loop, the schedule and the strategy into the state that the log describes."""
        self.ended = REPLAYED  # no rule is asked before everything is known
        events = [*self.log.events()]
        self.schedule.expect(sum(isinstance(e, Opening) and e.x is not None for e in events))
        for event in events:
            if isinstance(event, Outcome):
                self._seconds_before = max(self._seconds_before, event.ended or 0.0)
                self._record(event)
            else:
                self._repeat(event)
        for trial in [trial for trial in self.trials if not trial.is_finished]:
            self._adopt(trial)
        if self.schedule.full is None:
            self._adopt_settings_elsewhere()
        self.strategy.resume()
        # The rules of today decide: others may have ended the search then.
        self.ended = (self.should_stop(self._contenders) if self._contenders else None) or ""

    def _repeat(self, event: Opening) -> None:
        if event.x is None:
            again = Promote(event.candidate, event.resource or 0, event.rung, event.bracket)
            self._admit(again, self._latest[event.candidate].candidate)
            return
        self._teller.tell_what_is_due(self.trials)
        candidate = self.strategy.replay(event.x)
        self._admit(Sample(event.resource, event.bracket), candidate)

    def _adopt_settings_elsewhere(self) -> None:
        for x in self.log.settings_elsewhere():
            if not self.strategy.is_seen(x):
                self._teller.tell_what_is_due(self.trials)
                self._begin(Sample(), self.strategy.replay(x))
