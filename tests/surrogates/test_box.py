import numpy as np
import pytest

from skhpo import Choice, Integer, Real, Space, When
from skhpo.surrogates.box import N_MOVED, Box
from skhpo.surrogates.encoding import Encoding
from skhpo.surrogates.inner_search import InnerSearch

CUBE = Space({f"x{i}": Real(0.0, 1.0) for i in range(4)})
MIXED = Space(
    {
        "model": Choice(When("a", x=Real(0, 1)), When("b", z=Real(0, 1))),
        "n": Integer(1, 5),
        "one": ["only"],
        "w": Real(0, 1),
    }
)
WIDE = Space({f"x{i}": Real(0.0, 1.0) for i in range(60)})


def encoding(space):
    return Encoding.of(space.columns)


def names(space):
    return [column.name for column in space.columns]


def test_sides_have_the_proportions_of_the_scales_and_the_length_for_their_mean():
    scales = np.array([0.5, 1.0, 2.0, 4.0])
    box = Box.around(np.full(4, 0.5), encoding(CUBE), scales, length=0.1, dimension=4)
    sides = box.upper - box.lower
    np.testing.assert_allclose(sides / sides[0], scales / scales[0])
    assert np.exp(np.log(sides).mean()) == pytest.approx(0.1)
    np.testing.assert_allclose(0.5 * (box.lower + box.upper), 0.5)


def test_sides_end_at_the_cube():
    box = Box.around(np.array([0.0, 1.0, 0.1, 0.5]), encoding(CUBE), np.ones(4), 0.4, 4)
    np.testing.assert_allclose(box.lower, [0.0, 0.8, 0.0, 0.3])
    np.testing.assert_allclose(box.upper, [0.2, 1.0, 0.3, 0.7])


def test_what_is_inactive_or_a_category_is_free_and_integers_reach_the_next():
    x = MIXED.encode({"model": "a", "x": 0.5, "n": 3, "one": "only", "w": 0.5})
    box = Box.around(x, encoding(MIXED), np.ones(5), length=0.01, dimension=4)
    sides = dict(zip(names(MIXED), zip(box.lower, box.upper, strict=True), strict=True))
    at = dict(zip(names(MIXED), range(MIXED.n_dims), strict=True))
    assert sides["w"] == pytest.approx((0.495, 0.505))
    model, z = (next(n for n in at if n.endswith(part)) for part in ("model", "z"))
    assert sides[model] == (0.0, 1.0)
    assert sides[z] == (0.0, 1.0)
    column = MIXED.columns[at["n"]]
    assert column.index(np.array(sides["n"])).tolist() == [1, 3]


def test_every_coordinate_leaves_the_centre_as_often():
    """The last one too, and at least one of each point."""
    centre = np.full(60, 0.5)
    box = Box.around(centre, encoding(WIDE), np.ones(60), length=0.2, dimension=60)
    U = np.random.default_rng(0).random((4000, 60))
    X = box.spread(U, np.random.default_rng(1))
    moved = X != 0.5
    assert moved.any(axis=1).all()
    np.testing.assert_allclose(moved.mean(axis=0), 1 / 3 + (1 - 1 / 3) / 60, atol=0.04)
    assert (np.abs(X - 0.5) <= 0.1 + 1e-12).all()


def test_a_point_that_would_stay_leaves_in_one_coordinate():
    box = Box(np.full(5, 0.5), np.zeros(5), np.ones(5), share=0.0)
    X = box.spread(np.zeros((500, 5)), np.random.default_rng(0))
    moved = X != 0.5
    assert (moved.sum(axis=1) == 1).all()
    assert moved.sum(axis=0).min() > 60


def test_a_subspace_moves_relevant_parameters_more_often_but_all_of_them():
    scales = np.where(np.arange(60) < 10, 0.1, 10.0)
    rng, moved = np.random.default_rng(0), np.zeros(60)
    for _ in range(400):
        box = Box.along(np.full(60, 0.5), encoding(WIDE), scales, rng)
        free = box.upper > box.lower
        assert free.sum() == N_MOVED
        moved += free
    # of the half that is drawn by relevance nearly all are among the ten; the other half takes
    # a fifth of the rest
    assert moved[:10].min() > 0.9 * 400
    assert moved[10:].min() > 40
    assert moved[10:].max() < 130


def test_a_subspace_of_few_parameters_is_the_space():
    box = Box.along(np.full(4, 0.5), encoding(CUBE), np.ones(4), np.random.default_rng(0))
    np.testing.assert_array_equal([box.lower, box.upper], [np.zeros(4), np.ones(4)])


class Slope:
    """Falls in all columns; its maximum in a box is a corner."""

    def value(self, at):
        return -at.Z.sum(axis=1)

    def value_and_gradient(self, at):
        return self.value(at), -np.ones_like(at.Z)


@pytest.mark.parametrize("seed", range(3))
def test_a_search_keeps_to_its_box_and_finds_its_corner(seed):
    space = Space({f"x{i}": Real(0.0, 1.0) for i in range(5)} | {"c": list("abc")})
    rng = np.random.default_rng(seed)
    centre = space.snap(np.full((1, 6), 0.5))[0]
    lower, upper = np.append(np.full(5, 0.3), 0.0), np.append(np.full(5, 0.6), 1.0)
    lower[0] = upper[0] = centre[0]
    search = InnerSearch(encoding(space), space.snap, 6.0, box=Box(centre, lower, upper))
    pool = search.pool(rng.random((64, 6)), space.draw(8, rng), rng)
    X, values = search.maximise(Slope(), pool, rng)
    np.testing.assert_allclose(X, np.clip(X, lower, upper), atol=1e-9)
    np.testing.assert_allclose(X[np.argmax(values), :5], lower[:5], atol=1e-3)
