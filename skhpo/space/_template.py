"""Templates: estimators with dimensions among their parameters."""

import copy
import inspect
from collections.abc import Callable
from typing import Any

from skhpo.space._dimension import Dimension
from skhpo.space._foreign import is_foreign
from skhpo.space._values import is_estimator
from skhpo.space.distribution import is_distribution


def dimensions_of(estimator: Any) -> dict[str, Any]:
    """Return the parameters of an estimator, to any depth, that are to be searched.

    Parameters
    ----------
    estimator : object
        Has ``get_params``.

    Returns
    -------
    dict of str to object
        Names relative to the estimator; values are dimensions and frozen distributions. Lists
        and tuples are values like any other.
    """
    parameters = estimator.get_params(deep=True)
    return {name: value for name, value in parameters.items() if stands_for_values(value)}


def stands_for_values(value: object) -> bool:
    """Whether this is a dimension or a frozen distribution, not a value of its own."""
    if isinstance(value, Dimension) or is_foreign(value):
        return True
    return is_distribution(value) and not isinstance(value, type) and not is_estimator(value)


def is_template(value: object) -> bool:
    """Whether this is an estimator with dimensions among its parameters."""
    return is_estimator(value) and bool(dimensions_of(value))


def strip(template: Any, fallback: Callable[[str], Any]) -> Any:
    """Return a copy of a template with ordinary values in the place of dimensions.

    Parameters
    ----------
    template : object
        An estimator; it is left as it is.
    fallback : callable
        Returns a value for a parameter for which the class has no default of its own.

    Returns
    -------
    object
        An estimator of the same type.
    """
    parameters = template.get_params(deep=True)
    values = {}
    for name in dimensions_of(template):
        owner_name, _, parameter = name.rpartition("__")
        owner = parameters[owner_name] if owner_name else template
        default = _own_default(type(owner), parameter)
        values[name] = fallback(name) if default is inspect.Parameter.empty else default
    stripped = copy.deepcopy(template)
    stripped.set_params(**values)
    return stripped


def _own_default(cls: type, parameter: str) -> Any:
    """Return the default of an argument of a class; ``Parameter.empty`` where it has none."""
    arguments = inspect.signature(cls).parameters
    default = arguments[parameter].default if parameter in arguments else inspect.Parameter.empty
    return inspect.Parameter.empty if default is None and _forgets(cls, parameter) else default


def _forgets(cls: type, parameter: str) -> bool:
    """Whether an argument that is None is no parameter at all, so that no clone would have it."""
    try:
        return parameter not in cls().get_params(deep=False)
    except TypeError:  # it has to have arguments
        return False
