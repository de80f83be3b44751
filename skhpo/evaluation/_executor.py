"""Where tasks run: inline, or on whatever joblib backend is configured.

At most ``slots`` tasks are under way, results come in the order of completion, and there is no
barrier: the next task goes out as soon as a slot is free. One thread, the caller's, submits and
collects; callbacks of a backend only put results on a queue.

A task whose worker died is tried again, alone in a sandbox: only there can it be told whether it
was this task that killed the worker, or one beside it. All tasks after it run in sandboxes too,
so that no other one takes a worker with it.
"""

import queue
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skhpo._sklearn import WorkerPool, cloudpickle
from skhpo.evaluation._job import Job, failed_outcome
from skhpo.evaluation._payload import Payload, PayloadMissing
from skhpo.evaluation._states import States
from skhpo.evaluation._task import run_task
from skhpo.evaluation._worker import close_sandboxes, run_isolated, run_remote
from skhpo.trial import Outcome, Status, Task

_POLL = 0.2  # seconds between looks for Ctrl-C and for results that a backend never announces
_MAX_ATTEMPTS = 3  # of a task that does not come to an outcome, the first included


class Executor:
    """Runs the tasks of one search.

    Parameters
    ----------
    job : Job
        What the tasks share.
    n_jobs : int or None, default=None
        As in scikit-learn; 1 runs each task inline when its result is asked for.
    contexts : sequence, default=()
        scikit-learn's callback contexts, one a task: in the order of candidate and split, or of
        submission where tasks have amounts of a resource. Tasks beyond the last one have none,
        nor have further attempts: a context stands for one fit.
    isolate : bool, default=False
        Whether fits run in sandboxes, where a limit can end them.
    memory : int or None, default=None
        Bytes that a task may take, with ``isolate``.

    Attributes
    ----------
    slots : int
        How many tasks may be under way.
    """

    def __init__(
        self,
        job: Job,
        n_jobs: int | None = None,
        contexts: Sequence[Any] = (),
        *,
        isolate: bool = False,
        memory: int | None = None,
    ) -> None:
        self._job = job
        self._contexts = contexts
        self._observed: dict[Task, int] = {}
        self._isolate = isolate
        self._memory = memory
        self._pool = WorkerPool(n_jobs)
        self._done: queue.SimpleQueue[tuple[Task, Any]] = queue.SimpleQueue()
        self._inline: list[tuple[Task, float | None]] = []
        self._running: dict[Task, float | None] = {}
        self._attempts: Counter[Task] = Counter()
        self._sent_whole: set[Task] = set()
        self._states = States()
        self._payload: Payload | None = None
        self._shipment: NDArray[np.uint8] | None = None
        self._looked = 0.0

    def __enter__(self) -> Self:
        self._pool.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shipment is not None:  # such workers do not see the file vanish
            self._pool.call_everywhere(close_sandboxes, self._ticket().token)
        self._pool.__exit__(kind, value, trace)
        close_sandboxes()
        self._states.close()
        if self._payload is not None:
            self._payload.close()

    @property
    def slots(self) -> int:
        return self._pool.size

    @property
    def ships(self) -> bool:
        """Whether tasks run in other processes."""
        return self._isolate or not (self._pool.runs_inline or self._pool.shares_memory)

    def publish(self, on_error: Callable[[], None]) -> None:
        """Pickle the job now; ``on_error`` may say better what is wrong with it."""
        try:
            self._ticket()
        except Exception:
            on_error()
            raise

    def submit(self, task: Task, seconds: float | None = None) -> None:
        """Start a task.

        Parameters
        ----------
        task : Task
            What to run.
        seconds : float or None, default=None
            How long it may take, with ``isolate``.
        """
        if self._pool.runs_inline:
            self._inline.append((task, seconds))
            return
        self._running[task] = seconds
        self._send(task, isolate=self._isolate)

    def collect(self) -> Outcome:
        """Wait for the next task to finish and return its outcome, without its state."""
        if self._inline:
            return self._keep_state(self._run_inline(*self._inline.pop(0)))
        while True:
            if time.monotonic() - self._looked > _POLL:  # also when results never cease to come
                self._pool.poll()
                self._looked = time.monotonic()
            try:
                task, result = self._done.get(timeout=_POLL)
            except queue.Empty:
                continue
            if task in self._running and isinstance(result, Outcome):
                del self._running[task]
                return self._keep_state(result)
            if task in self._running:
                self._try_again(task, result)

    def forget(self, candidate: int) -> None:
        """Let go of what the tasks of a candidate have left: none will continue from it.

        Parameters
        ----------
        candidate : int
            Its number.
        """
        self._states.forget(candidate)

    def abort(self) -> None:
        """End all tasks under way; nothing can be submitted afterwards."""
        self._running.clear()
        self._inline.clear()
        self._pool.abort()
        close_sandboxes()

    # -- sending -------------------------------------------------------------------------------

    def _run_inline(self, task: Task, seconds: float | None) -> Outcome:
        if not self._isolate:
            return run_task(self._job, *self._arguments(task))
        message = cloudpickle.dumps(self._arguments(task))
        result = run_isolated(self._ticket(), message, seconds, self._memory)
        if isinstance(result, Outcome):
            return result
        return self._failed(task, f"the task could not be run: {result!r}")

    def _send(self, task: Task, *, isolate: bool, whole: bool = False) -> None:
        def done(result: Any) -> None:
            self._done.put((task, result))

        arguments = self._arguments(task)
        if self._pool.shares_memory and not isolate:
            self._pool.submit(run_task, (self._job, *arguments), done)
            return
        # Pickled here, so that every backend takes what cloudpickle takes, and an object that
        # cannot be pickled is an error in the driver, not in a thread of the backend's.
        message = cloudpickle.dumps(arguments)
        ticket, content = self._ticket(), self._content() if whole else None
        if isolate:
            limits = (self._running[task], self._memory)
            self._pool.submit(run_isolated, (ticket, message, *limits, content), done)
        else:
            self._pool.submit(run_remote, (ticket, message, content), done)

    def _ticket(self) -> Any:
        if self._payload is None:
            self._payload = Payload(self._job)
        return self._payload.ticket

    def _content(self) -> NDArray[np.uint8] | None:
        """Return one array until a worker dies: a cluster is sent what it knows only once."""
        if self._shipment is None and self._payload is not None:
            self._shipment = self._payload.content.view()
        return self._shipment

    def _arguments(self, task: Task) -> tuple[Any, ...]:
        candidate = task.candidate
        context = self._context(task)
        state = None
        if task.resource is not None and self._job.continues:
            state = self._states.get(candidate.number, task.split, task.resource)
        return candidate.number, candidate.params, task.split, context, task.resource, state

    def _context(self, task: Task) -> Any:
        if not self._contexts or self._attempts[task]:
            return None
        index = task.candidate.number * len(self._job.splits) + task.split
        if task.resource is not None:
            index = self._observed.setdefault(task, len(self._observed))
        return self._contexts[index] if index < len(self._contexts) else None

    def _keep_state(self, outcome: Outcome) -> Outcome:
        if outcome.resource is None:
            return outcome
        self._states.put(outcome.candidate, outcome.split, outcome.resource, outcome.state)
        return replace(outcome, state=None)

    # -- when a task does not come to an outcome -------------------------------------------------

    def _try_again(self, task: Task, result: Any) -> None:
        isolate = self._isolate or self._attempts[task] > 0
        if isinstance(result, PayloadMissing) and task not in self._sent_whole:
            self._sent_whole.add(task)
            self._send(task, isolate=isolate, whole=True)
            return
        self._attempts[task] += 1
        # from now on in sandboxes: a second crash would cost tasks beside it another attempt
        self._isolate = self._isolate or not self._pool.shares_memory
        self._sent_whole.discard(task)
        self._shipment = None  # the only copy may have died with the worker
        if self._pool.is_broken():
            self._pool.rebuild()
        if self._attempts[task] < _MAX_ATTEMPTS:
            self._send(task, isolate=True, whole=self._attempts[task] > 1)
            return
        text = f"{type(result).__name__}: {result}"
        self._done.put((task, self._failed(task, f"the worker died: {text}", status="crashed")))

    def _failed(self, task: Task, reason: str, status: Status = "failed") -> Outcome:
        number, split = task.candidate.number, task.split
        return failed_outcome(self._job, number, split, reason, status, resource=task.resource)
