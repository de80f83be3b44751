"""Importing skhpo is cheap: it loads nothing that scikit-learn does not load."""

import ast
import json
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

import skhpo

PROBE = "import json, sys; {code}; print(json.dumps(sorted(sys.modules)))"


@cache
def modules_after(code: str) -> frozenset[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(code=code)], capture_output=True, text=True, check=True
    )
    return frozenset(json.loads(done.stdout))


def packages_after(code: str) -> set[str]:
    """Return the top-level packages that are not of the standard library."""
    tops = {name.partition(".")[0] for name in modules_after(code)}
    return {top for top in tops if top not in sys.stdlib_module_names}


@pytest.mark.parametrize(
    "code",
    ["import skhpo", "from skhpo import BayesSearchCV, RandomSearchCV", "from skhpo import *"],
)
def test_loads_no_package_that_scikit_learn_does_not_load(code):
    ours = packages_after(code) - packages_after("import sklearn.model_selection")
    assert ours <= {"skhpo"}


@pytest.mark.parametrize("package", ["matplotlib", "pandas", "sklearn", "scipy", "numpy"])
def test_the_bare_import_loads_no_dependency(package):
    assert package not in modules_after("import skhpo")


def test_shipped_tests_and_pytest_stay_out():
    loaded = modules_after("from skhpo import *")
    assert not {"pytest", "skhpo.testing"} & loaded


@pytest.mark.parametrize("name", skhpo.__all__)
def test_public_names_resolve(name):
    value = getattr(skhpo, name)
    assert value is getattr(skhpo, name)
    if name in skhpo._HOMES:
        assert value is getattr(import_module(skhpo._HOMES[name]), name)


def test_lists_of_names_agree():
    assert dir(skhpo) == sorted(skhpo.__all__)
    assert set(skhpo._HOMES) | {"__version__"} == set(skhpo.__all__)
    assert len(skhpo.__all__) == len(set(skhpo.__all__))


def test_type_checkers_see_the_same_names():
    tree = ast.parse(Path(skhpo.__file__).read_text())
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    homes = {alias.name: node.module for node in block.body for alias in node.names}
    assert homes == skhpo._HOMES


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'skhpo' has no attribute 'GridSearch'"):
        skhpo.GridSearch  # noqa: B018


@pytest.mark.parametrize("name", skhpo._MODULES)
def test_public_modules_are_loaded_when_they_are_used(name):
    assert f"skhpo.{name}" not in modules_after("import skhpo")
    assert f"skhpo.{name}" in modules_after(f"import skhpo; skhpo.{name}")
