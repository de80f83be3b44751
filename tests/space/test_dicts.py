"""A list of dicts is sampled level by level."""

from collections import Counter

import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import ParameterGrid
from sklearn.svm import SVC

from skhpo.space import Choice, Real, Space


def frequencies(space, key, n=6000):
    count = Counter(str(params.get(key)) for params in space.sample(n, random_state=0))
    return {value: number / n for value, number in count.items()}


def test_a_model_that_is_spread_over_two_dicts_is_not_drawn_twice_as_often():
    svc, logreg = SVC(), LogisticRegression()
    space = Space(
        [
            {"model": [svc], "model__kernel": ["rbf"], "model__gamma": loguniform(1e-3, 1)},
            {"model": [svc], "model__kernel": ["linear"]},
            {"model": [logreg], "model__C": loguniform(1e-3, 1e3)},
        ]
    )
    share = frequencies(space, "model")
    assert share == pytest.approx({"SVC()": 1 / 2, "LogisticRegression()": 1 / 2}, abs=0.03)
    share = frequencies(space, "model__kernel")
    assert share == pytest.approx({"rbf": 1 / 4, "linear": 1 / 4, "None": 1 / 2}, abs=0.03)


def test_equal_estimators_are_one_value():
    space = Space([{"m": [SVC(C=2)], "a": [1, 2]}, {"m": [SVC(C=2)], "b": [1, 2]}, {"m": [SVC()]}])
    assert space.columns[0].n_values == 2


def test_values_in_several_dicts_are_drawn_equally_often():
    space = Space([{"k": ["a", "b"], "x": [1, 2]}, {"k": ["c"], "y": [1, 2]}])
    assert frequencies(space, "k") == pytest.approx({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}, abs=0.03)
    # what two values open alike is one column
    assert [(c.name, c.parents) for c in space.columns] == [
        ("k", ()),
        ("x", ((0, frozenset({0, 1})),)),
        ("y", ((0, frozenset({2})),)),
    ]


def test_keys_that_all_dicts_define_alike_are_unconditional():
    space = Space(
        [
            {"k": ["a"], "C": [1, 10], "tol": Real(0, 1), "g": [1, 2]},
            {"k": ["b"], "C": [1, 10], "tol": Real(0, 1)},
        ]
    )
    assert [(c.name, c.parents == ()) for c in space.columns] == [
        ("C", True),
        ("tol", True),
        ("k", True),
        ("g", False),
    ]


def test_the_key_that_tells_the_dicts_apart_opens_them():
    space = Space(
        [
            {"C": [1, 10, 100], "kernel": ["linear"]},
            {"C": [1, 10, 100, 1000], "kernel": ["rbf"], "gamma": [0.1, 0.2]},
        ]
    )
    assert space.columns[0].name == "kernel"
    assert space.size == 3 + 8
    assert {c.kind for c in space.columns[1:]} == {"discrete"}


def test_dicts_without_a_common_key_are_a_hidden_choice():
    space = Space([{"a": [1, 2]}, {"b": [1, 2]}, {}])
    hidden = space.columns[0]
    assert (hidden.paths, hidden.kind, hidden.n_values) == ((), "categorical", 3)
    settings = [space.decode(x) for x in space.enumerate()]
    assert settings == [{"a": 1}, {"a": 2}, {"b": 1}, {"b": 2}, {}]
    assert frequencies(space, "a")["None"] == pytest.approx(2 / 3, abs=0.03)


def test_dicts_that_differ_in_a_range_alone():
    space = Space([{"C": Real(0, 1)}, {"C": Real(2, 3)}])
    assert [c.paths for c in space.columns] == [(), ("C",), ("C",)]
    for x in space.draw(50, np.random.default_rng(0)):
        np.testing.assert_allclose(space.encode(space.decode(x)), x)


def test_lists_of_numbers_alone_are_joined():
    space = Space([{"k": ["a"], "C": [1, 100]}, {"k": ["a"], "C": [10, 100]}])
    [column] = space.columns
    assert column.log
    assert [space.decode(x)["C"] for x in space.enumerate()] == [1, 100, 10]


@pytest.mark.parametrize("definition", [{}, [{}], [{}, {}]])
def test_one_configuration_without_parameters(definition):
    space = Space(definition)
    assert (space.n_dims, space.size) == (0, 1)
    assert [space.decode(x) for x in space.enumerate()] == [{}]
    assert space.draw(3, np.random.default_rng(0)).shape == (3, 0)
    assert space.default().shape == (0,)


def test_templates_in_several_dicts():
    template = SVC(C=Real(1, 2))
    space = Space(
        [
            {"model": [template, LogisticRegression()], "scale": ["a"]},
            {"model": [template], "scale": ["b", "c"]},
        ]
    )
    assert space.columns[0].n_values == 2
    for x in space.draw(40, np.random.default_rng(0)):
        np.testing.assert_allclose(space.encode(space.decode(x)), x)
    with pytest.raises(ValueError, match="'model__C' is defined twice"):
        Space([{"model": [template], "model__C": [1, 2]}, {"model": ["a"]}])


GRIDS = [
    [{"kernel": ["linear"]}, {"kernel": ["rbf"], "gamma": [1, 10]}],
    [{"b": [3, 1, 2], "a": ["x", None]}, {"a": [True], "c": [(1,), (2,)]}, {}],
    [{"m": [SVC(), LogisticRegression()], "C": [1, 2]}, {"m": ["drop"]}],
    [{"a": [1, 2], "b": [1]}, {"b": [2], "c": [5, 6]}, {"c": [7], "a": [8, 9]}],
]


@pytest.mark.parametrize("grid", GRIDS)
def test_enumeration_is_that_of_parameter_grid(grid):
    space = Space(grid)
    settings = [space.decode(x) for x in space.enumerate()]
    assert settings == list(ParameterGrid(grid))
    assert space.size == len(settings)


def test_configurations_in_several_dicts_come_once():
    space = Space([{"a": [1, 2], "b": ["x"]}, {"a": [2, 3], "b": ["x", "y"]}])
    settings = [tuple(space.decode(x).values()) for x in space.enumerate()]
    assert len(settings) == len(set(settings)) == space.size == 2 + 4 - 1


def test_names_of_alternatives_survive():
    space = Space([{"k": Choice("a", names=["first"]), "x": [1, 2]}, {"k": ["b"]}])
    assert space.columns[0].labels == ("first", None)
