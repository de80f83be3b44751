"""The loop: ask, submit, collect, tell.

It knows no mathematics and no scikit-learn: a strategy says what to try, an executor runs it.
A candidate is opened only when no task of an open candidate waits, so that few candidates are
under way and each proposal knows as much as it can.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from skhpo.asktell import Strategy
from skhpo.trial import Candidate, Observation, Outcome, Task, Trial


class TaskRunner(Protocol):
    """What the engine needs of an executor."""

    @property
    def slots(self) -> int:
        """How many tasks may be under way."""
        ...

    def submit(self, task: Task) -> None:
        """Start a task."""
        ...

    def collect(self) -> Outcome:
        """Wait for the next task to finish."""
        ...


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

    Attributes
    ----------
    trials : list of Trial
        All candidates in the order in which they were asked for.
    """

    strategy: Strategy
    executor: TaskRunner
    n_splits: int
    n_iter: int
    judge: Callable[[Trial], tuple[float, float]]
    trials: list[Trial] = field(default_factory=list, init=False)
    _waiting: deque[Task] = field(default_factory=deque, init=False, repr=False)
    _n_running: int = field(default=0, init=False, repr=False)
    _exhausted: bool = field(default=False, init=False, repr=False)

    def run(self) -> list[Trial]:
        """Run until the budget is spent or the strategy has nothing more to propose.

        Returns
        -------
        list of Trial
            All candidates, each with the outcomes of all its tasks.

        Raises
        ------
        Exception
            The one that a task carries, with ``error_score="raise"``.
        """
        self._fill()
        while self._n_running:
            self._record(self.executor.collect())
            self._fill()
        return self.trials

    def _fill(self) -> None:
        while self._n_running < self.executor.slots and (self._waiting or self._open()):
            self.executor.submit(self._waiting.popleft())
            self._n_running += 1

    def _open(self) -> bool:
        """Ask for the next candidate and queue its tasks; False at the end of the search."""
        if self._exhausted or len(self.trials) >= self.n_iter:
            return False
        candidates: list[Candidate] = self.strategy.ask()
        self._exhausted = not candidates
        for candidate in candidates:
            self.trials.append(Trial(candidate))
            self._waiting += [Task(candidate, split) for split in range(self.n_splits)]
        return bool(candidates)

    def _record(self, outcome: Outcome) -> None:
        self._n_running -= 1
        if outcome.exception is not None:
            raise outcome.exception
        trial = self.trials[outcome.candidate]
        trial.outcomes[outcome.split] = outcome
        if len(trial.outcomes) == self.n_splits:
            self.strategy.tell([self._observe(trial)])

    def _observe(self, trial: Trial) -> Observation:
        loss, stderr = self.judge(trial)
        cost = sum(o.fit_time + o.score_time for o in trial.outcomes.values())
        return Observation(trial.candidate, loss, stderr=stderr, cost=cost)
