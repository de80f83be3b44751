"""Expressions of hyperopt (``hp.uniform`` and its like), which are graphs of calls."""

from collections.abc import Callable
from math import exp
from typing import Any

from skhpo.space._dimension import Dimension
from skhpo.space.choice import Choice
from skhpo.space.integer import Integer
from skhpo.space.ordinal import Ordinal
from skhpo.space.real import Real

MAX_LEVELS = 100_000  # of an expression that rounds
INSTEAD = "Write a Real, an Integer, a Choice, or a frozen distribution of scipy.stats."


def from_graph(graph: Any) -> Dimension:
    """Return the dimension of one expression.

    Parameters
    ----------
    graph : hyperopt.pyll.Apply
        ``hp.uniform``, ``loguniform``, ``quniform``, ``uniformint``, ``randint``, ``choice`` or
        ``pchoice``, also inside ``scope.int``. The options of a choice may be values, tuples of
        values, or such expressions.

    Returns
    -------
    Dimension
        With the same values and scale. Rounding leaves the two ends of a range with half the
        probability of the others; here all values are equally likely.

    Raises
    ------
    ValueError
        If it is another expression.
    """
    if graph.name == "switch":
        return _choice(graph)
    whole = graph.name == "int"
    inner = graph
    while inner.name in ("int", "float"):
        inner = inner.pos_args[0]
    if inner.name != "hyperopt_param":
        raise ValueError(f"{inner.name!r} is no expression that has a counterpart. {INSTEAD}")
    draw = inner.pos_args[1]
    reader = _READERS.get(draw.name)
    if reader is None:
        raise ValueError(f"hp.{draw.name} has no counterpart. {INSTEAD}")
    return reader(_arguments(draw), whole)


def _arguments(draw: Any) -> dict[str, Any]:
    """Return the numbers that a call is given; those that it is not given are no graphs."""
    given = {name: node for name, node in draw.arg.items() if hasattr(node, "pos_args")}
    if not all(hasattr(node, "obj") for node in given.values()):
        raise ValueError(f"An argument of hp.{draw.name} is itself an expression. {INSTEAD}")
    return {name: node.obj for name, node in given.items()}


def _uniform(arguments: dict[str, Any], whole: bool) -> Dimension:
    _refuse_cut(whole)
    return Real(arguments["low"], arguments["high"])


def _loguniform(arguments: dict[str, Any], whole: bool) -> Dimension:
    """Return a range in the logarithm: hyperopt is given the logarithms of its ends."""
    _refuse_cut(whole)
    return Real(exp(arguments["low"]), exp(arguments["high"]), log=True)


def _quniform(arguments: dict[str, Any], whole: bool) -> Dimension:
    step = arguments["q"]
    first, last = round(arguments["low"] / step), round(arguments["high"] / step)
    if whole and step == 1 and first < last:
        return Integer(first, last)
    if last - first >= MAX_LEVELS:
        raise ValueError(f"It has {last - first + 1} values. {INSTEAD}")
    kind = int if whole else float
    return Ordinal([*dict.fromkeys(kind(k * step) for k in range(first, last + 1))])


def _randint(arguments: dict[str, Any], whole: bool) -> Dimension:  # noqa: ARG001 (one form)
    """Return the whole numbers below the end, which hyperopt leaves out."""
    low, high = arguments["low"], arguments.get("high")
    return _integers(0, low - 1) if high is None else _integers(low, high - 1)


def _integers(low: int, high: int) -> Dimension:
    return Choice(low) if low == high else Integer(low, high)


def _refuse_cut(whole: bool) -> None:
    if whole:
        raise ValueError("scope.int of a range that is not rounded. Write an Integer.")


def _choice(graph: Any) -> Dimension:
    draw = graph.pos_args[0].pos_args[1]
    weights = None
    if draw.name == "categorical":
        weights = [node.obj for node in draw.arg["p"].pos_args]
    return Choice(*map(_option, graph.pos_args[1:]), weights=weights)


def _option(node: Any) -> Any:
    if hasattr(node, "obj"):
        return node.obj
    if node.name == "pos_args":
        values = tuple(map(_option, node.pos_args))
        if any(isinstance(value, Dimension) for value in values):
            raise ValueError(
                "An option of hp.choice is a tuple with an expression in it. List the tuples that "
                "may be tried; Layers stands for sizes of layers."
            )
        return values
    if node.name == "dict":
        raise ValueError(
            "An option of hp.choice is a dict, the keys of which may mean anything. Write "
            "Choice(When(value, other=...), ...), or estimators with ranges in them."
        )
    return from_graph(node)


_READERS: dict[str, Callable[[dict[str, Any], bool], Dimension]] = {
    "uniform": _uniform,
    "loguniform": _loguniform,
    "quniform": _quniform,
    "randint": _randint,
}
