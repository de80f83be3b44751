"""Score, rank and intervals give the values that can be worked out by hand."""

import numpy as np
import pytest

from benchmarks._scores import evaluations_to_reach, interval, mean_ranks, score


def test_score_is_0_for_random_search_1_for_the_best_and_is_cut_off():
    np.testing.assert_allclose(score([3.0, 2.0, 1.0, 4.0, 99.0], 3.0, 1.0), [0, 0.5, 1, -0.5, -1])


def test_score_where_random_search_finds_the_best():
    np.testing.assert_array_equal(score([1.0, 1.5], 1.0, 1.0), [1.0, -1.0])


def test_ranks_share_ties():
    losses = np.array([[[1.0, 1.0]], [[2.0, 1.0]], [[3.0, 5.0]]])
    np.testing.assert_allclose(mean_ranks(losses), [1.25, 1.75, 3.0])


def test_interval_is_that_of_the_mean_of_independent_problems():
    # seeds of a problem that agree add nothing: the error is that of 400 problems
    values = np.repeat(np.random.default_rng(0).normal(2.0, 1.0, (400, 1)), 3, axis=1)
    low, high = interval(values)
    assert (low + high) / 2 == pytest.approx(values.mean(), abs=0.01)
    assert (high - low) / 2 == pytest.approx(1.96 * values.std() / 20, rel=0.08)


def test_interval_of_seeds_alone():
    values = np.random.default_rng(1).normal(0.0, 1.0, (1, 400))
    low, high = interval(values)
    assert (high - low) / 2 == pytest.approx(1.96 * values.std() / 20, rel=0.08)


def test_evaluations_to_reach_counts_from_one():
    assert evaluations_to_reach(np.array([5.0, 3.0, 3.0, 1.0]), 3.0) == 2
    assert evaluations_to_reach(np.array([5.0, 3.0]), 1.0) == np.inf
