"""``make_ensemble``: several of the candidates of a search in the place of the best."""

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import effective_n_jobs
from numpy.typing import NDArray
from sklearn.utils import column_or_1d, indexable

from skhpo._sklearn import check_fit_params
from skhpo.ensembles._choosing import METHODS, SIZES, Chooser, Recipe
from skhpo.ensembles._fitting import fitted_members, stacking, voting
from skhpo.ensembles._pool import in_parts, kind_of, suitable
from skhpo.results._leaderboard import split_scores
from skhpo.results._predicted_score import (
    PredictedScore,
    check_follows,
    metric_name,
    scorer_of,
)
from skhpo.results.predictions import OutOfFold, complete_rows
from skhpo.stopping import split_standard_error

if TYPE_CHECKING:
    import pandas as pd

POOL = 50


@dataclass(frozen=True, eq=False, repr=False)
class Ensemble:
    """Several candidates of a search, fitted together, and how good they are.

    Parameters
    ----------
    estimator : estimator
        `VotingClassifier`, `VotingRegressor`, `StackingClassifier` or `StackingRegressor` of
        scikit-learn, fitted.
    method : {"greedy", "voting", "stacking"}
        How members were chosen.
    members : DataFrame
        A row a member: ``model``, ``weight``, ``score`` (its own) and ``parameters``; the index
        is its row in ``cv_results_``.
    split_scores : ndarray of shape (n_splits,)
        Score on each split of an ensemble that was chosen by the other splits.
    alone_scores : ndarray of shape (n_splits,)
        The same of the single candidate that is the best on the other splits.
    selection_score : float
        Mean score on the very splits that chose the ensemble: too good.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skhpo import RandomSearchCV, make_ensemble
    >>> X, y = load_iris(return_X_y=True)
    >>> search = RandomSearchCV(
    ...     KNeighborsClassifier(), {"n_neighbors": (1, 30)}, keep_predictions=True, random_state=0
    ... ).fit(X, y)
    >>> ensemble = make_ensemble(search, X, y)
    >>> type(ensemble.estimator).__name__, ensemble.score > 0.9
    ('VotingClassifier', True)
    """

    estimator: Any
    method: str
    members: "pd.DataFrame"
    split_scores: NDArray[np.float64]
    alone_scores: NDArray[np.float64]
    selection_score: float

    @property
    def score(self) -> float:
        """Mean of ``split_scores``: honest as to the choice of members and weights."""
        return float(self.split_scores.mean())

    @property
    def error(self) -> float:
        """Standard error of ``score`` over the splits, by Nadeau and Bengio."""
        return float(split_standard_error(self.split_scores))

    @property
    def alone(self) -> float:
        """Mean of ``alone_scores``: what is to be compared with ``score``."""
        return float(self.alone_scores.mean())

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.method!r}, {len(self.members)} members, score "
            f"{self.score:.4g}, the best alone {self.alone:.4g})"
        )


def make_ensemble(
    search: Any,
    X: Any,
    y: Any,
    *,
    method: str = "greedy",
    size: int | None = None,
    pool: int = POOL,
    n_jobs: int | None = None,
    max_time: float | None = None,
    fit_params: Mapping[str, Any] | None = None,
) -> Ensemble:
    """Make an ensemble of the candidates of a search, of their kept predictions.

    Which members and with which weights is decided by what they predicted for rows that they
    were not fitted on, at no further fit; then the members are fitted on all the data.
    Probabilities are averaged where there are any, numbers in regression, else votes.

    Parameters
    ----------
    search : search estimator
        One of this library's, fitted with ``keep_predictions``.
    X, y : array-like
        The data that it was fitted on; the rows of a ``final_holdout`` are left out.
    method : {"greedy", "voting", "stacking"}, default="greedy"
        "greedy" begins with the best candidate and adds the one that helps most, ``size`` times,
        with repetitions, and keeps the best beginning of that list [1]_. "voting" takes the
        best ``size`` candidates, with weights that fall with the rank. "stacking" fits a
        logistic regression, or a ridge regression, to the predictions of the best ``size``
        [2]_.
    size : int or None, default=None
        Rounds or members: see ``method``; None for 25 rounds or 5 members.
    pool : int, default=50
        Candidates to choose from, the best ones.
    n_jobs : int or None, default=None
        Members that are fitted at the same time, as in scikit-learn.
    max_time : float or None, default=None
        Seconds: members are left out, those of the least weight first, until the fits of the
        others are likely to take no longer. The heaviest always stays.
    fit_params : dict of str to object, default=None
        For the ``fit`` of the members.

    Returns
    -------
    Ensemble
        With the fitted ``estimator``, the ``members``, and an honest ``score``: on each split
        that of an ensemble which was chosen by the others. A single split is divided into five.
        Members that are left out for want of time count in ``score`` all the same.

    Raises
    ------
    ValueError
        If the search has no predictions, none that can be averaged for its score, the data are
        not those of the search, or an argument is not valid.

    References
    ----------
    .. [1] R. Caruana, A. Niculescu-Mizil, G. Crew, A. Ksikes: Ensemble Selection from Libraries
       of Models. ICML 2004.
    .. [2] D. H. Wolpert: Stacked Generalization. Neural Networks 5, 1992.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.tree import DecisionTreeRegressor
    >>> from skhpo import RandomSearchCV, make_ensemble
    >>> X, y = load_diabetes(return_X_y=True)
    >>> space = {"max_depth": (1, 8), "max_features": (0.1, 1.0), "random_state": [0, 1, 2]}
    >>> tree = DecisionTreeRegressor()
    >>> search = RandomSearchCV(tree, space, n_iter=20, keep_predictions=True, random_state=0)
    >>> ensemble = make_ensemble(search.fit(X, y), X, y)
    >>> ensemble.score > ensemble.alone
    True
    """
    plan = plan_ensemble(search, X, y, method=method, size=size, pool=pool)
    searched = search.predictions_.searched
    if searched is not None and fit_params:
        fit_params = check_fit_params(X, params=dict(fit_params), indices=searched)
    return plan.fit(n_jobs=n_jobs, max_time=max_time, fit_params=fit_params)


