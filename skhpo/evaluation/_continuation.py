"""Continuing the fit of an earlier, smaller amount of the resource.

Where the resource counts iterations (trees, epochs) a task goes on from the fitted estimator that
an earlier task of the same candidate on the same split has left, so that all rungs together train
no more iterations than the last one. What comes out equals one fit at that amount; what cannot be
continued exactly is fitted anew (``_continuation_rules`` says which).

The data that the last step is given are compared too (by a digest): steps before it that draw
random numbers may give it others, and then it is fitted anew.
"""

import pickle
from dataclasses import dataclass
from typing import Any

import joblib

from skhpo._sklearn import cloudpickle
from skhpo.evaluation._continuation_rules import Rule, rule_of
from skhpo.evaluation._last_step import name_in_last_step, plain_fit
from skhpo.evaluation._resource import Resource

_UNPICKLABLE = (pickle.PicklingError, TypeError, AttributeError, ValueError)
_UNREADABLE = (pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError)


@dataclass(frozen=True)
class _State:
    """What a fit continues from."""

    amount: int
    digest: str | None
    fitted: Any
    extra: Any


class Continuation:
    """Fits the last step of an estimator, going on from a state, and leaves one.

    Parameters
    ----------
    estimator : estimator
        The whole of it, which is about to be fitted.
    resource : Resource
        Of which the task has an amount.
    amount : int
        That amount.
    state : bytes or None, default=None
        Of an earlier task.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.ensemble import RandomForestRegressor
    >>> from skhpo.evaluation import Resource
    >>> X, y = np.arange(20.0).reshape(10, 2), np.arange(10.0)
    >>> resource, state = Resource("n_estimators", maximum=9), None
    >>> for amount in (1, 3, 9):
    ...     forest = RandomForestRegressor(amount, random_state=0)
    ...     continuation = Continuation(forest, resource, amount, state)
    ...     forest = continuation.fit(forest, X, y, {})
    ...     state = continuation.state()
    ...     print(len(forest.estimators_), continuation.n_before, state is None)
    1 0 False
    3 1 False
    9 3 True
    """

    def __init__(
        self, estimator: Any, resource: Resource, amount: int, state: bytes | None = None
    ) -> None:
        self._whole = estimator
        self._resource = resource
        self._amount = amount
        self._given = state
        self._digest: str | None = None
        self._left: tuple[Any, Any] | None = None
        self.n_before = 0  # the amount that the fit has gone on from

    def fit(self, last: Any, X: Any, y: Any, params: dict[str, Any]) -> Any:
        """Fit the last step.

        Parameters
        ----------
        last : estimator
            The last step, unfitted, with all its parameters.
        X, y : array-like
            The data as they come to it.
        params : dict
            Further arguments of ``fit``; with any, it is fitted anew.

        Returns
        -------
        estimator
            The same object.
        """
        rule = None if params else self._rule(last)
        self._digest = None if rule is None else _digest_of(X, y)
        if rule is None or self._digest is None:
            return plain_fit(last, X, y, params)
        before = self._before(last)
        if before is None:
            extra = rule.start(last, X, y)
        else:
            extra = rule.go_on(last, before.fitted, before.extra, X, y)
            self.n_before = before.amount
        self._left = last, extra
        return last

    def state(self) -> bytes | None:
        """Return what a larger amount continues from.

        Returns
        -------
        bytes or None
            None at the maximum, and of a fit that cannot be continued.
        """
        if self._left is None or self._amount >= self._resource.maximum:
            return None
        fitted, extra = self._left
        state = _State(self._amount, self._digest, fitted, extra)
        try:
            return bytes(cloudpickle.dumps(state, protocol=5))
        except _UNPICKLABLE:
            return None  # a user's parameter, such as a lambda with a lock

    def _rule(self, last: Any) -> Rule | None:
        needs = self._amount < self._resource.maximum or self._given is not None
        name = name_in_last_step(self._whole, self._resource.name)
        if not needs or name is None:
            return None
        return rule_of(last, name)

    def _before(self, last: Any) -> _State | None:
        if self._given is None:
            return None
        try:
            before = cloudpickle.loads(self._given)
        except _UNREADABLE:  # another version in a worker elsewhere, or cut off
            return None
        fits = (
            isinstance(before, _State)
            and before.digest == self._digest
            and type(before.fitted) is type(last)
            and before.amount < self._amount
        )
        return before if fits else None


def _digest_of(X: Any, y: Any) -> str | None:
    try:
        digest: str = joblib.hash((X, y))
    except _UNPICKLABLE:
        return None
    return digest
