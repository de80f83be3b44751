"""``RefineGridSearchCV``: grids that are tried in full, in part, or from coarse to fine."""

from collections.abc import Callable, Sequence
from numbers import Integral
from typing import Any, ClassVar, Literal

import numpy as np

from skhpo._sklearn import Interval, StrOptions
from skhpo.asktell import Strategy
from skhpo.schedules.full import Full
from skhpo.schedules.racing import Racing
from skhpo.search._bandits import groups_of_part
from skhpo.search._base import SearchCV, _Run
from skhpo.space import Space
from skhpo.strategies import (
    AdaptiveGrid,
    FractionalFactorial,
    Grid,
    GridRefinement,
    HierarchicalGrid,
    LocalSearch,
    RandomGrid,
)
from skhpo.strategies.hierarchical import columns_of_groups

USUAL = 100  # candidates with n_iter=None, where the method does not say how many
N_LEVELS = 5  # of a grid that is tried in full, or at random

METHODS: dict[str, Callable[..., Strategy]] = {
    "adaptive": AdaptiveGrid,
    "exhaustive": Grid,
    "fractional": FractionalFactorial,
    "hierarchical": HierarchicalGrid,
    "local": LocalSearch,
    "random_subset": RandomGrid,
    "refine": GridRefinement,
}


