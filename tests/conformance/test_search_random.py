"""scikit-learn's tests of its searches, run on ``RandomSearchCV``."""

import pytest

from skhpo import RandomSearchCV
from tests.conformance._excluded import EXCLUDED
from tests.conformance._substitute import SEARCH_TESTS, load, shipped_tests

pytestmark = pytest.mark.filterwarnings("default")

globals().update(shipped_tests(load(SEARCH_TESTS, RandomSearchCV, "conformance_random"), EXCLUDED))
