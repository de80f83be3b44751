"""scikit-learn's own tests with our classes in the place of its searches.

The shipped test module is executed afresh with ``GridSearchCV`` and ``RandomizedSearchCV``
replaced, so that everything in it, parametrisations included, sees the substitute. The columns of
``cv_results_`` and the attributes that ``GridSearchCV`` does not have are taken out, because some
tests compare all there are.
"""

import importlib.util
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any
from unittest.mock import patch

import sklearn.experimental.enable_halving_search_cv  # noqa: F401 (the tests import the classes)
import sklearn.model_selection

from skhpo.results._table import EXTRA_COLUMNS

SEARCH_TESTS = "sklearn.model_selection.tests.test_search"
OF_STRATEGIES = "origin"  # what strategies with a model say of a candidate
EXTRA_ATTRIBUTES = ("meta_features_", "search_time_", "stop_reason_", "timeline_")
SUBSTITUTED = ("GridSearchCV", "RandomizedSearchCV")


def load(name: str, search: type, alias: str) -> ModuleType:
    """Execute the test module ``name`` with ``search`` substituted, as a module ``alias``."""
    found = importlib.util.find_spec(name)
    spec = importlib.util.spec_from_file_location(alias, found.origin)
    module = sys.modules[alias] = importlib.util.module_from_spec(spec)
    replaced = dict.fromkeys(SUBSTITUTED, _with_plain_results(search, alias))
    with patch.multiple(sklearn.model_selection, **replaced):
        spec.loader.exec_module(module)
    return module


def shipped_tests(module: ModuleType, excluded: Mapping[str, str]) -> dict[str, Callable]:
    """Return the tests of a module but for the excluded ones."""
    tests = {k: v for k, v in vars(module).items() if k.startswith("test_") and callable(v)}
    return {name: test for name, test in tests.items() if name not in excluded}


def _with_plain_results(search: type, alias: str) -> type:
    """Return ``search`` with the columns of ``GridSearchCV`` alone, under the same name."""

    def fit(self: Any, X: Any, y: Any = None, **params: Any) -> Any:
        search.fit(self, X, y, **params)
        for column in (*EXTRA_COLUMNS, OF_STRATEGIES):
            self.cv_results_.pop(column, None)
        for attribute in EXTRA_ATTRIBUTES:
            self.__dict__.pop(attribute, None)
        return self

    name = search.__name__
    plain = type(name, (search,), {"fit": fit, "__module__": alias, "__doc__": search.__doc__})
    setattr(sys.modules[alias], name, plain)
    return plain
