"""What a report is about: a fitted search, or a journal of one that may still be running."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skhpo.journal import read
from skhpo.plots._record import Record, read_record


@dataclass(frozen=True, eq=False)
class Source:
    """What a report is about.

    Parameters
    ----------
    name : str
        What to call it.
    record : Record or None
        The candidates; None where there is none yet.
    search : estimator or None
        The fitted search; None of a journal.
    header : mapping of str to object
        What the journal begins with; empty where there is none.
    n_damaged : int
        Lines of the journal that were skipped.
    """

    name: str
    record: Record | None
    search: Any = None
    header: Mapping[str, Any] | None = None
    n_damaged: int = 0

    def of_header(self, name: str) -> Mapping[str, Any]:
        """Return a part of the header, empty where there is none."""
        found = (self.header or {}).get(name)
        return found if isinstance(found, Mapping) else {}

    @property
    def known_record(self) -> Record:
        """The record of a search that has begun.

        Raises
        ------
        ValueError
            If none has.
        """
        if self.record is None:
            raise ValueError("nothing has begun yet")
        return self.record


def read_source(source: Any, metric: str | None = None) -> Source:
    """Read what a report is about.

    Parameters
    ----------
    source : search estimator, str or path-like
        A fitted search, also one of scikit-learn, or the path of a journal.
    metric : str or None, default=None
        Which score.

    Returns
    -------
    Source
        A journal may have no candidate yet.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no journal, or there is no such score.
    NotFittedError
        If the search is not fitted.
    TypeError
        If it is neither.
    """
    if isinstance(source, str | os.PathLike):
        return _of_journal(source, metric)
    if not hasattr(source, "fit"):
        raise TypeError(
            "search_or_journal should be a fitted search or the path of a journal, "
            f"got {type(source).__name__}."
        )
    record = read_record(source, metric)
    return Source(type(source).__name__, record, source, _header_of(source))


def _of_journal(path: str | os.PathLike[str], metric: str | None) -> Source:
    content = read(path)
    header = content.header or {}
    is_begun = any(record["kind"] == "candidate" for record in content.records)
    record = read_record(path, metric) if is_begun else None
    fingerprint = header.get("fingerprint")
    cls = fingerprint.get("search") if isinstance(fingerprint, Mapping) else None
    name = f"{cls or 'Search'} in {Path(path).name}"
    return Source(name, record, None, header, content.n_damaged)


def _header_of(search: Any) -> Mapping[str, Any] | None:
    path = getattr(search, "journal", None)
    if path is None:
        return None
    try:
        return read(path).header
    except (OSError, ValueError):  # moved away, or overwritten: the search knows the rest
        return None
