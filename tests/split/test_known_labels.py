"""Windows before which no label is known, and times that are text."""

import numpy as np
import pandas as pd
import pytest

from skhpo import GroupWalkForward, WalkForward

DAYS = pd.date_range("2024-01-01", periods=30)
ENDS = DAYS + pd.Timedelta("3D")


def test_windows_without_anything_to_train_on_are_passed_over():
    """The label of the first day is known on the fourth: tests begin on the fifth."""
    splitter = WalkForward(test_size=1)
    splits = [*splitter.split(None, times=DAYS, label_end=ENDS)]
    assert [test.tolist() for _, test in splits] == [[day] for day in range(4, 30)]
    assert [train.max() for train, _ in splits] == [day - 4 for day in range(4, 30)]
    assert splitter.get_n_splits(None, times=DAYS, label_end=ENDS) == 26
    groups = GroupWalkForward(test_size=1)
    assert len([*groups.split(None, groups=np.arange(30), times=DAYS, label_end=ENDS)]) == 26


def test_windows_that_were_asked_for_are_not():
    with pytest.raises(ValueError, match="has no training rows"):
        list(WalkForward(29, test_size=1).split(None, times=DAYS, label_end=ENDS))
    never = DAYS + pd.Timedelta("90D")
    with pytest.raises(ValueError, match="has no training rows"):
        list(WalkForward(test_size=1).split(None, times=DAYS, label_end=never))


@pytest.mark.parametrize("dtype", [object, "string", None])
def test_times_may_be_text(dtype):
    text = pd.Series(DAYS.strftime("%Y-%m-%d"), dtype=dtype)
    splitter = WalkForward(3, test_size="5D")
    for found, wanted in zip(
        splitter.split(None, times=text), splitter.split(None, times=DAYS), strict=True
    ):
        np.testing.assert_array_equal(found[1], wanted[1])
    with pytest.raises(ValueError, match="times should be dates, periods or numbers"):
        list(splitter.split(None, times=pd.Series(["a", "b"] * 15, dtype=dtype)))
