"""Which of several settings of an estimator is the simpler model."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.base import BaseEstimator

Array = NDArray[np.float64]
Complexity = Callable[[Mapping[str, Any]], float] | Sequence[tuple[str, str]] | None

DIRECTIONS = ("smaller", "larger")
# The last part of a parameter's name, and which of its values are the simpler models.
SIMPLER: dict[str, str] = {
    **dict.fromkeys(
        (
            "C",
            "degree",
            "depth",
            "gamma",
            "hidden_layer_sizes",
            "iterations",
            "k",
            "kernel",
            "max_depth",
            "max_leaf_nodes",
            "n_components",
            "n_estimators",
            "n_knots",
            "num_leaves",
            "percentile",
        ),
        "smaller",
    ),
    **dict.fromkeys(
        (
            "alpha",
            "ccp_alpha",
            "epsilon",
            "l2_leaf_reg",
            "l2_regularization",
            "min_child_samples",
            "min_child_weight",
            "min_data_in_leaf",
            "min_impurity_decrease",
            "min_samples_leaf",
            "min_samples_split",
            "n_neighbors",
            "radius",
            "reg_alpha",
            "reg_lambda",
            "reg_param",
            "shrink_threshold",
            "shrinkage",
            "var_smoothing",
        ),
        "larger",
    ),
}
# Where the class decides: the beginning of its name, and the parameter.
OF_CLASS: dict[tuple[str, str], str] = {
    ("XGB", "gamma"): "larger",
    ("HistGradientBoosting", "max_iter"): "smaller",
}
KERNELS = {"linear": 0.0, "poly": 1.0, "polynomial": 1.0, "sigmoid": 1.0, "rbf": 2.0}


def complexities(
    params: Sequence[Mapping[str, Any]], complexity: Complexity, estimator: Any = None
) -> Array:
    """Return keys by which to sort candidates, the simplest first.

    Parameters
    ----------
    params : sequence of dict
        Settings of the candidates.
    complexity : callable, list of (str, str) or None
        See `SimplestEquivalent`.
    estimator : estimator or None
        What is searched; without it the names of parameters alone have to do.

    Returns
    -------
    ndarray of shape (n_candidates, n_keys)
        The first column decides, the next ones where it is even.

    Raises
    ------
    ValueError
        If the list names an unknown direction, or a parameter that no candidate has.
    """
    if callable(complexity):
        return np.array([[float(complexity(setting))] for setting in params])
    if complexity is not None:
        return np.column_stack([_ranks(params, *_checked(params, pair)) for pair in complexity])
    if len({_classes(setting) for setting in params}) > 1:
        return np.zeros((len(params), 1))  # different learners: no parameter compares them
    names = sorted({name for setting in params for name in setting})
    directions = {name: _direction(name, params, estimator) for name in names}
    keys = [_ranks(params, name, d) for name, d in directions.items() if d is not None]
    return _row_means(np.column_stack([*keys, np.full(len(params), np.nan)]))


def _checked(params: Sequence[Mapping[str, Any]], pair: Any) -> tuple[str, str]:
    name, direction = pair
    if direction not in DIRECTIONS:
        raise ValueError(
            f"complexity should say 'smaller' or 'larger' of {name!r}, got {direction!r}."
        )
    if not any(name in setting for setting in params):
        known = sorted({name for setting in params for name in setting})
        raise ValueError(f"complexity names {name!r}; the parameters searched are {known}.")
    return name, direction


def _classes(setting: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the classes of the values that are estimators."""
    return tuple(
        (name, type(value).__name__)
        for name, value in sorted(setting.items())
        if isinstance(value, BaseEstimator)
    )


def _direction(name: str, params: Sequence[Mapping[str, Any]], estimator: Any) -> str | None:
    owner, _, last = name.rpartition("__")
    value = next((setting[owner] for setting in params if owner in setting), None)
    if value is None and estimator is not None:
        value = estimator.get_params().get(owner) if owner else estimator
    for (start, parameter), direction in OF_CLASS.items():
        if parameter == last and type(value).__name__.startswith(start):
            return direction
    return SIMPLER.get(last)


def _ranks(params: Sequence[Mapping[str, Any]], name: str, direction: str) -> Array:
    """Return ranks of a parameter's values in [0, 1], the simplest 0; NaN for no number."""
    sign = 1.0 if direction == "smaller" else -1.0
    values = np.array([sign * _number(name, setting.get(name, ""), sign) for setting in params])
    ranks = np.full(len(values), np.nan)
    known = ~np.isnan(values)
    ranks[known] = rankdata(values[known], method="dense") - 1
    highest = ranks[known].max(initial=0.0)
    return ranks / highest if highest else ranks


def _number(name: str, value: Any, sign: float) -> float:
    """Return a value as a number; None is "without a limit", the most complex."""
    if value is None or (name.endswith("max_depth") and value == -1):
        return sign * np.inf
    if name.endswith("kernel"):
        return KERNELS.get(value, np.nan) if isinstance(value, str) else np.nan
    if isinstance(value, tuple | list):
        return float(np.sum(value))
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        return float(value)
    return np.nan


def _row_means(keys: Array) -> Array:
    """Return the mean of what is known of each row; 0 where nothing is."""
    known = ~np.isnan(keys)
    total = np.where(known, keys, 0.0).sum(axis=1)
    return np.asarray(total / np.maximum(1, known.sum(axis=1)))[:, None]
