"""Directions of a poll: they span positively, are orthogonal, and become dense."""

import numpy as np
import pytest
from scipy.optimize import linprog

from skhpo.designs.directions import (
    coordinate_directions,
    halton_direction,
    orthogonal_directions,
)


def spans_positively(directions):
    """Whether some strictly positive combination is zero, and they span the space."""
    n, d = directions.shape
    found = linprog(np.zeros(n), A_eq=directions.T, b_eq=np.zeros(d), bounds=[(1.0, None)] * n)
    return found.status == 0 and np.linalg.matrix_rank(directions) == d


@pytest.mark.parametrize("d", [1, 2, 5])
def test_they_span_the_space_positively(d):
    assert spans_positively(coordinate_directions(d))
    for t, level in [(1, 0), (7, 3), (40, 8)]:
        assert spans_positively(orthogonal_directions(t, d, level))


@pytest.mark.parametrize("d", [2, 3, 6])
@pytest.mark.parametrize("level", [0, 1, 4, 7])
def test_a_basis_is_orthogonal_and_lies_on_the_mesh(d, level):
    for t in range(1, 30):
        basis = orthogonal_directions(t, d, level)[:d] * 2**level  # in steps of the mesh
        np.testing.assert_array_equal(basis, np.rint(basis))
        gram = basis @ basis.T
        np.testing.assert_allclose(gram, gram[0, 0] * np.eye(d), atol=1e-9)
        assert 1 <= np.sqrt(gram[0, 0]) <= max(1.0, 2**level) + 1e-9


@pytest.mark.parametrize("length", [1.0, 2**0.5, 4.0, 16.0])
def test_the_adjusted_direction_is_the_longest_that_fits(length):
    """Any larger factor would make it longer than allowed (checked on a fine grid)."""
    for t in range(1, 40):
        q = halton_direction(t, 3, length)
        assert 0 < np.linalg.norm(q) <= length + 1e-9
        w = halton_direction(t, 3, 1e5).astype(float)
        w /= np.linalg.norm(w)
        rounded = [np.rint(a * w) for a in np.linspace(0.0, 2 * length, 4001)]
        fitting = [r for r in rounded if np.linalg.norm(r) <= length + 1e-9]
        assert np.linalg.norm(q) >= max(np.linalg.norm(r) for r in fitting) - 1e-9


def test_directions_become_dense():
    """The farthest any direction is from the nearest of a basis falls with the number of bases."""
    goals = np.random.default_rng(0).standard_normal((200, 3))
    goals /= np.linalg.norm(goals, axis=1, keepdims=True)
    gaps = []
    for n in (1, 10, 100):
        known = np.vstack([orthogonal_directions(t, 3, 8) for t in range(1, n + 1)])
        known /= np.linalg.norm(known, axis=1, keepdims=True)
        gaps.append(np.degrees(np.arccos((goals @ known.T).max(axis=1).min())))
    assert gaps[0] > 40 > gaps[1] > 2 * gaps[2]
