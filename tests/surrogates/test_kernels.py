import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.gaussian_process.kernels import RBF, Matern
from sklearn.metrics.pairwise import polynomial_kernel

from skhpo.surrogates.correlations import CORRELATIONS
from skhpo.surrogates.gradients import input_gradient
from skhpo.surrogates.kernels import (
    FAMILIES,
    Points,
    Term,
    TreeKernel,
    assemble,
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


def test_tree_kernel_equals_its_formula():
    rng = np.random.default_rng(1)
    a, b = tree_points(rng, 12), tree_points(rng, 9)
    kernel = tree_kernel()
    expected = direct(kernel, a, b, SCALES, S2)
    np.testing.assert_allclose(kernel.matrix(a, b, SCALES, S2), expected, atol=1e-12)


def test_tree_kernel_diagonal_differs_between_branches():
    a = tree_points(np.random.default_rng(2), 20)
    kernel = tree_kernel()
    diagonal = kernel.diagonal(a, SCALES, S2)
    np.testing.assert_allclose(diagonal, np.diag(kernel.matrix(a, a, SCALES, S2)), atol=1e-12)
    assert len(np.unique(diagonal.round(9))) == 2  # one group active, or two


@given(
    family=st.sampled_from(FAMILIES),
    seed=st.integers(0, 2**32 - 1),
    scales=st.lists(st.floats(0.02, 50.0), min_size=5, max_size=5),
    s2=st.lists(st.floats(0.02, 50.0), min_size=2, max_size=2),
)
@settings(max_examples=60, deadline=None)
def test_tree_kernel_is_positive_semidefinite(family, seed, scales, s2):
    a = tree_points(np.random.default_rng(seed), 30)
    kernel = tree_kernel().of_family(family)
    values = np.linalg.eigvalsh(kernel.matrix(a, a, np.array(scales), np.array(s2)))
    assert values.min() > -1e-12 * values.max()


@pytest.mark.parametrize("family", ["matern12", "matern32", "matern52", "rbf"])
def test_stationary_families_equal_scikit_learn(family):
    rng = np.random.default_rng(8)
    A, B = rng.random((9, 3)), rng.random((7, 3))
    scales = np.array([0.3, 0.9, 1.4])
    nu = {"matern12": 0.5, "matern32": 1.5, "matern52": 2.5}.get(family)
    theirs = Matern(scales, nu=nu) if nu else RBF(scales)
    kernel = TreeKernel((Term(np.arange(3), None),), np.arange(3)).of_family(family)
    plain = [Points(X, np.ones((len(X), 0), dtype=bool)) for X in (A, B)]
    ours = kernel.matrix(*plain, scales, np.array([1.7]))
    np.testing.assert_allclose(ours, 1.7 * theirs(A, B), atol=1e-12)


def test_polynomial_family_equals_scikit_learn():
    """1/2 is the share of each of two parameters."""
    A = np.random.default_rng(9).random((9, 2)) - 0.5
    scales = np.array([0.4, 0.8])
    kernel = TreeKernel((Term(np.arange(2), None),), np.arange(2)).of_family("polynomial")
    points = Points(A, np.ones((9, 0), dtype=bool))
    theirs = polynomial_kernel(A / scales, degree=2, gamma=0.5, coef0=1)
    np.testing.assert_allclose(kernel.matrix(points, points, scales, np.ones(1)), theirs)


def test_additive_family_is_the_mean_over_parameters():
    rng = np.random.default_rng(10)
    a, b = tree_points(rng, 8), tree_points(rng, 7)
    additive = tree_kernel().of_family("additive")
    expected = np.zeros((8, 7))
    groups = [([[0], [1, 2]], None), ([[0], [1, 2], [3]], 0), ([[0], [1, 2], [4]], 1)]
    groups.append(([[0], [1, 2], [4], [5]], 2))
    for parameters, group in groups:
        for columns in parameters:
            one = TreeKernel((Term(np.array(columns), None),), tree_kernel().scale_of)
            K = one.matrix(a, b, SCALES, np.ones(1)) / len(parameters)
            if group is not None:
                K *= np.outer(a.active[:, group], b.active[:, group])
            expected += S2[0 if group is None else 1] * K
    np.testing.assert_allclose(additive.matrix(a, b, SCALES, S2), expected, atol=1e-12)
    assert additive.n_amplitudes == 2


@pytest.mark.parametrize("name", CORRELATIONS)
def test_correlations_are_one_at_zero_and_decrease(name):
    M, dM = CORRELATIONS[name](np.linspace(0, 9, 50))
    assert M[0] == 1.0
    assert np.all(np.diff(M) < 0)
    assert np.all(dM[1:] < 0)
    assert np.all(np.isfinite(dM))


@pytest.mark.parametrize("name", CORRELATIONS)
def test_slopes_of_correlations_equal_central_differences(name):
    r2, h = np.linspace(0.01, 9, 50), 1e-6
    function = CORRELATIONS[name]
    numeric = (function(r2 + h)[0] - function(r2 - h)[0]) / (2 * h)
    np.testing.assert_allclose(function(r2)[1], numeric, atol=1e-8)


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


@pytest.mark.parametrize("family", FAMILIES)
def test_input_gradient_equals_central_differences(family):
    rng = np.random.default_rng(5)
    a, b = tree_points(rng, 6), tree_points(rng, 8)
    kernel, weights = tree_kernel().of_family(family), rng.standard_normal((6, 8))
    blocks = list(kernel.blocks(a, b, SCALES, S2))
    per_column = 1.0 / SCALES[kernel.scale_of] ** 2
    gradient = input_gradient(blocks, weights, a, b, per_column)

    numeric = central_differences(
        lambda p: (kernel.matrix(p, b, SCALES, S2) * weights).sum(axis=1), a
    )
    # the categories of a, which never move, may be those of b: a kink of two families
    moved = [0, 3, 4, 5] if family in ("additive", "matern12") else range(6)
    np.testing.assert_allclose(gradient[:, moved], numeric[:, moved], atol=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
def test_diagonal_is_that_of_the_matrix_and_its_gradient_equals_central_differences(family):
    a, kernel = tree_points(np.random.default_rng(7), 20), tree_kernel().of_family(family)
    diagonal = kernel.diagonal(a, SCALES, S2)
    np.testing.assert_allclose(diagonal, np.diag(kernel.matrix(a, a, SCALES, S2)), atol=1e-12)
    numeric = central_differences(lambda p: kernel.diagonal(p, SCALES, S2), a)
    gradient = kernel.diagonal_gradient(a, SCALES, S2) + np.zeros_like(a.Z)
    np.testing.assert_allclose(gradient, numeric, atol=1e-6)


def central_differences(fun, points, h=1e-6):
    """Derivatives of fun of each point with respect to its columns."""
    numeric = np.zeros_like(points.Z)
    for c in range(points.Z.shape[1]):
        shift = np.zeros_like(points.Z)
        shift[:, c] = h
        up = fun(Points(points.Z + shift, points.active))
        numeric[:, c] = (up - fun(Points(points.Z - shift, points.active))) / (2 * h)
    return numeric


def test_blocks_sum_to_the_matrix():
    a = tree_points(np.random.default_rng(6), 15)
    kernel = tree_kernel()
    blocks = list(kernel.blocks(a, a, SCALES, S2))
    assert len(blocks) == 4
    expected = kernel.matrix(a, a, SCALES, S2)
    np.testing.assert_array_equal(assemble(blocks, 15, 15), expected)
