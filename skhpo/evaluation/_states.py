"""What tasks have left for later ones, kept in the driver.

A state belongs to a candidate and a split; a newer one takes the place of an older one. A lost
state costs a fit from the start, nothing else.
"""

import tempfile
from collections import OrderedDict
from pathlib import Path

_Key = tuple[int, int]


class States:
    """States of fits, in memory up to a bound and in files beyond it.

    Parameters
    ----------
    limit : int, default=2**28
        Bytes in memory; what has not been asked for longest goes to files.

    Examples
    --------
    >>> states = States()
    >>> states.put(0, 1, resource=3, state=b"three trees")
    >>> states.get(0, 1, resource=9), states.get(0, 1, resource=3)
    (b'three trees', None)
    >>> states.forget(0)
    >>> states.get(0, 1, resource=9)
    """

    def __init__(self, limit: int = 2**28) -> None:
        self._limit = limit
        self._size = 0
        self._amounts: dict[_Key, int] = {}
        self._memory: OrderedDict[_Key, bytes] = OrderedDict()
        self._files: dict[_Key, Path] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def put(self, number: int, split: int, resource: int, state: bytes | None) -> None:
        """Keep a state in the place of an earlier one.

        Parameters
        ----------
        number : int
            The candidate's number.
        split : int
            Which split.
        resource : int
            With how much of the resource it was trained.
        state : bytes or None
            None drops the earlier one only.
        """
        key = number, split
        self._drop(key)
        if state is None:
            return
        self._amounts[key] = resource
        self._memory[key] = state
        self._size += len(state)
        while self._size > self._limit:
            self._spill(*self._memory.popitem(last=False))

    def get(self, number: int, split: int, resource: int) -> bytes | None:
        """Return what a task can continue from.

        Parameters
        ----------
        number : int
            The candidate's number.
        split : int
            Which split.
        resource : int
            How much the task may use.

        Returns
        -------
        bytes or None
            None if there is no state, or none with less of the resource.
        """
        key = number, split
        if self._amounts.get(key, resource) >= resource:
            return None
        if key in self._memory:
            self._memory.move_to_end(key)
            return self._memory[key]
        try:
            return self._files[key].read_bytes()
        except OSError:
            return None

    def forget(self, number: int) -> None:
        """Drop the states of a candidate.

        Parameters
        ----------
        number : int
            Its number.
        """
        for key in [key for key in self._amounts if key[0] == number]:
            self._drop(key)

    def close(self) -> None:
        """Drop all states and delete the files."""
        for key in [*self._amounts]:
            self._drop(key)
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _drop(self, key: _Key) -> None:
        self._amounts.pop(key, None)
        self._size -= len(self._memory.pop(key, b""))
        path = self._files.pop(key, None)
        if path is not None:
            path.unlink(missing_ok=True)

    def _spill(self, key: _Key, state: bytes) -> None:
        self._size -= len(state)
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(
                prefix="skhpo-states-", ignore_cleanup_errors=True
            )
        path = Path(self._folder.name) / f"{key[0]}-{key[1]}"
        try:
            path.write_bytes(state)
        except OSError:  # the disk is full
            path.unlink(missing_ok=True)
            del self._amounts[key]
            return
        self._files[key] = path
