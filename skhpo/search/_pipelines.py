"""From a table and a target to a pipeline, what may be tried of it, and what to try first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import VotingClassifier
from sklearn.metrics import get_scorer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import has_fit_parameter

from skhpo import portfolio
from skhpo.portfolio._columns import as_frame
from skhpo.portfolio._table import CLASSIFIERS, REGRESSORS
from skhpo.portfolio.tables import native_categories
from skhpo.search._warm_start import current_setting
from skhpo.space import Choice, Space
from skhpo.space._template import strip
from skhpo.space._values import show

STEPS = ("prepare", "select", "construct", "model")
# Cheap and strong first: what a short budget leaves is the beginning of the list.
FIRST = ("logistic_regression", "ridge", "hist_gradient_boosting", "extra_trees", "random_forest")
LAST = ("svc", "svr", "mlp", "gradient_boosting", "ada_boost", "bagging", "xgb", "cat_boost")
# Penalties, tolerances and steps that are meant for a target of about unit spread.
OF_UNIT_TARGET = frozenset(
    {"lasso", "elastic_net", "huber", "sgd", "passive_aggressive", "svr", "linear_svr", "mlp"}
)
OF_NUMBERED_CLASSES = frozenset({"XGBClassifier"})
WITHOUT_PROBABILITIES = frozenset(
    {"ridge", "sgd", "passive_aggressive", "nearest_centroid", "svc", "linear_svc"}
)
PREPARATIONS = ("by_column", "native")
OF_CATEGORIES = frozenset({"hist_gradient_boosting", "lgbm"})  # that split by them
WITHOUT_CATEGORIES = frozenset({"cat_boost", "xgb"})  # they refuse the type
WEIGHT_OF_NOTHING = 4.0  # "all features" and "no new ones" are as likely as four other steps
MOST_COLUMNS_TO_MULTIPLY = 40
MOST_COLUMNS_TO_BIN = 100
MOST_VALUES = 1e8  # of a table with products, 0.8 GB
MOST_LEVELS = 40  # columns that a column of categories becomes, at the most


@dataclass(frozen=True)
class Plan:
    """What is searched.

    Parameters
    ----------
    pipeline : Pipeline
        The estimator, with its first model.
    space : Space
        What may be tried.
    defaults : list of dict
        Settings to try first.
    models : dict of str to object
        The models by their names.
    is_changed : bool
        Whether the user has put something in the place of what was built.
    """

    pipeline: Pipeline
    space: Space
    defaults: list[dict[str, Any]]
    models: Mapping[str, Any]
    is_changed: bool


def make_plan(
    X: Any,
    y: Any,
    *,
    task: str,
    models: Any,
    preprocessing: Any,
    changes: Mapping[str, Any],
    scoring: Any,
    is_weighted: bool,
    seed: Any,
) -> Plan:
    """Return what to search for a table and a target.

    Parameters
    ----------
    X : DataFrame or ndarray of shape (n_samples, n_features)
        The table.
    y : ndarray of shape (n_samples,)
        The target.
    task : {"classification", "regression"}
        What it is for.
    models : str, sequence of str or Choice
        Which models.
    preprocessing : {"auto", "passthrough"} or transformer
        The first step.
    changes : dict of str to object
        What stands in the space in the place of what is built, by the name of the step.
    scoring : object
        As the user gave it.
    is_weighted : bool
        Whether the models have to take sample weights.
    seed : int or None
        Given to every part that has one.

    Returns
    -------
    Plan
        New.

    Raises
    ------
    ValueError
        If an argument is not valid, or no model is left.
    TypeError
        If the table is of a kind that is not supported.
    """
    unknown = [name for name in changes if name.partition("__")[0] not in STEPS]
    if unknown:
        raise ValueError(
            f"param_distributions names {show(unknown[0])}, which is no step of the pipeline that "
            f"is built where estimator=None: there are {STEPS}."
        )
    choice = _only_suitable(models_of(task, models, seed), scoring, is_weighted)
    if task == "regression":
        choice = _each(choice, _with_unit_target)
    elif not _is_numbered(y):
        choice = _each(choice, _with_numbered_classes)
    parts = {
        "prepare": _preparation(X, y, task, preprocessing, frozenset(labels(choice)), seed),
        "select": _selection(X, task, seed),
        "construct": _construction(X, seed),
        "model": choice,
    }
    space = Space({**parts, **changes})
    templates = dict(zip(labels(choice), choice.alternatives, strict=True))
    ordered = sorted(templates, key=_place)
    plain = {name: _plain(templates[name]) for name in ordered}
    steps = [(name, "passthrough") for name in STEPS[:-1]]
    pipelines = [Pipeline([*steps, ("model", model)]) for model in plain.values()]
    defaults: list[dict[str, Any]] = []
    for name, pipeline in zip(plain, pipelines, strict=True):
        defaults.append(current_setting(pipeline, space))
        if name in OF_CATEGORIES:
            defaults += _with_native(defaults[-1], parts["prepare"], space)
    return Plan(pipelines[0], space, defaults, templates, bool(changes))


def models_of(task: str, models: Any, seed: Any) -> Choice:
    """Return the models to choose from.

    Parameters
    ----------
    task : {"classification", "regression"}
        What they are for.
    models : {"fast", "all"}, sequence of str or Choice
        As the user gave it.
    seed : int or None
        Given to those of the portfolio.

    Returns
    -------
    Choice
        Of estimators.

    Raises
    ------
    ValueError
        If there is no such model.
    """
    if isinstance(models, Choice):
        return models
    which = portfolio.classifiers if task == "classification" else portfolio.regressors
    if isinstance(models, str):
        if models not in ("fast", "all"):
            raise ValueError(
                f"models should be 'fast', 'all', a Choice or a list of names, got {models!r}."
            )
        return which("fast" if models == "fast" else "all", random_state=seed)
    every = which("all", random_state=seed)
    known: dict[str, Any] = dict(zip(every.names or (), every.alternatives, strict=True))
    names = [*dict.fromkeys(models)]
    wrong = [name for name in names if name not in known]
    for entry in CLASSIFIERS if task == "classification" else REGRESSORS:
        if entry.name in wrong and not entry.is_installed:
            raise ValueError(
                f"models: {show(entry.name)} needs the package {entry.package!r}: install it."
            )
    if wrong or not names:
        raise ValueError(
            f"models: there is no {show(wrong[0] if wrong else names)} for {task}; there are "
            f"{', '.join(known)}."
        )
    return Choice(*[known[name] for name in names], names=names)


def labels(choice: Choice) -> list[str]:
    """Return the names of the alternatives; where they have none, those of their classes."""
    if choice.names is not None:
        return [*choice.names]
    names = [type(alternative).__name__ for alternative in choice.alternatives]
    again = {name for name in names if names.count(name) > 1}
    return [f"{name} {i}" if name in again else name for i, name in enumerate(names)]


def _place(name: str) -> int:
    """Return when to try the defaults of a model: earlier for a smaller number."""
    if name in FIRST:
        return FIRST.index(name)
    return len(FIRST) + 1 + (name in LAST)


# -- the models --------------------------------------------------------------------------------


def _each(choice: Choice, change: Any) -> Choice:
    for name, template in zip(labels(choice), choice.alternatives, strict=True):
        key = template if choice.names is None else name
        changed = change(name, template)
        choice = choice if changed is template else choice.replace(key, changed)
    return choice


def _only_suitable(choice: Choice, scoring: Any, is_weighted: bool) -> Choice:
    unfit, without_scores = set(), WITHOUT_PROBABILITIES if _needs_probabilities(scoring) else ()
    for name, template in zip(labels(choice), choice.alternatives, strict=True):
        if is_weighted and not has_fit_parameter(template, "sample_weight"):
            unfit.add(name)
        if name in without_scores and choice.names:
            unfit.add(name)
    if len(unfit) == choice.n_values:
        raise ValueError(
            "models: none of them can be fitted with sample weights and scored by "
            f"scoring={scoring!r}; they are {', '.join(labels(choice))}."
        )
    if not unfit:
        return choice
    keys = choice.names or choice.alternatives
    return choice.without(*[k for k, n in zip(keys, labels(choice), strict=True) if n in unfit])


def _needs_probabilities(scoring: Any) -> bool:
    if isinstance(scoring, Mapping):
        return any(map(_needs_probabilities, scoring.values()))
    if isinstance(scoring, list | tuple | set):
        return any(map(_needs_probabilities, scoring))
    scorer = get_scorer(scoring) if isinstance(scoring, str) else scoring
    wanted = getattr(scorer, "_response_method", None)
    return wanted in ("predict_proba", ("predict_proba",))


def _with_unit_target(name: str, template: Any) -> Any:
    if name not in OF_UNIT_TARGET:
        return template
    return TransformedTargetRegressor(regressor=template, transformer=StandardScaler())


def _with_numbered_classes(name: str, template: Any) -> Any:
    """Let a plain part of scikit-learn number the classes: a vote of one."""
    if type(template).__name__ not in OF_NUMBERED_CLASSES:
        return template
    return VotingClassifier([(name, template)], voting="soft")


def _is_numbered(y: Any) -> bool:
    classes = np.unique(y)
    return classes.dtype.kind in "iu" and bool((classes == np.arange(len(classes))).all())


def _plain(template: Any) -> Any:
    """Return a model by the defaults of its library."""
    values = template.get_params(deep=True)
    return strip(template, lambda name: values[name].value(values[name].default))


def _with_native(setting: dict[str, Any], prepare: Any, space: Space) -> list[dict[str, Any]]:
    """Return the same setting with categories as they are, if there are any."""
    if not (isinstance(prepare, Choice) and prepare.names == PREPARATIONS):
        return []
    others = {name: v for name, v in setting.items() if not name.startswith("prepare")}
    native = {**others, "prepare": prepare.alternatives[1]}
    return [native] if space.contains(native) else []


# -- the other steps ---------------------------------------------------------------------------


def _preparation(X: Any, y: Any, task: str, given: Any, models: frozenset[str], seed: Any) -> Any:
    if isinstance(given, str) and given not in ("auto", "passthrough"):
        raise ValueError(
            "preprocessing should be 'auto', 'passthrough' or a transformer (which may hold "
            f"ranges), got {given!r}."
        )
    if not isinstance(given, str):
        return given
    if given == "passthrough":
        return Choice("passthrough")
    target = np.asarray(y).astype(str) if task == "classification" else y
    by_column = portfolio.preprocessing(X, target, random_state=seed)
    native = native_categories(X, random_state=seed)
    if native is None or not models.isdisjoint(WITHOUT_CATEGORIES):
        return by_column
    return Choice(by_column, native, names=PREPARATIONS)


def _selection(X: Any, task: Any, seed: Any) -> Choice:
    choice = portfolio.feature_selection(task, random_state=seed)
    return choice.without("percentile", "trees") if X.shape[1] < 2 else _mostly_first(choice)


def _construction(X: Any, seed: Any) -> Choice:
    choice, width = portfolio.feature_construction(random_state=seed), _width(X)
    n_values = len(X) * width**2 / 2
    if width > MOST_COLUMNS_TO_MULTIPLY or n_values > MOST_VALUES:
        choice = choice.without("polynomial")
    if width > MOST_COLUMNS_TO_BIN:
        choice = choice.without("bins")
    return _mostly_first(choice)


def _mostly_first(choice: Choice) -> Choice:
    weights = [WEIGHT_OF_NOTHING] + [1.0] * (choice.n_values - 1)
    return Choice(*choice.alternatives, names=choice.names, weights=weights)


def _width(X: Any) -> int:
    """Return about how many columns preprocessing makes of a table."""
    frame = as_frame(X)
    return sum(
        1 if dtype.kind in "biufcmM" else min(MOST_LEVELS, frame.iloc[:, j].nunique())
        for j, dtype in enumerate(frame.dtypes)
    )


def names_of(params: Sequence[Mapping[str, Any]], space: Space, plan: Plan) -> list[str]:
    """Return the name of the model of each setting.

    Parameters
    ----------
    params : sequence of dict
        Settings of the space.
    space : Space
        The space.
    plan : Plan
        With the models.

    Returns
    -------
    list of str
        As many.
    """
    names, column = (
        [*plan.models],
        next((column for column in space.columns if "model" in column.paths), None),
    )
    if column is None:
        return names[:1] * len(params)
    j = space.columns.index(column)
    points = np.array([space.encode(p)[j] for p in params])
    return [names[i] for i in column.index(points)]
