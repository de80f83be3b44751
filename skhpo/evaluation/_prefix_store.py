"""What a worker keeps of the pipelines that it has fitted, within so many bytes."""

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sklearn import get_config

from skhpo._sklearn import take_rows
from skhpo.evaluation._prefix_data import copied, is_copyable, n_bytes


@dataclass
class _Entry:
    data: Any
    fitted: tuple[Any, ...]
    size: int
    used: int


@dataclass
class Store:
    """What one worker keeps for one job: least recently used out first.

    An entry in use is not pushed out by a new one, however: going round more entries than there
    is room for would otherwise never find any.

    Parameters
    ----------
    limit : int
        Bytes, estimated.
    hope : int
        How many fits to keep at first sight while nothing is found.

    Attributes
    ----------
    clock : int
        Number of tasks so far.
    size : int
        Bytes kept.
    hits, misses : int
        Tasks that found a run of fitted steps, and those that did not.

    Examples
    --------
    >>> import numpy as np
    >>> store = Store(limit=1000, hope=8)
    >>> store.put("zeros", np.zeros(100))
    >>> store.get("zeros").data.shape, store.size
    ((100,), 800)
    """

    limit: int
    hope: int
    clock: int = 0
    size: int = 0
    hits: int = 0
    misses: int = 0
    _entries: OrderedDict[Any, _Entry] = field(default_factory=OrderedDict)
    _seen: set[int] = field(default_factory=set)

    def __contains__(self, key: Any) -> bool:
        return key in self._entries

    def get(self, key: Any) -> _Entry | None:
        """Return an entry and note that it is in use; its data are not to be given away."""
        entry = self._entries.get(key)
        if entry is not None:
            entry.used = self.clock
            self._entries.move_to_end(key)
        return entry

    def put(
        self, key: Any, data: Any, fitted: tuple[Any, ...] = (), *, is_shallow: bool = False
    ) -> None:
        """Keep a copy of data, and the fitted steps that they come from, if there is room.

        With ``is_shallow`` their elements belong to somebody else and are not counted.
        """
        if not is_copyable(data):
            return
        size = n_bytes(data, 0) if is_shallow else n_bytes(data) + sum(map(n_bytes, fitted))
        if self._make_room(size):
            self._entries[key] = _Entry(copied(data), fitted, size, self.clock)
            self.size += size

    def is_worth_keeping(self, key: Any, *, is_last: bool) -> bool:
        """Whether to keep what was fitted: the whole prefix, or what is seen again."""
        mark = hash(key)
        is_known = mark in self._seen
        self._seen.add(mark)
        return is_known or (is_last and (self.hits > 0 or self.misses <= self.hope))

    def _make_room(self, size: int) -> bool:
        if size > self.limit:
            return False
        while self.size + size > self.limit:
            oldest = next(iter(self._entries))
            if self.clock - self._entries[oldest].used <= 2 * len(self._entries):
                return False
            self.size -= self._entries.pop(oldest).size
        return True


@dataclass
class Part:
    """The data of one split, and what is kept of what follows from them.

    Parameters
    ----------
    store : Store
        Where it is kept.
    X : array-like
        All the data.
    split : hashable
        The name of the split.
    train, test : array of int
        Its rows.
    config : dict, default=get_config()
        scikit-learn's configuration, under which all this holds.
    """

    store: Store
    X: Any
    split: Hashable
    train: Any
    test: Any
    config: Mapping[str, Any] = field(default_factory=get_config)

    def input(self, keys: Sequence[Any], role: str) -> Any:
        """Return the rows, or what the last of these steps makes of them; None if not kept."""
        if keys:
            entry = self.store.get((keys[-1], role))
            return None if entry is None else entry.data
        key = (self.split, role)
        entry = self.store.get(key)
        if entry is not None:
            return entry.data
        rows = take_rows(self.X, getattr(self, role))
        self.store.put(key, rows, is_shallow=True)
        return rows
