"""Every public name is documented: numpydoc's checks, and an example for each."""

import inspect
import tomllib
from operator import attrgetter
from pathlib import Path

import pytest
from numpydoc.docscrape import get_doc_object
from numpydoc.validate import validate

import skhpo
import skhpo.exchange
import skhpo.statistics
from skhpo.search._base import SearchCV

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
CHECKS = tomllib.loads(PYPROJECT.read_text())["tool"]["numpydoc_validation"]["checks"]
NAMES = [name for name in skhpo.__all__ if not name.startswith("__")]
NAMES += [f"exchange.{name}" for name in skhpo.exchange.__all__]
NAMES += [f"portfolio.{name}" for name in skhpo.portfolio.__all__]
NAMES += [f"tracking.{name}" for name in skhpo.tracking.__all__]
NAMES += [f"statistics.{name}" for name in skhpo.statistics.__all__]


def complaints(path):
    return [f"{code}: {text}" for code, text in validate(path)["errors"] if code in CHECKS]


def public(name):
    """Return what a name stands for, that of a function in a public module too."""
    return attrgetter(name)(skhpo)


def public_members(cls):
    """Return the public methods and properties that the class has from skhpo."""
    found = []
    for owner in cls.__mro__:
        if owner.__module__.partition(".")[0] == "skhpo":
            found += [k for k, v in vars(owner).items() if not k.startswith("_") and documented(v)]
    return sorted(set(found))


def documented(value):
    return callable(value) or isinstance(value, property | classmethod | staticmethod)


MEMBERS = [
    f"{name}.{member}"
    for name in NAMES
    if inspect.isclass(public(name))
    for member in public_members(public(name))
]


@pytest.mark.parametrize("name", NAMES)
def test_numpydoc_finds_nothing(name):
    assert complaints(f"skhpo.{name}") == []


@pytest.mark.parametrize("member", MEMBERS)
def test_numpydoc_finds_nothing_in_methods(member):
    assert complaints(f"skhpo.{member}") == []


@pytest.mark.parametrize("name", NAMES)
def test_has_a_runnable_example(name):
    examples = "\n".join(get_doc_object(public(name))["Examples"])
    assert ">>>" in examples


SEARCHES = [public(name) for name in NAMES if name.endswith("SearchCV")]
# What an argument does differently is said there.
OF_ITS_OWN = {
    "BayesSearchCV": {"racing"},
    "PipelineSearchCV": {"estimator", "param_distributions", "cv", "racing"},
}
DEFAULTS_OF_ITS_OWN = {"PipelineSearchCV": {"estimator", "racing"}}


def described(cls):
    """Return what a search says of each of its arguments."""
    return {p.name: (p.type, p.desc) for p in get_doc_object(cls)["Parameters"]}


@pytest.mark.parametrize("cls", SEARCHES)
def test_searches_describe_what_they_share_alike(cls):
    """Each has to spell out its signature for scikit-learn; their words must not drift apart."""
    reference, own = described(skhpo.RandomSearchCV), described(cls)
    shared = set(inspect.signature(SearchCV).parameters) - {"n_iter"}
    assert shared <= set(own)
    for name in shared - OF_ITS_OWN.get(cls.__name__, set()):
        assert own[name] == reference[name]


@pytest.mark.parametrize("cls", SEARCHES)
def test_searches_share_signature_and_defaults(cls):
    base, own = (inspect.signature(c).parameters for c in (SearchCV, cls))
    alike = set(base) - {"n_iter"} - DEFAULTS_OF_ITS_OWN.get(cls.__name__, set())
    assert {name: own[name].default for name in alike} == {
        name: base[name].default for name in alike
    }
