"""What all search estimators share: validate, run the loop, publish.

``fit`` follows ``GridSearchCV.fit`` step by step; only the middle, where candidates are chosen
and evaluated, is our own engine instead of ``_run_search``.
"""

import time
import warnings
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from math import ceil, isinf
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from sklearn import get_config
from sklearn.base import clone, is_classifier
from sklearn.model_selection import check_cv
from sklearn.utils import check_random_state, get_tags, indexable
from sklearn.utils.metadata_routing import MethodMapping
from sklearn.utils.validation import check_is_fitted

from skhpo import _sklearn
from skhpo.asktell import Strategy
from skhpo.engine import Engine, Kept, Race
from skhpo.evaluation import (
    Executor,
    Job,
    Resource,
    classes_of,
    parse_memory,
    time_ranks,
    unenforceable,
    with_eval_set,
)
from skhpo.results._complete import ratio_of
from skhpo.results._meta_features import meta_features
from skhpo.results._table import (
    average_rationed_splits,
    average_times,
    extra_columns,
    mean_curve,
    mean_score,
    rank_by_tier,
    records,
    split_scores,
    who_may_win,
)
from skhpo.results.predictions import OutOfFold, out_of_fold
from skhpo.results.refit_rules import (
    REFIT_RULES,
    OneStandardError,
    SimplestEquivalent,
    with_overlap,
)
from skhpo.schedules import Full, Schedule
from skhpo.schedules.racing import RULES, Racing
from skhpo.search._bandits import check_bandit, with_bandit
from skhpo.search._callbacks import Reporter, in_turn
from skhpo.search._final_holdout import Held, set_aside
from skhpo.search._journaling import open_log
from skhpo.search._names import check_names
from skhpo.search._pickling import check_picklable
from skhpo.search._progress import ProgressDisplay
from skhpo.search._rerun import Incumbent, drift_of, rerun
from skhpo.search._stopping import as_rule
from skhpo.search._tabulating import (
    check_any_ok,
    check_complete,
    columns_of_search,
    params_of,
    timeline,
)
from skhpo.search._warm_start import current_setting, first_settings
from skhpo.space import Space
from skhpo.stopping import TimeBudget
from skhpo.strategies import Grid
from skhpo.strategies.bandit import POLICIES
from skhpo.trial import Trial

WORKERS_KEPT_BUSY = 16  # by the lag of deterministic=True, to 85 %
PREFIX_CACHE_BYTES = 2**28  # a worker
BYTES_OF_PREDICTIONS = 10**9  # with keep_predictions=True
LAG_PER_WORKER = 4  # candidates a worker, measured with fits that take times spread 1:50


@dataclass(frozen=True)
class _Run:
    """What one ``fit`` works on."""

    X: Any
    y: Any
    scorers: Any
    metric: str | None  # the score that decides; None: the only one, or the first
    routed: Any
    estimator: Any
    splits: Sequence[tuple[Any, Any]]
    space: Space
    callbacks: _sklearn.CallbackTree
    warm: Sequence[dict[str, Any]] = ()  # settings of earlier searches, to be tried first
    resource: Resource | None = None
    held: Held | None = None  # rows that are not searched on


