"""What the columns of a table hold."""

import re
from typing import Any, Literal

import numpy as np
import pandas as pd

from skhpo.space._values import show

Kind = Literal[
    "numeric", "boolean", "low", "high", "text", "date", "written_date", "duration", "dropped"
]

MOST_LOW = 40  # categories of low cardinality: as in skrub's TableVectorizer
LEAST_SPACES = 3  # of a value, on average, that make a column of strings a text
LEAST_ROWS = 50  # from which on strings that never repeat count as identifiers
N_READ = 1000  # values that are looked at
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]|$)")
BY_CONTENT: dict[str, Kind] = {
    "integer": "numeric",
    "floating": "numeric",
    "mixed-integer-float": "numeric",
    "decimal": "numeric",
    "boolean": "boolean",
    "datetime64": "date",
    "datetime": "date",
    "date": "date",
    "timedelta64": "duration",
    "timedelta": "duration",
}


def as_frame(X: Any) -> pd.DataFrame:
    """Return a table as a data frame, without a copy of its columns.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_features)
        The table.

    Returns
    -------
    DataFrame
        The same columns.

    Raises
    ------
    TypeError
        If it is sparse, or of a library other than pandas.
    ValueError
        If it has not two dimensions, or no row or column.
    """
    if not isinstance(X, pd.DataFrame):
        if hasattr(X, "tocsr") or hasattr(X, "columns"):
            raise TypeError(
                f"X should be a data frame of pandas or a dense array, got {type(X).__name__}."
            )
        X = np.asarray(X)
        if X.ndim != 2:
            raise ValueError(f"X should have two dimensions, got an array of shape {X.shape}.")
        X = pd.DataFrame(X)
    if 0 in X.shape:
        raise ValueError(f"X should have rows and columns, got the shape {X.shape}.")
    frame: pd.DataFrame = X
    return frame


def kind_of(column: "pd.Series[Any]") -> Kind:
    """Say what a column holds, by its type and values.

    Parameters
    ----------
    column : Series
        The column.

    Returns
    -------
    str
        Its kind; ``"dropped"`` if it says nothing.

    Raises
    ------
    TypeError
        If it holds what is no single value, such as lists.
    """
    try:
        n_values = column.nunique()
    except TypeError:
        first = column.dropna().iloc[0]
        raise TypeError(
            f"X: column {column.name!r} should hold numbers, strings, dates or booleans, "
            f"got {show(first)} of type {type(first).__name__}."
        ) from None
    if n_values == 0 or (n_values == 1 and not column.hasnans):
        return "dropped"
    content = pd.api.types.infer_dtype(column, skipna=True)
    return BY_CONTENT.get(content) or _kind_of_strings(column.dropna(), n_values, len(column))


def _kind_of_strings(values: "pd.Series[Any]", n_values: int, n_rows: int) -> Kind:
    read = [str(value) for value in values.iloc[:N_READ]]
    if all(map(ISO_DATE.match, read)) and _are_dates(read):
        return "written_date"
    if n_values <= MOST_LOW:
        return "low"
    if sum(value.count(" ") for value in read) >= LEAST_SPACES * len(read):
        return "text"
    if n_values == len(values) and n_rows >= LEAST_ROWS:
        return "dropped"
    return "high"


def _are_dates(read: list[str]) -> bool:
    dates = pd.to_datetime(pd.Series(read), format="ISO8601", errors="coerce", utc=True)
    return not dates.hasnans
