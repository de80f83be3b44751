"""Shipping what the tasks share once per search, not once per task.

The job is pickled once (protocol 5), its large arrays beside the pickle in one file. A worker
process maps that file on its first task and keeps the result, so all workers of a machine share
one copy of the data. A worker that cannot see the file (another machine) says so, and is sent
the bytes once.
"""

import mmap
import pickle
import struct
import tempfile
import uuid
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo._sklearn import cloudpickle

_ALIGNMENT = 64  # arrays start on cache lines
_loaded: dict[str, Any] = {}  # the payload of this worker process, by token; one at a time


@dataclass(frozen=True)
class Ticket:
    """How a worker finds the payload: small, sent with every task."""

    token: str
    path: str
    content: bytes | None = None


class PayloadMissing(Exception):  # noqa: N818 (a signal, not an error)
    """A worker cannot read the payload's file and has to be sent its bytes."""


class Payload:
    """A pickled object on disk, for as long as the search runs.

    Parameters
    ----------
    content : object
        What to ship.
    """

    def __init__(self, content: Any) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="skhpo-", ignore_cleanup_errors=True)
        self.path = Path(self._folder.name) / "payload"
        self.token = uuid.uuid4().hex
        try:
            _write(content, self.path)
        except BaseException:  # it cannot be pickled, the disk is full, Ctrl-C
            self._folder.cleanup()
            raise

    @property
    def ticket(self) -> Ticket:
        """How a worker finds this payload."""
        return Ticket(self.token, str(self.path))

    @cached_property
    def content(self) -> NDArray[np.uint8]:
        """The whole file, for workers that cannot see it: an array, which Dask scatters once."""
        return np.fromfile(self.path, dtype=np.uint8)

    def close(self) -> None:
        """Delete the file."""
        self._folder.cleanup()


def redeem(ticket: Ticket) -> Any:
    """Return the payload of a ticket, from this process's memory where it was loaded before."""
    if ticket.token not in _loaded:
        content = _read(ticket)
        _loaded.clear()
        _loaded[ticket.token] = content
    return _loaded[ticket.token]


def _write(content: Any, path: Path) -> None:
    """Write: number of blocks, their lengths, then the blocks; the first one is the pickle."""
    buffers: list[pickle.PickleBuffer] = []
    head = cloudpickle.dumps(content, protocol=5, buffer_callback=buffers.append)
    blocks = [memoryview(head), *(buffer.raw() for buffer in buffers)]
    with path.open("wb") as file:
        file.write(struct.pack(f"<{1 + len(blocks)}Q", len(blocks), *map(len, blocks)))
        for block in blocks:
            file.write(bytes(-file.tell() % _ALIGNMENT))
            file.write(block)


def _read(ticket: Ticket) -> Any:
    if ticket.content is not None:
        return _parse(memoryview(bytearray(ticket.content)))
    try:
        with open(ticket.path, "rb") as file:
            # private pages: an estimator that writes into its data spoils nobody else's
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    except OSError as error:
        raise PayloadMissing(ticket.token) from error
    return _parse(memoryview(content))


def _parse(content: memoryview) -> Any:
    (n_blocks,) = struct.unpack_from("<Q", content)
    blocks, start = [], 8 * (1 + n_blocks)
    for length in struct.unpack_from(f"<{n_blocks}Q", content, 8):
        start += -start % _ALIGNMENT
        blocks.append(content[start : start + length])
        start += length
    return pickle.loads(blocks[0], buffers=blocks[1:])
