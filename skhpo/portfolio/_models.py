"""Choices among models, and single models by name or class."""

from typing import Any, Literal

from skhpo.portfolio._seed import seeded
from skhpo.portfolio._table import CLASSIFIERS, REGRESSORS, Entry
from skhpo.space import Choice
from skhpo.space._values import show

Which = Literal["fast", "all"]
ALLOWED = ("fast", "all")


def classifiers(which: Which = "all", *, random_state: Any = None) -> Choice:
    """Return a choice among classifiers, each with the ranges of its hyper-parameters.

    Parameters
    ----------
    which : {"fast", "all"}, default="all"
        "fast": those that mostly take less than a second for some thousand rows. "all": those too
        that take longer, or ever longer with the rows. LightGBM, XGBoost and CatBoost are in it
        where they are installed.
    random_state : int or None, default=None
        Given to each classifier that has one.

    Returns
    -------
    Choice
        Named alternatives, of which the first is the default. Put it in the place of a model;
        edit it with ``without`` and ``replace``.

    Raises
    ------
    ValueError
        If ``which`` is neither.

    See Also
    --------
    get : A single one, also those that ask for data of a certain kind.

    Notes
    -----
    Where each range is from stands in the docstrings of the modules ``skhpo.portfolio.trees``,
    ``boosting``, ``boosters``, ``linear``, ``sgd``, ``svm``, ``neighbors``, ``bayes`` and ``mlp``.

    Examples
    --------
    >>> from skhpo import portfolio
    >>> models = portfolio.classifiers("fast", random_state=0)
    >>> models.without("qda", "nearest_centroid").names[:3]
    ('hist_gradient_boosting', 'extra_trees', 'random_forest')
    """
    return _choice(CLASSIFIERS, which, random_state)


def regressors(which: Which = "all", *, random_state: Any = None) -> Choice:
    """Return a choice among regressors, each with the ranges of its hyper-parameters.

    Parameters
    ----------
    which : {"fast", "all"}, default="all"
        "fast": those that mostly take less than a second for some thousand rows. "all": those too
        that take longer, or ever longer with the rows. LightGBM, XGBoost and CatBoost are in it
        where they are installed.
    random_state : int or None, default=None
        Given to each regressor that has one.

    Returns
    -------
    Choice
        Named alternatives, of which the first is the default. Put it in the place of a model;
        edit it with ``without`` and ``replace``.

    Raises
    ------
    ValueError
        If ``which`` is neither.

    See Also
    --------
    get : A single one, also those that ask for data of a certain kind.

    Notes
    -----
    The penalties and tolerances of linear models, support vectors and networks are meant for a
    target of about unit spread; see :class:`sklearn.compose.TransformedTargetRegressor`.

    Examples
    --------
    >>> from skhpo import Space, portfolio
    >>> models = portfolio.regressors("fast")
    >>> models.names[-2:] if "lgbm" not in models.names else models.names[-3:-1]
    ('decision_tree', 'k_neighbors')
    """
    return _choice(REGRESSORS, which, random_state)


def get(model: type | str, *, random_state: Any = None) -> Any:
    """Return one estimator with the ranges of its hyper-parameters in place.

    Parameters
    ----------
    model : type or str
        A class, its name, or its name in :func:`classifiers` or :func:`regressors`.
    random_state : int or None, default=None
        Given to the estimator where it has one.

    Returns
    -------
    estimator
        A template: an alternative of a choice, or in the place of a model. For the
        passive-aggressive models, from scikit-learn 1.8 on, stochastic gradient descent that
        takes the same steps.

    Raises
    ------
    TypeError
        If ``model`` is neither a class nor a string.
    ValueError
        If there is no such model, a name stands for two, or its package is not installed.

    Examples
    --------
    >>> from skhpo import Space, portfolio
    >>> print(Space({"model": portfolio.get("bernoulli_nb")}))
    Space: 2 columns, infinite size
      model
        BernoulliNB()
          model__alpha: 0.01 to 100.0, log
          model__fit_prior: True | False
    """
    if not isinstance(model, type | str):
        raise TypeError(f"model should be a class or a name, got {show(model)}.")
    entry = _find(model)
    if not entry.is_installed:
        raise ValueError(f"model {show(model)} needs the package {entry.package!r}: install it.")
    return seeded(entry.make(), random_state)


def _choice(entries: tuple[Entry, ...], which: str, random_state: Any) -> Choice:
    if which not in ALLOWED:
        raise ValueError(f"which should be one of {ALLOWED}, got {which!r}.")
    speeds = ("fast",) if which == "fast" else ("fast", "slow")
    listed = [entry for entry in entries if entry.speed in speeds and entry.is_installed]
    models = [seeded(entry.make(), random_state) for entry in listed]
    return Choice(*models, names=[entry.name for entry in listed])


def _find(model: type | str) -> Entry:
    """Return the entry of a class (of its package, or made from it) or name."""
    every = CLASSIFIERS + REGRESSORS
    if isinstance(model, type):
        package = model.__module__.partition(".")[0]
        found = [e for e in every if (e.cls, e.package) == (model.__name__, package)]
    else:
        found = [e for e in every if model in (e.name, e.cls)]
    if len(found) == 1:
        return found[0]
    if not found:
        known = ", ".join(sorted({e.cls for e in every}))
        raise ValueError(f"model {show(model)} is not in the portfolio; there are {known}.")
    classes = " and ".join(e.cls for e in found)
    raise ValueError(f"model {show(model)} stands for {classes}: give the class or its name.")
