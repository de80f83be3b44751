"""The page on methods names all that there is, and nothing else."""

import re
from pathlib import Path

import pytest
from sklearn.dummy import DummyClassifier
from sklearn.utils._param_validation import StrOptions

import skhpo
from skhpo.strategies import REGISTRY

PAGE = (Path(__file__).parents[1] / "doc" / "methods.md").read_text()
SWITCHES = re.findall(r'`(\w+SearchCV)\((\w+)="(\w+)"\)`', PAGE)
ON_EVERY_SEARCH = ("racing", "bandit")
ARGUMENTS = [
    "method",
    "sampling",
    "surrogate",
    "acquisition",
    "kernel",
    "parallel",
    "output",
    "region",
    "cooling",
    "sampler",
    "brackets",
    "ensemble",
]


def allowed(name: str, argument: str) -> set[str]:
    constraints = getattr(skhpo, name)._parameter_constraints.get(argument, [])
    constraints = constraints if isinstance(constraints, list) else [constraints]
    return {s for c in constraints if isinstance(c, StrOptions) for s in c.options}


SEARCHES = [name for name in skhpo.__all__ if name.endswith("SearchCV")]
EXPECTED = [
    (name, argument, value)
    for name in SEARCHES
    for argument in ARGUMENTS
    for value in sorted(allowed(name, argument))
] + [
    ("RandomSearchCV", argument, value)
    for argument in ON_EVERY_SEARCH
    for value in sorted(allowed("RandomSearchCV", argument))
]


@pytest.mark.parametrize("strategy", REGISTRY)
def test_every_strategy_is_on_the_page(strategy):
    assert f"| `{strategy}` |" in PAGE


def test_every_value_is_on_the_page():
    assert len(EXPECTED) > 50
    assert {*EXPECTED} <= {*SWITCHES}


def test_every_switch_exists():
    for name, argument, value in SWITCHES:
        assert value in allowed(name, argument), f'{name}({argument}="{value}")'
        getattr(skhpo, name)(DummyClassifier(), {}, **{argument: value})
