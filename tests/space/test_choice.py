"""Alternatives without an order, and what exists with one of them alone."""

import copy
import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from skhpo.space import Choice, Integer, Real, Space, When


def a_function(x):
    return x


ARRAY = np.arange(3.0)
ODD_VALUES = [
    None,
    True,
    False,
    0,
    1,
    "a",
    (1, 2),
    (),
    [1, [2, 3]],
    {"a": 1, "b": [2]},
    a_function,
    len,
    SVC,
    SVC(C=2),
    LogisticRegression(),
    ARRAY,
    np.eye(2),
    np.nan,
    1.5,
    b"bytes",
    {1, 2},
    lambda x: x,
]


@pytest.mark.parametrize("form", [list, lambda values: Choice(*values)])
def test_values_of_any_kind_keep_their_identity(form):
    space = Space({"p": form(ODD_VALUES)})
    assert space.size == len(ODD_VALUES)
    for x, value in zip(space.enumerate(), ODD_VALUES, strict=True):
        decoded = space.decode(x)["p"]
        assert decoded is value
        np.testing.assert_array_equal(space.encode({"p": value}), x)


def test_an_array_of_objects_keeps_them():
    values = np.empty(3, dtype=object)
    values[:] = [SVC(), (1, 2), None]
    space = Space({"p": values})
    assert all(space.decode(x)["p"] is v for x, v in zip(space.enumerate(), values, strict=True))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.array(["a", "b"]), str),
        ([np.str_("a"), np.str_("b")], str),
        (np.array([True, False]), bool),
        ([np.float64(0.5), None, np.float32(0.25)], (float, type(None))),
    ],
)
def test_numpy_scalars_become_native(values, kind):
    space = Space({"p": values})
    for x in space.enumerate():
        value = space.decode(x)["p"]
        assert isinstance(value, kind)
        assert not isinstance(value, np.generic)


def test_one_and_true_are_two_values():
    space = Space({"p": [1, True, 1.0, "1"]})
    assert space.size == 4
    decoded = [space.decode(space.encode({"p": v}))["p"] for v in (1, True, 1.0, "1")]
    assert [type(value) for value in decoded] == [int, bool, float, str]


def test_weights_are_the_frequencies():
    space = Space({"p": Choice("a", "b", "c", weights=[1, 2, 5])})
    X = space.draw(20_000, np.random.default_rng(0))
    share = np.bincount(space.columns[0].index(X[:, 0])) / len(X)
    np.testing.assert_allclose(share, [0.125, 0.25, 0.625], atol=0.015)


def test_repeated_values_are_merged_and_count_as_often():
    space = Space({"p": ["a", "b", "a", [1], [1], "a"]})
    [column] = space.columns
    assert column.n_values == space.size == 3
    np.testing.assert_allclose(np.diff(column.dimension.edges), [1 / 2, 1 / 6, 1 / 3])


def test_one_position_and_an_array_of_them_have_one_cell():
    dimension = Choice(*"abcdefg", weights=[1, 2, 3, 4, 5, 6, 7])
    u = np.concatenate([np.linspace(-0.5, 1.5, 201), dimension.edges, dimension.centers])
    assert [dimension.cell(one) for one in u.tolist()] == dimension.index(u).tolist()


def test_repeats_are_told_by_type_and_value():
    values = [(1, True), (1, 1), (1, 1), (1.0, 1), ((1,), "a"), ((1,), "a"), (None, [1])]
    assert Choice(*values).n_values == 5


def test_the_first_alternative_is_the_default():
    space = Space({"p": Choice("b", "a", weights=[1, 100])})
    assert space.decode(space.default()) == {"p": "b"}


def test_names_are_labels():
    [column] = Space({"p": Choice(None, "a", names=["off", "on"])}).columns
    assert column.labels == ("off", "on")


@pytest.mark.parametrize(
    ("args", "kwargs", "error", "message"),
    [
        ((), {}, ValueError, "at least one alternative"),
        ((1, 2), {"weights": [1]}, ValueError, r"2 weights are needed.*got \[1\]"),
        ((1, 2), {"weights": [1, 0]}, ValueError, "positive and finite, got 0"),
        ((1, 2), {"weights": [1, np.inf]}, ValueError, "positive and finite, got inf"),
        ((1, 2), {"weights": [1, "2"]}, TypeError, "numbers, got '2'"),
        ((1, 2), {"names": ["a"]}, ValueError, "2 distinct names are needed"),
        ((1, 2), {"names": ["a", "a"]}, ValueError, "2 distinct names are needed"),
        ((1, 2), {"names": ["a", 2]}, TypeError, "names should be strings"),
        ((1, 2), {"name": 2}, TypeError, "name should be a string"),
    ],
)
def test_bad_arguments(args, kwargs, error, message):
    with pytest.raises(error, match=message):
        Choice(*args, **kwargs)


