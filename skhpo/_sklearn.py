"""The only module that touches private names of scikit-learn and joblib.

Everything here is re-tested against each supported version of both. A name that has appeared or
gone between versions is looked up, never assumed; the rest of the package sees only what stands
here.
"""

import importlib
import inspect
import itertools
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError
from functools import partial
from types import TracebackType
from typing import Any, Self

import numpy as np
from joblib import Parallel, register_parallel_backend
from joblib.parallel import BACKENDS, BatchedCalls
from sklearn.base import _fit_context
from sklearn.model_selection._search import BaseSearchCV
from sklearn.model_selection._validation import (
    _fit_and_score,
    _insert_error_scores,
    _score,
    _warn_or_raise_about_fit_failures,
)
from sklearn.utils import _safe_indexing
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.metaestimators import _safe_split
from sklearn.utils.validation import _check_method_params, _num_samples

try:
    import cloudpickle
except ImportError:  # joblib < 1.6 brings its own copy
    from joblib.externals import cloudpickle

__all__ = [
    "BaseSearchCV",
    "CallbackTree",
    "HasMethods",
    "HtmlWithSummary",
    "Interval",
    "StrOptions",
    "WorkerPool",
    "check_fit_params",
    "cloudpickle",
    "fit_and_score",
    "fit_context",
    "format_results",
    "has_stopped",
    "insert_error_scores",
    "num_samples",
    "optimizer_of",
    "report_failures",
    "response_method_of",
    "rows_for_predicting",
    "score_function_of",
    "score_rows",
    "set_optimizer",
    "take_rows",
]

fit_context = _fit_context
check_fit_params = _check_method_params
insert_error_scores = _insert_error_scores
num_samples = _num_samples
score_rows = _score
report_failures = _warn_or_raise_about_fit_failures

_LOOK = 1.0  # seconds between two looks at a cluster
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


class HtmlWithSummary:
    """scikit-learn's view of an estimator in a notebook, with a summary of its own below.

    To stand before ``BaseEstimator`` among the bases of a class that writes ``_html_summary``.
    What ``sklearn.set_config(display="text")`` says holds as ever.
    """

    def _html_summary(self) -> str:
        """Return what is to stand below the diagram; nothing by default."""
        return ""

    def _html_or_nothing(self) -> str:
        try:
            return self._html_summary()
        except Exception:  # noqa: BLE001 (a cell of a notebook has to show something)
            return ""

    def _repr_html_inner(self) -> str:
        view: str = super()._repr_html_inner()  # type: ignore[misc]
        return view + self._html_or_nothing()

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]
        if "text/html" in bundle:
            bundle["text/html"] += self._html_or_nothing()
        return bundle


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
        """Whether any callback is set: on the search, its estimator, or a part of that."""
        parts = self._search.get_params().values()
        return any(getattr(part, "_skl_callbacks", None) for part in (self._search, *parts))

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


class _DaskCluster:
    """What joblib's Dask backend leaves unsaid about the cluster behind it."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def n_workers(self) -> int:
        return sum(self._backend.client.ncores().values())

    def is_lost(self) -> bool:
        return self._backend.client.status in ("closing", "closed")

    def cancel(self) -> None:
        """Take back what waits in the cluster: joblib only forgets it."""
        if not self.is_lost():
            self._backend.client.cancel([*self._backend._callbacks])

    def call_everywhere(self, function: Callable[..., Any], *args: Any) -> None:
        if not self.is_lost():  # nobody waits for a worker that does not answer
            client = self._backend.client
            options = {"asynchronous": True, "on_error": "ignore"}
            client.loop.add_callback(partial(client.run, function, *args, **options))


class _RayCluster:
    """Ray's tasks behind the interface of a joblib backend.

    Ray's own backend for joblib deals calls out to actors in turn, busy or not, goes on sending
    to an actor that died, and pickles arguments with each call.
    """

    def __init__(self, backend: Any) -> None:
        self._options = {"max_retries": 0, **(getattr(backend, "ray_remote_args", None) or {})}
        self._nested = backend.get_nested_backend()
        self._shipped: tuple[Any, Any] = (None, None)
        self._refs: set[Any] = set()

    def configure(self, n_jobs: int) -> None:
        self._ray = importlib.import_module("ray")
        if not self._ray.is_initialized():
            self._ray.init()
        self._n_jobs = n_jobs
        self._remote = self._ray.remote(_call_nested).options(**self._options)

    def n_workers(self) -> int:
        n_cores = int(self._ray.cluster_resources().get("CPU", 1))
        return self._n_jobs if self._n_jobs > 0 else n_cores + 1 + self._n_jobs

    def is_lost(self) -> bool:
        return not self._ray.is_initialized()

    def get_nested_backend(self) -> Any:
        return self._nested

    def submit(self, call: BatchedCalls, callback: Callable[[Any], None]) -> None:
        [(function, args, _)] = call.items
        ref = self._remote.remote(self._nested, function, *map(self._put, args))
        self._refs.add(ref)

        def done(future: Any) -> None:
            self._refs.discard(ref)
            callback(future)

        ref.future().add_done_callback(done)

    def retrieve_result_callback(self, future: Any) -> list[Any]:
        results: list[Any] = future.result()
        return results

    def cancel(self) -> None:
        for ref in [*self._refs]:
            self._ray.cancel(ref, force=True)

    def call_everywhere(self, function: Callable[..., Any], *args: Any) -> None:
        """Do nothing: Ray does not say which processes there are."""

    def _put(self, value: Any) -> Any:
        """Put an array into Ray's store, once for all calls."""
        if not isinstance(value, np.ndarray):
            return value
        if self._shipped[0] is not value:
            self._shipped = (value, self._ray.put(value))
        return self._shipped[1]


