"""A range of whole numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skhpo.space import Integer


@st.composite
def integers(draw):
    log = draw(st.booleans())
    low = draw(st.integers(1 if log else -(10**6), 10**6))
    return Integer(low, low + draw(st.integers(1, 10**6)), log=log)


@given(integers(), st.data())
def test_every_number_is_the_value_of_its_position(integer, data):
    number = data.draw(st.integers(integer.low, integer.high))
    u = integer.unit(number)
    assert 0 < u < 1
    assert integer.value(u) == number
    assert type(integer.value(u)) is int
    assert integer.index(np.array([u])).tolist() == [number - integer.low]


@given(integers(), st.floats(0, 1))
def test_snap_is_idempotent_and_keeps_the_value(integer, u):
    snapped = integer.snap(np.array([u]))
    np.testing.assert_array_equal(integer.snap(snapped), snapped)
    assert integer.value(float(snapped[0])) == integer.value(u)


@pytest.mark.parametrize("high", [2**32, 2**44])
@pytest.mark.parametrize("log", [False, True])
def test_wide_ranges_keep_their_cells_apart(high, log):
    integer = Integer(1, high, log=log)
    for number in (1, 2, high // 3, high - 1, high):
        assert integer.value(integer.unit(number)) == number


def test_all_numbers_are_equally_likely():
    u = (np.arange(6000) + 0.5) / 6000
    counts = np.bincount(Integer(1, 6).index(u))
    assert counts.tolist() == [1000] * 6


def test_log_cells_are_as_wide_as_their_logarithm():
    integer = Integer(1, 100, log=True)
    u = (np.arange(100_000) + 0.5) / 100_000
    share = np.bincount(integer.index(u)) / len(u)
    numbers = np.arange(1, 101)
    expected = np.log((numbers + 0.5) / (numbers - 0.5)) / np.log(100.5 / 0.5)
    np.testing.assert_allclose(share, expected, atol=2e-5)


def test_ends():
    integer = Integer(3, 5)
    assert [integer.value(u) for u in (-0.5, 0.0, 1.0, 1.5)] == [3, 3, 5, 5]
    assert integer.index(np.array([-0.5, 0.0, 1.0, 1.5])).tolist() == [0, 0, 2, 2]


@pytest.mark.parametrize("value", [0, 6, 3.0, "3", None, True])
def test_values_outside_are_refused(value):
    with pytest.raises(ValueError, match="allowed is a whole number from 1 to 5"):
        Integer(1, 5).unit(value)


@pytest.mark.parametrize(
    ("args", "kwargs", "error", "message"),
    [
        ((0.5, 3), {}, TypeError, r"low should be a whole number, got 0.5"),
        (("1", 3), {}, TypeError, r"low should be a number, got '1'"),
        ((3, 1), {}, ValueError, r"low should be less than high, got 3 and 1"),
        ((3, 3), {}, ValueError, r"low should be less than high"),
        ((0, 3), {"log": True}, ValueError, r"low should be at least 1 when log=True, got 0"),
        ((0, 2**60), {}, ValueError, r"high should lie within"),
    ],
)
def test_bad_arguments(args, kwargs, error, message):
    with pytest.raises(error, match=message):
        Integer(*args, **kwargs)


@pytest.mark.parametrize("integer", [Integer(0, 9), Integer(1, 9, log=True, name="n")])
def test_repr_evaluates_back(integer):
    assert repr(eval(repr(integer))) == repr(integer)  # noqa: S307
