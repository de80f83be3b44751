"""The laws of the encoded space, for spaces of every form."""

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import loguniform, norm, poisson
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import ParameterGrid
from sklearn.svm import SVC

from skhpo.space import Choice, Integer, Real, Space, When

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# -- spaces of any form ------------------------------------------------------------------------

plain_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(0.5, 10),
    st.text("ab", max_size=2),
    st.tuples(st.integers(0, 3), st.integers(0, 3)),
    st.lists(st.integers(0, 3), max_size=2),
)


@st.composite
def numeric(draw):
    low = draw(st.integers(1, 50))
    high = low + draw(st.integers(1, 50))
    kind = draw(st.sampled_from(["real", "integer", "tuple", "log", "list", "scipy", "poisson"]))
    log = draw(st.booleans())
    forms = {
        "real": Real(low, high, log=log),
        "integer": Integer(low, high, log=log),
        "tuple": (low, high),
        "log": (low / 3, float(high), "log-uniform"),
        "list": [low, high, (low + high) / 2 + 0.25],
        "scipy": loguniform(low, high),
        "poisson": poisson(low),
    }
    return forms[kind]


@st.composite
def trees(draw, path, depth):
    """Draw a definition; what it opens has names of its own, so nothing is defined twice."""
    if depth == 0 or draw(st.booleans()):
        values = st.lists(plain_values, min_size=1, max_size=4)
        return draw(st.one_of(numeric(), values))
    values = draw(st.lists(plain_values, min_size=1, max_size=4, unique_by=repr))
    n = len(values)
    alternatives = []
    for i, value in enumerate(values):
        siblings = [f"{path}{i}{letter}" for letter in draw(st.sampled_from(["", "a", "ab"]))]
        inside = {name: draw(trees(name, depth - 1)) for name in siblings}
        alternatives.append(When(value, **inside) if inside else value)
    weights = draw(st.none() | st.lists(st.floats(0.1, 10), min_size=n, max_size=n))
    return Choice(*alternatives, weights=weights)


definitions = st.fixed_dictionaries({"x": trees("x", 3)}, optional={"y__y": trees("y", 2)})


def open_paths(space, x):
    active = space.activity(x[np.newaxis])[0]
    return {
        path
        for column, on in zip(space.columns, active, strict=True)
        if on
        for path in column.paths
    }


@quick
@given(definitions, st.integers(0, 2**32 - 1))
def test_points_and_parameters_are_two_sides_of_one_thing(definition, seed):
    space = Space(definition)
    rng = np.random.default_rng(seed)
    X = rng.random((8, space.n_dims))
    snapped = space.snap(X)
    np.testing.assert_array_equal(space.snap(snapped), snapped)
    np.testing.assert_array_equal(np.isnan(snapped), ~space.activity(X))
    np.testing.assert_array_equal(space.activity(snapped), space.activity(X))
    for x, raw in zip(snapped, X, strict=True):
        params = space.decode(x)
        assert_same(space.decode(raw), params)
        assert open_paths(space, x) <= params.keys()
        again = space.encode(params)
        np.testing.assert_allclose(again, x, rtol=1e-9, atol=1e-9)
        assert_same(space.decode(again), params)
        assert space.contains(params)


def assert_same(a, b):
    assert a.keys() == b.keys()
    for name in a:
        assert type(a[name]) is type(b[name])
        if type(a[name]) is float:
            assert a[name] == pytest.approx(b[name], rel=1e-9, abs=1e-12)
        else:
            assert a[name] == b[name]


@quick
@given(definitions)
def test_size_is_the_number_enumerated(definition):
    space = Space(definition)
    if space.size > 3000:
        return
    points = [*space.enumerate()]
    assert len(points) == space.size
    assert len({x.tobytes() for x in points}) == len(points)
    for x in points[:50]:
        np.testing.assert_array_equal(space.snap(x[np.newaxis])[0], x)


@quick
@given(definitions)
def test_every_column_has_a_witness(definition):
    space = Space(definition)
    for j, column in enumerate(space.columns):
        assert all(parent < j for parent, _ in column.parents)
        x = space.witness(j)
        assert space.activity(x[np.newaxis])[0, j]
        np.testing.assert_array_equal(space.snap(x[np.newaxis])[0], x)
    np.testing.assert_array_equal(
        space.encode(space.decode(space.default())).shape, (space.n_dims,)
    )


@quick
@given(
    st.dictionaries(
        st.text("abc", min_size=1, max_size=3),
        st.lists(
            st.one_of(st.integers(0, 9), st.text("xy", max_size=2)),
            min_size=1,
            max_size=4,
            unique=True,
        ),
        max_size=4,
    )
)
def test_enumeration_is_that_of_parameter_grid(grid):
    space = Space(grid)
    assert [space.decode(x) for x in space.enumerate()] == list(ParameterGrid(grid))


