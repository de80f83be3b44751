"""Spaces as Optuna's distributions, and back."""

from collections.abc import Mapping
from math import floor
from typing import Any

import numpy as np

from skhpo._optional import needed
from skhpo.exchange._flat import Flat, Part
from skhpo.space import Choice, Integer, Real, Space

MOST_STEPS = 10_000  # numbers of a range with a step


def as_space(space: Any) -> Space:
    """Return a space, from any form in which a search takes it."""
    return space if isinstance(space, Space) else Space(space)


def space_to_optuna(space: Any) -> dict[str, Any]:
    """Return the distributions of Optuna that say what a space says.

    Parameters
    ----------
    space : Space, dict or list of dict
        What may be tried; without parameters that exist with others only.

    Returns
    -------
    dict of str to BaseDistribution
        By parameter, as ``study.ask`` takes it: `Real` is a ``FloatDistribution``, `Integer` and
        whole numbers of equal distance an ``IntDistribution``, all else a
        ``CategoricalDistribution``, of which objects are texts. Weights and priors are not said.

    Raises
    ------
    ImportError
        Without Optuna.
    ValueError
        If the space has conditions or forbids combinations, which distributions cannot say, or
        a list has more than a thousand values.

    See Also
    --------
    suggest : A candidate of any space, from one of Optuna's trials.

    Examples
    --------
    >>> from skhpo import Integer, Real
    >>> from skhpo.exchange import space_to_optuna
    >>> space_to_optuna({"C": Real(0.1, 10, log=True), "kernel": ["rbf", "linear"]})
    {'C': FloatDistribution(high=10.0, log=True, low=0.1, step=None),
     'kernel': CategoricalDistribution(choices=('rbf', 'linear'))}
    """
    searched = as_space(space)
    conditional = [column.name for column in searched.columns if column.parents]
    if conditional:
        raise ValueError(
            f"space: {conditional[0]!r} exists with some values of other parameters only, which "
            "distributions cannot say; use suggest(trial, space)."
        )
    if searched._forbidden:
        raise ValueError(
            "space: forbidden combinations cannot be said by distributions; use "
            "suggest(trial, space)."
        )
    return {part.name: distribution_of(part) for part in Flat(searched).parts}


def distribution_of(part: Part) -> Any:
    """Return the distribution of a parameter."""
    optuna = needed("optuna", "optuna", "this")
    kinds = optuna.distributions
    if part.range is not None:
        kind = kinds.IntDistribution if part.is_whole else kinds.FloatDistribution
        return kind(part.range.low, part.range.high, log=part.range.log)
    step = _step(part)
    if step:
        return kinds.IntDistribution(min(part.choices), max(part.choices), step=step)
    return kinds.CategoricalDistribution(part.choices)


def _step(part: Part) -> int:
    """Return the distance of whole numbers in order; 0 where there is no single one."""
    if part.column.kind != "discrete" or not all(type(c) is int for c in part.choices):
        return 0
    steps = {*np.diff(part.choices).tolist()}
    return int(steps.pop()) if len(steps) == 1 else 0


def suggest(trial: Any, space: Any) -> dict[str, Any]:
    """Return a candidate of a space, its parameters suggested by a trial of Optuna.

    Parameters
    ----------
    trial : optuna.Trial
        What an objective is given.
    space : Space, dict or list of dict
        What may be tried, conditions and all.

    Returns
    -------
    dict of str to object
        The parameters, as ``set_params`` takes them.

    Raises
    ------
    ImportError
        Without Optuna.
    optuna.TrialPruned
        If the combination is forbidden.

    See Also
    --------
    to_optuna : A study of what a search has tried, which can be continued so.

    Examples
    --------
    >>> import optuna
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import cross_val_score
    >>> from sklearn.svm import SVC
    >>> from skhpo import Choice, Integer, Real, When
    >>> from skhpo.exchange import suggest
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"C": Real(0.1, 10), "kernel": Choice("rbf", When("poly", degree=Integer(2, 4)))}
    >>> def objective(trial):
    ...     return cross_val_score(SVC(**suggest(trial, space)), X, y).mean()
    >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
    >>> sampler = optuna.samplers.TPESampler(seed=0)
    >>> study = optuna.create_study(direction="maximize", sampler=sampler)
    >>> study.optimize(objective, n_trials=5)
    >>> study.best_value > 0.9
    True
    """
    flat = Flat(as_space(space))
    values: dict[str, Any] = {}
    x = np.array([part.column.default for part in flat.parts])
    for part in flat.parts:
        if flat.space.activity(x[None])[0, part.number]:  # parents have come before
            values[part.name] = _suggested(trial, part)
            x[part.number] = part.unit(values[part.name])
    params = flat.params(values)
    if not flat.space.contains(params):
        raise needed("optuna", "optuna", "suggest").TrialPruned("the combination is forbidden")
    return params


