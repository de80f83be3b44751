"""What a journal says of its candidates, finished or not."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from skhpo.journal._file import read


def read_trials(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Return a row for each candidate of a journal.

    Parameters
    ----------
    path : str or path-like
        A journal, finished or not.

    Returns
    -------
    list of dict
        ``writer``, ``candidate``, ``x`` (NaN where inactive), ``params`` (values that JSON does
        not know as text), ``status`` ("running" while splits are missing), ``error``,
        ``n_splits_evaluated``, ``fit_time`` and ``score_time`` (seconds, all splits together),
        and ``scores``: by metric, the test scores by split.
    """
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    content = read(path)
    n_splits = (content.header or {}).get("n_splits")
    for record in content.records:
        name = (record["writer"], record["candidate"])
        if record["kind"] == "candidate":
            rows[name] = _row(record)
        elif record["kind"] == "outcome" and name in rows:
            _add(rows[name], record)
    for row in rows.values():
        if row["status"] == "ok" and row["n_splits_evaluated"] != n_splits:
            row["status"] = "running"
    return list(rows.values())


def ranks(rows: list[dict[str, Any]]) -> np.ndarray:
    """Return the ranks of the rows by their mean score of the first metric.

    Parameters
    ----------
    rows : list of dict
        As `read_trials` returns them.

    Returns
    -------
    ndarray of shape (n_candidates,)
        1 is the best; candidates that are not complete come last.
    """
    means = np.array([_mean(row) for row in rows], dtype=np.float64)
    return np.array([1 + int(np.sum(means > value)) for value in means], dtype=np.int64)


def _row(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "writer": record["writer"],
        "candidate": record["candidate"],
        "x": np.array([np.nan if u is None else u for u in record["x"]], dtype=np.float64),
        "params": dict(record["params"]),
        "status": "ok",
        "error": None,
        "n_splits_evaluated": 0,
        "fit_time": 0.0,
        "score_time": 0.0,
        "scores": {},
    }


def _add(row: dict[str, Any], record: Mapping[str, Any]) -> None:
    row["n_splits_evaluated"] += 1
    row["fit_time"] += record["fit_time"]
    row["score_time"] += record["score_time"]
    if record["status"] != "ok" and row["status"] == "ok":
        row["status"], row["error"] = record["status"], record["error"]
    scores = record["test_scores"]
    for metric, value in (scores if isinstance(scores, dict) else {"score": scores}).items():
        row["scores"].setdefault(metric, {})[record["split"]] = value


def _mean(row: Mapping[str, Any]) -> float:
    if row["status"] != "ok" or not row["scores"]:
        return -np.inf
    mean = np.mean([*next(iter(row["scores"].values())).values()])
    return float(mean) if np.isfinite(mean) else -np.inf
