"""Racing over folds, as the loop uses it: who has lost, and what to believe of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from skhpo.schedules.racing import Racing
from skhpo.trial import Trial

Array = np.ndarray


@dataclass(eq=False)
class Race:
    """The fold scores of the candidates so far, and the rule that reads them.

    Only what is known when a candidate is asked for may end it where the course of a search has
    to be the same for any number of workers: ``before`` is the number of the first candidate that
    is not to be looked at.

    Parameters
    ----------
    rule : Racing
        Decides.
    n_splits : int
        Splits of a candidate.
    scores : callable
        ``scores(trial)``: its scores, greater is better, NaN for splits without one.
    """

    rule: Racing
    n_splits: int
    scores: Callable[[Trial], Array]
    _complete: dict[int, Array] = field(default_factory=dict, init=False, repr=False)

    def add(self, trial: Trial) -> None:
        """Take a finished candidate for a rival of those to come, if it is complete."""
        row = self.scores(trial)
        if np.isfinite(row).all():
            self._complete[trial.candidate.number] = row

    def is_begun(self) -> bool:
        """Whether anybody can be dropped yet."""
        return len(self._complete) >= self.rule.min_complete

    def has_lost(self, trial: Trial, before: int | None = None) -> bool:
        """Whether the candidate's first splits, as far as they follow each other, say so."""
        row = self.scores(trial)
        gaps = np.flatnonzero(~np.isfinite(row))
        n_first = int(gaps[0]) if len(gaps) else self.n_splits
        if n_first in (0, self.n_splits) or trial.has_failed:
            return False
        first = np.where(np.arange(self.n_splits) < n_first, row, np.nan)
        return self.rule.has_lost(self._rivals(before), first)

    def estimate(self, trial: Trial, before: int | None = None) -> tuple[float, float]:
        """Return what all splits of a dropped candidate would give, and its standard deviation."""
        return self.rule.estimate(self._rivals(before), self.scores(trial))

    def to_complete(self, dropped: list[Trial]) -> list[Trial]:
        """Return those of the dropped candidates that have to be evaluated on all splits."""
        if not dropped or not self._complete:
            return []
        rows = np.array([self.scores(trial) for trial in dropped])
        return [dropped[i] for i in self.rule.to_complete(self._rivals(None), rows)]

    def _rivals(self, before: int | None) -> Array:
        rows = [row for n, row in self._complete.items() if before is None or n < before]
        return np.array(rows).reshape(len(rows), self.n_splits)
