"""What runs in a worker: the payload is redeemed, and the task run, in a sandbox if need be."""

import math
import os
import threading
import time
from dataclasses import replace

import numpy as np

from skhpo._sklearn import cloudpickle
from skhpo.evaluation._payload import PayloadMissing, Ticket, redeem
from skhpo.evaluation._sandbox import Sandbox
from skhpo.evaluation._task import run_task_quietly
from skhpo.trial import Outcome

_LOOK = 0.5  # seconds between two looks whether the search is over
_IDLE = 120.0  # seconds after which a search that says nothing is taken to be over

_own = threading.local()  # the sandbox of this worker, be it a thread or a process
_sandboxes: dict[Sandbox, str] = {}  # those of all threads of this process, and their tokens
_idle_since: dict[Sandbox, float] = {}  # infinite while a task runs
_retiring = threading.RLock()


def run_remote(
    ticket: Ticket, message: bytes, content: np.ndarray | None = None
) -> Outcome | PayloadMissing:
    """Run a task in another process than the driver's.

    Parameters
    ----------
    ticket : Ticket
        Where the job is.
    message : bytes
        The pickled arguments of ``run_task`` after the job.
    content : ndarray of uint8 or None, default=None
        The job itself, for a worker that cannot see the file.

    Returns
    -------
    Outcome or PayloadMissing
        The latter, returned and not raised, asks for ``content``.
    """
    try:
        job = redeem(_filled(ticket, content))
    except PayloadMissing as missing:
        return missing
    return run_task_quietly(job, *cloudpickle.loads(message))


def run_isolated(
    ticket: Ticket,
    message: bytes,
    seconds: float | None = None,
    memory: int | None = None,
    content: np.ndarray | None = None,
) -> Outcome | PayloadMissing:
    """Run a task in this worker's sandbox.

    Parameters
    ----------
    ticket, message, content : object
        As in ``run_remote``.
    seconds : float or None, default=None
        How long the task may take.
    memory : int or None, default=None
        Bytes that it may take.

    Returns
    -------
    Outcome or PayloadMissing
        The latter asks for ``content``.
    """
    sandbox: Sandbox | None = None
    try:
        sandbox = _sandbox(_filled(ticket, content), memory)
        _idle_since[sandbox] = math.inf
        return sandbox.run(*cloudpickle.loads(message), timeout=seconds)
    except PayloadMissing as missing:
        if sandbox is not None:  # it does not see the file, and is not told the content again
            _retire(sandbox)
        return missing
    finally:
        if sandbox in _idle_since:
            _idle_since[sandbox] = time.monotonic()


def close_sandboxes(token: str | None = None) -> None:
    """End the sandboxes of all threads of this process.

    Parameters
    ----------
    token : str or None, default=None
        Only those of the payload with this token.
    """
    for sandbox, its_token in [*_sandboxes.items()]:
        if token in (None, its_token):
            _retire(sandbox)


def _filled(ticket: Ticket, content: np.ndarray | None) -> Ticket:
    return ticket if content is None else replace(ticket, content=content.tobytes())


def _sandbox(ticket: Ticket, memory: int | None) -> Sandbox:
    """Return the sandbox of this worker for this job; the one of an earlier job is closed."""
    sandbox: Sandbox | None = getattr(_own, "sandbox", None)
    if sandbox is not None and sandbox in _sandboxes and _own.token == ticket.token:
        return sandbox
    if sandbox is not None:
        _retire(sandbox)
    job = redeem(ticket)
    sandbox = Sandbox(
        ticket,
        memory=memory,
        error_score=job.error_score,
        return_train_score=job.return_train_score,
    )
    _own.sandbox, _own.token = sandbox, ticket.token
    _sandboxes[sandbox] = ticket.token
    _idle_since[sandbox] = time.monotonic()
    path = ticket.path if ticket.content is None else None
    threading.Thread(target=_close_with, args=(sandbox, path), daemon=True).start()
    return sandbox


def _close_with(sandbox: Sandbox, path: str | None) -> None:
    """Close the sandbox of a worker that outlives the search.

    The end shows in the payload's file being deleted; a worker that does not see the file, or
    whose driver was killed, is told by the silence.
    """
    while sandbox in _sandboxes:
        is_gone = path is not None and not os.path.exists(path)
        if is_gone or time.monotonic() - _idle_since.get(sandbox, math.inf) > _IDLE:
            _retire(sandbox)
            return
        time.sleep(_LOOK)


def _retire(sandbox: Sandbox) -> None:
    """Close a sandbox, once: a thread that watches and the worker may both want to."""
    with _retiring:
        if sandbox in _sandboxes:
            del _sandboxes[sandbox]
            del _idle_since[sandbox]
            sandbox.close()
