"""Spaces of ConfigSpace: what one draws lies in the other, with the same parameters."""

import ConfigSpace
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skhpo import Choice, Integer, Layers, Real, Space, When
from skhpo.exchange import from_configspace, params_of, to_configspace

NESTED = {
    "C": Real(1e-3, 1e3, log=True),
    "size": Integer(1, 100, log=True),
    "leaf": [5, 1, 20],
    "tol": [0.001],
    "kernel": Choice(
        "rbf",
        When("poly", degree=Integer(2, 5), coef0=Choice(0.0, When(1.0, shift=Real(-1, 1)))),
        When("sigmoid", slope=Real(0, 1)),
        weights=[3, 2, 1],
    ),
}


def agree(space, converted, n=60):
    """Draw from each, and ask the other."""
    converted.seed(0)
    for configuration in converted.sample_configuration(n):
        params = dict(configuration)
        assert space.contains(params)
        assert {*space.decode(space.encode(params))} == {*params}
    for params in space.sample(n, random_state=0):
        made = ConfigSpace.Configuration(
            converted, values=params
        )  # which checks values and activity
        assert {*dict(made)} == {*params}


def test_nested_there_and_back():
    space = Space(NESTED)
    converted = to_configspace(space)
    agree(space, converted)
    kernel = converted["kernel"]
    np.testing.assert_allclose(kernel.probabilities, [1 / 2, 1 / 3, 1 / 6])
    assert kernel.default_value == "rbf"
    assert converted["C"].log
    assert converted["C"].default_value == pytest.approx(1.0)
    assert isinstance(converted["leaf"], ConfigSpace.OrdinalHyperparameter)
    defaults = dict(converted.get_default_configuration())
    assert {*defaults} == {*space.decode(space.default())}
    for name, value in space.decode(space.default()).items():
        is_number = isinstance(value, float)
        assert defaults[name] == (pytest.approx(value) if is_number else value)
    agree(from_configspace(converted), converted)


def test_objects_and_namesakes_are_found_again():
    space = Space(
        {
            "model": Choice(
                SVC(C=Real(0.1, 10, log=True), gamma=Choice("scale", Real(0.1, 1))),
                SVC(kernel="poly", C=Real(0.1, 10)),
                DecisionTreeClassifier(max_depth=Choice(None, 1, True)),
            ),
            "widths": Layers(2, 4, 9),
        }
    )
    converted = to_configspace(space)
    seen = set()
    for configuration in converted.sample_configuration(60):
        params = params_of(space, configuration)
        assert space.contains(params)
        seen.add(type(params["model"]))
    assert seen == {SVC, DecisionTreeClassifier}
    with pytest.raises(ValueError, match=r"'model' is missing"):
        params_of(space, {"widths": 4})
    with pytest.raises(ValueError, match=r"'model': 'x' is none of"):
        params_of(space, {"widths": 4, "model": "x"})


def test_conditions_of_every_kind():
    cs = ConfigSpace.ConfigurationSpace(seed=0)
    a = ConfigSpace.Categorical("a", ["x", "y", "z"], default="y", weights=[1, 2, 3])
    n = ConfigSpace.Integer("n", (1, 4))
    o = ConfigSpace.OrdinalHyperparameter("o", ["low", "mid", "high"])
    b, c, d, e, f = (ConfigSpace.Float(name, (0.1, 1), log=True) for name in "bcdef")
    g = ConfigSpace.Categorical("g", [1, 2])
    cs.add(a, n, o, b, c, d, e, f, g, ConfigSpace.Constant("k", "fixed"))
    cs.add(
        ConfigSpace.InCondition(b, a, ["x", "y"]),
        ConfigSpace.NotEqualsCondition(g, a, "x"),
        ConfigSpace.AndConjunction(
            ConfigSpace.EqualsCondition(c, g, 1), ConfigSpace.EqualsCondition(c, a, "z")
        ),
        ConfigSpace.GreaterThanCondition(d, n, 2),
        ConfigSpace.LessThanCondition(e, o, "high"),
        ConfigSpace.OrConjunction(
            ConfigSpace.EqualsCondition(f, o, "low"), ConfigSpace.EqualsCondition(f, o, "high")
        ),
    )
    space = from_configspace(cs)
    agree(space, cs, 150)
    assert space.decode(space.default())["a"] == "y"
    drawn = [params["a"] for params in space.sample(3000, random_state=0)]
    assert drawn.count("z") / 3000 == pytest.approx(0.5, abs=0.05)