def _suggested(trial: Any, part: Part) -> Any:
    if part.range is None and not _step(part):
        return trial.suggest_categorical(part.name, part.choices)
    given = distribution_of(part)
    step = {} if given.step is None or given.log else {"step": given.step}
    ask = trial.suggest_int if isinstance(given.low, int) else trial.suggest_float
    return ask(part.name, given.low, given.high, log=given.log, **step)


def space_from_optuna(study_or_distributions: Any) -> Space:
    """Return the space that distributions of Optuna say.

    Parameters
    ----------
    study_or_distributions : optuna.Study or dict of str to BaseDistribution
        A study with trials, or distributions by parameter. Of a study all parameters of its
        trials; that some exist with others only is nothing that a study knows.

    Returns
    -------
    Space
        ``FloatDistribution`` is a `Real`, ``IntDistribution`` an `Integer`, with a step a list
        of numbers, ``CategoricalDistribution`` a list.

    Raises
    ------
    ValueError
        If a range with a step has more than 10,000 numbers, a parameter has several
        distributions in a study, or there is none.
    TypeError
        If it is neither.

    See Also
    --------
    space_to_optuna : The other way.

    Examples
    --------
    >>> from optuna.distributions import FloatDistribution, IntDistribution
    >>> from skhpo.exchange import space_from_optuna
    >>> print(space_from_optuna({"C": FloatDistribution(0.1, 10), "k": IntDistribution(1, 9)}))
    Space: 2 columns, infinite size
      C: 0.1 to 10.0
      k: 1 to 9
    """
    found = study_or_distributions
    if hasattr(found, "get_trials"):
        found = _of_trials(found.get_trials(deepcopy=False))
    if not isinstance(found, Mapping):
        raise TypeError(
            "study_or_distributions should be a study or a dict of distributions, "
            f"got {type(found).__name__}."
        )
    if not found:
        raise ValueError("there is no distribution to make a space of.")
    return Space({name: _dimension(name, value) for name, value in found.items()})


def _of_trials(trials: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for trial in trials:
        for name, distribution in trial.distributions.items():
            if found.setdefault(name, distribution) != distribution:
                raise ValueError(
                    f"parameter {name!r} has several distributions: {found[name]!r} and "
                    f"{distribution!r}; give those that are meant."
                )
    return found


def _dimension(name: str, distribution: Any) -> Any:
    if hasattr(distribution, "choices"):
        choices = [*distribution.choices]
        return [choices[0]] if len(choices) == 1 else Choice(*choices)
    if not hasattr(distribution, "low"):
        raise TypeError(f"parameter {name!r}: {distribution!r} is no distribution of Optuna.")
    low, high, step = distribution.low, distribution.high, distribution.step
    if low == high:
        return [low]
    is_whole = isinstance(low, int)
    if step is None or (is_whole and step == 1):
        return (Integer if is_whole else Real)(low, high, log=distribution.log)
    n_steps = floor((high - low) / step + 1e-8)
    if n_steps >= MOST_STEPS:
        raise ValueError(
            f"parameter {name!r}: {distribution!r} has {n_steps + 1} numbers; at most "
            f"{MOST_STEPS} can be listed. A larger step, or none, is a space."
        )
    return [low + k * step for k in range(n_steps + 1)]


def on_step(value: Any, distribution: Any) -> Any:
    """Return a number of a range with a step as the list has it, whatever its last digits are."""
    step = getattr(distribution, "step", None)
    if step is None or not isinstance(value, float):
        return value
    return distribution.low + round((value - distribution.low) / step) * step
