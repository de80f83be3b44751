"""Standing in for ``fit`` of the estimator that does the learning: the last step of a pipeline.

What is scored has to be the user's own estimator, so nothing is wrapped around it. An instance
is lent another ``fit`` for the time of one fit, and is what it was before afterwards.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sklearn.pipeline import Pipeline

Fit = Callable[[Any, Any, Any, dict[str, Any]], Any]


def last_step(estimator: Any) -> Any:
    """Return what does the learning.

    Parameters
    ----------
    estimator : estimator
        A pipeline, of pipelines perhaps, or anything else.

    Returns
    -------
    object
        The last step, which may be ``"passthrough"``; anything but a pipeline itself.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> last_step(make_pipeline(StandardScaler(), Ridge()))
    Ridge()
    """
    while isinstance(estimator, Pipeline):
        estimator = estimator.steps[-1][1]
    return estimator


def name_in_last_step(estimator: Any, name: str) -> str | None:
    """Return what a parameter is called in the last step.

    Parameters
    ----------
    estimator : estimator
        A pipeline or anything else.
    name : str
        As in ``estimator.set_params``.

    Returns
    -------
    str or None
        None if it is not a parameter of the last step itself.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.pipeline import make_pipeline
    >>> name_in_last_step(make_pipeline(Ridge()), "ridge__max_iter")
    'max_iter'
    """
    while isinstance(estimator, Pipeline):
        step, estimator = estimator.steps[-1]
        prefix, _, name = name.partition("__")
        if prefix != step:
            return None
    return None if "__" in name or not name else name


def plain_fit(last: Any, X: Any, y: Any, params: dict[str, Any]) -> Any:
    """Fit as the class does.

    Parameters
    ----------
    last : estimator
        What is to be fitted.
    X, y : array-like
        The data; a ``y`` of None is left to the default.
    params : dict
        Further arguments.

    Returns
    -------
    estimator
        The same object.
    """
    return last.fit(X, **params) if y is None else last.fit(X, y, **params)


def adopt(estimator: Any, fitted: Any) -> None:
    """Give an estimator all that a fit has left in another one of its class.

    Parameters
    ----------
    estimator : estimator
        Unfitted; keeps its parameters.
    fitted : estimator
        Fitted; is shared, not copied.
    """
    own = estimator.get_params(deep=False).keys()
    for name, value in vars(fitted).items():
        is_bound = getattr(value, "__self__", None) is fitted  # its method, and not the other's
        if name not in own and not is_bound:
            vars(estimator)[name] = value


@contextmanager
def last_step_fitted_by(estimator: Any, fit: Fit) -> Iterator[None]:
    """Let a function fit the last step, once, when the estimator is fitted.

    The parameters may be set in between: which step is the last one shows when ``fit`` is called.

    Parameters
    ----------
    estimator : estimator
        The caller's own.
    fit : callable
        ``fit(last, X, y, params)`` is called in place of ``last.fit(X, y, **params)``, with
        ``last`` as it is without all this.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.pipeline import make_pipeline
    >>> pipeline = make_pipeline(Ridge())
    >>> with last_step_fitted_by(pipeline, lambda last, X, y, params: last.fit(X[:2], y[:2])):
    ...     prediction = pipeline.fit([[0], [1], [9]], [0, 1, 0]).predict([[0.5]])
    >>> prediction
    array([0.5])
    """

    def fit_outer(X: Any, y: Any = None, **params: Any) -> Any:
        vars(estimator).pop("fit", None)
        last = last_step(estimator)
        if last is estimator:
            return _fitted(estimator, fit(estimator, X, y, params))
        if not hasattr(last, "fit"):  # "passthrough", or what is no estimator
            return plain_fit(estimator, X, y, params)
        with _lent(last, lambda X, y=None, **more: _fitted(last, fit(last, X, y, more))):
            return plain_fit(estimator, X, y, params)

    with _lent(estimator, fit_outer):
        yield


def _fitted(estimator: Any, _: Any) -> Any:
    return estimator


@contextmanager
def _lent(estimator: Any, fit: Callable[..., Any]) -> Iterator[None]:
    def once(*args: Any, **params: Any) -> Any:
        vars(estimator).pop("fit", None)  # a fit that clones, pickles or compares itself
        return fit(*args, **params)

    vars(estimator)["fit"] = once
    try:
        yield
    finally:
        vars(estimator).pop("fit", None)