# -- single laws -------------------------------------------------------------------------------


@pytest.fixture
def space():
    return Space(
        {
            "model": Choice(
                LogisticRegression(C=Real(1e-4, 1e4, log=True)),
                SVC(
                    C=Real(2**-5, 2**15, log=True),
                    kernel=Choice("rbf", When("poly", degree=Integer(2, 5))),
                ),
            ),
            "scale": ["on", "off"],
            "shift": norm(0, 1),
        }
    )


def test_inactive_coordinates_may_hold_anything(space):
    X = np.random.default_rng(0).random((50, space.n_dims))
    active = space.activity(X)
    for filler in (np.nan, -5.0, 7.0, np.inf):
        np.testing.assert_array_equal(space.snap(np.where(active, X, filler)), space.snap(X))
        np.testing.assert_array_equal(space.activity(np.where(active, X, filler)), active)


def test_an_active_coordinate_must_not_be_nan(space):
    with pytest.raises(ValueError, match="NaN at 'model'"):
        space.snap(np.full((1, space.n_dims), np.nan))
    assert space.activity(np.full((1, space.n_dims), np.nan))[0].sum() == 3


@pytest.mark.parametrize("method", ["snap", "activity", "allowed"])
@pytest.mark.parametrize("shape", [(3,), (2, 3), (0,)])
def test_arrays_of_another_shape_are_refused(space, method, shape):
    with pytest.raises(ValueError, match=rf"shape \(n, {space.n_dims}\)"):
        getattr(space, method)(np.zeros(shape))


def test_draws_are_snapped_and_reproducible(space):
    X = space.draw(20, np.random.default_rng(3))
    assert X.shape == (20, space.n_dims)
    np.testing.assert_array_equal(X, space.snap(X))
    np.testing.assert_array_equal(X, space.draw(20, np.random.default_rng(3)))
    assert space.draw(0, np.random.default_rng(3)).shape == (0, space.n_dims)


def test_a_finite_number_is_native(space):
    for params in space.sample(30, random_state=1):
        for value in params.values():
            assert not isinstance(value, np.generic)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scale": "maybe"}, r"'scale': 'maybe' is not allowed; allowed is one of 'on', 'off'"),
        ({"shift": 99.0}, r"'shift': 99.0 is not allowed; allowed is a number from -5.99"),
        ({"shift": None}, r"'shift' is missing; allowed is a number"),
        ({"scale": None}, r"'scale' is missing; allowed is one of 'on', 'off'"),
        ({"model__C": 1e9}, r"'model__C': .* allowed is a number from 0.03125 to 32768.0"),
        ({"model__degree": 3}, r"'model__degree' is 3, but it does not exist with the other"),
        ({"model__kernel": "poly"}, r"'model__degree' is missing"),
        ({"nonsense": 1}, r"'nonsense' is unknown; known are model, "),
        (
            {"model": "passthrough"},
            r"'model': 'passthrough' is not allowed; allowed is one of Log",
        ),
    ],
)
def test_parameters_outside_are_named(space, change, message):
    params = {
        "model": SVC(),
        "model__C": 1.0,
        "model__kernel": "rbf",
        "scale": "on",
        "shift": 0.0,
    }
    assert space.contains(params)
    changed = {**params, **change}
    changed = {name: value for name, value in changed.items() if value is not None}
    with pytest.raises(ValueError, match=message):
        space.encode(changed)
    assert not space.contains(changed)


def test_the_default_is_the_centre_and_the_first(space):
    params = space.decode(space.default())
    assert isinstance(params["model"], LogisticRegression)
    assert params["model__C"] == pytest.approx(1.0)
    assert params["scale"] == "on"
    assert params["shift"] == pytest.approx(0.0, abs=1e-9)


def test_sample(space):
    assert isinstance(space.sample(random_state=0), dict)
    assert len(space.sample(3, random_state=0)) == 3
    keys = [sorted(p) for p in space.sample(5, random_state=7)]
    assert keys == [sorted(p) for p in space.sample(5, random_state=np.random.default_rng(7))]
    legacy = [np.random.RandomState(0) for _ in range(2)]  # noqa: TID251
    first, second = (space.sample(2, random_state=rng) for rng in legacy)
    assert repr(first) == repr(second)


def test_an_infinite_space_cannot_be_enumerated(space):
    assert space.size == math.inf
    with pytest.raises(ValueError, match="'model__C' is continuous"):
        space.enumerate()


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))])
def test_copies_decode_alike(space, copied):
    again = copied(space)
    X = space.draw(20, np.random.default_rng(0))
    for x in X:
        assert repr(again.decode(x)) == repr(space.decode(x))
        np.testing.assert_allclose(again.encode(again.decode(x)), x)
        # estimators are recognised by what they are, so the copies understand each other
        np.testing.assert_allclose(again.encode(space.decode(x)), x)
    assert str(again) == str(space)


