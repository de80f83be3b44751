"""Scores of any rows, from predictions that were kept."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.metrics import get_scorer

from skhpo.nested._fold import Fold
from skhpo.nested._scoring import is_search
from skhpo.nested._study import Study

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

TOLERANCE = 1e-9  # relative: how far two ways of computing one score may be apart


class _Kept:
    """An estimator that has predicted already: its X are row numbers."""

    def __init__(self, outputs: dict[str, Any], own: Any) -> None:
        self.outputs = outputs
        self.own = own
        for name, values in outputs.items():
            setattr(self, name, values if name == "classes_" else _lookup(name, values))

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def score(self, X: Any, y: Any) -> Any:
        scored: Any = super()
        return self.own(self, X, y) if self.own is not None else scored.score(X, y)


class _KeptClassifier(_Kept, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    pass


class _KeptRegressor(_Kept, RegressorMixin, BaseEstimator):  # type: ignore[misc]
    pass


def _lookup(name: str, values: Any) -> Any:
    def look(X: Any) -> Any:
        return values[X]

    look.__name__ = name  # by which scorers call it
    return look


class KeptScores:
    """The score of any test rows of some folds, all of which test different rows.

    Parameters
    ----------
    study : Study
        With predictions.
    folds : sequence of Fold
        Of one repeat, or a single pair.
    metric : str
        Which of the outer scores.

    Attributes
    ----------
    rows : ndarray of int
        Rows that were tested, in order.

    Raises
    ------
    ValueError
        If no predictions were kept, a row was tested twice, or the scores of the folds do not
        follow from the predictions.
    """

    def __init__(self, study: Study, folds: Sequence[Fold], metric: str) -> None:
        self.rows: Rows = np.sort(np.concatenate([fold.test for fold in folds]))
        self._scorer, self._metric = study.scorer, metric
        self._y = np.asarray(study.y)
        if len(np.unique(self.rows)) < len(self.rows):
            raise ValueError(
                "some rows were tested more than once in one repeat; this needs folds that do not "
                "overlap, such as those of RepeatedKFold."
            )
        self._kept = _kept(study, folds)
        for fold in folds:
            self._check(fold, study.records[fold.number].scores[metric])

    def of(self, rows: Rows) -> float:
        """Return the score of rows, with repetitions."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a draw may hold a single class
            try:
                return float(self._scorer(self._kept, rows, self._y[rows])[self._metric])
            except Exception:  # noqa: BLE001 (whatever a scorer of the user's raises)
                return float("nan")

    def by_row(self) -> Floats:
        """Return a score for each row of ``rows``, of which any rows' score is the mean.

        Raises
        ------
        ValueError
            If the score is no mean over rows, as the area under the ROC curve.
        """
        values = self.recognised()
        if values is None and self._agrees(solved := self._solved()):
            values = solved
        if values is not None:
            return values
        raise ValueError(
            f"the score {self._metric!r} is no mean over rows, which this method needs: accuracy, "
            "squared and absolute errors, Brier score and log loss are. Name one as metric, or "
            "choose another method."
        )

    def recognised(self) -> Floats | None:
        """Return what ``by_row`` does of accuracy and of squared and absolute errors, or None."""
        return next((values for values in self._usual() if self._agrees(values)), None)

    def _usual(self) -> list[Floats]:
        truth = self._y[self.rows]
        predicted = self._kept.predict(self.rows)
        if isinstance(self._kept, _KeptClassifier):
            return [np.asarray(truth == predicted, dtype=float)]
        errors = truth.astype(float) - predicted
        by_row = [-(errors**2), -np.abs(errors)]
        return [values if values.ndim == 1 else values.mean(axis=1) for values in by_row]

    def _solved(self) -> Floats:
        """Score each row together with one of each class, and solve for its own share.

        With C companions of total t, ``(C + 1) score = own + t``; that the mean of all is the
        score of all rows gives t.
        """
        companions = np.empty(0, dtype=np.intp)
        if isinstance(self._kept, _KeptClassifier):
            companions = self.rows[np.unique(self._y[self.rows], return_index=True)[1]]
        n = len(companions) + 1
        sums = np.array([n * self.of(np.append(companions, row)) for row in self.rows])
        total = sums.mean() - self.of(self.rows) if n > 1 else 0.0
        return np.asarray(sums - total)

    def _agrees(self, values: Floats) -> bool:
        """Whether the score of all rows, of every other one and of the rest is the mean."""
        parts = (slice(None), slice(0, None, 2), slice(1, None, 2))
        return all(_close(values[p].mean(), self.of(self.rows[p])) for p in parts)

    def _check(self, fold: Fold, score: float) -> None:
        again = self.of(fold.test)
        if not _close(again, score):
            raise ValueError(
                f"the score {self._metric!r} of fold {fold.fold} does not follow from its "
                f"predictions: {score!r} was measured, {again!r} computed. It may be weighted, or "
                "need more than predictions and probabilities; choose another method."
            )


def _close(a: float, b: float) -> bool:
    return bool(np.isclose(a, b, rtol=TOLERANCE, atol=TOLERANCE))


def _kept(study: Study, folds: Sequence[Fold]) -> Any:
    """Return an estimator that knows the predictions of these folds."""
    found = [study.records[fold.number].predictions for fold in folds]
    if not all(found):
        raise ValueError(
            "no predictions were kept: call nested_cross_validate with return_predictions=True, "
            "an estimator with predict, and a target."
        )
    if "classes" not in found[0]:
        outputs = {"predict": _gathered(study, folds, [np.array(p["y_pred"]) for p in found])}
        return _KeptRegressor(outputs, _own_scorer(study))
    classes = np.unique(np.concatenate([np.array(p["classes"]) for p in found]))
    outputs = {
        "classes_": classes,
        "predict": _gathered(study, folds, [np.array(p["y_pred"]) for p in found]),
    }
    for name in {"predict_proba", "decision_function"}.intersection(*found):
        parts = [_aligned(np.array(p[name]), p["classes"], classes) for p in found]
        outputs[name] = _gathered(study, folds, parts)
    return _KeptClassifier(outputs, _own_scorer(study))


def _aligned(values: Any, own: list[Any], classes: Any) -> Any:
    """Return a column a class; of a class that a fold had no row of, it knows nothing."""
    if values.ndim == 1 or len(own) == len(classes):
        return values
    aligned = np.zeros((len(values), len(classes)))
    aligned[:, np.searchsorted(classes, own)] = values
    return aligned


def _gathered(study: Study, folds: Sequence[Fold], parts: Sequence[Any]) -> Any:
    gathered = np.zeros((study.n_rows, *parts[0].shape[1:]), dtype=np.result_type(*parts))
    for fold, part in zip(folds, parts, strict=True):
        gathered[fold.test] = part
    return gathered


def _own_scorer(study: Study) -> Any:
    """Return what ``score`` of the search calls; None for the score of its estimator."""
    scoring = getattr(study.search, "scoring", None) if is_search(study.search) else None
    if scoring is None or study.own is None:
        return None
    if isinstance(scoring, list | tuple | set):
        scoring = study.own
    elif isinstance(scoring, dict):
        scoring = scoring[study.own]
    if scoring == "roc_auc" and study.search.estimator is None and len(np.unique(study.y)) > 2:
        scoring = "roc_auc_ovr"  # as PipelineSearchCV does
    return get_scorer(scoring)
