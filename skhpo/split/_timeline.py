"""Where the rows lie in time."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skhpo._sklearn import num_samples
from skhpo.split._sizes import Size

ROWS, NUMBERS, DATES = "rows", "numbers", "dates"


@dataclass(frozen=True, eq=False)
class Timeline:
    """The distinct timestamps and the rows on them.

    Parameters
    ----------
    stamps : DatetimeIndex or ndarray of shape (n_stamps,)
        Distinct timestamps in order.
    codes : ndarray of int of shape (n_rows,)
        Position of each row's timestamp among them.
    kind : {"rows", "numbers", "dates"}
        Where time comes from; "rows" is the order of the rows.
    label_end : DatetimeIndex or ndarray of shape (n_rows,), or None
        When the label of each row is known.
    noun : str
        What is counted, for error messages.
    """

    stamps: Any
    codes: NDArray[np.intp]
    kind: str
    label_end: Any = None
    noun: str = "distinct timestamps"

    @property
    def n_stamps(self) -> int:
        """How many distinct timestamps there are."""
        return len(self.stamps)

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """The rows in the order of time, and in their own order where time is the same."""
        return np.argsort(self.codes, kind="stable")

    @cached_property
    def spacing(self) -> Any:
        """The usual distance between neighbours: nine tenths are no larger.

        Weekends count as usual, a single hole does not.
        """
        if self.n_stamps < 2:
            return pd.Timedelta(0)
        distances = np.sort(np.diff(self.stamps.asi8))
        usual = distances[int(np.ceil(0.9 * len(distances))) - 1]
        return pd.Timedelta(int(usual), unit=self.stamps.unit)

    def position(self, when: Any, side: str = "left") -> Any:
        """Return how many timestamps are before an instant, with ``side="right"`` not after it."""
        return self.stamps.searchsorted(when, side=side)

    def last_position(self, when: Any) -> Any:
        """Return the position of the last timestamp that is not after an instant."""
        return self.position(when, "right") - 1

    def check_unit(self, size: Size) -> None:
        """Refuse a span of time where there are no dates."""
        if not size.is_time or self.kind == DATES:
            return
        have = "times are numbers" if self.kind == NUMBERS else "the rows have no times"
        raise ValueError(
            f"{size.name}={size.given!r} is a span of time, but {have}: give X or y a "
            "DatetimeIndex, or pass dates as times= (cross-validation and searches pass them on "
            "only with sklearn.set_config(enable_metadata_routing=True)), or count timestamps "
            "with an int."
        )


def read_timeline(X: Any, y: Any = None, times: Any = None, label_end: Any = None) -> Timeline:
    """Return the timeline of the rows: from ``times``, the index of X or of y, or their order.

    Parameters
    ----------
    X, y : array-like of shape (n_rows, ...) or None
        The data.
    times : array-like of shape (n_rows,) or None, default=None
        Dates, periods or numbers.
    label_end : array-like of shape (n_rows,) or None, default=None
        When the label of each row is known.

    Returns
    -------
    Timeline
        Of all rows.

    Raises
    ------
    ValueError
        If there are no rows, lengths differ, times are missing or of no known kind, or labels end
        before they begin.

    Examples
    --------
    >>> timeline = read_timeline(None, times=pd.PeriodIndex(["2024-02", "2024-01"], freq="M"))
    >>> timeline.stamps[0], timeline.codes.tolist()
    (Timestamp('2024-01-01 00:00:00'), [1, 0])
    """
    given = next((data for data in (X, y, times) if data is not None), None)
    if given is None:
        raise ValueError("X, y or times is needed to tell how many rows there are.")
    n_rows = num_samples(given)
    if n_rows == 0:
        raise ValueError("there are no rows to split.")
    values = _from_indices(X, y) if times is None else _read("times", times, n_rows)
    if values is None:
        _refuse_ends(label_end)
        rows = np.arange(n_rows)
        return Timeline(rows, rows, ROWS)
    kind = DATES if isinstance(values, pd.DatetimeIndex) else NUMBERS
    codes, stamps = pd.factorize(values, sort=True)
    ends = None if label_end is None else _read_ends(label_end, values)
    return Timeline(stamps, codes.astype(np.intp), kind, ends)


def _from_indices(X: Any, y: Any) -> Any:
    for data in (X, y):
        index: Any = getattr(data, "index", None)
        if isinstance(index, pd.MultiIndex):
            levels = [index.get_level_values(i) for i in range(index.nlevels)]
            index = next((level for level in levels if _has_dates(level)), None)
        if _has_dates(index):
            return _read("the index", index, len(index))
    return None


def _has_dates(index: Any) -> bool:
    return isinstance(index, pd.DatetimeIndex | pd.PeriodIndex)


def _refuse_ends(label_end: Any) -> None:
    if label_end is not None:
        raise ValueError(
            "label_end says when labels are known, but the rows have no times: pass times= too, "
            "or give X or y a DatetimeIndex."
        )


def _read(name: str, values: Any, n_rows: int) -> Any:
    """Return a DatetimeIndex, or an array of numbers."""
    if num_samples(values) != n_rows:
        raise ValueError(f"{name} has {num_samples(values)} values for {n_rows} rows.")
    index = _as_index(values)
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp(how="start")
    if index.dtype == object or pd.api.types.is_string_dtype(index.dtype):
        index = _parsed(name, index)
    n_missing = int(np.sum(index.isna()))
    if n_missing:
        raise ValueError(f"{name} is missing in {n_missing} rows.")
    if isinstance(index, pd.DatetimeIndex):
        return index.as_unit("ns")
    if pd.api.types.is_numeric_dtype(index.dtype) and not pd.api.types.is_bool_dtype(index.dtype):
        return index.to_numpy()
    raise ValueError(f"{name} should be dates, periods or numbers, got {index.dtype}.")


def _as_index(values: Any) -> pd.Index:
    if isinstance(values, pd.Index):
        return values
    return pd.Index(values if isinstance(values, pd.Series | list) else np.ravel(values))


def _parsed(name: str, index: pd.Index) -> pd.Index:
    try:
        return pd.DatetimeIndex(index)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} should be dates, periods or numbers: {error}") from error


def _read_ends(label_end: Any, values: Any) -> Any:
    ends = _read("label_end", label_end, len(values))
    alike = isinstance(ends, pd.DatetimeIndex) == isinstance(values, pd.DatetimeIndex)
    if not alike or (getattr(ends, "tz", None) is None) != (getattr(values, "tz", None) is None):
        raise ValueError("label_end and times should both be dates, with a time zone or without.")
    if np.any(ends < values):
        raise ValueError(f"label_end is before times in {int(np.sum(ends < values))} rows.")
    return ends