class SearchCV(_sklearn.HtmlWithSummary, _sklearn.BaseSearchCV):
    """Base class of all search estimators: everything but the choice of candidates.

    A subclass declares its parameters and writes ``_make_strategy``.

    See Also
    --------
    sklearn.model_selection.GridSearchCV : The interface that every subclass has.
    """

    _racing: ClassVar[Racing] = Racing()  # what racing=True stands for
    _incumbent: Incumbent | None = None  # the winner of an earlier search, to be compared with
    _tries_current: ClassVar[bool] = False  # whether the estimator's own setting is tried first
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **_sklearn.BaseSearchCV._parameter_constraints,
        "param_distributions": [dict, list, tuple, Space, None],
        "param_grid": [dict, list, tuple, Space, None],
        "n_iter": [_sklearn.Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
        "max_time": [_sklearn.Interval(Real, 0, None, closed="neither"), None],
        "fit_timeout": [_sklearn.Interval(Real, 0, None, closed="neither"), None],
        "fit_memory": [Real, str, None],
        "journal": [str, PathLike, None],
        "stopping": [callable, list, tuple, None],
        "deterministic": ["boolean", _sklearn.Interval(Integral, 1, None, closed="left")],
        "racing": ["boolean", _sklearn.StrOptions(set(RULES)), Racing],
        "eval_fraction": [_sklearn.Interval(Real, 0, 1, closed="neither"), None],
        "bandit": [_sklearn.StrOptions({*POLICIES}), tuple, None],
        "keep_predictions": ["boolean", Real, str],
        "final_holdout": [
            _sklearn.Interval(Real, 0, 1, closed="neither"),
            _sklearn.Interval(Integral, 1, None, closed="left"),
            _sklearn.HasMethods(["split"]),
            list,
            tuple,
            None,
        ],
    }

    def __init__(
        self,
        estimator: Any,
        param_distributions: Any = None,
        *,
        n_iter: int = 10,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: Any = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: int | str = "2*n_jobs",
        random_state: Any = None,
        error_score: Any = np.nan,
        return_train_score: bool = False,
        param_grid: Any = None,
        max_time: float | None = None,
        fit_timeout: float | None = None,
        fit_memory: int | str | None = None,
        journal: Any = None,
        warm_start_from: Any = None,
        stopping: Any = None,
        deterministic: bool | int = False,
        racing: bool | str | Racing = False,
        eval_fraction: float | None = None,
        bandit: Any = None,
        keep_predictions: Any = False,
        final_holdout: Any = None,
        callbacks: Any = None,
    ) -> None:
        super().__init__(
            estimator,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.param_distributions = param_distributions
        self.n_iter = n_iter
        self.random_state = random_state
        self.param_grid = param_grid
        self.max_time = max_time
        self.fit_timeout = fit_timeout
        self.fit_memory = fit_memory
        self.journal = journal
        self.warm_start_from = warm_start_from
        self.stopping = stopping
        self.deterministic = deterministic
        self.racing = racing
        self.eval_fraction = eval_fraction
        self.bandit = bandit
        self.keep_predictions = keep_predictions
        self.final_holdout = final_holdout
        self.callbacks = callbacks

    @abstractmethod
    def _make_strategy(self, space: Space, seed: int) -> Strategy:
        """Return the strategy that proposes the candidates."""

    def _make_part(self, *, space: Space, seed: int, budget: int | None) -> Strategy:
        """Return the strategy for one alternative of a choice, below a bandit."""
        return self._make_strategy(space, seed)

    def _make_resource(self, run: _Run) -> Resource | None:
        """Return what the schedule rations, if anything."""
        return None

    def _make_schedule(self, run: _Run) -> Schedule:
        """Return how much each candidate gets."""
        return Full(n_iter=self._n_candidates(run))

    def _n_candidates(self, run: _Run) -> int:
        """Return how many candidates are tried at the most."""
        return int(min(self.n_iter, run.space.size))

    def _publish(self, results: Mapping[str, Any]) -> None:
        """Set further attributes."""

    def __sklearn_tags__(self) -> Any:
        """Tags of the estimator that is searched, as far as they hold for the search."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = get_tags(self.estimator).target_tags.multi_output
        return tags

    @_sklearn.fit_context(prefer_skip_nested_validation=False)  # type: ignore[untyped-decorator]
    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Search, then fit the best candidate on all the data.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, n_samples)
            Training data; for precomputed kernels the square matrix.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            Target; None for unsupervised learning.
        **params : dict of str to object
            Passed to the estimator, the scorer and the splitter as in ``GridSearchCV.fit``:
            ``groups``, ``sample_weight``, and with metadata routing whatever was requested.

        Returns
        -------
        self : object
            The fitted search.

        Raises
        ------
        ValueError
            If an argument, the space or a parameter name is not valid, all fits failed, or none
            was complete within ``max_time``.
        TypeError
            If the space holds something that is neither list, distribution nor dimension, or
            something cannot be pickled that other processes need.
        JournalMismatch
            If the journal belongs to another search.
        ImportError
            If one of the ``callbacks`` lacks a package; before anything is evaluated.
        KeyboardInterrupt
            After Ctrl-C; what is complete stands in ``cv_results_``, ``best_params_``,
            ``best_score_`` and ``best_index_`` all the same.
        """
        held = None
        if self.final_holdout is not None:
            X, y, params, held = self._set_aside(X, y, params)
        run = replace(self._prepare(X, y, params), held=held)
        with Reporter(self, run) as reporter:
            engine = self._search(run, reporter)
            results = self._tabulate(engine, run)
            self.scorer_ = getattr(run.scorers, "_scorers", run.scorers)
            self.cv_results_ = results  # before anything that may fail
            if held is not None:
                self.final_holdout_indices_ = held.rows
            if self.keep_predictions:
                self.predictions_ = self._out_of_fold(engine, run)
            self._select(results, run)
            self._publish(results)
            if self.stop_reason_ == "interrupted":
                raise KeyboardInterrupt
            if self.refit:
                self._refit(run)
            if held is not None:
                self._score_finally(run, held)
            if self._incumbent is not None:
                self.drift_ = drift_of(self, run, self._incumbent)
        run.callbacks.end()
        return self

    def rerun(self, X: Any, y: Any = None, *, journal: Any = None, **params: Any) -> Self:
        """Search again on new data, beginning with what was best, and say whether it still is.

        A clone of this search is fitted on the new data. The old winner comes first, then other
        good settings, at most ten and half of ``n_iter``. On the new splits the old winner is
        compared with the new one; had it been dropped on the way, it is evaluated in full.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The new data.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            The new target.
        journal : str, path-like or None, default=None
            A journal for the new search; that of the old one belongs to the old data.
        **params : dict of str to object
            As in ``fit``, for the new data.

        Returns
        -------
        search : search estimator
            A new one, fitted, with a `Drift` as ``drift_``.

        Raises
        ------
        NotFittedError
            If this search has no winner yet.
        ValueError
            If ``cv`` names rows of the old data, or as in ``fit``.

        Examples
        --------
        >>> from sklearn.datasets import load_diabetes
        >>> from sklearn.linear_model import Ridge
        >>> from skhpo import RandomSearchCV
        >>> X, y = load_diabetes(return_X_y=True)
        >>> space = {"alpha": (1e-3, 1e2, "log-uniform")}
        >>> search = RandomSearchCV(Ridge(), space, random_state=0).fit(X[:220], y[:220])
        >>> new = search.rerun(X[220:], y[220:])
        >>> new.drift_.holds
        True
        """
        check_is_fitted(self, "best_params_")
        new: Self = rerun(self, X, y, journal, params)
        return new

    # -- before --------------------------------------------------------------------------------

    def get_metadata_routing(self) -> Any:
        """Return who is given what of the metadata: also the splitter of ``final_holdout``.

        Returns
        -------
        MetadataRouter
            As of ``GridSearchCV``.
        """
        router = super().get_metadata_routing()
        if hasattr(self.final_holdout, "split"):
            mapping = MethodMapping().add(caller="fit", callee="split")
            router.add(final_holdout=self.final_holdout, method_mapping=mapping)
        return router

    def _set_aside(
        self, X: Any, y: Any, params: dict[str, Any]
    ) -> tuple[Any, Any, dict[str, Any], Held]:
        """Return the rows to search on, and those held out."""
        if not self.refit:
            raise ValueError("final_holdout needs refit: without, there is nothing to score.")
        X, y = indexable(X, y)
        params = _sklearn.check_fit_params(X, params=params)
        routed = self._get_routed_params_for_fit(params)
        return set_aside(
            self.final_holdout,
            X,
            y,
            params,
            cv=self.cv,
            estimator=self.estimator,
            is_classifier=is_classifier(self.estimator),
            split_params=routed.get("final_holdout", routed.splitter).split,
            score_params=routed.scorer.score,
        )

    def _prepare(self, X: Any, y: Any, params: Mapping[str, Any]) -> _Run:
        scorers, _ = self._get_scorers()
        space = self._make_space()
        X, y = indexable(X, y)
        params = _sklearn.check_fit_params(X, params=params)
        routed = self._get_routed_params_for_fit(params)
        weight = params.get("sample_weight")
        metadata = None if weight is None else {"sample_weight": weight}
        callbacks = _sklearn.CallbackTree(self, {"X": X, "y": y, "metadata": metadata})
        estimator = clone(self.estimator)
        self._check_names(space, estimator)
        check_bandit(self.bandit, space)
        self.meta_features_ = meta_features(X, y, is_classifier=is_classifier(self.estimator))
        run = _Run(
            X=X,
            y=y,
            scorers=scorers,
            metric=self.refit if self._refit_names_metric() else None,
            routed=routed,
            estimator=estimator,
            splits=self._split(X, y, routed.splitter.split),
            space=space,
            callbacks=callbacks,
            warm=self._warm(space),
        )
        return replace(run, resource=self._make_resource(run))

    def _warm(self, space: Space) -> list[dict[str, Any]]:
        """Return the settings of earlier searches to begin with."""
        return first_settings(self.warm_start_from, space, self.meta_features_)

    def _make_space(self) -> Space:
        given = [d for d in (self.param_distributions, self.param_grid) if d is not None]
        if len(given) != 1:
            raise ValueError(
                "give the search space as param_distributions or as param_grid, and only once; "
                f"got {len(given)} of them. To change it, set both: set_params(param_grid=..., "
                "param_distributions=None)."
            )
        space = given[0] if isinstance(given[0], Space) else Space(given[0])
        if isinf(space.size):
            space.draw(1, np.random.default_rng(0))  # refuses what forbidden leaves nothing of
        elif next(space.enumerate(), None) is None:
            raise ValueError("forbidden leaves nothing of the search space.")
        return space

    def _check_names(self, space: Space, estimator: Any) -> None:
        """Refuse names that are no parameters of the estimator."""
        check_names(space, estimator)

    def _split(self, X: Any, y: Any, params: Mapping[str, Any]) -> list[tuple[Any, Any]]:
        """Draw the folds: once, so that all candidates are compared on the same ones."""
        self._checked_cv_orig = check_cv(self.cv, y, classifier=is_classifier(self.estimator))
        self.n_splits_ = self._checked_cv_orig.get_n_splits(X, y, **params)
        splits = list(self._checked_cv_orig.split(X, y, **params))
        if len(splits) != self.n_splits_:
            raise ValueError(
                "cv.split and cv.get_n_splits return inconsistent results. "
                f"Expected {self.n_splits_} splits, got {len(splits)}"
            )
        if not splits:
            raise ValueError(
                "No fits were performed. Was the CV iterator empty? Were there no candidates?"
            )
        self._test_train_ratio = ratio_of(splits)
        return splits

    def _time_ranks(self, run: _Run) -> Any:
        """Return the place of each row in time if the splits go forward in it, else None."""
        params = run.routed.splitter.split
        return time_ranks(self._checked_cv_orig, run.splits, run.X, run.y, params)

    # -- the search ----------------------------------------------------------------------------

    def _search(self, run: _Run, reporter: Reporter) -> Engine:
        schedule = self._make_schedule(run)
        n_trials = schedule.n_trials
        if self.verbose > 0:
            print(  # noqa: T201 (as GridSearchCV does)
                f"Fitting {self.n_splits_} folds for each of {n_trials} candidates,"
                f" totalling {self.n_splits_ * n_trials} fits"
            )
        contexts = run.callbacks.begin_search(n_trials * self.n_splits_)
        with ExitStack() as stack:
            executor = self._start_executor(stack, run, schedule, contexts)
            engine = self._make_engine(stack, run, executor, schedule)
            display = ProgressDisplay(self.verbose, n_trials, self.n_splits_, run.metric)
            engine.watch = in_turn(display, reporter)
            stack.callback(reporter.finish, engine)
            stack.callback(display.finish, engine)
            engine.run()
        run.callbacks.end_search()
        self.stop_reason_ = engine.ended
        self.search_time_ = engine.time.elapsed()
        return engine

    def _start_executor(
        self, stack: ExitStack, run: _Run, schedule: Schedule, contexts: Sequence[Any]
    ) -> Executor:
        memory = parse_memory(self.fit_memory)
        for reason in unenforceable(self.fit_timeout, memory):
            warnings.warn(reason, UserWarning, stacklevel=4)
        isolate = any(limit is not None for limit in (self.max_time, self.fit_timeout, memory))
        executor = stack.enter_context(
            Executor(
                self._make_job(run, schedule.n_trials),
                self.n_jobs,
                contexts,
                isolate=isolate,
                memory=memory,
            )
        )
        if executor.ships:
            parts = {"estimator": run.estimator, "scoring": run.scorers, "X": run.X, "y": run.y}
            executor.publish(on_error=lambda: check_picklable(parts))
            check_picklable({"a value in the search space": run.space})
        return executor

    def _make_engine(
        self, stack: ExitStack, run: _Run, executor: Executor, schedule: Schedule
    ) -> Engine:
        seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        log, seed = open_log(
            stack,
            self.journal,
            self._identity(run),
            random_state=self.random_state,
            seed=seed,
            n_splits=self.n_splits_,
            resource=run.resource.name if run.resource else None,
            meta_features=self.meta_features_,
        )
        return Engine(
            strategy=self._start_strategy(run, seed),
            schedule=schedule,
            executor=executor,
            n_splits=self.n_splits_,
            judge=lambda trial: _loss(trial, run.metric),
            curve=lambda trial: _losses_below(trial, run.metric),
            rations_splits=_rations_splits(run),
            race=self._make_race(run),
            log=log,
            time=TimeBudget(self.max_time, self._refit_share(), _score_share(run)),
            fit_timeout=self.fit_timeout,
            lag=self._lag(),
            should_stop=as_rule(self.stopping, run.metric, self.n_splits_),
            kept=Kept(self._bytes_of_predictions()),
        )

    def _bytes_of_predictions(self) -> int:
        if isinstance(self.keep_predictions, bool | np.bool_):
            return BYTES_OF_PREDICTIONS if self.keep_predictions else 0
        return parse_memory(self.keep_predictions, "keep_predictions") or 0

    def _refit_share(self) -> float:
        """Return what the refit takes, in fits of the best candidate on one split."""
        return self.n_splits_ / max(1, self.n_splits_ - 1) if self.refit else 0.0

    def _make_race(self, run: _Run) -> Race | None:
        if self.racing is False:
            return None
        rule = self._racing if self.racing is True else self.racing
        rule = Racing(rule=rule) if isinstance(rule, str) else rule
        resource = run.resource
        n_splits = resource.maximum if resource and _rations_splits(run) else self.n_splits_
        return Race(rule, n_splits, lambda trial: split_scores(trial, run.metric, n_splits))

    def _identity(self, run: _Run) -> dict[str, Any]:
        """Return what has to be the same for a journal to be continued."""
        r = run.resource
        metadata = {**run.routed.estimator.fit, **run.routed.scorer.score}
        held = {} if run.held is None else {"final_holdout": run.held.identity}
        return {
            **held,
            "X": run.X,
            "y": run.y,
            "splits": run.splits,
            "metadata": metadata,
            "space": run.space,
            "scoring": getattr(run.scorers, "_scorers", run.scorers),
            "refit metric": str(run.metric),
            "estimator": run.estimator,
            "search": type(self).__name__,
            "resource": str(r and (r.name, r.maximum, *r.levels)),
            "eval_fraction": str(self.eval_fraction),
        }

    def _lag(self) -> int | None:
        if not self.deterministic:
            return None
        if self.deterministic is True:
            return ceil(LAG_PER_WORKER * WORKERS_KEPT_BUSY / int(self.n_splits_))
        lag: int = self.deterministic
        return lag

    def _start_strategy(self, run: _Run, seed: int) -> Strategy:
        """Return the strategy; a space no larger than the budget is simply enumerated."""
        if run.space.size <= self._n_candidates(run):
            strategy: Strategy = Grid(space=run.space, seed=seed)
            strategy.enqueue(run.warm)
        else:
            strategy = self._make_strategy(run.space, seed)
            if self.bandit is not None:
                n = self._n_candidates(run)
                strategy = with_bandit(self.bandit, run.space, seed, n, self._make_part)
            strategy.enqueue([*run.warm, *self._own_settings(run)])
        return strategy

    def _own_settings(self, run: _Run) -> list[dict[str, Any]]:
        """Return settings to try before those that the strategy chooses."""
        return [current_setting(self.estimator, run.space)] if self._tries_current else []

    def _make_job(self, run: _Run, n_candidates: int) -> Job:
        return Job(
            estimator=run.estimator,
            X=run.X,
            y=run.y,
            splits=run.splits,
            scorer=run.scorers,
            metric=run.metric,
            fit_params=run.routed.estimator.fit,
            score_params=run.routed.scorer.score,
            return_train_score=self.return_train_score,
            error_score=self.error_score,
            verbose=self.verbose,
            n_candidates=n_candidates,
            config=get_config(),
            warning_filters=tuple(warnings.filters),
            # what is kept would count as memory of the fit
            prefix_cache_bytes=0 if self.fit_memory is not None else PREFIX_CACHE_BYTES,
            caller=self if run.callbacks.is_listening else None,
            resource=run.resource,
            eval_fraction=self.eval_fraction,
            keeps_predictions=self._bytes_of_predictions() > 0,
            classes=classes_of(run.estimator, run.y) if self.keep_predictions else None,
        )

    # -- after ---------------------------------------------------------------------------------

    def _tabulate(self, engine: Engine, run: _Run) -> dict[str, Any]:
        trials = [trial for trial in engine.trials if trial.outcomes]
        check_complete(trials, self.stop_reason_)
        rows = records(trials, self.n_splits_)
        _sklearn.report_failures(rows, self.error_score)
        if callable(self.scoring):
            _sklearn.insert_error_scores(rows, self.error_score)
        self.multimetric_ = isinstance(rows[0]["test_scores"], dict)
        if callable(self.scoring) and self.multimetric_:
            self._check_refit_for_multimetric(rows[0]["test_scores"])
        columns = {**extra_columns(trials), **columns_of_search(engine, trials)}
        check_any_ok(columns)
        params = [params_of(trial, run.resource) for trial in trials]
        with warnings.catch_warnings():
            if {*columns["status"]} == {"ok", "dropped"} or _rations_splits(run):
                # what was cut off has no score, and that is no surprise to anybody
                warnings.filterwarnings("ignore", message="One or more of the")
            results = _sklearn.format_results(self, params, self.n_splits_, rows, columns)
        average_times(results, trials)
        if _rations_splits(run):
            average_rationed_splits(results, self.n_splits_)
        rank_by_tier(results)
        self.timeline_ = timeline(trials)
        return results

    def _out_of_fold(self, engine: Engine, run: _Run) -> OutOfFold:
        trials = [trial for trial in engine.trials if trial.outcomes]
        kept = out_of_fold(
            {row: engine.kept.of(trial) for row, trial in enumerate(trials)},
            self.cv_results_,
            [test for _, test in run.splits],
            classes_of(run.estimator, run.y),
        )
        if not len(kept.rows):
            cause = (
                f"{self.keep_predictions!r} is too little memory for one candidate"
                if engine.kept.n_dropped
                else "the candidates make no predictions of a known kind, or the journal was "
                "written without predictions"
            )
            warnings.warn(
                f"keep_predictions: nothing could be kept: {cause}.",
                UserWarning,
                stacklevel=4,
            )
        return kept if run.held is None else replace(kept, searched=run.held.searched)

    def _refit_names_metric(self) -> bool:
        return isinstance(self.refit, str) and self.refit not in REFIT_RULES

    def _refit_rule(self, run: _Run) -> Any:
        """Return the function that chooses, None for the best mean."""
        rule = self.refit
        if isinstance(rule, str) and rule in REFIT_RULES and not self.multimetric_:
            rule = REFIT_RULES[rule]()
        if not isinstance(rule, OneStandardError | SimplestEquivalent):
            return rule if callable(rule) else None
        informed = with_overlap(rule, self._test_train_ratio)
        return lambda results: informed.choose(results, run.estimator)

    def _select(self, results: dict[str, Any], run: _Run) -> None:
        if not self.refit and self.multimetric_:
            return
        metric = self.refit if self.multimetric_ else "score"
        rule = self._refit_rule(run)
        if rule is not None:
            rows, part = who_may_win(results)
            self.best_index_ = int(rows[self._select_best_index(rule, metric, part)])
        else:
            self.best_index_ = self._select_best_index(self.refit, metric, results)
        if not callable(self.refit):
            self.best_score_ = results[f"mean_test_{metric}"][self.best_index_]
        self.best_params_ = results["params"][self.best_index_]

    def estimator_of(self, row: int) -> Any:
        """Return the unfitted estimator of a candidate.

        Parameters
        ----------
        row : int
            Its row in ``cv_results_``.

        Returns
        -------
        estimator
            New, with the parameters of the candidate.

        Raises
        ------
        NotFittedError
            If there are no results yet.
        """
        check_is_fitted(self, "cv_results_")
        params = self.cv_results_["params"][row]
        return self._blank().set_params(**clone(params, safe=False))

    def report(self, path: str | PathLike[str]) -> Path:
        """Write a report: one file of HTML that needs no other, and no network.

        Parameters
        ----------
        path : str or path-like
            The file to write; one that is there is replaced.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        NotFittedError
            If there are no results yet.

        See Also
        --------
        skhpo.report : What is in it.
        """
        from skhpo.reports import report

        check_is_fitted(self, "cv_results_")
        return report(self, path)

    def _html_summary(self) -> str:
        """Return what a notebook shows below the diagram: the short form of the report."""
        if not hasattr(self, "cv_results_"):
            return ""
        from skhpo.reports._notebook import summary

        return summary(self)

    def _blank(self) -> Any:
        """Return the estimator that is searched, unfitted and without a candidate's parameters."""
        return clone(self.estimator)

    def _refit(self, run: _Run) -> None:
        best = clone(run.estimator).set_params(**clone(self.best_params_, safe=False))
        self.best_estimator_ = best
        args = (run.X,) if run.y is None else (run.X, run.y)
        start = time.perf_counter()
        with with_eval_set(best, self.eval_fraction):
            run.callbacks.refit(best, lambda: best.fit(*args, **run.routed.estimator.fit))
        self.refit_time_ = time.perf_counter() - start
        if hasattr(best, "feature_names_in_"):
            self.feature_names_in_ = best.feature_names_in_

    def _score_finally(self, run: _Run, held: Held) -> None:
        self.final_score_ = _sklearn.score_rows(
            self.best_estimator_, held.X, held.y, run.scorers, held.score_params, self.error_score
        )


def _score_share(run: _Run) -> float:
    """Return what scoring the rows held out takes, in scorings of one split."""
    if run.held is None:
        return 0.0
    tested = float(np.mean([np.size(test) for _, test in run.splits]))
    return len(run.held.rows) / max(1.0, tested)


def _loss(trial: Trial, metric: str | None) -> tuple[float, float]:
    mean, stderr = mean_score(trial, metric)
    return -mean, stderr


def _rations_splits(run: _Run) -> bool:
    return run.resource is not None and run.resource.name == "n_splits"


def _losses_below(trial: Trial, metric: str | None) -> dict[int, float]:
    return {amount: -score for amount, score in mean_curve(trial, metric).items()}
