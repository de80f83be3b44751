"""One task at one amount of the resource: what that changes before, during and after the fit."""

import threading
import time
import warnings
from collections.abc import Hashable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import get_tags

from skhpo._sklearn import check_fit_params, take_rows
from skhpo.evaluation._continuation import Continuation
from skhpo.evaluation._curve import curve_levels, curve_of
from skhpo.evaluation._eval_set import held_out
from skhpo.evaluation._job import Job
from skhpo.evaluation._last_step import last_step_fitted_by, plain_fit

_SEED = 0  # of eval sets: the same rows for all candidates of a split


class Rung:
    """The part of a task that has to do with the resource, and with eval sets.

    Parameters
    ----------
    job : Job
        What the tasks share.
    estimator : estimator
        The task's own, whose parameters may still be set.
    amount : int or None
        How much of the job's resource the task has; None for no limit.
    state : bytes or None
        What it continues from.
    is_observed : bool
        Whether callbacks observe the fit: then it is a whole one.

    Raises
    ------
    ValueError
        If there is an amount and the job has no resource.
    """

    def __init__(
        self,
        job: Job,
        estimator: Any,
        amount: int | None,
        state: bytes | None,
        *,
        is_observed: bool = False,
    ) -> None:
        if amount is not None and job.resource is None:
            raise ValueError(f"resource={amount!r}, but the job has no resource")
        self._job = job
        self._estimator = estimator
        self._amount = amount
        self._resource = None if amount is None else job.resource
        self._continuation: Continuation | None = None
        may_continue = job.continues and not is_observed
        if self._resource is not None and amount is not None and may_continue:
            self._continuation = Continuation(estimator, self._resource, amount, state)

    def rows(self, split: int, train: Any) -> tuple[Any, Hashable]:
        """Return the training rows, and a name for them.

        Parameters
        ----------
        split : int
            Number of the split.
        train : ndarray of int
            All its training rows.

        Returns
        -------
        tuple
            Equal names mean equal rows.
        """
        if self._resource is None or self._amount is None:
            return train, split
        rows = self._resource.rows(split, train, self._amount)
        is_part = self._resource.name == "n_samples"
        return rows, (split, self._amount) if is_part else split

    def params(self) -> Mapping[str, Any]:
        """Return the parameters that the amount stands for."""
        if self._resource is None or self._amount is None:
            return {}
        return self._resource.params(self._amount)

    @contextmanager
    def fitting(self) -> Iterator[None]:
        """Let the estimator continue, and stop early, when it is fitted."""
        with ExitStack() as stack:
            if self._is_cut_short() and threading.current_thread() is threading.main_thread():
                # it was not to converge; filters belong to all threads
                stack.enter_context(warnings.catch_warnings())
                warnings.simplefilter("ignore", ConvergenceWarning)
            if self._continuation is not None or self._job.eval_fraction is not None:
                stack.enter_context(last_step_fitted_by(self._estimator, self._fit))
            yield

    def _is_cut_short(self) -> bool:
        """Whether the estimator has fewer iterations than others will have."""
        if self._resource is None or self._amount is None or not self._resource.is_parameter:
            return False
        return self._amount < self._resource.maximum

    def finish(self, record: Mapping[str, Any], test: Any) -> dict[str, Any]:
        """Return what the fitted estimator yields besides its scores.

        Parameters
        ----------
        record : dict
            What ``fit_and_score`` has returned.
        test : ndarray of int
            Test rows.

        Returns
        -------
        dict
            ``score_time``, ``curve`` and ``state``.
        """
        began = time.perf_counter()
        curve = self._curve(test)
        seconds = record["score_time"] + time.perf_counter() - began
        state = None if self._continuation is None else self._continuation.state()
        return {"score_time": seconds, "curve": curve, "state": state}

    def _fit(self, last: Any, X: Any, y: Any, params: dict[str, Any]) -> Any:
        X, y, params = held_out(last, X, y, params, self._job.eval_fraction, _SEED)
        if self._continuation is None:
            return plain_fit(last, X, y, params)
        return self._continuation.fit(last, X, y, params)

    def _curve(self, test: Any) -> Any:
        job, resource, amount = self._job, self._resource, self._amount
        if resource is None or amount is None or job.y is None:
            return None
        before = 0 if self._continuation is None else self._continuation.n_before
        levels = curve_levels(self._estimator, resource, amount, before)
        if not levels or get_tags(self._estimator).input_tags.pairwise:
            return None
        X, y = take_rows(job.X, test), take_rows(job.y, test)
        params = check_fit_params(job.X, params=job.score_params, indices=test)
        try:
            return curve_of(self._estimator, levels, job.scorer, X, y, params)
        except (AttributeError, TypeError, ValueError, NotImplementedError):
            return None  # the scorer wants more than predictions
