"""Scores of many predictions at once, for the metrics that are used most.

Greedy selection scores each member of the pool in each round. What takes a scorer of scikit-learn
a millisecond each is one pass over an array here. For all other metrics the scorer is called.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn import metrics

from skhpo._sklearn import score_function_of, take_rows
from skhpo.results._predicted_score import PredictedScore, _own_score

Many = Callable[[NDArray[Any], NDArray[Any]], NDArray[np.float64]]


def scores_of_many(
    score: PredictedScore, y: Any, rows: NDArray[np.intp], kind: str
) -> Callable[[NDArray[Any]], NDArray[np.float64]]:
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
    known = _known(score.scorer, kind, score.classes)
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


def _known(scorer: Any, kind: str, classes: Any) -> Many | None:
    if scorer is _own_score:
        return _accuracy if classes is not None else _r2
    parts = score_function_of(scorer)
    if parts is None or parts[1]:
        return None
    function, _, sign = parts
    many, its_sign = (_OF_NUMBERS if classes is None else _OF_CLASSES).get(function, (None, 0))
    if sign != its_sign or (kind == "hard" and many is not _accuracy):
        return None
    return None if many is _roc_auc and len(classes) != 2 else many


def _accuracy(y: NDArray[Any], values: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray((values.argmax(axis=2) == y).mean(axis=1))


def _roc_auc(y: NDArray[Any], values: NDArray[Any]) -> NDArray[np.float64]:
    """Return areas by the ranks of the positives (Mann and Whitney)."""
    ranks = rankdata(values[:, :, 1], axis=1)
    n_positive = int(y.sum())
    n_negative = len(y) - n_positive
    over = ranks[:, y == 1].sum(axis=1) - n_positive * (n_positive + 1) / 2
    return np.asarray(over / (n_positive * n_negative))


def _log_loss(y: NDArray[Any], values: NDArray[Any]) -> NDArray[np.float64]:
    p = values[:, np.arange(len(y)), y] / values.sum(axis=2)
    return np.asarray(np.log(np.clip(p, np.finfo(p.dtype).eps, 1.0)).mean(axis=1, dtype=float))


def _mse(y: NDArray[Any], values: NDArray[Any]) -> NDArray[np.float64]:
    return -np.asarray(((values - y) ** 2).mean(axis=1))


def _rmse(y: NDArray[Any], values: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(-np.sqrt(-_mse(y, values)))


def _mae(y: NDArray[Any], values: NDArray[Any]) -> NDArray[np.float64]:
    return -np.asarray(np.abs(values - y).mean(axis=1))


def _r2(y: NDArray[Any], values: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(1 + _mse(y, values) / np.var(y))


# with the sign that turns the metric into something to be maximised
_OF_CLASSES: dict[Any, tuple[Many, int]] = {
    metrics.accuracy_score: (_accuracy, 1),
    metrics.roc_auc_score: (_roc_auc, 1),
    metrics.log_loss: (_log_loss, -1),
}
_OF_NUMBERS: dict[Any, tuple[Many, int]] = {
    metrics.r2_score: (_r2, 1),
    metrics.mean_squared_error: (_mse, -1),
    metrics.root_mean_squared_error: (_rmse, -1),
    metrics.mean_absolute_error: (_mae, -1),
}
