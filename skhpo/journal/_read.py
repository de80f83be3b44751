"""What a journal says of its candidates, finished or not."""

import os
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import numpy as np

from skhpo.journal._file import read

_Name = tuple[str, int, int | None]  # writer, candidate, amount of the resource
_SUMS = ("n_splits_evaluated", "fit_time", "score_time", "scores", "status", "error", "fits")


def read_trials(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Return a row for each candidate of a journal, at each amount of the resource it was given.

    Parameters
    ----------
    path : str or path-like
        A journal, finished or not.

    Returns
    -------
    list of dict
        ``writer``, ``candidate``, ``x`` (NaN where inactive), ``params`` (values that JSON does
        not know as text), ``status`` ("running" while splits are missing,
        "dropped" if that is because it had lost), ``error``,
        ``n_splits_evaluated``, ``fit_time`` and ``score_time`` (seconds, all splits together),
        ``scores``: by metric, the test scores by split; ``fits``: by split, a tuple of seconds,
        when it ended (None where that is not known) and status; and ``n_resources``, ``rung`` and
        ``bracket``, of which the first is None where nothing is rationed.
    """
    content = read(path)
    header = content.header or {}
    rations_splits = header.get("resource") == "n_splits"
    rows = _collect(content.records, rations_splits=rations_splits)
    for row in rows:
        n_splits = row["n_resources"] if rations_splits else header.get("n_splits")
        if row["status"] == "ok" and row["n_splits_evaluated"] != n_splits:
            row["status"] = "dropped" if row["is_dropped"] else "running"
        del row["is_dropped"]
    return rows


def _collect(records: list[dict[str, Any]], *, rations_splits: bool) -> list[dict[str, Any]]:
    """Return the rows with all that was recorded of them."""
    rows: dict[_Name, dict[str, Any]] = {}
    latest: dict[_Name, dict[str, Any]] = {}  # of a candidate, whatever it was given
    for record in records:
        candidate = (record["writer"], record["candidate"], None)
        name = (record["writer"], record["candidate"], record.get("resource"))
        if record["kind"] == "candidate":
            rows[name] = latest[candidate] = _row(record)
        elif record["kind"] == "promotion" and candidate in latest:
            below = latest[candidate]
            rows[name] = latest[candidate] = _row({**below, **record})
            if rations_splits:  # the splits below count
                rows[name] |= {key: deepcopy(below[key]) for key in _SUMS}
        elif name in rows:
            _add(rows[name], record)
    return [*rows.values()]


def _row(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "writer": record["writer"],
        "candidate": record["candidate"],
        "x": np.array([np.nan if u is None else u for u in record["x"]], dtype=np.float64),
        "params": dict(record["params"]),
        "n_resources": record.get("resource"),
        "status": "ok",
        "is_dropped": False,
        "error": None,
        "n_splits_evaluated": 0,
        "fit_time": 0.0,
        "score_time": 0.0,
        "scores": {},
        "fits": {},
        "rung": record.get("rung", 0),
        "bracket": record.get("bracket", 0),
    }


def _add(row: dict[str, Any], record: Mapping[str, Any]) -> None:
    if record["kind"] == "dropped":
        row["is_dropped"] = True
    if record["kind"] != "outcome":
        return
    row["n_splits_evaluated"] += 1
    row["fit_time"] += record["fit_time"]
    row["score_time"] += record["score_time"]
    seconds = record["fit_time"] + record["score_time"]
    row["fits"][record["split"]] = (seconds, record.get("ended"), record["status"])
    if record["status"] != "ok" and row["status"] == "ok":
        row["status"], row["error"] = record["status"], record["error"]
    scores = record["test_scores"]
    for metric, value in (scores if isinstance(scores, dict) else {"score": scores}).items():
        row["scores"].setdefault(metric, {})[record["split"]] = value