@dataclass(frozen=True, eq=False)
class EnsemblePlan:
    """An ensemble that is chosen and scored, and not yet fitted.

    Parameters
    ----------
    search : search estimator
        Fitted, with predictions.
    X, y : array-like
        Its data.
    chooser : Chooser
        How it is chosen.
    recipe : Recipe
        What was chosen by all splits.
    honest, alone : ndarray of shape (n_splits,)
        Scores of ensembles, and of candidates, that the other splits have chosen.
    """

    search: Any
    X: Any
    y: Any
    chooser: Chooser
    recipe: Recipe
    honest: NDArray[np.float64]
    alone: NDArray[np.float64]

    @property
    def is_better(self) -> bool:
        """Whether it is better than the best candidate alone, on splits that chose neither."""
        return bool(self.honest.mean() > self.alone.mean())

    def fit(
        self,
        *,
        n_jobs: int | None = None,
        max_time: float | None = None,
        fit_params: Mapping[str, Any] | None = None,
    ) -> Ensemble:
        """Fit the members on all the data.

        Parameters
        ----------
        n_jobs, max_time, fit_params
            As in `make_ensemble`.

        Returns
        -------
        Ensemble
            Fitted.
        """
        kept = self.chooser.kept
        recipe = _in_time(self.recipe, kept, self.search, max_time, n_jobs)
        rows = [int(row) for row in kept.rows[recipe.members]]
        members = [(f"candidate_{row}", self.search.estimator_of(row)) for row in rows]
        X, y, kind = self.X, self.y, self.chooser.kind
        target = y if kept.classes is None else np.searchsorted(kept.classes, np.asarray(y))
        try:
            fitted = fitted_members(members, X, target, dict(fit_params or {}), n_jobs)
        except Exception as error:  # what an estimator may raise is unknown
            raise ValueError(
                "the members of an ensemble are fitted to the numbers of the classes, as "
                f"scikit-learn's ensembles do, and one of them could not be: {error!r}"
                if kept.classes is not None
                else f"a member of the ensemble could not be fitted: {error!r}"
            ) from error
        estimator = (
            voting(members, fitted, [*recipe.weights], kind, X, y)
            if recipe.final is None
            else stacking(members, fitted, recipe.final, kind, X, y)
        )
        every = range(len(kept.tests))
        selection = np.mean([_score_on(self.chooser, self.recipe, i) for i in every])
        return Ensemble(
            estimator,
            self.chooser.method,
            _members(self.search, recipe, kept, self.chooser.split_scores),
            self.honest,
            self.alone,
            float(selection),
        )


def plan_ensemble(
    search: Any,
    X: Any,
    y: Any,
    *,
    method: str,
    size: int | None = None,
    pool: int = POOL,
) -> EnsemblePlan:
    """Choose the members of an ensemble, and score the choice.

    Parameters
    ----------
    search, X, y, method, size, pool
        As in `make_ensemble`.

    Returns
    -------
    EnsemblePlan
        To be fitted.

    Raises
    ------
    ValueError
        As in `make_ensemble`.
    """
    kept = _checked(search, method, size, pool)
    X, y = indexable(kept.seen(X, "X"), kept.seen(y, "y"))
    _check_same(kept, y)
    y = column_or_1d(y) if np.ndim(y) == 2 else y
    score = PredictedScore(scorer_of(search), X, y, kept.classes)
    check_follows(search, kept, score)
    kept, scores, all_scores = _by_split(search, kept, score, y)
    chooser = Chooser(
        kept=kept,
        score=score,
        y=y,
        split_scores=scores,
        all_scores=all_scores,
        kind=kind_of(kept, votes=method != "stacking"),
        method=method,
        size=int(size or SIZES[method]),
        pool=int(pool),
    )
    _check_scorable(chooser)
    every = [*range(len(kept.tests))]
    honest, alone = _cross_scores(chooser, every)
    return EnsemblePlan(search, X, y, chooser, chooser.choose(every), honest, alone)


