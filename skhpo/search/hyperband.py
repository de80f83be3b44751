"""``HyperbandSearchCV``: most candidates get little, the best of them get more."""

import warnings
from collections.abc import Mapping
from math import ceil
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import is_classifier

from skhpo._sklearn import Interval, StrOptions, num_samples
from skhpo.asktell import Strategy
from skhpo.evaluation import Resource, least_rows, sample_orders
from skhpo.schedules import Schedule, Veto
from skhpo.schedules.curves import Hopeless, Stagnant
from skhpo.schedules.racing import Racing
from skhpo.search._base import SearchCV, _Run
from skhpo.search._rationing import (
    ASYNCHRONOUS,
    METHODS,
    amounts_of,
    count_classes,
    make_brackets,
    make_schedule,
    resolve_max,
    resolve_min,
)
from skhpo.space import Space
from skhpo.strategies import (
    DifferentialEvolution,
    GaussianProcess,
    QuasiRandom,
    RandomSampling,
    TreeParzen,
)

AT_LEAST = 20  # candidates with n_iter="auto": brackets are repeated until there are so many
_SAMPLE_SEED = 0  # of the nested samples: the same in each run, so that a journal can go on


class HyperbandSearchCV(SearchCV):
    """Successive halving and Hyperband with cross-validation.

    Candidates are first evaluated with little of a resource: few samples, few splits or few
    iterations. The best of each level, a *rung*, are given ``factor`` times as much, until the
    last ones have had all of it; only these can win. Hyperband hedges between many candidates
    that begin with little and few that begin with much by running several *brackets*.

    Where the resource counts the iterations of an estimator that can go on from where it was
    (forests, boosting, multi-layer perceptrons), nothing is trained twice: the work paid for a
    candidate is what its last rung takes.

    Parameters
    ----------
    estimator : estimator object
        A scikit-learn estimator; it needs a ``score`` method unless ``scoring`` is given.
    param_distributions : dict, list of dict or Space
        What may be tried: all that ``GridSearchCV`` and ``RandomizedSearchCV`` take (lists,
        scipy distributions, lists of dicts), ``(low, high)`` and ``(low, high, "log-uniform")``
        tuples, `Real`, `Integer`, `Choice` and estimators that hold them.
    resource : str, default="n_samples"
        What is rationed: ``"n_samples"`` (rows of the training parts, in nested samples that are
        stratified for classifiers, keep groups together, and are the latest rows where the
        splits follow time; the test parts are never cut), ``"n_splits"`` (how many splits a
        candidate is evaluated on) or an integer parameter of the estimator or of a step of a
        pipeline, such as ``"n_estimators"`` or ``"clf__max_iter"``.
    min_resources : int, {"auto", "smallest", "exhaust"}, default="auto"
        The least that a candidate is given. "auto": ``max_resources / factor**2`` if these are at
        least 500 samples, 30 iterations or 2 splits, else ``max_resources / factor``; with less
        the best candidates of the first rung are often not those of the last. "smallest" and
        "exhaust" are what they are in ``HalvingRandomSearchCV``; with "halving", "auto" is
        "smallest".
    max_resources : int or "auto", default="auto"
        The most that a candidate is given: with "auto" all samples, all splits, or the value
        that the parameter has in ``estimator``.
    factor : int or float, default=3
        Ratio of neighbouring rungs, in resource and in candidates.
    method : {"hyperband", "halving", "asha", "asha_stopping", "asha_stopping_quota"}, \
            default="hyperband"
        "hyperband" runs brackets of successive halving one after another; "halving" a single
        one, with the rungs of ``HalvingRandomSearchCV``; both wait at the end of each rung and,
        without racing, give the same result for any ``n_jobs``. "asha" never waits: it promotes
        whoever is among the best ``1 / factor`` of a rung when a worker is free, or starts a new
        candidate.
        "asha_stopping" goes on with each candidate until it is behind ``1 / factor`` of those
        before it on the rung; "asha_stopping_quota" is stricter while there are few.
    brackets : {"ceil", "floor"}, default="ceil"
        How the sizes of Hyperband's brackets are rounded: as in Algorithm 1 of [1]_ (81, 34, 15,
        8, 5 with 81 times the least resource) or down (81, 27, 9, 6, 5).
    sampler : {"gp", "tpe", "de", "random", "sobol"}, default="gp"
        Who proposes candidates: a Gaussian process, the densities of good and bad candidates
        (with Hyperband: BOHB [2]_), differential evolution (DEHB [3]_), random or Sobol'
        points. They learn from all rungs, whose losses are brought to one scale.
    n_iter : int or "auto", default="auto"
        Candidates in all. With "auto" the brackets of Hyperband run once, or as often as gives 20
        candidates; "halving" takes ``max_resources // min_resources``, and the asynchronous
        methods as many as Hyperband.
    curve_probability : float or None, default=None
        Give a candidate no more if the extrapolation of its scores over the rungs by a power law
        leaves less than this probability, say 0.05, that it will be the best in the end. Where
        one fit yields the scores of all rungs below (boosting, forests), these count too.
    curve_patience : int or None, default=None
        Give a candidate no more if its score has not improved over this many rungs.
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
        As in ``GridSearchCV``; None means 5 folds. The folds are drawn once per ``fit``.
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

    racing : bool, str or Racing, default=False
        Whether candidates that have lost are dropped before all splits are done: True for a
        sequential paired test against the best so far, the name of another rule, or a `Racing`
        with its settings. The best candidates are always evaluated on all splits.
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
    n_resources_ : list of int
        The amounts of the resource, from the least to the most.
    n_candidates_ : list of int
        How many candidates had each of them.
    n_iterations_ : int
        Number of amounts.
    brackets_ : list of list of (int, int)
        The rungs of each bracket as planned: candidates and resource.
    min_resources_, max_resources_ : int
        The least and the most that a candidate could be given.
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
    BayesSearchCV : Every candidate is evaluated fully.
    sklearn.model_selection.HalvingRandomSearchCV : scikit-learn's successive halving.

    Notes
    -----
    ``cv_results_`` has a row for each candidate and rung, with the columns ``iter`` (the rung in
    its bracket), ``n_resources`` and ``bracket``. Rows with more of the resource rank before
    those with less, whatever they scored. With ``racing`` candidates are dropped in the last
    rung only.

    References
    ----------
    .. [1] L. Li, K. Jamieson, G. DeSalvo, A. Rostamizadeh, A. Talwalkar: Hyperband: A Novel
       Bandit-Based Approach to Hyperparameter Optimization. Journal of Machine Learning Research
       18 (2018) 1-52.
    .. [2] S. Falkner, A. Klein, F. Hutter: BOHB: Robust and Efficient Hyperparameter Optimization
       at Scale. ICML 2018.
    .. [3] N. Awad, N. Mallik, F. Hutter: DEHB: Evolutionary Hyperband for Scalable, Robust and
       Efficient Hyperparameter Optimization. IJCAI 2021.
    .. [4] L. Li et al.: A System for Massively Parallel Hyperparameter Tuning. MLSys 2020.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from skhpo import HyperbandSearchCV
    >>> X, y = load_digits(return_X_y=True)
    >>> search = HyperbandSearchCV(
    ...     RandomForestClassifier(n_estimators=27, random_state=0),
    ...     {"max_features": (0.05, 0.9), "min_samples_leaf": (1, 20)},
    ...     resource="n_estimators", cv=3, random_state=0,
    ... ).fit(X[:300], y[:300])
    >>> search.n_resources_, search.best_params_["n_estimators"]
    ([9, 27], 27)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SearchCV._parameter_constraints,
        "n_iter": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "resource": [str],
        "min_resources": [
            Interval(Integral, 1, None, closed="left"),
            StrOptions({"auto", "smallest", "exhaust"}),
        ],
        "max_resources": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "factor": [Interval(Real, 1, None, closed="neither")],
        "method": [StrOptions(set(METHODS))],
        "brackets": [StrOptions({"ceil", "floor"})],
        "sampler": [StrOptions({"random", "sobol", "tpe", "de", "gp"})],
        "curve_probability": [Interval(Real, 0, 1, closed="neither"), None],
        "curve_patience": [Interval(Integral, 1, None, closed="left"), None],
    }

    def __init__(
        self,
        estimator: Any,
        param_distributions: Any = None,
        *,
        resource: str = "n_samples",
        min_resources: int | str = "auto",
        max_resources: int | str = "auto",
        factor: float = 3,
        method: str = "hyperband",
        brackets: str = "ceil",
        sampler: str = "gp",
        n_iter: Any = "auto",
        curve_probability: float | None = None,
        curve_patience: int | None = None,
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
        self.resource = resource
        self.min_resources = min_resources
        self.max_resources = max_resources
        self.factor = factor
        self.method = method
        self.brackets = brackets
        self.sampler = sampler
        self.curve_probability = curve_probability
        self.curve_patience = curve_patience

    # -- the schedule ----------------------------------------------------------------------------

    def _make_resource(self, run: _Run) -> Resource:
        self._check_arguments(run)
        given = self._n_given(run)
        classifier = is_classifier(self.estimator)
        amounts = amounts_of(
            self.resource,
            run.estimator,
            n_samples=num_samples(run.X),
            n_splits=self.n_splits_,
            n_classes=count_classes(run.y, is_classifier=classifier),
        )
        self.max_resources_ = resolve_max(self.max_resources, amounts, self.resource)
        least = self.min_resources
        if least == "auto" and self.method == "halving":
            least = "smallest"  # as HalvingRandomSearchCV
        self.min_resources_ = resolve_min(
            least, amounts, self.max_resources_, factor=self.factor, n_candidates=given
        )
        self._rungs = make_brackets(
            self.method,
            self.min_resources_,
            self.max_resources_,
            factor=self.factor,
            sizes=self.brackets,
            n_candidates=given,
            n_available=run.space.size,
        )
        self.brackets_ = [
            [(rung.n_candidates, rung.resource) for rung in one] for one in self._rungs
        ]
        levels = tuple(sorted({rung.resource for one in self._rungs for rung in one}))
        if self.resource != "n_samples":
            return Resource(self.resource, self.max_resources_, levels)
        return Resource(
            self.resource,
            amounts.available,
            levels,
            orders=self._orders(run, classifier=classifier),
            least=least_rows(run.y, is_classifier=classifier),
        )

    def _orders(self, run: _Run, *, classifier: bool) -> list[Any]:
        """Return the order in which rows of the training parts are taken."""
        return sample_orders(
            num_samples(run.X),
            run.y,
            run.splits,
            groups=run.routed.splitter.split.get("groups"),
            is_classifier=classifier,
            seed=_SAMPLE_SEED,
            ranks=self._time_ranks(run),
        )

    def _make_schedule(self, run: _Run) -> Schedule:
        return make_schedule(
            self.method,
            self._rungs,
            factor=self.factor,
            n_candidates=self._n_candidates(run),
            vetoes=self._vetoes(),
        )

    def _n_given(self, run: _Run) -> int | None:
        """Return how many candidates the user wants, as far as there are so many."""
        given: Any = self.n_iter
        return None if given == "auto" else int(min(given, run.space.size))

    def _n_candidates(self, run: _Run) -> int:
        given = self._n_given(run)
        if given is not None:
            return given
        once = sum(rungs[0].n_candidates for rungs in self._rungs)
        times = 1 if self.method == "halving" else ceil(AT_LEAST / once)
        return int(min(times * once, run.space.size))

    def _vetoes(self) -> list[Veto]:
        vetoes: list[Veto] = []
        if self.curve_probability is not None:
            vetoes.append(Hopeless(self.curve_probability))
        if self.curve_patience is not None:
            vetoes.append(Stagnant(self.curve_patience))
        return vetoes

    def _check_arguments(self, run: _Run) -> None:
        if self.deterministic and self.method in ASYNCHRONOUS:
            raise ValueError(
                f"deterministic={self.deterministic!r} is not possible with "
                f"method={self.method!r}, which goes by the order in which fits end; 'hyperband' "
                "and 'halving' are deterministic as they are."
            )
        if self.deterministic and self.racing is not False:
            raise ValueError(
                f"deterministic={self.deterministic!r} is not possible with "
                f"racing={self.racing!r}: who has lost in the last rung depends on who was there "
                "before."
            )
        if self.resource in run.space.paths:
            raise ValueError(
                f"resource={self.resource!r} is rationed and cannot be searched as well: take it "
                "out of param_distributions."
            )

    def _lag(self) -> int | None:
        return None  # the barriers of a rung give the same course for any n_jobs

    def _identity(self, run: _Run) -> dict[str, Any]:
        curves = (self.curve_probability, self.curve_patience)
        schedule = (self.method, float(self.factor), self.brackets, self.sampler, *curves)
        return {**super()._identity(run), "schedule": str(schedule)}

    # -- the strategy ----------------------------------------------------------------------------

    def _make_strategy(self, space: Space, seed: int) -> Strategy:
        makers: dict[str, type[Strategy]] = {
            "random": RandomSampling,
            "sobol": QuasiRandom,
            "tpe": TreeParzen,
            "de": DifferentialEvolution,
            "gp": GaussianProcess,
        }
        given: Any = self.n_iter
        budget = None if given == "auto" else int(given)
        return makers[self.sampler](space=space, seed=seed, budget=budget)

    # -- after -----------------------------------------------------------------------------------

    def _publish(self, results: Mapping[str, Any]) -> None:
        amounts, counts = np.unique(results["n_resources"], return_counts=True)
        self.n_resources_ = amounts.tolist()
        self.n_candidates_ = counts.tolist()
        self.n_iterations_ = len(self.n_resources_)
        most = max(rung.resource for rungs in self._rungs for rung in rungs)
        given = results["n_resources"][results["status"] == "ok"].max()
        if given < most:
            warnings.warn(
                f"no candidate was given all of {self.resource}, {most}, when the search ended "
                f"({self.stop_reason_}): the best of those with {given} wins.",
                UserWarning,
                stacklevel=3,
            )
