"""Fits under a deadline and a memory limit, in a process that can be ended at any time.

Code that holds the interpreter's lock cannot be interrupted from within, and a crash of native
code leaves nothing to handle it. So the fits of a worker run in a child of that worker, which
lives until a fit has to be ended, and is then replaced (see ``_sandbox_child``).
"""

import math
import os
import pickle
import re
import signal
import struct
import sys
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from skhpo._sklearn import cloudpickle
from skhpo.evaluation._job import failed_outcome
from skhpo.evaluation._limits import HAS_PROC, memory_of, unshared_memory_of
from skhpo.evaluation._payload import PayloadMissing, Ticket
from skhpo.evaluation._sandbox_process import ChildGone, ChildProcess
from skhpo.trial import Outcome, Status

_GRACE = 0.2  # seconds: a fit that ends in time is not ended for what the scheduler took
_BIRTH = 120.0  # seconds in which a child has to be ready for a task
_READING = 20e6  # bytes of data a second that a child may take longer, at the slowest
_FILLING = 4e9  # bytes a second that a fit can fill, at the fastest
_LOOKS = (0.005, 0.1)  # seconds between two looks at the memory, at least and at most
_NEARLY = 0.9  # of the memory limit: a crash above is one for want of memory
_TICK = 1.0  # seconds between two looks where there is no limit

