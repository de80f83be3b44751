"""Densities against Optuna's estimator of PED-ANOVA, divergences against their definition."""

import numpy as np
import pytest

from skhpo.surrogates.pearson import category_density, divergence, ordered_density

# ScottParzenEstimator of Optuna 5.0.0, prior weight 1
ORDERED = {
    (0, 3, 7, 2, 0, 0, 1, 0): [
        *(0.039828862, 0.233362791, 0.415468748, 0.183056564),
        *(0.030363664, 0.019576195, 0.059561398, 0.018781779),
    ],
    (5, 0, 0, 0): [0.82938114, 0.087285147, 0.042961946, 0.040371767],
    (1, 2, 3, 4, 5, 6): [
        *(0.063609071, 0.104940572, 0.146893559),
        *(0.196505016, 0.251577197, 0.236474585),
    ],
}
CATEGORIES = {
    (4, 0, 3, 1): [0.361111111, 0.138888889, 0.305555556, 0.194444444],
    (0, 9): [0.275, 0.725],
}


@pytest.mark.parametrize("counts", ORDERED)
def test_ordered_density_is_that_of_optuna(counts):
    np.testing.assert_allclose(ordered_density(np.array(counts)), ORDERED[counts], atol=1e-8)


@pytest.mark.parametrize("counts", CATEGORIES)
def test_category_density_is_that_of_optuna(counts):
    np.testing.assert_allclose(category_density(np.array(counts)), CATEGORIES[counts], atol=1e-8)


@pytest.mark.parametrize("density", [ordered_density, category_density])
def test_densities_sum_to_one_and_follow_the_counts(density):
    counts = np.random.default_rng(0).integers(0, 5, 30)
    p = density(counts)
    assert p.sum() == pytest.approx(1.0)
    assert (p > 0).all()
    assert density(np.eye(30, dtype=int)[7] * 100).argmax() == 7


def test_divergence():
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.5, 0.3])
    assert divergence(p, p) == 0.0
    assert divergence(p, q) == pytest.approx(((p - q) ** 2 / q).sum())
    assert divergence(p, q) != pytest.approx(divergence(q, p))
