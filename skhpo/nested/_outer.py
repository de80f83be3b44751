"""The outer folds, and what cannot be run on them."""

from collections.abc import Sequence
from itertools import combinations
from numbers import Real
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils import get_tags

from skhpo.nested._fold import Fold
from skhpo.nested._scoring import is_search
from skhpo.search._named_rows import names_rows


def check_arguments(search: Any, *, journal: Any, error_score: Any) -> None:
    """Refuse what cannot be cross-validated.

    Parameters
    ----------
    search : estimator
        As it was given.
    journal : str, path-like or None
        As it was given.
    error_score : float or "raise"
        As it was given.

    Raises
    ------
    ValueError
        If the search would have no model, or folds or a journal of another data set, or the
        score of failed folds is no number.
    """
    if not (error_score == "raise" or isinstance(error_score, Real)):
        raise ValueError(f"error_score should be a number or 'raise', got {error_score!r}.")
    if not is_search(search):
        return
    name = type(search).__name__
    if search.refit is False:
        raise ValueError(
            f"{name}(refit=False) has no model that could predict the test rows: give it "
            "refit=True, or the name of a metric."
        )
    for part in ("cv", "final_holdout"):
        if names_rows(given := getattr(search, part, None)):
            raise ValueError(
                f"{name}.{part}={given!r} are rows of all data, but the search sees the training "
                "rows of an outer fold: give a number, or a splitter that can divide them."
            )
    if journal is not None and getattr(search, "journal", None) is not None:
        raise ValueError(
            f"{name}.journal={search.journal!r}: one file cannot hold the searches of all folds. "
            "Leave it out; journal of nested_cross_validate names a folder for all of them."
        )


def classifies(search: Any, y: Any) -> bool:
    """Whether folds are stratified; decided as by a search that finds that out by itself."""
    if get_tags(search).estimator_type is None and getattr(search, "task", None) == "auto":
        from skhpo.search._target import as_target  # with pandas

        return as_target(y, "auto")[1] == "classification"
    return bool(is_classifier(search))


def make_folds(cv: Any, X: Any, y: Any, params: dict[str, Any]) -> list[Fold]:
    """Return the outer folds; of a splitter that repeats, by repeat."""
    splits = [(_numbers(train), _numbers(test)) for train, test in cv.split(X, y, **params)]
    if not splits:
        raise ValueError("outer_cv gave no folds.")
    n_repeats = getattr(cv, "n_repeats", 1)
    n_folds = len(splits) // n_repeats if len(splits) % n_repeats == 0 else len(splits)
    return [
        Fold(number, number // n_folds, number % n_folds, train, test)
        for number, (train, test) in enumerate(splits)
    ]


def _numbers(rows: Any) -> Any:
    """Return the numbers of rows, also of a mask."""
    rows = np.asarray(rows)
    return np.flatnonzero(rows) if rows.dtype == bool else rows


def make_pairs(folds: Sequence[Fold], n_rows: int) -> dict[tuple[int, int, int], Fold]:
    """Return a fold for any two of a repeat, that tests both and trains on neither."""
    sizes = {len(fold.train) + len(fold.test) for fold in folds}
    if sizes != {n_rows} or 1 + max(fold.fold for fold in folds) < 3:
        raise ValueError(
            "bates=True needs three folds or more, each of which trains on all rows that it does "
            "not test, as those of KFold."
        )
    pairs = [(a, b) for a, b in combinations(folds, 2) if a.repeat == b.repeat]
    return {
        (a.repeat, a.fold, b.fold): Fold(
            number=len(folds) + i,
            repeat=a.repeat,
            fold=a.fold,
            train=np.setdiff1d(a.train, b.test),
            test=np.concatenate([a.test, b.test]),
        )
        for i, (a, b) in enumerate(pairs)
    }
