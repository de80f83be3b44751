"""What a search found out, as points of the unit cube and scores."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError

from skhpo.journal import read_trials
from skhpo.results._settings import without_amounts
from skhpo.space import Space
from skhpo.surrogates.transform import standardise

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

MIN_CANDIDATES = 10


@dataclass(frozen=True, eq=False)
class Study:
    """The candidates that can be compared.

    Parameters
    ----------
    space : Space
        Where they come from.
    X : ndarray of shape (n, d)
        Snapped points, NaN where a parameter does not exist.
    scores : ndarray of shape (n,)
        Greater is better.
    metric : str
        What the scores are.
    start : ndarray of shape (d,)
        The default configuration.
    n_left_out : int
        Candidates without a score, or with another amount of the resource.
    """

    space: Space
    X: Array
    scores: Array
    metric: str
    start: Array
    n_left_out: int

    @cached_property
    def active(self) -> Bools:
        """Which parameters exist in which candidates, shape (n, d)."""
        return ~np.isnan(self.X)

    @property
    def is_constant(self) -> bool:
        """Whether all scores are equal."""
        return standardise(self.scores) is None


@dataclass(frozen=True)
class _Rows:
    """Candidates as they were recorded."""

    X: Array
    scores: Array  # NaN: failed
    metric: str
    amounts: NDArray[np.int64] | None


def read_study(
    source: Any, *, space: Any = None, metric: str | None = None, n_resources: int | None = None
) -> Study:
    """Read the candidates off a search.

    Parameters
    ----------
    source : search estimator, dict, DataFrame, str, path or Study
        A fitted search, a ``cv_results_`` or the path of a journal; what was read already is
        returned as it is.
    space : Space, dict, list of dict or None
        What was searched; None takes it from the search.
    metric : str or None
        Which score; None for that of ``refit``, or the first.
    n_resources : int or None
        Candidates with which amount of a rationed resource; None for that which most have.

    Returns
    -------
    Study
        At least ten candidates.

    Raises
    ------
    ValueError
        If there are fewer, a name is unknown, or a candidate does not lie in the space.
    TypeError
        If ``source`` is none of these.
    """
    if isinstance(source, Study):
        return source
    space = _space_of(source, space)
    rows = _rows(source, space, metric)
    used = np.isfinite(rows.scores)
    if rows.amounts is not None:
        used &= rows.amounts == _amount(rows.amounts[used], n_resources)
    elif n_resources is not None:
        raise ValueError(f"n_resources={n_resources!r}: nothing was rationed in this search.")
    if used.sum() < MIN_CANDIDATES:
        raise ValueError(
            f"{used.sum()} complete candidates are too few to say what mattered: "
            f"at least {MIN_CANDIDATES} are needed ({len(used)} rows, {(~used).sum()} left out)."
        )
    start = _start(source, space)
    n_left_out = int((~used).sum())
    return Study(space, rows.X[used], rows.scores[used], rows.metric, start, n_left_out)


def _space_of(source: Any, space: Any) -> Space:
    if space is None:
        names = ("param_distributions", "param_grid")
        given = [getattr(source, name, None) for name in names]
        space = next((value for value in given if value is not None), None)
    if space is None:
        raise ValueError(
            f"space=None: {type(source).__name__} does not say what was searched; give the Space, "
            "dict or list of dicts that the search was given."
        )
    searched: Space = space if isinstance(space, Space) else Space(space)
    if all(column.n_values == 1 for column in searched.columns):
        raise ValueError("the space has no parameter with more than one value.")
    return searched


def _rows(source: Any, space: Space, metric: str | None) -> _Rows:
    if isinstance(source, str | os.PathLike):
        return _rows_of_journal(read_trials(source), space, metric)
    if hasattr(source, "cv_results_"):
        refit = getattr(source, "refit", None)
        return _rows_of_table(source.cv_results_, space, metric, refit)
    if (isinstance(source, Mapping) or hasattr(source, "columns")) and "params" in source:
        return _rows_of_table(source, space, metric, None)
    if hasattr(source, "fit"):
        raise NotFittedError(f"search: this {type(source).__name__} is not fitted yet.")
    raise TypeError(
        "search should be a fitted search, a cv_results_ or the path of a journal, "
        f"got {source!r}."
    )


def _rows_of_table(results: Any, space: Space, metric: str | None, refit: Any) -> _Rows:
    names = [k.removeprefix("mean_test_") for k in results if k.startswith("mean_test_")]
    decides = refit if isinstance(refit, str) and refit in names else names[0]
    name = _chosen(metric, decides, names)
    scores = np.array(results[f"mean_test_{name}"], dtype=np.float64)
    if "status" in results:
        status = np.asarray(results["status"])
        scores[status != "ok"] = np.nan
        if "estimated_test_score" in results and name == decides:
            expected = np.asarray(results["estimated_test_score"], dtype=np.float64)
            scores = np.where(status == "dropped", expected, scores)
    amounts = np.asarray(results["n_resources"]) if "n_resources" in results else None
    return _Rows(_encoded(without_amounts(results, space), space), scores, name, amounts)


def _rows_of_journal(rows: Sequence[dict[str, Any]], space: Space, metric: str | None) -> _Rows:
    names = list(dict.fromkeys(name for row in rows for name in row["scores"]))
    name = _chosen(metric, names[0] if names else "score", names)
    scores = np.full(len(rows), np.nan)
    for i, row in enumerate(rows):
        if row["status"] == "ok" and name in row["scores"]:
            scores[i] = np.mean([*row["scores"][name].values()])
    X = np.array([row["x"] for row in rows]).reshape(len(rows), -1)
    if len(X) and X.shape[1] != space.n_dims:
        raise ValueError(
            f"space has {space.n_dims} parameters, the candidates of the journal {X.shape[1]}; "
            "give the space that was searched."
        )
    amounts = [row["n_resources"] for row in rows]
    rationed = None if None in amounts or not amounts else np.array(amounts)
    return _Rows(X, scores, name, rationed)


def _chosen(metric: str | None, decides: str, names: Sequence[str]) -> str:
    if metric is not None and metric not in names:
        raise ValueError(f"metric={metric!r} was not measured; allowed is one of {[*names]}.")
    return decides if metric is None else metric


def _encoded(params: Sequence[Mapping[str, Any]], space: Space) -> Array:
    X = np.empty((len(params), space.n_dims))
    for i, setting in enumerate(params):
        try:
            X[i] = space.encode(setting)
        except ValueError as error:
            raise ValueError(f"space: candidate {i} does not lie in it: {error}") from error
    return X


def _amount(complete: NDArray[np.int64], wanted: int | None) -> int:
    """Return the amount at which candidates are compared: that which most of them have."""
    amounts, counts = np.unique(complete, return_counts=True)
    if wanted is not None:
        if wanted not in amounts:
            raise ValueError(
                f"n_resources={wanted!r}: no complete candidate has it; "
                f"allowed is one of {amounts.tolist()}."
            )
        return wanted
    return int(amounts[::-1][np.argmax(counts[::-1])]) if len(amounts) else 0


def _start(source: Any, space: Space) -> Array:
    """Return the configuration of the estimator, or the default of the space."""
    if getattr(source, "estimator", None) is not None:
        return space.locate(source.estimator.get_params(deep=True))
    return space.default()
