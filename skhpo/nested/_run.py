"""Cross-validate a search as a whole."""

import os
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from joblib import effective_n_jobs
from joblib.parallel import get_active_backend
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import check_cv
from sklearn.utils import indexable
from sklearn.utils.parallel import Parallel, delayed

from skhpo import _sklearn
from skhpo.nested._fold import Fold, Job, Record, run_fold
from skhpo.nested._journal import open_journal
from skhpo.nested._outer import check_arguments, classifies, make_folds, make_pairs
from skhpo.nested._plan import Wave, plan
from skhpo.nested._result import NestedResult
from skhpo.nested._routing import route
from skhpo.nested._scoring import is_search, outer_scorer, own_metric
from skhpo.nested._seeds import base_seed, check_generators, seeded_splitter
from skhpo.nested._study import Study, names_of
from skhpo.search._base import SearchCV
from skhpo.search._fingerprint import fingerprint


def nested_cross_validate(
    search: Any,
    X: Any,
    y: Any = None,
    *,
    outer_cv: Any = None,
    scoring: Any = None,
    params: dict[str, Any] | None = None,
    n_jobs: int | None = None,
    return_estimator: bool = False,
    return_predictions: bool = True,
    random_state: Any = None,
    journal: str | os.PathLike[str] | None = None,
    error_score: Any = np.nan,
    bates: bool = False,
    verbose: int = 0,
) -> NestedResult:
    """Score a whole search on rows that it has not seen.

    For each outer fold the search is cloned, fitted on the training rows (candidates, choice and
    refit), and scored on the test rows. ``best_score_`` is the greatest of many noisy numbers and
    therefore too good; this score is not. It is that of the procedure, with as many rows as an
    outer training set has, and not that of one set of parameters. The final model is the search,
    fitted on all rows.

    Parameters
    ----------
    search : estimator
        Any search with the interface of scikit-learn's, with ``refit``, or an estimator without
        one. It is not changed.
    X : array-like of shape (n_samples, n_features)
        Data; anything that scikit-learn can take rows of.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
        Target.
    outer_cv : int, splitter, iterable or None, default=None
        The outer folds, as ``cv`` in ``cross_validate``: None for 5 folds, not shuffled, and
        stratified for classifiers. Of ``RepeatedKFold`` and the like repeats are told apart.
    scoring : str, callable, list, tuple, set, dict or None, default=None
        Outer scores, as in ``cross_validate``; None for those of the search. That by which the
        search chooses is always among them.
    params : dict of str to array-like or None, default=None
        Metadata, such as ``groups``, ``sample_weight`` or ``times``. With metadata routing
        enabled, it goes in both loops to whoever requested it. Without, ``groups`` go to the
        outer splitter and to the search, and all else to ``search.fit``; test scores are not
        weighted then.
    n_jobs : int or None, default=None
        Workers in total; the ``n_jobs`` of the search is replaced. Outer folds run side by side,
        and workers that would be idle take inner fits. None runs one fold after the other and
        leaves the search as it is, unless in a ``joblib.parallel_config``.
    return_estimator : bool, default=False
        Whether the fitted searches are kept.
    return_predictions : bool, default=True
        Whether predictions of the test rows are kept, probabilities (or decisions) too.
    random_state : int, RandomState or None, default=None
        Fixes everything: each ``random_state`` of the search, of what it tunes and of its
        splitter is replaced by a number that depends on this one, on the number that was there,
        and on the fold. None leaves them, so that all folds use the same.
    journal : str, path-like or None, default=None
        A folder, made if it is missing. Each finished fold is on disk at once; when the same call
        is made again, finished folds are read and failed ones tried again. Searches of skhpo
        keep their own journals in it, so that an unfinished fold goes on as well.
    error_score : float or "raise", default=nan
        The scores of an outer fold that failed; "raise" raises its error.
    bates : bool, default=False
        Whether folds are also left out in pairs, which ``interval(method="bates")`` needs:
        K (K - 1) / 2 more searches a repeat.
    verbose : int, default=0
        From 1 on, a line for each finished fold.

    Returns
    -------
    NestedResult
        Scores, parameters, predictions, intervals and comparisons.

    Raises
    ------
    ValueError
        If an argument is not valid, both loops would draw from one generator, or all folds
        failed.
    JournalMismatch
        If the journal belongs to other data, folds, or another search.

    Warns
    -----
    FitFailedWarning
        If some outer folds failed.

    See Also
    --------
    sklearn.model_selection.cross_validate : The outer scores alone, which are the same.

    Notes
    -----
    With several workers some folds have several to themselves: a search whose candidates depend
    on which fits end first then takes another course than with one, as it does elsewhere.

    References
    ----------
    Varma & Simon (2006), Bias in error estimation when using cross-validation for model
    selection, BMC Bioinformatics 7:91. Cawley & Talbot (2010), On over-fitting in model selection
    and subsequent selection bias in performance evaluation, JMLR 11.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import RandomSearchCV, Real, nested_cross_validate
    >>> X, y = load_iris(return_X_y=True)
    >>> search = RandomSearchCV(SVC(), {"C": Real(0.01, 100, log=True)}, n_iter=5, cv=3)
    >>> result = nested_cross_validate(search, X, y, random_state=0)
    >>> print(result.interval())
    0.9667 [0.8906, 1.043] (95 %, corrected t)
    >>> list(result.scores_)[4:7]
    ['inner_best', 'outer_score', 'optimism']
    """
    start = time.perf_counter()
    check_arguments(search, journal=journal, error_score=error_score)
    X, y = indexable(X, y)
    base = base_seed(random_state)
    cv = check_cv(outer_cv, y, classifier=classifies(search, y))
    if base is None:
        check_generators(cv, search)
    cv = seeded_splitter(cv, base)
    scorer = outer_scorer(search, scoring)
    routed = route(params or {}, X, splitter=cv, search=search, scorer=scorer)
    folds = make_folds(cv, X, y, routed.splitter.split)
    pairs = make_pairs(folds, _sklearn.num_samples(X)) if bates else {}
    job = Job(
        search=search,
        X=X,
        y=y,
        scorer=scorer,
        fit_params=routed.estimator.fit,
        score_params=routed.scorer.score,
        base_seed=base,
        error_score=error_score,
        keep_estimator=return_estimator,
        keep_predictions=return_predictions or bates,
        folder=None if journal is None else Path(journal).absolute(),
    )
    with ExitStack() as stack:
        records = _all_records(stack, job, folds, [*pairs.values()], n_jobs, verbose)
    _report(folds, records, error_score)
    study = Study(
        search=clone(search),
        scorer=scorer,
        metric=_first_metric(search, scoring, records),
        own=own_metric(search),
        y=y,
        groups=routed.splitter.split.get("groups"),
        n_rows=_sklearn.num_samples(X),
        folds=folds,
        pairs=pairs,
        records=records,
        error_score=np.nan if error_score == "raise" else float(error_score),
        identity=fingerprint({"X": X, "y": y}),
        seconds=time.perf_counter() - start,
    )
    estimators = [records[fold.number].estimator for fold in folds]
    return NestedResult(study, estimators if return_estimator else None)


