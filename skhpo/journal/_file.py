"""An append-only record of a search on disk: one checksummed line of JSON a record.

The first line is the header, whose ``"fingerprint"`` says which search the journal belongs to.
Every line ends in the CRC-32 of the rest of it, so that a line is either whole or known not to
be. Several processes may write to one journal. Each append takes an exclusive lock, first cuts
off the half line that a process which died while writing may have left, and hands its own line
to the operating system in one piece before it returns. What was appended therefore survives the
death of any process. It survives a loss of power only with ``sync=True``.

Journals are data: they are read and written as JSON, and nothing in them is ever executed.
"""

import errno
import json
import os
import sys
import threading
import time
import warnings
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from io import BufferedReader, FileIO
from math import isfinite
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from skhpo.exceptions import SkhpoError

# What is left out of the coverage runs on Windows, or in a browser, alone.
if sys.platform == "win32":  # pragma: no cover (Windows)
    import msvcrt
elif sys.platform not in {"emscripten", "wasi"}:
    import fcntl

RESERVED = ("writer", "crc")  # the keys that a journal adds to each record

_MAGIC = b'{"journal":"skhpo","header":'  # how every journal begins
_BLOCK = 1 << 16  # bytes read at a time in search of the last whole line
_LOCKED_BYTE = 1 << 40  # far behind the end: Windows bars readers from what is locked
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP}
_ABSENT = "absent"

# -- what is in a file ---------------------------------------------------------------------------


class JournalMismatch(SkhpoError, ValueError):  # noqa: N818 (it says what is wrong)
    """The journal belongs to another search.

    Parameters
    ----------
    message : str
        What differs, in words.
    differences : mapping of str to (str, str), default=None
        For each field of the fingerprint that differs, the JSON text of what stands in the
        journal and of what this search has, ``"absent"`` where there is none.

    Examples
    --------
    >>> from skhpo.journal import JournalMismatch
    >>> JournalMismatch("X differs", {"X": ('"ab12"', '"cd34"')}).differences
    {'X': ('"ab12"', '"cd34"')}
    """

    def __init__(
        self, message: str, differences: Mapping[str, tuple[str, str]] | None = None
    ) -> None:
        super().__init__(message)
        self.differences = dict(differences or {})


@dataclass(frozen=True, slots=True)
class JournalFile:
    """What stands in a journal.

    Parameters
    ----------
    header : dict or None
        The header; None when the file is empty or the header is damaged.
    records : list of dict
        The records in the order of the file, each with its ``"writer"``.
    n_torn : int, default=0
        1 when the last line is incomplete, because it is being written or its writer died.
    n_damaged : int, default=0
        Number of complete lines that were skipped because their checksum is wrong.

    Examples
    --------
    >>> from skhpo.journal import JournalFile
    >>> JournalFile({"fingerprint": {"X": "ab12"}}, [{"writer": "main", "score": 0.5}]).n_torn
    0
    """

    header: dict[str, Any] | None
    records: list[dict[str, Any]]
    n_torn: int = 0
    n_damaged: int = 0


def read(path: str | os.PathLike[str]) -> JournalFile:
    """Read a journal, finished or not; never write to it, and never wait for a writer.

    An incomplete last line is not a record, and a damaged line is skipped; both are counted.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    JournalFile
        Header and records; an empty file has neither.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no journal, or may not be read.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skhpo.journal import Journal, read
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "search.jsonl"
    ...     with Journal(path, {"fingerprint": {"X": "ab12"}}) as journal:
    ...         journal.append({"candidate": 0, "score": 0.5})
    ...     read(path).records
    [{'writer': 'main', 'candidate': 0, 'score': 0.5}]
    """
    path = _checked_path(path)
    header: dict[str, Any] | None = None
    records: list[dict[str, Any]] = []
    n_torn = n_damaged = 0
    with BufferedReader(_open(path, "rb")) as file:
        head = file.peek(len(_MAGIC))[: len(_MAGIC)]
        for number, line in enumerate(file):
            text = _verified(line)
            if not line.endswith(b"\n"):
                n_torn = 1
            elif text is None or text.startswith(_MAGIC) != (number == 0):
                n_damaged += 1
            elif number == 0:
                header = _decoded(text)["header"]
            else:
                records.append(_decoded(text))
    if header is None and not records and not _MAGIC.startswith(head):
        raise ValueError(f"journal: {str(path)!r} is not a journal of skhpo.")
    return JournalFile(header, records, n_torn, n_damaged)


