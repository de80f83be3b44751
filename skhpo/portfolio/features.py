"""Steps between preprocessing and model: which features to keep, and which to make."""

from typing import Any, Literal

from sklearn.decomposition import PCA
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
from sklearn.feature_selection import (
    SelectFromModel,
    SelectPercentile,
    f_classif,
    f_regression,
    mutual_info_classif,
    mutual_info_regression,
)
from sklearn.kernel_approximation import Nystroem
from sklearn.preprocessing import KBinsDiscretizer, PolynomialFeatures

from skhpo.portfolio._seed import seeded
from skhpo.portfolio._versions import QUANTILE_METHOD
from skhpo.space import Choice, Integer, Real, When

Task = Literal["classification", "regression"]
TASKS = ("classification", "regression")
SCORES = {
    "classification": (f_classif, mutual_info_classif),
    "regression": (f_regression, mutual_info_regression),
}


def feature_selection(task: Task, *, random_state: Any = None) -> Choice:
    """Return a choice among ways to select features, of which the first is to keep all.

    Parameters
    ----------
    task : {"classification", "regression"}
        What features are to be good for.
    random_state : int or None, default=None
        Given to the trees. Mutual information, which draws random numbers without a seed, is a
        choice only where this is None.

    Returns
    -------
    Choice
        Named ``"all"``, ``"percentile"`` and ``"trees"``.

    Raises
    ------
    ValueError
        If ``task`` is neither.

    Notes
    -----
    ``percentile`` from 5 to 99 (auto-sklearn from 1, which of few features leaves none), by F test
    or mutual information: auto-sklearn. Selection by extremely randomized trees: auto-sklearn,
    with its min_samples_leaf 1 to 20 and criteria; max_features and thresholds are our own. The
    table should have at least two features.

    Examples
    --------
    >>> from skhpo import portfolio
    >>> portfolio.feature_selection("regression").names
    ('all', 'percentile', 'trees')
    """
    if task not in TASKS:
        raise ValueError(f"task should be one of {TASKS}, got {task!r}.")
    by_test, by_information = SCORES[task]
    scores = Choice(by_test, by_information, names=["f_test", "mutual_info"])
    if random_state is not None:
        scores = scores.without("mutual_info")
    percentile = SelectPercentile(percentile=Integer(5, 99), score_func=scores)
    trees = SelectFromModel(
        _trees(task == "classification"),
        threshold=Choice("mean", "median", "0.5*mean", "0.1*mean"),
    )
    return Choice(
        "passthrough",
        percentile,
        seeded(trees, random_state),
        names=["all", "percentile", "trees"],
    )


def feature_construction(*, random_state: Any = None) -> Choice:
    """Return a choice among ways to make features of features, the first being to leave them.

    Parameters
    ----------
    random_state : int or None, default=None
        Given to each step that has one.

    Returns
    -------
    Choice
        Named ``"none"``, ``"pca"``, ``"nystroem"``, ``"polynomial"`` and ``"bins"``.

    Notes
    -----
    Features should be of about unit spread.

    * PCA: share of variance 0.5 to 0.9999 and whitening, auto-sklearn.
    * Nystroem: gamma 2^-15 to 8, log, degree 2 to 5, coef0 -1 to 1, auto-sklearn; n_components 20
      to 200, log, our own (auto-sklearn has 50 to 10000, more than some tables have rows).
    * Polynomial: degree 2 (of auto-sklearn's 2 to 3) and interaction_only; it makes about half as
      many features as the square of those there were: take it out
      (``.without("polynomial")``) where these are hundreds.
    * Bins: 2 to 20, our own.

    Examples
    --------
    >>> from skhpo import portfolio
    >>> portfolio.feature_construction().without("polynomial").names
    ('none', 'pca', 'nystroem', 'bins')
    """
    steps = {
        "pca": PCA(n_components=Real(0.5, 0.9999), whiten=Choice(False, True), svd_solver="full"),
        "nystroem": Nystroem(kernel=_kernels(), n_components=Integer(20, 200, log=True)),
        "polynomial": PolynomialFeatures(interaction_only=Choice(False, True), include_bias=False),
        "bins": _bins(),
    }
    made = [seeded(step, random_state) for step in steps.values()]
    return Choice("passthrough", *made, names=["none", *steps])


def _trees(classify: bool) -> Any:
    ranges = {"n_estimators": 50, "min_samples_leaf": Integer(1, 20, log=True)}
    if not classify:
        return ExtraTreesRegressor(max_features=Real(0.1, 1.0), **ranges)
    criterion = Choice("gini", "entropy")
    return ExtraTreesClassifier(max_features=Real(0.1, 1.0), criterion=criterion, **ranges)


def _kernels() -> Choice:
    rbf, poly = ({"gamma": Real(2**-15, 8.0, log=True)} for _ in range(2))
    return Choice(
        When("rbf", **rbf),
        When("poly", degree=Integer(2, 5), coef0=Real(-1.0, 1.0), **poly),
        "cosine",
    )


def _bins() -> Any:
    method = {"quantile_method": ["averaged_inverted_cdf"]} if QUANTILE_METHOD else {}
    return KBinsDiscretizer(
        n_bins=Integer(2, 20, log=True),
        encode=Choice("onehot-dense", "ordinal"),
        strategy=Choice(When("quantile", **method), "uniform"),
    )
