"""The processes of a sandbox, seen from outside: born, spoken to, ended."""

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import TypeVar

from skhpo.evaluation._limits import HAS_PROC, descendants, end_descendants, kill

_GOODBYE = 2.0  # seconds in which an idle process has to leave by itself
_LAST_WORDS = 0.5  # seconds in which a process that hung up has to end

_T = TypeVar("_T")


class ChildGone(Exception):  # noqa: N818 (a signal, not an error)
    """The process is not there any more; says how it ended.

    Parameters
    ----------
    description : str
        To follow "the process".
    code : int or None, default=None
        Its exit code, -n where signal n ended it; None if it was alive, or nobody knows.
    """

    def __init__(self, description: str, code: int | None = None) -> None:
        super().__init__(description)
        self.code = code


class ChildProcess:
    """The process in which fits run, and its server where there is one.

    Messages are exchanged over a pair of sockets that is made for each process, numbers (which
    process, how it ended) over one that leads to the server. Standard output stays out of it.

    Parameters
    ----------
    fork : bool
        Whether a server forks the process for fits; else an interpreter is started each time.
    birth : float
        Seconds in which a process has to be ready.

    Attributes
    ----------
    pid : int or None
        Number of the process in which fits run, while there is one.
    """

    def __init__(self, fork: bool, birth: float) -> None:
        self.birth = birth
        self.pid: int | None = None
        self._fork = fork
        self._owner = os.getpid()
        self._closing = threading.RLock()  # at exit, several threads may want to
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._channel: Connection | None = None

    @property
    def is_ready(self) -> bool:
        """Whether there is a process to send to, as far as is known."""
        return self.pid is not None

    def others(self) -> list[int]:
        """Return the processes that fits have started, and those that these have started."""
        if not HAS_PROC or self._server is None or self._server.poll() is not None:
            return []
        return [pid for pid in descendants(self._server.pid) if pid != self.pid]

    # -- speaking --------------------------------------------------------------------------------

    def start(self, setup: bytes) -> None:
        """Start a process for fits, and a server where there is none.

        Parameters
        ----------
        setup : bytes
            The first message.

        Raises
        ------
        ChildGone
            If it ends, or is not there in time.
        """
        if self._server is None or self._server.poll() is not None:
            self.close(at_once=True)
            self._start_interpreter()
        ours, theirs = socket.socketpair()
        self._channel = Connection(ours.detach())
        with theirs, suppress(OSError):  # a server that is gone does not answer either
            socket.send_fds(_there(self._control), [b"+"], [theirs.fileno()])
        self.pid = self._number(self.birth)
        if self.pid is None:
            raise self._gone()
        self.send(setup)

    def send(self, message: bytes) -> None:
        """Send a message; raises ``ChildGone``."""
        try:
            _there(self._channel).send_bytes(message)
        except OSError:
            raise self._gone() from None

    def receive(self, timeout: float) -> bytes | None:
        """Return the next message, None if none comes in time; raises ``ChildGone``."""
        channel = _there(self._channel)
        ready = wait([channel, _there(self._control)], timeout)
        if not ready:
            return None
        if channel not in ready:  # a process that the fit started may hold its end open
            raise self._gone()
        try:
            return channel.recv_bytes()
        except (EOFError, OSError):
            raise self._gone() from None

    # -- ending ----------------------------------------------------------------------------------

    def end(self) -> None:
        """Kill the process for fits and all that fits have started; the server stays."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        if self._server is None:
            return
        if not self._fork:
            kill(self._server.pid, group=True)
            self._bury_server()
        elif self._server.poll() is None:  # else its number may be somebody else's
            end_descendants(self._server.pid)
            if self.pid is not None and self._number(_GOODBYE) is None:
                self._bury_server()
        self.pid = None

    def close(self, *, at_once: bool = False) -> None:
        """End all processes.

        Parameters
        ----------
        at_once : bool, default=False
            Do not let an idle process leave in its own way, which cleans up after the fits.
        """
        if os.getpid() != self._owner:  # a copy of the driver, made by a fork: not its processes
            self._hang_up()
            return
        with self._closing:
            if self.pid is not None and self._channel is not None and not at_once:
                self._channel.close()
                self._channel = None
                self._exit_code(_GOODBYE)
            self.end()
            self._bury_server()

    def _gone(self) -> ChildGone:
        """End what is left and say how the process ended."""
        code = self._exit_code(_LAST_WORDS)
        self.end()
        return ChildGone(_described(code), code)

    def _exit_code(self, timeout: float) -> int | None:
        """Wait for the process to end by itself; -n stands for signal n, None for not ended."""
        if self._fork and self.pid is not None:
            code = self._number(timeout)
            if code is not None:
                self.pid = None
                return code
            timeout = 0.1  # either the server is gone, or the process lives on
        with suppress(subprocess.TimeoutExpired):
            return _there(self._server).wait(timeout)
        return None

    def _number(self, timeout: float) -> int | None:
        """Return the next number that the server sends, None if none comes in time."""
        control = _there(self._control)
        control.settimeout(timeout)
        try:
            data = control.recv(4)
        except OSError:
            return None
        return int(struct.unpack("<i", data)[0]) if len(data) == 4 else None

    def _start_interpreter(self) -> None:
        self._control, theirs = socket.socketpair()
        # found as here; without the working folder in front of it (-P), unless it is here too
        path = [str(folder) or os.getcwd() for folder in sys.path]
        module = "skhpo.evaluation._sandbox_child"
        mode = "fork" if self._fork else "direct"
        with theirs:
            self._server = subprocess.Popen(
                [sys.executable, "-P", "-m", module, str(os.getpid()), mode],
                stdin=theirs.fileno(),
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
                start_new_session=True,
            )

    def _bury_server(self) -> None:
        self._hang_up()
        if self._server is not None:
            with suppress(subprocess.TimeoutExpired):
                self._server.wait(_LAST_WORDS)
            self._server.kill()
            self._server.wait()
        self._server = None
        self.pid = None

    def _hang_up(self) -> None:
        for end in (self._channel, self._control):
            if end is not None:
                end.close()
        self._channel = self._control = None


def _there(thing: _T | None) -> _T:
    if thing is None:
        raise RuntimeError("the sandbox has no process: start() comes first")
    return thing


def _described(code: int | None) -> str:
    if code is None:
        return "closed its connection to the driver"
    if code >= 0:
        return f"exited with code {code}"
    name = next((s.name for s in signal.Signals if s == -code), f"signal {-code}")
    more = " (perhaps by the kernel, for want of memory)" if -code == signal.SIGKILL else ""
    return f"was ended by {name}{more}"
