"""The success history of SHADE against its formulas."""

import numpy as np
import pytest

from skhpo.surrogates.shade import SuccessHistory, lehmer_mean


def test_the_lehmer_mean_of_equals_is_their_value_and_leans_to_the_larger():
    weights = np.array([0.2, 0.8])
    assert lehmer_mean(np.array([[0.4], [0.4]]), weights) == pytest.approx(0.4)
    values = np.array([[0.2], [0.9]])
    assert lehmer_mean(values, weights) > (weights @ values)[0]
    assert lehmer_mean(values, weights) == pytest.approx((0.2 * 0.04 + 0.8 * 0.81) / (0.04 + 0.72))


def test_means_are_replaced_in_turn_once_a_generation():
    history = SuccessHistory(size=2)
    for scale in (0.3, 0.6, 0.8):
        for gain in (1.0, -1.0, np.inf):  # the last two are no successes
            history.count(scale, 0.4, gain, generation=3)
    np.testing.assert_allclose(history.means, [[0.8, 0.4], [0.6, 0.4]])


def test_nothing_is_learned_from_a_generation_without_success():
    history = SuccessHistory()
    before = history.means.copy()
    for _ in range(20):
        history.count(0.9, 0.1, -1.0, generation=5)
    np.testing.assert_array_equal(history.means, before)


def test_draws_are_about_the_means():
    history = SuccessHistory(size=1, first=(0.6, 0.4))
    rng = np.random.default_rng(0)
    scales, crossovers = np.array([history.draw(rng) for _ in range(5000)]).T
    assert np.median(scales) == pytest.approx(0.6, abs=0.02)  # cut off at 0, not at 1
    assert ((scales > 0) & (scales <= 1)).all()
    assert crossovers.mean() == pytest.approx(0.4, abs=0.01)
    assert crossovers.std() == pytest.approx(0.1, abs=0.01)


def test_the_means_find_the_settings_that_succeed():
    """Only an F near 0.3 succeeds: the memory of the draws that did comes to lie there."""
    history, rng = SuccessHistory(), np.random.default_rng(0)
    for _ in range(2000):
        scale, crossover = history.draw(rng)
        history.count(scale, crossover, 0.1 - abs(scale - 0.3), generation=10)
    np.testing.assert_allclose(history.means[:, 0], 0.3, atol=0.05)
