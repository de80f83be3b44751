"""The journal of a search: opened, compared with the search, and its seed honoured."""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from numbers import Integral
from pathlib import Path
from typing import Any

from skhpo.engine import Log, NoLog
from skhpo.journal import Journal, SearchLog, read
from skhpo.search._fingerprint import fingerprint, versions

FORMAT = 1  # of the records; another number means that an older skhpo cannot read them


def open_log(
    stack: ExitStack,
    path: str | os.PathLike[str] | None,
    parts: dict[str, Any],
    *,
    random_state: Any,
    seed: int,
    n_splits: int,
    resource: str | None = None,
    meta_features: Mapping[str, float] | None = None,
) -> tuple[Log, int]:
    """Open the journal of a search, new or to be continued.

    Parameters
    ----------
    stack : ExitStack
        Closes the journal.
    path : str, path-like or None
        The file; None keeps no journal.
    parts : dict of str to object
        What has to be the same for a search to be continued.
    random_state : int, RandomState or None
        As the search was given it: an integer is one of those parts.
    seed : int
        What a new search starts from.
    n_splits : int
        Tasks of a candidate.
    resource : str or None, default=None
        What a schedule rations.
    meta_features : dict of str to float, default=None
        What the data are like, for later searches.

    Returns
    -------
    log : Log
        What the engine writes to.
    seed : int
        The seed of the journal, where it has one.

    Raises
    ------
    JournalMismatch
        If the journal belongs to another search.
    """
    if path is None:
        return NoLog(), seed
    if isinstance(random_state, Integral):
        parts = {**parts, "random_state": str(int(random_state))}
    seed = _seed_of(path, seed)
    header = {
        "format": FORMAT,
        "fingerprint": fingerprint(parts),
        "versions": versions(),
        "seed": seed,
        "n_splits": n_splits,
        "resource": resource,
        "meta_features": dict(meta_features or {}),
    }
    return SearchLog(stack.enter_context(Journal(path, header))), seed


def _seed_of(path: str | os.PathLike[str], default: int) -> int:
    if not Path(path).exists():
        return default
    header = read(path).header or {}
    return int(header.get("seed", default))
