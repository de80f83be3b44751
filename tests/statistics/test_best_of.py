"""The best of several: against closed forms, and how often it is wrong about nothing."""

import numpy as np
import pytest
from scipy import stats

from skhpo.statistics import best_of_test, corrected_t_test


def test_of_one_candidate_it_is_half_of_the_corrected_t():
    differences = np.random.default_rng(0).normal(0.6, 1, 10)
    both = corrected_t_test(differences, test_train_ratio=1 / 9)
    one = best_of_test(differences[None], test_train_ratio=1 / 9, n_draws=100_000)
    assert one.statistic == pytest.approx(both.statistic)
    assert one.p_value == pytest.approx(both.p_value / 2, abs=0.004)


def test_of_independent_candidates_it_is_that_of_their_greatest():
    rng = np.random.default_rng(1)
    differences = rng.normal(size=(6, 500))
    result = best_of_test(differences, test_train_ratio=0.0, n_draws=20_000)
    z = result.statistic
    assert result.p_value == pytest.approx(1 - stats.norm.cdf(z) ** 6, abs=0.03)
    copies = best_of_test(np.repeat(differences[:1] + 0.05, 6, axis=0), test_train_ratio=0.0)
    single = best_of_test(differences[:1] + 0.05, test_train_ratio=0.0)
    assert copies.p_value == pytest.approx(single.p_value, abs=0.02)  # no more than one candidate


@pytest.mark.parametrize("n_splits", [5, 10])
def test_is_seldom_wrong_where_the_corrected_t_of_the_best_often_is(n_splits):
    """Thirty candidates, all as good, with scores correlated by 1/K as the correction supposes."""
    rng = np.random.default_rng(2)
    found, plain = [], []
    for _ in range(100):
        shared = rng.normal(size=(31, 1)) / np.sqrt(n_splits)
        scores = rng.normal(size=(31, n_splits)) + shared
        differences = scores[1:] - scores[0]
        options = {"test_train_ratio": 1 / (n_splits - 1)}
        found.append(best_of_test(differences, n_draws=400, **options).p_value)
        best = differences[differences.mean(axis=1).argmax()]
        plain.append(corrected_t_test(best, **options).p_value)
    assert np.mean(np.array(found) < 0.05) <= 0.1  # 11 of 100 at a rate of .05: .01
    assert np.mean(np.array(plain) < 0.05) > 0.1


def test_what_is_better_by_far_is_found():
    rng = np.random.default_rng(3)
    differences = rng.normal(0, 0.02, (30, 10))
    differences[7] += 0.1
    result = best_of_test(differences, test_train_ratio=1 / 9)
    assert result.p_value < 0.01
    assert result.method == "best of 30"


def test_edges():
    same = best_of_test(np.zeros((3, 5)), test_train_ratio=0.25)
    assert (same.statistic, same.p_value, same.estimate) == (0.0, 1.0, 0.0)
    constant = best_of_test(np.full((1, 5), 0.1), test_train_ratio=0.25)
    assert constant.statistic == np.inf
    assert constant.p_value < 1e-3
    assert best_of_test(np.full((2, 5), -0.1), test_train_ratio=0.25).p_value == 1.0
    with pytest.raises(ValueError, match="n_draws should be at least 1"):
        best_of_test(np.zeros((3, 5)), test_train_ratio=0.25, n_draws=0)
    with pytest.raises(ValueError, match="test_train_ratio should be finite"):
        best_of_test(np.zeros((3, 5)), test_train_ratio=-1)
