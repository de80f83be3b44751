"""The decomposition of a tree against integration over a grid, and against closed forms."""

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

from skhpo.surrogates.leaf_anova import Atoms, Boxes, decompose, leaf_boxes, mass_below

INF = np.inf
LEVELS = Atoms(np.array([0.1, 0.45, 0.85]), np.array([0.2, 0.5, 0.3]))
HALF = Atoms(LEVELS.positions, np.array([0.2, 0.0, 0.3]))  # the middle one is left out

# a tree by hand: u0 <= .25 | u1 <= .5 | u2 <= .75 | u0 <= .75
LEFT = np.array([1, -1, 3, 5, -1, -1, 7, -1, -1])
RIGHT = np.array([2, -1, 4, 6, -1, -1, 8, -1, -1])
FEATURE = np.array([0, -1, 1, 2, -1, -1, 0, -1, -1])
THRESHOLD = np.array([0.25, 0, 0.5, 0.75, 0, 0, 0.75, 0, 0])
VALUE = np.array([0.0, 1.0, 0.0, 0.0, -2.0, 5.0, 0.0, 3.0, 0.5])


def by_hand(u0, u1, u2):
    return np.where(
        u0 <= 0.25,
        1.0,
        np.where(u1 > 0.5, -2.0, np.where(u2 <= 0.75, 5.0, np.where(u0 <= 0.75, 3.0, 0.5))),
    )


def boxes_by_hand():
    return leaf_boxes(LEFT, RIGHT, FEATURE, THRESHOLD, VALUE, 3)


def nodes(measure, n=40):
    """Return points and masses; the middles of equal parts are exact for steps at n-ths."""
    if measure is None:
        return (np.arange(n) + 0.5) / n, np.full(n, 1.0 / n)
    return measure.positions, measure.weights


def brute_force(function, measures):
    """Sum over a grid: total, main and pair variances, times the mass of the measure."""
    points, masses = zip(*map(nodes, measures), strict=True)
    F = function(*np.meshgrid(*points, indexing="ij"))
    W = np.einsum("i,j,k->ijk", *masses)
    P = W.sum()
    mean = (F * W).sum() / P

    def variance_of_marginal(kept):
        away = tuple(j for j in range(3) if j not in kept)
        mass = W.sum(axis=away)
        marginal = np.divide(
            (F * W).sum(axis=away), mass, where=mass > 0, out=np.zeros(mass.shape)
        )
        return (mass * (marginal - mean) ** 2).sum()

    mains = np.array([variance_of_marginal([j]) for j in range(3)])
    pairs = np.zeros((3, 3))
    for j in range(3):
        for k in range(j + 1, 3):
            pairs[j, k] = pairs[k, j] = variance_of_marginal([j, k]) - mains[j] - mains[k]
    return variance_of_marginal([0, 1, 2]), mains, pairs


@pytest.mark.parametrize(
    "measures",
    [
        [None, None, None],
        [None, LEVELS, None],
        [LEVELS, HALF, None],
        [HALF, None, HALF],
    ],
)
def test_equals_the_sum_over_a_grid(measures):
    total, mains, pairs = brute_force(by_hand, measures)
    found = decompose(boxes_by_hand(), measures)
    assert found.total == pytest.approx(total, abs=1e-12)
    np.testing.assert_allclose(found.mains, mains, atol=1e-12)
    np.testing.assert_allclose(found.pairs, pairs, atol=1e-12)
    assert pairs.max() > 0.01


def test_equals_the_sum_over_a_grid_for_a_fitted_tree():
    rng = np.random.default_rng(0)
    U = np.round(rng.random((200, 3)) * 20) / 20  # thresholds at 40ths, where the grid is exact
    tree = DecisionTreeRegressor(random_state=0).fit(U, rng.normal(size=200) + U[:, 0])
    t = tree.tree_
    boxes = leaf_boxes(
        t.children_left, t.children_right, t.feature, t.threshold, t.value[:, 0, 0], 3
    )

    def predict(*grids):
        flat = np.stack([g.ravel() for g in grids], axis=1)
        return tree.predict(flat).reshape(grids[0].shape)

    total, mains, pairs = brute_force(predict, [None, None, None])
    found = decompose(boxes, [None, None, None])
    # thresholds are middles of float32 numbers
    assert found.total == pytest.approx(total, rel=1e-6)
    np.testing.assert_allclose(found.mains, mains, atol=1e-6)
    np.testing.assert_allclose(found.pairs, pairs, atol=1e-6)


def test_boxes_predict_what_the_tree_predicts():
    boxes = boxes_by_hand()
    U = np.random.default_rng(1).random((500, 3))
    inside = ((boxes.lower < U[:, None]) & (U[:, None] <= boxes.upper)).all(axis=2)
    assert (inside.sum(axis=1) == 1).all()
    np.testing.assert_array_equal(boxes.value[inside.argmax(axis=1)], by_hand(*U.T))


def checkerboard(values):
    lower = np.array([[-INF, -INF], [-INF, 0.5], [0.5, -INF], [0.5, 0.5]])
    upper = np.array([[0.5, 0.5], [0.5, INF], [INF, 0.5], [INF, INF]])
    return Boxes(lower, upper, np.array(values))


def test_a_checkerboard_is_all_interaction():
    found = decompose(checkerboard([1.0, -1.0, -1.0, 1.0]), [None, None])
    assert found.total == 1.0
    np.testing.assert_allclose(found.mains, 0.0)
    np.testing.assert_allclose(found.pairs, [[0.0, 1.0], [1.0, 0.0]])


def test_a_sum_has_no_interaction_and_its_size_does_not_matter():
    found = decompose(checkerboard([1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3]), [None, None])
    np.testing.assert_allclose(found.mains, [1.0, 0.25], rtol=1e-9)
    np.testing.assert_allclose(found.pairs, 0.0, atol=1e-9)
    assert found.mains.sum() == pytest.approx(found.total)


def test_a_tree_of_one_leaf_has_no_variance():
    found = decompose(
        Boxes(np.full((1, 2), -INF), np.full((1, 2), INF), np.ones(1)), [None, LEVELS]
    )
    assert found.total == 0.0
    assert not found.mains.any()


def test_variances_are_times_the_mass():
    one = decompose(checkerboard([0.0, 1.0, 5.0, 2.0]), [None, LEVELS])
    scaled = Atoms(LEVELS.positions, 0.1 * LEVELS.weights)
    tenth = decompose(checkerboard([0.0, 1.0, 5.0, 2.0]), [None, scaled])
    np.testing.assert_allclose(tenth.mains, 0.1 * one.mains)
    np.testing.assert_allclose(tenth.pairs, 0.1 * one.pairs)


def test_mass_counts_the_atom_at_the_position():
    np.testing.assert_allclose(mass_below(LEVELS, np.array([0.1, 0.44, 0.45])), [0.2, 0.2, 0.7])
