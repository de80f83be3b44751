"""Stopping rules: what they see, when they fire, and the formulas behind them."""

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skhpo.exceptions import ContractError
from skhpo.stopping import (
    AnyRule,
    Patience,
    Progress,
    RegretBound,
    TargetScore,
    TimeBudget,
    confidence_factor,
    regret_bound,
    split_standard_error,
)


def progress(scores, points=None):
    """Return what rules see; two splits, half a tenth above and below the mean."""
    scores = np.asarray(scores, dtype=float)
    points = np.zeros((len(scores), 1)) if points is None else points
    return Progress(scores, scores[:, None] + [-0.05, 0.05], points, 1.0)


# -- patience -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "fires"),
    [
        ([], False),
        ([0.5], False),
        ([0.5, 0.4], False),
        ([0.5, 0.4, 0.5], True),
        ([0.5, 0.4, 0.6], False),
        ([0.5, 0.6, 0.7, 0.1, 0.2], True),
        ([np.nan, np.nan, np.nan], False),
        ([0.5, np.nan, np.nan], True),
        ([np.nan, np.nan, 0.5, 0.1], False),
    ],
)
def test_patience_counts_candidates_since_the_best(scores, fires):
    assert (Patience(2)(progress(scores)) is not None) == fires


def test_patience_ignores_small_improvements():
    scores = [0.5, 0.505, 0.509]
    assert Patience(2)(progress(scores)) is None
    assert "0.5 in 2" in Patience(2, tol=0.01)(progress(scores))


def test_small_improvements_add_up():
    assert Patience(3, tol=0.01)(progress([0.5, 0.506, 0.512, 0.518])) is None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Patience(0), "n_candidates should be at least 1, got 0"),
        (lambda: Patience(2, tol=-1.0), "tol should be at least 0, got -1.0"),
        (lambda: Patience(2, tol=np.nan), "tol should be at least 0, got nan"),
        (lambda: RegretBound(0), "n_consecutive should be at least 1, got 0"),
        (lambda: RegretBound(min_candidates=0), "min_candidates should be at least 1"),
    ],
)
def test_what_makes_no_sense_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# -- target, combinations -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "fires"),
    [([], False), ([np.nan], False), ([0.89], False), ([0.9], True), ([0.95, 0.1], True)],
)
def test_a_target_is_reached_once(scores, fires):
    assert (TargetScore(0.9)(progress(scores)) is not None) == fires


def test_the_first_rule_that_fires_gives_the_reason():
    rule = AnyRule([TargetScore(0.99), Patience(1), TargetScore(0.1)])
    assert "no improvement" in rule(progress([0.5, 0.4]))
    assert AnyRule([])(progress([0.5])) is None


def test_an_answer_that_is_no_reason_is_refused():
    with pytest.raises(ContractError, match="reason"):
        AnyRule([lambda progress: True])(progress([0.5]))


@pytest.mark.parametrize("rule", [Patience(3), TargetScore(0.5), RegretBound(2)])
def test_rules_are_values(rule):
    assert pickle.loads(pickle.dumps(rule)) == rule
    assert type(rule)(**vars(rule)) == rule


def test_a_time_budget_reserves_the_scoring_of_what_is_held_out():
    time = TimeBudget(100.0, refit_share=1.0, score_share=5.0)
    time.learn(1.0, fit_seconds=0.0, score_seconds=4.0)
    with_scoring = time.remaining()
    time.learn(0.5, fit_seconds=20.0, score_seconds=0.0)
    assert with_scoring == pytest.approx(time.remaining(), abs=0.5)
    assert with_scoring <= 80.0


def test_a_time_budget_reserves_the_refit_of_the_best():
    time = TimeBudget(100.0, refit_share=2.0)
    time.learn(1.0, fit_seconds=10.0)
    assert 70 < time.remaining() <= 75
    time.learn(2.0, fit_seconds=30.0)
    assert time.remaining() > 70
    time.learn(0.5, fit_seconds=1.0)
    assert time.remaining() > 90
    assert time.limit(5.0) == 5.0
    assert time.limit(1000.0) < 100


# -- the regret bound ---------------------------------------------------------------------------

finite = st.floats(-1e3, 1e3)


@given(arrays(float, st.integers(2, 12), elements=finite))
def test_the_standard_error_is_that_of_overlapping_training_sets(scores):
    k = len(scores)
    variance = sum((s - sum(scores) / k) ** 2 for s in scores) / k
    expected = math.sqrt(variance / k + variance / (k - 1))
    assert split_standard_error(scores) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_a_single_split_has_no_standard_error():
    assert math.isnan(split_standard_error(np.array([0.5])))


