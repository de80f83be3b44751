"""Giving estimators that stop early something to stop by: rows of the training part.

LightGBM, XGBoost and CatBoost stop when the score on an ``eval_set`` ceases to improve. Handing
them the test rows as such would choose the number of iterations by what is to be measured. So a
part of the training rows is held out, after the earlier steps of a pipeline have transformed it.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from sklearn.base import is_classifier

from skhpo._sklearn import take_rows
from skhpo.evaluation._last_step import last_step_fitted_by, plain_fit
from skhpo.evaluation._samples import least_rows, stratified_order

_STOPS_EARLY = (
    "early_stopping_rounds",
    "early_stopping_round",
    "early_stopping",
    "n_iter_no_change",
    "od_wait",
    "od_pval",
)


@contextmanager
def with_eval_set(estimator: Any, fraction: float | None, seed: int = 0) -> Iterator[None]:
    """Let an estimator that stops early hold out a part of what it is fitted to.

    Parameters
    ----------
    estimator : estimator
        About to be fitted, once. Nothing happens unless ``fit`` of it, or of its last step,
        takes an ``eval_set`` and a parameter of it says that it stops early.
    fraction : float or None
        Which share of the rows to hold out, between 0 and 1; None does nothing.
    seed : int, default=0
        Which rows.

    Raises
    ------
    ValueError
        If ``fraction`` is not between 0 and 1.

    Examples
    --------
    >>> from sklearn.base import BaseEstimator
    >>> class Booster(BaseEstimator):
    ...     def __init__(self, early_stopping_rounds=3):
    ...         self.early_stopping_rounds = early_stopping_rounds
    ...
    ...     def fit(self, X, y, eval_set=None):
    ...         [(Xv, yv)] = eval_set
    ...         self.shapes_ = X.shape, Xv.shape
    ...         return self
    >>> booster = Booster()
    >>> with with_eval_set(booster, 0.2):
    ...     booster = booster.fit(np.zeros((10, 2)), np.zeros(10))
    >>> booster.shapes_
    ((8, 2), (2, 2))
    """
    if fraction is None:
        yield
        return
    if not 0 < fraction < 1:
        raise ValueError(f"eval_fraction={fraction!r} has to be None or between 0 and 1")

    def fit(last: Any, X: Any, y: Any, params: dict[str, Any]) -> Any:
        return plain_fit(last, *held_out(last, X, y, params, fraction, seed))

    with last_step_fitted_by(estimator, fit):
        yield


def held_out(
    last: Any, X: Any, y: Any, params: dict[str, Any], fraction: float | None, seed: int = 0
) -> tuple[Any, Any, dict[str, Any]]:
    """Return what an estimator is fitted with, an ``eval_set`` in it if that is of use.

    Parameters
    ----------
    last : estimator
        With all its parameters.
    X, y : array-like
        Training rows.
    params : dict
        Arguments of its ``fit``, each of which is one value or one value a row.
    fraction : float or None
        Which share to hold out; None for nothing.
    seed : int, default=0
        Which rows.

    Returns
    -------
    tuple
        X, y and the arguments.
    """
    if fraction is None or y is None or "eval_set" in params or not takes_eval_set(last):
        return X, y, params
    n_rows = len(y)
    rng = np.random.default_rng(seed)
    n_held = min(max(1, round(fraction * n_rows)), n_rows - 1)
    order = rng.permutation(n_rows)
    if is_classifier(last) and least_rows(y, is_classifier=True) <= n_held:
        order = stratified_order(y, rng)
    held, kept = np.sort(order[:n_held]), np.sort(order[n_held:])
    more = {k: take_rows(v, kept) if _is_by_row(v, n_rows) else v for k, v in params.items()}
    more["eval_set"] = [(take_rows(X, held), take_rows(y, held))]
    if type(last).__module__.partition(".")[0] == "xgboost":
        more.setdefault("verbose", False)  # it would print a line an iteration
    return take_rows(X, kept), take_rows(y, kept), more


def takes_eval_set(last: Any) -> bool:
    """Whether an estimator stops early by an ``eval_set``.

    Parameters
    ----------
    last : object
        An estimator with all its parameters.

    Returns
    -------
    bool
        False for all without ``eval_set`` in the signature of ``fit``.
    """
    try:
        names = inspect.signature(type(last).fit).parameters
    except (AttributeError, TypeError, ValueError):
        return False
    if "eval_set" not in names:
        return False
    params = last.get_params(deep=False)
    return any(params.get(name) not in (None, False) for name in _STOPS_EARLY)


def _is_by_row(value: Any, n_rows: int) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, str) and len(value) == n_rows
