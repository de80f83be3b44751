"""Outer folds on disk: each as soon as it is finished."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from skhpo.journal import Journal
from skhpo.nested._fold import Record
from skhpo.search._fingerprint import fingerprint, versions

FORMAT = 1  # of the records; another number means that an older skhpo cannot read them
NAME = "nested.jsonl"


def open_journal(
    stack: ExitStack, folder: str | os.PathLike[str], parts: dict[str, Any]
) -> tuple[Callable[[Record], None], dict[int, Record]]:
    """Open the journal in a folder, new or to be continued.

    Parameters
    ----------
    stack : ExitStack
        Closes it.
    folder : str or path-like
        Made if it is missing, but not the folder that it is in.
    parts : dict of str to object
        What has to be the same for a run to be continued.

    Returns
    -------
    write : callable
        Takes a record.
    done : dict of int to Record
        Folds that were finished before; those that failed are not among them.

    Raises
    ------
    FileNotFoundError
        If the parent folder does not exist.
    JournalMismatch
        If it belongs to another run.
    """
    path = Path(folder)
    path.mkdir(exist_ok=True)
    header = {"format": FORMAT, "fingerprint": fingerprint(parts), "versions": versions()}
    journal = stack.enter_context(Journal(path / NAME, header))
    records = [_record(found) for found in journal.records]
    done = {record.number: record for record in records if record.error is None}
    return lambda record: journal.append(record.plain()), done


def _record(found: dict[str, Any]) -> Record:
    known = Record.__dataclass_fields__
    return Record(**{name: value for name, value in found.items() if name in known})
