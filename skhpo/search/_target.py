"""What a target is for: classes or numbers."""

from typing import Any, Literal

import numpy as np
import pandas as pd
from sklearn.utils import column_or_1d

from skhpo.portfolio._target import MOST_CLASSES

Task = Literal["classification", "regression"]


def as_target(y: Any, task: str) -> tuple[np.ndarray, Task]:
    """Return a target as an array, and whether it is of classes or of numbers.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, 1)
        The target.
    task : {"auto", "classification", "regression"}
        What it is for. "auto": numbers are for regression, unless they are whole and of at most
        twenty values.

    Returns
    -------
    y : ndarray of shape (n_samples,)
        Of floats for regression.
    task : {"classification", "regression"}
        What it is for.

    Raises
    ------
    ValueError
        If it is missing, in whole or in part, has several columns, a single value, or is not of
        numbers where these are needed.

    Examples
    --------
    >>> as_target(["no", "yes", "no"], "auto")[1], as_target([0.5, 1.5, 2.0], "auto")[1]
    ('classification', 'regression')
    """
    if y is None:
        raise ValueError("y=None: the target is needed, an array of classes or of numbers.")
    shape = np.shape(y)
    if len(shape) > 1 and shape[1] != 1:
        raise ValueError(f"y should be one column of classes or numbers, got the shape {shape}.")
    if hasattr(y, "iloc") and len(shape) > 1:
        y = y.iloc[:, 0]
    values = pd.Series(y if hasattr(y, "iloc") else column_or_1d(y)).reset_index(drop=True)
    values = values.infer_objects()
    n_missing = int(values.isna().sum())
    if n_missing:
        raise ValueError(
            f"y should have no missing values, got {n_missing} of {len(values)}: leave these rows "
            "out."
        )
    if values.nunique() < 2:
        raise ValueError(
            f"y should have two values at least, got only {values.iloc[0]!r}."
            if len(values)
            else "y should have two values at least, got none."
        )
    found: Any = _task_of(values) if task == "auto" else task
    return _as_array(values, found), found


def _task_of(values: "pd.Series[Any]") -> Task:
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        return "classification"
    is_whole = bool((values == values.round()).all())
    return "classification" if is_whole and values.nunique() <= MOST_CLASSES else "regression"


def _as_array(values: "pd.Series[Any]", task: Task) -> np.ndarray:
    if task == "classification":
        # the extension types of pandas have no place in classes_
        is_plain = isinstance(values.dtype, np.dtype)
        return np.asarray(values if is_plain else values.to_numpy(dtype=object).tolist())
    try:
        numbers = values.to_numpy(dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(
            f"y should be of numbers for task='regression', got {values.iloc[0]!r}."
        ) from None
    if not np.isfinite(numbers).all():
        raise ValueError("y should be of finite numbers for task='regression'.")
    return numbers