def _call_nested(nested: Any, function: Callable[..., Any], *args: Any) -> list[Any]:
    results: list[Any] = BatchedCalls([(function, args, {})], nested)()
    return results


def _ray_backend(**params: Any) -> Any:
    """Return Ray's backend for joblib; as with Dask, all of the cluster is used by default."""
    module = importlib.import_module("ray.util.joblib.ray_backend")
    backend = module.RayBackend(**params)
    backend.default_n_jobs = -1
    return backend


if "ray" not in BACKENDS:
    register_parallel_backend("ray", _ray_backend)


def _cluster_of(backend: Any, n_jobs: int) -> _DaskCluster | _RayCluster | None:
    modules = {kind.__module__ for kind in type(backend).__mro__}
    if "ray.util.joblib.ray_backend" in modules:
        return None if n_jobs == 1 else _RayCluster(backend)
    return _DaskCluster(backend) if "joblib._dask" in modules else None


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
        Number of workers; it follows a cluster that grows or shrinks.
    runs_inline : bool
        Whether there are no workers, so that nothing can be submitted.
    shares_memory : bool
        Whether workers see the driver's objects (threads).
    """

    def __init__(self, n_jobs: int | None) -> None:
        self._parallel = Parallel(n_jobs=n_jobs, batch_size=1)
        self._backend = self._parallel._backend
        self._cluster = _cluster_of(self._backend, self._parallel.n_jobs)
        self._keys = itertools.count()
        self._waiting: dict[int, Callable[[Any], None]] = {}
        self._futures: dict[int, Any] = {}
        self._looked = 0.0
        self._aborted = False
        self.size = 1
        self.runs_inline = True
        self.shares_memory = True

    def __enter__(self) -> Self:
        if isinstance(self._cluster, _RayCluster):
            self._cluster.configure(self._parallel.n_jobs)
            self._backend = self._cluster
            self.size = max(1, self._cluster.n_workers())
        else:
            self._parallel.__enter__()
            self._backend = self._parallel._backend
            self.size = int(self._parallel._effective_n_jobs())
        # The only worker of a cluster is still not this process.
        self.runs_inline = self.size == 1 and self._cluster is None
        self.shares_memory = bool(getattr(self._backend, "supports_sharedmem", False))
        if not self.runs_inline and hasattr(self._backend, "start_call"):
            self._backend.start_call()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self.runs_inline and value is not None and not self._aborted:
            self.abort()
        if self._backend is self._cluster:
            return
        if not self.runs_inline:
            self._backend.stop_call()
        self._parallel.__exit__(kind, value, trace)

    def submit(
        self, function: Callable[..., Any], args: Iterable[Any], done: Callable[[Any], None]
    ) -> None:
        """Run ``function(*args)`` on a worker and hand its result, or the error, to ``done``."""
        key = next(self._keys)
        self._waiting[key] = done

        def collect(out: Any) -> None:
            try:
                [result] = self._backend.retrieve_result_callback(out)
            except BaseException as error:  # noqa: BLE001 (whatever a worker died of)
                result = error
            self._finish(key, result)

        call = BatchedCalls([(function, tuple(args), {})], self._backend.get_nested_backend())
        send = getattr(self._backend, "submit", None)  # joblib < 1.5 calls it apply_async
        try:
            future = (send or self._backend.apply_async)(call, callback=collect)
        except Exception as error:  # noqa: BLE001 (a broken pool says so in its own ways)
            self._finish(key, error)
            return
        if hasattr(future, "done"):
            self._futures[key] = future

    def poll(self) -> None:
        """Look for what a backend never announces.

        Raises
        ------
        ConnectionError
            If the cluster is gone, and with it every task.
        """
        for key, future in [*self._futures.items()]:
            if future.done():
                del self._futures[key]
                # Dask's, of a lost worker
                error = CancelledError() if future.cancelled() else future.exception()
                if error is not None:
                    self._finish(key, error)
        if self._cluster is not None and time.monotonic() - self._looked > _LOOK:
            self._look_at(self._cluster)
            self._looked = time.monotonic()

    def is_broken(self) -> bool:
        """Whether a worker process died and took the pool with it."""
        workers = getattr(self._backend, "_workers", None)
        flags = getattr(workers, "_flags", None)
        return bool(getattr(flags, "broken", None))

    def rebuild(self) -> None:
        """Start a new pool in the place of a broken one."""
        self._backend.terminate()
        self._backend.configure(n_jobs=self._parallel.n_jobs, parallel=self._parallel)

    def abort(self) -> None:
        """End all calls under way, with their processes where the backend has them."""
        if self.runs_inline:
            return
        self._aborted = True
        self._waiting.clear()
        if self._cluster is not None and not self._cluster.is_lost():
            self._cluster.cancel()
        if self._backend is not self._cluster:
            self._backend.abort_everything(ensure_ready=False)

    def call_everywhere(self, function: Callable[..., Any], *args: Any) -> None:
        """Call a function in each worker process, where the backend knows them (Dask)."""
        if self._cluster is not None:
            self._cluster.call_everywhere(function, *args)

    def _finish(self, key: int, result: Any) -> None:
        """Hand a result over, once: a failure may be both announced and found by polling."""
        done = self._waiting.pop(key, None)
        if done is not None:
            done(result)

    def _look_at(self, cluster: _DaskCluster | _RayCluster) -> None:
        if cluster.is_lost():
            raise ConnectionError(
                "the connection to the cluster is lost and no task can be run. "
                "A search with a journal continues from there when it is fitted again."
            )
        self.size = max(1, cluster.n_workers())


def optimizer_of(perceptron: Any) -> Any:
    """Return the optimiser of a fitted multi-layer perceptron, moments and all."""
    return perceptron._optimizer


def set_optimizer(perceptron: Any, optimizer: Any) -> None:
    """Let a perceptron that is being fitted go on with another one's optimiser."""
    perceptron._optimizer = optimizer


