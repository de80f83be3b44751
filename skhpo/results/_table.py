"""From trials to the records that ``cv_results_`` is made of."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from skhpo.trial import Outcome, Trial

EXTRA_COLUMNS = ("status", "error", "n_splits_evaluated")


def records(trials: Sequence[Trial], n_splits: int) -> list[dict[str, Any]]:
    """Return a record a task, candidate by candidate, in the form of scikit-learn's own.

    Parameters
    ----------
    trials : sequence of Trial
        Each with at least one outcome.
    n_splits : int
        Splits of a candidate; those without an outcome have NaN in all places.

    Returns
    -------
    list of dict
        With ``test_scores``, ``fit_time``, ``score_time``, ``fit_error`` and, where they were
        asked for, ``train_scores``.
    """
    rows = [
        _record(trial.outcomes[i]) if i in trial.outcomes else _blank(trial)
        for trial in trials
        for i in range(n_splits)
    ]
    _name_scores(rows)
    return rows


def extra_columns(trials: Sequence[Trial]) -> dict[str, Any]:
    """Return the columns that ``GridSearchCV`` does not have.

    Parameters
    ----------
    trials : sequence of Trial
        Finished trials.

    Returns
    -------
    dict of str to ndarray of shape (n_candidates,)
        ``status`` ("ok", "failed", "timeout", "memory", "crashed", or "dropped" if the search
        ended first), ``error`` (the first cause, or None) and ``n_splits_evaluated``.
    """
    errors = [_first_error(trial) for trial in trials]
    return {
        "status": np.array([_status(trial) for trial in trials], dtype=object),
        "error": np.array([*errors, None], dtype=object)[:-1],
        "n_splits_evaluated": np.array([len(trial.outcomes) for trial in trials], dtype=np.int32),
    }


def rank_failures_last(results: dict[str, Any]) -> None:
    """Give candidates that failed the last rank of each metric, in place.

    With a numeric ``error_score`` a failed candidate has a mean score like any other, and might
    be the best.

    Parameters
    ----------
    results : dict of str to ndarray
        ``cv_results_``, its column ``status`` included.
    """
    failed = results["status"] != "ok"
    if not failed.any():
        return
    for key in [key for key in results if key.startswith("rank_test_")]:
        means = results[f"mean_{key.removeprefix('rank_')}"]
        ordered = np.where(failed | ~np.isfinite(means), -np.inf, means)
        ranks = [1 + int(np.sum(ordered > value)) for value in ordered]
        results[key] = np.array(ranks, dtype=np.int32)


def mean_score(trial: Trial, metric: str | None) -> tuple[float, float]:
    """Return the mean test score of a trial and its standard error over the splits.

    Parameters
    ----------
    trial : Trial
        A finished trial.
    metric : str or None
        Which score, where there are several; None takes the first.

    Returns
    -------
    mean, stderr : float
        Both NaN if any split failed.
    """
    outcomes = [trial.outcomes[i] for i in sorted(trial.outcomes)]
    if any(outcome.status != "ok" for outcome in outcomes):
        return float("nan"), float("nan")
    scores = np.array([_score(outcome, metric) for outcome in outcomes], dtype=np.float64)
    spread = scores.std(ddof=1) / np.sqrt(len(scores)) if len(scores) > 1 else np.nan
    return float(scores.mean()), float(spread)


def split_scores(trial: Trial, metric: str | None, n_splits: int) -> np.ndarray:
    """Return the test scores of a trial, NaN for splits that failed or were not tried.

    Parameters
    ----------
    trial : Trial
        A trial.
    metric : str or None
        Which score, where there are several; None takes the first.
    n_splits : int
        Splits of a candidate.

    Returns
    -------
    ndarray of shape (n_splits,)
        The scores.
    """
    scores = np.full(n_splits, np.nan)
    for split, outcome in trial.outcomes.items():
        if outcome.status == "ok":
            scores[split] = _score(outcome, metric)
    return scores


def _score(outcome: Outcome, metric: str | None) -> float:
    if not isinstance(outcome.test_scores, Mapping):
        return float(outcome.test_scores)
    if metric is not None and metric in outcome.test_scores:
        return float(outcome.test_scores[metric])
    return float(next(iter(outcome.test_scores.values())))


def _record(outcome: Outcome) -> dict[str, Any]:
    record: dict[str, Any] = {
        "fit_error": None if outcome.fitted else outcome.error,
        "test_scores": _plain(outcome.test_scores),
        "fit_time": outcome.fit_time,
        "score_time": outcome.score_time,
    }
    if outcome.train_scores is not None:
        record["train_scores"] = _plain(outcome.train_scores)
    return record


def _blank(trial: Trial) -> dict[str, Any]:
    """Return the record of a split that was not tried."""
    first = _record(next(iter(trial.outcomes.values())))
    blank = {name: _nan_like(value) for name, value in first.items()}
    return {**blank, "fit_error": None}


def _name_scores(rows: list[dict[str, Any]]) -> None:
    """Where there are several scores, give them all to a task that was ended with one number."""
    names = next((list(r["test_scores"]) for r in rows if isinstance(r["test_scores"], dict)), [])
    for row in rows if names else []:
        for part in ("test_scores", "train_scores"):
            if part in row and not isinstance(row[part], dict):
                row[part] = dict.fromkeys(names, row[part])


def _nan_like(value: Any) -> Any:
    return dict.fromkeys(value, np.nan) if isinstance(value, dict) else np.nan


def _plain(scores: float | Mapping[str, float]) -> float | dict[str, float]:
    return dict(scores) if isinstance(scores, Mapping) else scores


def _status(trial: Trial) -> str:
    bad = next((o.status for o in trial.outcomes.values() if o.status != "ok"), None)
    return bad or ("ok" if trial.is_finished else "dropped")


def _first_error(trial: Trial) -> str | None:
    ordered = (trial.outcomes[i] for i in sorted(trial.outcomes))
    return next((outcome.error for outcome in ordered if outcome.error is not None), None)