# -- checks --------------------------------------------------------------------------------------


def _checked(search: Any, method: str, size: int | None, pool: int) -> OutOfFold:
    if method not in METHODS:
        raise ValueError(f"method should be one of {METHODS}, got {method!r}.")
    for name, value in (("size", SIZES[method] if size is None else size), ("pool", pool)):
        given: Any = value  # whatever its type says
        if not isinstance(given, Integral) or given < 1:
            raise ValueError(f"{name} should be a whole number of at least 1, got {value!r}.")
    kept = getattr(search, "predictions_", None)
    if not isinstance(kept, OutOfFold) or not len(kept.rows):
        raise ValueError(
            "search has no out-of-fold predictions: fit it with keep_predictions=True."
        )
    first = kept.values(0, splits=[0])
    if first.ndim > 1 and first.shape[1] > 1:
        raise ValueError(f"an ensemble has a single target, got {first.shape[1]} of them.")
    return kept


def _check_same(kept: OutOfFold, y: Any) -> None:
    n = 0 if y is None else len(y)
    if n <= max(int(test.max(initial=-1)) for test in kept.tests):
        raise ValueError(f"X and y should be those of the search, got only {n} rows.")
    if kept.classes is not None and not np.array_equal(np.unique(np.asarray(y)), kept.classes):
        raise ValueError("y should be that of the search, got other classes.")


def _check_scorable(chooser: Chooser) -> None:
    """Refuse votes where the score is one of probabilities."""
    if chooser.kind == "decision" and not len(suitable(chooser.kept, "decision")):
        raise ValueError(
            'method="stacking" needs candidates with probabilities or decision functions.'
        )
    if chooser.kind != "hard":
        return
    votes = chooser.predict(Recipe(np.array([0]), np.array([1.0])), 0)
    try:
        chooser.score(votes, chooser.kept.tests[0])
    except AttributeError as error:
        raise ValueError(
            "the score of the search is one of probabilities or decision functions, but no "
            "candidate has probabilities, and without these an ensemble can only vote."
        ) from error


# -- scores --------------------------------------------------------------------------------------


def _by_split(
    search: Any, kept: OutOfFold, score: PredictedScore, y: Any
) -> tuple[OutOfFold, NDArray[np.float64], NDArray[np.float64]]:
    """Return predictions of at least two splits, and the scores on each: of these, and of all."""
    if len(kept.tests) > 1:
        results = search.cv_results_
        scores = split_scores(results, metric_name(search), search.n_splits_)
        return kept, scores[kept.rows], scores[complete_rows(results)]
    kept = in_parts(kept, y)
    by_part = [
        [score(part, test) for part, test in zip(parts, kept.tests, strict=True)]
        for parts in kept.parts
    ]
    return kept, np.array(by_part), np.array(by_part)


def _score_on(chooser: Chooser, recipe: Recipe, split: int) -> float:
    return chooser.score(chooser.predict(recipe, split), chooser.kept.tests[split])


def _cross_scores(
    chooser: Chooser, every: list[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return for each split the scores of what was chosen by the others."""
    honest, alone = [], []
    for split in every:
        others = [i for i in every if i != split]
        test = chooser.kept.tests[split]
        honest.append(_score_on(chooser, chooser.choose(others, without=test), split))
        alone.append(chooser.alone(split, others))
    return np.array(honest), np.array(alone, dtype=float)


# -- the fit -------------------------------------------------------------------------------------


def _in_time(
    recipe: Recipe, kept: OutOfFold, search: Any, max_time: float | None, n_jobs: int | None
) -> Recipe:
    """Leave out members that there is no time to fit; a stack is left out as a whole."""
    if max_time is None or recipe.final is not None:
        return recipe
    n_splits = search.n_splits_
    share = n_splits / max(1, n_splits - 1)
    seconds = search.cv_results_["mean_fit_time"][kept.rows[recipe.members]] * share
    fits = np.cumsum(seconds) <= max_time * effective_n_jobs(n_jobs)
    n = max(1, int(fits.sum()) if fits.all() else int(np.argmin(fits)))
    weights = recipe.weights[:n]
    return Recipe(recipe.members[:n], weights / weights.sum())


def _members(search: Any, recipe: Recipe, kept: OutOfFold, scores: Any) -> "pd.DataFrame":
    import pandas as pd

    rows = kept.rows[recipe.members]
    results = search.cv_results_
    last = [type(_last(search.estimator_of(int(row)))).__name__ for row in rows]
    return pd.DataFrame(
        {
            "model": [results["model"][row] for row in rows] if "model" in results else last,
            "weight": recipe.weights,
            "score": scores[recipe.members].mean(axis=1),
            "parameters": [results["params"][row] for row in rows],
        },
        index=pd.Index(rows, name="row"),
    )


def _last(estimator: Any) -> Any:
    return estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
