"""One outer fold: search on its training rows, score and predict its test rows."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from joblib import cpu_count, parallel_config
from sklearn.base import BaseEstimator, is_classifier
from sklearn.pipeline import Pipeline

from skhpo import _sklearn
from skhpo.nested._scoring import is_search, own_metric
from skhpo.nested._seeds import seeded_search
from skhpo.space import Space

Ints = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True)
class Fold:
    """Rows to search on, and rows to score.

    Parameters
    ----------
    number : int
        Its place among all.
    repeat, fold : int
        Its repeat, and its place within that.
    train, test : ndarray of int
        Row numbers.
    """

    number: int
    repeat: int
    fold: int
    train: Ints
    test: Ints


@dataclass(frozen=True)
class Job:
    """What all folds share.

    Parameters
    ----------
    search : estimator
        Not fitted.
    X, y : array-like
        All rows.
    scorer : callable
        Returns a dict of scores.
    fit_params, score_params : dict
        Metadata of all rows.
    base_seed : int or None
        Where the seeds of the folds come from.
    error_score : float or "raise"
        The scores of a fold that failed.
    keep_estimator, keep_predictions : bool
        What is returned besides the scores.
    folder : Path or None
        Where searches that keep a journal put it.
    """

    search: Any
    X: Any
    y: Any
    scorer: Any
    fit_params: dict[str, Any]
    score_params: dict[str, Any]
    base_seed: int | None
    error_score: Any
    keep_estimator: bool
    keep_predictions: bool
    folder: Path | None


@dataclass
class Record:
    """What came of a fold; everything but the estimator is plain enough for JSON.

    Parameters
    ----------
    number : int
        Of the fold.
    scores : dict of str to float
        Outer scores; empty if it failed.
    inner_best : float
        The score of the winner inside; NaN for plain estimators.
    params : dict of str to object
        Of the winner: numbers, strings, None; anything else as text.
    model : str or None
        What kind of model the winner is.
    log_params : list of str
        Parameters that were searched in the logarithm.
    n_candidates : int or None
        Different candidates; None for plain estimators.
    n_fits : int
        Inner fits and the refit.
    fit_time, score_time : float
        Seconds.
    predictions : dict of str to list
        See ``_predictions``.
    error : str or None
        Why it failed.
    estimator : object
        Fitted, if it was to be kept.
    """

    number: int
    scores: dict[str, float] = field(default_factory=dict)
    inner_best: float = float("nan")
    params: dict[str, Any] = field(default_factory=dict)
    model: str | None = None
    log_params: list[str] = field(default_factory=list)
    n_candidates: int | None = None
    n_fits: int = 0
    fit_time: float = float("nan")
    score_time: float = float("nan")
    predictions: dict[str, Any] = field(default_factory=dict)
    error: str | None = None
    estimator: Any = None

    def plain(self) -> dict[str, Any]:
        """Return all but the estimator."""
        return {name: value for name, value in vars(self).items() if name != "estimator"}


def run_fold(job: Job, fold: Fold, inner: int | None, n_total: int = 0) -> Record:
    """Run one fold.

    Parameters
    ----------
    job : Job
        What all folds share.
    fold : Fold
        Its rows.
    inner : int or None
        Workers of the search; None leaves it as it is.
    n_total : int, default=0
        Workers of all folds that run now, where this process is a worker itself and has to start
        its own ones; 0 where it has none, or whatever joblib is told.

    Returns
    -------
    Record
        Also of a fold that failed, unless ``error_score="raise"``.
    """
    search = _prepared(job, fold, inner)
    start = time.perf_counter()
    try:
        with ExitStack() as stack:
            if n_total:
                n_threads = max(1, cpu_count() // n_total)
                # joblib would give it threads
                context = parallel_config("loky", n_jobs=inner, inner_max_num_threads=n_threads)
                stack.enter_context(context)
            return _measured(job, fold, search)
    except Exception as error:
        if job.error_score == "raise":
            raise
        text = f"{type(error).__name__}: {error}"
        return Record(fold.number, fit_time=time.perf_counter() - start, error=text)


def _prepared(job: Job, fold: Fold, inner: int | None) -> Any:
    search = seeded_search(job.search, job.base_seed, fold.number)
    if inner is not None:
        search.set_params(n_jobs=inner)
    if job.folder is not None and "journal" in search.get_params(deep=False):
        search.set_params(journal=job.folder / f"fold_{fold.number:03d}.jsonl")
    return search


def _measured(job: Job, fold: Fold, search: Any) -> Record:
    found = _sklearn.fit_and_score(
        search,
        job.X,
        job.y,
        scorer=job.scorer,
        train=fold.train,
        test=fold.test,
        verbose=0,
        parameters=None,
        fit_params=job.fit_params,
        score_params=job.score_params,
        return_times=True,
        return_estimator=True,
        error_score="raise",
    )
    fitted = found["estimator"]
    return Record(
        fold.number,
        scores={name: float(score) for name, score in found["test_scores"].items()},
        predictions=_predictions(job, fold, fitted) if job.keep_predictions else {},
        fit_time=found["fit_time"],
        score_time=found["score_time"],
        estimator=fitted if job.keep_estimator else None,
        **(_of_search(fitted) if is_search(fitted) else {"n_fits": 1}),
    )


# -- what a search found -------------------------------------------------------------------------


def _of_search(search: Any) -> dict[str, Any]:
    results = search.cv_results_
    settings = _without_amounts(results, _names(search))
    n_splits = results.get("n_splits_evaluated")
    n_inner = len(settings) * search.n_splits_ if n_splits is None else int(np.sum(n_splits))
    return {
        "inner_best": _inner_best(search),
        "params": {name: _plain(value) for name, value in search.best_params_.items()},
        "model": _model_of(search),
        "log_params": sorted(_searched_in_log(search)),
        "n_candidates": len({repr(sorted(setting.items())) for setting in settings}),
        "n_fits": n_inner + 1,
    }


def _names(search: Any) -> set[str]:
    """Return the parameters that are searched, as far as a search says so by their names."""
    names = ("param_distributions", "param_grid")
    given: Any = next((d for n in names if (d := getattr(search, n, None)) is not None), ())
    parts = given if isinstance(given, list | tuple) else [given]
    return {name for part in parts if isinstance(part, Mapping) for name in part}


def _without_amounts(results: Mapping[str, Any], searched: set[str]) -> list[dict[str, Any]]:
    """Return the settings, those of one candidate with several amounts of a resource alike."""
    settings = [{n: _plain(v) for n, v in params.items()} for params in results["params"]]
    if "n_resources" not in results:
        return settings
    rows = zip(settings, results["n_resources"], strict=True)
    return [
        {n: v for n, v in params.items() if n in searched or v != amount}
        for params, amount in rows
    ]


def _inner_best(search: Any) -> float:
    if hasattr(search, "best_score_"):
        return float(search.best_score_)
    column = search.cv_results_.get(f"mean_test_{own_metric(search)}")
    if column is None:  # a callable refit calls a single score "score", whatever its name
        column = search.cv_results_.get("mean_test_score")
    return float("nan") if column is None else float(column[search.best_index_])


def _model_of(search: Any) -> str:
    if "model" in search.cv_results_:
        return str(search.cv_results_["model"][search.best_index_])
    best = search.best_estimator_
    while isinstance(best, Pipeline):
        best = best.steps[-1][1]
    return type(best).__name__


def _searched_in_log(search: Any) -> Iterator[str]:
    space = getattr(search, "space_", None)
    names = ("param_distributions", "param_grid")
    given = [d for name in names if (d := getattr(search, name, None)) is not None]
    if space is None and given:
        try:
            space = Space(given[0])
        except (TypeError, ValueError):  # what another search understands
            return
    for column in space.columns if isinstance(space, Space) else ():
        yield from column.paths if column.log else ()


def _plain(value: Any) -> Any:
    """Return a number, a string or None as it is, and anything else as text."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, BaseEstimator):
        return str(value.__repr__(N_CHAR_MAX=10**6)).replace("\n", "")
    return getattr(value, "__qualname__", None) or " ".join(repr(value).split())


# -- predictions ---------------------------------------------------------------------------------


def _predictions(job: Job, fold: Fold, fitted: Any) -> dict[str, Any]:
    """Return lists under ``y_pred`` and, of classifiers, ``classes`` and how sure it is.

    That is ``predict_proba``, a list for each row, or else ``decision_function``.
    """
    if job.y is None or not hasattr(fitted, "predict"):
        return {}
    X = _sklearn.take_rows(job.X, fold.test)
    found: dict[str, Any] = {"y_pred": np.asarray(fitted.predict(X)).tolist()}
    classes = getattr(fitted, "classes_", None)
    if not isinstance(classes, np.ndarray) or not is_classifier(fitted):
        return found
    found["classes"] = classes.tolist()
    for method in ("predict_proba", "decision_function"):
        if hasattr(fitted, method):
            found[method] = np.asarray(getattr(fitted, method)(X)).tolist()
            break
    return found
