"""An estimator as the Python code that makes it."""

import functools
import math
import operator
from collections.abc import Iterable
from importlib import import_module
from inspect import signature
from typing import Any

import numpy as np

WIDTH = 88
INDENT = "    "


def code_of(estimator: Any, name: str = "pipeline") -> str:
    """Return code that makes an unfitted estimator like this one.

    Parameters
    ----------
    estimator : estimator
        Of any library; its parameters are constants, estimators, functions that can be imported,
        and containers of these.
    name : str, default="pipeline"
        What to call it.

    Returns
    -------
    str
        Imports, and one assignment. Steps that pass everything through are left out.

    Raises
    ------
    ValueError
        If a parameter is none of these.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> print(code_of(Ridge(alpha=2.0), "model"))
    from sklearn.linear_model import Ridge
    <BLANKLINE>
    model = Ridge(alpha=2.0)
    <BLANKLINE>
    """
    writer = _Writer()
    text = writer.write(estimator, len(name) + 3, 0)
    return f"{writer.imports}\n\n{name} = {text}\n"


class _Writer:
    def __init__(self) -> None:
        self._imported: dict[str, set[str]] = {}

    @property
    def imports(self) -> str:
        """The import statements, a line a module."""
        lines = []
        for path, names in sorted(self._imported.items()):
            line = f"from {path} import {', '.join(sorted(names))}"
            if len(line) > WIDTH:
                listed = "".join(f"{INDENT}{name},\n" for name in sorted(names))
                line = f"from {path} import (\n{listed})"
            lines.append(line)
        return "\n".join(lines)

    def write(self, value: Any, start: int | None, depth: int) -> str:
        """Return the expression of a value that begins at a column; None: all on one line."""
        if isinstance(value, np.generic):
            value = value.item()
        if value is None or isinstance(value, bool | int | float | str | bytes):
            return _atom(value)
        if isinstance(value, dict | list | tuple | np.ndarray):
            return self._container(value, start, depth)
        if hasattr(value, "get_params") and not isinstance(value, type):
            return self._call(type(value), _arguments(value), start, depth)
        if isinstance(value, operator.methodcaller | operator.attrgetter | functools.partial):
            return self._reduced(value, start, depth)
        if hasattr(type(value), "split"):  # a splitter, which has no get_params
            return self._call(type(value), _arguments(value), start, depth)
        return self._name(value)

    def _container(self, value: Any, start: int | None, depth: int) -> str:
        if isinstance(value, np.ndarray):
            return self._call(np.array, _plain([value.tolist()]), start, depth)
        if isinstance(value, dict):
            pairs = [(f"{self.write(k, None, depth)}: ", v) for k, v in value.items()]
            return self._group("{", pairs, "}", start, depth)
        if isinstance(value, list):
            return self._group("[", _plain(value), "]", start, depth)
        return self._group("(", _plain(value), ",)" if len(value) == 1 else ")", start, depth)

    def _reduced(self, value: Any, start: int | None, depth: int) -> str:
        """Write what says itself how it is made again."""
        function, args = (
            (functools.partial, (value.func, *value.args))
            if isinstance(value, functools.partial)
            else value.__reduce__()[:2]
        )
        keywords = value.keywords if isinstance(value, functools.partial) else {}
        if isinstance(function, functools.partial):  # of a methodcaller with keywords
            args, keywords = (*function.args, *args), function.keywords
            function = function.func
        return self._call(function, [*_plain(args), *_named(keywords)], start, depth)

    def _call(self, function: Any, arguments: Any, start: int | None, depth: int) -> str:
        return self._group(f"{self._name(function)}(", arguments, ")", start, depth)

    def _group(
        self,
        opening: str,
        parts: Iterable[tuple[str, Any]],
        closing: str,
        start: int | None,
        depth: int,
    ) -> str:
        parts = [*parts]
        flat = [prefix + self.write(value, None, depth) for prefix, value in parts]
        line = opening + ", ".join(flat) + closing
        if start is None or start + len(line) < WIDTH:
            return line
        inner = INDENT * (depth + 1)
        lines = [
            inner + prefix + self.write(value, len(inner) + len(prefix), depth + 1) + ","
            for prefix, value in parts
        ]
        return "\n".join([opening, *lines, INDENT * depth + closing.lstrip(",")])

    def _name(self, value: Any) -> str:
        """Return the name of something that can be imported."""
        name, module = getattr(value, "__name__", ""), getattr(value, "__module__", None) or ""
        if module == "builtins":
            return str(name)
        if module == "_operator":
            module = "operator"
        parts = module.split(".")
        for i in range(1, len(parts) + 1):
            path = ".".join(parts[:i])
            if getattr(import_module(path), name, None) is value:
                self._imported.setdefault(path, set()).add(name)
                return str(name)
        raise ValueError(f"{value!r} cannot be written as code: it has no name to import it by.")


def _atom(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    text = repr(value)
    is_simple = isinstance(value, str) and not set(value) & {'"', "'", "\\"}
    return f'"{text[1:-1]}"' if is_simple else text


def _plain(values: Iterable[Any]) -> list[tuple[str, Any]]:
    return [("", value) for value in values]


def _named(values: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(f"{name}=", value) for name, value in values.items()]


def _arguments(estimator: Any) -> list[tuple[str, Any]]:
    """Return the parameters of an estimator or splitter that are not those by default."""
    parameters = signature(type(estimator)).parameters
    known_as = getattr(estimator, "get_params", None)
    params = known_as(deep=False) if known_as else {n: getattr(estimator, n) for n in parameters}
    known = {n: p.default for n, p in parameters.items()}
    if type(estimator).__name__ == "Pipeline":
        params["steps"] = [step for step in params["steps"] if step[1] != "passthrough"]
    changed = {n: v for n, v in params.items() if n not in known or not _is_same(v, known[n])}
    required = [n for n, p in parameters.items() if p.default is p.empty and n in changed]
    return [*_plain(changed.pop(n) for n in required), *_named(changed)]


def _is_same(value: Any, default: Any) -> bool:
    if value is default:
        return True
    return type(value) is type(default) and repr(value) == repr(default)
