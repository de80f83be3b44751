"""Rows that a search never sees, and on which its result is scored once."""

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import (
    GroupShuffleSplit,
    TimeSeriesSplit,
    check_cv,
)
from sklearn.utils.multiclass import type_of_target

from skhpo._sklearn import check_fit_params, num_samples, rows_for_predicting, take_rows
from skhpo.search._named_rows import names_rows

_SEED = 0  # the same rows each time, whatever the seed of the search


@dataclass(frozen=True, eq=False)
class Held:
    """Rows that are held out.

    Parameters
    ----------
    X, y : array-like
        Of these rows.
    score_params : dict of str to object
        What the scorer is given besides, of these rows.
    rows : ndarray of int
        Which they are, of the rows that ``fit`` was given.
    searched : ndarray of int
        The rows that are left to the search.
    """

    X: Any
    y: Any
    score_params: Mapping[str, Any]
    rows: NDArray[np.intp]
    searched: NDArray[np.intp]

    @property
    def identity(self) -> str:
        """A text that is equal for the same rows."""
        return str(joblib.hash((self.rows, self.searched)))


def set_aside(
    final_holdout: Any,
    X: Any,
    y: Any,
    params: Mapping[str, Any],
    *,
    cv: Any,
    estimator: Any,
    is_classifier: bool,
    split_params: Mapping[str, Any],
    score_params: Mapping[str, Any],
) -> tuple[Any, Any, dict[str, Any], Held]:
    """Divide the data into what is searched on and what is held out.

    Parameters
    ----------
    final_holdout : float, int or splitter
        As the user gave it.
    X, y : array-like
        All rows.
    params : dict of str to object
        Metadata of all rows.
    cv : int, splitter, iterable or None
        Of the search: where it goes in time, so does this.
    estimator : estimator or None
        What is searched, for kernels that have a column for each row.
    is_classifier : bool
        Whether rows are drawn in proportion to the classes.
    split_params, score_params : dict of str to object
        The parts of the metadata that go to a splitter and to the scorer.

    Returns
    -------
    X, y, params
        Of the rows that are left to the search.
    held : Held
        The others.

    Raises
    ------
    ValueError
        If the argument is not allowed, there is not a single split, or one part is empty.
    """
    _check_cv(cv)
    splitter = final_holdout
    if isinstance(final_holdout, int | float | np.number):
        splitter = _splitter_of(final_holdout, cv, y, split_params.get("groups"), is_classifier)
    searched, rows = _single_split(splitter, X, y, split_params, final_holdout)
    held = Held(
        _part(estimator, X, searched, rows),
        None if y is None else take_rows(y, rows),
        check_fit_params(X, params=dict(score_params), indices=rows),
        rows,
        searched,
    )
    given = {name: value for name, value in params.items() if value is not None}
    rest = check_fit_params(X, params=given, indices=searched)
    y = None if y is None else take_rows(y, searched)
    return _part(estimator, X, searched, searched), y, rest, held


def _part(estimator: Any, X: Any, searched: NDArray[np.intp], rows: NDArray[np.intp]) -> Any:
    if estimator is None:
        return take_rows(X, rows)
    return rows_for_predicting(estimator, X, None, searched, rows)


def _check_cv(cv: Any) -> None:
    if names_rows(cv):
        raise ValueError(
            "final_holdout needs a cv that divides the rows which are left, such as a number or a "
            f"splitter; splits that name rows, as {type(cv).__name__} does, are of all rows."
        )


def _splitter_of(size: Any, cv: Any, y: Any, groups: Any, is_classifier: bool) -> Any:
    """Return the splitter that a number stands for."""
    from skhpo.search._by_class import HoldOutByClass
    from skhpo.split import GroupWalkForward, HoldOut, PanelSplit, WalkForward

    if isinstance(size, bool | np.bool_):
        raise ValueError(f"final_holdout={size!r} should be a share or a number of rows.")
    if isinstance(cv, PanelSplit):
        if cv.groups == "new_groups":
            raise ValueError(
                f"final_holdout={size!r} does not say which series are held out beside the latest "
                "rows: give a splitter with a single split."
            )
        cv = cv.splitter
    if isinstance(cv, GroupWalkForward):
        return GroupWalkForward(1, test_size=size, min_train_size=1, gap=cv.gap)
    if _goes_in_time(cv):
        gap = getattr(cv, "gap", getattr(cv, "horizon", 0))
        return WalkForward(1, test_size=size, min_train_size=1, gap=gap)
    if groups is not None:
        share = size / num_samples(groups) if isinstance(size, Integral) else size
        return GroupShuffleSplit(1, test_size=share, random_state=_SEED)
    if is_classifier and y is not None and type_of_target(y) in ("binary", "multiclass"):
        return HoldOutByClass(size, random_state=_SEED)
    return HoldOut(size, random_state=_SEED)


def _goes_in_time(cv: Any) -> bool:
    from skhpo.split._base import TimeSplitter

    if isinstance(cv, TimeSplitter):
        return getattr(cv, "shuffle", False) is False
    return isinstance(cv, TimeSeriesSplit)


def _single_split(
    splitter: Any, X: Any, y: Any, params: Mapping[str, Any], given: Any
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows to search on and those held out, in the order of the data."""
    splits = list(check_cv(splitter).split(X, y, **params))
    if len(splits) != 1:
        raise ValueError(
            f"final_holdout={given!r} should make a single split, such as HoldOut, got "
            f"{len(splits)}."
        )
    every = np.arange(num_samples(X))
    searched, rows = (np.unique(every[part]) for part in splits[0])
    if not len(searched) or not len(rows) or np.intersect1d(searched, rows).size:
        raise ValueError(
            f"final_holdout={given!r} leaves {len(searched)} rows to the search and holds "
            f"{len(rows)} out, {np.intersect1d(searched, rows).size} of them the same."
        )
    return searched, rows
