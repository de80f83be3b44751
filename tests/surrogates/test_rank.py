"""The model that orders points."""

import numpy as np
from scipy.stats import spearmanr

from skhpo.surrogates.rank import predicted


def loss(X):
    return ((X - 0.3) ** 2 * np.arange(1, X.shape[1] + 1)).sum(axis=1)


def test_it_orders_unseen_points_as_the_losses_do():
    rng = np.random.default_rng(0)
    X, at = rng.random((80, 3)), rng.random((40, 3))
    assert spearmanr(predicted(X, loss(X), at), loss(at)).statistic > 0.85


def test_only_the_order_of_the_losses_matters():
    rng = np.random.default_rng(1)
    X, at = rng.random((30, 2)), rng.random((10, 2))
    np.testing.assert_allclose(
        predicted(X, loss(X), at), predicted(X, np.exp(5 * loss(X)), at), atol=1e-9
    )


def test_failures_rank_last_and_gaps_and_duplicates_do_no_harm():
    X = np.array([[0.1, np.nan], [0.1, np.nan], [0.9, 0.5], [0.8, 0.5], [0.2, 0.4]])
    ranks = predicted(X, np.array([1.0, 1.0, np.inf, np.inf, 0.5]), X[[0, 2]])
    assert np.isfinite(ranks).all()
    assert ranks[0] < ranks[1]
