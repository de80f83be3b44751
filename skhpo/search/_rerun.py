"""A search once more on new data: does the old winner still hold?"""

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from skhpo import _sklearn
from skhpo.evaluation import with_eval_set
from skhpo.results._predicted_score import metric_name
from skhpo.results._settings import without_amounts
from skhpo.results.drift import LEAST_SPLITS, Drift
from skhpo.search._named_rows import names_rows
from skhpo.search._warm_start import N_BEST, first_settings
from skhpo.statistics import best_of_test, corrected_t_test

Scores = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Incumbent:
    """The winner of an earlier search.

    Parameters
    ----------
    setting : dict of str to object
        Its parameters, without the amount of what was rationed.
    params : dict of str to object
        All of its parameters.
    estimator : estimator
        With these, not fitted.
    score : float
        What it scored then.
    """

    setting: Mapping[str, Any]
    params: Mapping[str, Any]
    estimator: Any
    score: float


def rerun(search: Any, X: Any, y: Any, journal: Any, params: Mapping[str, Any]) -> Any:
    """Fit a clone of a fitted search on new data; see ``SearchCV.rerun``."""
    for part in ("cv", "final_holdout"):
        _check_splits(part, getattr(search, part))
    space = getattr(search, "space_", None) or search._make_space()
    settings = without_amounts(search.cv_results_, space)
    winner = settings[search.best_index_]
    others = [s for s in first_settings(search, space) if key_of(s) != key_of(winner)]
    first = [winner, *others][: _n_first(search)]
    name = metric_name(search)
    new = clone(search).set_params(warm_start_from=first, journal=journal)
    new._incumbent = Incumbent(
        winner,
        search.best_params_,
        search.estimator_of(search.best_index_),
        float(search.cv_results_[f"mean_test_{name}"][search.best_index_]),
    )
    try:
        new.fit(X, y, **params)
    finally:
        del new._incumbent
    return new.set_params(warm_start_from=search.warm_start_from)


def drift_of(search: Any, run: Any, incumbent: Incumbent) -> Drift:
    """Compare the winner of a search with an earlier one on the same splits.

    Parameters
    ----------
    search : search estimator
        With results.
    run : _Run
        Of the search.
    incumbent : Incumbent
        The earlier winner.

    Returns
    -------
    Drift
        What came of it.
    """
    results, name = search.cv_results_, metric_name(search)
    scores = np.column_stack(
        [results[f"split{i}_test_{name}"] for i in range(search.n_splits_)]
    ).astype(np.float64)
    complete = _complete(results, scores)
    row = _row_of(incumbent, without_amounts(results, run.space), complete)
    old = scores[row] if row is not None else _evaluated(search, run, incumbent.estimator, name)
    new = scores[search.best_index_]
    test = best_of = None
    if len(old) > 1 and np.isfinite(old).all() and np.isfinite(new).all():
        ratio = search._test_train_ratio
        test = corrected_t_test(new - old, test_train_ratio=ratio)
        complete[search.best_index_] = True
        if len(old) >= LEAST_SPLITS:
            best_of = best_of_test(scores[complete] - old, test_train_ratio=ratio)
    now, found = float(old.mean()), float(new.mean())
    return Drift(incumbent.score, now, found, test, best_of, incumbent.params, search.best_params_)


def key_of(setting: Mapping[str, Any]) -> str:
    """Return a text that is equal for equal settings."""
    return repr(sorted(setting.items(), key=str))


def _check_splits(name: str, splits: Any) -> None:
    if names_rows(splits):
        raise ValueError(
            f"rerun needs a {name} that can divide the new rows; {type(splits).__name__} names "
            f"those of the old data. Set {name} to a number or a splitter first."
        )


def _n_first(search: Any) -> int:
    """Return how many settings come first, so that half of the budget remains for new ones."""
    n = getattr(search, "n_iter", None)
    return min(N_BEST, max(1, int(n) // 2)) if isinstance(n, Integral) else N_BEST


def _complete(results: Mapping[str, Any], scores: Scores) -> NDArray[np.bool_]:
    complete: NDArray[np.bool_] = (results["status"] == "ok") & np.isfinite(scores).all(axis=1)
    if "n_resources" in results and complete.any():
        complete &= results["n_resources"] == results["n_resources"][complete].max()
    return complete


def _row_of(
    incumbent: Incumbent, settings: list[dict[str, Any]], complete: NDArray[np.bool_]
) -> int | None:
    """Return the row of the old winner; None where it was not evaluated in full."""
    wanted = key_of(incumbent.setting)
    found = [i for i in np.flatnonzero(complete).tolist() if key_of(settings[i]) == wanted]
    return found[0] if found else None


def _evaluated(search: Any, run: Any, estimator: Any, name: str) -> Scores:
    """Fit and score an estimator on the splits of a search."""
    scores = []
    for train, test in run.splits:
        fresh = clone(estimator)
        with with_eval_set(fresh, search.eval_fraction):
            record = _sklearn.fit_and_score(
                fresh,
                run.X,
                run.y,
                scorer=run.scorers,
                train=train,
                test=test,
                verbose=0,
                parameters=None,
                fit_params=run.routed.estimator.fit,
                score_params=run.routed.scorer.score,
                error_score=np.nan,
            )
        found = record["test_scores"]
        scores.append(found[name] if isinstance(found, Mapping) else found)
    return np.array(scores, dtype=np.float64)
