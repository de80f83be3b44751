"""Tables on disk: CSV and parquet, read and written, with what is wrong said in a line."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skhpo.cli._say import CommandError, note

if TYPE_CHECKING:
    import pandas as pd

SEPARATORS = {".csv": ",", ".tsv": "\t"}
KINDS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet")
# 31.12.2024 and 2024/12/31, also with a time of day: how they are meant is beyond doubt
DAY_FIRST = re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})(?P<time>[T ].*)?")
YEAR_FIRST = re.compile(r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})(?P<time>[T ].*)?")
IN_DOUBT = re.compile(r"\d{1,2}[/-]\d{1,2}[/-]\d{4}([T ].*)?")


def kind_of_file(path: Path) -> str:
    """Return how a table is stored, by the end of its name.

    Parameters
    ----------
    path : Path
        The file, which need not exist.

    Returns
    -------
    {".csv", ".tsv", ".parquet"}
        Without what says that it is compressed.

    Raises
    ------
    CommandError
        If the end is another.
    """
    name = path.name.lower()
    for kind in KINDS:
        if name.endswith(kind):
            return kind.removesuffix(".gz")
    raise CommandError(f"{path}: the name should end in one of {', '.join(KINDS)}.")


def read_table(
    path: Path, separator: str | None = None, types: Mapping[str, Any] | None = None
) -> "pd.DataFrame":
    """Read a table.

    Parameters
    ----------
    path : Path
        The file.
    separator : str or None, default=None
        Between the cells of a CSV file; None for a comma, or a tabulator in .tsv.
    types : dict of str to dtype or None, default=None
        Types of columns of a CSV file that are not to be guessed.

    Returns
    -------
    DataFrame
        With one row at least, and columns whose names are strings and differ.

    Raises
    ------
    CommandError
        If there is no such file, or it cannot be read, or is empty.
    """
    kind = kind_of_file(path)
    if not path.is_file():
        raise CommandError(f"{path}: there is no such file.")
    if path.stat().st_size == 0:
        raise CommandError(f"{path}: the file is empty.")
    try:
        if kind == ".parquet":
            frame = _read_parquet(path)
        else:
            frame = _read_text(path, separator or SEPARATORS[kind], types)
    except (OSError, ValueError, RuntimeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    frame.columns = frame.columns.map(str)
    again = frame.columns[frame.columns.duplicated()]
    if len(again):
        raise CommandError(f"{path}: the column name {again[0]!r} stands there more than once.")
    if 0 in frame.shape:
        raise CommandError(f"{path}: there are no {'rows' if frame.shape[1] else 'columns'}.")
    return frame


def _read_text(path: Path, separator: str, types: Mapping[str, Any] | None) -> "pd.DataFrame":
    import pandas as pd

    if len(separator) != 1:  # pandas would take more for a regular expression
        raise CommandError(f"--separator should be one character, got {separator!r}.")
    # pandas would number names that stand there twice
    [names] = pd.read_csv(path, sep=separator, header=None, nrows=1, dtype=str).to_numpy()
    seen = [str(name) for name in names if not pd.isna(name)]
    again = sorted({name for name in seen if seen.count(name) > 1})
    if again:
        raise CommandError(f"{path}: the column name {again[0]!r} stands there more than once.")
    known = {name: kind for name, kind in (types or {}).items() if name in seen}
    return pd.read_csv(path, sep=separator, dtype=known, low_memory=False)


def _read_parquet(path: Path) -> "pd.DataFrame":
    import pandas as pd

    try:
        frame: pd.DataFrame = pd.read_parquet(path)
    except ImportError:
        raise CommandError(
            f"{path}: parquet needs the package pyarrow (pip install pyarrow), or write the table "
            "as CSV."
        ) from None
    return frame


def check_output(path: Path | None) -> None:
    """Refuse a file that cannot be written, before the work is done rather than after it.

    Parameters
    ----------
    path : Path or None
        The file.

    Raises
    ------
    CommandError
        If it is a folder, or its folder does not exist.
    """
    if path is not None and path.is_dir():
        raise CommandError(f"{path}: this is a folder, not a file to write.")
    if path is not None and not path.parent.is_dir():
        raise CommandError(f"{path}: the folder {str(path.parent)!r} does not exist.")


def write_table(frame: "pd.DataFrame", path: Path) -> None:
    """Write a table.

    Parameters
    ----------
    frame : DataFrame
        The table; its index is left out.
    path : Path
        The file; the end of its name says how.

    Raises
    ------
    CommandError
        If it cannot be written.
    """
    kind = kind_of_file(path)
    try:
        if kind == ".parquet":
            frame.to_parquet(path, index=False)
        else:
            frame.to_csv(path, index=False, sep=SEPARATORS[kind])
    except ImportError:
        raise CommandError(f"{path}: parquet needs the package pyarrow.") from None
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error}") from error


# -- dates -------------------------------------------------------------------------------------


def with_iso_dates(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Write the dates of a table as 2024-12-31, as preprocessing recognises them.

    Parameters
    ----------
    frame : DataFrame
        The table.

    Returns
    -------
    DataFrame
        With other columns where all values are written as 31.12.2024 or 2024/12/31; there is a
        note where it is in doubt what is the day and what the month.
    """
    changed = {}
    for name in frame.columns:
        values = frame[name].dropna()
        if not len(values) or not all(isinstance(value, str) for value in values):
            continue
        if all(DAY_FIRST.fullmatch(v) or YEAR_FIRST.fullmatch(v) for v in values):
            changed[name] = iso_dates(frame[name])
        elif all(map(IN_DOUBT.fullmatch, values)):
            note(
                f"column {name!r} looks like dates, but not which part is the day: it is taken "
                "for categories; write dates as 2024-12-31."
            )
    return frame.assign(**changed)


def iso_dates(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Write dates as 2024-12-31.

    Parameters
    ----------
    column : Series
        Strings, some of which may be dates.

    Returns
    -------
    Series
        What is no date as it was.

    Examples
    --------
    >>> import pandas as pd
    >>> iso_dates(pd.Series(["1.2.2024 10:30", "2024/12/31", "soon"])).tolist()
    ['2024-02-01 10:30', '2024-12-31', 'soon']
    """
    return column.map(_iso, na_action="ignore")


def _iso(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = DAY_FIRST.fullmatch(value) or YEAR_FIRST.fullmatch(value)
    if found is None:
        return value
    return f"{found['y']}-{int(found['m']):02}-{int(found['d']):02}{found['time'] or ''}"
