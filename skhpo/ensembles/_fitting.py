"""Fitted voting and stacking estimators of scikit-learn, made of members fitted one by one.

The members are fitted here, not by the voting or stacking estimator: so their fits run side by
side, take metadata, and are as many as there is time for; and the final estimator of a stack
learns from predictions that are there already instead of from another cross-validation.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.ensemble import (
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.frozen import FrozenEstimator
from sklearn.utils import Bunch

from skhpo._sklearn import take_rows

Named = Sequence[tuple[str, Any]]


def fitted_members(
    members: Named, X: Any, y: Any, fit_params: dict[str, Any], n_jobs: int | None
) -> list[Any]:
    """Fit estimators, side by side.

    Parameters
    ----------
    members : sequence of (str, estimator)
        Unfitted.
    X, y : array-like
        The data; classes as their numbers.
    fit_params : dict of str to object
        For their ``fit``.
    n_jobs : int or None
        How many at the same time.

    Returns
    -------
    list of estimators
        New and fitted.
    """
    fit = delayed(_fitted)
    return list(Parallel(n_jobs=n_jobs)(fit(clone(m), X, y, fit_params) for _, m in members))


def _fitted(estimator: Any, X: Any, y: Any, fit_params: dict[str, Any]) -> Any:
    return estimator.fit(X, y, **fit_params)


def voting(
    members: Named, fitted: Sequence[Any], weights: Sequence[float], kind: str, X: Any, y: Any
) -> Any:
    """Return a fitted voting estimator.

    Parameters
    ----------
    members : sequence of (str, estimator)
        Unfitted.
    fitted : sequence of estimators
        The same, fitted to numbers, or to the numbers of the classes.
    weights : sequence of float
        Of each.
    kind : {"numbers", "soft", "hard"}
        Whether predictions, probabilities or votes are averaged.
    X, y : array-like
        The data.

    Returns
    -------
    VotingClassifier or VotingRegressor
        As its own ``fit`` would have left it.
    """
    frozen, weights = _frozen(members, fitted), [float(w) for w in weights]
    if kind == "numbers":
        result = VotingRegressor(frozen, weights=weights)
    else:
        result = VotingClassifier(frozen, voting=kind, weights=weights)
    return _thawed(result.fit(*_few(X, y, kind)), members, fitted)


def stacking(members: Named, fitted: Sequence[Any], final: Any, kind: str, X: Any, y: Any) -> Any:
    """Return a fitted stacking estimator.

    Parameters
    ----------
    members : sequence of (str, estimator)
        Unfitted.
    fitted : sequence of estimators
        The same, fitted to numbers, or to the numbers of the classes.
    final : estimator
        Fitted to their out-of-fold predictions.
    kind : str
        What the target is: "numbers", or else classes.
    X, y : array-like
        The data.

    Returns
    -------
    StackingClassifier or StackingRegressor
        As its own ``fit`` would have left it; fitted again it cross-validates by itself.
    """
    make = StackingRegressor if kind == "numbers" else StackingClassifier
    result = make(_frozen(members, fitted), FrozenEstimator(final), cv="prefit")
    result = _thawed(result.fit(*_few(X, y, kind)), members, fitted)
    result.set_params(final_estimator=clone(final), cv=None)
    result.final_estimator_ = final
    return result


def _frozen(members: Named, fitted: Sequence[Any]) -> list[tuple[str, Any]]:
    return [(name, FrozenEstimator(f)) for (name, _), f in zip(members, fitted, strict=True)]


def _thawed(result: Any, members: Named, fitted: Sequence[Any]) -> Any:
    """Put the members themselves in the place of the frozen ones."""
    result.set_params(estimators=[(name, clone(member)) for name, member in members])
    result.estimators_ = [*fitted]
    names = [name for name, _ in members]
    result.named_estimators_ = Bunch(**dict(zip(names, fitted, strict=True)))
    return result


def _few(X: Any, y: Any, kind: str) -> tuple[Any, Any]:
    """Return rows with all classes: nothing is learnt of the data but these."""
    rows: NDArray[np.intp]
    rows = np.arange(2) if kind == "numbers" else np.unique(np.asarray(y), return_index=True)[1]
    return take_rows(X, rows), take_rows(y, rows)
