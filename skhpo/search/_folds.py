"""Folds for a table of which nothing is said."""

from numbers import Integral
from typing import Any

import numpy as np
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

N_FOLDS = 5
N_FOLDS_OF_MANY = 3  # whose test parts are large enough to tell candidates apart
MANY_ROWS = 20_000


def make_folds(cv: Any, y: np.ndarray, task: str, groups: Any, seed: Any) -> Any:
    """Return a splitter in the place of a number of folds.

    Parameters
    ----------
    cv : int, None or splitter
        As the user gave it; None for 5 folds, 3 from 20,000 rows on.
    y : ndarray of shape (n_samples,)
        The target.
    task : {"classification", "regression"}
        Whether folds are stratified.
    groups : array-like of shape (n_samples,) or None
        Rows that are kept together.
    seed : int or None
        Of the shuffling; None for one that is always the same, so that a journal can go on.

    Returns
    -------
    splitter
        ``cv`` itself where it is no number.

    Raises
    ------
    ValueError
        If a class has fewer rows than two.
    """
    if cv is not None and not isinstance(cv, Integral):
        return cv
    usual = N_FOLDS if len(y) < MANY_ROWS else N_FOLDS_OF_MANY
    n = usual if cv is None else int(cv)
    if groups is not None:
        kind = StratifiedGroupKFold if task == "classification" else GroupKFold
        return kind(n)
    seed = 0 if seed is None else seed
    if task == "regression":
        return KFold(min(n, len(y)) if cv is None else n, shuffle=True, random_state=seed)
    classes, counts = np.unique(y, return_counts=True)
    if counts.min() < 2:
        rare = classes[np.argmin(counts)]
        raise ValueError(
            f"y: class {rare!s} has a single row, of which no fold can be learned: leave it out, "
            "merge it with another, or give cv."
        )
    n = min(n, int(counts.min())) if cv is None else n
    return StratifiedKFold(n, shuffle=True, random_state=seed)