def test_the_confidence_factor_is_the_papers():
    for d, t in [(1, 20), (3, 57), (12, 400)]:
        expected = 2 * math.log(d * t**2 * math.pi**2 / (6 * 0.1)) / 5
        assert confidence_factor(d, t) == pytest.approx(expected, rel=1e-12)


def bowl(points, height=1.0):
    return 0.9 - height * np.sum((points - 0.4) ** 2, axis=1)


def seen(points, means, noise):
    offsets = noise * np.array([-1.5, -0.5, 0.0, 0.5, 1.5])
    return Progress(means, means[:, None] + offsets, points, 1.0)


RANDOM = np.random.default_rng(5).random((60, 2))


def test_the_bound_covers_the_regret_and_shrinks():
    losses = -bowl(RANDOM)
    bounds = [regret_bound(RANDOM[:n], losses[:n]) for n in (20, 40, 60)]
    regrets = [losses[:n].min() + 0.9 for n in (20, 40, 60)]
    assert all(bound >= regret for bound, regret in zip(bounds, regrets, strict=True))
    assert bounds[2] < bounds[0]


def test_the_bound_scales_with_the_losses():
    losses = -bowl(RANDOM)
    bound = regret_bound(RANDOM, losses)
    assert regret_bound(RANDOM, 1000 * losses + 5) == pytest.approx(1000 * bound, rel=1e-3)


def test_only_the_better_half_counts():
    losses = -bowl(RANDOM)
    worst = np.argsort(losses)[30:]
    changed = losses.copy()
    changed[worst] += np.random.default_rng(0).random(30)
    assert regret_bound(RANDOM, changed) == regret_bound(RANDOM, losses)


def test_a_flat_noisy_problem_stops_as_soon_as_it_may():
    rule = RegretBound()
    means = bowl(RANDOM, height=1e-4)
    for n in (1, 10, 23):
        assert rule(seen(RANDOM[:n], means[:n], 0.02)) is None
    reason = rule(seen(RANDOM[:24], means[:24], 0.02))
    assert "below the standard error" in reason
    assert f"{split_standard_error(0.02 * np.array([-1.5, -0.5, 0, 0.5, 1.5])):.4g}" in reason


def test_a_search_that_improves_goes_on():
    means = bowl(RANDOM, height=2.0)
    assert RegretBound()(seen(RANDOM[:30], means[:30], 1e-4)) is None


def test_a_steady_climb_goes_on():
    points = np.linspace(0, 0.5, 40)[:, None]
    assert RegretBound()(seen(points, points[:, 0], 0.005)) is None


def test_it_has_to_hold_several_times_in_a_row():
    means = bowl(RANDOM, height=1e-4)
    spread = np.full(60, 0.02)
    spread[np.argmax(means[:29])] = 0.0  # the best of the first 29 has no noise: no hit there
    means[29] = means.max() + 1e-6
    by_split = means[:, None] + spread[:, None] * np.array([-1.0, -1.0, 0.0, 1.0, 1.0])
    fires = [
        RegretBound(3)(Progress(means[:n], by_split[:n], RANDOM[:n], 1.0)) is not None
        for n in (29, 30, 31, 32)
    ]
    assert fires == [False, False, False, True]


def test_failures_and_inactive_parameters_are_no_obstacle():
    points = RANDOM.copy()
    points[::3, 1] = np.nan
    means = bowl(np.nan_to_num(points, nan=0.5), height=1e-4)
    means[::7] = np.nan
    assert RegretBound()(seen(points, means, 0.02)) is not None


def test_parameters_that_do_not_vary_or_take_few_values():
    rng = np.random.default_rng(1)
    kinds = rng.choice([0.25, 0.75], 60)
    points = np.column_stack([RANDOM, kinds, np.full(60, 0.5), np.full(60, np.nan)])
    means = bowl(RANDOM, height=1e-4) + 1e-5 * (kinds > 0.5)
    assert RegretBound()(seen(points, means, 0.02)) is not None


def test_without_noise_or_with_one_split_it_never_fires():
    means = bowl(RANDOM, height=1e-4)
    assert RegretBound()(seen(RANDOM, means, 0.0)) is None
    assert RegretBound()(Progress(means, means[:, None], RANDOM, 1.0)) is None


def test_equal_scores_leave_nothing_to_gain():
    assert regret_bound(RANDOM, np.ones(60)) == 0.0
    assert RegretBound()(seen(RANDOM, np.full(60, 0.9), 0.02)) is not None
    assert RegretBound()(seen(RANDOM, np.full(60, np.nan), 0.02)) is None
