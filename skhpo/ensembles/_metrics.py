"""Scores of many predictions at once: greedy selection scores each of the pool in each round."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo._sklearn import take_rows
from skhpo.results._metrics import RowMetric, area_of_all, metric_of
from skhpo.results._predicted_score import PredictedScore

Many = Callable[[NDArray[Any], NDArray[Any]], NDArray[np.floating[Any]]]


def scores_of_many(
    score: PredictedScore, y: Any, rows: NDArray[np.intp], kind: str
) -> Callable[[NDArray[Any]], NDArray[np.floating[Any]]]:
    """Return a function that scores many predictions for the same rows.

    Parameters
    ----------
    score : PredictedScore
        Of one prediction.
    y : array-like
        The target, all rows.
    rows : ndarray of int
        The rows that are predicted.
    kind : {"numbers", "soft", "hard"}
        What the predictions are.

    Returns
    -------
    callable
        From an array of shape (n, n_rows) or (n, n_rows, n_classes) to n scores.
    """
    known = _known(score, kind)
    if known is not None:
        truth = np.asarray(take_rows(y, rows))
        if score.classes is not None:
            truth = np.searchsorted(score.classes, truth)
        return lambda values: known(truth, values)
    method = {"soft": "predict_proba", "hard": "votes", "numbers": "predict"}[kind]

    def each(values: NDArray[Any]) -> NDArray[np.float64]:
        return np.array([score(as_response(v, method), rows) for v in values])

    return each


def as_response(values: NDArray[Any], method: str) -> dict[str, NDArray[Any]]:
    """Return averaged predictions under the names of methods."""
    if method == "votes":
        return {"predict": values.argmax(axis=1)}
    return {method: values}


def _known(score: PredictedScore, kind: str) -> Many | None:
    metric = metric_of(score.scorer, score.classes)
    if isinstance(metric, RowMetric):
        of_all = metric.of_all
        if metric.needs == "labels":
            return lambda y, values: of_all(y, values.argmax(axis=2))
        return None if kind == "hard" else of_all
    if metric is None or kind == "hard":
        return None
    return lambda y, values: area_of_all(y, values[:, :, 1])
