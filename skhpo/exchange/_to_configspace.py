"""A space as one of ConfigSpace."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from skhpo._optional import needed
from skhpo.exchange._flat import Flat, Part, is_plain
from skhpo.exchange._optuna_space import as_space
from skhpo.space._compile import CONSTANT


def to_configspace(space: Any) -> Any:
    """Return a space as a ``ConfigurationSpace`` of ConfigSpace.

    Parameters
    ----------
    space : Space, dict or list of dict
        What may be tried.

    Returns
    -------
    ConfigSpace.ConfigurationSpace
        `Real` and `Integer` are uniform, ordered lists ordinal, all else categorical with its
        weights, each with its default; parameters that exist with an alternative only have a
        condition. Objects are texts; names are those that ``set_params`` takes, where these
        are enough. Of a continuous distribution the range is kept and what is likely in it not.

    Raises
    ------
    ImportError
        Without ConfigSpace.
    ValueError
        If combinations are forbidden, which are functions here, or a list has more than a
        thousand values.

    See Also
    --------
    from_configspace : The other way.
    params_of : Parameters with their objects, from a configuration.

    Examples
    --------
    >>> from skhpo import Choice, Integer, Real, When
    >>> from skhpo.exchange import to_configspace
    >>> space = {"C": Real(0.1, 10), "kernel": Choice("rbf", When("poly", degree=Integer(2, 5)))}
    >>> converted = to_configspace(space)
    >>> [*converted], converted.conditions
    (['C', 'kernel', 'degree'], [degree | kernel == 'poly'])
    """
    cs = needed("ConfigSpace", "configspace", "to_configspace")
    flat = Flat(as_space(space))
    if flat.space._forbidden:
        raise ValueError(
            f"space: forbidden={[*flat.space._forbidden]!r} are functions, which ConfigSpace does "
            "not have; add its clauses to the converted space."
        )
    made = [_hyperparameter(cs, part) for part in flat.parts]
    constants = [
        cs.Constant(node.path, node.leaf.dimension.value(0.5))
        for node in flat.space._layout.nodes
        if node.column == CONSTANT and is_plain(node.leaf.dimension.value(0.5))
    ]
    converted = cs.ConfigurationSpace()
    converted.add(*made, *constants)
    for part in flat.parts:
        conditions = [
            _condition(cs, made[part.number], made[j], [flat.parts[j].choices[i] for i in cells])
            for j, cells in ((j, sorted(cells)) for j, cells in part.column.parents)
        ]
        if conditions:
            many = len(conditions) > 1
            converted.add(cs.OrConjunction(*conditions) if many else conditions[0])
    return converted


def _hyperparameter(cs: Any, part: Part) -> Any:
    default = part.value(part.column.default)
    if part.range is not None:
        kind = cs.UniformIntegerHyperparameter if part.is_whole else cs.UniformFloatHyperparameter
        low, high = part.range.low, part.range.high
        return kind(part.name, low, high, default_value=default, log=part.range.log)
    if part.column.kind == "discrete":
        return cs.OrdinalHyperparameter(part.name, part.choices, default_value=default)
    widths = np.diff(part.column.dimension.__dict__["edges"])
    weights = None if np.ptp(widths) < 1e-12 else widths.tolist()
    return cs.CategoricalHyperparameter(
        part.name, part.choices, default_value=default, weights=weights
    )


def _condition(cs: Any, child: Any, parent: Any, values: list[Any]) -> Any:
    if len(values) == 1:
        return cs.EqualsCondition(child, parent, values[0])
    return cs.InCondition(child, parent, values)


def params_of(space: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that a configuration of another library stands for.

    Parameters
    ----------
    space : Space, dict or list of dict
        The space that was converted.
    values : mapping of str to object
        A configuration of what `to_configspace` returned, or ``params`` of one of Optuna's
        trials.

    Returns
    -------
    dict of str to object
        As ``set_params`` takes them, with the objects of the space in the place of texts.

    Raises
    ------
    ValueError
        If a parameter is missing or not allowed, or exists with others only.

    Examples
    --------
    >>> from sklearn.svm import SVC
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhpo import Choice, Real
    >>> from skhpo.exchange import params_of
    >>> space = {"model": Choice(SVC(C=Real(1.0, 9.0)), DecisionTreeClassifier())}
    >>> params_of(space, {"model": "DecisionTreeClassifier()"})
    {'model': DecisionTreeClassifier()}
    """
    return Flat(as_space(space)).params(values)
