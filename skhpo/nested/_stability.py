"""Do the outer folds agree on the parameters?"""

from typing import Any

import numpy as np
import pandas as pd

from skhpo.nested._study import Study

COLUMNS = [
    "n_active", "modal", "share", "entropy", "scale", "median", "low", "high", "iqr", "spread",
]  # fmt: skip


def stability_frame(study: Study, params: pd.DataFrame) -> pd.DataFrame:
    """Return a row a parameter: what folds chose, and how far they are apart.

    Parameters
    ----------
    study : Study
        For the parameters that were searched in the logarithm.
    params : DataFrame
        A row a fold, a column a parameter.

    Returns
    -------
    DataFrame
        See ``NestedResult.stability_``.
    """
    in_log = {name for record in study.records.values() for name in record.log_params}
    rows = {name: _row(list(params[name].dropna()), name in in_log) for name in params}
    return pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS).rename_axis("parameter")


def _row(values: list[Any], in_log: bool) -> dict[str, Any]:
    if not values:
        return {"n_active": 0}
    counts = pd.Series(values, dtype=object).value_counts()
    share = counts.to_numpy(dtype=float) / len(values)
    row = {"n_active": len(values), "modal": counts.index[0], "share": share[0]}
    if all(_is_number(value) for value in values):
        return row | {"scale": "log" if in_log else "linear"} | _of_numbers(values, in_log)
    return row | {"scale": "categories", "entropy": float(-(share * np.log2(share)).sum()) + 0.0}


def _of_numbers(values: list[Any], in_log: bool) -> dict[str, float]:
    """Return quartiles as values, and the distances between them on the scale of the search."""
    numbers = np.asarray(values, dtype=float)
    scaled = np.log10(numbers) if in_log and (numbers > 0).all() else numbers
    low, median, high = np.quantile(scaled, [0.25, 0.5, 0.75])
    back = (lambda x: float(10**x)) if scaled is not numbers else float
    return {
        "median": back(median),
        "low": back(low),
        "high": back(high),
        "iqr": float(high - low),
        "spread": float(np.ptp(scaled)),
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_)
