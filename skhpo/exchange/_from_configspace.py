"""A space of ConfigSpace as one of ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skhpo.space import Choice, Integer, Real, Space, When
from skhpo.space._values import native

MOST_VALUES = 100  # of an integer on which others depend
Chain = Mapping[str, Any]  # what is decided above: values by name


def from_configspace(configuration_space: Any) -> Space:
    """Return a space of ConfigSpace as a `Space`.

    Parameters
    ----------
    configuration_space : ConfigSpace.ConfigurationSpace
        The space.

    Returns
    -------
    Space
        Its configurations, as dicts, are the settings of this one: the same parameters exist in
        each. Weights are kept, the default of a choice is its first alternative, and forbidden
        clauses are forbidden here. What else a default is, is not known here. Parameters on
        which others depend become choices, without an order.

    Raises
    ------
    ValueError
        If a parameter has a normal or beta distribution, or depends on a number of a continuous
        range, on two parameters that do not depend on each other, or in a way that names cannot
        say: below ``a__b`` all have to begin with ``a__``.
    TypeError
        If it is no such space.

    See Also
    --------
    to_configspace : The other way.

    Examples
    --------
    >>> import ConfigSpace as cs
    >>> from skhpo.exchange import from_configspace
    >>> kernel = cs.Categorical("kernel", ["rbf", "poly"], default="poly")
    >>> degree = cs.Integer("degree", (2, 5))
    >>> converted = cs.ConfigurationSpace()
    >>> converted.add(kernel, degree, cs.EqualsCondition(degree, kernel, "poly"))
    >>> print(from_configspace(converted))
    Space: 2 columns, size 5
      kernel
        'poly'
          degree: 2 to 5
        'rbf'
    """
    if not hasattr(configuration_space, "forbidden_clauses"):
        raise TypeError(
            "configuration_space should be a ConfigurationSpace, "
            f"got {type(configuration_space).__name__}."
        )
    reader = _Reader(configuration_space)
    roots = configuration_space.unconditional_hyperparameters
    forbidden = [_Forbidden(clause) for clause in configuration_space.forbidden_clauses]
    return Space({name: reader.dimension(name, {}) for name in roots}, forbidden=forbidden)


@dataclass(frozen=True)
class _Forbidden:
    """A forbidden clause as a function of parameters."""

    clause: Any

    def __call__(self, params: Mapping[str, Any]) -> bool:
        return _is_forbidden(self.clause, params)

    def __repr__(self) -> str:
        return str(self.clause)


def _is_forbidden(clause: Any, params: Mapping[str, Any]) -> bool:
    parts = getattr(clause, "components", None)
    if parts is not None:
        every = all if "And" in type(clause).__name__ else any
        return every(_is_forbidden(part, params) for part in parts)
    names = [
        getattr(clause, k).name for k in ("hyperparameter", "left", "right") if _has(clause, k)
    ]
    if any(name not in params for name in names):  # what does not exist is not forbidden
        return False
    return bool(clause.is_forbidden_value({name: params[name] for name in names}))


def _has(clause: Any, name: str) -> bool:
    return getattr(clause, name, None) is not None


class _Reader:
    """Builds the tree: children stand below the alternatives that they need."""

    def __init__(self, cs: Any) -> None:
        self.cs = cs
        self.conditions = {
            name: [*cs.parent_conditions_of[name]] for name in cs.conditional_hyperparameters
        }
        self.parents = {name: self._parents(name) for name in self.conditions}
        for name in self.conditions:
            self._check(name)

    def _parents(self, name: str) -> list[str]:
        found = [p.name for c in self.conditions[name] for p in _parents_of(c)]
        return [*dict.fromkeys(found)]

    def _above(self, name: str) -> set[str]:
        parents = self.parents.get(name, [])
        return {*parents}.union(*map(self._above, parents))

    def _check(self, name: str) -> None:
        parents = self.parents[name]
        for a in parents:
            for b in parents:
                if a != b and a not in self._above(b) and b not in self._above(a):
                    raise ValueError(
                        f"condition {self.conditions[name]}: {name!r} depends on {a!r} and {b!r}, "
                        "which do not depend on each other; a Choice cannot say that."
                    )

    def _owner(self, name: str) -> str:
        """Return the lowest of the parameters on which another depends."""
        return max(self.parents[name], key=lambda parent: len(self._above(parent)))

    def dimension(self, name: str, above: Chain) -> Any:
        """Return the values of a parameter, with what exists with each."""
        hp = self.cs[name]
        children = [child for child in self.conditions if self._owner(child) == name]
        if not children:
            return _dimension(hp)
        values, weights = _values(hp)
        options = [self._option(name, children, value, above) for value in values]
        return Choice(*options, weights=weights)

    def _option(self, name: str, children: Sequence[str], value: Any, above: Chain) -> Any:
        chain = {**above, name: value}
        siblings = {
            _relative(child, name): self.dimension(child, chain)
            for child in children
            if all(_holds(condition, chain) for condition in self.conditions[child])
        }
        return When(value, **siblings) if siblings else value


def _parents_of(condition: Any) -> list[Any]:
    parts = getattr(condition, "components", None)
    if parts is None:
        return [condition.parent]
    return [parent for part in parts for parent in _parents_of(part)]


def _holds(condition: Any, chain: Chain) -> bool:
    """Whether a condition holds; on a parameter that does not exist none does."""
    parts = getattr(condition, "components", None)
    if parts is not None:
        every = all if "And" in type(condition).__name__ else any
        return every(_holds(part, chain) for part in parts)
    name = condition.parent.name
    return name in chain and bool(condition.satisfied_by_value({name: chain[name]}))


def _relative(child: str, parent: str) -> str:
    owner = parent[: parent.rfind("__") + 2] if "__" in parent else ""
    if not child.startswith(owner):
        raise ValueError(
            f"{child!r} depends on {parent!r}; a name below that one should begin with {owner!r}."
        )
    return child.removeprefix(owner)


def _dimension(hp: Any) -> Any:
    kind = type(hp).__name__
    if kind == "UniformFloatHyperparameter":
        return Real(float(hp.lower), float(hp.upper), log=hp.log)
    if kind == "UniformIntegerHyperparameter":
        return Integer(int(hp.lower), int(hp.upper), log=hp.log)
    if kind == "OrdinalHyperparameter":
        return [native(value) for value in hp.sequence]
    values, weights = _values(hp)
    return Choice(*values, weights=weights)


def _values(hp: Any) -> tuple[list[Any], list[float] | None]:
    """Return the values of a parameter and their weights, the default first."""
    kind = type(hp).__name__
    if kind == "Constant":
        return [native(hp.value)], None
    if kind == "OrdinalHyperparameter":
        return [native(value) for value in hp.sequence], None
    if kind == "CategoricalHyperparameter":
        pairs = [*zip(map(native, hp.choices), hp.probabilities.tolist(), strict=True)]
        pairs.sort(key=lambda pair: pair[0] != hp.default_value)
        return [value for value, _ in pairs], [weight for _, weight in pairs]
    if kind == "UniformIntegerHyperparameter" and not hp.log and hp.size <= MOST_VALUES:
        return [*range(int(hp.lower), int(hp.upper) + 1)], None
    raise ValueError(
        f"{hp}: a Space has uniform ranges and lists, and others may depend on lists and on short "
        "ranges of whole numbers only."
    )
