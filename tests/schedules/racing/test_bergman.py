"""The two rules that compare means."""

import numpy as np
import pytest

from skhpo.schedules.racing.bergman import has_lost_aggressive, has_lost_forgiving

COMPLETE = np.array([[0.5, 0.9, 0.7], [0.4, 0.4, 0.4]])  # mean 0.7, worst fold 0.5


@pytest.mark.parametrize(
    ("partial", "aggressive", "forgiving"),
    [
        ([0.75, np.nan, np.nan], False, False),
        ([0.65, np.nan, np.nan], True, False),
        ([0.45, np.nan, np.nan], True, True),
        ([0.45, 0.56, np.nan], True, False),  # mean 0.505
        ([np.nan, 0.7, np.nan], False, False),  # not below the mean
        ([np.nan, 0.5, np.nan], True, False),  # not below the worst
    ],
)
def test_thresholds(partial, aggressive, forgiving):
    assert has_lost_aggressive(COMPLETE, np.array(partial), 0.05) is aggressive
    assert has_lost_forgiving(COMPLETE, np.array(partial), 0.05) is forgiving


def test_the_worst_fold_is_the_incumbent_s():
    complete = np.array([[0.5, 0.9], [0.69, 0.69]])
    assert not has_lost_forgiving(complete, np.array([0.6, np.nan]), 0.05)
