"""What the prefix cache does with data: tell whether they are the same, copy and measure them.

Everything here errs on one side: what cannot be told for sure is not the same, not copied, and
so not kept.
"""

import copy
import operator
import sys
from itertools import chain, islice
from types import FunctionType
from typing import Any

import numpy as np
from scipy.sparse import issparse

_IMMUTABLE = frozenset({str, bytes, int, bool, float, complex, type(None)})
_SPARSE_ARRAYS = ("data", "indices", "indptr")
_SAMPLE = 32  # elements of a container that are measured
_DEPTH = 6


def same_content(one: Any, other: Any) -> bool:
    """Whether two data sets are the same to the bit, layout in memory included.

    Parameters
    ----------
    one, other : array, sparse matrix, data frame or list
        Elements that are Python objects are compared by identity, but for those of data frames.

    Returns
    -------
    bool
        False for types that it does not know.
    """
    if type(one) is not type(other):
        return False
    if type(one) is np.ndarray:
        return _same_arrays(one, other)
    if issparse(one):
        return _same_sparse(one, other)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(operator.is_, one, other))
    return hasattr(one, "equals") and bool(one.equals(other))


def _same_arrays(one: np.ndarray, other: np.ndarray) -> bool:
    if (one.dtype, one.shape, one.strides) != (other.dtype, other.shape, other.strides):
        return False
    if one.dtype.hasobject:
        return all(map(operator.is_, one.ravel().tolist(), other.ravel().tolist()))
    if not _is_contiguous(one):
        return False
    unit = np.uint64 if one.itemsize % 8 == 0 else np.uint8
    return bool(np.array_equal(one.ravel(order="K").view(unit), other.ravel(order="K").view(unit)))


def _same_sparse(one: Any, other: Any) -> bool:
    return (
        one.shape == other.shape
        and one.format == other.format
        and all(hasattr(one, name) for name in _SPARSE_ARRAYS)
        and all(_same_arrays(getattr(one, n), getattr(other, n)) for n in _SPARSE_ARRAYS)
    )


def _is_contiguous(array: np.ndarray) -> bool:
    return bool(array.flags.c_contiguous or array.flags.f_contiguous)


# -- copies --------------------------------------------------------------------------------------


def is_copyable(data: Any) -> bool:
    """Whether ``copied`` gives something that no estimator can tell from the original.

    Parameters
    ----------
    data : object
        What a transformer has returned.
    """
    if type(data) is np.ndarray:
        return bool(data.flags.writeable and _is_contiguous(data)) and _has_fixed_elements(data)
    if issparse(data):
        return getattr(data, "format", None) in {"csr", "csc", "bsr"}
    if isinstance(data, list):
        return _IMMUTABLE.issuperset(map(type, data))
    if hasattr(data, "iloc") and hasattr(data, "columns"):  # pandas
        objects = (data.iloc[:, i] for i, kind in enumerate(data.dtypes) if _is_object(kind))
        return not data.attrs and all(_has_fixed_elements(c.to_numpy()) for c in objects)
    return _is_polars(data)


def copied(data: Any) -> Any:
    """Return a copy of data that are copyable; whatever is done to it, they stay as they are.

    Parameters
    ----------
    data : array, sparse matrix, data frame or list
        What ``is_copyable`` has accepted.
    """
    if isinstance(data, np.ndarray):
        return data.copy(order="K")
    if issparse(data):
        # the constructor would choose the type of the indices anew
        twin = copy.copy(data)
        for name in _SPARSE_ARRAYS:
            setattr(twin, name, getattr(data, name).copy())
        return twin
    if isinstance(data, list):
        return list(data)
    return data.clone() if _is_polars(data) else _copied_frame(data)


def _copied_frame(frame: Any) -> Any:
    kinds = set(frame.dtypes)
    if len(kinds) != 1 or not isinstance(kind := kinds.pop(), np.dtype) or kind.hasobject:
        return frame.copy()
    # DataFrame.copy turns rows into columns in memory, and sums of floats may follow the layout
    values = frame.to_numpy().copy(order="K")
    return type(frame)(values, index=frame.index, columns=frame.columns, copy=False)


def _has_fixed_elements(array: np.ndarray) -> bool:
    return not array.dtype.hasobject or _IMMUTABLE.issuperset(map(type, array.ravel().tolist()))


def _is_object(kind: Any) -> bool:
    return isinstance(kind, np.dtype) and kind.hasobject


def _is_polars(data: Any) -> bool:
    return type(data).__module__.partition(".")[0] == "polars" and hasattr(data, "clone")


# -- size ----------------------------------------------------------------------------------------


def n_bytes(value: Any, depth: int = _DEPTH) -> int:
    """Estimate the memory of a value from a sample of its elements.

    Parameters
    ----------
    value : object
        Data, or a fitted estimator.
    depth : int, default=6
        How deep to look into nested objects.

    Returns
    -------
    int
        Exact but for a few bytes for arrays.
    """
    if isinstance(value, type):
        return sys.getsizeof(value)  # also one whose objects know their memory, such as a frame
    if isinstance(value, np.ndarray):
        inside = value.ravel()[:_SAMPLE].tolist() if value.dtype.hasobject else []
        return int(value.nbytes) + _scaled(inside, value.size, depth)
    if hasattr(value, "memory_usage"):
        return int(value.memory_usage(deep=False).sum())
    if hasattr(value, "estimated_size"):
        return int(value.estimated_size())
    size = sys.getsizeof(value)
    if isinstance(value, dict):
        sample = list(islice(value.items(), _SAMPLE))
        return size + _scaled(list(chain.from_iterable(sample)), 2 * len(value), depth)
    if isinstance(value, list | tuple | set | frozenset):
        return size + _scaled(list(islice(value, _SAMPLE)), len(value), depth)
    if depth and not isinstance(value, FunctionType) and hasattr(value, "__dict__"):
        size += sum(n_bytes(item, depth - 1) for item in vars(value).values())
    return size


def _scaled(sample: list[Any], length: int, depth: int) -> int:
    """Return the size of ``length`` elements of which ``sample`` are some."""
    if not sample or not depth:
        return 0
    return round(sum(n_bytes(item, depth - 1) for item in sample) * length / len(sample))
