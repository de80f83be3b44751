"""The metrics that are used most, as arithmetic on arrays: many predictions, many draws of rows.

What takes a scorer of scikit-learn a millisecond for each prediction is one pass over an array
here. Scores carry the sign with which greater is better.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn import metrics

from skhpo._sklearn import score_function_of
from skhpo.results._predicted_score import _own_score

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class RowMetric:
    """A metric that follows from the mean of one number a row.

    Parameters
    ----------
    needs : {"labels", "predict_proba", "numbers"}
        What is scored; labels are numbers of classes.
    of_rows : callable
        ``of_rows(y, values)``: a number for each row; values of shape (..., n_rows) or (...,
        n_rows, n_classes).
    finish : callable
        ``finish(mean, variance)``: the score, from that mean and the variance of y, which are
        those of the same rows.
    by_class : bool, default=False
        Whether the mean is that of the means within the classes.
    """

    needs: Literal["labels", "predict_proba", "numbers"]
    of_rows: Callable[[NDArray[Any], NDArray[Any]], Floats]
    finish: Callable[[Any, Any], Any] = lambda mean, _: mean
    by_class: bool = False

    def of_all(self, y: NDArray[Any], values: NDArray[Any]) -> Floats:
        """Return the scores of predictions for all rows.

        Parameters
        ----------
        y : ndarray of shape (n_rows,)
            The target; of classes their numbers.
        values : ndarray of shape (n, n_rows, ...)
            Predictions.

        Returns
        -------
        ndarray of shape (n,)
            Greater is better.
        """
        rows = self.of_rows(y, values)
        parts = [y == label for label in np.unique(y)] if self.by_class else [slice(None)]
        mean = np.mean([rows[:, part].mean(axis=1, dtype=float) for part in parts], axis=0)
        return np.asarray(self.finish(mean, None if self.by_class else _variance(y)))


AREA: Literal["area"] = "area"  # under the ROC curve


def metric_of(scorer: Any, classes: NDArray[Any] | None) -> RowMetric | Literal["area"] | None:
    """Return what is known of the metric of a scorer.

    Parameters
    ----------
    scorer : callable
        A scorer of scikit-learn's, or what `scorer_of` returns.
    classes : ndarray or None
        All classes, where classes are predicted.

    Returns
    -------
    RowMetric, "area" (under the ROC curve) or None
        None of all others, and of those with arguments.
    """
    if scorer is _own_score:
        return _ACCURACY if classes is not None else _R2
    parts = score_function_of(scorer)
    if parts is None or parts[1]:
        return None
    function, _, sign = parts
    if function is metrics.roc_auc_score:
        return AREA if sign == 1 and classes is not None and len(classes) == 2 else None
    found, its_sign = (_OF_NUMBERS if classes is None else _OF_CLASSES).get(function, (None, 0))
    return found if sign == its_sign else None


def area_of_all(y: NDArray[Any], values: NDArray[Any]) -> Floats:
    """Return areas under the ROC curve by the ranks of the positives (Mann and Whitney).

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        0 or 1.
    values : ndarray of shape (n, n_rows)
        How sure it is that it is 1.

    Returns
    -------
    ndarray of shape (n,)
        The areas.
    """
    ranks = rankdata(values, axis=1)
    n_positive = int(y.sum())
    n_negative = len(y) - n_positive
    over = ranks[:, y == 1].sum(axis=1) - n_positive * (n_positive + 1) / 2
    return np.asarray(over / (n_positive * n_negative))


def _variance(y: NDArray[Any]) -> float:
    return float(np.var(y))


def _hits(y: NDArray[Any], labels: NDArray[Any]) -> Floats:
    return np.asarray(labels == y, dtype=float)


def _log_likelihood(y: NDArray[Any], values: NDArray[Any]) -> Floats:
    p = values[..., np.arange(len(y)), y] / values.sum(axis=-1)
    return np.asarray(np.log(np.clip(p, np.finfo(p.dtype).eps, 1.0)))


def _squared(y: NDArray[Any], values: NDArray[Any]) -> Floats:
    return -np.asarray((values - y) ** 2)


def _absolute(y: NDArray[Any], values: NDArray[Any]) -> Floats:
    return -np.asarray(np.abs(values - y))


_ACCURACY = RowMetric("labels", _hits)
_R2 = RowMetric("numbers", _squared, lambda mean, variance: 1 + mean / variance)
_MSE = RowMetric("numbers", _squared)
_RMSE = RowMetric("numbers", _squared, lambda mean, _: -np.sqrt(-mean))
# with the sign that turns the metric into something to be maximised
_OF_CLASSES: dict[Any, tuple[RowMetric, int]] = {
    metrics.accuracy_score: (_ACCURACY, 1),
    metrics.balanced_accuracy_score: (RowMetric("labels", _hits, by_class=True), 1),
    metrics.log_loss: (RowMetric("predict_proba", _log_likelihood), -1),
}
_OF_NUMBERS: dict[Any, tuple[RowMetric, int]] = {
    metrics.r2_score: (_R2, 1),
    metrics.mean_squared_error: (_MSE, -1),
    metrics.root_mean_squared_error: (_RMSE, -1),
    metrics.mean_absolute_error: (RowMetric("numbers", _absolute), -1),
}
