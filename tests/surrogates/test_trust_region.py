import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skhpo.surrogates.kernels import Points
from skhpo.surrogates.trust_region import TrustRegion, nearest

LOSSES = st.lists(st.floats(-1e3, 1e3) | st.just(float("inf")), max_size=300)


def course(region, losses):
    """Tell losses one at a time; the states after each."""
    states = []
    for i, loss in enumerate(losses):
        region = region.told([loss], n_asked=i + 1)
        states.append(region)
    return states


# What happens, worked out by hand from the rules of the paper: success tolerance 3, failure
# tolerance 5 in five dimensions, length 0.8 at the start, at most 1.6, at least 0.5**7.
TRANSITIONS = [
    # loss, then: length, successes, failures, best
    (10.0, 0.8, 0, 0, 10.0),  # the design
    (12.0, 0.8, 0, 0, 10.0),
    (9.0, 0.8, 1, 0, 9.0),
    (8.9999, 0.8, 0, 1, 8.9999),  # better by less than 0.009: a failure, but the best
    (8.0, 0.8, 1, 0, 8.0),
    (7.0, 0.8, 2, 0, 7.0),
    (6.0, 1.6, 0, 0, 6.0),  # the third in a row doubles
    (5.0, 1.6, 1, 0, 5.0),
    (4.0, 1.6, 2, 0, 4.0),
    (3.0, 1.6, 0, 0, 3.0),  # and once more, but not beyond the largest
    (3.0, 1.6, 0, 1, 3.0),
    (np.inf, 1.6, 0, 2, 3.0),
    (3.5, 1.6, 0, 3, 3.0),
    (9.0, 1.6, 0, 4, 3.0),
    (4.0, 0.8, 0, 0, 3.0),  # the fifth failure in a row halves
    (4.0, 0.8, 0, 1, 3.0),
    (2.0, 0.8, 1, 0, 2.0),  # a success takes back the failure
    (-1.0, 0.8, 2, 0, -1.0),
    (-1.0009, 0.8, 0, 1, -1.0009),  # less than a thousandth of |best|
    (-1.0025, 0.8, 1, 0, -1.0025),
]


def test_transitions_worked_out_by_hand():
    region = TrustRegion(dimension=5, n_initial=2, n_design=2)
    states = course(region, [row[0] for row in TRANSITIONS])
    for state, (_, *expected) in zip(states, TRANSITIONS, strict=True):
        assert [state.length, state.n_successes, state.n_failures, state.best] == expected


@pytest.mark.parametrize(
    ("dimension", "n_parallel", "tolerance"),
    [(1, 1, 4), (4, 1, 4), (10, 1, 10), (10.5, 1, 11), (10, 4, 3), (100, 8, 13), (2, 8, 1)],
)
def test_failure_tolerance_is_that_of_the_paper(dimension, n_parallel, tolerance):
    region = TrustRegion(dimension, n_initial=1, n_design=1, n_parallel=n_parallel)
    assert region.failure_tolerance == tolerance


def test_a_region_begins_anew_after_seven_halvings():
    """0.8 halved seven times is 0.00625, the first length below 0.5**7 = 0.0078125."""
    states = course(TrustRegion(dimension=6, n_initial=3, n_design=1), [1.0] + [2.0] * 42)
    assert states[-2].length == pytest.approx(0.8 / 2**6)
    assert states[-2].first == 0
    assert states[-1] == TrustRegion(dimension=6, n_initial=3, n_design=3, first=43)


def test_a_step_of_many_losses_is_judged_by_the_smallest():
    region = TrustRegion(dimension=2, n_initial=2, n_design=2, n_parallel=2)
    region = region.told([3.0, 2.0], 2)
    assert region.told([9.0, 1.0], 4).n_successes == 1
    halved = region.told([2.0, 9.0], 4).told([2.5, 2.5], 6)
    assert (halved.length, halved.n_failures) == (0.4, 0)


def test_candidates_of_a_region_that_has_ended_do_not_count():
    ended = TrustRegion(dimension=1, n_initial=2, n_design=2, first=10)
    late = ended.after([3, 9, 10], [0.0, -5.0, 7.0], [11, 11, 11])
    assert (late.best, late.n_told) == (7.0, 1)


@given(LOSSES, st.integers(1, 12), st.integers(1, 5))
def test_what_always_holds(losses, dimension, n_initial):
    region = TrustRegion(dimension, n_initial=n_initial, n_design=n_initial)
    n = len(losses)
    states = course(region, losses)
    for before, state in zip([region, *states], states, strict=False):
        assert 0.5**7 <= state.length <= 1.6
        assert state.length / before.length in (0.5, 1.0, 2.0) or state.n_told == 0
        assert state.n_successes < 3
        assert state.n_failures < state.failure_tolerance
        assert state.best <= before.best or state.n_told == 0
    again = region.after(range(n), losses, range(1, n + 1))
    assert again == (states[-1] if states else region)


def test_the_nearest_points_are_those_about_the_smallest_loss():
    rng = np.random.default_rng(0)
    points = Points(rng.random((50, 3)), np.ones((50, 0), dtype=bool))
    y, per_column = rng.random(50), np.array([1.0, 100.0, 0.0])
    y[7] = -1.0
    chosen = nearest(points, y, per_column, limit=9)
    gaps = ((points.Z - points.Z[7]) ** 2 * per_column).sum(axis=1)
    assert 7 in chosen
    assert len(chosen) == 9
    assert gaps[chosen].max() <= np.delete(gaps, chosen).min()
    assert list(chosen) == sorted(chosen)
