"""What displays are made of: the candidates of a search, read off it or off its journal."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.journal import read_trials
from skhpo.results._complete import results_of

Array = NDArray[np.float64]
Fits = Mapping[str, NDArray[Any]]

_SPACES = ("param_distributions", "param_grid")


@dataclass(frozen=True, eq=False)
class Record:
    """Candidates, and what came of them, in the order in which they were begun.

    Parameters
    ----------
    params : list of dict
        Their parameters; of a journal with text in the place of objects.
    means : ndarray of shape (n,)
        Mean scores, greater is better; NaN where a candidate is not complete.
    scores : ndarray of shape (n, n_splits)
        Scores of the splits, NaN where there is none.
    metric : str
        What the scores are.
    metrics : tuple of str
        All that was measured.
    status : ndarray of str of shape (n,)
        What became of them, "running" included.
    errors : sequence of (str or None)
        The first cause of each failure.
    seconds : ndarray of shape (n,)
        Fitting and scoring, all splits together.
    ended : ndarray of shape (n,)
        When the last of their fits ended, seconds since the search began; NaN where not known.
    candidates : ndarray of int of shape (n,)
        Equal for the rows of a candidate that was given more of a resource.
    amounts, rungs, brackets : ndarray of int of shape (n,), or None
        Of a rationed resource.
    fits : mapping of str to ndarray, or None
        ``row``, ``split``, ``start``, ``end`` and ``status``; None where times are not known.
    space : object or None
        What was searched, as it was given.
    scoring : object or None
        The ``scoring`` of the search, where there is one.
    """

    params: Sequence[Mapping[str, Any]]
    means: Array
    scores: Array
    metric: str
    metrics: tuple[str, ...]
    status: NDArray[np.object_]
    errors: Sequence[str | None]
    seconds: Array
    ended: Array
    candidates: NDArray[np.intp]
    amounts: NDArray[np.int64] | None = None
    rungs: NDArray[np.int64] | None = None
    brackets: NDArray[np.int64] | None = None
    fits: Fits | None = None
    space: Any = None
    scoring: Any = None

    @property
    def label(self) -> str:
        """What to call the scores."""
        return label_of(self.metric, self.scoring)

    @property
    def names(self) -> list[str]:
        """Names of the parameters, in the order of their appearance."""
        return list(dict.fromkeys(name for params in self.params for name in params))

    @property
    def comparable(self) -> NDArray[np.bool_]:
        """Which rows are complete, with all that any complete one had of a resource."""
        complete = np.isfinite(self.means)
        if self.amounts is not None and complete.any():
            complete &= self.amounts == self.amounts[complete].max()
        return np.asarray(complete)

    @property
    def best(self) -> int | None:
        """The row of the best score among those that can be compared."""
        means = np.where(self.comparable, self.means, -np.inf)
        return int(np.argmax(means)) if np.isfinite(means).any() else None

    @property
    def n_evaluated(self) -> NDArray[np.intp]:
        """Splits with a score, shape (n,)."""
        return np.asarray(np.isfinite(self.scores).sum(axis=1))


def label_of(metric: str, scoring: Any) -> str:
    """Return what to call a score: a search with a single one has it as "score".

    Parameters
    ----------
    metric : str
        Its name among the results.
    scoring : object
        The ``scoring`` of the search.

    Returns
    -------
    str
        ``scoring``, where that is the name of the only score.
    """
    return scoring if metric == "score" and isinstance(scoring, str) else metric


def read_record(source: Any, metric: str | None = None) -> Record:
    """Read the candidates of a search.

    Parameters
    ----------
    source : search estimator, dict, DataFrame, str, path-like or Record
        A fitted search, also one of scikit-learn; a ``cv_results_``; or the path of a journal.
    metric : str or None, default=None
        Which score; None for that of ``refit``, or the first.

    Returns
    -------
    Record
        At least one candidate.

    Raises
    ------
    ValueError
        If there is none, or no such metric.
    NotFittedError
        If the search is not fitted.
    TypeError
        If ``source`` is none of these.
    """
    if isinstance(source, Record):
        return source
    if isinstance(source, str | os.PathLike):
        record = _of_journal(source, metric)
    else:
        record = _of_results(results_of(source), source, metric)
    if not len(record.params):
        raise ValueError("there is no candidate to show yet.")
    return record


def _chosen(metric: str | None, known: Sequence[str], refit: Any) -> str:
    if metric is None:
        metric = refit if isinstance(refit, str) and refit in known else known[0]
    if metric not in known:
        raise ValueError(f"metric={metric!r} was not measured; allowed is one of {[*known]}.")
    return metric


# -- a search ----------------------------------------------------------------------------------


def _of_results(results: Mapping[str, Any], search: Any, metric: str | None) -> Record:
    known = [k.removeprefix("mean_test_") for k in results if k.startswith("mean_test_")]
    metric = _chosen(metric, known, getattr(search, "refit", None))
    n_splits = sum(f"split{i}_test_{metric}" in results for i in range(len(results)))
    scores = [np.asarray(results[f"split{i}_test_{metric}"], float) for i in range(n_splits)]
    means = np.array(results[f"mean_test_{metric}"], dtype=np.float64)
    status = np.asarray(
        results.get("status", np.where(np.isfinite(means), "ok", "failed")), dtype=object
    )
    n = len(means)
    done = np.asarray(results.get("n_splits_evaluated", np.full(n, n_splits)), dtype=float)
    seconds = [np.nan_to_num(np.asarray(results[f"mean_{k}_time"], float)) for k in _STEPS]
    fits = getattr(search, "timeline_", None)
    params = [dict(p) for p in results["params"]]
    amounts = _ints(results, "n_resources")
    return Record(
        params=params,
        means=np.where(status == "ok", means, np.nan),
        scores=np.column_stack(scores),
        metric=metric,
        metrics=tuple(known),
        status=status,
        errors=[
            None if error is None else str(error) for error in results.get("error", [None] * n)
        ],
        seconds=sum(seconds) * done,
        ended=_last_ends(fits, n),
        candidates=_candidates(results, params, amounts),
        amounts=amounts,
        rungs=_ints(results, "iter"),
        brackets=_ints(results, "bracket"),
        fits=fits if fits is not None and len(fits["row"]) else None,
        space=next(
            (s for s in (getattr(search, k, None) for k in _SPACES) if s is not None), None
        ),
        scoring=getattr(search, "scoring", None),
    )


_STEPS = ("fit", "score")


def _ints(results: Mapping[str, Any], name: str) -> NDArray[np.int64] | None:
    return np.asarray(results[name], dtype=np.int64) if name in results else None


def _last_ends(fits: Fits | None, n: int) -> Array:
    ended = np.full(n, -np.inf)
    if fits is not None:
        np.maximum.at(ended, fits["row"], fits["end"])
    return np.where(np.isfinite(ended), ended, np.nan)


def _candidates(
    results: Mapping[str, Any], params: Sequence[dict[str, Any]], amounts: Any
) -> NDArray[np.intp]:
    """Return numbers that are equal for the same settings, whatever these were given."""
    if amounts is None:
        return np.arange(len(params))
    if "candidate" in results:
        return np.asarray(results["candidate"], dtype=np.intp)
    rationed = {
        name
        for name in params[0]
        if all(_is_amount(p.get(name), a) for p, a in zip(params, amounts, strict=True))
    }
    numbers: dict[str, int] = {}
    texts = [repr(sorted((k, repr(p[k])) for k in p.keys() - rationed)) for p in params]
    return np.array([numbers.setdefault(text, len(numbers)) for text in texts], dtype=np.intp)


def _is_amount(value: Any, amount: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value == amount


# -- a journal -----------------------------------------------------------------------------------


def _of_journal(path: str | os.PathLike[str], metric: str | None) -> Record:
    rows = read_trials(path)
    known = list(dict.fromkeys(name for row in rows for name in row["scores"])) or ["score"]
    metric = _chosen(metric, known, None)
    n_splits = 1 + max((split for row in rows for split in row["fits"]), default=0)
    scores = np.full((len(rows), n_splits), np.nan)
    for i, row in enumerate(rows):
        for split, score in row["scores"].get(metric, {}).items():
            scores[i, split] = score
    status = np.array([row["status"] for row in rows], dtype=object)
    means = np.full(len(rows), np.nan)
    for i in np.flatnonzero(status == "ok").tolist():
        seen = scores[i][np.isfinite(scores[i])]
        means[i] = seen.mean() if len(seen) else np.nan
    numbers: dict[tuple[str, int], int] = {}
    names = [(row["writer"], row["candidate"]) for row in rows]
    rationed = any(row["n_resources"] is not None for row in rows)
    fits = _fits_of_journal(rows)
    return Record(
        params=[row["params"] for row in rows],
        means=means,
        scores=scores,
        metric=metric,
        metrics=tuple(known),
        status=status,
        errors=[row["error"] for row in rows],
        seconds=np.array([row["fit_time"] + row["score_time"] for row in rows], dtype=float),
        ended=_last_ends(fits, len(rows)),
        candidates=np.array([numbers.setdefault(k, len(numbers)) for k in names], dtype=np.intp),
        amounts=_column(rows, "n_resources") if rationed else None,
        rungs=_column(rows, "rung") if rationed else None,
        brackets=_column(rows, "bracket") if rationed else None,
        fits=fits,
    )


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> NDArray[np.int64]:
    return np.array([row[name] or 0 for row in rows], dtype=np.int64)


def _fits_of_journal(rows: Sequence[Mapping[str, Any]]) -> Fits | None:
    seen: dict[tuple[int, int, float], tuple[int, int, float, float, str]] = {}
    numbers: dict[tuple[str, int], int] = {}
    for i, row in enumerate(rows):
        number = numbers.setdefault((row["writer"], row["candidate"]), len(numbers))
        for split, (seconds, end, status) in row["fits"].items():
            if end is not None:  # a rung of splits lists those below, too
                fit = (i, split, max(end - np.nan_to_num(seconds), 0.0), end, status)
                seen.setdefault((number, split, end), fit)
    if not seen:
        return None
    columns = [*zip(*sorted(seen.values(), key=lambda fit: fit[3]), strict=True)]
    kinds: tuple[Any, ...] = (np.intp, np.int32, np.float64, np.float64, object)
    names = ("row", "split", "start", "end", "status")
    return {k: np.array(c, dtype=t) for k, c, t in zip(names, columns, kinds, strict=True)}
