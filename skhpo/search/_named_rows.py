"""Splits that name the rows of one data set, and can divide no other."""

from numbers import Real
from typing import Any

from sklearn.model_selection import PredefinedSplit


def names_rows(splitter: Any) -> bool:
    """Return whether a ``cv``, or a ``final_holdout``, is of rows that it names.

    Parameters
    ----------
    splitter : int, float, splitter, iterable or None
        As the user gave it.

    Returns
    -------
    bool
        True for a list of splits and for ``PredefinedSplit``.

    Examples
    --------
    >>> names_rows(5), names_rows([([0, 1], [2])])
    (False, True)
    """
    if splitter is None or isinstance(splitter, Real):
        return False
    return isinstance(splitter, PredefinedSplit) or not hasattr(splitter, "split")
