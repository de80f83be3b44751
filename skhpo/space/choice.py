"""Alternatives without an order, and what exists with one of them alone."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np

from skhpo.space._dimension import Cells, Dimension, check_name, equal_edges, weighted_edges
from skhpo.space._values import is_estimator, is_number, native, same_value, show, show_many

PLAIN = (str, int, bool, bytes)


class When:
    """A value, and the parameters that exist only with it.

    Parameters
    ----------
    value : object
        An alternative of a :class:`Choice`.
    **siblings : object
        Parameters beside the one that is chosen: in the place of ``model__kernel``,
        ``degree=...`` is ``model__degree``. Values as in a search space.

    Raises
    ------
    TypeError
        If ``value`` is itself a ``When``.

    Examples
    --------
    >>> from skhpo.space import Choice, Integer, Space, When
    >>> space = Space({"kernel": Choice("rbf", When("poly", degree=Integer(2, 5)))})
    >>> space.contains({"kernel": "rbf"}), space.contains({"kernel": "poly", "degree": 3})
    (True, True)
    >>> space.contains({"kernel": "rbf", "degree": 3})
    False
    """

    def __init__(self, value: object, /, **siblings: object) -> None:
        if isinstance(value, When):
            raise TypeError(f"When: value should not be a When itself, got {value!r}.")
        self.value = value
        self.siblings = siblings

    def __repr__(self) -> str:
        siblings = [f"{name}={dimension!r}" for name, dimension in self.siblings.items()]
        return f"When({', '.join([repr(self.value), *siblings])})"


class Choice(Cells):
    """Alternatives without an order; the first is the default.

    Parameters
    ----------
    *alternatives : object
        Any values. An estimator with dimensions among its parameters is a template: those
        parameters exist only when it is chosen. :class:`When` says the same of a value, and a
        dimension among the alternatives stands for all its values. Repeated alternatives are
        merged and count as often as they are repeated.
    weights : sequence of float or None, default=None
        How likely each alternative is, up to a factor; equally likely by default.
    names : sequence of str or None, default=None
        What to call each alternative in print.
    name : str or None, default=None
        Choices of one name are one shared parameter, wherever they stand.

    Raises
    ------
    TypeError
        If a weight is not a number, or a name not a string.
    ValueError
        If there is no alternative, the weights are not positive and finite, the names are not
        distinct, or there are more or fewer of them than alternatives.

    Examples
    --------
    >>> from skhpo.space import Choice, Real, Space
    >>> space = Space({"gamma": Choice("scale", Real(1e-4, 1e1, log=True), weights=[3, 1])})
    >>> print(space)
    Space: 2 columns, infinite size
      gamma
        'scale' (75%)
        0.0001 to 10.0, log (25%)
    """

    kind = "categorical"
    alternatives: tuple[Any, ...]
    names: tuple[str, ...] | None

    def __init__(
        self,
        *alternatives: object,
        weights: Sequence[float] | None = None,
        names: Sequence[str] | None = None,
        name: str | None = None,
    ) -> None:
        check_name("Choice", name)
        if not alternatives:
            raise ValueError("Choice: at least one alternative is needed, got none.")
        weight_list = _check_weights(weights, len(alternatives))
        name_list = _check_names(names, len(alternatives))
        values = [native(alternative) for alternative in alternatives]
        kept, merged = _merge(values, weight_list)
        even = len(set(merged)) == 1
        self._set(
            alternatives=tuple(values[i] for i in kept),
            names=None if name_list is None else tuple(name_list[i] for i in kept),
            weights=None if even else tuple(merged),
            name=name,
            edges=equal_edges(len(kept)) if even else weighted_edges(merged),
        )

    @property
    def default(self) -> float:
        """Position of the first alternative."""
        return float(self.centers[0])

    def value(self, u: float) -> Any:
        """Return the alternative at a position.

        Parameters
        ----------
        u : float
            Position; those outside the unit interval belong to the nearest cell.

        Returns
        -------
        object
            The alternative as it was given.
        """
        return self.alternatives[self.cell(u)]

    def unit(self, value: object) -> float:
        """Return the position of an alternative.

        Parameters
        ----------
        value : object
            An alternative.

        Returns
        -------
        float
            The centre of its cell.

        Raises
        ------
        ValueError
            If it is none of the alternatives.
        """
        for i, alternative in enumerate(self.alternatives):
            if same_value(alternative, native(value)):
                return float(self.centers[i])
        raise self.outside(value)

    def allowed(self) -> str:
        """Return a phrase that names what is allowed.

        Returns
        -------
        str
            The end of a sentence.
        """
        return f"one of {show_many(self.alternatives)}"

    def without(self, *names: object) -> "Choice":
        """Return this choice less some alternatives; the weights of the others remain.

        Parameters
        ----------
        *names : object
            The ``names=`` of alternatives; where there are none, the alternatives themselves.

        Returns
        -------
        Choice
            A new one.

        Raises
        ------
        ValueError
            If there is no such alternative, or none would remain.

        Examples
        --------
        >>> from skhpo.space import Choice
        >>> Choice("mean", "median", "most_frequent").without("mean")
        Choice('median', 'most_frequent')
        """
        gone = {self._place(name) for name in names}
        kept = [i for i in range(self.n_values) if i not in gone]
        if not kept:
            raise ValueError("Choice.without: one alternative at least should remain, got all.")
        return self._remade([self.alternatives[i] for i in kept], kept)

    def replace(self, name: object, alternative: object) -> "Choice":
        """Return this choice with another alternative in the place of one; its weight remains.

        Parameters
        ----------
        name : object
            The name of an alternative; where they have none, the alternative itself.
        alternative : object
            What stands in its place, and takes over its name.

        Returns
        -------
        Choice
            A new one.

        Raises
        ------
        ValueError
            If there is no such alternative.

        Examples
        --------
        >>> from skhpo.space import Choice, Integer
        >>> Choice("all", 1, names=["all", "some"]).replace("some", Integer(1, 9))
        Choice('all', Integer(1, 9), names=['all', 'some'])
        """
        alternatives = [*self.alternatives]
        alternatives[self._place(name)] = alternative
        return self._remade(alternatives, [*range(self.n_values)])

    def _place(self, name: object) -> int:
        """Return the number of the alternative of a name, or of one that has none."""
        known = self.alternatives if self.names is None else self.names
        for i, other in enumerate(known):
            if same_value(other, native(name)):
                return i
        raise ValueError(f"Choice: there is no {show(name)}; there are {show_many(known, 1000)}.")

    def _remade(self, alternatives: Sequence[object], places: Sequence[int]) -> "Choice":
        """Return a choice of these alternatives, named and weighted as those of the places."""
        weights = self.__dict__["weights"]
        return Choice(
            *alternatives,
            weights=None if weights is None else [weights[i] for i in places],
            names=None if self.names is None else [self.names[i] for i in places],
            name=self.name,
        )

    def _key(self) -> tuple[Any, ...]:
        return (self.alternatives, self.__dict__["weights"])

    def __repr__(self) -> str:
        options = [repr(alternative) for alternative in self.alternatives]
        weights = self.__dict__["weights"]
        options += [f"weights={list(weights)!r}"] if weights is not None else []
        options += [f"names={list(self.names)!r}"] if self.names is not None else []
        options += [f"name={self.name!r}"] if self.name is not None else []
        return f"Choice({', '.join(options)})"


class Switch(Cells):
    """A choice among parts of a search space, without values of its own.

    Parameters
    ----------
    weights : sequence of float
        How likely each part is, up to a factor.
    name : str or None, default=None
        That of a shared parameter.
    """

    kind = "categorical"

    def __init__(self, weights: Sequence[float], name: str | None = None) -> None:
        even = len(set(weights)) == 1
        edges = equal_edges(len(weights)) if even else weighted_edges(weights)
        self._set(edges=edges, name=name)

    @property
    def default(self) -> float:
        """Position of the first part."""
        return float(self.centers[0])

    def value(self, u: float) -> int:
        """Return the number of the part at a position."""
        return self.cell(u)

    def unit(self, value: Any) -> float:
        """Return the position of a part."""
        if value not in range(self.n_values):
            raise self.outside(value)
        return float(self.centers[value])

    def allowed(self) -> str:
        """Return a phrase that names what is allowed.

        Returns
        -------
        str
            The end of a sentence.
        """
        return f"a part from 0 to {self.n_values - 1}"

    def _key(self) -> tuple[Any, ...]:
        return tuple(self.edges.tolist())

    def __repr__(self) -> str:
        return f"Switch({np.diff(self.edges).tolist()})"


def _check_weights(weights: Iterable[Any] | None, n: int) -> list[float]:
    if weights is None:
        return [1.0] * n
    listed = list(weights)
    if len(listed) != n:
        raise ValueError(f"Choice: {n} weights are needed, one an alternative, got {listed!r}.")
    for weight in listed:
        if not is_number(weight):
            raise TypeError(f"Choice: weights should be numbers, got {show(weight)}.")
        if not 0 < weight < float("inf"):
            raise ValueError(f"Choice: weights should be positive and finite, got {weight!r}.")
    return [float(weight) for weight in listed]


def _check_names(names: Iterable[Any] | None, n: int) -> list[str] | None:
    if names is None:
        return None
    listed = list(names)
    if not all(isinstance(name, str) for name in listed):
        raise TypeError(f"Choice: names should be strings, got {listed!r}.")
    if len(listed) != n or len(set(listed)) != n:
        raise ValueError(
            f"Choice: {n} distinct names are needed, one an alternative, got {listed!r}."
        )
    return listed


def _merge(values: Sequence[Any], weights: list[float]) -> tuple[list[int], list[float]]:
    """Return the numbers of the distinct alternatives and their total weights."""
    kept: list[int] = []
    merged: list[float] = []
    plain: dict[Hashable, int] = {}  # a shortcut for values that surely have a hash
    for i, (value, weight) in enumerate(zip(values, weights, strict=True)):
        key = _plain_key(value)
        if key is not None:
            place = plain.setdefault(key, len(kept))
        else:
            repeats = (p for p, k in enumerate(kept) if _is_repeat(values[k], value))
            place = next(repeats, len(kept))
        if place == len(kept):
            kept.append(i)
            merged.append(weight)
        else:
            merged[place] += weight
    return kept, merged


def _plain_key(value: Any) -> Hashable:
    """Return a key that is equal for equal plain values, None for a value of another kind."""
    if type(value) in PLAIN:
        return (type(value), value)
    if type(value) is tuple:
        keys = tuple(map(_plain_key, value))
        return None if None in keys else (tuple, keys)
    return None


def _is_repeat(a: Any, b: Any) -> bool:
    """Whether two alternatives are one; templates and the like are one by identity alone."""
    by_identity = isinstance(b, Dimension | When) or is_estimator(b)
    return a is b or (not by_identity and same_value(a, b))
