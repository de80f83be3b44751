"""Dimensions of other libraries, told by the names of their classes: none is imported."""

from collections.abc import Callable
from typing import Any

import numpy as np

from skhpo.space._dimension import Dimension
from skhpo.space._graphs import from_graph
from skhpo.space._values import native, show
from skhpo.space.choice import Choice
from skhpo.space.integer import Integer
from skhpo.space.ordinal import Ordinal
from skhpo.space.real import Real

MAX_LEVELS = 100_000  # of a range with a step


def is_foreign(value: object) -> bool:
    """Whether this is a dimension of scikit-optimize, Optuna, sklearn-genetic-opt or hyperopt."""
    return _reader(type(value)) is not None


def from_foreign(path: str, value: Any) -> Dimension:
    """Return the dimension with the same values and the same scale.

    Parameters
    ----------
    path : str
        Name of the parameter, for errors.
    value : object
        A ``Real``, ``Integer`` or ``Categorical`` of ``skopt.space``, a distribution of
        ``optuna.distributions``, a ``Continuous``, ``Integer`` or ``Categorical`` of
        ``sklearn_genetic.space``, or an ``hp`` expression of hyperopt.

    Returns
    -------
    Dimension
        Names that these libraries give to dimensions are left out, since they mean nothing there.

    Raises
    ------
    ValueError
        If there is none; the error says what to write instead.

    Examples
    --------
    >>> class FloatDistribution:  # as Optuna has it
    ...     low, high, log, step = 0.1, 10.0, True, None
    >>> FloatDistribution.__module__ = "optuna.distributions"
    >>> from_foreign("C", FloatDistribution())
    Real(0.1, 10.0, log=True)
    """
    reader = _reader(type(value))
    if reader is None:
        raise TypeError(f"Parameter {path!r}: {show(value)} is no known dimension.")
    try:
        return reader(value)
    except ValueError as error:
        raise ValueError(
            f"Parameter {path!r}: this {type(value).__name__} cannot be taken over. {error}"
        ) from None


def _reader(kind: type) -> Callable[[Any], Dimension] | None:
    for parent in kind.__mro__:  # Optuna's older distributions derive from the newer ones
        reader = _READERS.get((_library(parent), parent.__name__))
        if reader is not None:
            return reader
    return None


def _library(kind: type) -> str:
    return str(kind.__module__).partition(".")[0]  # it may be None


def _constant_or(kind: type[Real] | type[Integer], low: Any, high: Any, log: bool) -> Dimension:
    """Return a range; of a single number that number, since no range of ours is so short."""
    low, high = native(low), native(high)
    return Choice(low) if low == high else kind(low, high, log=log)


def _of_priors(kind: type[Real] | type[Integer]) -> Callable[[Any], Dimension]:
    def read(value: Any) -> Dimension:
        return _constant_or(kind, value.low, value.high, value.prior == "log-uniform")

    return read


def _of_genes(kind: type[Real] | type[Integer]) -> Callable[[Any], Dimension]:
    def read(value: Any) -> Dimension:
        return _constant_or(
            kind, value.lower, value.upper, str(value.distribution) == "log-uniform"
        )

    return read


def _of_steps(kind: type[Real] | type[Integer]) -> Callable[[Any], Dimension]:
    def read(value: Any) -> Dimension:
        if value.step in (None, 1) and (kind is Integer or value.step is None):
            return _constant_or(kind, value.low, value.high, value.log)
        n = int(np.floor((value.high - value.low) / value.step + 1e-8)) + 1
        if n > MAX_LEVELS:
            raise ValueError(
                f"It has {n} values with a step of {value.step}; at most {MAX_LEVELS} are taken "
                f"over. Write {kind.__name__}({value.low}, {value.high}), without a step."
            )
        return Ordinal([value.low + k * value.step for k in range(n)])

    return read


def _of_categories(values: str, weights: str | None) -> Callable[[Any], Dimension]:
    def read(value: Any) -> Dimension:
        given = None if weights is None else getattr(value, weights)
        return Choice(*getattr(value, values), weights=None if given is None else [*given])

    return read


_READERS: dict[tuple[str, str], Callable[[Any], Dimension]] = {
    ("skopt", "Real"): _of_priors(Real),
    ("skopt", "Integer"): _of_priors(Integer),
    ("skopt", "Categorical"): _of_categories("categories", "prior"),
    ("optuna", "FloatDistribution"): _of_steps(Real),
    ("optuna", "IntDistribution"): _of_steps(Integer),
    ("optuna", "CategoricalDistribution"): _of_categories("choices", None),
    ("sklearn_genetic", "Continuous"): _of_genes(Real),
    ("sklearn_genetic", "Integer"): _of_genes(Integer),
    ("sklearn_genetic", "Categorical"): _of_categories("choices", "priors"),
    ("hyperopt", "Apply"): from_graph,
}
