"""Losses at several amounts of a resource on one scale."""

import numpy as np
import pytest

from skhpo.surrogates.fidelity import comparable


def test_what_was_measured_at_the_largest_amount_stays():
    found = comparable({1: {0: 0.5, 1: 0.6}, 9: {0: 0.3}})
    assert found[0] == (0.3, 0.0)


def test_the_others_are_shifted_by_the_median_change():
    low = {0: 1.0, 1: 1.1, 2: 1.2, 3: 1.5}
    high = {0: 0.5, 1: 0.7, 2: 0.9}  # changes -0.5, -0.4, -0.3
    loss, sd = comparable({1: low, 3: high})[3]
    assert loss == pytest.approx(1.5 - 0.4)
    assert sd == pytest.approx(0.1)


def test_shifts_and_variances_add_up():
    rng = np.random.default_rng(0)
    losses = {1: {n: float(n) for n in range(40)}}
    losses[3] = {n: n - 1.0 + 0.3 * z for n, z in zip(range(30), rng.normal(size=30), strict=True)}
    losses[9] = {n: losses[3][n] - 0.5 + 0.4 * rng.normal() for n in range(25)}
    loss, sd = comparable(losses)[35]
    assert loss == pytest.approx(35 - 1.5, abs=0.4)
    assert sd == pytest.approx(0.5, abs=0.15)
    assert comparable(losses)[28][1] < sd


def test_failures_stay_failures_and_show_no_change():
    found = comparable({1: {0: 0.5, 1: float("inf"), 2: 0.7}, 3: {0: float("inf"), 2: 0.6}})
    assert np.isposinf(found[0][0])
    assert np.isposinf(found[1][0])
    assert found[2] == (0.6, 0.0)


def test_without_pairs_the_spread_is_that_of_the_losses():
    found = comparable({1: {0: 0.0, 1: 1.0}, 3: {2: 0.4}})
    assert found[0] == (0.0, 0.5)
    assert found[2] == (0.4, 0.0)


def test_one_amount_is_its_own_scale():
    assert comparable({5: {0: 0.1, 3: 0.2}}) == {0: (0.1, 0.0), 3: (0.2, 0.0)}
