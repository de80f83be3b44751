"""Settings to begin with, from earlier searches."""

import os
import warnings
from collections.abc import Mapping, Sequence
from math import isclose
from typing import Any

import numpy as np

from skhpo.results._meta_features import nearest_first
from skhpo.results._portfolio import Portfolio
from skhpo.results._settings import without_amounts
from skhpo.results._sources import Source, read_source
from skhpo.search._transfer import adapted, in_turn
from skhpo.space import Space

N_BEST = 10  # settings taken from an earlier search, the best first


def first_settings(
    source: Any,
    space: Space,
    meta: Mapping[str, float] | None = None,
    *,
    adapts: bool = False,
) -> list[dict[str, Any]]:
    """Return the settings of earlier searches that lie in the space.

    Parameters
    ----------
    source : search estimator, dict, str, path, list or None
        A fitted search, a ``cv_results_``, the path of a journal, several of these, or settings.
        Of searches, the ten best are taken, the best first; of several in turn, those on the
        most similar data first; of a list of settings, all.
    space : Space
        What is to be searched now.
    meta : dict of str to float, default=None
        What the data are like.
    adapts : bool, default=False
        Whether settings of other data are made to fit the space, also of a single search.

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
    given = _settings(source, space, meta or {})
    adapts = adapts or isinstance(source, Portfolio) or _is_several(source)
    inside, outside = [], []
    for settings in given:
        try:
            space.encode(settings)
        except ValueError as error:
            close = adapted(settings, space) if adapts else None
            if close is None:
                outside.append(str(error))
            else:
                inside.append(close)
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


def _settings(source: Any, space: Space, meta: Mapping[str, float]) -> list[dict[str, Any]]:
    if _is_several(source):
        sources = [read_source(part) for part in source]
        order = nearest_first(meta, [part.meta for part in sources])
        return in_turn([_best(sources[i], space) for i in order], N_BEST)
    is_list = isinstance(source, Sequence) and not isinstance(source, str)
    if is_list and all(isinstance(item, Mapping) for item in source):
        return [_named(item, space) for item in source]
    return _best(read_source(source), space)


def _is_several(source: Any) -> bool:
    """Whether there are several searches: a list of something else than settings."""
    if not isinstance(source, list | tuple) or not source:
        return False
    return all(isinstance(part, str | os.PathLike) or _is_search(part) for part in source)


def _is_search(part: Any) -> bool:
    has_results = isinstance(part, Mapping) and "params" in part and "mean_fit_time" in part
    return has_results or hasattr(part, "fit") or hasattr(part, "cv_results_")


def _named(params: Mapping[str, Any], space: Space) -> dict[str, Any]:
    """Put the space's own objects where a journal or a file of results has their text."""
    named = dict(params)
    for column in space.columns:
        if column.kind == "categorical":
            cells = column.position(np.arange(column.n_values or 0))
            by_text = {repr(column.value(u)): column.value(u) for u in cells}
            texts = {p: named[p] for p in column.paths if isinstance(named.get(p), str)}
            named |= {p: by_text[text] for p, text in texts.items() if text in by_text}
    return named


def _best(source: Source, space: Space) -> list[dict[str, Any]]:
    """Return the best settings; where rungs repeat them, once."""
    params: Sequence[Mapping[str, Any]] = (
        source.params if source.results is None else without_amounts(source.results, space)
    )
    params = [_named(setting, space) for setting in params]
    best: dict[str, dict[str, Any]] = {}
    for i in np.argsort(source.ranks, kind="stable"):
        if len(best) < N_BEST:
            best.setdefault(repr(sorted(params[i].items(), key=str)), dict(params[i]))
    return [*best.values()]
