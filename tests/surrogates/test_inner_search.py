import numpy as np
import pytest

from skhpo import Choice, Integer, Real, Space, When
from skhpo.surrogates.encoding import Encoding
from skhpo.surrogates.inner_search import InnerSearch

SPACE = Space(
    {
        "model": Choice(When("a", x=Real(0, 1), k=Integer(1, 50)), When("b", z=Real(0, 1))),
        "kind": list("rst"),
        "w": Real(0, 1),
    }
)
ENCODING = Encoding.of(SPACE.columns)


class Bowl:
    """A concave function of the columns with its maximum at a point."""

    def __init__(self, x):
        self.target = ENCODING.points(x[None]).Z[0]

    def value(self, at):
        return -np.sum((at.Z - self.target) ** 2, axis=1)

    def value_and_gradient(self, at):
        return self.value(at), -2 * (at.Z - self.target)


def snapped(U):
    X = SPACE.snap(U)
    return X[SPACE.allowed(X)]


def found(target, fixed=None):
    search = InnerSearch(ENCODING, snapped, dimension=4.0, fixed=fixed)
    rng = np.random.default_rng(1)
    spread, ranked = rng.random((32, SPACE.n_dims)), SPACE.draw(5, rng)
    pool = search.pool(spread, ranked, rng)
    X, values = search.maximise(Bowl(target), pool, rng)
    assert len(X) == len(values)
    np.testing.assert_allclose(values, Bowl(target).value(ENCODING.points(X)))
    return X, X[np.argmax(values)]


@pytest.mark.parametrize("seed", range(5))
def test_the_maximum_is_found_in_numbers_integers_and_categories(seed):
    target = SPACE.draw(1, np.random.default_rng(seed))[0]
    _, best = found(target)
    np.testing.assert_allclose(best, target, atol=1e-3)


def test_a_fixed_parameter_is_fixed_in_all_points():
    target = SPACE.draw(1, np.random.default_rng(3))[0]
    column = SPACE.columns[0]
    other = 1 - int(column.index(target[:1])[0])
    position = float(column.position(np.array([other]))[0])
    X, best = found(target, fixed=(0, position))
    assert set(column.index(X[:, 0])) == {other}
    np.testing.assert_allclose(best[-1], target[-1], atol=1e-3)
