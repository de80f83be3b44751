"""The estimate for candidates that were dropped: limits, laws, and its bias by simulation."""

import numpy as np
import pytest

from skhpo.schedules.racing import Racing

RACING = Racing()


def test_of_a_complete_candidate_it_is_the_mean():
    scores = np.random.default_rng(0).normal(size=(7, 5))
    mean, deviation = RACING.estimate(scores[:6], scores[6])
    assert mean == pytest.approx(scores[6].mean(), abs=1e-12)
    assert deviation == 0


def test_where_nothing_varies_nothing_is_shrunken():
    same = np.ones((3, 3))
    assert RACING.estimate(same, np.array([0.5, np.nan, np.nan])) == (0.5, 0.0)


def test_with_the_incumbent_alone_nothing_is_shrunken():
    complete = np.array([[0.7, 0.9, 0.8]])  # variance 0.01, that of a difference 0.02
    mean, deviation = RACING.estimate(complete, np.array([0.6, np.nan, np.nan]))
    assert mean == pytest.approx(0.7)
    assert deviation == pytest.approx(np.sqrt(0.02 * (1 - 1 / 3)))


def test_shrinks_towards_the_others_and_never_beyond():
    rng = np.random.default_rng(1)
    complete = rng.normal(size=(9, 10))
    best = complete[complete.mean(axis=1).argmax()]
    for n_done in range(1, 10):
        partial = np.full(10, np.nan)
        partial[:n_done] = best[:n_done] - 3
        plain = best.mean() - 3
        mean, _ = RACING.estimate(complete, partial)
        assert plain < mean < complete.mean()


def test_scale_and_shift_of_the_folds():
    rng = np.random.default_rng(2)
    complete, partial = rng.normal(size=(9, 6)), rng.normal(size=6)
    partial[2:] = np.nan
    shift = rng.normal(size=6)
    mean, deviation = RACING.estimate(complete, partial)
    moved = RACING.estimate(3 * complete + shift, 3 * partial + shift)
    assert moved == pytest.approx((3 * mean + shift.mean(), 3 * deviation), rel=1e-9)


@pytest.mark.parametrize(
    ("complete", "partial"),
    [(np.zeros((0, 3)), [0.1, np.nan, np.nan]), (np.zeros((2, 3)), [np.nan] * 3)],
)
def test_needs_something_to_go_by(complete, partial):
    with pytest.raises(ValueError, match="a complete candidate and a fold"):
        RACING.estimate(complete, np.array(partial))


def test_candidates_that_were_dropped_are_estimated_fairly():
    """Selection makes the plain estimate too low; shrinking takes most of that back."""
    rng = np.random.default_rng(3)
    errors, plain_errors, covered = [], [], []
    for _ in range(60):
        quality = rng.normal(size=40)
        scores = quality[:, None] + rng.normal(size=(40, 10)) + rng.normal(size=10)
        complete = scores[:10]
        best = complete[complete.mean(axis=1).argmax()]
        for candidate in scores[10:]:
            partial = np.full(10, np.nan)
            partial[0] = candidate[0]
            if not RACING.has_lost(complete, partial):
                continue
            mean, deviation = RACING.estimate(complete, partial)
            errors.append(mean - candidate.mean())
            plain_errors.append(best.mean() - (best - partial)[0] - candidate.mean())
            covered.append(abs(errors[-1]) < 2 * deviation)
    assert len(errors) > 300
    assert np.mean(plain_errors) < -0.5
    assert abs(np.mean(errors)) < 0.3 * abs(np.mean(plain_errors))
    assert np.sqrt(np.mean(np.square(errors))) < np.sqrt(np.mean(np.square(plain_errors)))
    assert 0.9 < np.mean(covered) < 0.995
