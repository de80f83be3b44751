"""``BayesSearchCV``: each candidate chosen by a model of all scores so far."""

from numbers import Integral
from typing import Any, ClassVar, Literal

import numpy as np
from joblib import effective_n_jobs

from skhpo._sklearn import Interval, StrOptions
from skhpo.asktell import Strategy
from skhpo.schedules.racing import Racing
from skhpo.search._base import SearchCV
from skhpo.space import Space
from skhpo.strategies import Forest, GaussianProcess, TreeParzen
from skhpo.strategies.gp import CHOICES
from skhpo.surrogates.acquisition import ACQUISITIONS, Name

SURROGATES = ("auto", "gp", "forest", "tpe")
MANY = 2000  # candidates above which a Gaussian process takes longer than it is worth
OF_DENSITIES = ("ei", "log_ei")  # what the ratio of the densities of "tpe" maximises


class BayesSearchCV(SearchCV):
    """Bayesian optimisation of hyper-parameters with cross-validation.

    The estimator's own configuration is tried first, then a small quasi-random design. From
    there on a model, fitted to the scores of all finished candidates, proposes the candidate with
    the largest expected improvement. It handles real, integer and categorical parameters,
    parameters that exist only under some choices, failed fits and candidates that are still
    running.

    A space no larger than ``n_iter`` is searched exhaustively.

    Parameters
    ----------
    estimator : estimator object
        A scikit-learn estimator; it needs a ``score`` method unless ``scoring`` is given.
    param_distributions : dict, list of dict or Space
        What may be tried: all that ``GridSearchCV`` and ``RandomizedSearchCV`` take (lists,
        scipy distributions, lists of dicts), ``(low, high)`` and ``(low, high, "log-uniform")``
        tuples, `Real`, `Integer`, `Choice` and estimators that hold them.
    n_iter : int, default=50
        Number of candidates.
    n_initial_points : int, default=10
        Candidates tried before the model is used, the estimator's own configuration included.
    surrogate : {"auto", "gp", "forest", "tpe"}, default="auto"
        The model: a Gaussian process; a random forest, which takes steps and many categories as
        they are; or the densities of good candidates and of the others (tree-structured Parzen
        estimator), a suggestion by which takes milliseconds. "auto" is the Gaussian process up
        to 2000 candidates, and the densities beyond.
    acquisition : {"log_ei", "log_pi", "ei", "pi", "ucb", "thompson", "portfolio"}, \
            default="log_ei"
        What makes a candidate worth trying: its expected improvement or the probability of an
        improvement (by their logarithms, which have the same maximum: "ei" and "pi" are other
        names), the upper confidence bound of its score, the best one of a draw from the model
        (Thompson sampling), or expected improvement, confidence bound and Thompson sampling in
        turn. ``surrogate="tpe"`` knows expected improvement alone.
    parallel : {"believer", "fantasies", "penalty"}, default="believer"
        What the Gaussian process supposes of candidates that are still running: that they come
        to what it predicts; draws of what they may come to, over which improvement is averaged;
        or only that none near them is to be tried (local penalisation).
    cost_aware : bool, default=True
        Whether, where there is a ``max_time``, the Gaussian process prefers what improves most
        per second, the less so the less time is left, and what is likely to end in time.
        Candidates then depend on measured times; with ``deterministic`` that is left out.
    kernel : {"additive", "auto", "matern12", "matern32", "matern52", "polynomial", "rbf"}, \
            default="matern52"
        What the model takes the score for: a function that is differentiable never ("matern12"),
        once, twice or for ever ("rbf"), a sum of twice differentiable functions of one parameter
        each ("additive"), or a quadratic polynomial. "auto" takes, at the first fit and each
        eighth one, the one of the largest likelihood.
    output : {"auto", "log", "none", "winsorised", "yeo_johnson"}, default="yeo_johnson"
        What the Gaussian process does to losses (scores, the sign changed) before it models
        them: the power transform that makes them most normal; the same after those far worse
        than most are taken for a limit; logarithms of the distance from below the best; or
        nothing. "auto" takes the one under which each is best predicted from the others.
    region : {"auto", "global", "subspace", "trust"}, default="auto"
        Where the next candidate is sought: anywhere ("global"); in a box about the best one,
        which grows with success and shrinks without ("trust"); or along 20 parameters of the
        best one, drawn anew each time ("subspace"). "auto" is "global" up to 500 candidates and
        "trust" from there on. Only ``surrogate="gp"`` has a choice.
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
        with its settings. The best candidates are always evaluated on all splits. True stands
        for ``Racing(alpha=0.25)`` here, five times the level of other searches: a model proposes
        many candidates that are hard to tell from the best, and what is lost by mistake is
        little.
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
        failure, else None), ``n_splits_evaluated`` and ``origin``, how a candidate was chosen:
        "given", "design", "model", "alternative" (one that the model would have neglected),
        "sample" (drawn, where the model knows nothing) or "draw" (one of many at once); with
        ``racing`` also ``estimated_test_score``, of dropped candidates too.
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
    RandomSearchCV : Candidates drawn without a model: the baseline.
    Space : What may be tried.
    sklearn.model_selection.GridSearchCV : Exhaustive search.

    References
    ----------
    .. [1] D. R. Jones, M. Schonlau, W. J. Welch: Efficient Global Optimization of Expensive
       Black-Box Functions. Journal of Global Optimization 13 (1998) 455-492.
    .. [2] S. Ament, S. Daulton, D. Eriksson, M. Balandat, E. Bakshy: Unexpected Improvements to
       Expected Improvement for Bayesian Optimization. NeurIPS 2023, arXiv:2310.20708.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV, Real
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"C": Real(1e-2, 1e3, log=True), "gamma": Real(1e-4, 1e1, log=True)}
    >>> search = BayesSearchCV(SVC(), space, n_iter=15, random_state=0).fit(X, y)
    >>> search.best_score_ >= 0.96
    np.True_
    >>> sorted(search.best_params_)
    ['C', 'gamma']
    """

    # A model goes on proposing near what it takes for the best: most of its candidates all but tie
    # with the incumbent, and who is dropped by mistake has a twin that comes later.
    _racing: ClassVar[Racing] = Racing(alpha=0.25)
    _tries_current: ClassVar[bool] = True
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SearchCV._parameter_constraints,
        "n_initial_points": [Interval(Integral, 1, None, closed="left")],
        "surrogate": [StrOptions(set(SURROGATES))],
        "acquisition": [StrOptions(set(ACQUISITIONS))],
        "parallel": [StrOptions(CHOICES["parallel"])],
        "cost_aware": ["boolean"],
        "kernel": [StrOptions(CHOICES["kernel"])],
        "output": [StrOptions(CHOICES["output"])],
        "region": [StrOptions(CHOICES["region"])],
    }

    def __init__(
        self,
        estimator: Any,
        param_distributions: Any = None,
        *,
        n_iter: int = 50,
        n_initial_points: int = 10,
        surrogate: Literal["auto", "gp", "forest", "tpe"] = "auto",
        acquisition: Name = "log_ei",
        parallel: Literal["believer", "fantasies", "penalty"] = "believer",
        cost_aware: bool = True,
        kernel: Literal[
            "additive", "auto", "matern12", "matern32", "matern52", "polynomial", "rbf"
        ] = "matern52",
        output: Literal["auto", "log", "none", "winsorised", "yeo_johnson"] = "yeo_johnson",
        region: Literal["auto", "global", "subspace", "trust"] = "auto",
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
        self.n_initial_points = n_initial_points
        self.surrogate = surrogate
        self.acquisition = acquisition
        self.parallel = parallel
        self.cost_aware = cost_aware
        self.kernel = kernel
        self.output = output
        self.region = region

    def _make_space(self) -> Space:
        if self.surrogate == "tpe" and self.acquisition not in OF_DENSITIES:
            raise ValueError(
                f"acquisition={self.acquisition!r} is not possible with surrogate='tpe', whose "
                f"densities know expected improvement alone: acquisition should be one of "
                f"{OF_DENSITIES}, or surrogate be 'gp' or 'forest'."
            )
        if self._chosen_surrogate() != "gp" and self.region != "auto":
            raise ValueError(
                f"region={self.region!r} is not possible with surrogate={self.surrogate!r}: "
                f"region should be 'auto', or surrogate be 'gp'."
            )
        return super()._make_space()

    def _make_strategy(self, space: Space, seed: int) -> Strategy:
        common: dict[str, Any] = {
            "space": space,
            "seed": seed,
            "budget": self.n_iter,
            "n_initial": self.n_initial_points,
        }
        surrogate = self._chosen_surrogate()
        if surrogate == "tpe":
            return TreeParzen(**common)
        if surrogate == "forest":
            return Forest(acquisition=self.acquisition, **common)
        return GaussianProcess(
            acquisition=self.acquisition,
            parallel=self.parallel,
            kernel=self.kernel,
            output=self.output,
            region=self.region,
            **common,
            **self._cost(),
        )

    def _chosen_surrogate(self) -> str:
        if self.surrogate != "auto":
            return self.surrogate
        return "tpe" if self.n_iter > MANY and self.acquisition in OF_DENSITIES else "gp"

    def _cost(self) -> dict[str, Any]:
        """Return what there is to spend on fits, in seconds of all workers, if that counts."""
        if self.max_time is None or not self.cost_aware or self.deterministic:
            return {}
        n_workers = effective_n_jobs(self.n_jobs)
        return {
            "max_cost": self.max_time * n_workers,
            "cost_share": min(1.0, self.n_splits_ / n_workers),
        }