def has_stopped(perceptron: Any) -> bool:
    """Whether the training of a perceptron ended before its last epoch.

    The count by which ``fit`` decides remains above its bound only then.
    """
    return bool(perceptron._no_improvement_count > perceptron.n_iter_no_change)


def take_rows(X: Any, rows: Any) -> Any:
    """Return rows of X, of whatever type, as ``fit_and_score`` does for an estimator."""
    return _safe_indexing(X, rows)


def rows_for_predicting(estimator: Any, X: Any, y: Any, train: Any, test: Any) -> Any:
    """Return the test rows in the form in which the fitted estimator predicts them."""
    rows, _ = _safe_split(estimator, X, y, test, train)
    return rows


def response_method_of(scorer: Any) -> str | None:
    """Return the one method whose values a scorer needs; None if it is not a single one."""
    wanted = getattr(scorer, "_response_method", None)
    if isinstance(wanted, tuple) and len(wanted) == 1:
        [wanted] = wanted
    return wanted if isinstance(wanted, str) else None


def score_function_of(scorer: Any) -> tuple[Callable[..., float], dict[str, Any], int] | None:
    """Return the function of a scorer, its arguments, and 1 or -1 for losses; None if unknown."""
    function = getattr(scorer, "_score_func", None)
    if function is None:
        return None
    return function, dict(getattr(scorer, "_kwargs", {})), int(getattr(scorer, "_sign", 1))