# -- writing -------------------------------------------------------------------------------------


class Journal:
    """A journal that is open for appending; any number of processes may have it open.

    Opening creates the file where it is missing, cuts off an incomplete last line, and checks
    that the fingerprint in the header is this search's. Use it as a context manager.

    A process that is forked while the journal is open is a writer of its own, under a new
    name: it opens the file anew at its first append. Threads may share one journal.

    Parameters
    ----------
    path : str or path-like
        The file. Beside it lies ``<path>.lock`` while the journal has an owner.
    header : mapping of str to object
        What a new journal begins with. Every field of ``header["fingerprint"]`` has to equal
        that of an existing journal; all else in it is for information.
    sync : bool, default=False
        Whether an append waits until the record is on the disk, which costs milliseconds and
        keeps what was appended through a loss of power.

    Attributes
    ----------
    path : Path
        The file, as an absolute path.
    records : list of dict
        The records that stood in the file when it was opened, in the order of the file.
    is_owner : bool
        Whether no other live process owned the journal when it was opened. The operating
        system ends the ownership when the process dies, however it dies.
    writer : str
        The ``"writer"`` of each record that is appended: ``"main"`` for the owner, a name of
        its own for any other writer.

    Raises
    ------
    FileNotFoundError
        If the directory of ``path`` does not exist.
    JournalMismatch
        If the journal belongs to another search.
    TypeError
        If ``header`` holds what JSON cannot express.
    ValueError
        If ``path`` is no journal, may not be written, or its header is damaged.

    Warns
    -----
    RuntimeWarning
        If the platform or the file system knows no locks; then only one process may write.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skhpo.journal import Journal
    >>> header = {"fingerprint": {"X": "ab12", "seed": 3}, "versions": {"skhpo": "0.1"}}
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "search.jsonl"
    >>> with Journal(path, header) as journal:
    ...     journal.append({"candidate": 0, "score": float("nan")})
    >>> with Journal(path, header) as journal:
    ...     journal.records
    [{'writer': 'main', 'candidate': 0, 'score': nan}]
    >>> Journal(path, {"fingerprint": {"X": "cd34", "seed": 3}})
    Traceback (most recent call last):
    ...
    skhpo.journal._file.JournalMismatch: ...search.jsonl' belongs to another search: X is...
    >>> folder.cleanup()
    """

    path: Path
    records: list[dict[str, Any]]
    is_owner: bool
    writer: str

    def __init__(
        self, path: str | os.PathLike[str], header: Mapping[str, Any], *, sync: bool = False
    ) -> None:
        self.path = _checked_path(path)
        self._header = _header_line(header)
        self._sync = sync
        self._mutex = threading.Lock()
        self._closed = False
        self._file: FileIO | None = None
        self._owned: FileIO | None = _owned(self._lock_path)
        self.is_owner = self._owned is not None
        self.writer = "main" if self.is_owner else _fresh_name()
        _OPEN.add(self)
        with ExitStack() as on_failure:
            on_failure.callback(self.close)
            self._file = _open(self.path, "a+b")
            with _exclusive(self._file):
                self._start(self._file)
                self.records = self._existing().records
            on_failure.pop_all()

    def append(self, record: Mapping[str, Any]) -> None:
        """Write one record; it is safe from the death of any process once this returns.

        Parameters
        ----------
        record : mapping of str to object
            None, booleans, integers, floats (any, also those that are not finite), strings,
            and lists and dicts of these, to any depth. A tuple is read back as a list.

        Raises
        ------
        OSError
            If the line cannot be written, as when the disk is full; the file then stays as it
            was.
        TypeError
            If the record holds anything else; the message names where.
        ValueError
            If the record has a key of the journal's own, or the journal is closed.
        """
        for key in RESERVED:
            if key in record:
                raise ValueError(f"record: the key {key!r} is the journal's own.")
        line = _line({"writer": self.writer, **_plain(record, "record")})
        with self._mutex:
            file = self._opened()
            with _exclusive(file):
                _write(file, line)
            if self._sync:
                _flush(file)

    def close(self) -> None:
        """Close the file and give up the ownership; closing twice is harmless."""
        with self._mutex:
            self._closed = True
            _OPEN.discard(self)
            if self._file is not None:
                self._file.close()
            if self._owned is not None:
                _disown(self._owned, self._lock_path)
            self._file = self._owned = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _lock_path(self) -> Path:
        return self.path.with_name(self.path.name + ".lock")

    def _start(self, file: FileIO) -> None:
        """Heal the file and write the header where there is none; call it under the lock."""
        file.seek(0)
        if not _MAGIC.startswith(file.read(len(_MAGIC))):  # never cut what is not ours
            raise ValueError(f"journal: {str(self.path)!r} is not a journal of skhpo.")
        if _heal(file) == 0:
            _write(file, self._header)
            if self._sync:
                _flush(file)

    def _existing(self) -> JournalFile:
        """Return what stands in the file, once the header is known to be this search's."""
        found = read(self.path)
        if found.header is None:
            raise ValueError(
                f"path: the header of the journal {str(self.path)!r} is damaged, so that it "
                "cannot be continued; skhpo.journal.read still reads its records."
            )
        ours = _decoded(_verified(self._header) or b"")["header"]
        _check_fingerprint(found.header, ours, self.path)
        return found

    def _opened(self) -> FileIO:
        """Return the open file; a forked child opens its own, which shares no lock."""
        if self._closed:
            raise ValueError(f"the journal {str(self.path)!r} is closed.")
        if self._file is None:
            file = _open(self.path, "a+b")
            with _exclusive(file):
                self._start(file)
            self._file = file
        return self._file

    def _after_fork(self) -> None:
        """Let go, in the child, of what would keep the parent's locks alive after its death."""
        self._mutex = threading.Lock()  # another thread of the parent may have held it
        for file in (self._file, self._owned):
            if file is not None:
                file.close()
        self._file = self._owned = None
        self.is_owner = False
        self.writer = _fresh_name()


