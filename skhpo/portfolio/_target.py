"""Whether and how a target can stand in for a category."""

from typing import Any, Literal

import numpy as np
import pandas as pd

FOLDS = 5  # of TargetEncoder
MOST_CLASSES = 20  # each makes a column of each encoded one
LEAST_OF_A_CLASS = 2 * FOLDS  # so that its folds have all classes, in a part of the rows as well


def target_type(y: Any) -> Literal["binary", "multiclass", "continuous"] | None:
    """Say what TargetEncoder should take a target for.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), or None
        The target. Whole numbers of more than twenty values are measurements, not classes.

    Returns
    -------
    str or None
        Its ``target_type``; None where it cannot, or should not, be used: several outputs, many or
        very rare classes, missing values.
    """
    if y is None or np.ndim(y) != 1:
        return None
    values = pd.Series(np.asarray(y))
    if values.hasnans:
        return None
    counts = values.value_counts()
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        is_whole = bool((values == values.round()).all())
        if not is_whole or len(counts) > MOST_CLASSES:
            return "continuous"
    if not 2 <= len(counts) <= MOST_CLASSES or counts.min() < LEAST_OF_A_CLASS:
        return None
    return "binary" if len(counts) == 2 else "multiclass"
