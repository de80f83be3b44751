"""Settings to begin with, from earlier searches."""

import os
import warnings
from collections.abc import Mapping, Sequence
from math import isclose
from typing import Any

import numpy as np

from skhpo.journal import read_trials
from skhpo.results._settings import without_amounts
from skhpo.results._table import tier_ranks
from skhpo.space import Space

N_BEST = 10  # settings taken from an earlier search, the best first


def first_settings(source: Any, space: Space) -> list[dict[str, Any]]:
    """Return the settings of an earlier search that lie in the space.

    Parameters
    ----------
    source : search estimator, dict, str, path, list of dict or None
        A fitted search, a ``cv_results_``, the path of a journal, or settings. Of a search, the
        ten best are taken, the best first; of a list, all.
    space : Space
        What is to be searched now.

    Returns
    -------
    list of dict
        The settings.

    Raises
    ------
    TypeError
        If ``source`` is none of these.
    ValueError
        If the search is not fitted.

    Warns
    -----
    UserWarning
        If settings do not lie in the space; they are left out.
    """
    if source is None:
        return []
    inside, outside = [], []
    for settings in _settings(source, space):
        try:
            space.encode(settings)
        except ValueError as error:
            outside.append(str(error))
        else:
            inside.append(settings)
    if outside:
        warnings.warn(
            f"warm_start_from: {len(outside)} of {len(inside) + len(outside)} settings do not "
            f"lie in the space and are left out. The first: {outside[0]}",
            UserWarning,
            stacklevel=2,
        )
    return inside


def current_setting(estimator: Any, space: Space) -> dict[str, Any]:
    """Return the configuration that an estimator has now, as far as it lies in the space.

    Parameters
    ----------
    estimator : estimator object
        What is searched.
    space : Space
        The space.

    Returns
    -------
    dict of str to object
        A setting of the space: defaults where the estimator's own values do not lie in it.
    """
    current = estimator.get_params(deep=True)
    settings = space.decode(space.locate(current))
    for name, value in settings.items():
        # the very number that the user gave, not its image after a logarithm and back
        if isinstance(value, float) and isinstance(current.get(name), float):
            near = isclose(value, current[name], rel_tol=1e-9)
            settings[name] = float(current[name]) if near else value
    return settings


def _settings(source: Any, space: Space) -> list[dict[str, Any]]:
    if isinstance(source, str | os.PathLike):
        rows = read_trials(source)
        return _best([_named(row["params"], space) for row in rows], _ranks_of_rows(rows))
    if isinstance(source, Mapping) and "params" in source:
        return _best(without_amounts(source, space), _ranks(source))
    if isinstance(source, Sequence) and all(isinstance(item, Mapping) for item in source):
        return [dict(item) for item in source]
    if hasattr(source, "cv_results_"):
        results = source.cv_results_
        return _best(without_amounts(results, space), _ranks(results, source))
    if hasattr(source, "fit"):
        raise ValueError(f"warm_start_from: this {type(source).__name__} is not fitted yet.")
    raise TypeError(
        "warm_start_from should be a fitted search, a cv_results_, the path of a journal or a "
        f"list of parameter dicts, got {source!r}."
    )


def _named(params: Mapping[str, Any], space: Space) -> dict[str, Any]:
    """Put the space's own objects where a journal has their text."""
    named = dict(params)
    for column in space.columns:
        if column.kind == "categorical":
            cells = column.position(np.arange(column.n_values or 0))
            by_text = {repr(column.value(u)): column.value(u) for u in cells}
            named |= {p: by_text[named[p]] for p in column.paths if named.get(p) in by_text}
    return named


def _ranks(results: Mapping[str, Any], search: Any = None) -> np.ndarray:
    """Return ranks, by the metric of ``refit`` where there are several."""
    keys = [key for key in results if key.startswith("rank_test_")]
    wanted = f"rank_test_{getattr(search, 'refit', None)}"
    return np.asarray(results[wanted if wanted in keys else keys[0]])


def _ranks_of_rows(rows: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """Return the ranks of a journal's rows, by their first metric."""
    means = [np.nan] * len(rows)
    for i, row in enumerate(rows):
        if row["status"] == "ok" and row["scores"]:
            means[i] = np.mean([*next(iter(row["scores"].values())).values()])
    return tier_ranks(np.array([row["n_resources"] or 0 for row in rows]), np.array(means))


def _best(params: Sequence[Mapping[str, Any]], ranks: np.ndarray) -> list[dict[str, Any]]:
    """Return the best settings; where rungs repeat them, once."""
    best: dict[str, dict[str, Any]] = {}
    for i in np.argsort(ranks, kind="stable"):
        if len(best) < N_BEST:
            best.setdefault(repr(sorted(params[i].items(), key=str)), dict(params[i]))
    return [*best.values()]
