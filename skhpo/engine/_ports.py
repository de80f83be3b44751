"""What the loop needs of others: somebody who runs tasks, and somebody who keeps a log."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np

from skhpo.trial import Candidate, Opening, Outcome, Task, Trial


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

    def forget(self, candidate: int) -> None:
        """Drop what was kept to continue a candidate from."""
        ...

    def abort(self) -> None:
        """End all tasks under way."""
        ...


class Log(Protocol):
    """What the engine needs of a journal."""

    def events(self) -> Iterable[Opening | Outcome]:
        """Return what stands there, in its order."""
        ...

    def known(self, candidate: Candidate) -> Sequence[Outcome]:
        """Return outcomes of the same setting that another process measured."""
        ...

    def settings_elsewhere(self) -> Iterable[np.ndarray]:
        """Return the points for which another process measured anything."""
        ...

    def log_opening(self, trial: Trial) -> None:
        """Write down that a candidate was asked for, or given more."""
        ...

    def log_outcome(self, outcome: Outcome) -> None:
        """Write down an outcome."""
        ...

    def log_dropped(self, trial: Trial) -> None:
        """Write down, for readers, that a candidate has lost: it is no event."""
        ...


class NoLog:
    """The log of a search that keeps none."""

    def events(self) -> Iterable[Opening | Outcome]:
        """Nothing was logged."""
        return ()

    def known(self, candidate: Candidate) -> Sequence[Outcome]:
        """Nothing is known."""
        return ()

    def settings_elsewhere(self) -> Iterable[np.ndarray]:
        """There is no other process."""
        return ()

    def log_opening(self, trial: Trial) -> None:
        """Keep nothing."""

    def log_outcome(self, outcome: Outcome) -> None:
        """Keep nothing."""

    def log_dropped(self, trial: Trial) -> None:
        """Keep nothing."""


def never(trials: Sequence[Trial]) -> None:
    """Do not stop before the budget is spent."""


def no_curve(_: Trial) -> Mapping[int, float]:
    """Know nothing of smaller amounts of the resource."""
    return {}
