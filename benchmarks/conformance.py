"""How many of scikit-learn's own search tests each class passes in the place of its searches.

``python benchmarks/conformance.py`` runs the shipped ``model_selection/tests/test_search.py``, all
of it, with ``GridSearchCV`` and ``RandomizedSearchCV`` replaced by ``RandomizedSearchCV`` (the
control), ``BayesSearchCV`` and ``RandomSearchCV``, and prints what passed, failed and was skipped.
The project's own tests leave out what ``tests/conformance/_excluded.py`` lists with reasons.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULE = """
import sys
sys.path.insert(0, {root!r})
import numpy as np
import pytest
from sklearn.model_selection import RandomizedSearchCV
from skhpo import BayesSearchCV, RandomSearchCV
from tests.conformance._substitute import SEARCH_TESTS, load, shipped_tests

class Control(RandomizedSearchCV):
    def __init__(
        self, estimator, param_distributions=None, *, n_iter=50, scoring=None, n_jobs=None,
        refit=True, cv=None, verbose=0, pre_dispatch="2*n_jobs", random_state=None,
        error_score=np.nan, return_train_score=False, param_grid=None,
    ):
        super().__init__(estimator, param_distributions, n_iter=n_iter, scoring=scoring,
                         n_jobs=n_jobs, refit=refit, cv=cv, verbose=verbose,
                         pre_dispatch=pre_dispatch, random_state=random_state,
                         error_score=error_score, return_train_score=return_train_score)
        self.param_grid = param_grid

    def fit(self, X, y=None, **params):
        given = self.param_distributions
        if given is None:
            self.param_distributions = self.param_grid
        try:
            return super().fit(X, y, **params)
        finally:
            self.param_distributions = given

globals().update(shipped_tests(load(SEARCH_TESTS, {search}, "conformance_{search}"), {{}}))
"""


def count(search):
    """Return the closing line of pytest."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "test_all.py"
        path.write_text(MODULE.format(root=str(ROOT), search=search))
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
        done = subprocess.run(
            [*command, "-c", os.devnull, str(path)], capture_output=True, text=True, check=False
        )
    lines = done.stdout.splitlines()
    failed = sorted({line.split("::")[1].split(" ")[0] for line in lines if "FAILED" in line})
    return lines[-1], failed


def main():
    for search in ("Control", "BayesSearchCV", "RandomSearchCV"):
        closing, failed = count(search)
        print(f"{search:>15}: {closing}\n{'':>17}{', '.join(failed)}")


if __name__ == "__main__":
    main()
