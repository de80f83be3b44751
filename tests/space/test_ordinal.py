"""A list of numbers, ordered by size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skhpo.space import Space

numbers = st.one_of(st.integers(-(10**6), 10**6), st.floats(-1e6, 1e6))


@given(st.lists(numbers, min_size=2, max_size=12, unique=True))
def test_every_number_comes_back_as_it_was_given(values):
    space = Space({"p": values})
    for value in values:
        [back] = space.decode(space.encode({"p": value})).values()
        assert back == value
        assert type(back) is type(value)


def test_neighbours_in_size_are_neighbours_in_the_cube():
    [column] = Space({"p": [10, 0.5, 3]}).columns
    assert column.kind == "discrete"
    assert [column.unit(value) for value in (0.5, 3, 10)] == pytest.approx([1 / 6, 1 / 2, 5 / 6])


@pytest.mark.parametrize(
    ("values", "log"),
    [
        ([1, 10, 100], True),
        ([100, 0.1, 10, 1], True),
        (np.logspace(-3, 3, 7), True),
        ([1, 2, 3], False),
        ([1, 10], False),
        ([0, 1, 10], False),
        ([-1, -10, -100], False),
    ],
)
def test_log_is_seen_by_constant_ratios(values, log):
    [column] = Space({"p": values}).columns
    assert column.log is log


@pytest.mark.parametrize(
    "values", [range(3), np.arange(3), [np.int64(0), np.int32(1), 2], (0, 1, 2)]
)
def test_any_sequence_of_numbers_and_native_numbers_back(values):
    space = Space({"p": values})
    back = [space.decode(x)["p"] for x in space.enumerate()]
    assert back == [0, 1, 2]
    assert {type(value) for value in back} == {int}


def test_an_equal_number_of_another_type_is_accepted():
    space = Space({"C": [0.1, 1, 10]})
    assert space.decode(space.encode({"C": 1.0})) == {"C": 1}
    assert not space.contains({"C": True})
    assert not space.contains({"C": 2})


@pytest.mark.parametrize("values", [[1, 1, 2], [1, None], [True, False], [1, np.nan], [1, 1.0]])
def test_other_lists_have_no_order(values):
    [column] = Space({"p": values}).columns
    assert column.kind == "categorical"


def test_a_position_is_snapped_to_that_of_its_value():
    space = Space({"p": [10, 0.5, 3]})
    [column] = space.columns
    u = np.linspace(0.0, 1.0, 14)
    expected = [column.unit(column.value(v)) for v in u]
    np.testing.assert_allclose(space.snap(u[:, np.newaxis])[:, 0], expected)
    assert not column.log
