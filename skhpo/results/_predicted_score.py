"""The score of predictions that are already there."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.metrics import accuracy_score, get_scorer, r2_score
from sklearn.utils.metaestimators import available_if

from skhpo._sklearn import take_rows
from skhpo.results.predictions import OutOfFold

TOLERANCE = 5e-3  # by which a score of predictions in single precision may differ


class _Predicted(BaseEstimator):  # type: ignore[misc]
    """Stands in for a fitted estimator before a scorer: it says what was predicted."""

    def __init__(self, values: Mapping[str, NDArray[Any]], classes: Any = None) -> None:
        self.values = values
        self.classes = classes
        self.classes_ = classes
        self.is_fitted_ = True

    @available_if(lambda self: "predict_proba" in self.values)  # type: ignore[untyped-decorator]
    def predict_proba(self, _: Any) -> Any:
        return self.values["predict_proba"]

    @available_if(lambda self: "decision_function" in self.values)  # type: ignore[untyped-decorator]
    def decision_function(self, _: Any) -> Any:
        return self.values["decision_function"]

    def predict(self, _: Any) -> Any:
        values = self.values["predict"]
        return values if self.classes is None else self.classes[values]


class _PredictedClasses(ClassifierMixin, _Predicted):  # type: ignore[misc]
    pass


class _PredictedNumbers(RegressorMixin, _Predicted):  # type: ignore[misc]
    pass


def scorer_of(search: Any) -> Callable[..., float]:
    """Return the scorer by which a fitted search chose its best candidate.

    Parameters
    ----------
    search : search estimator
        Fitted.

    Returns
    -------
    callable
        ``scorer(estimator, X, y)``.
    """
    scorers = search.scorer_
    if not isinstance(scorers, Mapping) and getattr(search, "multimetric_", False):
        name = metric_name(search)  # of a function that returns several scores
        return lambda estimator, X, y: float(scorers(estimator, X, y)[name])
    if not isinstance(scorers, Mapping):
        return _own_score if getattr(search, "scoring", None) is None else get_scorer(scorers)
    chosen: Callable[..., float] = scorers[metric_name(search)]
    return chosen


def metric_name(search: Any) -> str:
    """Return the name of the score that decides, as in ``cv_results_``.

    Parameters
    ----------
    search : search estimator
        Fitted.

    Returns
    -------
    str
        "score" where there is one; of several that of ``refit``, or the first.
    """
    prefix = "rank_test_"
    names = [n.removeprefix(prefix) for n in search.cv_results_ if n.startswith(prefix)]
    is_named = isinstance(search.refit, str) and search.refit in names
    return str(search.refit) if is_named else names[0]


def _own_score(estimator: Any, X: Any, y: Any) -> float:
    """Score as estimators of scikit-learn do by themselves."""
    score = accuracy_score if estimator.classes is not None else r2_score
    return float(score(y, estimator.predict(X)))


class PredictedScore:
    """The score of predictions for some rows.

    Parameters
    ----------
    scorer : callable
        As `scorer_of` returns it.
    X, y : array-like
        All rows.
    classes : ndarray of shape (n_classes,) or None
        Where a single target of classes is predicted; "predict" then means their numbers.
    """

    def __init__(self, scorer: Callable[..., float], X: Any, y: Any, classes: Any) -> None:
        self.scorer = scorer
        self.classes = classes
        self._X, self._y = X, y

    def __call__(self, values: Mapping[str, NDArray[Any]], rows: NDArray[np.intp]) -> float:
        """Return the score.

        Parameters
        ----------
        values : dict of str to ndarray
            By the name of the method; "predict" follows from "predict_proba".
        rows : ndarray of int
            Which rows of the data, in the order of the values.

        Returns
        -------
        float
            Greater is better.
        """
        if "predict_proba" in values:
            values = {"predict": values["predict_proba"].argmax(axis=1), **values}
            p = np.asarray(values["predict_proba"], dtype=float)  # kept in single precision
            values["predict_proba"] = p / p.sum(axis=1, keepdims=True)
        kind = _PredictedNumbers if self.classes is None else _PredictedClasses
        X, y = take_rows(self._X, rows), take_rows(self._y, rows)
        return float(self.scorer(kind(values, self.classes), X, y))


def check_follows(search: Any, kept: OutOfFold, score: Callable[..., float]) -> None:
    """Refuse scores that the predictions do not explain: of other rows, weighted, or of more.

    Parameters
    ----------
    search : search estimator
        Fitted.
    kept : OutOfFold
        Its predictions.
    score : callable
        ``score(values, rows)``, such as a `PredictedScore`.

    Raises
    ------
    ValueError
        If a score of the first candidate is another one, or cannot be computed.
    """
    name, row = metric_name(search), kept.rows[0]
    for split, test in enumerate(kept.tests):
        measured = float(search.cv_results_[f"split{split}_test_{name}"][row])
        try:
            again = score(kept.parts[0][split], test)
        except Exception as error:  # a scorer of the user's may raise anything
            raise ValueError(f"the scorer needs more than predictions: {error!r}") from error
        if not np.isclose(again, measured, rtol=TOLERANCE, atol=TOLERANCE):
            raise ValueError(
                f"the score of split {split} does not follow from its predictions and y: "
                f"{measured:.6g} was measured, {again:.6g} computed. X and y should be those of "
                "the search, in the same order, and the score neither be weighted nor need more "
                "than predictions."
            )
