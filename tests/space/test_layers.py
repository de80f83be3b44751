import copy
import pickle
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skhpo.space import Choice, Integer, Layers, Space


@given(
    n=st.integers(1, 5),
    low=st.integers(1, 50),
    span=st.integers(1, 400),
    taper=st.floats(0.2, 2.0),
    u=st.floats(0, 1),
)
def test_value_and_position_agree(n, low, span, taper, u):
    layers = Layers(n, low, low + span, taper=taper)
    widths = layers.value(u)
    assert len(widths) == n
    assert widths[0] == Integer(low, low + span, log=True).value(u)
    for before, after in pairwise(widths):
        assert abs(after - before * taper) <= 0.5 * (1 + taper) or after == 1
    assert layers.value(layers.unit(widths)) == widths
    assert layers.snap(np.array([u]))[0] == layers.unit(widths)


def test_without_taper_all_widths_are_equal():
    assert Layers(3, 16, 264).value(1.0) == (264, 264, 264)


@pytest.mark.parametrize("value", [(8, 8), (16,), (16, 8), 16, (16.0, 16.0), (), "16"])
def test_other_values_lie_outside(value):
    with pytest.raises(ValueError, match=r"is not allowed; allowed is a tuple of widths"):
        Layers(2, 16, 64).unit(value)


def test_an_architecture_is_a_number_of_layers_and_their_widths():
    space = Space({"sizes": Choice(*(Layers(n, 16, 264) for n in (1, 2, 3)))})
    assert [column.parents for column in space.columns] == [
        (),
        ((0, frozenset({0})),),
        ((0, frozenset({1})),),
        ((0, frozenset({2})),),
    ]
    assert space.size == 3 * 249
    rng = np.random.default_rng(0)
    for x in space.draw(50, rng):
        params = space.decode(x)
        np.testing.assert_array_equal(space.encode(params), x)
    depths = [len(space.decode(x)["sizes"]) for x in space.draw(600, rng)]
    assert np.bincount(depths)[1:] == pytest.approx([200, 200, 200], abs=60)


def test_current_sizes_are_located():
    space = Space({"sizes": Choice(Layers(1, 16, 264), Layers(2, 16, 264))})
    assert space.decode(space.locate({"sizes": [100, 100]})) == {"sizes": (100, 100)}


def test_levels_and_lists():
    space = Space({"sizes": Layers(2, 1, 100)})
    levels = [space.decode(x)["sizes"] for x in space.enumerate(3)]
    assert levels == [(1, 1), (10, 10), (100, 100)]
    assert Space({"sizes": Layers(1, 1, 3)}).flatten() == [{"sizes": [(1,), (2,), (3,)]}]


@pytest.mark.parametrize("layers", [Layers(1, 2, 9), Layers(2, 2, 9, taper=0.5, name="n")])
def test_repr_and_copies(layers):
    assert repr(eval(repr(layers))) == repr(layers)  # noqa: S307
    assert repr(copy.deepcopy(layers)) == repr(pickle.loads(pickle.dumps(layers))) == repr(layers)


@pytest.mark.parametrize(
    ("args", "taper", "error", "message"),
    [
        ((0, 1, 2), 1, ValueError, "n_layers should be at least 1, got 0"),
        ((1.5, 1, 2), 1, TypeError, "n_layers should be a whole number, got 1.5"),
        ((1, 0, 2), 1, ValueError, "low should be at least 1"),
        ((1, 3, 2), 1, ValueError, "low should be less than high"),
        ((1, 1, 2), 0, ValueError, "taper should be positive, got 0"),
        ((1, 1, 2), "x", TypeError, "taper should be a number"),
    ],
)
def test_bad_arguments(args, taper, error, message):
    with pytest.raises(error, match=message):
        Layers(*args, taper=taper)