def test_forbidden_clauses():
    cs = ConfigSpace.ConfigurationSpace(seed=0)
    a, b = (
        ConfigSpace.Categorical("a", ["x", "y"]),
        ConfigSpace.Categorical("b", ["x", "y", "z"], default="z"),
    )
    n, m = ConfigSpace.Integer("n", (1, 5), default=5), ConfigSpace.Integer("m", (1, 5), default=1)
    cs.add(a, b, n, m, ConfigSpace.EqualsCondition(m, a, "x"))
    cs.add(
        ConfigSpace.ForbiddenAndConjunction(
            ConfigSpace.ForbiddenEqualsClause(a, "x"), ConfigSpace.ForbiddenInClause(b, ["x", "y"])
        ),
        ConfigSpace.ForbiddenLessThanRelation(n, m),
        ConfigSpace.ForbiddenEqualsClause(n, 3),
    )
    space = from_configspace(cs)
    agree(space, cs, 100)
    assert not space.contains({"a": "x", "b": "x", "n": 5, "m": 1})
    assert not space.contains({"a": "y", "b": "x", "n": 3})
    assert not space.contains({"a": "x", "b": "z", "n": 1, "m": 2})


LEAVES = st.one_of(
    st.builds(lambda lo, w: Real(lo, lo + w), st.floats(0.1, 5), st.floats(0.1, 5)),
    st.builds(lambda lo, w: Real(lo, lo + w, log=True), st.floats(0.1, 5), st.floats(0.1, 5)),
    st.builds(lambda lo, w: Integer(lo, lo + w), st.integers(-5, 5), st.integers(1, 9)),
    st.just([1, 2, 7]),
    st.just(Choice("p", "q", None)),
)
CHOICES = st.builds(
    lambda first, second, weights: Choice(
        "u", When("v", one=first), When("w", two=second, three=Choice(1, When(2, four=first))),
        weights=weights,
    ),
    LEAVES, LEAVES, st.lists(st.floats(0.2, 5), min_size=3, max_size=3),
)  # fmt: skip


@given(LEAVES, CHOICES)
@settings(max_examples=25, deadline=None)
def test_any_space_there_and_back(leaf, choice):
    space = Space({"leaf": leaf, "choice": choice})
    converted = to_configspace(space)
    agree(space, converted, 12)
    agree(from_configspace(converted), converted, 12)


def independent():
    cs = ConfigSpace.ConfigurationSpace()
    a, b, c = (ConfigSpace.Categorical(name, [1, 2]) for name in "abc")
    cs.add(
        a,
        b,
        c,
        ConfigSpace.AndConjunction(
            ConfigSpace.EqualsCondition(c, a, 1), ConfigSpace.EqualsCondition(c, b, 1)
        ),
    )
    return cs


def on_a_float():
    cs = ConfigSpace.ConfigurationSpace()
    a, b = ConfigSpace.Float("a", (0, 1)), ConfigSpace.Float("b", (0, 1))
    cs.add(a, b, ConfigSpace.GreaterThanCondition(b, a, 0.5))
    return cs


def elsewhere():
    cs = ConfigSpace.ConfigurationSpace()
    a, b = ConfigSpace.Categorical("svc__kernel", ["x", "y"]), ConfigSpace.Float("pca__n", (0, 1))
    cs.add(a, b, ConfigSpace.EqualsCondition(b, a, "x"))
    return cs


def normal():
    cs = ConfigSpace.ConfigurationSpace()
    cs.add(ConfigSpace.NormalFloatHyperparameter("a", mu=0, sigma=1, lower=-1, upper=1))
    return cs


@pytest.mark.parametrize(
    ("cs", "message"),
    [
        (independent, r"'c' depends on 'a' and 'b', which do not depend on each other"),
        (on_a_float, r"a, Type: UniformFloat"),
        (elsewhere, r"'pca__n' depends on 'svc__kernel'; a name .* begin with 'svc__'"),
        (normal, r"a, Type: NormalFloat"),
    ],
)
def test_what_a_space_cannot_say_is_refused(cs, message):
    with pytest.raises(ValueError, match=message):
        from_configspace(cs())


def test_what_configspace_cannot_say_is_refused():
    with pytest.raises(ValueError, match=r"are functions, which ConfigSpace does not have"):
        to_configspace(Space({"a": [1, 2]}, forbidden=lambda p: p["a"] == 1))
    with pytest.raises(TypeError, match=r"should be a ConfigurationSpace, got dict"):
        from_configspace({})
