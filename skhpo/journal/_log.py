"""A search in its journal: candidates and outcomes as records, and back."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from skhpo.journal._file import Journal
from skhpo.trial import Candidate, Outcome

OWNER = "main"  # the writer whose events are replayed; others only add what they measured


class SearchLog:
    """The log of a search, kept in a journal.

    Parameters
    ----------
    journal : Journal
        Open.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._known = _measured_elsewhere(journal.records)
        self._n_events = sum(record["writer"] == OWNER for record in journal.records)

    @property
    def is_new(self) -> bool:
        """Whether there is nothing to resume."""
        return not self._journal.records

    def events(self) -> Iterator[np.ndarray | Outcome]:
        """Return the points and outcomes of the owner, in the order in which they came."""
        if not self._journal.is_owner:
            return
        for record in self._journal.records:
            if record["writer"] != OWNER:
                continue
            if record["kind"] == "candidate":
                yield _point(record["x"])
            elif record["kind"] == "outcome":
                yield _outcome(record)

    def settings_elsewhere(self) -> list[np.ndarray]:
        """Return points that other processes measured on all or some splits."""
        return [x for x, _ in self._known.values()]

    def known(self, candidate: Candidate) -> list[Outcome]:
        """Return the outcomes that other processes measured for the candidate's setting."""
        _, records = self._known.get(_key(candidate.x), (None, []))
        return [_outcome({**record, "candidate": candidate.number}) for record in records]

    def log_candidate(self, candidate: Candidate) -> None:
        """Write down that a candidate was asked for."""
        self._journal.append(
            {
                "kind": "candidate",
                "candidate": candidate.number,
                "x": [None if np.isnan(u) else float(u) for u in candidate.x],
                "params": {name: _readable(v) for name, v in candidate.params.items()},
            }
        )

    def log_outcome(self, outcome: Outcome) -> None:
        """Write down an outcome."""
        self._journal.append(
            {
                "kind": "outcome",
                "candidate": outcome.candidate,
                "split": outcome.split,
                "status": outcome.status,
                "test_scores": _plain(outcome.test_scores),
                "train_scores": _plain(outcome.train_scores),
                "fit_time": float(outcome.fit_time),
                "score_time": float(outcome.score_time),
                "error": outcome.error,
                "fitted": outcome.fitted,
            }
        )


def _measured_elsewhere(
    records: list[dict[str, Any]],
) -> dict[bytes, tuple[np.ndarray, list[dict[str, Any]]]]:
    """Return, by setting, what every writer measured: its point and its outcomes."""
    points: dict[tuple[str, int], np.ndarray] = {}
    found: dict[bytes, tuple[np.ndarray, list[dict[str, Any]]]] = {}
    for record in records:
        name = (record["writer"], record.get("candidate", -1))
        if record["kind"] == "candidate":
            points[name] = _point(record["x"])
        elif record["kind"] == "outcome" and name in points:
            x = points[name]
            found.setdefault(_key(x), (x, []))[1].append(record)
    return found


def _point(x: list[float | None]) -> np.ndarray:
    return np.array([np.nan if u is None else u for u in x], dtype=np.float64)


def _key(x: np.ndarray) -> bytes:
    return bytes(np.nan_to_num(x, nan=-1.0).tobytes())


def _outcome(record: Mapping[str, Any]) -> Outcome:
    names = ("candidate", "split", "status", "test_scores", "train_scores")
    more = ("fit_time", "score_time", "error", "fitted")
    return Outcome(**{name: record[name] for name in (*names, *more)})


def _plain(scores: Any) -> Any:
    """Return scores as what JSON knows."""
    if isinstance(scores, Mapping):
        return {str(name): float(value) for name, value in scores.items()}
    return None if scores is None else float(scores)


def _readable(value: Any) -> Any:
    """Return a parameter's value as it is where JSON knows it, else as text: for people."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return repr(value)
