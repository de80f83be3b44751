"""Limits of one fit: how they are written, what is measured, what is ended.

What a fit may take is measured as growth: of the private memory that may be mapped (refused by
the kernel, so that the fit sees a ``MemoryError``) and of the memory that is in use by the fit
and all the processes it started (ended from outside).
"""

import math
import numbers
import os
import re
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import resource

HAS_PROC = sys.platform == "linux" and Path("/proc/self/task").is_dir()

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_BINARY_UNITS = {"ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}
_SIZE = re.compile(r"(?P<number>\d+(\.\d*)?|\.\d+)\s*(?P<unit>[kmgt]?i?)b?", re.IGNORECASE)
_ALLOWED = 'a positive number of bytes, or a string such as "2GB", "512 MiB" or "1.5g"'

# What a thread maps without touching it: its stack (8 MB) and a buffer of the BLAS (32 MB).
_MAPPED_PER_THREAD = 48 * 2**20
_PAGE = resource.getpagesize() if sys.platform != "win32" else 4096
_PATIENCE = 1.0  # seconds for which a resource tracker may clean up


# -- how limits are written ----------------------------------------------------------------------


def parse_memory(value: float | str | None, name: str = "fit_memory") -> int | None:
    """Return a size in bytes.

    Parameters
    ----------
    value : int, float, str or None
        A number of bytes, or a number with a unit: ``"2GB"`` is 2,000,000,000 bytes (the B may
        be left out, small letters are as good), ``"2GiB"`` is 2 · 1024³.
    name : str, default="fit_memory"
        Of the argument, for the error.

    Returns
    -------
    int or None
        Bytes; None for None.

    Raises
    ------
    ValueError
        If ``value`` is not a size, or not at least one byte.

    Examples
    --------
    >>> from skhpo.evaluation._limits import parse_memory
    >>> parse_memory("1.5g"), parse_memory("512 MiB")
    (1500000000, 536870912)
    """
    if value is None:
        return None
    n_bytes = _bytes_of(value)
    if n_bytes is None or not 1 <= n_bytes < math.inf:
        raise ValueError(f"{name}={value!r} is not a size: it has to be None, {_ALLOWED}")
    return int(n_bytes)


def _bytes_of(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, numbers.Real):
        return float(value)
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    unit = match["unit"].lower()
    factor = {**_UNITS, **_BINARY_UNITS}.get(unit)
    return None if factor is None else round(float(match["number"]) * factor)


def unenforceable(timeout: float | None, memory: int | None) -> list[str]:
    """Say which limits this platform cannot enforce.

    Parameters
    ----------
    timeout : float or None
        Seconds a fit may take.
    memory : int or None
        Bytes a fit may take.

    Returns
    -------
    list of str
        One sentence for each limit that is set and will not be kept.

    Examples
    --------
    >>> from skhpo.evaluation._limits import unenforceable
    >>> unenforceable(None, None)
    []
    """
    said = []
    if timeout is not None and os.name != "posix":
        said.append(f"fit_timeout is not enforced on {sys.platform}: it needs Linux or macOS.")
    if memory is not None and not HAS_PROC:
        said.append(f"fit_memory is not enforced on {sys.platform}: it needs Linux with /proc.")
    return said


# -- memory --------------------------------------------------------------------------------------


@contextmanager
def growth_limited(allowance: int | None) -> Iterator[None]:
    """Refuse this process private memory beyond what it has now and an allowance.

    The limit is on data mappings (``RLIMIT_DATA``), not on the address space: mapped files, and
    address space that is only reserved (glibc takes 64 MB for every thread that allocates), do
    not count. Some room is added for what threads map and never touch.

    Parameters
    ----------
    allowance : int or None
        Bytes; None sets no limit.
    """
    if allowance is None or not HAS_PROC:
        yield
        return
    room = allowance + _MAPPED_PER_THREAD * len(os.sched_getaffinity(0))
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    bounds = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min([_data_mapped() + room, *bounds]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _data_mapped() -> int:
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[5]) * _PAGE


def memory_of(pids: Iterable[int | str]) -> tuple[int, int]:
    """Return the memory in use by processes: what is mapped from files does not count.

    Parameters
    ----------
    pids : iterable of int or "self"
        The processes; one that is gone counts nothing.

    Returns
    -------
    private, shared : int
        Bytes of anonymous memory, and of shared memory or files in a memory file system. Pages
        that several of the processes have in common count for each.
    """
    private = shared = 0
    for pid in pids:
        sizes = _sizes(f"/proc/{pid}/status")
        private += sizes.get(b"RssAnon", 0)
        shared += sizes.get(b"RssShmem", 0)
    return private, shared


def unshared_memory_of(pids: Iterable[int]) -> int:
    """Return the bytes that processes have to themselves; takes milliseconds.

    What a process that was forked has in common with its parent does not count, so this and the
    parent's memory add up.
    """
    sizes = [_sizes(f"/proc/{pid}/smaps_rollup") or _sizes(f"/proc/{pid}/status") for pid in pids]
    return sum(size.get(b"Private_Dirty", size.get(b"RssAnon", 0)) for size in sizes)


def _sizes(path: str) -> dict[bytes, int]:
    """Read the lines ``<name>: <kB>`` that matter of a file of /proc."""
    found = re.findall(rb"^(RssAnon|RssShmem|Private_Dirty):\s+(\d+) kB", _read(path), re.M)
    return {name: 1024 * int(size) for name, size in found}


# -- processes -----------------------------------------------------------------------------------


def descendants(root: int) -> list[int]:
    """Return the children of a process, their children, and so on."""
    found, todo = [], [root]
    while todo:
        children = _children(todo.pop())
        found += children
        todo += children
    return found


def end_descendants(root: int, patience: float = _PATIENCE) -> None:
    """Kill all descendants of a process that adopts orphans, until none is left.

    Resource trackers (of multiprocessing and of joblib) are waited for, not killed: they go when
    the last process they serve is gone, and clean up the shared memory that it left.

    Parameters
    ----------
    root : int
        The process; not killed itself.
    patience : float, default=1.0
        Seconds after which to leave alone what is still there.
    """
    end = time.perf_counter() + patience
    pause = 0.001
    while living := [pid for pid in descendants(root) if _is_alive(pid)]:
        for pid in living:
            if b"resource_tracker" not in _read(f"/proc/{pid}/cmdline"):
                kill(pid)
        if time.perf_counter() > end:
            return
        time.sleep(pause)
        pause = min(2 * pause, 0.05)


def kill(pid: int, *, group: bool = False) -> None:
    """Send SIGKILL to a process, or to the group it leads; one that is gone is no error."""
    try:
        (os.killpg if group else os.kill)(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _children(pid: int) -> list[int]:
    """Return the children of a process: the kernel lists them by the thread that made them."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []
    if not os.path.exists(f"/proc/{pid}/task/{pid}/children"):
        return _children_by_parent(pid)
    lists = [_read(f"/proc/{pid}/task/{thread}/children") for thread in threads]
    return [int(child) for line in lists for child in line.split()]


def _children_by_parent(pid: int) -> list[int]:
    """Look at all processes, for kernels that keep no list of children."""
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [child for child in pids if _state(child)[1:2] == [b"%d" % pid]]


def _is_alive(pid: int) -> bool:
    return _state(pid)[:1] not in ([], [b"Z"], [b"X"])


def _state(pid: int) -> list[bytes]:
    """Return the fields of a process's status after its name: state, parent and more."""
    return _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()


def _read(path: str) -> bytes:
    """Read a file of /proc, nothing if its process is gone."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return b""
