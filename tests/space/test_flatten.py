"""A space as scikit-learn's own searches accept it."""

import numpy as np
import pytest
from scipy.stats import loguniform, norm
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, ParameterGrid, ParameterSampler
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC

from skhpo.space import Choice, Integer, Real, Space, When

n = Integer(1, 3, name="n")
FINITE = [
    {"a": [1, 2], "b": ["x", None]},
    {"n": Integer(2, 9, log=True), "w": Choice("a", "b", weights=[1, 9])},
    {
        "k": Choice(
            "rbf", "linear", When("poly", degree=[2, 3], c=Choice(0, When(1, d=["u", "v"])))
        )
    },
    {"m": Choice(SVC(kernel=Choice("a", "b")), LogisticRegression(C=Choice(1, 2)), "passthrough")},
    {"g": Choice("scale", Integer(1, 3)), "h": [1, 2]},
    {"a": n, "b": n},
    {"p": Choice("off", When("on", x=n)), "q": Choice("off", When("on", y=n))},
    [{"k": ["a"], "x": [1, 2]}, {"k": ["b"], "y": [1, 2]}, {}],
    {},
]


def key(params):
    return sorted((name, str(value)) for name, value in params.items())


@pytest.mark.parametrize("definition", FINITE)
def test_the_same_configurations(definition):
    space = Space(definition)
    ours = [space.decode(x) for x in space.enumerate()]
    theirs = list(ParameterGrid(space.flatten()))
    assert sorted(map(key, ours)) == sorted(map(key, theirs))
    assert all(space.contains(params) for params in theirs)


def test_forbidden_combinations_are_left_out():
    space = Space({"a": [1, 2], "b": [1, 2]}, forbidden=lambda p: p["a"] == p["b"])
    assert list(ParameterGrid(space.flatten())) == [{"a": 1, "b": 2}, {"a": 2, "b": 1}]


def test_an_infinite_space_is_sampled_by_scikit_learn():
    space = Space(
        {
            "C": Real(1e-3, 1e3, log=True),
            "shift": (0.5, 2.0),
            "n": Integer(1, 5),
            "wide": Integer(1, 10**6),
            "log": Integer(1, 1000, log=True),
            "dist": norm(0, 1),
            "user": loguniform(1, 10),
            "weighted": Choice("a", "b", weights=[1, 3]),
            "k": Choice("rbf", When("poly", degree=Integer(2, 5))),
        }
    )
    [rbf, poly] = space.flatten()
    assert rbf["k"] == ["rbf"]
    assert "degree" not in rbf
    assert poly["degree"] == [2, 3, 4, 5]
    assert rbf["C"].dist.name == "loguniform"
    assert rbf["C"].support() == (1e-3, 1e3)
    assert rbf["shift"].support() == (0.5, 2.0)
    assert rbf["wide"].support() == (1, 10**6)
    settings = list(ParameterSampler(space.flatten(), 200, random_state=0))
    assert all(space.contains(params) for params in settings)
    logs = np.log([params["log"] for params in settings])
    assert np.mean(logs) == pytest.approx(np.log(1000) / 2, abs=0.6)
    assert np.mean([params["weighted"] == "b" for params in settings]) > 0.6


def test_what_no_list_of_dicts_can_say():
    C = Real(0, 1, name="C")
    with pytest.raises(ValueError, match="shared by a, b and continuous"):
        Space({"a": C, "b": C}).flatten()
    with pytest.raises(ValueError, match="infinite and forbids"):
        Space({"a": (0.0, 1.0)}, forbidden=lambda p: p["a"] > 0.5).flatten()


def test_a_grid_search_runs():
    X, y = make_classification(60, random_state=0)
    pipe = Pipeline([("model", LogisticRegression())])
    space = Space({"model": Choice(LogisticRegression(C=Choice(0.1, 1)), SVC(C=Choice(1, 2, 3)))})
    search = GridSearchCV(pipe, space.flatten(), cv=2).fit(X, y)
    assert len(search.cv_results_["params"]) == space.size
    assert space.contains(search.best_params_)
