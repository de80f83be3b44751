"""What all splitters in time have in common."""

import inspect
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import BaseCrossValidator

from skhpo.split._timeline import DATES, Timeline, read_timeline

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Fold:
    """What becomes of each row in one split.

    Parameters
    ----------
    train, test : ndarray of bool of shape (n_rows,)
        The two parts.
    purged : ndarray of bool of shape (n_rows,), or None
        Rows kept out of the training part because their labels reach into the test part, or for
        a gap before it.
    embargoed : ndarray of bool of shape (n_rows,), or None
        Rows kept out because they follow the test part too soon.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.split import Fold
    >>> is_test = np.arange(4) > 2
    >>> Fold(train=~is_test, test=is_test).test
    array([False, False, False,  True])
    """

    train: Mask
    test: Mask
    purged: Mask | None = None
    embargoed: Mask | None = None


class TimeSplitter(BaseCrossValidator):
    """Base class of splitters in time; an author writes ``_folds`` and ``_given_n_splits``.

    Attributes
    ----------
    runs_forward : bool, default=False
        Whether every training row comes before every test row.

    See Also
    --------
    skhpo.testing.SplitterContract : The tests that every splitter in time has to pass.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.split import Fold, TimeSplitter
    >>> class LastRows(TimeSplitter):
    ...     def __init__(self, n=2):
    ...         self.n = n
    ...
    ...     def _folds(self, timeline, X, y, groups):
    ...         is_test = np.arange(len(X)) >= len(X) - self.n
    ...         yield Fold(train=~is_test, test=is_test)
    ...
    ...     def _given_n_splits(self):
    ...         return 1
    >>> [(train.tolist(), test.tolist()) for train, test in LastRows().split(np.zeros(5))]
    [([0, 1, 2], [3, 4])]
    """

    __metadata_request__split: ClassVar = {"times": True, "label_end": True}
    runs_forward: ClassVar[bool] = False

    def split(
        self,
        X: Any,
        y: Any = None,
        groups: Any = None,
        *,
        times: Any = None,
        label_end: Any = None,
    ) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Generate the splits.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            The data. Time is read off ``times``, else off the DatetimeIndex or PeriodIndex of X
            or y, else it is the order of the rows.
        y : array-like of shape (n_samples,), default=None
            The target.
        groups : array-like of shape (n_samples,), default=None
            Labels of series or groups, for the splitters that use them.
        times : array-like of shape (n_samples,), default=None
            Dates, periods or numbers; rows may be in any order and share timestamps.
        label_end : array-like of shape (n_samples,), default=None
            When the label of each row is known, not before ``times``.

        Yields
        ------
        train : ndarray of int
            The training rows in the order of time.
        test : ndarray of int
            The test rows in the order of time.

        Raises
        ------
        ValueError
            If an argument of the splitter is not valid, spans of time meet rows without dates, or
            the data do not suffice; the message says how much is missing.
        """
        timeline = self._timeline(X, y, groups, times, label_end)
        for fold in self._checked_folds(timeline, X, y, groups):
            order = timeline.order
            yield order[fold.train[order]], order[fold.test[order]]

    def get_n_splits(
        self,
        X: Any = None,
        y: Any = None,
        groups: Any = None,
        *,
        times: Any = None,
        label_end: Any = None,
    ) -> int:
        """Return how many splits there are.

        Parameters
        ----------
        X, y, groups : array-like of shape (n_samples, ...), default=None
            As for ``split``; not needed where the number is an argument of the splitter.
        times, label_end : array-like of shape (n_samples,), default=None
            As for ``split``.

        Returns
        -------
        int
            The number of pairs that ``split`` generates.

        Raises
        ------
        ValueError
            If the number follows from the data and there are none, or ``split`` would raise.
        """
        if X is None and y is None and times is None:
            given = self._given_n_splits()
            if given is None:
                raise ValueError(
                    f"how many splits {self} makes follows from the data: give get_n_splits X, or "
                    "times."
                )
            return given
        timeline = self._timeline(X, y, groups, times, label_end)
        return sum(1 for _ in self._checked_folds(timeline, X, y, groups))

    def describe(
        self,
        X: Any,
        y: Any = None,
        groups: Any = None,
        *,
        times: Any = None,
        label_end: Any = None,
    ) -> pd.DataFrame:
        """Describe the splits in a table.

        Parameters
        ----------
        X, y, groups : array-like of shape (n_samples, ...), default=None
            As for ``split``.
        times, label_end : array-like of shape (n_samples,), default=None
            As for ``split``.

        Returns
        -------
        DataFrame
            One row a split: ``fold``; first and last timestamp of each part (``train_start``,
            ``train_end``, ``test_start``, ``test_end``); ``gap``, the smallest distance between a
            training and a test timestamp (timestamps are numbered where rows have no dates); and
            numbers of rows (``n_train``, ``n_test``, ``n_purged``, ``n_embargoed``).
        """
        timeline = self._timeline(X, y, groups, times, label_end)
        folds = self._checked_folds(timeline, X, y, groups)
        return pd.DataFrame([_described(i, fold, timeline) for i, fold in enumerate(folds)])

    def time_ranks(
        self,
        X: Any,
        y: Any = None,
        groups: Any = None,
        *,
        times: Any = None,
        label_end: Any = None,
    ) -> NDArray[np.intp] | None:
        """Return the place of each row in time, or None where training is not all in the past.

        Parameters
        ----------
        X, y, groups : array-like of shape (n_samples, ...), default=None
            As for ``split``.
        times, label_end : array-like of shape (n_samples,), default=None
            As for ``split``.

        Returns
        -------
        ndarray of int of shape (n_samples,) or None
            Searches that train on a part of the rows take the latest by it.
        """
        if not self._is_forward():
            return None
        order = self._timeline(X, y, groups, times, label_end).order
        ranks = np.empty_like(order)
        ranks[order] = np.arange(len(order))
        return ranks

    @abstractmethod
    def _folds(self, timeline: Timeline, X: Any, y: Any, groups: Any) -> Iterator[Fold]:
        """Generate the folds."""

    @abstractmethod
    def _given_n_splits(self) -> int | None:
        """Return the number of splits as far as it does not depend on the data."""

    def _is_forward(self) -> bool:
        return self.runs_forward

    def _timeline(self, X: Any, y: Any, groups: Any, times: Any, label_end: Any) -> Timeline:
        return read_timeline(X, y, times, label_end)

    def _checked_folds(self, timeline: Timeline, X: Any, y: Any, groups: Any) -> Iterator[Fold]:
        for number, fold in enumerate(self._folds(timeline, X, y, groups)):
            for part, mask in (("training", fold.train), ("test", fold.test)):
                if not mask.any():
                    raise ValueError(
                        f"split {number} of {self} has no {part} rows: "
                        f"{int(np.sum(fold.test))} rows are tested and "
                        f"{len(mask) - int(np.sum(fold.test | fold.train))} left out of "
                        f"{len(mask)}, on {timeline.n_stamps} {timeline.noun}."
                    )
            yield fold

    def __repr__(self) -> str:
        parameters = inspect.signature(type(self)).parameters.values()
        shown = [
            f"{p.name}={getattr(self, p.name)!r}"
            for p in parameters
            if _differs(getattr(self, p.name), p.default)
        ]
        return f"{type(self).__name__}({', '.join(shown)})"


def _differs(value: Any, default: Any) -> bool:
    return type(value) is not type(default) or repr(value) != repr(default)


def _described(number: int, fold: Fold, timeline: Timeline) -> dict[str, Any]:
    train = np.unique(timeline.codes[fold.train])
    test = np.unique(timeline.codes[fold.test])
    stamps = timeline.stamps
    return {
        "fold": number,
        "train_start": stamps[train[0]],
        "train_end": stamps[train[-1]],
        "gap": _distance(train, test, timeline),
        "test_start": stamps[test[0]],
        "test_end": stamps[test[-1]],
        "n_train": int(fold.train.sum()),
        "n_test": int(fold.test.sum()),
        "n_purged": _count(fold.purged),
        "n_embargoed": _count(fold.embargoed),
    }


def _count(mask: Mask | None) -> int:
    return 0 if mask is None else int(mask.sum())


def _distance(train: NDArray[np.intp], test: NDArray[np.intp], timeline: Timeline) -> Any:
    """Return the smallest distance between the two parts."""
    after = np.searchsorted(train, test)
    has_earlier, has_later = after > 0, after < len(train)
    stamps = timeline.stamps.asi8 if timeline.kind == DATES else timeline.stamps
    earlier = stamps[test[has_earlier]] - stamps[train[after[has_earlier] - 1]]
    later = stamps[train[after[has_later]]] - stamps[test[has_later]]
    smallest = np.concatenate([earlier, later]).min()
    return pd.Timedelta(int(smallest), unit="ns") if timeline.kind == DATES else smallest.item()
