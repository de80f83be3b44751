"""``PipelineSearchCV``: from a table and a target to a tuned pipeline."""

import pickle
import time
import warnings
from collections.abc import Mapping
from contextlib import ExitStack
from copy import copy
from dataclasses import replace
from math import inf
from numbers import Integral
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from joblib import effective_n_jobs
from sklearn import config_context
from sklearn.base import clone, is_classifier
from sklearn.exceptions import ConvergenceWarning, FitFailedWarning, NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.utils import Bunch, check_random_state

from skhpo._sklearn import (
    HasMethods,
    Interval,
    StrOptions,
    check_fit_params,
    num_samples,
    take_rows,
)
from skhpo.asktell import Strategy
from skhpo.engine import Engine
from skhpo.evaluation import Resource, least_rows, sample_orders
from skhpo.results._code import code_of
from skhpo.results._explain import explain
from skhpo.results._leaderboard import leaderboard
from skhpo.results.refit_rules import REFIT_RULES
from skhpo.schedules import Asha, Full, Schedule
from skhpo.schedules.racing import Racing
from skhpo.schedules.rungs import levels
from skhpo.search._base import SearchCV, _Run
from skhpo.search._callbacks import Reporter
from skhpo.search._final_holdout import Held, set_aside
from skhpo.search._folds import make_folds
from skhpo.search._tabulating import NothingCompleteError
from skhpo.search._warm_start import first_settings
from skhpo.space import Choice, Space
from skhpo.strategies import GaussianProcess

if TYPE_CHECKING:
    import pandas as pd

    from skhpo.ensembles import Ensemble
    from skhpo.search._pipelines import Plan

TASKS = ("auto", "classification", "regression")

MOST_CANDIDATES = 1000  # of n_iter="auto" with max_time
CANDIDATES = 100  # without
LEAST_ROWS = 3000  # on which candidates are explored, with subsample="auto"
FACTOR = 3
N_DESIGN = 5  # candidates of the design, after the defaults
LONGEST_FIT = 1 / 6  # of max_time, where fit_timeout is not given
_SAMPLE_SEED = 0  # of the nested samples: the same in each run, so that a journal can go on
ENSEMBLE_FITS = 4  # for which time is set aside, in refits of the best
EMERGENCY_ROWS = 1000  # on which a single default is fitted if nothing else was complete
TOLERANCE = 0.03  # of max_time, and a second, by which a refit may exceed it


