"""The only module that touches private names of scikit-learn and joblib.

Everything here is re-tested against each supported version of both. A name that has appeared or
gone between versions is looked up, never assumed; the rest of the package sees only what stands
here.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self

from joblib import Parallel
from joblib.parallel import BatchedCalls
from sklearn.base import _fit_context
from sklearn.model_selection._search import BaseSearchCV
from sklearn.model_selection._validation import (
    _fit_and_score,
    _insert_error_scores,
    _warn_or_raise_about_fit_failures,
)
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import _check_method_params

try:
    import cloudpickle
except ImportError:  # joblib < 1.6 brings its own copy
    from joblib.externals import cloudpickle

__all__ = [
    "BaseSearchCV",
    "CallbackTree",
    "Interval",
    "StrOptions",
    "WorkerPool",
    "check_fit_params",
    "cloudpickle",
    "fit_and_score",
    "fit_context",
    "format_results",
    "insert_error_scores",
    "report_failures",
]

fit_context = _fit_context
check_fit_params = _check_method_params
insert_error_scores = _insert_error_scores
report_failures = _warn_or_raise_about_fit_failures

_FIT_AND_SCORE_NAMES = frozenset(inspect.signature(_fit_and_score).parameters)


def fit_and_score(estimator: Any, X: Any, y: Any, **options: Any) -> dict[str, Any]:
    """Fit and score one split as ``GridSearchCV`` does, leaving out what this version lacks."""
    known = {name: value for name, value in options.items() if name in _FIT_AND_SCORE_NAMES}
    record: dict[str, Any] = _fit_and_score(estimator, X, y, **known)
    return record


def format_results(
    search: BaseSearchCV,
    params: list[dict[str, Any]],
    n_splits: int,
    records: list[dict[str, Any]],
    more: Mapping[str, Any],
) -> dict[str, Any]:
    """Return ``cv_results_`` with the keys and dtypes of the installed scikit-learn."""
    results: dict[str, Any] = search._format_results(params, n_splits, records)
    return {**results, **more}


class CallbackTree:
    """The contexts that scikit-learn's callbacks see; does nothing where there are none.

    scikit-learn 1.9 expects ``fit`` > ``search`` > ``candidate-split-evaluation``, then
    ``refit-with-best-params``; the estimator is the search itself.

    Parameters
    ----------
    search : BaseSearchCV
        The search that is being fitted.
    data : dict
        ``X``, ``y`` and ``metadata`` of the fit.
    """

    def __init__(self, search: BaseSearchCV, data: Mapping[str, Any]) -> None:
        self._search = search
        self._data = data
        self._root: Any = None
        self._middle: Any = None
        if hasattr(search, "_init_callback_context"):
            self._root = search._init_callback_context(
                max_subtasks=1 + (search.refit is not False)
            ).call_on_fit_task_begin(estimator=search, **data)

    @property
    def is_listening(self) -> bool:
        """Whether any callback is set."""
        return bool(getattr(self._search, "_skl_callbacks", None))

    def begin_search(self, n_tasks: int) -> list[Any]:
        """Open the search and return a context for each task (all None without callbacks)."""
        if self._root is None:
            return []
        self._middle = self._root.subcontext(
            task_name="search", max_subtasks=n_tasks, sequential_subtasks=False
        ).call_on_fit_task_begin(estimator=self._search)
        if not self.is_listening:
            return []
        return [
            self._middle.subcontext(task_name="candidate-split-evaluation", task_id=i)
            for i in range(n_tasks)
        ]

    def end_search(self) -> None:
        """Close the search."""
        if self._middle is not None:
            self._middle.call_on_fit_task_end(estimator=self._search)

    def refit(self, estimator: Any, fit: Callable[[], Any]) -> None:
        """Call ``fit`` as the refitting task."""
        if self._root is None:
            fit()
            return
        context = self._root.subcontext(task_name="refit-with-best-params")
        with context.propagate_callback_context(estimator):
            context.call_on_fit_task_begin(estimator=self._search, **self._data)
            fit()
        context.call_on_fit_task_end(estimator=self._search, **self._data)

    def end(self) -> None:
        """Close the fit."""
        if self._root is not None:
            self._root.call_on_fit_task_end(estimator=self._search, **self._data)


class WorkerPool:
    """Asynchronous calls on whatever backend ``joblib.parallel_config`` names.

    ``joblib.Parallel`` itself dispatches from callback threads and in batches, which makes a
    sequential search wait or propose from stale results. The backend underneath can be fed one
    call at a time.

    Parameters
    ----------
    n_jobs : int or None
        As in ``joblib.Parallel``.

    Attributes
    ----------
    size : int
        Number of workers; 1 means that nothing can be submitted: run inline.
    shares_memory : bool
        Whether workers see the driver's objects (threads).
    """

    def __init__(self, n_jobs: int | None) -> None:
        self._parallel = Parallel(n_jobs=n_jobs, batch_size=1)
        self.size = 1
        self.shares_memory = True

    def __enter__(self) -> Self:
        self._parallel.__enter__()
        self._backend = self._parallel._backend
        self.size = int(self._parallel._effective_n_jobs())
        self.shares_memory = bool(getattr(self._backend, "supports_sharedmem", False))
        if self.size > 1:
            self._backend.start_call()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.size > 1:
            if value is not None:
                self._backend.abort_everything(ensure_ready=False)
            self._backend.stop_call()
        self._parallel.__exit__(kind, value, trace)

    def submit(
        self, function: Callable[..., Any], args: Iterable[Any], done: Callable[[Any], None]
    ) -> None:
        """Run ``function(*args)`` on a worker and hand its result, or the error, to ``done``."""

        def collect(out: Any) -> None:
            try:
                [result] = self._backend.retrieve_result_callback(out)
            except BaseException as error:  # noqa: BLE001 (whatever a worker died of)
                result = error
            done(result)

        call = BatchedCalls([(function, tuple(args), {})], self._backend.get_nested_backend())
        submit = getattr(self._backend, "submit", None)  # joblib < 1.5 calls it apply_async
        (submit or self._backend.apply_async)(call, callback=collect)
