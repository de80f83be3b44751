"""Columns of ``cv_results_`` as plain lists and back, with their types and masks."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from skhpo.exchange._values import decoded, encoded, plain_dtype


def described(name: str, values: Any, n: int) -> dict[str, Any]:
    """Return what has to be known of a column besides its values.

    Parameters
    ----------
    name : str
        The column.
    values : array-like
        Its values.
    n : int
        Rows of the table.

    Returns
    -------
    dict of str to object
        ``dtype``; and where it is masked ``fill_value``.

    Raises
    ------
    ValueError
        If it is no column of bools, numbers, strings or objects, or not one value a row.
    """
    values = as_array(values)
    if values.shape != (n,):
        raise ValueError(
            f"cv_results_[{name!r}] should have one value for each of {n} candidates, "
            f"got shape {values.shape}."
        )
    try:
        plain_dtype(values.dtype.str)
    except ValueError:
        raise ValueError(
            f"cv_results_[{name!r}] should be of bools, numbers, strings or objects, "
            f"got dtype {values.dtype}."
        ) from None
    known: dict[str, Any] = {"dtype": values.dtype.str}
    if isinstance(values, np.ma.MaskedArray):
        known["fill_value"] = encoded(values.fill_value)
    return known


def as_array(values: Any) -> Any:
    """Return a column as an array; a list of anything as one of objects."""
    if isinstance(values, np.ndarray):
        return values
    array = np.empty(len(values), dtype=object)
    array[:] = [*values]
    return array


def mask_of(values: Any) -> Any:
    """Return the mask of a column; None where it has none."""
    return np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None


def to_list(values: Any) -> list[Any]:
    """Return what JSON can hold of a column: None where it is masked."""
    data, mask = np.ma.getdata(as_array(values)), mask_of(values)
    listed = [encoded(value) for value in data.tolist()]
    return (
        listed if mask is None else [None if m else v for v, m in zip(listed, mask, strict=True)]
    )


def from_list(name: str, known: Mapping[str, Any], listed: Sequence[Any], mask: Any) -> Any:
    """Return a column.

    Parameters
    ----------
    name : str
        The column, for errors.
    known : mapping of str to object
        What `described` returned.
    listed : sequence of object
        What `to_list` returned, through JSON.
    mask : sequence of bool or None
        Which rows are masked, where the column is a masked array.

    Returns
    -------
    ndarray or MaskedArray
        Of the type that it had.

    Raises
    ------
    ValueError
        If it cannot be of this type.
    """
    try:
        dtype = plain_dtype(known["dtype"])
        data = np.zeros(len(listed), dtype=dtype)
        if dtype.kind == "O":
            data[:] = None
        for i, value in enumerate(listed):
            if mask is None or not mask[i]:
                data[i] = decoded(value)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"column {name!r} cannot be read: {error}") from error
    if mask is None:
        return data
    return masked(data, np.asarray(mask, dtype=bool), known)


def masked(data: Any, mask: Any, known: Mapping[str, Any]) -> Any:
    """Return a masked array with the fill value that it had."""
    return np.ma.MaskedArray(data, mask=mask, fill_value=decoded(known.get("fill_value")))