_OPEN: WeakSet[Journal] = WeakSet()


def _after_fork() -> None:
    for journal in list(_OPEN):
        journal._after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _fresh_name() -> str:
    return os.urandom(8).hex()


def _header_line(header: Mapping[str, Any]) -> bytes:
    if not isinstance(header, Mapping):
        raise TypeError(f"header should be a dict, got {header!r}.")
    if not isinstance(header.get("fingerprint", {}), Mapping):
        raise TypeError(f"header['fingerprint'] should be a dict, got {header['fingerprint']!r}.")
    return _line({"journal": "skhpo", "header": _plain(header, "header")})


def _check_fingerprint(found: dict[str, Any], ours: dict[str, Any], path: Path) -> None:
    there, here = (
        {name: _sorted_text(_plain(value, name)) for name, value in h["fingerprint"].items()}
        for h in ({"fingerprint": {}, **found}, {"fingerprint": {}, **ours})
    )
    differences = {
        name: (there.get(name, _ABSENT), here.get(name, _ABSENT))
        for name in {**there, **here}
        if there.get(name) != here.get(name)
    }
    if differences:
        listed = "; ".join(
            f"{name} is {a} in the journal and {b} in this search"
            for name, (a, b) in differences.items()
        )
        raise JournalMismatch(
            f"the journal {str(path)!r} belongs to another search: {listed}. "
            "Name another file, or delete this one.",
            differences,
        )


# -- lines ---------------------------------------------------------------------------------------


def _line(plain: dict[str, Any]) -> bytes:
    text = _text(plain).encode("ascii")
    return text[:-1] + _ending(text)


def _ending(text: bytes) -> bytes:
    """Return what replaces the closing brace of ``text``: its checksum as the last field."""
    return b',"crc":"%08x"}\n' % zlib.crc32(text)


_N_ENDING = len(_ending(b""))


def _verified(line: bytes) -> bytes | None:
    """Return the JSON text of a line without its checksum, or None if that is wrong."""
    text = line[:-_N_ENDING] + b"}"
    return text if line[-_N_ENDING:] == _ending(text) else None


