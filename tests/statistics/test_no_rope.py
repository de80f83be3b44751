"""Without a region of practical equivalence nothing lies in it."""

import numpy as np

from skhpo.statistics import correlated_bayesian_t


def test_nothing_is_between_two_equal_bounds():
    rng = np.random.default_rng(0)
    for _ in range(50):
        found = correlated_bayesian_t(rng.normal(0.1, 1, 10), test_share=0.1, rope=0.0)
        assert found.rope == 0.0
        np.testing.assert_allclose(found.better + found.worse, 1.0)
