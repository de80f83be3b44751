"""The sandbox, seen from inside: ``python -m skhpo.evaluation._sandbox_child``.

Two processes, one of which runs fits. The *server* is a fresh interpreter that has imported
scikit-learn and done nothing since; it runs nobody's code. It forks a *fit process* each time it
is asked for one, so that replacing one that was killed takes milliseconds, where importing takes
seconds. A fork is safe there: no thread runs, no OpenMP region was ever entered. The server
adopts what the fit process leaves behind, reports how it ended, and takes everything with it when
the driver is gone.

Where a fork of an interpreter that has loaded a BLAS is not safe (macOS), there is no server: the
interpreter becomes the fit process, and is started anew after each kill.
"""

import contextlib
import ctypes
import gc
import os
import select
import signal
import socket
import struct
import sys
import threading
import traceback
import warnings
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from skhpo._sklearn import cloudpickle
from skhpo.evaluation._limits import end_descendants, growth_limited, kill, memory_of
from skhpo.evaluation._payload import PayloadMissing, redeem
from skhpo.evaluation._task import run_task_quietly

_TICK = 0.25  # seconds between looks for the driver
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def main(driver: int, mode: str) -> None:
    """Serve a driver until it closes the connection or is gone.

    Parameters
    ----------
    driver : int
        Its process id.
    mode : {"fork", "direct"}
        Whether to fork a process for fits or to be it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's affair
    control = _take_stdin()
    if mode == "fork":
        _fork_on_demand(control, driver)
        return
    channel = _next_channel(control, driver)
    if channel is not None:
        _report(control, os.getpid())
        threading.Thread(target=_die_with, args=(control, driver), daemon=True).start()
        _serve(channel)


def _take_stdin() -> socket.socket:
    """Return the socket that is the standard input, and leave fits an empty one."""
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return control


# -- the server ----------------------------------------------------------------------------------


def _fork_on_demand(control: socket.socket, driver: int) -> None:
    """Fork one fit process at a time; return in the driver's absence and in fit processes."""
    _process_control(_PR_SET_CHILD_SUBREAPER, 1)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    gc.freeze()  # what is imported stays shared
    while (channel := _next_channel(control, driver)) is not None:
        _reap()
        pid = _fork()
        if pid == 0:
            control.close()
            _serve(channel)
            return
        channel.close()
        _report(control, pid)
        _report(control, _exit_code(pid, driver))


def _next_channel(control: socket.socket, driver: int) -> Connection | None:
    """Wait for the connection that a fit process is to serve; None if there will be none."""
    while os.getppid() == driver:
        if not select.select([control], [], [], _TICK)[0]:
            continue
        try:
            _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        except OSError:  # the driver is gone
            return None
        if not descriptors:
            return None
        os.set_inheritable(descriptors[0], False)
        return Connection(descriptors[0])
    return None


def _fork() -> int:
    server = os.getpid()
    with warnings.catch_warnings():
        # threads of a BLAS count as threads for Python 3.12; they stand still and are re-made
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        os.setsid()
        _process_control(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != server:
            os._exit(1)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        # or else every fit process would draw the same numbers where a fit has no random_state
        np.random.seed()  # noqa: NPY002
    return pid


def _exit_code(pid: int, driver: int) -> int:
    """Wait for a fit process; -n stands for signal n. Its zombie stays and guards its number."""
    options = os.WEXITED | os.WNOWAIT | os.WNOHANG
    while (info := os.waitid(os.P_PID, pid, options)) is None:
        if os.getppid() != driver:
            end_descendants(os.getpid())
            os._exit(1)
        signal.sigtimedwait([signal.SIGCHLD], _TICK)
    return info.si_status if info.si_code == os.CLD_EXITED else -info.si_status


def _reap() -> None:
    """Let go of the former fit process and of orphans that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue


def _report(control: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):  # nobody listens any more: seen at the next look
        control.sendall(struct.pack("<i", number))


def _process_control(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _die_with(control: socket.socket, driver: int) -> None:
    """End this process and its group when the driver is gone (for lack of a server)."""
    while os.getppid() == driver:
        if select.select([control], [], [], _TICK)[0]:
            break
    kill(os.getpid(), group=True)


# -- the fit process -----------------------------------------------------------------------------


def _serve(channel: Connection) -> None:
    """Run tasks until the connection is closed."""
    me = os.getpid()
    try:
        setup = channel.recv()
    except (EOFError, OSError):  # the driver is gone, or has changed its mind
        return
    sys.path[:] = setup["path"]
    os.environ.pop("PYTHONPATH", None)
    os.environ.update(setup["environment"])
    while True:
        try:
            message = channel.recv_bytes()
        except (EOFError, OSError):
            return
        reply = _reply(channel, setup, message)
        if os.getpid() != me:  # a fork that the fit made has come out of the fit
            os._exit(1)
        _flush()
        try:
            channel.send_bytes(reply)
        except OSError:  # the fit has closed the connection, or the driver is gone
            os._exit(1)


def _reply(channel: Connection, setup: dict[str, Any], message: bytes) -> bytes:
    """Run a task. The first letter of a reply says what it is.

    ``B`` that the fit begins (with the memory in use), ``O`` an outcome, ``M`` that the payload
    is missing, ``F`` what else was raised.
    """
    try:
        job = redeem(setup["ticket"])
        setup["ticket"] = replace(setup["ticket"], content=None)  # is loaded: do not hold it twice
        arguments = cloudpickle.loads(message)
        channel.send_bytes(b"B" + struct.pack("<QQ", *memory_of(["self"])))
        with growth_limited(setup["memory"]):
            outcome = run_task_quietly(job, *arguments)
        return b"O" + bytes(cloudpickle.dumps(outcome))
    except PayloadMissing:
        return b"M"
    # even KeyboardInterrupt: here it comes from the fit, never from the user
    except BaseException as error:  # noqa: BLE001
        return b"F" + "".join(traceback.format_exception(error)).encode(errors="replace")


def _flush() -> None:
    """Print what the fit printed: a killed process cannot."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):  # None, broken, closed
            stream.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
