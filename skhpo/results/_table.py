"""From trials to the records that ``cv_results_`` is made of."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import rankdata

from skhpo.trial import Outcome, Scores, Trial

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
        ``status`` ("ok", "failed", "timeout", "memory", "crashed", or "dropped" if it had lost,
        or the search ended first), ``error`` (the first cause, or None) and
        ``n_splits_evaluated``; where a schedule rations something also ``iter`` (the rung),
        ``n_resources`` and ``bracket``.
    """
    errors = [_first_error(trial) for trial in trials]
    columns = {
        "status": np.array([_status(trial) for trial in trials], dtype=object),
        "error": np.array([*errors, None], dtype=object)[:-1],
        "n_splits_evaluated": np.array([len(trial.outcomes) for trial in trials], dtype=np.int32),
    }
    if any(trial.resource is not None for trial in trials):
        columns["iter"] = np.array([trial.rung for trial in trials], dtype=np.int32)
        columns["n_resources"] = np.array([trial.resource for trial in trials], dtype=np.int64)
        columns["bracket"] = np.array([trial.bracket for trial in trials], dtype=np.int32)
    return columns


def rank_by_tier(results: dict[str, Any]) -> None:
    """Rank complete candidates only with their like, in place.

    Those that were given more of a resource come first, whatever the others scored; whatever
    failed or was dropped has the last rank: with a numeric ``error_score`` a failure has a mean
    score like any other, and might be the best.

    Parameters
    ----------
    results : dict of str to ndarray
        ``cv_results_``, its column ``status`` included.
    """
    failed = results["status"] != "ok"
    tiers = results.get("n_resources", np.zeros(len(failed)))
    if not failed.any() and "n_resources" not in results:
        return
    for key in [key for key in results if key.startswith("rank_test_")]:
        means = results[f"mean_{key.removeprefix('rank_')}"]
        results[key] = tier_ranks(tiers, np.where(failed, np.nan, means))


def tier_ranks(tiers: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Rank by tier, and within a tier by score.

    Parameters
    ----------
    tiers, scores : ndarray of shape (n,)
        Greater is better; a score that is not finite comes last whatever its tier.

    Returns
    -------
    ndarray of int of shape (n,)
        1 is the best; equals have the same rank.

    Examples
    --------
    >>> tier_ranks(np.array([9, 9, 3, 9]), np.array([0.5, 0.7, 0.9, np.nan]))
    array([2, 1, 3, 4], dtype=int32)
    """
    out = ~np.isfinite(scores)
    pairs = np.column_stack([np.where(out, -np.inf, tiers), np.where(out, -np.inf, scores)])
    _, place = np.unique(pairs, axis=0, return_inverse=True)
    return rankdata(-np.ravel(place), method="min").astype(np.int32)


def who_may_win(results: dict[str, Any]) -> tuple[np.ndarray, dict[str, Any]]:
    """Return the rows among which a ``refit`` function chooses.

    Parameters
    ----------
    results : dict of str to ndarray
        ``cv_results_``, its column ``status`` included.

    Returns
    -------
    rows : ndarray of int
        Those that were given most of the resource, without the ones that racing dropped. What
        failed is there, as in ``GridSearchCV``.
    part : dict of str to ndarray
        The results of these rows.
    """
    may = results["status"] != "dropped"
    if "n_resources" in results:
        complete = results["status"] == "ok"
        may &= results["n_resources"] == results["n_resources"][complete].max()
    rows = np.flatnonzero(may)
    part = {
        key: [values[i] for i in rows] if isinstance(values, list) else values[rows]
        for key, values in results.items()
    }
    return rows, part


def average_rationed_splits(results: dict[str, Any], n_splits: int) -> None:
    """Average over the splits that a candidate was given where these were rationed, in place.

    Parameters
    ----------
    results : dict of str to ndarray
        ``cv_results_``, its column ``n_resources`` included.
    n_splits : int
        All splits.
    """
    for key in [key for key in results if key.startswith(("mean_test_", "mean_train_"))]:
        name = key.removeprefix("mean_")
        columns = np.array([results[f"split{i}_{name}"] for i in range(n_splits)])
        for row, amount in enumerate(results["n_resources"]):
            results[key][row] = columns[:amount, row].mean()
            results[f"std_{name}"][row] = columns[:amount, row].std()


def average_times(results: dict[str, Any], trials: Sequence[Trial]) -> None:
    """Average times over the splits that were evaluated, also where that is not all, in place.

    Parameters
    ----------
    results : dict of str to ndarray
        ``cv_results_``.
    trials : sequence of Trial
        Its rows.
    """
    for name in ("fit_time", "score_time"):
        for row, trial in enumerate(trials):
            if np.isnan(results[f"mean_{name}"][row]):
                times = [getattr(outcome, name) for outcome in trial.outcomes.values()]
                results[f"mean_{name}"][row] = np.mean(times)
                results[f"std_{name}"][row] = np.std(times)


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
        Both NaN if any split failed, or was not tried because the candidate had lost.
    """
    outcomes = [trial.outcomes[i] for i in sorted(trial.outcomes)]
    if trial.is_dropped or any(outcome.status != "ok" for outcome in outcomes):
        return float("nan"), float("nan")
    scores = np.array([score_of(outcome, metric) for outcome in outcomes], dtype=np.float64)
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
            scores[split] = score_of(outcome, metric)
    return scores


def mean_curve(trial: Trial, metric: str | None) -> dict[int, float]:
    """Return the mean test scores at smaller amounts of the resource that came with a trial.

    Parameters
    ----------
    trial : Trial
        A finished trial.
    metric : str or None
        Which score, where there are several; None takes the first.

    Returns
    -------
    dict of int to float
        By amount; only where all splits have it.
    """
    curves = [outcome.curve or {} for outcome in trial.outcomes.values()]
    shared = set.intersection(*map(set, curves)) if curves else set()
    return {
        amount: float(np.mean([_of_metric(curve[amount], metric) for curve in curves]))
        for amount in sorted(shared)
    }


def score_of(outcome: Outcome, metric: str | None) -> float:
    """Return the test score of an outcome that decides.

    Parameters
    ----------
    outcome : Outcome
        What came of a task.
    metric : str or None
        Which score, where there are several; None takes the first.

    Returns
    -------
    float
        Greater is better.
    """
    return _of_metric(outcome.test_scores, metric)


def _of_metric(scores: Scores, metric: str | None) -> float:
    if not isinstance(scores, Mapping):
        return float(scores)
    if metric is not None and metric in scores:
        return float(scores[metric])
    return float(next(iter(scores.values())))


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
    return bad or ("ok" if trial.is_finished and not trial.is_dropped else "dropped")


def _first_error(trial: Trial) -> str | None:
    ordered = (trial.outcomes[i] for i in sorted(trial.outcomes))
    return next((outcome.error for outcome in ordered if outcome.error is not None), None)
