"""Scores at smaller amounts of the resource, read off one fit.

A boosted ensemble, or a forest, of n members holds those of fewer. Its predictions after so many
members are scored as if they were those of an estimator of its own: no further fit is needed.
"""

import copy
import math
import numbers
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from skhpo.evaluation._last_step import last_step, name_in_last_step
from skhpo.evaluation._resource import Resource
from skhpo.trial import Scores

# by name, so that no task imports ensembles that it does not use
_FORESTS = frozenset(
    [
        "RandomForestClassifier",
        "RandomForestRegressor",
        "ExtraTreesClassifier",
        "ExtraTreesRegressor",
    ]
)
_COUNTS = {
    **dict.fromkeys(_FORESTS, "n_estimators"),
    "AdaBoostClassifier": "n_estimators",
    "AdaBoostRegressor": "n_estimators",
    "GradientBoostingClassifier": "n_estimators",
    "GradientBoostingRegressor": "n_estimators",
    "HistGradientBoostingClassifier": "max_iter",
    "HistGradientBoostingRegressor": "max_iter",
}
_METHODS = ("predict", "predict_proba", "decision_function")
# all that a stage has of the fitted estimator: a scorer that looks further would be misled
_SHARED = ("classes_", "n_features_in_", "feature_names_in_", "n_classes_", "_estimator_type")


def curve_levels(estimator: Any, resource: Resource, amount: int, before: int) -> list[int]:
    """Return at which amounts the one fit can be scored.

    Parameters
    ----------
    estimator : estimator
        Fitted with ``amount``.
    resource : Resource
        With the levels that are in use.
    amount : int
        What was trained.
    before : int
        Up to which amount scores are known.

    Returns
    -------
    list of int
        Levels between the two; none where the estimator does not hold its smaller ones.

    Examples
    --------
    >>> from sklearn.ensemble import RandomForestRegressor
    >>> trees = Resource("n_estimators", maximum=9, levels=(1, 3, 9))
    >>> curve_levels(RandomForestRegressor(9), trees, 9, before=1)
    [3]
    """
    last = last_step(estimator)
    name = name_in_last_step(estimator, resource.name)
    if name is None or name not in {_COUNTS.get(kind) for kind in _kinds(last)}:
        return []
    return [level for level in resource.levels if before < level < amount]


def curve_of(
    estimator: Any, levels: Sequence[int], scorer: Any, X: Any, y: Any, params: Mapping[str, Any]
) -> dict[int, Scores] | None:
    """Score a fitted estimator at smaller amounts.

    Parameters
    ----------
    estimator : estimator
        Fitted; of which ``curve_levels`` has named levels.
    levels : sequence of int
        These.
    scorer : callable
        ``scorer(estimator, X, y, **params)`` returns a score, or several by their names.
    X, y : array-like
        Test rows.
    params : dict
        Metadata for the scorer.

    Returns
    -------
    dict of int to float or dict, or None
        None if a score is not a finite number.

    Raises
    ------
    AttributeError
        If the scorer asks a stage for more than predictions.

    Examples
    --------
    >>> from sklearn.ensemble import GradientBoostingRegressor
    >>> from sklearn.metrics import get_scorer
    >>> X, y = np.arange(10.0).reshape(10, 1), np.arange(10.0)
    >>> scorer, model = get_scorer("r2"), GradientBoostingRegressor(n_estimators=9)
    >>> curve = curve_of(model.fit(X, y), [3], scorer, X, y, {})
    >>> curve[3] == scorer(GradientBoostingRegressor(n_estimators=3).fit(X, y), X, y)
    True
    """
    path = _Path(estimator, levels)
    scores = {level: scorer(Stage(path, level), X, y, **params) for level in levels}
    is_good = all(_is_finite(score) for score in scores.values())
    return scores if is_good else None


class Stage:
    """A fitted estimator as it was when it had so many members.

    It predicts, and tells its classes and tags, and nothing else.

    Parameters
    ----------
    path : object
        Predictions of the estimator at all levels.
    level : int
        How many members.
    """

    def __init__(self, path: "_Path", level: int) -> None:
        self._path = path
        self._level = level

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__sklearn_tags__":
            raise AttributeError(name)
        if name in _METHODS and hasattr(self._path.last, name):
            return self._method(name)
        if name in _SHARED or name == "__sklearn_tags__":
            return getattr(self._path.whole, name)
        kind = type(self._path.last).__name__
        raise AttributeError(f"{kind} at a smaller amount of the resource has no {name!r}")

    def _method(self, name: str) -> Callable[[Any], Any]:
        def method(X: Any) -> Any:
            return self._path.predictions(name, X)[self._level]

        method.__name__ = name  # scorers look at it
        return method

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def fit(self, X: Any, y: Any = None) -> "Stage":
        """Refuse: it is one stage of another estimator's fit."""
        raise TypeError("one stage of a fit cannot be fitted")

    def score(self, X: Any, y: Any, **params: Any) -> Any:
        """Return what the estimator's own ``score`` makes of the predictions."""
        return type(self._path.last).score(self, X, y, **params)


class _Path:
    """The predictions of a fitted estimator at all levels, each made once."""

    def __init__(self, whole: Any, levels: Sequence[int]) -> None:
        self.whole = whole
        self.last = last_step(whole)
        self._levels = levels
        self._known: dict[str, tuple[Any, dict[int, Any]]] = {}
        self._transformed: tuple[Any, Any] | None = None

    def predictions(self, method: str, X: Any) -> dict[int, Any]:
        """Return what a method gives for X, by level."""
        known = self._known.get(method)
        if known is None or known[0] is not X:
            known = self._known[method] = X, self._predict(method, self._before_last(X))
        return known[1]

    def _predict(self, method: str, X: Any) -> dict[int, Any]:
        if not _FORESTS.isdisjoint(_kinds(self.last)):
            return {k: getattr(_first_trees(self.last, k), method)(X) for k in self._levels}
        stages = getattr(self.last, f"staged_{method}")(X)
        return _picked(stages, self._levels)

    def _before_last(self, X: Any) -> Any:
        """Return what comes to the last step."""
        if self._transformed is None or self._transformed[0] is not X:
            self._transformed = X, _transformed(self.whole, X)
        return self._transformed[1]


def _kinds(estimator: Any) -> set[str]:
    """Return the names of what an estimator is, of scikit-learn's classes."""
    mro = type(estimator).__mro__
    return {kind.__name__ for kind in mro if kind.__module__.partition(".")[0] == "sklearn"}


def _transformed(estimator: Any, X: Any) -> Any:
    while isinstance(estimator, Pipeline):
        steps, estimator = estimator[:-1], estimator.steps[-1][1]
        X = steps.transform(X) if len(steps) else X
    return X


def _first_trees(forest: Any, n: int) -> Any:
    twin = copy.copy(forest)
    twin.estimators_ = forest.estimators_[:n]
    twin.n_estimators = n
    return twin


def _picked(stages: Iterable[Any], levels: Sequence[int]) -> dict[int, Any]:
    """Return the stages at the levels; what has stopped early stays as it is."""
    wanted, picked, last = set(levels), {}, None
    for position, prediction in enumerate(stages, 1):
        last = prediction
        if position in wanted:
            picked[position] = np.array(prediction)  # some hand out one array again and again
        if position >= max(wanted):
            break
    missing = sorted(wanted - picked.keys())
    return {**picked, **dict(zip(missing, repeat(np.array(last)), strict=False))}


def _is_finite(score: Any) -> bool:
    values = score.values() if isinstance(score, Mapping) else (score,)
    return all(isinstance(value, numbers.Real) and math.isfinite(value) for value in values)