def _plain(value: Any, where: str) -> Any:
    """Return ``value`` as strict JSON can express it.

    A float that is not finite becomes ``{"$float": "nan"}``, and so that a dict of the user's
    is never taken for one, keys that begin with a dollar get a second.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else {"$float": float.__repr__(value)}
    if isinstance(value, Mapping):
        return {_key(k, where): _plain(v, f"{where}[{k!r}]") for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v, f"{where}[{i}]") for i, v in enumerate(value)]
    raise TypeError(
        f"{where} should be None, a bool, an int, a float, a str, or a list or dict of these, "
        f"got {value!r} of type {type(value).__module__}.{type(value).__qualname__}."
    )


def _key(key: Any, where: str) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{where} should have strings for keys, got {key!r}.")
    return "$" + key if key.startswith("$") else key


def _revived(found: dict[str, Any]) -> Any:
    if "$float" in found:
        return float(found["$float"])
    if any(key.startswith("$") for key in found):
        return {key.removeprefix("$"): value for key, value in found.items()}
    return found


_text = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
_sorted_text = json.JSONEncoder(allow_nan=False, sort_keys=True).encode
_DECODER = json.JSONDecoder(object_hook=_revived)


def _decoded(text: bytes) -> dict[str, Any]:
    value: dict[str, Any] = _DECODER.decode(text.decode())
    return value


# -- files and locks -----------------------------------------------------------------------------


def _checked_path(path: str | os.PathLike[str]) -> Path:
    resolved = Path(path).resolve()  # a later chdir must not lead elsewhere
    if not resolved.parent.is_dir():
        raise FileNotFoundError(
            f"journal {str(path)!r}: the directory {str(resolved.parent)!r} does not exist."
        )
    if resolved.exists() and not resolved.is_file():
        raise ValueError(f"journal should name a file, got {str(path)!r}, which is none.")
    return resolved


def _open(path: Path, mode: str) -> FileIO:
    try:
        return FileIO(path, mode)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"journal: there is no file {str(path)!r}.") from error
    except PermissionError as error:
        raise ValueError(f"journal: {str(path)!r} may not be opened.") from error


def _write(file: FileIO, line: bytes) -> None:
    """Append a whole line to a file that ends in one; call it under the lock."""
    end = _heal(file)
    left = memoryview(line)
    try:
        while left:  # once, unless the disk is full
            left = left[os.write(file.fileno(), left) :]
    except OSError:
        file.truncate(end)
        raise


def _heal(file: FileIO) -> int:
    """Cut off an incomplete last line and return the size; call it under the lock."""
    size = file.seek(0, os.SEEK_END)
    if size == 0:
        return 0
    file.seek(size - 1)
    return size if file.read(1) == b"\n" else file.truncate(_end_of_lines(file, size))


def _end_of_lines(file: FileIO, size: int) -> int:
    end = size
    while end:
        start = max(0, end - _BLOCK)
        file.seek(start)
        newline = file.read(end - start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0


def _flush(file: FileIO) -> None:
    flush = getattr(os, "fdatasync", os.fsync)  # macOS and Windows have the second alone
    flush(file.fileno())


@contextmanager
def _exclusive(file: FileIO) -> Iterator[None]:
    try:
        _lock(file.fileno())
        yield
    finally:
        _unlock(file.fileno())


def _owned(path: Path) -> FileIO | None:
    """Return a lock file that is held by this process alone, or None if another holds it."""
    while True:
        file = _open(path, "ab")
        if not _lock(file.fileno(), wait=False):
            file.close()
            return None
        if _is_at(file, path):
            return file
        file.close()  # its owner removed it before it was locked here: it bars nobody else


def _disown(file: FileIO, path: Path) -> None:
    if _is_at(file, path):
        with suppress(OSError):  # Windows removes no file that is open; it does no harm there
            path.unlink()
    file.close()


def _is_at(file: FileIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":  # pragma: no cover (Windows)

    def _lock(descriptor: int, *, wait: bool = True) -> bool:
        while not _try_lock(descriptor):
            if not wait:
                return False
            time.sleep(1e-3)  # msvcrt.LK_LOCK, which waits, looks once a second
        return True

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        with suppress(PermissionError):  # interrupted before it was locked
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

elif sys.platform in {"emscripten", "wasi"}:  # pragma: no cover (one process is all there is)

    def _lock(descriptor: int, *, wait: bool = True) -> bool:  # noqa: ARG001 (as elsewhere)
        _warn_unlocked()
        return True

    def _unlock(descriptor: int) -> None: ...

else:

    def _lock(descriptor: int, *, wait: bool = True) -> bool:
        """Take the lock of a file; False if another holds it and it is not waited for."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            _warn_unlocked()
        return True

    def _unlock(descriptor: int) -> None:
        with suppress(OSError):  # where there are no locks; closing the file ends it in any case
            fcntl.flock(descriptor, fcntl.LOCK_UN)


@cache
def _warn_unlocked() -> None:
    warnings.warn(
        "There are no file locks where the journal lies: only one process may write to it.",
        RuntimeWarning,
        stacklevel=2,
    )
