"""Which estimators can go on with a fit, and how: exactly, or not at all.

A rule is for a class and its parameter that counts iterations, and says whether an instance
with its other parameters comes to the very same model in two goes as in one. Found by experiment
(each rule has its test); all others are fitted anew. Among them, for the record:

- linear models fitted by stochastic gradient descent (``SGDClassifier``, ``Perceptron``, ...):
  each call of ``fit`` or ``partial_fit`` starts the schedule of the step size, or the order of
  the rows, anew;
- ``LogisticRegression`` and other models with ``warm_start`` whose solver has a memory: it is
  lost between calls;
- AdaBoost has no way to go on;
- forests with ``class_weight="balanced"``, which warn when they go on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from skhpo.evaluation._continuation_boosters import (
    ContinuedTrees,
    is_exact_catboost,
    is_exact_lightgbm,
    is_exact_xgboost,
)
from skhpo.evaluation._continuation_mlp import ContinuedEpochs, has_plain_epochs
from skhpo.evaluation._last_step import adopt


class Rule(Protocol):
    """How one kind of estimator is fitted in several goes."""

    def start(self, estimator: Any, X: Any, y: Any) -> Any:
        """Fit anew; return what ``go_on`` needs besides the fitted estimator."""
        ...

    def go_on(self, estimator: Any, before: Any, extra: Any, X: Any, y: Any) -> Any:
        """Bring an unfitted estimator with a larger amount to where one fit would."""
        ...


class WarmStart:
    """What scikit-learn's ``warm_start`` continues exactly.

    Examples
    --------
    >>> from sklearn.ensemble import RandomForestRegressor
    >>> X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
    >>> small = RandomForestRegressor(2, random_state=0).fit(X, y)
    >>> large = RandomForestRegressor(5, random_state=0)
    >>> WarmStart().go_on(large, small, None, X, y)
    >>> len(large.estimators_), large.warm_start
    (5, False)
    """

    def start(self, estimator: Any, X: Any, y: Any) -> None:
        """Fit anew."""
        estimator.fit(X, y)

    def go_on(self, estimator: Any, before: Any, extra: Any, X: Any, y: Any) -> None:
        """Fit what is missing."""
        adopt(estimator, before)
        if _has_stopped(estimator):
            return
        own = estimator.warm_start
        estimator.warm_start = True
        try:
            estimator.fit(X, y)
        finally:
            estimator.warm_start = own


def rule_of(estimator: Any, name: str) -> Rule | None:
    """Return how an estimator continues exactly.

    Parameters
    ----------
    estimator : estimator
        With all its parameters.
    name : str
        The parameter that counts iterations.

    Returns
    -------
    Rule or None
        None if it does not.

    Examples
    --------
    >>> from sklearn.ensemble import GradientBoostingRegressor
    >>> rule_of(GradientBoostingRegressor(), "n_estimators")
    <...WarmStart object at ...>
    >>> rule_of(GradientBoostingRegressor(), "max_depth")
    """
    for kind in type(estimator).__mro__:
        entry = _RULES.get((kind.__module__.partition(".")[0], kind.__name__, name))
        if entry is not None and _fits_as(estimator, kind):
            return entry.rule() if entry.is_exact(estimator) else None
    return None


def _fits_as(estimator: Any, kind: type) -> bool:
    """Whether a subclass has left alone what a rule calls."""
    mro = type(estimator).__mro__
    more = mro[: mro.index(kind)]
    return not any(name in vars(cls) for cls in more for name in ("fit", "partial_fit"))


# -- scikit-learn --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Entry:
    rule: Callable[[], Rule]
    is_exact: Callable[[Any], bool]


def _always(_: Any) -> bool:
    return True


def _is_unweighted(forest: Any) -> bool:
    return not isinstance(getattr(forest, "class_weight", None), str)


def _has_no_oob(bagging: Any) -> bool:
    return not bagging.oob_score  # refused together with warm_start


def _has_no_early_stopping(boosting: Any) -> bool:
    return boosting.n_iter_no_change is None


def _has_stopped(estimator: Any) -> bool:
    """Whether histogram gradient boosting has stopped early: one more fit would go on.

    It stops when none of the last ``n_iter_no_change`` scores exceeds the one before them by
    ``tol``; that may fall on the very last iteration of the former amount.
    """
    if not getattr(estimator, "do_early_stopping_", False):
        return False
    has_validation = len(estimator.validation_score_) > 0
    scores = estimator.validation_score_ if has_validation else estimator.train_score_
    n_last = estimator.n_iter_no_change
    if len(scores) <= n_last:
        return False
    return not any(scores[-n_last:] > scores[-n_last - 1] + estimator.tol)


def _entries(
    package: str,
    classes: str,
    name: str,
    rule: Callable[[], Rule],
    is_exact: Callable[[Any], bool],
) -> Mapping[tuple[str, str, str], _Entry]:
    return {(package, kind, name): _Entry(rule, is_exact) for kind in classes.split()}


_FORESTS = (
    "RandomForestClassifier RandomForestRegressor ExtraTreesClassifier ExtraTreesRegressor "
    "RandomTreesEmbedding"
)
_RULES: dict[tuple[str, str, str], _Entry] = {
    **_entries("sklearn", _FORESTS, "n_estimators", WarmStart, _is_unweighted),
    **_entries(
        "sklearn", "BaggingClassifier BaggingRegressor", "n_estimators", WarmStart, _has_no_oob
    ),
    **_entries(
        "sklearn",
        "GradientBoostingClassifier GradientBoostingRegressor",
        "n_estimators",
        WarmStart,
        _has_no_early_stopping,
    ),
    **_entries(
        "sklearn",
        "HistGradientBoostingClassifier HistGradientBoostingRegressor",
        "max_iter",
        WarmStart,
        _always,
    ),
    **_entries(
        "sklearn", "MLPClassifier MLPRegressor", "max_iter", ContinuedEpochs, has_plain_epochs
    ),
    **_entries(
        "lightgbm",
        "LGBMClassifier LGBMRegressor",
        "n_estimators",
        lambda: ContinuedTrees("n_estimators", "init_model"),
        is_exact_lightgbm,
    ),
    **_entries(
        "xgboost",
        "XGBClassifier XGBRegressor",
        "n_estimators",
        lambda: ContinuedTrees("n_estimators", "xgb_model"),
        is_exact_xgboost,
    ),
    **_entries(
        "catboost",
        "CatBoostClassifier CatBoostRegressor",
        "iterations",
        lambda: ContinuedTrees("iterations", "init_model"),
        is_exact_catboost,
    ),
}