# -- the folds -----------------------------------------------------------------------------------


def _all_records(
    stack: ExitStack,
    job: Job,
    folds: Sequence[Fold],
    pairs: Sequence[Fold],
    n_jobs: int | None,
    verbose: int,
) -> dict[int, Record]:
    """Return what came of each fold, read from the journal or measured now."""
    write: Callable[[Record], None] | None = None
    done: dict[int, Record] = {}
    if job.folder is not None:
        write, done = open_journal(stack, job.folder, _identity(job, folds))
        done = {number: record for number, record in done.items() if _is_enough(record, job)}
    every = [*folds, *pairs]
    for record in _run([fold for fold in every if fold.number not in done], job, n_jobs):
        if write is not None:
            write(record)
        done[record.number] = record
        if verbose:
            print(_progress(record, len(done), len(every)), flush=True)  # noqa: T201
    return done


def _identity(job: Job, folds: Sequence[Fold]) -> dict[str, Any]:
    """Return what has to be the same for a journal to be continued."""
    search = clone(job.search)
    if "n_jobs" in search.get_params(deep=False):
        search.set_params(n_jobs=None)
    if isinstance(search, SearchCV):
        search.set_params(callbacks=None)
    return {
        "X": job.X,
        "y": job.y,
        "splits": [(fold.train, fold.test) for fold in folds],
        "metadata": {**job.fit_params, **job.score_params},
        "scoring": job.scorer,
        "search": search,
        "random_state": str(job.base_seed),
    }


def _is_enough(record: Record, job: Job) -> bool:
    return bool(record.predictions) or not job.keep_predictions or job.y is None


def _run(folds: Sequence[Fold], job: Job, n_jobs: int | None) -> Iterator[Record]:
    by_number = {fold.number: fold for fold in folds}
    waves = plan(
        list(by_number),
        effective_n_jobs(n_jobs),
        spreads=is_search(job.search) and "n_jobs" in job.search.get_params(deep=False),
        nests=type(get_active_backend()[0]).__name__ == "LokyBackend",
    )
    for wave in waves:
        yield from _run_wave(wave, [by_number[n] for n in wave.folds], job)


def _run_wave(wave: Wave, folds: Sequence[Fold], job: Job) -> Iterator[Record]:
    if wave.at_once == 1:
        for fold in folds:
            yield run_fold(job, fold, wave.inner)
        return
    inner = wave.inner or 1
    n_total = wave.at_once * inner if inner > 1 else 0
    parallel = Parallel(n_jobs=wave.at_once, return_as="generator_unordered", batch_size=1)
    yield from parallel(delayed(run_fold)(job, fold, wave.inner, n_total) for fold in folds)


def _progress(record: Record, n_done: int, n_folds: int) -> str:
    text = record.error or ", ".join(f"{name} {s:.4g}" for name, s in record.scores.items())
    return f"[{n_done}/{n_folds}] outer fold {record.number}: {text} ({record.fit_time:.1f} s)"


# -- after ---------------------------------------------------------------------------------------


def _report(folds: Sequence[Fold], records: dict[int, Record], error_score: Any) -> None:
    failed = [fold for fold in folds if records[fold.number].error is not None]
    if not failed:
        return
    by_cause: dict[str | None, list[Fold]] = {}
    for fold in failed:
        by_cause.setdefault(records[fold.number].error, []).append(fold)
    causes = "\n".join(f"{names_of(folds)}: {cause}" for cause, folds in by_cause.items())
    if len(failed) == len(folds):
        raise ValueError(
            f"all {len(folds)} outer folds failed; error_score='raise' shows where.\n{causes}"
        )
    warnings.warn(
        f"{len(failed)} of {len(folds)} outer folds failed, their scores are {error_score}:\n"
        f"{causes}",
        FitFailedWarning,
        stacklevel=3,
    )


def _first_metric(search: Any, scoring: Any, records: dict[int, Record]) -> str:
    names = next(list(record.scores) for record in records.values() if record.scores)
    own = own_metric(search)
    return own if scoring is None and own in names else names[0]
