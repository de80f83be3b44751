"""scikit-learn's tests of its searches, run on ``RefineGridSearchCV``.

In the place of ``GridSearchCV`` it tries the grid in full, in that of ``RandomizedSearchCV`` a
random part of a fine one. The tests of grids alone: all else is the same code in all searches, and
is tested with ``RandomSearchCV``.
"""

from functools import wraps

import pytest

from skhpo import RefineGridSearchCV
from tests.conformance._excluded import EXCLUDED
from tests.conformance._substitute import SEARCH_TESTS, load, shipped_tests

pytestmark = pytest.mark.filterwarnings("default")


class Substitute(RefineGridSearchCV):
    @wraps(RefineGridSearchCV.__init__)
    def __init__(self, *args, method=None, n_levels=None, n_iter=None, **options):
        usual = "exhaustive" if n_iter is None else "random_subset"
        super().__init__(
            *args, method=method or usual, n_levels=n_levels or 1000, n_iter=n_iter, **options
        )


tests = shipped_tests(load(SEARCH_TESTS, Substitute, "conformance_grid"), EXCLUDED)
globals().update({name: test for name, test in tests.items() if "grid_search" in name})
