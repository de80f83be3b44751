"""The loop: ask, submit, collect, log, tell; resume is replay.

It knows no mathematics and no scikit-learn: a strategy says what to try, an executor runs it.
A candidate is opened only when no task of an open candidate waits, so that few candidates are
under way and each proposal knows as much as it can.

Every event, a candidate asked for or an outcome collected, goes to the log before anybody else
learns of it. Fed the same events in the same order, the loop and the strategy are in the same
state again: that is how a search is resumed.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from skhpo.asktell import Strategy
from skhpo.stopping import TimeBudget
from skhpo.trial import Candidate, Observation, Outcome, Task, Trial

ENDS_CANDIDATE = frozenset({"timeout", "memory", "crashed"})  # its other splits are not tried


class TaskRunner(Protocol):
    """What the engine needs of an executor."""

    @property
    def slots(self) -> int:
        """How many tasks may be under way."""
        ...

    def submit(self, task: Task, seconds: float | None = None) -> None:
        """Start a task that may take so many seconds."""
        ...

    def collect(self) -> Outcome:
        """Wait for the next task to finish."""
        ...

    def abort(self) -> None:
        """End all tasks under way."""
        ...


class Log(Protocol):
    """What the engine needs of a journal."""

    def events(self) -> Iterable[np.ndarray | Outcome]:
        """Return what stands there: points asked for and outcomes, in their order."""
        ...

    def known(self, candidate: Candidate) -> Sequence[Outcome]:
        """Return outcomes of the same setting that another process measured."""
        ...

    def settings_elsewhere(self) -> Iterable[np.ndarray]:
        """Return the points for which another process measured anything."""
        ...

    def log_candidate(self, candidate: Candidate) -> None:
        """Write down that a candidate was asked for."""
        ...

    def log_outcome(self, outcome: Outcome) -> None:
        """Write down an outcome."""
        ...


class NoLog:
    """The log of a search that keeps none."""

    def events(self) -> Iterable[np.ndarray | Outcome]:
        """Nothing was logged."""
        return ()

    def known(self, candidate: Candidate) -> Sequence[Outcome]:
        """Nothing is known."""
        return ()

    def settings_elsewhere(self) -> Iterable[np.ndarray]:
        """There is no other process."""
        return ()

    def log_candidate(self, candidate: Candidate) -> None:
        """Keep nothing."""

    def log_outcome(self, outcome: Outcome) -> None:
        """Keep nothing."""


def never(trials: Sequence[Trial]) -> None:
    """Do not stop before the budget is spent."""


def nothing(engine: "Engine") -> None:
    """Watch nothing."""


@dataclass(eq=False)
class Engine:
    """Runs a search to its end.

    Parameters
    ----------
    strategy : Strategy
        Chooses the candidates.
    executor : TaskRunner
        Runs the tasks.
    n_splits : int
        Tasks of a candidate.
    n_iter : int
        Candidates at the most.
    judge : callable
        ``judge(trial) -> (loss, stderr)`` of a trial whose tasks are all done.
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
        ``should_stop(finished_trials)`` after each candidate: a reason to stop, or None.
    watch : callable, default=nothing
        ``watch(engine)`` after each event.

    Attributes
    ----------
    trials : list of Trial
        All candidates in the order in which they were asked for.
    finished : list of Trial
        Those whose tasks are all done, in the order of completion.
    ended : str
        Why the search ended.
    n_running : int
        Tasks under way.
    """

    strategy: Strategy
    executor: TaskRunner
    n_splits: int
    n_iter: int
    judge: Callable[[Trial], tuple[float, float]]
    log: Log = field(default_factory=NoLog)
    time: TimeBudget = field(default_factory=TimeBudget)
    fit_timeout: float | None = None
    lag: int | None = None
    should_stop: Callable[[Sequence[Trial]], str | None] = never
    watch: Callable[["Engine"], None] = nothing
    trials: list[Trial] = field(default_factory=list, init=False)
    finished: list[Trial] = field(default_factory=list, init=False)
    ended: str = field(default="", init=False)
    n_running: int = field(default=0, init=False)
    _waiting: OrderedDict[tuple[int, int], Task] = field(
        default_factory=OrderedDict, init=False, repr=False
    )
    _observations: dict[int, Observation] = field(default_factory=dict, init=False, repr=False)
    _n_told: int = field(default=0, init=False, repr=False)

    def run(self) -> list[Trial]:
        """Run until the budget is spent, a rule stops it, or there is nothing more to propose.

        Returns
        -------
        list of Trial
            All candidates; those that the end of the search cut off lack outcomes.

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

    # -- forward -------------------------------------------------------------------------------

    def _fill(self) -> None:
        while self.n_running < self.executor.slots and (self._waiting or self._open()):
            if self.time.is_over():
                self.ended = self.ended or f"max_time={self.time.seconds:g} s is over"
                self._waiting.clear()
                return
            _, task = self._waiting.popitem(last=False)
            self.executor.submit(task, self.time.limit(self.fit_timeout))
            self.n_running += 1
            self.watch(self)

    def _open(self) -> bool:
        """Open the next candidate; False when there is none, or none yet."""
        while not self.ended and not self._waiting:
            if self.time.is_over():
                self.ended = f"max_time={self.time.seconds:g} s is over"
            elif len(self.trials) >= self.n_iter:
                self.ended = f"n_iter={self.n_iter} candidates are done"
            elif not self._may_ask():
                return False
            else:
                self._ask()
        return bool(self._waiting)

    def _may_ask(self) -> bool:
        """With a lag: whether all that the next candidate has to know is known."""
        if self.lag is None:
            return True
        needed = self.trials[self._n_told : max(0, len(self.trials) + 1 - self.lag)]
        return all(trial.is_finished for trial in needed)

    def _ask(self) -> None:
        self._tell_in_order()
        candidates = self.strategy.ask()
        if not candidates:
            self.ended = "the space is exhausted"
        for candidate in candidates:
            self.log.log_candidate(candidate)
            self._adopt(self._admit(candidate))

    def _admit(self, candidate: Candidate) -> Trial:
        trial = Trial(candidate)
        self.trials.append(trial)
        for split in range(self.n_splits):
            self._waiting[candidate.number, split] = Task(candidate, split)
        return trial

    def _adopt(self, trial: Trial) -> None:
        """Take over what another process measured; an event of this search from now on."""
        for outcome in self.log.known(trial.candidate):
            if not trial.is_finished and outcome.split not in trial.outcomes:
                self.log.log_outcome(outcome)
                self._record(outcome)

    def _collect(self, outcome: Outcome) -> None:
        self.n_running -= 1
        if outcome.exception is not None:
            raise outcome.exception
        if outcome.status == "timeout" and self.time.is_over():
            return  # the end of the search cut it off, which says nothing about the candidate
        self.log.log_outcome(outcome)
        self._record(outcome)
        self.watch(self)

    def _record(self, outcome: Outcome) -> None:
        trial = self.trials[outcome.candidate]
        if trial.is_finished or outcome.split in trial.outcomes:
            return
        trial.outcomes[outcome.split] = outcome
        ends = outcome.status in ENDS_CANDIDATE
        for split in range(self.n_splits) if ends else (outcome.split,):
            self._waiting.pop((outcome.candidate, split), None)
        if ends or len(trial.outcomes) == self.n_splits:
            self._finish(trial)

    def _finish(self, trial: Trial) -> None:
        trial.is_finished = True
        self.finished.append(trial)
        observation = self._observations[trial.candidate.number] = self._observe(trial)
        fits = [outcome.fit_time for outcome in trial.outcomes.values()]
        self.time.learn(observation.loss, sum(fits) / len(fits))
        if self.lag is None:
            self.strategy.tell([observation])
        if not self.ended:
            self.ended = self.should_stop(self.finished) or ""

    def _tell_in_order(self) -> None:
        """With a lag: tell what the next candidate may know, and nothing else."""
        if self.lag is None:
            return
        needed = len(self.trials) + 1 - self.lag
        while self._n_told < needed and self._n_told in self._observations:
            self.strategy.tell([self._observations[self._n_told]])
            self._n_told += 1

    def _observe(self, trial: Trial) -> Observation:
        loss, stderr = self.judge(trial)
        cost = sum(o.fit_time + o.score_time for o in trial.outcomes.values())
        return Observation(trial.candidate, loss, stderr=stderr, cost=cost)

    # -- backward ------------------------------------------------------------------------------

    def _replay(self) -> None:
        """Bring the loop and the strategy into the state that the log describes."""
        self.ended = "replayed"  # no rule is asked before everything is known
        for event in self.log.events():
            if isinstance(event, Outcome):
                self._record(event)
            else:
                self._tell_in_order()
                self._admit(self.strategy.replay(event))
        for trial in [trial for trial in self.trials if not trial.is_finished]:
            self._adopt(trial)
        for x in self.log.settings_elsewhere():
            if not self.strategy.is_seen(x):
                self._tell_in_order()
                candidate = self.strategy.replay(x)
                self.log.log_candidate(candidate)
                self._adopt(self._admit(candidate))
        # The rules of today decide: others may have ended the search then.
        self.ended = (self.should_stop(self.finished) if self.finished else None) or ""