_ERRORS = {"timeout": TimeoutError, "memory": MemoryError}
_REFUSED = re.compile(
    r"^\S*(MemoryError|std::bad_alloc)|^\S.*(cannot allocate memory|unable to allocate)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class _End:
    """How a fit came to a bad end."""

    status: Status
    reason: str
    elapsed: float = 0.0


class Sandbox:
    """Runs the tasks of one worker in a child process that is ended where a limit demands it.

    One thread uses it at a time. The child is born with the first task and keeps the job.

    Parameters
    ----------
    ticket : Ticket
        Where the child finds the job.
    timeout : float or None, default=None
        Seconds of wall time that one task may take, where ``run`` is not told otherwise.
    memory : int or None
        Bytes by which one task, with all processes it starts, may exceed what was in use before
        it. None sets no limit.
    error_score : "raise" or float, default=nan
        What a task scores that was ended.
    return_train_score : bool, default=False
        Whether such a task has a training score too.
    fork : bool, default=whether the platform is Linux
        Whether a replacement is forked off a server, in milliseconds, or started from scratch.

    Attributes
    ----------
    pid : int or None
        Number of the process in which fits run, while there is one.
    error_score, return_train_score : object
        As given.
    """

    def __init__(
        self,
        ticket: Ticket,
        *,
        memory: int | None,
        timeout: float | None = None,
        error_score: Any = math.nan,
        return_train_score: bool = False,
        fork: bool = HAS_PROC,
    ) -> None:
        self._ticket = ticket
        self._memory = memory
        self._timeout = timeout
        self.error_score = error_score
        self.return_train_score = return_train_score
        self._data_size = _size_of(ticket)
        self._child = ChildProcess(fork, _BIRTH + self._data_size / _READING)
        self._finalizer = weakref.finalize(self, self._child.close)

    @property
    def pid(self) -> int | None:
        return self._child.pid

    def run(
        self,
        number: int,
        params: Mapping[str, Any],
        split: int,
        context: Any = None,
        resource: int | None = None,
        state: bytes | None = None,
        *,
        timeout: float | None = None,
    ) -> Outcome:
        """Fit and score one candidate on one split.

        Parameters
        ----------
        number : int
            The candidate's number.
        params : dict
            Its parameters.
        split : int
            Which split.
        context : object or None, default=None
            scikit-learn's callback context of the task.
        resource : int or None, default=None
            How much of the job's resource the task may use.
        state : bytes or None, default=None
            What it continues from.
        timeout : float or None, default=None
            Seconds of wall time that the task may take, from when the child has everything it
            needs; 0.2 seconds of grace are given to the scheduler. None takes the sandbox's.

        Returns
        -------
        Outcome
            As of ``run_task``, or with the status ``"timeout"``, ``"memory"`` or ``"crashed"``.

        Raises
        ------
        PayloadMissing
            If the child cannot read the payload's file.
        """
        message = cloudpickle.dumps((number, params, split, context, resource, state))
        try:
            answer = self._ask(message, self._timeout if timeout is None else timeout)
        except BaseException:  # Ctrl-C, for one
            self._child.close(at_once=True)
            raise
        result = self._opened(answer) if isinstance(answer, bytes) else answer
        if isinstance(result, Outcome):
            return result
        return self._ended(result, number, split, resource)

    def close(self) -> None:
        """End the child and all processes that fits have left."""
        self._child.close()

    # -- from a task to a reply ------------------------------------------------------------------

    def _ask(self, message: bytes, timeout: float | None) -> bytes | _End:
        """Send a task and wait for the reply, or for a reason to wait no longer."""
        for attempt in (1, 2):  # a child that dies before the fit begins is not the fit's fault
            try:
                first, others = self._begin(message)
                break
            except ChildGone as death:
                if attempt == 2:
                    return _End("crashed", f"the child process {death} before the fit began")
        if first[:1] != b"B":
            return first
        began = time.perf_counter()
        baseline = self._charged([struct.unpack_from("<QQ", first, 1), others])
        return self._watch(began, baseline, timeout)

    def _begin(self, message: bytes) -> tuple[bytes, tuple[int, int]]:
        """Return the first reply to a task, and the memory of other processes before it."""
        child = self._child
        if not child.is_ready:
            child.start(self._setup())
        left = (0, 0) if self._memory is None else memory_of(child.others())
        child.send(message)
        first = child.receive(child.birth)
        if first is None:
            child.end()
            raise ChildGone(f"was not ready within {child.birth:.0f} s")
        return first, left

    def _setup(self) -> bytes:
        return pickle.dumps(
            {
                "path": sys.path,
                "environment": {k: v for k, v in os.environ.items() if k == "PYTHONPATH"},
                "ticket": self._ticket,
                "memory": self._memory,
            }
        )

    def _watch(self, began: float, baseline: int, timeout: float | None) -> bytes | _End:
        """Wait for the outcome, for the deadline, and for the memory to run over."""
        limit = math.inf if timeout is None else timeout + _GRACE
        used = 0
        while True:
            remaining = began + limit - time.perf_counter()
            try:
                reply = self._child.receive(max(0.0, min(remaining, self._pause(used))))
            except ChildGone as death:
                return self._crashed(death, used, time.perf_counter() - began)
            elapsed = time.perf_counter() - began
            if reply is not None:
                return reply
            if remaining <= 0:
                self._child.end()
                reason = f"the fit took longer than fit_timeout={timeout} s"
                return _End("timeout", reason, elapsed)
            used = self._growth(baseline)
            if self._memory is not None and used > self._memory:
                self._child.end()
                return _End("memory", self._too_much(f"{used / 1e6:,.0f} MB in use"), elapsed)

    # -- memory ----------------------------------------------------------------------------------

    def _growth(self, baseline: int) -> int:
        """Return what is in use beyond a baseline (0 where there is no limit)."""
        if self._memory is None:
            return 0
        own, others = memory_of([self._child.pid or 0]), self._child.others()
        used = self._charged([own, memory_of(others)]) - baseline
        if used > self._memory and others:  # some of it twice, if the fit has forked
            return self._charged([own, (unshared_memory_of(others), 0)]) - baseline
        return used

    def _charged(self, parts: list[tuple[int, ...]]) -> int:
        """Return what counts: shared memory does but for the data, which may be a part of it."""
        shared = sum(part[1] for part in parts)
        return sum(part[0] for part in parts) + max(0, shared - self._data_size)

    def _pause(self, used: int) -> float:
        """Return for how long a fit cannot fill what is left of its memory."""
        if self._memory is None:
            return _TICK
        shortest, longest = _LOOKS
        return min(max((self._memory - used) / _FILLING, shortest), longest)

    def _too_much(self, detail: str) -> str:
        return f"the fit needed more memory than fit_memory={self._memory} bytes: {detail}"

    def _crashed(self, death: ChildGone, used: int, elapsed: float) -> _End:
        """Native code crashes or gives up where an allocation is refused and not checked."""
        reason = f"the fit's process {death}"
        if self._memory is None or death.code in (None, 0, -signal.SIGKILL):
            return _End("crashed", reason, elapsed)
        if used > _NEARLY * self._memory:
            return _End("memory", self._too_much(reason), elapsed)
        hint = f"an allocation refused under fit_memory={self._memory} bytes may be the cause"
        return _End("crashed", f"{reason}; {hint}", elapsed)

    # -- from a reply to an outcome --------------------------------------------------------------

    def _opened(self, reply: bytes) -> Outcome | _End:
        kind, content = reply[:1], reply[1:]
        if kind == b"M":
            raise PayloadMissing(self._ticket.token)
        if kind == b"F":
            return self._judged(content.decode())
        try:
            outcome = cloudpickle.loads(content)
        except Exception as error:  # noqa: BLE001 (unpickling runs the user's code)
            text = f"{type(error).__name__}: {error}"
            return _End("failed", f"the outcome of the fit could not be unpickled: {text}")
        if not isinstance(outcome, Outcome):
            return _End("failed", f"the fit came to a {type(outcome).__name__}, not an Outcome")
        if outcome.status == "failed":
            end = self._judged(outcome.error or "")
            return replace(outcome, status=end.status, error=end.reason)
        return outcome

    def _judged(self, error: str) -> _End:
        """Tell a fit that was refused memory from other failures, by its traceback."""
        if self._memory is not None and _REFUSED.search(error):
            return _End("memory", self._too_much(f"an allocation was refused\n{error}"))
        return _End("failed", error)

    def _ended(self, end: _End, number: int, split: int, resource: int | None) -> Outcome:
        error = _ERRORS.get(end.status, RuntimeError)(end.reason)
        more: dict[str, Any] = {"exception": error, "fit_time": end.elapsed, "resource": resource}
        return failed_outcome(self, number, split, end.reason, end.status, **more)


def _size_of(ticket: Ticket) -> int:
    """Return the size of the payload, 0 if it cannot be seen from here."""
    if ticket.content is not None:
        return len(ticket.content)
    path = Path(ticket.path)
    return path.stat().st_size if path.exists() else 0