@pytest.mark.parametrize(
    "choice",
    [
        Choice("a", None),
        Choice("a", "b", weights=[1, 3], names=["x", "y"], name="shared"),
        Choice("a", When("b", degree=Integer(1, 3))),
    ],
)
def test_repr_evaluates_back(choice):
    assert repr(eval(repr(choice))) == repr(choice)  # noqa: S307


def test_when_opens_siblings():
    space = Space(
        {"svm__kernel": Choice("rbf", When("poly", degree=Integer(2, 5), coef0=[0.0, 1.0]))}
    )
    assert [column.name for column in space.columns] == [
        "svm__kernel",
        "svm__degree",
        "svm__coef0",
    ]
    poly = {"svm__kernel": "poly", "svm__degree": 3, "svm__coef0": 1.0}
    assert space.decode(space.encode(poly)) == poly
    assert space.decode(space.encode({"svm__kernel": "rbf"})) == {"svm__kernel": "rbf"}
    assert space.size == 1 + 4 * 2


def test_when_in_a_list_and_with_a_template():
    space = Space(
        {"model": [SVC(), When(LogisticRegression(C=Real(0.1, 1)), scale=["on", "off"])]}
    )
    assert [column.name for column in space.columns] == ["model", "model__C", "scale"]


def test_when_refuses_when():
    with pytest.raises(TypeError, match="should not be a When"):
        When(When("a", b=[1]), c=[2])
    with pytest.raises(TypeError, match=r"'p'.*should stand inside a Choice"):
        Space({"p": When("a", b=[1])})
    with pytest.raises(TypeError, match=r"'p'.*should be a single value"):
        Space({"p": Choice("a", When(Real(0, 1), b=[1]))})


def test_a_dimension_among_alternatives_stands_for_its_values():
    space = Space({"gamma": Choice("scale", Real(1e-3, 1e1, log=True), [1, 2])})
    assert [column.paths for column in space.columns] == [("gamma",), ("gamma",)]
    for params in ({"gamma": "scale"}, {"gamma": [1, 2]}):
        assert space.decode(space.encode(params)) == params
    assert space.decode(space.encode({"gamma": 0.1}))["gamma"] == pytest.approx(0.1)
    assert not space.contains({"gamma": 100.0})
    share = np.mean([p["gamma"] == "scale" for p in space.sample(2000, 0)])
    assert share == pytest.approx(1 / 3, abs=0.05)


def test_nested_choices_of_dimensions():
    space = Space({"p": Choice(None, Choice("a", Integer(1, 3), weights=[1, 2]))})
    assert [space.decode(x)["p"] for x in space.enumerate()] == [None, "a", 1, 2, 3]
    assert space.size == 5


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda d: pickle.loads(pickle.dumps(d))])
def test_copies(copied):
    choice = Choice("a", When("b", c=Real(0, 1)), weights=[1, 2], name="n")
    assert repr(copied(choice)) == repr(choice)


def test_clone_of_a_template():
    choice = Choice("rbf", When("poly", degree=Integer(2, 5)), name="k")
    assert repr(clone(SVC(kernel=choice)).kernel) == repr(choice)


def test_without_keeps_names_and_weights_of_the_rest():
    choice = Choice("a", "b", "c", weights=[1, 2, 3], names=["x", "y", "z"], name="n")
    shorter = choice.without("y")
    expected = Choice("a", "c", weights=[1, 3], names=["x", "z"], name="n")
    assert repr(shorter) == repr(expected)
    assert choice.alternatives == ("a", "b", "c")
    assert repr(choice.without("x", "z")) == "Choice('b', names=['y'], name='n')"


def test_without_takes_the_alternatives_where_they_have_no_names():
    assert Choice(None, 1, True).without(True, None).alternatives == (1,)


def test_replace_keeps_place_name_and_weight():
    choice = Choice("a", SVC(), weights=[1, 3], names=["x", "svc"])
    other = choice.replace("svc", SVC(C=Real(1, 10)))
    assert other.names == choice.names
    assert other.edges.tolist() == choice.edges.tolist()
    [_, c] = Space({"model": other}).columns
    assert c.paths == ("model__C",)


@pytest.mark.parametrize(
    "change",
    [lambda c: c.without("svm"), lambda c: c.replace("svm", 1), lambda c: c.without("x", 2)],
)
def test_unknown_alternatives_are_named_with_those_there_are(change):
    with pytest.raises(ValueError, match=r"there is no ('svm'|2); there are 'x', 'svc'"):
        change(Choice("a", SVC(), names=["x", "svc"]))


def test_without_leaves_something():
    with pytest.raises(ValueError, match="should remain"):
        Choice("a", "b").without("a", "b")


def test_categories_are_not_spaced_in_the_logarithm():
    [column] = Space({"kernel": ["linear", "rbf", "poly"]}).columns
    assert (column.kind, column.log) == ("categorical", False)
