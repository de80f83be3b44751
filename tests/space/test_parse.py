"""From what users write to dimensions: every form, and every mistake."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import ParameterGrid, ParameterSampler

from skhpo.space import Choice, Integer, Real, Space


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ((1, 5), "Integer(1, 5)"),
        ((1, 5.0), "Real(1.0, 5.0)"),
        ((0.1, 1.0), "Real(0.1, 1.0)"),
        ((np.int64(1), np.int64(5)), "Integer(1, 5)"),
        ((1, 100, "log-uniform"), "Integer(1, 100, log=True)"),
        ((1e-3, 1, "log-uniform"), "Real(0.001, 1.0, log=True)"),
        ((1, 100, "uniform"), "Integer(1, 100)"),
        ((0.5, 2, "uniform"), "Real(0.5, 2.0)"),
        (("a", "b"), "Choice('a', 'b')"),
        ((1, 2, 5), "[1, 2, 5]"),
        ((True, False), "Choice(True, False)"),
        ((1, None), "Choice(1, None)"),
        ((1, 5, "auto"), "Choice(1, 5, 'auto')"),
        ([1, 5], "[1, 5]"),
        (range(2, 5), "[2, 3, 4]"),
        (np.array([0.5, 0.1]), "[0.5, 0.1]"),
        (pd.Series(["x", "y"]), "Choice('x', 'y')"),
        ([(1, 2), (3,)], "Choice((1, 2), (3,))"),
    ],
)
def test_forms(value, text):
    [column] = Space({"p": value}).columns
    assert repr(column.dimension) == text


NOT_A_LIST = (
    r"Parameter grid for parameter 'p' needs to be a list or a numpy array, but got {} "
    r"\(of type {}\) instead. Single values need to be wrapped in a list with one element."
)


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ("abc", TypeError, NOT_A_LIST.format("'abc'", "str")),
        (0, TypeError, NOT_A_LIST.format("0", "int")),
        (None, TypeError, NOT_A_LIST.format("None", "NoneType")),
        ({"a": 1}, TypeError, NOT_A_LIST.format(r"\{'a': 1\}", "dict")),
        ({1, 2}, TypeError, NOT_A_LIST.format(r"\{1, 2\}", "set")),
        (LogisticRegression(), TypeError, NOT_A_LIST.format(r".*", "LogisticRegression")),
        ([], ValueError, r"for parameter 'p' need to be a non-empty sequence, got: \[\]"),
        ((), ValueError, r"for parameter 'p' need to be a non-empty sequence, got: \(\)"),
        (np.eye(2), ValueError, r"Parameter array for 'p' should be one-dimensional"),
        (np.array(3), ValueError, r"Parameter array for 'p' should be one-dimensional"),
        ((5, 1), ValueError, r"'p': \(5, 1\) is a range.*less than high.*given as a list"),
        ((0, 1, "log-uniform"), ValueError, r"'p': .*low should be at least 1 when log=True"),
        ((0.0, 1, "log-uniform"), ValueError, r"'p': .*low should be positive when log=True"),
        ((1, 9, "log"), ValueError, r"'p': the scale.*\('uniform', 'log-uniform'\).*'log'"),
        ((1, np.inf), ValueError, r"'p': .*high should be finite, got inf"),
    ],
)
def test_bad_values(value, error, message):
    with pytest.raises(error, match=message):
        Space({"p": value})
    with pytest.raises(error, match=message):
        Space([{"q": [1]}, {"p": value}])


@pytest.mark.parametrize("bad", ["abc", 0, None, {"a": 1}, [], np.eye(2)])
def test_the_wording_is_that_of_scikit_learn(bad):
    with pytest.raises((TypeError, ValueError)) as theirs:
        ParameterGrid({"p": bad})
    with pytest.raises(theirs.type) as ours:
        Space({"p": bad})
    assert str(ours.value) == str(theirs.value)


@pytest.mark.parametrize("bad", [0, [{"p": [0]}, 0]])
def test_the_wording_for_definitions_is_that_of_scikit_learn(bad):
    with pytest.raises(TypeError) as theirs:
        ParameterSampler(bad, 1)
    with pytest.raises(TypeError) as ours:
        Space(bad)
    assert str(ours.value) == str(theirs.value)


@pytest.mark.parametrize(
    ("definition", "error", "message"),
    [
        ([], ValueError, "at least one dict"),
        ("abc", TypeError, "not a dict or a list"),
        (None, TypeError, "not a dict or a list"),
        ({1: [2]}, TypeError, "names should be strings, got 1"),
        (["abc"], TypeError, r"not a dict \('abc'\)"),
    ],
)
def test_bad_definitions(definition, error, message):
    with pytest.raises(error, match=message):
        Space(definition)


@pytest.mark.parametrize("forbidden", [3, [len, "a"]])
def test_bad_constraints(forbidden):
    with pytest.raises(TypeError, match="forbidden should be a callable"):
        Space({"p": [1, 2]}, forbidden=forbidden)


def test_a_users_list_may_change_afterwards():
    values = [1, 2, 3]
    definition = {"p": values}
    space = Space(definition)
    values.append(4)
    definition["q"] = [1]
    assert repr(space) == "Space({'p': [1, 2, 3]})"
    assert Space(space).size == 3


def test_single_values_have_no_column():
    space = Space({"a": ["x"], "b": [5], "c": Choice(None), "d": np.array([0.5])})
    assert space.n_dims == 0
    assert space.size == 1
    assert space.decode([]) == {"a": "x", "b": 5, "c": None, "d": 0.5}
    assert space.encode({"a": "x", "b": 5, "c": None, "d": 0.5}).shape == (0,)


def test_dimensions_pass_as_they_are():
    C, n = Real(1, 2), Integer(1, 2)
    columns = Space({"C": C, "n": n}).columns
    assert [column.dimension for column in columns] == [C, n]
