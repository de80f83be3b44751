"""What a fitted candidate predicts for the rows that it was not fitted on, to be kept."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import is_classifier
from sklearn.utils.multiclass import type_of_target

from skhpo._sklearn import response_method_of, rows_for_predicting

SINGLE_TARGETS = frozenset({"binary", "multiclass"})


def classes_of(estimator: Any, y: Any) -> NDArray[Any] | None:
    """Return the classes that predictions are numbered by.

    Parameters
    ----------
    estimator : estimator
        What is searched.
    y : array-like or None
        The target.

    Returns
    -------
    ndarray of shape (n_classes,) or None
        None unless a single target of classes is predicted.
    """
    if y is None or not is_classifier(estimator) or type_of_target(y) not in SINGLE_TARGETS:
        return None
    return np.unique(np.asarray(y))


def predictions_of(
    estimator: Any,
    data: tuple[Any, Any],
    split: tuple[Any, Any],
    classes: NDArray[Any] | None,
    scorer: Any,
) -> dict[str, NDArray[Any]]:
    """Return what a fitted estimator says of the test rows.

    Parameters
    ----------
    estimator : estimator
        Fitted.
    data : tuple of (X, y)
        All rows.
    split : tuple of (train, test)
        The rows that it was fitted on, and those to predict.
    classes : ndarray of shape (n_classes,) or None
        All classes; None where there is no single target of classes.
    scorer : object
        How the candidate is scored: with probabilities alone, labels are not needed.

    Returns
    -------
    dict of str to ndarray of shape (n_test, ...)
        By the name of the method: of classifiers "predict_proba", or else "decision_function",
        in single precision, with a column for each of the classes (of two classes, a decision
        function is one-dimensional); "predict", of classifiers as numbers of the classes, where
        the scorer or the want of anything else asks for it.
    """
    X = rows_for_predicting(estimator, *data, *split)
    if classes is None:
        return {"predict": np.asarray(estimator.predict(X))}
    own = np.searchsorted(classes, estimator.classes_)  # a rare class may miss in the training
    found = _soft(estimator, X, own, len(classes))
    if "predict_proba" not in found or response_method_of(scorer) != "predict_proba":
        labels = np.searchsorted(classes, np.asarray(estimator.predict(X)))
        found["predict"] = labels.astype(np.int16 if len(classes) < 2**15 else np.int64)
    return found


def _soft(
    estimator: Any, X: Any, own: NDArray[np.intp], n_classes: int
) -> dict[str, NDArray[Any]]:
    if hasattr(estimator, "predict_proba"):
        values = np.asarray(estimator.predict_proba(X), dtype=np.float32)
        if len(own) < n_classes:
            full = np.zeros((len(values), n_classes), dtype=np.float32)
            full[:, own] = values
            values = full
        return {"predict_proba": values}
    if hasattr(estimator, "decision_function") and len(own) == n_classes:
        return {"decision_function": np.asarray(estimator.decision_function(X), dtype=np.float32)}
    return {}
