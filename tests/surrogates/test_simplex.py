"""The simplex of Nelder and Mead against scipy's, evaluation by evaluation."""

import numpy as np
import pytest
from scipy.optimize import minimize, rosen

from skhpo.surrogates.simplex import Simplex


def bumpy(x):
    return float(np.sum((x - 0.3) ** 2) + 0.3 * np.sin(9 * x).prod())


def tilted(x):
    """Return an ellipsoid with a constant term, so that shrinking happens too."""
    return float(np.sum(np.arange(1, len(x) + 1) ** 3 * (x - 0.3) ** 2) + np.sin(20 * x[0]))


def ours(function, vertices, n):
    """Return the points in the order in which they are asked for."""
    simplex, asked = Simplex(vertices.copy()), []
    while len(asked) < n:
        points = simplex.wanted()
        asked += [*points]
        simplex.advance(np.array([function(x) for x in points]))
    return np.array(asked[:n])


def theirs(function, vertices, n):
    asked = []

    def log(x):
        asked.append(x.copy())
        return function(x)

    options = {"adaptive": True, "initial_simplex": vertices, "maxfev": n + 20, "xatol": 0.0}
    minimize(log, vertices[0], method="Nelder-Mead", options={**options, "fatol": 0.0})
    return np.array(asked[:n])


@pytest.mark.parametrize("function", [rosen, bumpy, tilted])
@pytest.mark.parametrize("d", [2, 3, 6])
def test_it_asks_for_the_same_points_as_scipy(function, d):
    vertices = np.random.default_rng(d).uniform(-0.5, 1.0, (d + 1, d))
    expected = theirs(function, vertices, 150)
    np.testing.assert_allclose(ours(function, vertices, len(expected)), expected, atol=1e-12)


def test_what_is_possible_is_what_is_wanted_next():
    """While it reflects, the next point is one of those it names ahead, unless it moves."""
    simplex = Simplex(np.random.default_rng(0).random((4, 3)))
    simplex.advance(np.array([rosen(x) for x in simplex.vertices]))
    phases = set()
    for _ in range(60):
        ahead = simplex.possible()
        simplex.advance(np.array([rosen(x) for x in simplex.wanted()]))
        phases.add(simplex.phase)
        if simplex.phase in ("expand", "outside", "inside"):
            assert any(np.array_equal(x, simplex.wanted()[0]) for x in ahead)
    assert {"expand", "outside", "inside"} <= phases


def test_failures_are_left_behind():
    simplex = Simplex(np.array([[0.1, 0.1], [0.5, 0.1], [0.1, 0.5]]))
    for _ in range(80):
        points = simplex.wanted()
        losses = [np.inf if x[0] > 0.3 else float(((x - 0.2) ** 2).sum()) for x in points]
        simplex.advance(np.array(losses))
    np.testing.assert_allclose(simplex.vertices[0], 0.2, atol=1e-3)
