"""The predictions of the candidates, in memory up to a bound: the best are kept."""

from collections.abc import Mapping
from math import inf
from typing import Any

from numpy.typing import NDArray

from skhpo.trial import Outcome, Trial, TrialKey

Predictions = Mapping[str, NDArray[Any]]


class Kept:
    """What candidates predicted for the rows that they were not fitted on.

    Parameters
    ----------
    limit : float, default=inf
        Bytes. Beyond it the worst of the finished trials are dropped: those that were given
        less of a resource, or have lost, before the others.

    Attributes
    ----------
    n_dropped : int
        Trials that were dropped for want of memory.
    """

    def __init__(self, limit: float = inf) -> None:
        self._limit = limit
        self._size = 0
        self._parts: dict[TrialKey, dict[int, Predictions]] = {}
        self._worth: dict[TrialKey, tuple[float, float]] = {}
        self.n_dropped = 0

    def add(self, outcome: Outcome) -> None:
        """Take over the predictions of an outcome, if it has any."""
        if outcome.predictions is None:
            return
        self._parts.setdefault(outcome.key, {})[outcome.split] = outcome.predictions
        self._size += _size(outcome.predictions)
        self._make_room()

    def settle(self, trial: Trial, loss: float) -> None:
        """Learn what a trial came to; ``inf`` if it has lost or failed."""
        self._worth[trial.key] = (float(trial.resource or 0), -loss)
        if trial.has_failed:
            self._forget(trial.key)
        self._make_room()

    def of(self, trial: Trial) -> dict[int, Predictions]:
        """Return what is kept of a trial, by split; of one that was given more splits later too.

        Parameters
        ----------
        trial : Trial
            Of this search.

        Returns
        -------
        dict of int to dict
            Empty if nothing is.
        """
        found: dict[int, Predictions] = {}
        for split, outcome in trial.outcomes.items():
            part = self._parts.get(outcome.key, {}).get(split)
            if part is not None:
                found[split] = part
        return found

    def _make_room(self) -> None:
        while self._size > self._limit:
            settled = [key for key in self._parts if key in self._worth]
            if not settled:
                return
            self._forget(min(settled, key=self._worth.__getitem__))
            self.n_dropped += 1

    def _forget(self, key: TrialKey) -> None:
        for part in self._parts.pop(key, {}).values():
            self._size -= _size(part)


def _size(predictions: Predictions) -> int:
    return sum(values.nbytes for values in predictions.values())
