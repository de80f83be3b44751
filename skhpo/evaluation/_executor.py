"""Where tasks run: inline, or on whatever joblib backend is configured.

At most ``slots`` tasks are under way, results come in the order of completion, and there is no
barrier: the next task goes out as soon as a slot is free. One thread, the caller's, submits and
collects; callbacks of a backend only put results on a queue.
"""

import queue
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from skhpo._sklearn import WorkerPool, cloudpickle
from skhpo.evaluation._job import Job
from skhpo.evaluation._payload import Payload, PayloadMissing, Ticket, redeem
from skhpo.evaluation._task import run_task, run_task_quietly
from skhpo.trial import Outcome, Task

_POLL = 0.2  # seconds between looks for Ctrl-C


class Executor:
    """Runs the tasks of one search.

    Parameters
    ----------
    job : Job
        What the tasks share.
    n_jobs : int or None, default=None
        As in scikit-learn; 1 runs each task inline when its result is asked for.
    contexts : sequence, default=()
        scikit-learn's callback contexts, one a task in the order of candidate and split.

    Attributes
    ----------
    slots : int
        How many tasks may be under way.
    """

    def __init__(self, job: Job, n_jobs: int | None = None, contexts: Sequence[Any] = ()) -> None:
        self._job = job
        self._contexts = contexts
        self._pool = WorkerPool(n_jobs)
        self._done: queue.SimpleQueue[tuple[Task, Any]] = queue.SimpleQueue()
        self._inline: list[Task] = []
        self._payload: Payload | None = None
        self.slots = 1

    def __enter__(self) -> Self:
        self._pool.__enter__()
        self.slots = self._pool.size
        if self.slots > 1 and not self._pool.shares_memory:
            self._payload = Payload(self._job)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.__exit__(kind, value, trace)
        if self._payload is not None:
            self._payload.close()

    def submit(self, task: Task) -> None:
        """Start a task."""
        if self.slots == 1:
            self._inline.append(task)
        elif self._payload is None:
            args = (self._job, *self._arguments(task))
            self._pool.submit(run_task, args, lambda result: self._done.put((task, result)))
        else:
            self._send(task, self._payload.ticket())

    def collect(self) -> Outcome:
        """Wait for the next task to finish and return its outcome.

        Raises
        ------
        Exception
            What ended a worker, where a task did not come to an outcome.
        """
        if self._inline:
            return run_task(self._job, *self._arguments(self._inline.pop(0)))
        while True:
            try:
                task, result = self._done.get(timeout=_POLL)
            except queue.Empty:
                continue
            if isinstance(result, PayloadMissing) and self._payload is not None:
                self._send(task, self._payload.ticket(whole=True))
            elif isinstance(result, BaseException):
                raise result
            else:
                return _checked(result)

    def _arguments(self, task: Task) -> tuple[Any, ...]:
        candidate = task.candidate
        index = candidate.number * len(self._job.splits) + task.split
        context = self._contexts[index] if self._contexts else None
        return candidate.number, candidate.params, task.split, context

    def _send(self, task: Task, ticket: Ticket) -> None:
        # Pickled here, so that every backend takes what cloudpickle takes, and an object that
        # cannot be pickled is an error in the driver, not in a thread of the backend's.
        message = cloudpickle.dumps(self._arguments(task))
        self._pool.submit(
            _run_remote, (ticket, message), lambda result: self._done.put((task, result))
        )


def _run_remote(ticket: Ticket, message: bytes) -> Outcome:
    return run_task_quietly(redeem(ticket), *cloudpickle.loads(message))


def _checked(result: Any) -> Outcome:
    if not isinstance(result, Outcome):
        raise TypeError(f"a worker answered with {type(result).__name__}, not an Outcome")
    return result