class PipelineSearchCV(SearchCV):
    """From a table and a target to a pipeline: preprocessing, features and model in one search.

    Without any argument but a budget it takes a data frame as it is: numbers, categories, texts,
    dates, missing values. It recognises whether the target is of classes or of numbers, builds
    a pipeline of preprocessing, selection and construction of features, and a model, and searches
    them together with their hyper-parameters. The result is a plain `Pipeline` of scikit-learn.

    The models are tried by the defaults of their libraries first, the cheapest and strongest
    before the others. Then a Gaussian process chooses candidates by the improvement that they
    promise per second. Large tables are explored on samples; only the best candidates are given
    all rows.

    Parameters
    ----------
    estimator : estimator object or None, default=None
        None builds the pipeline. An estimator is searched as it is, and needs
        ``param_distributions``, as in the other searches.
    param_distributions : dict, list of dict or Space, default=None
        With ``estimator=None``, what takes the place of a part of the space that is built: a dict
        with names among "prepare", "select", "construct" and "model", such as
        ``{"select": ["passthrough"]}``. With an estimator, what may be tried of it.
    task : {"auto", "classification", "regression"}, default="auto"
        What the target is for. "auto": numbers are for regression, unless they are whole and of
        at most twenty values. Say it where this object is itself cross-validated, so that the
        outer folds are stratified.
    models : {"fast", "all"}, list of str or Choice, default="fast"
        The models: those of `skhpo.portfolio.classifiers` or `skhpo.portfolio.regressors`, some
        of these by their names, or a choice of your own.
    preprocessing : {"auto", "passthrough"} or transformer, default="auto"
        The first step. "auto": what `skhpo.portfolio.preprocessing` makes for the columns;
        a transformer may hold ranges.
    subsample : bool, int or "auto", default="auto"
        Whether candidates are explored on samples of the rows: the least of them has so many, or
        about 3000 rows with "auto" and True; there are none for less than 9000 rows, and with
        ``deterministic``.
    ensemble : {"greedy", "voting", "stacking"} or None, default=None
        Whether several candidates take the place of the best: see `make_ensemble`, which this
        does with those that it has found. Where that is no better on splits that did not choose
        it, ``best_estimator_`` is the best pipeline all the same.
    n_iter : int or "auto", default="auto"
        Number of candidates. "auto": as many as ``max_time`` lets, at most 1000; without it 100.
    scoring : str, callable, list, tuple or dict, default=None
        As in ``GridSearchCV``. Where there are several scores and ``refit`` names none, the
        first one steers the search.
    n_jobs : int or None, default=None
        Tasks (one candidate on one split) under way at the same time; None means 1 unless in a
        ``joblib.parallel_config`` context, -1 all processors.
    refit : bool, str or callable, default=True
        As in ``GridSearchCV``; with one score also "one_se" or "simplest_equivalent", for
        a candidate that is simpler than the best and hardly worse (`OneStandardError`,
        `SimplestEquivalent`).
    cv : int, cross-validation generator or iterable, default=None
        As in ``GridSearchCV``; None means 5 folds. The folds are drawn once per ``fit``. Where
        the pipeline is built, rows are shuffled and ``groups`` kept together, unless this is a
        generator or iterable; None means 3 folds from 20,000 rows on, and no more than the rarest
        class has rows.
    verbose : int, default=0
        1: what is begun, a live line of progress on a terminal, and what came of it. 2 and more:
        also a line for each candidate, and for each fit what ``GridSearchCV`` prints.
    pre_dispatch : int or str, default="2*n_jobs"
        Not used; kept so that a ``GridSearchCV`` call can be changed by its class name alone.
        Exactly ``n_jobs`` tasks are under way.
    random_state : int, RandomState instance or None, default=None
        Fixes the candidates; with ``n_jobs=1`` the whole search.
    error_score : "raise" or numeric, default=np.nan
        Score of a split whose fit or scoring fails. The search goes on unless it is "raise";
        the candidate counts as failed whatever the number.
    return_train_score : bool, default=False
        As in ``GridSearchCV``.
    param_grid : dict, list of dict or Space, default=None
        Another name for ``param_distributions``, so that ``GridSearchCV(param_grid=...)`` needs
        no other change than the class name. Give one of the two.
    max_time : float or None, default=None
        Seconds for the whole search. Candidates that are not complete by then are dropped;
        what refitting will take is set aside, judged by the fits so far.
    fit_timeout : float or None, default=None
        Seconds for one fit and its scoring. A fit that takes longer is ended, its candidate
        counts as failed, and its other splits are not tried.
    fit_memory : int, str or None, default=None
        Bytes, or a size such as "2GB", by which the memory in use may grow in one fit.
    journal : str, path-like or None, default=None
        File to which every finished fit is written at once. A search that is run again with
        the same journal continues where the first one ended, however that was.
    warm_start_from : search estimator, dict, path, list or None, default=None
        Settings to try first: the ten best of a fitted search, a ``cv_results_`` or a journal; of
        several of these in turn, those on the most similar data first (by ``meta_features_``);
        a list of settings, or what `portfolio.learn` returns. Those that do not lie in the space
        are reported and left out; those of several searches are made to fit it first.
    stopping : callable, list of callable or None, default=None
        Rules of ``skhpo.stopping`` that may end the search before its budget is spent.
    deterministic : bool or int, default=False
        Whether the candidates are the same for any ``n_jobs``. With a number L, candidate i is
        chosen by what candidates up to i - L came to; True takes an L that keeps 16 workers
        busy. The price is that each choice knows less.

    racing : bool, str or Racing, default=True
        Whether candidates that have lost are dropped before all splits are done: True for a
        sequential paired test against the best so far, the name of another rule, or a `Racing`
        with its settings. The best candidates are always evaluated on all splits. True stands
        for ``Racing(alpha=0.25)`` here, as in `BayesSearchCV`.
    eval_fraction : float or None, default=None
        Share of the training part that an estimator with early stopping is given as its
        ``eval_set`` (LightGBM, XGBoost, CatBoost), after the earlier steps of a pipeline; also
        for the refit.
    bandit : str, tuple of (str, str) or None, default=None
        Policy that divides the candidates among the alternatives of one parameter, such as the
        learners, each of which is then searched by itself: "ucb1" (upper confidence bounds),
        "thompson" (as often as it is likely to be the best) or "exp3" (exponential weights);
        ``(policy, name)`` says which parameter, else it is the one that most others depend on.
        Column ``arm`` of ``cv_results_`` says which alternative it was, unless the space is
        searched exhaustively. Each alternative is searched as if the budget were all its own.
    keep_predictions : bool, int or str, default=False
        Whether what candidates predict for the rows that they were not fitted on is kept, in
        ``predictions_``: for `bias_corrected_score` and `make_ensemble`. A number of bytes or a
        size such as "200MB" says how much memory it may take; True stands for "1GB". Beyond
        that the worst candidates are let go. With ``journal`` they are written there too.
    final_holdout : float, int, splitter or None, default=None
        Rows that the search never sees, and on which ``best_estimator_`` is scored once, at the
        end (``final_score_``): a share or a number of them, always the same ones. They are drawn
        in proportion to the classes; of ``groups`` whole ones, that share of them; where ``cv``
        goes in time they are the latest (of timestamps a share or number), behind its gap. Or
        any splitter with a single split, such as `HoldOut`. ``best_estimator_`` stays the one
        that was fitted without them.
    callbacks : callable, object, list of these or None, default=None
        Who is told of each candidate while the search runs: functions
        ``callback(search, record)``, called with a `CandidateRecord`, or objects with any of the
        methods ``on_search_begin(search)``, ``on_candidate_end(search, record)`` and
        ``on_search_end(search, error)``; `tracking` has those for MLflow, Weights & Biases and
        TensorBoard. An error in a callback is a warning, and the search goes on.

    Attributes
    ----------
    leaderboard_ : DataFrame
        A row a candidate, the best first: ``rank``, ``model``, ``score``, ``error`` (standard
        error of the score, by Nadeau and Bengio), ``fit_time`` and ``predict_time`` (seconds, for
        one split), ``size`` (bytes of the fitted winner, pickled), ``status``, ``n_rows`` (where
        candidates were explored on samples: with how many rows of all) and ``parameters``. The
        index is the row of ``cv_results_``.
    ensemble_ : Ensemble or None
        What ``best_estimator_`` is, with ``ensemble``; None if the best pipeline is better.
    task_ : {"classification", "regression"}
        What the target was taken for; only where the pipeline was built.
    space_ : Space
        What was searched.
    n_rows_refitted_ : int
        Rows that ``best_estimator_`` was fitted on: fewer than there are if ``max_time`` had no
        room for all. Only with ``refit``.
    cv_results_ : dict of str to ndarray
        As in ``GridSearchCV``, and ``status`` ("ok", "failed", "timeout", "memory", "crashed",
        or "dropped" if it had lost or the search ended first), ``error`` (the first cause of a
        failure, else None) and ``n_splits_evaluated``; with ``racing`` also
        ``estimated_test_score``, of dropped candidates too.
    meta_features_ : dict of str to float
        What the data are like: number of rows and columns, shares of missing values and of
        categories, distributions of the columns and of the target.
    predictions_ : OutOfFold
        What the complete candidates predicted for the rows that they were not fitted on; only
        with ``keep_predictions``.
    final_score_ : float or dict of str to float
        Score of ``best_estimator_`` on the rows held out; of several scores each by its name.
        Only with ``final_holdout``.
    final_holdout_indices_ : ndarray of int
        The rows held out; only with ``final_holdout``.
    best_estimator_ : estimator
        The best candidate, fitted on all the data; only with ``refit``.
    best_score_ : float
        Mean cross-validated score of the best candidate.
    best_params_ : dict
        Its parameters, by their ``set_params`` names.
    best_index_ : int
        Its row in ``cv_results_``.
    scorer_ : callable or dict
        The scorer, or scorers, used.
    n_splits_ : int
        Number of splits.
    refit_time_ : float
        Seconds that fitting ``best_estimator_`` took.
    search_time_ : float
        Seconds that the search took, without the refit.
    timeline_ : dict of str to ndarray of shape (n_fits,)
        When the fits ran: ``row`` in ``cv_results_``, ``split``, ``start`` and ``end`` (seconds
        since the search began), and ``status``; see `TimelineDisplay`.
    stop_reason_ : str
        Why the search ended.
    multimetric_ : bool
        Whether there are several scores.
    classes_ : ndarray of shape (n_classes,)
        Class labels, where the estimator is a classifier.
    n_features_in_ : int
        Number of features seen in ``fit``.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, where ``X`` has names.

    See Also
    --------
    BayesSearchCV : The same for an estimator and a space of your own.
    portfolio : The ready-made spaces.

    Notes
    -----
    ``cv_results_`` has the columns ``model`` and ``candidate`` (its number) in addition, and where
    candidates were explored on samples a row for each of them and amount of rows, with
    ``n_resources``: rows with more of them rank before those with less.

    With ``max_time``, a fit that takes longer than a sixth of it is ended. If no candidate at
    all was complete in time, the first default is fitted on 1000 rows, with a warning. Warnings
    that scikit-learn's own code raises during the fits are not shown.

    With several classes ``scoring="roc_auc"`` stands for "roc_auc_ovr". ``sample_weight`` goes to
    the models, and those that take none are left out. Where classes are not numbered from 0,
    XGBoost is put into a `VotingClassifier` of one, which numbers them; regressors that ask for a
    target of unit spread into a `TransformedTargetRegressor`.

    The target is fitted by a plain `Pipeline`; ``score`` and ``predict`` of this object are its.

    References
    ----------
    .. [1] C. Thornton, F. Hutter, H. Hoos, K. Leyton-Brown: Auto-WEKA: Combined Selection and
       Hyperparameter Optimization of Classification Algorithms. KDD 2013.
    .. [2] M. Feurer et al.: Efficient and Robust Automated Machine Learning. NeurIPS 2015.
    .. [3] C. Wang, Q. Wu, M. Weimer, E. Zhu: FLAML: A Fast and Lightweight AutoML Library. MLSys
       2021.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn.datasets import load_iris
    >>> from skhpo import PipelineSearchCV
    >>> X, y = load_iris(as_frame=True, return_X_y=True)
    >>> models = ["logistic_regression", "lda", "gaussian_nb"]
    >>> search = PipelineSearchCV(models=models, n_iter=8, cv=3, random_state=0).fit(X, y)
    >>> search.best_score_ > 0.93, search.task_
    (np.True_, 'classification')
    >>> search.best_estimator_.predict(X).shape
    (150,)
    >>> [*search.leaderboard_.columns[:4]]
    ['rank', 'model', 'score', 'error']
    """

    # As in BayesSearchCV: a model proposes many candidates that all but tie with the incumbent.
    _racing: ClassVar[Racing] = Racing(alpha=0.25)
    _tries_current: ClassVar[bool] = True
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SearchCV._parameter_constraints,
        "estimator": [HasMethods(["fit"]), None],
        "task": [StrOptions(set(TASKS))],
        "models": [StrOptions({"fast", "all"}), list, tuple, Choice],
        "preprocessing": [StrOptions({"auto", "passthrough"}), HasMethods(["fit", "transform"])],
        "ensemble": [StrOptions({"greedy", "voting", "stacking"}), None],
        "subsample": ["boolean", StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "n_iter": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
    }
    scoring: Any
    cv: Any
    _plan: "Plan | None" = None
    _held: Held | None = None

    def __init__(
        self,
        estimator: Any = None,
        param_distributions: Any = None,
        *,
        task: str = "auto",
        models: Any = "fast",
        preprocessing: Any = "auto",
        subsample: bool | int | str = "auto",
        ensemble: str | None = None,
        n_iter: Any = "auto",
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
        racing: bool | str | Racing = True,
        eval_fraction: float | None = None,
        bandit: Any = None,
        keep_predictions: Any = False,
        final_holdout: Any = None,
        callbacks: Any = None,
    ) -> None:
        super().__init__(
            estimator,
            param_distributions,
            n_iter=n_iter,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            random_state=random_state,
            error_score=error_score,
            return_train_score=return_train_score,
            param_grid=param_grid,
            max_time=max_time,
            fit_timeout=fit_timeout,
            fit_memory=fit_memory,
            journal=journal,
            warm_start_from=warm_start_from,
            stopping=stopping,
            deterministic=deterministic,
            racing=racing,
            eval_fraction=eval_fraction,
            bandit=bandit,
            keep_predictions=keep_predictions,
            final_holdout=final_holdout,
            callbacks=callbacks,
        )
        self.task = task
        self.models = models
        self.preprocessing = preprocessing
        self.subsample = subsample
        self.ensemble = ensemble

    # -- a search of a pipeline that is built --------------------------------------------------

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Search, then fit the best pipeline on all the data.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
            Training data.
        y : array-like of shape (n_samples,), default=None
            Target: classes of any type, or numbers. It can be None only where an estimator is
            given that needs none.
        **params : dict of str to object
            ``groups``, which go to the splitter, and ``sample_weight``, which goes to the models;
            with an estimator, as in ``GridSearchCV.fit``.

        Returns
        -------
        self : object
            The fitted search.

        Raises
        ------
        ValueError
            If an argument is not valid, the target is missing, in whole or part, has a single
            value or several columns, no column of ``X`` varies, or all fits failed.
        TypeError
            If ``X`` is sparse, of a library other than pandas, or holds what is no single value.
        JournalMismatch
            If the journal belongs to another search.
        ImportError
            If one of the ``callbacks`` lacks a package; before anything is evaluated.
        KeyboardInterrupt
            After Ctrl-C; what is complete stands in ``cv_results_``, ``best_params_``,
            ``best_score_`` and ``best_index_`` all the same.
        """
        self._validate_params()
        self._check_ensemble()
        for name in ("ensemble_", "predictions_"):  # of an earlier fit
            self.__dict__.pop(name, None)
        working, start = copy(self), time.perf_counter()  # its arguments are not the user's
        working._start = start
        if self.ensemble is not None and not self.keep_predictions:
            working.keep_predictions = True
        given = self.get_params(deep=False)
        with ExitStack() as stack:
            stack.callback(self._take_over, working, given)
            if self.estimator is None:
                X, y, params = working._build(X, y, params)
                stack.enter_context(config_context(enable_metadata_routing=False))
                stack.enter_context(warnings.catch_warnings())
                _quiet()
            try:
                super(PipelineSearchCV, working).fit(X, y, **params)
            except NothingCompleteError as reason:
                if self.estimator is not None or self.max_time is None:
                    raise
                working._fit_in_emergency(X, y, params, reason)
        return self

    def _check_ensemble(self) -> None:
        if (
            self.ensemble is not None
            and self.refit is not True
            and not isinstance(self.refit, str)
        ):
            raise ValueError(
                f"ensemble={self.ensemble!r} takes the place of the refitted best pipeline, so "
                f"refit should be True or the name of a score, got {self.refit!r}."
            )
        if self.ensemble is not None and self.refit in REFIT_RULES:
            raise ValueError(
                f"ensemble={self.ensemble!r} takes the place of the best pipeline, and "
                f"refit={self.refit!r} asks for a simple one: give one of the two."
            )

    def _take_over(self, working: Self, given: Mapping[str, Any]) -> None:
        for name, value in vars(working).items():
            if name not in given and name not in ("_plan", "_start", "_held", "_incumbent"):
                setattr(self, name, value)

    def _build(self, X: Any, y: Any, params: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
        """Put what is built in the place of what was not given."""
        from skhpo.search._pipelines import make_plan  # with the portfolio and pandas
        from skhpo.search._target import as_target

        X = X if hasattr(X, "columns") or hasattr(X, "tocsr") else np.asarray(X)
        y, self.task_ = as_target(y, self.task)
        if num_samples(X) != len(y):
            raise ValueError(
                f"X and y should have as many rows, got {num_samples(X)} and {len(y)}."
            )
        params = {name: value for name, value in params.items() if value is not None}
        if self.final_holdout is not None:  # before anything is made of the rows
            X, y, params, self._held = self._held_out(X, y, params)
        if self.scoring == "roc_auc" and self.task_ == "classification" and len(np.unique(y)) > 2:
            self.scoring = "roc_auc_ovr"
        seed = self.random_state
        seed = seed if seed is None or isinstance(seed, Integral) else _drawn(seed)
        self._plan = make_plan(
            X,
            y,
            task=self.task_,
            models=self.models,
            preprocessing=self.preprocessing,
            changes=self._changes(),
            scoring=self.scoring,
            is_weighted="sample_weight" in params,
            seed=seed,
        )
        if "sample_weight" in params:
            params["model__sample_weight"] = params.pop("sample_weight")
        self.estimator = self._built = self._plan.pipeline
        self.param_distributions, self.param_grid = self._plan.space, None
        self.cv = make_folds(self.cv, y, self.task_, params.get("groups"), seed)
        return X, y, params

    def _held_out(
        self, X: Any, y: Any, params: dict[str, Any]
    ) -> tuple[Any, Any, dict[str, Any], Held]:
        if not self.refit:
            raise ValueError("final_holdout needs refit: without, there is nothing to score.")
        return set_aside(
            self.final_holdout,
            X,
            y,
            params,
            cv=self.cv,
            estimator=None,
            is_classifier=self.task_ == "classification",
            split_params={"groups": params.get("groups")},
            score_params={},
        )

    def _set_aside(
        self, X: Any, y: Any, params: dict[str, Any]
    ) -> tuple[Any, Any, dict[str, Any], Held]:
        if self._held is not None:
            return X, y, params, self._held
        return super()._set_aside(X, y, params)

    def _changes(self) -> dict[str, Any]:
        given = [d for d in (self.param_distributions, self.param_grid) if d is not None]
        if not given:
            return {}
        if len(given) > 1 or not isinstance(given[0], dict):
            raise ValueError(
                "param_distributions should be one dict where estimator=None: it changes parts of "
                f"the space that is built; got {given!r}."
            )
        return given[0]

    def _fit_in_emergency(self, X: Any, y: Any, params: dict[str, Any], reason: Any) -> None:
        """Fit the first default on some rows, so that there is a result at all."""
        warnings.warn(
            f"max_time={self._deadline - self._start:g} was too short for a single candidate: the "
            f"result is a default, fitted on at most {EMERGENCY_ROWS} rows. {reason}",
            UserWarning,
            stacklevel=3,
        )
        classify = self.task_ == "classification"
        every = np.arange(len(y))
        [order] = sample_orders(
            len(y), y, [(every, every[:0])], is_classifier=classify, seed=_SAMPLE_SEED
        )
        rows = np.sort(order[: max(EMERGENCY_ROWS, least_rows(y, is_classifier=classify))])
        params = check_fit_params(X, params=params, indices=rows)
        seed = self.random_state if isinstance(self.random_state, Integral) else 0
        self.cv = make_folds(2, y[rows], self.task_, params.get("groups"), seed)
        self.set_params(
            n_iter=1, max_time=None, fit_timeout=None, journal=None, stopping=None, n_jobs=1,
            warm_start_from=None, subsample=False, bandit=None,
        )  # fmt: skip
        if self._held is not None:
            self._held = replace(self._held, searched=self._held.searched[rows])
        super().fit(take_rows(X, rows), y[rows], **params)

    # -- what the loop is made of --------------------------------------------------------------

    def _prepare(self, X: Any, y: Any, params: Mapping[str, Any]) -> _Run:
        run = super()._prepare(X, y, params)
        self.space_ = run.space
        if self.max_time is not None:
            self._deadline = self._start + self.max_time
            # what was built and drawn counts
            self.max_time = max(self._deadline - time.perf_counter(), 1e-3)
            if self._plan is not None and self.fit_timeout is None:
                self.fit_timeout = self.max_time * LONGEST_FIT
        return run

    def _warm(self, space: Space) -> list[dict[str, Any]]:
        """Take over what other data have taught: their columns, and so their steps, are others."""
        adapts = self._plan is not None
        return first_settings(self.warm_start_from, space, self.meta_features_, adapts=adapts)

    def _check_names(self, space: Space, estimator: Any) -> None:
        """Save the seconds that it takes where names come from the parts themselves."""
        if self._plan is None or self._plan.is_changed:
            super()._check_names(space, estimator)

    def _n_candidates(self, run: _Run) -> int:
        n: Any = self.n_iter
        if n == "auto":  # a string where the other searches have a number
            n = CANDIDATES if self.max_time is None else MOST_CANDIDATES
        return int(min(n, run.space.size))

    def _own_settings(self, run: _Run) -> list[dict[str, Any]]:
        return super()._own_settings(run) if self._plan is None else self._plan.defaults

    def _levels(self, run: _Run) -> tuple[int, ...]:
        """Return the numbers of rows that candidates are given."""
        n = num_samples(run.X)
        if self.subsample is False or self.deterministic:
            return (n,)
        least = LEAST_ROWS if self.subsample in ("auto", True) else int(self.subsample)
        return levels(min(least, n), n, FACTOR)

    def _make_resource(self, run: _Run) -> Resource | None:
        amounts = self._levels(run)
        if len(amounts) == 1:
            return None
        classify = is_classifier(self.estimator)
        orders = sample_orders(
            num_samples(run.X),
            run.y,
            run.splits,
            groups=run.routed.splitter.split.get("groups"),
            is_classifier=classify,
            seed=_SAMPLE_SEED,
            ranks=self._time_ranks(run),
        )
        least = least_rows(run.y, is_classifier=classify)
        return Resource("n_samples", amounts[-1], amounts, orders=orders, least=least)

    def _make_schedule(self, run: _Run) -> Schedule:
        n = self._n_candidates(run)
        if run.resource is None:
            return Full(n_iter=n)
        return Asha(n_iter=n, levels=run.resource.levels, factor=FACTOR)

    def _make_strategy(self, space: Space, seed: int) -> Strategy:
        n_given = 1 if self._plan is None else len(self._plan.defaults)
        given: Any = self.n_iter
        budget = None if given == "auto" else int(given)
        common: dict[str, Any] = {"space": space, "seed": seed, "budget": budget}
        if self.max_time is not None and not self.deterministic:
            n_workers = effective_n_jobs(self.n_jobs)
            common["max_cost"] = self.max_time * n_workers
            common["cost_share"] = min(1.0, self.n_splits_ / n_workers)
        return GaussianProcess(n_initial=n_given + N_DESIGN, **common)

    def _refit_share(self) -> float:
        return super()._refit_share() * (1 if self.ensemble is None else ENSEMBLE_FITS)

    def _search(self, run: _Run, reporter: Reporter) -> Engine:
        engine = super()._search(run, reporter)
        if self.stop_reason_.startswith("max_time="):  # without what went before the search
            self.stop_reason_ = f"max_time={self._deadline - self._start:g} s is over"
        return engine

    # -- results -------------------------------------------------------------------------------

    def _tabulate(self, engine: Engine, run: _Run) -> dict[str, Any]:
        results = super()._tabulate(engine, run)
        trials = [trial for trial in engine.trials if trial.outcomes]
        results["candidate"] = np.array([trial.candidate.number for trial in trials])
        if self._plan is None:
            names = [type(run.estimator).__name__] * len(trials)
        else:
            from skhpo.search._pipelines import names_of

            names = names_of(results["params"], run.space, self._plan)
        results["model"] = np.array(names, dtype=object)
        return results

    def _refit(self, run: _Run) -> None:
        n = num_samples(run.X)
        if self.ensemble is not None:
            self.n_rows_refitted_, self.ensemble_ = n, self._fit_ensemble(run)
            if self.ensemble_ is not None:
                return
        rows = self._rows_in_time(n)
        self.n_rows_refitted_ = rows
        if rows < n:
            warnings.warn(
                f"max_time leaves no room to fit the winner on all {n} rows: it is fitted on "
                f"{rows} of them.",
                UserWarning,
                stacklevel=4,
            )
            run = self._part(run, rows)
        super()._refit(run)

    def _fit_ensemble(self, run: _Run) -> "Ensemble | None":
        """Fit an ensemble, if it is better than the best and there is time for two members."""
        from skhpo.ensembles import plan_ensemble

        start = time.perf_counter()
        method: Any = self.ensemble
        search = copy(self)  # run.X has no other rows than those searched
        search.predictions_ = replace(self.predictions_, searched=None)
        try:
            plan = plan_ensemble(search, run.X, run.y, method=method)
            left = self._seconds_left()
            is_short = self._rows_in_time(num_samples(run.X)) < num_samples(run.X)
            if not plan.is_better or is_short or left <= 0:
                return None
            ensemble = plan.fit(
                n_jobs=self.n_jobs,
                max_time=None if left == inf else left,
                fit_params=run.routed.estimator.fit,
            )
        except ValueError as reason:  # the search has a result all the same
            warnings.warn(f"ensemble={method!r}: {reason}", UserWarning, stacklevel=5)
            return None
        self.best_estimator_ = ensemble.estimator
        if hasattr(ensemble.estimator, "feature_names_in_"):
            self.feature_names_in_ = ensemble.estimator.feature_names_in_
        self.refit_time_ = time.perf_counter() - start
        return ensemble

    def _seconds_left(self) -> float:
        return inf if self.max_time is None else self._deadline - time.perf_counter()

    def _publish(self, results: Mapping[str, Any]) -> None:
        named = self.refit if isinstance(self.refit, str) else None
        first = next(n for n in results if n.startswith("rank_test_")).removeprefix("rank_test_")
        self._metric = (named or first) if self.multimetric_ else "score"

    @property
    def leaderboard_(self) -> "pd.DataFrame":
        """A table of the candidates, the best first: see the attributes."""
        self._check_has_results()
        best = getattr(self, "best_index_", -1)
        return leaderboard(self.cv_results_, self._metric, self.n_splits_, best, self._size())

    def explain(self) -> str:
        """Say in words what was tried, what won, by how much, and what mattered.

        Returns
        -------
        str
            Some lines.
        """
        self._check_has_results()
        return explain(self, self._metric)

    def to_code(self) -> str:
        """Return the best pipeline as Python code that does without skhpo.

        Returns
        -------
        str
            Imports, and an assignment of the pipeline, unfitted, to ``pipeline``.

        Raises
        ------
        ValueError
            If a parameter cannot be written as code, such as a function of your own that has no
            name.
        """
        self._check_has_results()
        best = getattr(self, "best_estimator_", None)
        if best is None:
            raise ValueError("to_code() needs best_estimator_, which refit=False leaves out.")
        return code_of(best)

    def _blank(self) -> Any:
        return clone(self._built if self.estimator is None else self.estimator)

    def _size(self) -> int | None:
        best = getattr(self, "best_estimator_", None)
        return None if best is None else len(pickle.dumps(best))

    def _check_has_results(self) -> None:
        if not hasattr(self, "cv_results_"):
            raise NotFittedError(
                f"this {type(self).__name__} is not fitted yet: call fit before its results."
            )

    def _rows_in_time(self, n: int) -> int:
        """Return on how many rows the winner can be fitted in what is left of the time."""
        if self.max_time is None:
            return n
        results, best = self.cv_results_, self.best_index_
        given = results["n_resources"][best] if "n_resources" in results else n
        fitted_on = max(1.0, given * (1 - 1 / self.n_splits_)) if self.n_splits_ > 1 else given
        foreseen = results["mean_fit_time"][best] * n / fitted_on
        left = self._seconds_left() + 1.0 + TOLERANCE * self.max_time
        if self._held is not None:
            tested = (n - fitted_on) if self.n_splits_ > 1 else n
            left -= results["mean_score_time"][best] * len(self._held.rows) / max(1.0, tested)
        if foreseen <= left:
            return n
        return int(min(n, max(fitted_on, n * left / foreseen)))

    def _part(self, run: _Run, n_rows: int) -> _Run:
        """Return a run with some of the rows, as fair a sample as those of the search."""
        n = num_samples(run.X)
        every = np.arange(n)
        [order] = sample_orders(
            n,
            run.y,
            [(every, every[:0])],
            groups=run.routed.splitter.split.get("groups"),
            is_classifier=is_classifier(self.estimator),
            seed=_SAMPLE_SEED,
            ranks=self._time_ranks(run),
        )
        rows = np.sort(order[:n_rows])
        fit = check_fit_params(run.X, params=run.routed.estimator.fit, indices=rows)
        routed = Bunch(**{**run.routed, "estimator": Bunch(fit=fit)})
        y = None if run.y is None else take_rows(run.y, rows)
        return replace(run, X=take_rows(run.X, rows), y=y, routed=routed)

    def __sklearn_tags__(self) -> Any:
        """Tags of the estimator; of the pipeline, as far as it is known before the fit."""
        if self.estimator is not None:
            return super().__sklearn_tags__()
        like = copy(self)
        task = getattr(self, "task_", self.task)
        like.estimator = Ridge() if task == "regression" else LogisticRegression()
        tags = super(PipelineSearchCV, like).__sklearn_tags__()
        if task == "auto":
            tags.estimator_type = tags.classifier_tags = None
        tags.target_tags.required = True
        tags.input_tags.allow_nan = tags.input_tags.string = tags.input_tags.categorical = True
        return tags


def _quiet() -> None:
    """Do not show what the code of scikit-learn and below warns of during thousands of fits."""
    for module in ("sklearn", "numpy", "scipy", "joblib"):
        for category in (UserWarning, RuntimeWarning, FutureWarning):
            warnings.filterwarnings("ignore", category=category, module=rf"{module}(\.|$)")
    for category in (ConvergenceWarning, FitFailedWarning):
        warnings.simplefilter("ignore", category)


def _drawn(random_state: Any) -> int:
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))
