"""What was measured, on disk: written before anything else learns of it."""

from skhpo.journal._file import Journal, JournalFile, JournalMismatch, read
from skhpo.journal._log import SearchLog
from skhpo.journal._read import read_trials

__all__ = [
    "Journal",
    "JournalFile",
    "JournalMismatch",
    "SearchLog",
    "read",
    "read_trials",
]
