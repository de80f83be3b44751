"""Numbers that describe a data set, and how far two of them are apart.

References
----------
.. [1] M. Feurer, J. T. Springenberg, F. Hutter: Initializing Bayesian Hyperparameter Optimization
   via Meta-Learning. AAAI 2015.
"""

from collections.abc import Callable, Mapping, Sequence
from math import inf, log
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kurtosis, skew

from skhpo._sklearn import num_samples, take_rows

MOST_ROWS = 5000  # that are looked at
MOST_COLUMNS = 200  # whose distributions are looked at
MOST_MOMENT = 10.0  # of skewness and kurtosis

MetaFeatures = Mapping[str, float]


def meta_features(X: Any, y: Any, *, is_classifier: bool) -> dict[str, float]:
    """Describe a data set by simple, statistical and information-theoretic numbers [1]_.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Of a frame or array all that holds; of anything else only its number of rows.
    y : array-like or None
        The target.
    is_classifier : bool
        Whether the target is of classes.

    Returns
    -------
    dict of str to float
        ``n_rows`` and ``n_columns`` as natural logarithms, ``categorical`` and ``missing`` as
        shares of columns and cells, ``skew`` and ``correlation`` as means of absolute values
        over numeric columns and their pairs; of classes ``n_classes`` (logarithm), ``entropy``
        (1 when they are equally frequent) and ``minority`` (share of the rarest); of numbers
        ``target_skew`` and ``target_kurtosis``. Those that cannot be told are not there.
    """
    n = num_samples(X)
    found = {"n_rows": log(max(n, 1)), "is_classifier": float(is_classifier)}
    rows = np.arange(0, n, max(1, n // MOST_ROWS))
    if getattr(X, "ndim", 0) == 2:
        found["n_columns"] = log(max(X.shape[1], 1))
        if isinstance(X, np.ndarray) or (hasattr(X, "iloc") and hasattr(X, "dtypes")):
            found |= _tried(_of_columns, take_rows(X, rows))
    if y is not None:
        found |= _tried(_of_classes if is_classifier else _of_numbers, take_rows(y, rows))
    return {name: float(value) for name, value in found.items() if np.isfinite(value)}


def nearest_first(own: MetaFeatures, others: Sequence[MetaFeatures | None]) -> list[int]:
    """Order data sets by their distance from one.

    The distance is the mean absolute difference of what is known of both, each number scaled by
    its range over all of them. A data set of another kind of target, or of which nothing is
    known, comes last.

    Parameters
    ----------
    own : dict of str to float
        Of the one.
    others : sequence of (dict of str to float, or None)
        Of the others.

    Returns
    -------
    list of int
        Positions in ``others``.

    Examples
    --------
    >>> near, far = {"n_rows": 7.0}, {"n_rows": 12.0}
    >>> nearest_first({"n_rows": 6.5}, [None, far, near])
    [2, 1, 0]
    """
    known = [own, *(other for other in others if other)]
    names = {name for features in known for name in features}
    spread = {
        name: np.ptp([features[name] for features in known if name in features]) or 1.0
        for name in names
    }
    distances = [_distance(own, other, spread) for other in others]
    return sorted(range(len(others)), key=distances.__getitem__)


def _distance(own: MetaFeatures, other: MetaFeatures | None, spread: Mapping[str, Any]) -> float:
    if not other or own.get("is_classifier") != other.get("is_classifier"):
        return inf
    shared = own.keys() & other.keys() - {"is_classifier"}
    if not shared:
        return inf
    return float(np.mean([abs(own[name] - other[name]) / spread[name] for name in shared]))


def _tried(describe: Callable[[Any], dict[str, Any]], data: Any) -> dict[str, Any]:
    """Describe data, or nothing of those of a kind that is not known: no fit fails for it."""
    try:
        return describe(data)
    except (TypeError, ValueError):
        return {}


def _of_columns(X: Any) -> dict[str, Any]:
    columns = [X.iloc[:, j] for j in range(X.shape[1])] if hasattr(X, "iloc") else [*X.T]
    numeric = [column for column in columns if _is_numeric(column)]
    found = {
        "categorical": 1 - len(numeric) / max(1, len(columns)),
        "missing": np.mean([_n_missing(column) / max(1, len(column)) for column in columns]),
    }
    floats = [_as_floats(column) for column in numeric[:MOST_COLUMNS]]
    table = [column for column in floats if len(column) > 2 and np.ptp(column) > 0]
    if table:
        found["skew"] = np.mean(np.minimum([abs(float(skew(c))) for c in table], MOST_MOMENT))
    whole = [column for column in table if len(column) == X.shape[0]]
    if len(whole) > 1:
        pairs = np.abs(np.corrcoef(whole))[np.triu_indices(len(whole), 1)]
        found["correlation"] = pairs.mean()
    return found


def _is_numeric(column: Any) -> bool:
    return getattr(column.dtype, "kind", "O") in "biuf"


def _n_missing(column: Any) -> int:
    import pandas as pd

    if hasattr(column, "isna"):
        return int(column.isna().sum())
    if column.dtype.kind == "f":
        return int(np.isnan(column).sum())
    return int(pd.isna(column).sum())


def _as_floats(column: Any) -> NDArray[np.float64]:
    """Return the finite values; a column of a frame may have a missing value of its own kind."""
    if hasattr(column, "to_numpy"):
        values = column.to_numpy(dtype=float, na_value=np.nan)
    else:
        values = np.asarray(column, dtype=float)
    return np.asarray(values[np.isfinite(values)])


def _of_classes(target: Any) -> dict[str, Any]:
    y = _single(target)
    _, counts = np.unique(y.astype(str) if y.dtype.kind == "O" else y, return_counts=True)
    shares = counts / counts.sum()
    n = len(shares)
    entropy = -(shares * np.log(shares)).sum() / log(n) if n > 1 else 0.0
    return {"n_classes": log(n), "entropy": float(entropy), "minority": float(shares.min())}


def _of_numbers(target: Any) -> dict[str, Any]:
    values = _single(target).astype(float)
    if len(values) < 3 or np.ptp(values) == 0:
        return {}
    limit = MOST_MOMENT
    return {
        "target_skew": float(np.clip(skew(values), -limit, limit)),
        "target_kurtosis": float(np.clip(kurtosis(values), -limit, limit)),
    }


def _single(target: Any) -> NDArray[Any]:
    y = np.asarray(target)
    if y.ndim != 1 or y.dtype.names is not None:
        raise ValueError("several targets")
    return y
