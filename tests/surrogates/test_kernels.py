import numpy as np
import pytest

from skhpo.surrogates.kernels import (
    Points,
    Term,
    TreeKernel,
    assemble,
    input_gradient,
    matern52,
    squared_distances,
)


def tree_points(rng, n):
    """Two branches of three groups; group 2 is nested in group 1."""
    branch = rng.integers(0, 2, n)
    nested = (branch == 1) & (rng.random(n) < 0.5)
    active = np.column_stack([branch == 0, branch == 1, nested])
    Z = rng.random((n, 6)) - 0.5
    Z[:, 1] = 0.35 * (branch == 0)
    Z[:, 2] = 0.35 * (branch == 1)
    for group in range(3):
        Z[~active[:, group], 3 + group] = 0.0
    return Points(Z, active)


def tree_kernel():
    terms = (
        Term(np.array([0, 1, 2]), None),
        Term(np.array([0, 1, 2, 3]), 0),
        Term(np.array([0, 1, 2, 4]), 1),
        Term(np.array([0, 1, 2, 4, 5]), 2),
    )
    return TreeKernel(terms, np.array([0, 1, 1, 2, 3, 4]))


SCALES = np.array([0.5, 0.8, 0.3, 0.6, 1.1])
S2 = np.array([0.7, 1.9])


def direct(kernel, a, b, scales, s2):
    """The formula of the kernel, written with loops."""
    K = np.zeros((len(a.Z), len(b.Z)))
    for i, j in np.ndindex(K.shape):
        for term in kernel.terms:
            c, g = term.columns, term.group
            if g is None or (a.active[i, g] and b.active[j, g]):
                r = np.linalg.norm((a.Z[i, c] - b.Z[j, c]) / scales[kernel.scale_of[c]])
                M = (1 + np.sqrt(5) * r + 5 * r**2 / 3) * np.exp(-np.sqrt(5) * r)
                K[i, j] += s2[0 if term.group is None else 1] * M
    return K


def test_squared_distances_equal_the_sum_over_columns():
    rng = np.random.default_rng(0)
    A, B = rng.standard_normal((7, 3)), rng.standard_normal((5, 3))
    expected = ((A[:, None] - B[None]) ** 2).sum(axis=2)
    np.testing.assert_allclose(squared_distances(A, B), expected, atol=1e-13)
    assert np.all(np.diag(squared_distances(A, A)) == 0)


def test_squared_distances_are_never_negative():
    A = np.full((4, 3), 1e8) + np.random.default_rng(0).random((4, 3)) * 1e-9
    assert np.all(squared_distances(A, A.copy()) >= 0)


def test_matern_is_one_at_zero_and_decreases():
    M, dM = matern52(np.linspace(0, 9, 50))
    assert M[0] == 1.0
    assert np.all(np.diff(M) < 0)
    assert np.all(dM < 0)
    assert np.all(np.isfinite(dM))


def test_matern_slope_equals_central_difference():
    r2, h = np.linspace(0.01, 9, 50), 1e-6
    numeric = (matern52(r2 + h)[0] - matern52(r2 - h)[0]) / (2 * h)
    np.testing.assert_allclose(matern52(r2)[1], numeric, atol=1e-9)


def test_tree_kernel_equals_its_formula():
    rng = np.random.default_rng(1)
    a, b = tree_points(rng, 12), tree_points(rng, 9)
    kernel = tree_kernel()
    expected = direct(kernel, a, b, SCALES, S2)
    np.testing.assert_allclose(kernel.matrix(a, b, SCALES, S2), expected, atol=1e-12)


def test_tree_kernel_diagonal_differs_between_branches():
    a = tree_points(np.random.default_rng(2), 20)
    kernel = tree_kernel()
    diagonal = kernel.diagonal(a, S2)
    np.testing.assert_allclose(diagonal, np.diag(kernel.matrix(a, a, SCALES, S2)), atol=1e-12)
    assert len(np.unique(diagonal.round(9))) == 2  # one group active, or two


@pytest.mark.parametrize("seed", range(5))
def test_tree_kernel_is_positive_semidefinite(seed):
    a = tree_points(np.random.default_rng(seed), 40)
    values = np.linalg.eigvalsh(tree_kernel().matrix(a, a, SCALES, S2))
    assert values.min() > -1e-10


def test_points_of_different_branches_share_only_the_first_term():
    a = tree_points(np.random.default_rng(3), 30)
    K = tree_kernel().matrix(a, a, SCALES, S2)
    first = tree_kernel().matrix(a, a, SCALES, np.array([S2[0], 0.0]))
    apart = a.active[:, :1] != a.active[:, 0]
    np.testing.assert_array_equal(K[apart], first[apart])
    assert np.all(first[~apart] < K[~apart])


def test_one_term_has_one_amplitude_and_the_tree_two():
    assert TreeKernel((Term(np.arange(2), None),), np.arange(2)).n_amplitudes == 1
    assert tree_kernel().n_amplitudes == 2
    assert tree_kernel().n_scales == 5


def test_a_group_without_rows_adds_nothing():
    a = tree_points(np.random.default_rng(4), 10)
    a = a.take(np.flatnonzero(a.active[:, 0]))
    kernel = tree_kernel()
    K = kernel.matrix(a, a, SCALES, S2)
    np.testing.assert_allclose(K, direct(kernel, a, a, SCALES, S2), atol=1e-12)


def test_input_gradient_equals_central_differences():
    rng = np.random.default_rng(5)
    a, b = tree_points(rng, 6), tree_points(rng, 8)
    kernel, weights = tree_kernel(), rng.standard_normal((6, 8))
    blocks = list(kernel.blocks(a, b, SCALES, S2))
    per_column = 1.0 / SCALES[kernel.scale_of] ** 2
    gradient = input_gradient(blocks, weights, a, b, per_column)

    numeric, h = np.zeros_like(a.Z), 1e-6
    for c in range(a.Z.shape[1]):
        shift = np.zeros_like(a.Z)
        shift[:, c] = h
        up = kernel.matrix(Points(a.Z + shift, a.active), b, SCALES, S2)
        down = kernel.matrix(Points(a.Z - shift, a.active), b, SCALES, S2)
        numeric[:, c] = ((up - down) * weights).sum(axis=1) / (2 * h)
    np.testing.assert_allclose(gradient, numeric, atol=1e-6)


def test_blocks_sum_to_the_matrix():
    a = tree_points(np.random.default_rng(6), 15)
    kernel = tree_kernel()
    blocks = list(kernel.blocks(a, a, SCALES, S2))
    assert len(blocks) == 4
    expected = kernel.matrix(a, a, SCALES, S2)
    np.testing.assert_array_equal(assemble(blocks, 15, 15), expected)
