"""A range of real numbers."""

import copy
import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skhpo.space import Real

finite = st.floats(-1e6, 1e6, allow_nan=False)
unit = st.floats(0, 1)


@given(finite, finite, unit)
def test_value_and_unit_are_inverse(a, b, u):
    low, high = min(a, b), max(a, b)
    if not high - low > 1e-6:
        return
    real = Real(low, high)
    value = real.value(u)
    assert low <= value <= high
    assert type(value) is float
    assert real.value(real.unit(value)) == pytest.approx(value, rel=1e-9, abs=1e-9 * (high - low))


@given(st.floats(1e-12, 1e3), st.floats(1.001, 1e12), unit)
def test_log_value_and_unit_are_inverse(low, ratio, u):
    real = Real(low, low * ratio, log=True)
    value = real.value(u)
    assert real.low <= value <= real.high
    assert real.value(real.unit(value)) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("log", [False, True])
def test_ends_are_exact(log):
    real = Real(0.1, 0.7, log=log)
    assert (real.value(0.0), real.value(1.0)) == (0.1, 0.7)
    assert (real.unit(0.1), real.unit(0.7)) == (0.0, 1.0)
    assert (real.value(-1.0), real.value(2.0)) == (0.1, 0.7)


def test_log_is_even_in_the_logarithm():
    real = Real(1e-4, 1e4, log=True)
    assert real.value(0.5) == pytest.approx(1.0)
    assert real.value(0.75) == pytest.approx(100.0)


def test_numbers_of_any_type_are_accepted_and_become_floats():
    real = Real(np.float32(0.5), np.int64(2))
    assert (real.low, real.high) == (0.5, 2.0)
    assert type(real.low) is float
    assert real.unit(1) == real.unit(np.float64(1)) == pytest.approx(1 / 3)


@pytest.mark.parametrize("value", [0.0, 3, "1", None, True, np.nan, [1]])
def test_values_outside_are_refused(value):
    with pytest.raises(ValueError, match=r"is not allowed; allowed is a number from 1.0 to 2.0"):
        Real(1, 2).unit(value)


@pytest.mark.parametrize(
    ("args", "kwargs", "error", "message"),
    [
        (("0", 1), {}, TypeError, r"low should be a number, got '0' of type str"),
        ((0, None), {}, TypeError, r"high should be a number, got None"),
        ((True, 2), {}, TypeError, r"low should be a number, got True"),
        ((0, np.inf), {}, ValueError, r"high should be finite, got inf"),
        ((np.nan, 1), {}, ValueError, r"low should be finite, got nan"),
        ((2, 1), {}, ValueError, r"low should be less than high, got 2.0 and 1.0"),
        ((1, 1), {}, ValueError, r"low should be less than high"),
        ((0, 1), {"log": True}, ValueError, r"low should be positive when log=True, got 0.0"),
        ((-1e308, 1e308), {}, ValueError, r"too wide"),
        ((1e-300, 1e300), {"log": True}, ValueError, r"too wide"),
        ((0, 1), {"name": 3}, TypeError, r"name should be a string or None, got 3"),
    ],
)
def test_bad_arguments(args, kwargs, error, message):
    with pytest.raises(error, match=message):
        Real(*args, **kwargs)


@pytest.mark.parametrize("real", [Real(0, 1), Real(1e-5, 1, log=True), Real(-1, 1, name="r")])
def test_repr_evaluates_back(real):
    again = eval(repr(real))  # noqa: S307 (that is what a repr promises)
    assert repr(again) == repr(real)
    assert (again.low, again.high, again.log, again.name) == (
        real.low,
        real.high,
        real.log,
        real.name,
    )


def test_is_immutable_and_hashable_by_identity():
    real = Real(0, 1)
    with pytest.raises(FrozenInstanceError):
        real.low = 3
    with pytest.raises(FrozenInstanceError):
        del real.low
    assert len({real, Real(0, 1)}) == 2


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda d: pickle.loads(pickle.dumps(d))])
def test_copies_are_equal(copied):
    real = Real(1e-3, 1e3, log=True, name="C")
    again = copied(real)
    assert repr(again) == repr(real)
    assert again.value(0.3) == real.value(0.3)


def test_has_no_cells():
    with pytest.raises(TypeError, match="continuous"):
        Real(0, 1).index(np.array([0.5]))
    with pytest.raises(TypeError, match="continuous"):
        Real(0, 1).position(np.array([0]))


@pytest.mark.parametrize("log", [False, True])
def test_positions_are_their_own_canonical_ones_and_the_default_is_the_middle(log):
    real = Real(0.1, 0.7, log=log)
    np.testing.assert_array_equal(real.snap(np.array([-0.5, 0.3, 1.5])), [0.0, 0.3, 1.0])
    assert real.default == 0.5
