import numpy as np
import pytest

from skhpo.surrogates.alternatives import is_stalled, neglected

NOBODY = np.array([], dtype=int)


@pytest.mark.parametrize(("expected", "stalled"), [(0.29, True), (0.31, False)])
def test_progress_is_measured_from_the_median_to_the_best(expected, stalled):
    assert is_stalled(expected, np.array([-8.0, 2.0, 100.0]), best=-8.0) == stalled


def test_candidates_are_shared_as_one_over_the_rank():
    best = np.array([0.1, 0.2, 0.3, 0.4])
    told = np.arange(4)
    for _ in range(1100):
        told = np.append(told, neglected(best[told], told, NOBODY, 4))
    counts = np.bincount(told)
    assert counts[0] == 1
    np.testing.assert_allclose(counts[1:] / counts[1:].sum(), np.array([6, 3, 2]) / 11, atol=0.01)


def test_an_alternative_without_evaluations_comes_first():
    y, told = np.array([1.0, 2.0]), np.array([0, 1])
    assert neglected(y, told, NOBODY, 3) == 2
    assert neglected(y, told, np.array([2, 2]), 3) == 1


def test_alternatives_that_only_fail_come_last():
    y, told = np.array([1.0, 2.0, 2.0, np.inf, np.inf]), np.array([0, 1, 1, 2, 2])
    assert neglected(y, told, NOBODY, 3) == 1


def test_where_all_have_failed_there_is_a_choice_all_the_same():
    assert neglected(np.full(3, np.inf), np.array([0, 0, 1]), NOBODY, 2) in (0, 1)
