"""Extrapolation of learning curves."""

import numpy as np
import pytest

from skhpo.schedules.curves import Hopeless, Stagnant, probability_below

AMOUNTS = np.array([1.0, 3.0, 9.0, 27.0])


def test_an_exact_power_law_is_known_in_the_end():
    losses = 0.3 + 0.4 * AMOUNTS**-0.7
    final = 0.3 + 0.4 * 81**-0.7
    assert probability_below(AMOUNTS, losses, 81, final + 0.005) > 0.95
    assert probability_below(AMOUNTS, losses, 81, final - 0.005) < 0.05


def test_the_probability_is_calibrated_on_noisy_power_laws():
    rng = np.random.default_rng(0)
    amounts = np.array([1.0, 2, 4, 8, 16])
    below = []
    for _ in range(400):
        c, a, b = rng.uniform(0.1, 0.5), rng.uniform(0.1, 0.5), rng.uniform(0.3, 1.0)
        losses = c + a * amounts**-b + rng.normal(0, 0.01, 5)
        final = c + a * 64**-b + rng.normal(0, 0.01)
        below.append(probability_below(amounts, losses, 64, final))
    # the place of the truth in its predictive distribution
    shares = [np.mean(np.array(below) < q) for q in (0.05, 0.5, 0.95)]
    assert shares[0] < 0.12
    assert 0.3 < shares[1] < 0.7
    assert shares[2] > 0.88


def test_it_rises_with_what_there_is_to_undercut():
    losses = np.array([0.9, 0.7, 0.62, 0.6])
    grid = [probability_below(AMOUNTS, losses, 81, best) for best in np.linspace(0.4, 0.8, 20)]
    assert grid == sorted(grid)
    assert 0 <= grid[0] < 0.05
    assert 0.95 < grid[-1] <= 1


def test_shifting_and_scaling_change_nothing():
    losses = np.array([0.9, 0.7, 0.62, 0.6])
    plain = probability_below(AMOUNTS, losses, 81, 0.58)
    assert probability_below(AMOUNTS, 5 + 3 * losses, 81, 5 + 3 * 0.58) == pytest.approx(plain)
    assert probability_below(10 * AMOUNTS, losses, 810, 0.58) == pytest.approx(plain)


def test_a_rising_curve_is_not_extrapolated_downwards():
    losses = np.array([0.5, 0.55, 0.6, 0.65])
    assert probability_below(AMOUNTS, losses, 81, 0.3) < 0.1


@pytest.mark.parametrize(
    ("curve", "best"),
    [
        ({1: 0.9, 3: 0.8}, 0.1),
        ({1: 0.9, 3: 0.8, 9: float("inf")}, 0.1),
        ({1: 0.9, 3: 0.8, 9: 0.7}, float("inf")),
    ],
)
def test_what_cannot_be_extrapolated_goes_on(curve, best):
    assert not Hopeless()(curve, 81, best)


def test_a_flat_curve_is_what_it_is():
    curve = {1: 0.5, 3: 0.5, 9: 0.5}
    assert Hopeless()(curve, 27, 0.4)
    assert not Hopeless()(curve, 27, 0.6)


def test_patience_counts_points():
    assert not Stagnant(2)({1: 0.5, 3: 0.5}, 81, 0.0)
    assert Stagnant(2)({1: 0.5, 3: 0.5, 9: 0.5}, 81, 0.0)
    assert not Stagnant(2)({1: 0.5, 3: 0.5, 9: 0.49}, 81, 0.0)
    assert Stagnant(2, tol=0.02)({1: 0.5, 3: 0.5, 9: 0.49}, 81, 0.0)


@pytest.mark.parametrize("make", [lambda: Hopeless(0.0), lambda: Hopeless(1.0)])
def test_a_probability_is_between_0_and_1(make):
    with pytest.raises(ValueError, match="probability should be between 0 and 1"):
        make()


@pytest.mark.parametrize(
    ("options", "name"), [({"patience": 0}, "patience"), ({"tol": -1.0}, "tol")]
)
def test_patience_is_checked(options, name):
    with pytest.raises(ValueError, match=f"{name} should be at least"):
        Stagnant(**options)
