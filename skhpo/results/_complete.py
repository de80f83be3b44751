"""The candidates of a search that can be compared: those with a score on all splits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import BaseShuffleSplit, GroupShuffleSplit

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Complete:
    """Complete candidates.

    Parameters
    ----------
    rows : ndarray of int of shape (n,)
        Their rows in ``cv_results_``.
    scores : ndarray of shape (n, n_splits)
        Greater is better.
    metric : str
        What the scores are.
    """

    rows: NDArray[np.intp]
    scores: Array
    metric: str

    @property
    def means(self) -> Array:
        """Mean scores, shape (n,)."""
        return np.asarray(self.scores.mean(axis=1))

    @property
    def best(self) -> int:
        """Place of the best mean."""
        return int(np.argmax(self.means))


def read_complete(search: Any, metric: str | None) -> Complete:
    """Read the complete candidates off a search.

    Parameters
    ----------
    search : search estimator, dict or DataFrame
        A fitted search, also one of scikit-learn, or its ``cv_results_``.
    metric : str or None
        Which score; None for the one of ``refit``, or the only one.

    Returns
    -------
    Complete
        Where a resource was rationed, those that were given most of it.

    Raises
    ------
    ValueError
        If none is complete, or the metric is unknown or has to be said.
    NotFittedError
        If the search is not fitted.
    TypeError
        If ``search`` is none of these.
    """
    results = results_of(search)
    metric = _metric(results, metric, getattr(search, "refit", None))
    n_splits = sum(f"split{i}_test_{metric}" in results for i in range(len(results)))
    scores = np.column_stack([results[f"split{i}_test_{metric}"] for i in range(n_splits)])
    scores = scores.astype(np.float64)
    complete = np.isfinite(scores).all(axis=1)
    if "status" in results:
        complete &= np.asarray(results["status"]) == "ok"
    if not complete.any():
        raise ValueError(f"none of {len(complete)} candidates has a score on all splits.")
    if "n_resources" in results:
        amounts = np.asarray(results["n_resources"])
        complete &= amounts == amounts[complete].max()
    rows = np.flatnonzero(complete)
    return Complete(rows, scores[rows], metric)


def results_of(search: Any) -> Mapping[str, Any]:
    """Return the ``cv_results_`` of what was given.

    Parameters
    ----------
    search : search estimator, dict or DataFrame
        See `read_complete`.

    Returns
    -------
    mapping of str to array
        Column by column.

    Raises
    ------
    NotFittedError
        If the search is not fitted.
    TypeError
        If ``search`` is none of these.
    """
    results = search
    if hasattr(search, "cv_results_"):
        results = search.cv_results_
    elif hasattr(search, "fit"):
        raise NotFittedError(f"{type(search).__name__} has no cv_results_: call fit first.")
    if hasattr(results, "to_dict") and hasattr(results, "columns"):
        results = {name: results[name].to_numpy() for name in results.columns}
    if not isinstance(results, Mapping) or "params" not in results:
        raise TypeError(
            f"search should be a fitted search or its cv_results_, got {type(search).__name__}."
        )
    return results


def ratio_of(splits: Iterable[tuple[Any, Any]]) -> float:
    """Return rows tested over rows trained on, the mean of all splits.

    Parameters
    ----------
    splits : iterable of (array-like, array-like)
        Training and test rows of each: their numbers, or masks.

    Returns
    -------
    float
        What :func:`overlap` returns of a search that has these splits.
    """
    return float(np.mean([_n_rows(test) / max(1, _n_rows(train)) for train, test in splits]))


def _n_rows(rows: Any) -> int:
    rows = np.asarray(rows)
    return int(np.count_nonzero(rows) if rows.dtype == bool else rows.size)


def overlap(search: Any, n_splits: int) -> float:
    """Return rows tested over rows trained on, as the splitter of a search says.

    Parameters
    ----------
    search : search estimator, dict or DataFrame
        A search of skhpo has seen its splits. Of others it follows from ``cv``; without one it
        counts as an unrepeated K-fold.
    n_splits : int
        All splits, repetitions included.

    Returns
    -------
    float
        The ratio that the corrected t takes.

    Raises
    ------
    ValueError
        If there is a single split.
    """
    if n_splits < 2:
        raise ValueError("candidates cannot be told apart by the score of a single split.")
    seen = getattr(search, "_test_train_ratio", None)
    if seen is not None:
        return float(seen)
    cv = getattr(search, "cv", None)
    if isinstance(cv, BaseShuffleSplit):
        return _share(cv, cv.test_size, cv.train_size)
    return 1 / max(1, n_splits // getattr(cv, "n_repeats", 1) - 1)


def _share(cv: Any, tested: Any, trained: Any) -> float:
    """Return the ratio for splits that are drawn anew each time, of shares or of numbers."""
    if tested is None and trained is None:
        tested = 0.2 if isinstance(cv, GroupShuffleSplit) else 0.1
    if isinstance(tested, float | None) and isinstance(trained, float | None):
        share = 1 - (trained or 0.0) if tested is None else tested
        return float(share / (1 - share if trained is None else trained))
    if isinstance(tested, int) and isinstance(trained, int):
        return tested / trained
    raise ValueError(
        f"give test_train_ratio: test_size={tested!r} and train_size={trained!r} do not say how "
        "many rows are tested for one that is trained on."
    )


def _metric(results: Mapping[str, Any], metric: str | None, refit: Any) -> str:
    head = "split0_test_"
    known = [name.removeprefix(head) for name in results if name.startswith(head)]
    if metric is None and isinstance(refit, str) and refit in known:
        metric = refit
    if metric is None and len(known) == 1:
        metric = known[0]
    if metric not in known:
        raise ValueError(f"metric should be one of {known}, got {metric!r}.")
    return metric
