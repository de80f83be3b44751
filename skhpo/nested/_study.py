"""What is known when all outer folds have run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skhpo.nested._fold import Fold, Record


@dataclass(frozen=True)
class Study:
    """Everything that results are read off.

    Parameters
    ----------
    search : estimator
        What was cross-validated, not fitted.
    scorer : callable
        Returns a dict of scores.
    metric : str
        The first of the outer scores.
    own : str or None
        The score by which the search chooses.
    y : array-like or None
        The target of all rows.
    groups : array-like or None
        Rows that were kept together.
    n_rows : int
        Rows in total.
    folds : sequence of Fold
        The outer folds.
    pairs : dict of (int, int, int) to Fold
        By repeat and two folds: both left out.
    records : dict of int to Record
        What came of each fold and each pair.
    error_score : float
        The scores of a fold that failed.
    identity : dict of str to str
        Hashes of the data.
    seconds : float
        How long it took.
    """

    search: Any
    scorer: Any
    metric: str
    own: str | None
    y: Any
    groups: Any
    n_rows: int
    folds: Sequence[Fold]
    pairs: Mapping[tuple[int, int, int], Fold]
    records: Mapping[int, Record]
    error_score: float
    identity: Mapping[str, str]
    seconds: float

    @property
    def n_repeats(self) -> int:
        """How often the rows were divided anew."""
        return 1 + max(fold.repeat for fold in self.folds)

    @property
    def n_folds(self) -> int:
        """Folds of a repeat."""
        return 1 + max(fold.fold for fold in self.folds)

    @property
    def metrics(self) -> list[str]:
        """Names of the outer scores, the first one first."""
        names = next(list(r.scores) for r in self.records.values() if r.scores)
        return [self.metric, *(name for name in names if name != self.metric)]

    @property
    def failed(self) -> list[Fold]:
        """Outer folds without a score."""
        return [fold for fold in self.folds if self.records[fold.number].error is not None]


def names_of(folds: Sequence[Fold]) -> str:
    """Return which folds these are, in words."""
    return ", ".join(f"fold {fold.fold} of repeat {fold.repeat}" for fold in folds)
