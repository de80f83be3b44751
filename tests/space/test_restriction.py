"""The part of a space in which an alternative is fixed."""

import pickle

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from skhpo import Choice, Integer, Real, Space, When

ALPHA = Real(1e-5, 1e3, log=True, name="alpha")
KERNEL = Choice("rbf", When("poly", degree=Integer(2, 6, name="degree")), name="kernel")

SPACES = {
    "choice": Space(
        {
            "share": Real(0, 1),
            "model": Choice(
                When("linear", alpha=ALPHA, l1=Real(0, 1)),
                When("svm", alpha=ALPHA, kernel=Choice("rbf", When("poly", degree=Integer(2, 6)))),
                "dummy",
                weights=[3, 2, 1],
            ),
        }
    ),
    "list": Space({"a": ["x", None, (1, 2)], "b": Integer(1, 9), "c": ["u", "v"]}),
    "templates": Space(
        {
            "clf": [
                LogisticRegression(C=Real(1e-2, 1e2, log=True)),
                SVC(C=Real(1e-2, 1e3, log=True)),
            ]
        }
    ),
    "dicts": Space(
        [
            {"clf": [LogisticRegression()], "clf__C": (0.1, 10.0), "scale": [True, False]},
            {"clf": [SVC()], "clf__C": (1.0, 100.0), "clf__kernel": ["rbf", "linear"]},
            {"clf": [SVC()], "clf__kernel": ["poly"], "clf__degree": [2, 3]},
        ]
    ),
    "parts": Space([{"a": (0.0, 1.0)}, {"b": Integer(2, 5)}, {"b": Integer(4, 8)}]),
    "deferred": Space({"gamma": Choice("scale", Real(1e-4, 10, log=True)), "k": ["a", "b"]}),
    "shared": Space(
        {"first": KERNEL, "second": Choice("none", When("own", third=KERNEL)), "r": Real(0, 1)}
    ),
    "forbidden": Space(
        {"p": ["l1", "l2"], "q": ["a", "b", "c"], "r": Real(0, 1)},
        forbidden=lambda params: params["p"] == "l1" and params["q"] == "a",
    ),
}
CHOICES = [
    (kind, j, cell)
    for kind, space in SPACES.items()
    for j, column in enumerate(space.columns)
    if column.alternatives and not column.parents
    for cell in range(column.n_values)
]
every_part = pytest.mark.parametrize(("kind", "j", "cell"), CHOICES)


def rng():
    return np.random.default_rng(0)


@every_part
def test_points_of_the_part_mean_the_same_in_the_whole(kind, j, cell):
    space = SPACES[kind]
    part = space.restricted(j, cell)
    X = part.space.draw(40, rng())
    wide = part.embed(X)
    np.testing.assert_array_equal(space.snap(wide), wide)
    np.testing.assert_array_equal(space.activity(wide), ~np.isnan(wide))
    np.testing.assert_array_equal(part.project(wide), X)
    assert (space.columns[j].index(wide[:, j]) == cell).all()
    assert space.allowed(wide).all()
    for x, y in zip(X, wide, strict=True):
        assert part.space.decode(x) == space.decode(y)
        assert space.contains(part.space.decode(x))


@every_part
def test_points_of_the_whole_lie_in_the_part_of_their_alternative(kind, j, cell):
    space = SPACES[kind]
    part = space.restricted(j, cell)
    X = space.draw(200, rng())
    X = X[space.columns[j].index(X[:, j]) == cell]
    assert len(X)
    inside = part.project(X)
    np.testing.assert_array_equal(part.space.snap(inside), inside)
    np.testing.assert_array_equal(part.embed(inside), X)


@pytest.mark.parametrize("kind", SPACES)
def test_the_parts_are_the_whole(kind):
    space = SPACES[kind]
    for j, column in enumerate(space.columns):
        if column.alternatives and not column.parents:
            parts = [space.restricted(j, i).space for i in range(column.n_values)]
            assert sum(part.size for part in parts) == space.size
            assert frozenset().union(*(part.paths for part in parts)) | {*column.paths} >= {
                *space.paths
            }


@pytest.mark.parametrize("kind", ["list", "finite dicts"])
def test_enumerating_the_parts_enumerates_the_whole(kind):
    dicts = [{"m": ["a", "b"], "p": [1, 2], "k": ["x"]}, {"m": ["b", "c"], "p": [2, 3]}]
    space = Space(dicts) if kind == "finite dicts" else SPACES["list"]
    j = next(j for j, c in enumerate(space.columns) if c.alternatives and not c.parents)
    parts = [space.restricted(j, i) for i in range(space.columns[j].n_values)]
    found = {p.embed([x])[0].tobytes() for p in parts for x in p.space.enumerate()}
    assert found == {x.tobytes() for x in space.enumerate()}


def test_what_is_shared_stays_one_column():
    space = SPACES["shared"]
    second, kernel = (
        next(j for j, column in enumerate(space.columns) if column.name == name)
        for name in ("second", "kernel")
    )
    own = space.restricted(second, 1).space
    assert [column.name for column in own.columns] == ["kernel", "degree", "r"]
    assert own.columns[0].paths == ("first", "third")
    poly = space.restricted(kernel, 1).space
    assert [column.name for column in poly.columns] == ["second", "degree", "r"]
    for part in (poly, poly.restricted(0, 1).space):
        params = part.decode(part.default())
        assert params["first"] == params.get("third", "poly") == "poly"
        np.testing.assert_array_equal(part.encode(params), part.default())


def test_a_part_of_a_part():
    space = SPACES["list"]
    part = space.restricted(0, 2).space
    j = next(j for j, column in enumerate(part.columns) if column.name == "c")
    inner = part.restricted(j, 1).space
    assert inner.size == 9
    assert inner.decode([0.0]) == {"a": (1, 2), "b": 1, "c": "v"}
    assert repr(inner) == f"{space!r}.restricted(0, 2).space.restricted({j}, 1).space"


def test_a_part_can_be_copied_and_pickled():
    part = SPACES["choice"].restricted(0 if SPACES["choice"].columns[0].alternatives else 1, 1)
    for again in (Space(part.space), pickle.loads(pickle.dumps(part)).space):
        assert str(again) == str(part.space)
        np.testing.assert_array_equal(again.draw(5, rng()), part.space.draw(5, rng()))


def test_constraints_are_added_to_those_of_the_whole():
    part = Space(SPACES["forbidden"].restricted(0, 0).space, forbidden=lambda p: p["q"] == "b")
    assert {part.decode(x)["q"] for x in part.draw(30, rng())} == {"c"}


@pytest.mark.parametrize(
    ("j", "cell", "message"),
    [
        (0, 0, r"column 0 \('share'\) should be a choice, but has no alternatives"),
        (4, 0, r"column 4 \('kernel'\) should be a choice, but is not always active"),
        (1, 3, "cell should be from 0 to 2 in column 1, got 3"),
    ],
)
def test_what_cannot_be_fixed(j, cell, message):
    with pytest.raises(ValueError, match=message):
        SPACES["choice"].restricted(j, cell)
