"""``RandomSearchCV``: what ``sampling`` draws."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator

from skhpo import RandomSearchCV, Real

X = np.arange(6.0)[:, None]
SPACE = {"a": Real(0, 1), "b": Real(0, 1)}


class Sum(BaseEstimator):
    """Scores the sum of its parameters."""

    def __init__(self, a=0.0, b=0.0, k="x"):
        self.a = a
        self.b = b
        self.k = k

    def fit(self, X, y=None):
        return self

    def score(self, X, y=None):
        return self.a + self.b


def search(sampling, n_iter=9, space=SPACE, **options):
    options = {"random_state": 0, "cv": 2, **options}
    return RandomSearchCV(Sum(), space, n_iter=n_iter, sampling=sampling, **options).fit(X)


def draws(found):
    return np.array([[p["a"], p["b"]] for p in found.cv_results_["params"]])


def test_latin_hypercubes_have_as_many_slices_as_candidates():
    for sampling in ("lhs", "lhs_optimized", "lhs_orthogonal"):
        for column in draws(search(sampling)).T:
            assert sorted((9 * column).astype(int).tolist()) == list(range(9))


def test_an_orthogonal_hypercube_has_one_candidate_a_square():
    cells = (3 * draws(search("lhs_orthogonal"))).astype(int)
    assert len(np.unique(cells, axis=0)) == 9


@pytest.mark.parametrize("sampling", ["faure", "van_der_corput", "sobol"])
def test_sequences_have_one_candidate_in_each_eighth(sampling):
    for column in draws(search(sampling, n_iter=8)).T:
        assert sorted((8 * column).astype(int).tolist()) == list(range(8))


def test_antithetic_candidates_are_mirrored():
    x = draws(search("antithetic", n_iter=8))
    np.testing.assert_allclose(x[::2] + x[1::2], 1.0)


def test_stratified_candidates_are_spread_over_the_quarters():
    x = draws(search("stratified", n_iter=16))
    assert np.histogram2d(*x.T, bins=4, range=[(0, 1), (0, 1)])[0].tolist() == [[1.0] * 4] * 4


def test_an_unknown_sampling_is_named():
    with pytest.raises(ValueError, match="'sampling' parameter of RandomSearchCV must be a str"):
        search("niederreiter")