def test_scikit_learn_clones_a_space(space):
    again = clone(space, safe=False)
    assert repr(again) == repr(space)
    params = again.sample(random_state=0)
    assert space.contains(clone(params, safe=False))


def test_a_space_of_a_space():
    first = Space({"a": [1, 2, 3]}, forbidden=lambda p: p["a"] == 1)
    second = Space(first, forbidden=lambda p: p["a"] == 2)
    assert [second.decode(x) for x in second.enumerate()] == [{"a": 3}]
    assert [first.decode(x) for x in first.enumerate()] == [{"a": 2}, {"a": 3}]


def test_many_columns_at_once():
    space = Space({f"p{i}": Choice("a", When("b", **{f"q{i}": (0.0, 1.0)})) for i in range(8)})
    X = np.random.default_rng(0).random((1000, space.n_dims))
    np.testing.assert_array_equal(space.activity(X)[:, 1::2], X[:, ::2] >= 0.5)


# -- forbidden combinations --------------------------------------------------------------------


def l1_needs_liblinear(params):
    return params["penalty"] == "l1" and params["solver"] != "liblinear"


def degree_is_large(params):
    return params["degree"] is not None and params["degree"] > 3


def test_forbidden_combinations_never_come():
    definition = {
        "penalty": ["l1", "l2"],
        "solver": ["saga", "liblinear"],
        "kernel": Choice("rbf", When("poly", degree=Integer(2, 5))),
    }
    space = Space(definition, forbidden=[l1_needs_liblinear, degree_is_large])
    drawn = [space.decode(x) for x in space.draw(300, np.random.default_rng(0))]
    listed = [space.decode(x) for x in space.enumerate()]
    for params in [*drawn, *listed, space.decode(space.default())]:
        assert not (params["penalty"] == "l1" and params["solver"] != "liblinear")
        assert params.get("degree", 2) <= 3
        assert space.contains(params)
    assert len(listed) == 3 * 3
    assert space.size == 4 * 5
    bad = {"penalty": "l1", "solver": "saga", "kernel": "rbf"}
    x = space.encode(bad)
    assert not space.contains(bad)
    assert space.allowed(np.array([x, space.default()])).tolist() == [False, True]
    # the default, one coordinate changed
    assert np.nansum(np.abs(space.default() - x)) == 0.5


def test_without_constraints_all_is_allowed(space):
    assert space.allowed(np.zeros((3, space.n_dims))).tolist() == [True] * 3


def test_a_constraint_that_leaves_nothing_is_named():
    space = Space({"a": [1, 2]}, forbidden=lambda params: True)
    with pytest.raises(ValueError, match=r"forbidden leaves \(almost\) nothing: 0 of 10"):
        space.draw(3, np.random.default_rng(0))
    with pytest.raises(ValueError, match="almost"):
        space.default()
    assert [*space.enumerate()] == []


def test_a_rare_combination_is_found():
    space = Space({"a": Integer(1, 100)}, forbidden=lambda params: params["a"] != 77)
    assert space.decode(space.draw(2, np.random.default_rng(0))[1]) == {"a": 77}
    assert space.decode(space.default()) == {"a": 77}


def test_a_constraint_cannot_change_the_parameters():
    def greedy(params):
        params.clear()
        return False

    space = Space({"a": [1, 2]}, forbidden=[greedy, lambda params: params["a"] == 1])
    assert [space.decode(x) for x in space.enumerate()] == [{"a": 2}]


def test_an_error_in_a_constraint_is_the_users_to_see():
    def faulty(params):
        return 1 / 0

    with pytest.raises(ValueError, match=r"forbidden raised ZeroDivisionError.*'a'"):
        Space({"a": [1, 2]}, forbidden=faulty).draw(1, np.random.default_rng(0))


def test_getters_and_splitters_that_do_the_same_are_one_value():
    from operator import attrgetter, methodcaller

    from sklearn.model_selection import StratifiedKFold

    from skhpo.space._values import same_value

    assert same_value(methodcaller("a", b=1), methodcaller("a", b=1))
    assert not same_value(methodcaller("a", b=1), methodcaller("a", b=2))
    assert same_value(attrgetter("a", "b"), attrgetter("a", "b"))
    assert not same_value(attrgetter("a"), attrgetter("b"))
    assert same_value(StratifiedKFold(3), StratifiedKFold(3))
    assert not same_value(StratifiedKFold(3), StratifiedKFold(4))
