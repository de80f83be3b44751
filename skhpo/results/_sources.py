"""Earlier searches as what can be learnt from: settings, scores, and what the data were like."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.journal import read, read_trials
from skhpo.results._table import tier_ranks


@dataclass(frozen=True, eq=False)
class Source:
    """An earlier search.

    Parameters
    ----------
    params : list of dict
        The settings; of a journal with text in the place of objects.
    scores : ndarray of shape (n,)
        Mean scores, greater is better; NaN where a candidate failed or was dropped.
    ranks : ndarray of int of shape (n,)
        1 is the best; of candidates that were given more of a resource first.
    results : mapping or None
        ``cv_results_``; None of a journal.
    meta : dict of str to float, or None
        What the data were like, where it is known.
    amounts : ndarray of shape (n,), or None
        What each was given of a resource; None if nothing was rationed.
    """

    params: Sequence[Mapping[str, Any]]
    scores: NDArray[np.float64]
    ranks: NDArray[np.int32]
    results: Mapping[str, Any] | None = None
    meta: Mapping[str, float] | None = None
    amounts: NDArray[Any] | None = None


def read_source(source: Any, argument: str = "warm_start_from") -> Source:
    """Return what an earlier search was.

    Parameters
    ----------
    source : search estimator, dict, str or path
        A fitted search, a ``cv_results_`` or the path of a journal.
    argument : str, default="warm_start_from"
        Its name, for errors.

    Returns
    -------
    Source
        Its settings and scores.

    Raises
    ------
    TypeError
        If ``source`` is none of these.
    ValueError
        If the search is not fitted, or its results name no settings.
    """
    if isinstance(source, str | os.PathLike):
        return _of_journal(source)
    if isinstance(source, Mapping) and "params" in source:
        return _of_results(source, None, argument)
    if hasattr(source, "cv_results_"):
        return _of_results(source.cv_results_, source, argument)
    if hasattr(source, "fit"):
        raise ValueError(f"{argument}: this {type(source).__name__} is not fitted yet.")
    raise TypeError(
        f"{argument} should be a fitted search, a cv_results_, the path of a journal, several of "
        f"these, or a list of parameter dicts, got {source!r}."
    )


def _of_journal(path: str | os.PathLike[str]) -> Source:
    rows = read_trials(path)
    scores = np.full(len(rows), np.nan)
    for i, row in enumerate(rows):
        if row["status"] == "ok" and row["scores"]:
            scores[i] = np.mean([*next(iter(row["scores"].values())).values()])
    amounts = np.array([row["n_resources"] or 0 for row in rows])
    ranks = tier_ranks(amounts, scores)
    meta = (read(path).header or {}).get("meta_features")
    return Source([row["params"] for row in rows], scores, ranks, meta=meta, amounts=amounts)


def _of_results(results: Mapping[str, Any], search: Any, argument: str) -> Source:
    """Return settings by the metric of ``refit`` where there are several."""
    names = [key.removeprefix("rank_test_") for key in results if key.startswith("rank_test_")]
    if not names or "params" not in results:
        raise ValueError(
            f"{argument}: the cv_results_ has no 'params' or no ranks (OptunaSearchCV). "
            "Give a list of settings, the best first."
        )
    wanted = getattr(search, "refit", None)
    name = wanted if wanted in names else names[0]
    # dask-ml scores each candidate on one split, and calls that no mean
    means = results.get(f"mean_test_{name}", results.get(f"test_{name}"))
    scores = np.array(means, dtype=float)
    if "status" in results:
        scores[results["status"] != "ok"] = np.nan
    meta = getattr(search, "meta_features_", None)
    ranks = np.asarray(results[f"rank_test_{name}"])
    return Source(
        [dict(p) for p in results["params"]],
        scores,
        ranks,
        results,
        meta,
        results.get("n_resources"),
    )
