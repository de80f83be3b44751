"""A search in its journal: candidates and outcomes as records, and back."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from skhpo.journal._arrays import decoded, encoded
from skhpo.journal._file import Journal
from skhpo.space.points import key as point_key
from skhpo.trial import Candidate, Opening, Outcome, Trial

OPENINGS = frozenset({"candidate", "promotion"})  # kinds of records
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

    def events(self) -> Iterator[Opening | Outcome]:
        """Return what the owner opened and collected, in the order in which it came."""
        if not self._journal.is_owner:
            return
        for record in self._journal.records:
            if record["writer"] != OWNER:
                continue
            if record["kind"] in OPENINGS:
                yield _opening(record)
            elif record["kind"] == "outcome":
                yield _outcome(record)

    def settings_elsewhere(self) -> list[np.ndarray]:
        """Return points that other processes measured on all or some splits."""
        return [x for x, _ in self._known.values()]

    def known(self, candidate: Candidate) -> list[Outcome]:
        """Return the outcomes that other processes measured for the candidate's setting."""
        _, records = self._known.get(point_key(candidate.x), (None, []))
        ours = {"candidate": candidate.number, "ended": None}  # by the clock of another process
        return [_outcome({**record, **ours}) for record in records]

    def log_opening(self, trial: Trial) -> None:
        """Write down that a candidate was asked for, or given more."""
        candidate = trial.candidate
        is_new = trial.rung == 0
        record: dict[str, Any] = {
            "kind": "candidate" if is_new else "promotion",
            "candidate": candidate.number,
        }
        if is_new:
            record["x"] = [None if np.isnan(u) else float(u) for u in candidate.x]
            record["params"] = {name: _readable(v) for name, v in candidate.params.items()}
        if trial.resource is not None:
            record |= {"resource": trial.resource, "rung": trial.rung, "bracket": trial.bracket}
        self._journal.append(record)

    def log_outcome(self, outcome: Outcome) -> None:
        """Write down an outcome."""
        record = {
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
        if outcome.ended is not None:
            record["ended"] = float(outcome.ended)
        if outcome.resource is not None:
            record["resource"] = outcome.resource
        if outcome.curve is not None:
            record["curve"] = {str(r): _plain(scores) for r, scores in outcome.curve.items()}
        if outcome.predictions is not None:
            record["predictions"] = encoded(outcome.predictions)
        self._journal.append(record)

    def log_dropped(self, trial: Trial) -> None:
        """Write down, for readers, that a candidate has lost; replaying finds out by itself."""
        record = {"kind": "dropped", "candidate": trial.candidate.number}
        if trial.resource is not None:
            record["resource"] = trial.resource
        self._journal.append(record)


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
            found.setdefault(point_key(x), (x, []))[1].append(record)
    return found


def _point(x: list[float | None]) -> np.ndarray:
    return np.array([np.nan if u is None else u for u in x], dtype=np.float64)


def _opening(record: Mapping[str, Any]) -> Opening:
    x = _point(record["x"]) if record["kind"] == "candidate" else None
    place = {name: record[name] for name in ("resource", "rung", "bracket") if name in record}
    return Opening(record["candidate"], x, **place)


def _outcome(record: Mapping[str, Any]) -> Outcome:
    names = ("candidate", "split", "status", "test_scores", "train_scores")
    more = ("fit_time", "score_time", "error", "fitted")
    curve = record.get("curve")
    return Outcome(
        **{name: record[name] for name in (*names, *more)},
        resource=record.get("resource"),
        curve=None if curve is None else {int(r): scores for r, scores in curve.items()},
        predictions=decoded(record.get("predictions")),
        ended=record.get("ended"),
    )


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
