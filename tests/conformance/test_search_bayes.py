"""scikit-learn's tests of its searches, run on ``BayesSearchCV``."""

import pytest

from skhpo import BayesSearchCV
from tests.conformance._excluded import EXCLUDED
from tests.conformance._substitute import SEARCH_TESTS, load, shipped_tests

pytestmark = pytest.mark.filterwarnings("default")

globals().update(shipped_tests(load(SEARCH_TESTS, BayesSearchCV, "conformance_bayes"), EXCLUDED))
