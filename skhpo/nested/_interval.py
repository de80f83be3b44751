"""Intervals for the score of the whole procedure."""

from dataclasses import replace
from typing import Any

import numpy as np

from skhpo._sklearn import take_rows
from skhpo.nested._fold import Fold
from skhpo.nested._predicted import KeptScores
from skhpo.nested._study import Study, names_of
from skhpo.results._drawn import Drawn
from skhpo.results.bias_correction import drawn_of
from skhpo.statistics import (
    Interval,
    bates_interval,
    bootstrap_interval,
    corrected_t_interval,
)
from skhpo.statistics._checks import check_level
from skhpo.statistics._resampling import multiplicities, units_of_rows
from skhpo.statistics.bbc import interval_of_draws, out_of_bag_scores

METHODS = ("corrected_t", "bates", "bootstrap", "bbc")


def interval(
    study: Study,
    scores: Any,
    *,
    level: float,
    method: str,
    metric: str,
    estimators: Any = None,
    **options: Any,
) -> Interval:
    """Return an interval; see ``NestedResult.interval``.

    Parameters
    ----------
    study : Study
        What there is.
    scores : ndarray of shape (n_folds,)
        The outer scores, all repeats.
    level : float
        Nominal coverage.
    method : str
        One of ``METHODS``.
    metric : str
        Which score.
    estimators : list or None, default=None
        The fitted searches.
    **options : dict
        ``n_resamples`` and ``random_state`` of what is drawn.

    Returns
    -------
    Interval
        Of the score, greater is better.
    """
    if method not in METHODS:
        raise ValueError(f"method={method!r} is not known; allowed is one of {METHODS}.")
    check_level(level)
    if study.failed:
        raise ValueError(
            f"{names_of(study.failed)} failed, and an interval from the others alone would be of "
            "something else. Mend the cause and run again; with a journal only these are run."
        )
    if method == "corrected_t":
        return corrected_t_interval(scores, test_train_ratio=size_ratio(study), level=level)
    if method == "bates":
        return _bates(study, level, metric)
    if method == "bootstrap":
        return _bootstrap(study, level, metric, options)
    return _bbc(study, estimators, level, metric, options)


def size_ratio(study: Study) -> float:
    """Return rows tested over rows trained on, over all folds."""
    tested = sum(len(fold.test) for fold in study.folds)
    return tested / sum(len(fold.train) for fold in study.folds)


def _by_repeat(study: Study, metric: str) -> list[KeptScores]:
    repeats = [[f for f in study.folds if f.repeat == r] for r in range(study.n_repeats)]
    kept = [KeptScores(study, folds, metric) for folds in repeats]
    if any(not np.array_equal(k.rows, kept[0].rows) for k in kept):
        raise ValueError("the repeats did not test the same rows, which this method needs.")
    return kept


def _bootstrap(study: Study, level: float, metric: str, options: dict[str, Any]) -> Interval:
    kept = _by_repeat(study, metric)
    rows = kept[0].rows
    groups = None if study.groups is None else np.asarray(study.groups)[rows]
    options = {"level": level, "groups": groups, **options}
    by_row = [scores.recognised() for scores in kept]
    if all(values is not None for values in by_row):  # the same, and much faster
        return bootstrap_interval(np.mean(by_row, axis=0), **options)  # type: ignore[arg-type]
    return bootstrap_interval(
        rows, lambda drawn: float(np.mean([scores.of(drawn) for scores in kept])), **options
    )


def _bates(study: Study, level: float, metric: str) -> Interval:
    if not study.pairs:
        raise ValueError(
            'method="bates" needs searches that leave out two folds at a time: call '
            "nested_cross_validate with bates=True."
        )
    failed = [pair for pair in study.pairs.values() if study.records[pair.number].error]
    if failed:
        first = failed[0]
        raise ValueError(
            f"{len(failed)} of {len(study.pairs)} searches without two folds failed, the first "
            f"of: {study.records[first.number].error}"
        )
    kept = _by_repeat(study, metric)
    rows = kept[0].rows
    folds = np.zeros((study.n_repeats, study.n_rows), dtype=int)
    for fold in study.folds:
        folds[fold.repeat, fold.test] = fold.fold
    inner = np.full((study.n_repeats, study.n_rows, study.n_folds), np.nan)
    for (repeat, j, k), pair in study.pairs.items():
        scores = KeptScores(study, [pair], metric)
        here = folds[repeat, scores.rows]
        inner[repeat, scores.rows, np.where(here == j, k, j)] = -scores.by_row()
    outer = np.array([-scores.by_row() for scores in kept])
    loss = bates_interval(inner[:, rows], outer, folds[:, rows], level=level)
    return replace(loss, estimate=-loss.estimate, low=-loss.high, high=-loss.low)


def _bbc(
    study: Study, estimators: Any, level: float, metric: str, options: dict[str, Any]
) -> Interval:
    """Draw rows once for all folds, so that what they have in common is seen."""
    if estimators and any(search is None for search in estimators):
        raise ValueError(
            'method="bbc" needs the fitted searches, and some folds were read from the journal, '
            "which holds none: run it once more with another journal, or without."
        )
    if not estimators or any(not hasattr(search, "predictions_") for search in estimators):
        raise ValueError(
            'method="bbc" needs the out-of-fold predictions of all candidates of the inner '
            "searches: a search of skhpo with keep_predictions=True, and return_estimator=True."
        )
    if metric != study.own:
        raise ValueError(
            f'method="bbc" is about the score by which the search chooses, {study.own!r}, got '
            f"metric={metric!r}."
        )
    pairs = zip(study.folds, estimators, strict=True)
    folds = [_drawn_in(study, fold, search) for fold, search in pairs]
    units = units_of_rows(study.groups, study.n_rows)
    draws = multiplicities(units, options["n_resamples"], options["random_state"])
    scores = [
        np.mean([out_of_bag_scores(drawn, counts[:, rows]) for rows, drawn in folds], axis=0)
        for counts in draws
    ]
    return interval_of_draws(np.concatenate(scores), level)


def _drawn_in(study: Study, fold: Fold, search: Any) -> tuple[Any, Drawn]:
    """Return the rows that an inner search has predicted, and its scores in draws of them."""
    kept, drawn = drawn_of(search, None, take_rows(study.y, fold.train))
    rows = drawn.rows if kept.searched is None else kept.searched[drawn.rows]
    return fold.train[rows], drawn
