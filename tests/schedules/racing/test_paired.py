"""The paired test: its formula, its level, and what it does where nothing varies."""

import numpy as np
import pytest
from scipy.stats import t

from skhpo.schedules.racing.paired import (
    PRIOR_FOLDS,
    has_lost,
    pooled_variance,
    prior_variance,
)


def with_open(scores, n_done):
    partial = np.array(scores, dtype=float)
    partial[n_done:] = np.nan
    return partial


def critical_value(complete, differences, alpha):
    """The formula, written out with the functions of numpy and scipy.stats."""
    K, k = complete.shape[1], len(differences)
    best = complete[complete.mean(axis=1).argmax()]
    variances = [np.var(best - other, ddof=1) for other in complete if other is not best]
    prior = np.quantile([v for v in variances if v > 0], 0.6)
    own = np.var(differences, ddof=1) if k > 1 else 0.0
    dof = PRIOR_FOLDS + k - 1
    v = (PRIOR_FOLDS * prior + (k - 1) * own) / dof
    return t.ppf(1 - alpha, dof) * np.sqrt(v * (1 / k - 1 / K))


@pytest.mark.parametrize("n_done", [1, 2, 5, 9])
@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.2])
def test_verdict_changes_at_the_critical_value(n_done, alpha):
    rng = np.random.default_rng(n_done)
    complete = rng.normal(size=(12, 10))
    best = complete[complete.mean(axis=1).argmax()]
    noise = rng.normal(size=n_done)
    noise -= noise.mean()
    critical = critical_value(complete, noise, alpha)
    for factor, verdict in ((0.999, False), (1.001, True)):
        partial = np.full(10, np.nan)
        partial[:n_done] = best[:n_done] - noise - factor * critical
        assert has_lost(complete, partial, alpha) is verdict


@pytest.mark.parametrize("n_done", [1, 3, 7])
def test_level_of_one_test_for_a_candidate_as_good_as_the_incumbent(n_done):
    """Normal differences whose mean over all folds is zero, conditional on nothing else."""
    rng = np.random.default_rng(0)
    alpha, n_runs, K = 0.1, 2000, 10
    incumbent = rng.normal(size=K)
    dropped = 0
    for _ in range(n_runs):
        others = incumbent - 3 - rng.normal(size=(6, K))
        differences = rng.normal(size=K)
        differences -= differences.mean()
        partial = with_open(incumbent - differences, n_done)
        dropped += has_lost(np.vstack([incumbent, others]), partial, alpha)
    standard_error = np.sqrt(alpha * (1 - alpha) / n_runs)
    assert dropped / n_runs < alpha + 3 * standard_error
    assert dropped / n_runs > alpha / 3  # and not by never dropping any


def test_prior_variance_leaves_out_the_incumbent_and_its_doubles():
    rng = np.random.default_rng(1)
    complete = rng.normal(size=(9, 5))
    best = complete[complete.mean(axis=1).argmax()]
    variances = np.var(best - complete, axis=1, ddof=1)
    expected = np.quantile(variances[variances > 0], 0.6)
    assert prior_variance(complete) == pytest.approx(expected, rel=1e-12)
    doubled = np.vstack([complete, best, best, best])
    assert prior_variance(doubled) == pytest.approx(expected, rel=1e-12)


def test_prior_variance_of_one_candidate_is_that_of_two_unrelated_ones():
    scores = np.array([[0.7, 0.9, 0.8]])
    assert prior_variance(scores) == pytest.approx(2 * 0.01)
    assert prior_variance(np.vstack([scores, scores])) == pytest.approx(2 * 0.01)


@pytest.mark.parametrize("complete", [np.ones((4, 5)), np.ones((4, 1)), np.full((3, 5), 0.1)])
def test_without_any_variation_there_is_no_prior(complete):
    assert prior_variance(complete) == 0.0
    assert pooled_variance(complete, np.array([0.5])) == (0.0, 0)


def test_rounding_errors_are_not_variation():
    base = np.array([0.1, 0.2, 0.3, 0.7])
    assert prior_variance(np.vstack([base + 0.1, base])) == pytest.approx(2 * base.var(ddof=1))


def test_where_nothing_varies_one_fold_says_nothing_and_two_are_enough():
    complete = np.full((5, 6), 1.0)
    assert not has_lost(complete, with_open([0.5] * 6, 1), 0.05)
    assert has_lost(complete, with_open([0.5] * 6, 2), 0.05)
    assert not has_lost(complete, with_open([1.0] * 6, 2), 0.05)


@pytest.mark.parametrize("n_splits", [2, 3])
def test_few_folds(n_splits):
    rng = np.random.default_rng(2)
    complete = rng.normal(size=(8, n_splits))
    assert has_lost(complete, with_open([-100.0] * n_splits, 1), 0.05)
    assert not has_lost(complete, with_open([100.0] * n_splits, 1), 0.05)


def test_of_two_incumbents_with_the_same_mean_the_first_counts():
    complete = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0], [0.0, 0.5, 0.0, 0.5]])
    partial = np.array([0.5, np.nan, 0.5, np.nan])  # loses to the first, wins against the second
    swapped = complete[[1, 0, 2]]
    assert has_lost(complete, partial, 0.4)
    assert not has_lost(swapped, partial, 0.4)
