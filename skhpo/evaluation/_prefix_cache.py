"""Reusing the fitted leading steps of a pipeline across candidates.

Candidates of a search over a pipeline often differ in the last step only: then the steps before
it are fitted again and again to the same training part. A worker keeps what such a run of steps
has given (the fitted transformers, the transformed training part and, once it turns out to be
needed again, the transformed test part), and the next candidate with the same run on the same
split is handed copies.

A pipeline takes any object with a method ``cache`` as its ``memory``; that is the way in. Unlike
``joblib.Memory`` this one never hashes the data: those of a split are known, and so is all that
follows from them and the steps. No score changes in a bit. What cannot be shared is computed.
"""

import threading
import weakref
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from sklearn import get_config
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags

from skhpo.evaluation._job import Job
from skhpo.evaluation._prefix_data import copied, same_content
from skhpo.evaluation._prefix_key import UnknownContentError, key_of
from skhpo.evaluation._prefix_store import Part, Store

ENABLED = True  # for measuring: what is gained shows beside what it costs without
DEFAULT_BYTES = 2**28

_HOPE = 8  # candidates without one hit, after which only what is seen again is kept
_own = threading.local()  # transformers may not be safe to share between threads


def share_prefix(
    estimator: Any, job: Job, split: Hashable, train: Any, test: Any, limit: int = DEFAULT_BYTES
) -> Any:
    """Let a pipeline take its leading fitted steps from earlier tasks of this worker.

    Parameters
    ----------
    estimator : estimator
        Unfitted and the caller's own, which is about to be fitted to rows ``train`` of the job's
        data, once, and scored; its parameters may still be set. Anything but a ``Pipeline``
        without ``memory`` stays as it is.
    job : Job
        What the tasks share. All that is kept for it goes when it goes.
    split : hashable
        Names ``train`` and ``test``: the same name, the same rows.
    train, test : array of int
        Rows of the job's data.
    limit : int, default=DEFAULT_BYTES
        Bytes to keep at most, estimated, in each worker; 0 for none.

    Returns
    -------
    estimator
        The same object.

    Notes
    -----
    A transformer that draws random numbers in spite of having no ``random_state``, or whose
    ``transform`` has side effects, must not be in a search that shares.
    """
    if not (ENABLED and limit > 0 and _is_shareable(estimator, job)):
        return estimator
    stores = _own.__dict__.setdefault("stores", weakref.WeakKeyDictionary())
    store = stores.setdefault(job, Store(limit, hope=_HOPE * len(job.splits)))
    store.clock += 1
    estimator.memory = _Memory(estimator, Part(store, job.X, split, train, test))
    return estimator


def _is_shareable(estimator: Any, job: Job) -> bool:
    return (
        type(estimator) is Pipeline
        and estimator.memory is None
        and not estimator.verbose  # each fit is announced
        and not job.fit_params
        and not job.score_params
        and not getattr(estimator, "_skl_callbacks", None)
    )


# -- the way into a pipeline ---------------------------------------------------------------------


class _Memory:
    """The ``memory`` of one pipeline for one fit; leaves as soon as the fit has asked for it."""

    location = None  # then a pipeline fits its steps, not clones of them, as without any memory

    def __init__(self, pipeline: Pipeline, part: Part) -> None:
        self._pipeline = pipeline
        self._part = part

    def cache(self, fit_transform: Callable[..., Any], **_: Any) -> Callable[..., Any]:
        """Return what to call instead of ``fit_transform``, step by step."""
        self._pipeline.memory = None  # what is scored is the user's pipeline
        steps = [
            step
            for _, step in self._pipeline.steps[:-1]
            if step is not None and not isinstance(step, str)  # "passthrough"
        ]
        return _Run(fit_transform, steps, self._part)


