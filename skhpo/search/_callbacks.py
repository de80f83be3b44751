"""Who is told of a search while it runs: ``callbacks``.

What a user's callback may raise is unknown, and none of it may end a search: that is why there is
a broad ``except`` here.
"""

import logging
import math
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from skhpo.engine import Engine
from skhpo.results._table import mean_score
from skhpo.results.candidate_record import CandidateRecord
from skhpo.search._tabulating import params_of
from skhpo.trial import Trial

EVENTS = ("on_search_begin", "on_candidate_end", "on_search_end")

logger = logging.getLogger("skhpo")


def as_callbacks(given: Any) -> list["_Guarded"]:
    """Return what a user gives as ``callbacks``, checked.

    Parameters
    ----------
    given : callable, object, list of these or None
        An object has at least one of the methods ``on_search_begin``, ``on_candidate_end`` and
        ``on_search_end``; a plain callable is the second of these.

    Returns
    -------
    list
        An entry each.

    Raises
    ------
    ValueError
        If one is neither.

    Examples
    --------
    >>> as_callbacks(None)
    []
    >>> as_callbacks(3)
    Traceback (most recent call last):
    ...
    ValueError: callbacks should be callables, or objects with any of the methods on_search_begin,
    on_candidate_end, on_search_end; got 3.
    """
    if given is None:
        return []
    each = given if isinstance(given, list | tuple) else [given]
    for callback in each:
        _check(callback)
    return [_Guarded(callback) for callback in each]


def _check(callback: Any) -> None:
    is_known = callable(callback) or any(hasattr(callback, event) for event in EVENTS)
    if is_known and not isinstance(callback, type):
        return
    hint = ""
    if isinstance(callback, type):
        hint = " That is a class: give an object of it."
    elif hasattr(callback, "on_fit_task_end"):
        hint = " That is a callback of scikit-learn: it goes to set_callbacks."
    raise ValueError(
        "callbacks should be callables, or objects with any of the methods "
        f"{', '.join(EVENTS)}; got {callback!r}.{hint}"
    )


class _Guarded:
    """A callback whose errors are not those of the search."""

    def __init__(self, callback: Any) -> None:
        self._callback = callback
        self._is_off = False
        self._has_warned = False

    def begin(self, search: Any) -> None:
        """Let it begin; where a package is missing that it needs, say so now."""
        self._call("on_search_begin", search)

    def tell(self, search: Any, record: CandidateRecord) -> None:
        self._call("on_candidate_end", search, record)

    def end(self, search: Any, error: BaseException | None) -> None:
        self._call("on_search_end", search, error)

    def _call(self, event: str, *args: Any) -> None:
        function = self._function(event)
        if function is None or self._is_off:
            return
        try:
            function(*args)
        except Exception as error:
            if event == "on_search_begin":
                self._is_off = True  # it is in no state to go on
                if isinstance(error, ImportError):
                    raise
            self._warn(event, error)

    def _function(self, event: str) -> Callable[..., Any] | None:
        if any(hasattr(self._callback, name) for name in EVENTS):
            return getattr(self._callback, event, None)
        return self._callback if event == "on_candidate_end" else None

    def _warn(self, event: str, error: Exception) -> None:
        name = getattr(self._callback, "__qualname__", None) or repr(self._callback)
        logger.debug("callback %s: %s failed", name, event, exc_info=error)
        if self._has_warned:
            return
        self._has_warned = True
        later = "it is not called again" if self._is_off else "later errors of it are not shown"
        warnings.warn(
            f"the callback {name} raised {type(error).__name__} in {event}: {error}. "
            f"The search goes on; {later}.",
            UserWarning,
            stacklevel=2,
        )


def in_turn(*watchers: Callable[[Engine], None]) -> Callable[[Engine], None]:
    """Return a watcher of the loop that calls several.

    Parameters
    ----------
    *watchers : callable
        Each takes the engine.

    Returns
    -------
    callable
        It takes the engine.
    """

    def watch(engine: Engine) -> None:
        for watcher in watchers:
            watcher(engine)

    return watch


class Reporter:
    """Tells the callbacks of a search what comes of it.

    Entered, it tells that the search begins; left, that it has ended, however that was. Between,
    it is called after each event of the loop, in the process of the search.

    Parameters
    ----------
    search : search estimator
        Whose ``callbacks`` are told.
    run : _Run
        What it works on.

    Raises
    ------
    ValueError
        If one of the callbacks cannot be called.
    ImportError
        When it is entered, if a callback lacks a package.
    """

    def __init__(self, search: Any, run: Any) -> None:
        self._search = search
        self._callbacks = as_callbacks(search.callbacks)
        self._metric: str | None = run.metric
        self._resource = run.resource
        self._n_read = 0
        self._dropped: list[Trial] = []
        self._is_begun = False
        self._best: tuple[float, float, int] | None = None  # resource, score, minus number

    def __enter__(self) -> Self:
        begun: list[_Guarded] = []
        try:
            for callback in self._callbacks:
                callback.begin(self._search)
                begun.append(callback)
        except BaseException as error:  # a missing package, Ctrl-C, a warning that is an error
            self._end(begun, error)
            raise
        return self

    def __exit__(
        self, kind: Any, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end(self._callbacks, error)

    def _end(self, callbacks: list[_Guarded], error: BaseException | None) -> None:
        """Tell each that the search has ended, also when Ctrl-C ends one of them."""
        with ExitStack() as stack:
            for callback in reversed(callbacks):
                stack.callback(callback.end, self._search, error)

    def __call__(self, engine: Engine) -> None:
        """Report what is new.

        Parameters
        ----------
        engine : Engine
            The loop, after an event.
        """
        if not self._callbacks:
            return
        if not self._is_begun:  # nothing is evaluated yet
            self._is_begun = True
            self._read(engine, is_replayed=True)
        self._read(engine)
        if engine.ended and self._dropped:
            self._report_completed()

    def finish(self, engine: Engine) -> None:
        """Report what the end of the search cut off.

        Parameters
        ----------
        engine : Engine
            The loop, after its end.
        """
        self(engine)
        for trial in engine.trials if self._callbacks else []:
            if trial.outcomes and not trial.is_finished:
                self._report(trial)

    def _read(self, engine: Engine, *, is_replayed: bool = False) -> None:
        while self._n_read < len(engine.finished):
            trial = engine.finished[self._n_read]
            self._n_read += 1
            if trial.is_dropped:
                self._dropped.append(trial)
            self._report(trial, is_replayed=is_replayed)

    def _report_completed(self) -> None:
        """Report those once more that had lost and were completed in the end."""
        complete = [trial for trial in self._dropped if not trial.is_dropped]
        self._dropped = [trial for trial in self._dropped if trial.is_dropped]
        for trial in complete:
            self._report(trial)

    def _report(self, trial: Trial, *, is_replayed: bool = False) -> None:
        is_best = self._leads(trial)
        _, best_score, place = self._best or (0.0, math.nan, None)
        record = CandidateRecord._of(
            trial,
            params_of(trial, self._resource),
            self._search.n_splits_,
            is_replayed=is_replayed,
            is_best=is_best,
            best_number=None if place is None else -place,
            best_score=best_score,
        )
        for callback in self._callbacks:
            callback.tell(self._search, record)

    def _leads(self, trial: Trial) -> bool:
        """Whether it is the best so far; of equals it is the first, as in ``cv_results_``."""
        score, _ = mean_score(trial, self._metric)
        if not trial.is_finished or not math.isfinite(score):
            return False
        place = (float(trial.resource or 0), score, -trial.candidate.number)
        if self._best is not None and place <= self._best:
            return False
        self._best = place
        return True
