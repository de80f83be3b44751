"""Rules that choose a simple candidate instead of the one with the best mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from skhpo.results._complete import Complete, overlap, read_complete
from skhpo.results._complexity import Complexity, complexities
from skhpo.statistics import corrected_t_test, one_standard_error


@dataclass(frozen=True)
class OneStandardError:
    """Choose the simplest candidate within one standard error of the best.

    For the ``refit`` of any search, also of ``GridSearchCV``; the searches of skhpo take
    ``refit="one_se"`` for it.

    Parameters
    ----------
    metric : str or None, default=None
        Which score, where there are several.
    complexity : callable, list of (str, str) or None, default=None
        What is simple:

        * a function of a candidate's parameters (dict): the smaller, the simpler;
        * a list such as ``[("max_depth", "smaller"), ("min_samples_leaf", "larger")]``: the
          values that are simpler, the parameter that decides first;
        * None: the parameters whose names are known, each as rank among the candidates, and of
          these the mean. Simpler are smaller C, depth, number of leaves, trees, neurons,
          components, degree and width of the kernel (gamma); larger alpha, leaf sizes, other
          penalties and numbers of neighbours; a linear kernel, then a polynomial one.

        Where that is even, or the candidates are different learners, the one that fits faster.
    test_train_ratio : float or None, default=0.0
        Rows tested over rows trained on. 0 is the rule as it was published, which takes the splits
        for independent and the standard error for smaller than it is; None takes the overlap of
        K folds, with K the number of splits, or what a search of skhpo knows of its splits.

    See Also
    --------
    SimplestEquivalent : By a paired test instead.

    References
    ----------
    .. [1] L. Breiman, J. H. Friedman, R. A. Olshen, C. J. Stone: Classification and Regression
       Trees. Wadsworth 1984, section 3.4.3.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.model_selection import GridSearchCV
    >>> from skhpo import OneStandardError
    >>> X, y = load_diabetes(return_X_y=True)
    >>> grid = {"alpha": [0.001, 0.01, 0.1, 1.0, 10.0]}
    >>> GridSearchCV(Ridge(), grid).fit(X, y).best_params_
    {'alpha': 0.001}
    >>> GridSearchCV(Ridge(), grid, refit=OneStandardError()).fit(X, y).best_params_
    {'alpha': 0.1}
    """

    metric: str | None = None
    complexity: Complexity = None
    test_train_ratio: float | None = 0.0

    def __call__(self, results: Mapping[str, Any]) -> int:
        """Return the row that is chosen.

        Parameters
        ----------
        results : dict of str to ndarray
            ``cv_results_``.

        Returns
        -------
        int
            The best index.

        Raises
        ------
        ValueError
            If none is complete, the metric has to be said, or the complexity is not valid.
        """
        return self.choose(results)

    def choose(self, results: Mapping[str, Any], estimator: Any = None) -> int:
        """Return the row that is chosen, knowing the estimator.

        Parameters
        ----------
        results : dict of str to ndarray
            ``cv_results_``.
        estimator : estimator or None, default=None
            What was searched: some parameters mean different things in different classes.

        Returns
        -------
        int
            The best index.
        """
        candidates = read_complete(results, self.metric)
        ratio = self.test_train_ratio
        ratio = _overlap(results, candidates) if ratio is None else ratio
        within = one_standard_error(candidates.scores, test_train_ratio=ratio)
        return _simplest(results, candidates, within, self.complexity, estimator)


@dataclass(frozen=True)
class SimplestEquivalent:
    """Choose the simplest candidate that a paired test cannot tell from the best.

    For the ``refit`` of any search, also of ``GridSearchCV``; the searches of skhpo take
    ``refit="simplest_equivalent"`` for it.

    Parameters
    ----------
    metric : str or None, default=None
        Which score, where there are several.
    complexity : callable, list of (str, str) or None, default=None
        What is simple, as in `OneStandardError`.
    alpha : float, default=0.1
        Level of the corrected resampled t, two-sided, in (0, 1). It is not corrected for the
        number of candidates: that would let worse ones through.
    max_loss : float or None, default=None
        How much of the mean score to give up at the most; None for as much as the test lets
        through, which with few splits may be a good deal. A single split cannot be tested, and
        leaves the best and its equals.
    test_train_ratio : float or None, default=None
        Rows tested over rows trained on; None takes the overlap of K folds, with K the number of
        splits, or what a search of skhpo knows of its splits.

    Raises
    ------
    ValueError
        If ``alpha`` is not in (0, 1) or ``max_loss`` is negative.

    See Also
    --------
    OneStandardError : The older rule, by the spread of the best alone.
    compare_candidates : The tests behind it, as a table.

    References
    ----------
    .. [1] C. Nadeau, Y. Bengio: Inference for the Generalization Error. Machine Learning 52
       (2003) 239-281.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skhpo import RandomSearchCV, SimplestEquivalent
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> grid = {"n_neighbors": [1, 3, 5, 7, 9, 11, 15, 21, 31]}
    >>> best = RandomSearchCV(KNeighborsClassifier(), grid, cv=10).fit(X, y)
    >>> rule = SimplestEquivalent(max_loss=0.01)
    >>> simple = RandomSearchCV(KNeighborsClassifier(), grid, cv=10, refit=rule).fit(X, y)
    >>> best.best_params_, simple.best_params_
    ({'n_neighbors': 21}, {'n_neighbors': 31})
    """

    metric: str | None = None
    complexity: Complexity = None
    alpha: float = 0.1
    max_loss: float | None = None
    test_train_ratio: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.alpha < 1:
            raise ValueError(f"alpha should lie in (0, 1), got {self.alpha!r}.")
        if self.max_loss is not None and not self.max_loss >= 0:
            raise ValueError(f"max_loss should not be negative, got {self.max_loss!r}.")

    def __call__(self, results: Mapping[str, Any]) -> int:
        """Return the row that is chosen.

        Parameters
        ----------
        results : dict of str to ndarray
            ``cv_results_``.

        Returns
        -------
        int
            The best index.

        Raises
        ------
        ValueError
            If none is complete, the metric has to be said, or the complexity is not valid.
        """
        return self.choose(results)

    def choose(self, results: Mapping[str, Any], estimator: Any = None) -> int:
        """Return the row that is chosen, knowing the estimator.

        Parameters
        ----------
        results : dict of str to ndarray
            ``cv_results_``.
        estimator : estimator or None, default=None
            What was searched: some parameters mean different things in different classes.

        Returns
        -------
        int
            The best index.
        """
        candidates = read_complete(results, self.metric)
        ratio = self.test_train_ratio
        ratio = _overlap(results, candidates) if ratio is None else ratio
        losses = candidates.scores[candidates.best] - candidates.scores
        within = np.array([_may_be_chance(loss, ratio, self.alpha) for loss in losses])
        if self.max_loss is not None:
            within &= losses.mean(axis=1) <= self.max_loss
        return _simplest(results, candidates, within, self.complexity, estimator)


RefitRule = OneStandardError | SimplestEquivalent

REFIT_RULES: dict[str, Callable[[], RefitRule]] = {
    "one_se": OneStandardError,
    "simplest_equivalent": SimplestEquivalent,
}


def with_overlap(rule: RefitRule, ratio: float) -> RefitRule:
    """Tell a rule how the splits overlap, unless it was told.

    Parameters
    ----------
    rule : OneStandardError or SimplestEquivalent
        The rule.
    ratio : float
        Rows tested over rows trained on.

    Returns
    -------
    OneStandardError or SimplestEquivalent
        The rule to follow.
    """
    return replace(rule, test_train_ratio=ratio) if rule.test_train_ratio is None else rule


def _overlap(results: Mapping[str, Any], candidates: Complete) -> float:
    n_splits = candidates.scores.shape[1]
    return overlap(results, n_splits) if n_splits > 1 else 0.0


def _may_be_chance(losses: np.ndarray, ratio: float, alpha: float) -> bool:
    """Whether a test cannot tell losses from none; a single one cannot be tested."""
    if len(losses) == 1:
        return bool(losses[0] <= 0)
    return corrected_t_test(losses, test_train_ratio=ratio).p_value >= alpha


def _simplest(
    results: Mapping[str, Any],
    candidates: Complete,
    within: np.ndarray,
    complexity: Complexity,
    estimator: Any,
) -> int:
    """Return the row of the simplest; the faster and then the better one where that is even."""
    places = np.flatnonzero(within)
    rows = candidates.rows[places]
    keys = complexities([results["params"][row] for row in rows], complexity, estimator)
    times = np.asarray(results["mean_fit_time"], dtype=np.float64)[rows]
    order = np.lexsort([-candidates.means[places], times, *keys.T[::-1]])
    return int(rows[order[0]])