class _Run:
    """Called for each step before the last: fits it, or finds it."""

    def __init__(
        self, fit_transform: Callable[..., Any], steps: Sequence[Any], part: Part
    ) -> None:
        self._fit_transform = fit_transform
        self._part = part
        self._keys = _keys_of_runs(steps, part.split)
        self._position = 0
        self._fitted: list[Any] = []
        known = [i for i, key in enumerate(self._keys) if key in part.store]
        self._end = known[-1] if known else -1
        self._found = part.store.get(self._keys[self._end]) if known else None
        part.store.hits += bool(known)
        part.store.misses += bool(self._keys) and not known

    def __call__(self, step: Any, X: Any, y: Any, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
        """Return the transformed training part and the fitted step."""
        position = self._position
        self._position += 1
        if self._found is None or position > self._end:
            return self._fit(position, step, X, y, *args, **kwargs)
        prototype = self._found.fitted[position]
        self._fitted.append(prototype)
        # nobody but the next call, which does not look at it, sees what is between
        Xt = copied(self._found.data) if position == self._end else None
        return Xt, _remembering(prototype, self._part, self._keys[: position + 1])

    def _fit(
        self, position: int, step: Any, X: Any, y: Any, *args: Any, **kwargs: Any
    ) -> tuple[Any, Any]:
        Xt, step = self._fit_transform(step, X, y, *args, **kwargs)
        if position < len(self._keys):
            key, is_last = self._keys[position], position == len(self._keys) - 1
            self._fitted.append(_twin(step))
            if self._part.store.is_worth_keeping(key, is_last=is_last):
                self._part.store.put(key, Xt, tuple(self._fitted))
        return Xt, step


def _keys_of_runs(steps: Sequence[Any], split: Hashable) -> list[Any]:
    """Return the key of each leading run of steps, as far as they can be shared."""
    keys: list[Any] = []
    chain: tuple[Any, ...] = ()
    for step in steps:
        try:
            chain = (*chain, _key_of_step(step, is_first=not keys))
            hash(chain)
        except (UnknownContentError, TypeError):
            break
        keys.append((split, chain))
    return keys


def _key_of_step(step: Any, *, is_first: bool) -> Any:
    if not isinstance(step, BaseEstimator) or not hasattr(type(step), "transform"):
        raise UnknownContentError(f"{type(step).__name__} is not a transformer of scikit-learn's")
    if "transform" in vars(step) or (is_first and get_tags(step).input_tags.pairwise):
        raise UnknownContentError(f"{type(step).__name__} is given other data than the rows")
    return key_of(step)


# -- the test part -------------------------------------------------------------------------------


def _twin(step: Any) -> Any:
    """Return a shallow copy: setting attributes of one leaves the other as it is."""
    twin = object.__new__(type(step))
    state = {name: item for name, item in vars(step).items() if name != "transform"}
    if "_sklearn_output_config" in state:  # set_output writes into it
        state["_sklearn_output_config"] = dict(state["_sklearn_output_config"])
    vars(twin).update(state)
    return twin


def _remembering(prototype: Any, part: Part, keys: Sequence[Any]) -> Any:
    """Return a twin of a fitted step that knows what it makes of the data of the split."""
    twin = _twin(prototype)
    vars(twin)["transform"] = _Remembered(twin, prototype, part, keys)
    return twin


class _Plain:
    """``transform`` as the class has it, in an instance that used to remember."""

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def __call__(self, X: Any, **params: Any) -> Any:
        """Transform."""
        return type(self._owner).transform(self._owner, X, **params)


class _Remembered:
    """``transform`` of one fitted step, for as long as nobody touches the step.

    It answers from the store when it is given just the data of the split, which it sees from
    their content: a scorer may have written into them.
    """

    def __init__(self, owner: Any, prototype: Any, part: Part, keys: Sequence[Any]) -> None:
        self._owner = weakref.ref(owner)  # no cycle: what is dropped is freed at once
        self._prototype = prototype
        self._part = part
        self._keys = keys

    def __call__(self, X: Any, **params: Any) -> Any:
        """Return what the step makes of X."""
        plain = _Plain(self._subject())
        role = None if params or self._is_touched() else self._role(X)
        if role is None:
            return plain(X, **params)
        store, key = self._part.store, (self._keys[-1], role)
        entry = store.get(key)
        if entry is not None:
            return copied(entry.data)
        Xt = plain(X)
        store.put(key, Xt)
        return Xt

    def __reduce__(self) -> tuple[Any, ...]:
        return _Plain, (self._subject(),)

    def _subject(self) -> Any:
        owner = self._owner()
        return self._prototype if owner is None else owner

    def _is_touched(self) -> bool:
        """Whether the step is not what it was, or works under another configuration."""
        now = {name: item for name, item in vars(self._subject()).items() if name != "transform"}
        before = vars(self._prototype)
        return (
            get_config() != self._part.config
            or now.keys() != before.keys()
            or not all(now[n] is before[n] or n == "_sklearn_output_config" for n in now)
            or now.get("_sklearn_output_config") != before.get("_sklearn_output_config")
        )

    def _role(self, X: Any) -> str | None:
        for role in ("test", "train"):
            known = self._part.input(self._keys[:-1], role)
            if known is not None and same_content(X, known):
                return role
        return None
