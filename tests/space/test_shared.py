"""Dimensions of one name are one parameter in several places."""

import copy

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from skhpo.space import Choice, Integer, Real, Space, When


def test_one_column_with_several_paths():
    C = Real(1e-3, 1e3, log=True, name="C")
    space = Space({"model": Choice(LogisticRegression(C=C), SVC(C=C), SVC(tol=Real(0, 1)))})
    assert [(c.name, c.paths) for c in space.columns] == [
        ("model", ("model",)),
        ("C", ("model__C",)),
        ("model__tol", ("model__tol",)),
    ]
    assert space.columns[1].parents == ((0, frozenset({0, 1})),)


def test_sharing_survives_copies():
    def template():
        return SVC(C=copy.deepcopy(Real(1, 2, name="C")))

    space = Space({"a": [template()], "b": [template(), None]})
    assert {c.paths for c in space.columns} == {("a__C", "b__C"), ("b",)}


def test_all_places_have_one_value():
    n = Integer(1, 5, name="n")
    space = Space({"a": n, "b": n})
    assert space.n_dims == 1
    assert space.size == 5 == len([*space.enumerate()])
    for x in space.enumerate():
        params = space.decode(x)
        assert params["a"] == params["b"]
        np.testing.assert_array_equal(space.encode(params), x)
    with pytest.raises(ValueError, match=r"'b'.*share 'n' should have one value"):
        space.encode({"a": 1, "b": 2})


def test_active_when_any_place_is():
    n = Integer(1, 3, name="n")
    space = Space({"p": Choice("off", When("on", x=n)), "q": Choice("off", When("on", y=n))})
    [shared] = [c for c in space.columns if c.name == "n"]
    assert shared.paths == ("x", "y")
    for x in space.draw(50, np.random.default_rng(0)):
        params = space.decode(x)
        assert ("x" in params, "y" in params) == (params["p"] == "on", params["q"] == "on")
        np.testing.assert_array_equal(space.encode(params), x)
    assert space.size == 1 + 3 + 3 + 3 == len([*space.enumerate()])


def test_one_path_from_two_conditions():
    n = Integer(1, 3, name="n")
    space = Space({"p": Choice("off", When("on", x=n)), "q": Choice("off", When("on", x=n))})
    assert space.size == 1 + 3 * 3 == len([*space.enumerate()])


def test_a_shared_choice_shares_what_it_opens():
    choice = Choice("a", When("b", x=Choice(1, 2, 3)), name="c")
    space = Space(
        {"one__p": choice, "two__p": choice, "on": Choice(When(True, three__p=choice), False)}
    )
    assert space.size == (1 + 3) * 2 == len([*space.enumerate()])
    assert {c.paths for c in space.columns} == {
        ("one__p", "two__p", "three__p"),
        ("one__x", "two__x", "three__x"),
        ("on",),
    }
    for x in space.enumerate():
        params = space.decode(x)
        assert params["one__p"] == params["two__p"]
        assert params.get("one__x") == params.get("two__x")
        np.testing.assert_array_equal(space.encode(params), x)


def test_infinite_sizes():
    C = Real(1, 2, name="C")
    space = Space({"p": Choice("a", When("b", x=C)), "q": Choice("a", When("b", y=C))})
    assert space.size == float("inf")


def test_parents_stand_before_children_in_any_order():
    inner = Choice(1, When(2, deep=[5, 6]), name="inner")
    space = Space({"z": inner, "a": Choice("x", When("y", b=Choice("u", When("v", c__z=inner))))})
    for j, column in enumerate(space.columns):
        assert all(parent < j for parent, _ in column.parents)
    assert space.size == len([*space.enumerate()])


@pytest.mark.parametrize(
    "other", [Real(1, 3, name="C"), Real(1, 2, log=True, name="C"), Integer(1, 2, name="C")]
)
def test_dimensions_of_one_name_should_be_equal(other):
    with pytest.raises(ValueError, match=r"'b': dimensions of one name should be equal.*'C'"):
        Space({"a": Real(1, 2, name="C"), "b": other})


def test_templates_inside_a_shared_choice():
    def model():
        return Choice(SVC(C=Real(1, 2)), LogisticRegression(), name="model")

    space = Space({"first": model(), "second": model()})
    assert [c.paths for c in space.columns] == [
        ("first", "second"),
        ("first__C", "second__C"),
    ]
    for x in space.draw(10, np.random.default_rng(0)):
        np.testing.assert_allclose(space.encode(space.decode(x)), x)
