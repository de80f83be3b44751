"""Of rare classes enough is left to search with."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skhpo import HoldOut
from skhpo.search._by_class import HoldOutByClass


@given(
    st.lists(st.integers(1, 40), min_size=2, max_size=12),
    st.floats(0.05, 0.9),
    st.integers(0, 100),
)
def test_two_rows_of_each_class_are_left_and_the_rest_is_in_proportion(counts, share, seed):
    y = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    n, counts = len(y), np.array(counts)
    n_held = int(np.ceil(share * n))
    splitter = HoldOutByClass(share, random_state=seed)
    if n_held >= n or n_held > np.maximum(counts - 2, 0).sum():
        with pytest.raises(ValueError, match=r"final_holdout|test_size"):
            list(splitter.split(y, y))
        return
    [(searched, held)] = splitter.split(y, y)
    np.testing.assert_array_equal(np.sort([*searched, *held]), np.arange(n))
    assert len(held) == n_held
    left = np.bincount(y[searched], minlength=len(counts))
    assert (left >= np.minimum(counts, 2)).all()


def test_classes_that_are_common_are_divided_as_ever():
    y = np.repeat([0, 1, 2], [50, 30, 20])
    [(_, held)] = HoldOutByClass(0.2, random_state=0).split(y, y)
    [(_, usual)] = HoldOut(0.2, stratify=True, random_state=0).split(y, y)
    np.testing.assert_array_equal(held, np.sort(usual))


def test_a_class_of_one_row_does_not_undo_the_proportions():
    y = np.repeat([0, 1, 2], [100, 40, 1])
    [(_, held)] = HoldOutByClass(14, random_state=0).split(y, y)
    assert np.bincount(y[held], minlength=3).tolist() == [10, 4, 0]


def test_fewer_rows_than_classes():
    y = np.arange(150) % 20
    [(_, held)] = HoldOutByClass(15, random_state=0).split(y, y)
    assert len(set(y[held])) == 15
