"""Main effects from unbalanced data."""

import numpy as np

from skhpo.designs.effects import effect_variances, main_effects
from skhpo.designs.orthogonal import bose

RNG = np.random.default_rng(0)


def test_balanced_data_give_the_averages():
    table = bose(3, 2)
    y = RNG.random(9)
    for j, effects in enumerate(main_effects(table, y, ridge=1e-9)):
        averages = [y[table[:, j] == level].mean() - y.mean() for level in range(3)]
        np.testing.assert_allclose(effects, averages, atol=1e-6)


def test_unbalanced_data_are_not_counted_twice():
    """A column without an effect has none, although its levels go with those of another."""
    a = RNG.integers(2, size=200)
    b = np.where(RNG.random(200) < 0.8, a, 1 - a)
    levels, y = np.column_stack([a, b]), 3.0 * a
    assert abs(y[b == 1].mean() - y[b == 0].mean()) > 1  # what plain averages would say
    of_a, of_b = main_effects(levels, y, ridge=1e-6)
    np.testing.assert_allclose([of_a[1] - of_a[0], of_b[1] - of_b[0]], [3, 0], atol=1e-3)


def test_variances_order_the_columns_by_what_they_matter():
    table = bose(3, 3)[:, :5]
    weights = np.array([0.0, 4.0, 1.0, 0.0, 2.0])
    variances = effect_variances(table, table @ weights)
    assert np.argsort(-variances)[:3].tolist() == [1, 4, 2]
    assert variances[[0, 3]].max() < 1e-3


def test_a_level_that_was_not_met_has_no_effect():
    [effects] = main_effects(np.array([[0], [2], [2]]), np.array([0.0, 1.0, 1.0]))
    assert effects[1] == 0


def test_no_data_no_effects():
    assert effect_variances(np.empty((0, 2), dtype=int), np.empty(0)).tolist() == [0.0, 0.0]