class RefineGridSearchCV(SearchCV):
    """Search of grids with cross-validation: coarse to fine, in part, or in full.

    - "refine" tries a coarse grid with about half of the candidates (all combinations, or an
      orthogonal array of them where there are many parameters), then the surroundings of its
      best points, at half the spacing each time.
    - "adaptive" divides first the parameter with which the scores vary most.
    - "hierarchical" tries a grid of a few parameters while the others stay as they are best,
      then of the next few, and again with finer grids.
    - "local" goes from the best candidate to neighbouring levels, one parameter at a time, and
      begins elsewhere when no neighbour is better.
    - "fractional" tries a fractional factorial, or an orthogonal array: few candidates in which
      any two parameters meet in all pairs of their levels.
    - "random_subset" tries a random part of the grid, without repetition.
    - "exhaustive" tries all of the grid: on lists, the rows of ``GridSearchCV``.

    Continuous parameters, and whole numbers of which there are many, are divided into levels,
    evenly or, where their range is logarithmic, in the logarithm. A space no larger than the
    number of candidates is searched exhaustively.

    Parameters
    ----------
    estimator : estimator object
        A scikit-learn estimator; it needs a ``score`` method unless ``scoring`` is given.
    param_distributions : dict, list of dict or Space
        What may be tried: all that ``GridSearchCV`` and ``RandomizedSearchCV`` take (lists,
        scipy distributions, lists of dicts), ``(low, high)`` and ``(low, high, "log-uniform")``
        tuples, `Real`, `Integer`, `Choice` and estimators that hold them.
    n_iter : int or None, default=None
        Number of candidates. None: all of the grid with "exhaustive", the smallest array with
        "fractional", else 100. With "fractional" the largest array is taken that has no more.
    method : str, default="refine"
        One of "refine", "adaptive", "hierarchical", "local", "fractional", "random_subset" and
        "exhaustive".
    n_levels : int or None, default=None
        Levels of each parameter that has more values; lists keep all theirs with "exhaustive"
        and "random_subset", and choices always. It is the coarse grid of "refine" and "adaptive"
        (None: as fine as ``n_iter`` allows), the first cycle of "hierarchical" (5), the finest
        grid of "local" (65), and the grid of "fractional" (3), "exhaustive" and "random_subset"
        (5).
    groups : list of list of str or None, default=None
        For "hierarchical": names of parameters that are searched together, in this order; those
        that are not named follow one by one. None: each on its own, those first that change
        the scores most.
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
    RandomSearchCV : Candidates drawn at random.
    BayesSearchCV : Candidates chosen by a model.
    sklearn.model_selection.GridSearchCV : scikit-learn's grid search.

    References
    ----------
    .. [1] R. Hooke, T. A. Jeeves: "Direct Search" Solution of Numerical and Statistical Problems.
       Journal of the ACM 8 (1961) 212-229.
    .. [2] D. C. Montgomery: Design and Analysis of Experiments. 8th ed., Wiley 2012.
    .. [3] R. C. Bose, K. A. Bush: Orthogonal Arrays of Strength Two and Three. Annals of
       Mathematical Statistics 23 (1952) 508-524.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import RefineGridSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"C": (1e-2, 1e3, "log-uniform"), "gamma": (1e-4, 1e1, "log-uniform")}
    >>> search = RefineGridSearchCV(SVC(), space, n_iter=30, random_state=0).fit(X, y)
    >>> search.best_score_ > 0.97
    np.True_
    >>> search = RefineGridSearchCV(SVC(), space, method="exhaustive", n_levels=3).fit(X, y)
    >>> np.unique(search.cv_results_["param_C"].astype(float)).round(3).tolist()
    [0.01, 3.162, 1000.0]
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SearchCV._parameter_constraints,
        "n_iter": [Interval(Integral, 1, None, closed="left"), None],
        "method": [StrOptions(set(METHODS))],
        "n_levels": [Interval(Integral, 2, None, closed="left"), None],
        "groups": [list, tuple, None],
    }

    def __init__(
        self,
        estimator: Any,
        param_distributions: Any = None,
        *,
        n_iter: int | None = None,
        method: Literal[
            "refine",
            "adaptive",
            "hierarchical",
            "local",
            "fractional",
            "random_subset",
            "exhaustive",
        ] = "refine",
        n_levels: int | None = None,
        groups: Sequence[Sequence[str]] | None = None,
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
            n_iter=n_iter,  # type: ignore[arg-type]
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
        self.method = method
        self.n_levels = n_levels
        self.groups = groups

    # -- how many, and which -------------------------------------------------------------------

    def _make_schedule(self, run: _Run) -> Full:
        if self.groups is not None and self.method != "hierarchical":
            raise ValueError(
                f"groups is for method='hierarchical' alone, got method={self.method!r}; groups "
                "should be None."
            )
        columns_of_groups(run.space, self.groups)
        return Full(n_iter=self._n_candidates(run))

    def _n_candidates(self, run: _Run) -> int:
        given: Any = self.n_iter
        wanted = USUAL if given is None else given
        if self.method == "exhaustive":
            return self._n_of_grid(run.space) + len(run.warm)  # which need not lie on it
        if self.method == "random_subset":
            return int(min(wanted, run.space.count(self.n_levels or N_LEVELS)))
        if self.method == "fractional":
            strategy: Any = self._make_strategy(run.space, 0)
            wanted = strategy.n_runs + len(run.warm)
        return int(min(wanted, run.space.size))

    def _n_of_grid(self, space: Space) -> int:
        n = int(space.count(self.n_levels or N_LEVELS))
        given: Any = self.n_iter
        if given is not None and given < n:
            raise ValueError(
                f"n_iter={self.n_iter} is less than the {n} candidates of the grid, all of which "
                "method='exhaustive' tries; n_iter should be None or at least that. "
                "method='random_subset' tries a part of it."
            )
        return n

    def _make_strategy(self, space: Space, seed: int) -> Strategy:
        return self._make_grid(space, seed, self.groups)

    def _make_part(self, *, space: Space, seed: int, budget: int | None) -> Strategy:
        return self._make_grid(space, seed, groups_of_part(space, self.groups))

    def _make_grid(self, space: Space, seed: int, groups: Any) -> Strategy:
        options: dict[str, Any] = {}
        if self.method in ("exhaustive", "random_subset"):
            options["n_levels"] = N_LEVELS
        if self.n_levels is not None:
            options["n_levels"] = self.n_levels
        if self.method == "hierarchical":
            options["groups"] = groups
        budget: Any = self.n_iter
        if budget is None and self.method != "fractional":
            budget = USUAL
        return METHODS[self.method](space=space, seed=seed, budget=budget, **options)
