"""Intervals beside scipy, and beside the loops that the papers describe."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats
from sklearn.metrics import roc_auc_score

from skhpo.statistics import (
    bates_interval,
    bbc,
    bbcd_drop,
    bootstrap_interval,
    one_standard_error,
    tibshirani,
)
from skhpo.statistics.bates import _pivot

CLOSE = {"rtol": 1e-8, "atol": 1e-10}

# -- the bootstrap -------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["BCa", "percentile", "basic"])
@pytest.mark.parametrize("statistic", [np.mean, np.median, np.std])
def test_bootstrap_is_that_of_scipy(method, statistic):
    """The same seed gives the same draws."""
    values = np.random.default_rng(3).exponential(size=60)
    options = {"method": method, "n_resamples": 500}
    ours = bootstrap_interval(values, statistic, level=0.9, random_state=7, **options)
    expected = stats.bootstrap(
        (values,),
        statistic,
        confidence_level=0.9,
        random_state=np.random.default_rng(7),
        **options,
    ).confidence_interval
    assert_allclose((ours.low, ours.high), expected, **CLOSE)
    assert ours.estimate == pytest.approx(statistic(values))


def test_bootstrap_of_pairs_is_that_of_scipy():
    rng = np.random.default_rng(0)
    y = np.arange(50) % 2
    score = y + rng.normal(size=50)
    ours = bootstrap_interval((y, score), roc_auc_score, n_resamples=100, random_state=1)
    expected = stats.bootstrap(
        (y, score), roc_auc_score, paired=True, vectorized=False,
        n_resamples=100, random_state=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    assert_allclose((ours.low, ours.high), expected, **CLOSE)


@pytest.mark.parametrize("method", ["BCa", "percentile"])
def test_groups_are_drawn_whole(method):
    """With the rows of a group alike it is the bootstrap of the groups."""
    values = np.random.default_rng(0).normal(size=30)
    ours = bootstrap_interval(
        np.repeat(values, 3), groups=np.repeat(np.arange(30), 3), random_state=2, method=method
    )
    rows = bootstrap_interval(values, random_state=2, method=method)
    assert_allclose((ours.low, ours.high), (rows.low, rows.high), **CLOSE)


def test_draws_without_a_statistic_are_left_out():
    y = np.array([1, 0, 0, 0, 0])

    def auc(y, score):
        return roc_auc_score(y, score) if 0 < y.sum() < len(y) else math.nan

    scores = np.arange(5.0)[::-1]
    interval = bootstrap_interval((y, scores), auc, n_resamples=100, random_state=0)
    assert (interval.low, interval.high) == (1.0, 1.0)


def test_many_rows_take_a_jackknife_of_blocks():
    values = np.random.default_rng(0).exponential(size=3000)
    options = {"n_resamples": 200, "random_state": 0}
    blocks = bootstrap_interval(values, **options)
    center, error = values.mean(), values.std() / math.sqrt(3000)
    assert_allclose(
        (blocks.low, blocks.high), center + np.array([-1.96, 1.96]) * error, atol=0.3 * error
    )


# -- BBC -----------------------------------------------------------------------------------------


def draws(n_units, n_resamples, seed):
    return np.random.default_rng(seed).integers(0, n_units, (n_resamples, n_units))


def bbc_as_published(scores, n_resamples, seed):
    """Algorithm 4 of Tsamardinos et al., draw by draw."""
    n = len(scores)
    found = []
    for rows in draws(n, n_resamples, seed):
        best = np.argmax(scores[rows].mean(axis=0))
        found.append(scores[np.setdiff1d(np.arange(n), rows), best].mean())
    return found


@pytest.mark.parametrize("seed", range(3))
def test_bbc_is_the_published_loop(seed):
    scores = np.random.default_rng(seed).normal(size=(40, 7))
    ours = bbc(scores, level=0.9, n_resamples=200, random_state=seed)
    found = bbc_as_published(scores, 200, seed)
    expected = [np.mean(found), *np.quantile(found, [0.05, 0.95])]
    assert_allclose((ours.estimate, ours.low, ours.high), expected, **CLOSE)


def test_bbc_of_a_callable_is_that_of_its_rows():
    scores = np.random.default_rng(0).normal(size=(30, 4))
    options = {"n_resamples": 100, "random_state": 0}
    by_rows = bbc(scores, **options)
    called = bbc(
        lambda rows, j: float(scores[rows, j].mean()), n_candidates=4, n_rows=30, **options
    )
    assert_allclose((called.estimate, called.low), (by_rows.estimate, by_rows.low), **CLOSE)


def test_bbc_of_groups_scores_whole_groups():
    scores = np.random.default_rng(0).normal(size=(15, 4))
    options = {"n_resamples": 100, "random_state": 0}
    one = bbc(scores, **options)
    three = bbc(np.repeat(scores, 3, axis=0), groups=np.repeat(np.arange(15), 3), **options)
    assert_allclose((three.estimate, three.high), (one.estimate, one.high), **CLOSE)


def test_bbc_removes_the_optimism_of_the_best_of_noise():
    """100 candidates that guess: the best looks good, and the truth is a half."""
    raw, corrected = [], []
    for seed in range(50):
        right = np.random.default_rng(seed).random((100, 100)) < 0.5
        raw.append(right.mean(axis=0).max())
        corrected.append(bbc(right, n_resamples=200, random_state=seed).estimate)
    assert np.mean(raw) > 0.6
    assert np.mean(corrected) == pytest.approx(0.5, abs=0.03)


def test_bbc_of_one_candidate_is_its_score():
    right = np.random.default_rng(0).random((200, 1)) < 0.7
    interval = bbc(right, random_state=0)
    assert interval.estimate == pytest.approx(right.mean(), abs=0.01)


# -- BBCD ----------------------------------------------------------------------------------------


def test_dropping_is_the_published_loop():
    scores = np.random.default_rng(1).normal(np.linspace(0, 0.6, 12), 1.0, size=(60, 12))
    found = np.array([scores[rows].mean(axis=0) for rows in draws(60, 500, 0)])
    leader = scores.mean(axis=0).argmax()
    expected = (found >= found[:, [leader]]).mean(axis=0) < 0.05
    dropped = bbcd_drop(scores, threshold=0.05, n_resamples=500, random_state=0)
    assert (dropped == expected).all()
    assert 0 < dropped.sum() < 11


def test_equals_are_kept():
    assert not bbcd_drop(np.ones((10, 3)), random_state=0).any()


# -- Bates ---------------------------------------------------------------------------------------


def bates_as_published(inner, outer, folds, n_folds, level):
    """Algorithm 1 of Bates et al., fold by fold."""
    a, b, errors = [], [], []
    for r in range(len(outer)):
        for k in range(n_folds):
            e_out = outer[r, folds[r] == k]
            e_in = []
            for j in set(range(n_folds)) - {k}:
                e_in.extend(inner[r, folds[r] == j, k])
            a.append((np.mean(e_in) - e_out.mean()) ** 2)
            b.append(e_out.var(ddof=1) / len(e_out))
            errors.extend(e_in)
    sd = np.std(errors, ddof=1) / math.sqrt(outer.shape[1])
    mse = (np.mean(a) - np.mean(b)) * (n_folds - 1) / n_folds
    error = np.clip(math.sqrt(max(mse, 0)), sd, math.sqrt(n_folds) * sd)
    bias = (1 + (n_folds - 2) / n_folds) * (np.mean(errors) - outer.mean())
    center = np.mean(errors) - bias
    z = stats.norm.ppf(0.5 + level / 2)
    return center, center - z * error, center + z * error


@pytest.mark.parametrize("n_rows", [30, 33])
@pytest.mark.parametrize("shift", [0.0, 1.0, 5.0])
def test_bates_is_the_published_loop(n_rows, shift):
    """The shift of a fold's errors takes the standard error from its floor to its ceiling."""
    rng = np.random.default_rng(0)
    folds = np.array([rng.permutation(np.arange(n_rows) % 5) for _ in range(3)])
    outer = rng.exponential(size=(3, n_rows)) + shift * (folds == 2)
    inner = rng.exponential(size=(3, n_rows, 5)) + 0.1
    ours = bates_interval(inner, outer, folds, level=0.9)
    expected = bates_as_published(inner, outer, folds, 5, 0.9)
    assert_allclose((ours.estimate, ours.low, ours.high), expected, **CLOSE)


def test_bates_finds_the_variance_of_a_mean():
    """Models that learn nothing: the mean square error of the mean of n losses is var / n."""
    n, n_folds = 30, 3
    folds = np.arange(n) % n_folds
    found = []
    for seed in range(8000):
        losses = np.random.default_rng(seed).normal(size=n)
        a, b = _pivot(np.tile(losses[:, None], n_folds), losses, folds, 0)
        found.append((a - b) * (n_folds - 1) / n_folds)
    assert np.mean(found) == pytest.approx(1 / n, abs=4 * np.std(found) / math.sqrt(8000))
    assert np.std(found) / math.sqrt(8000) < 0.08 / n


def test_bates_of_one_repetition_may_drop_its_dimension():
    rng = np.random.default_rng(0)
    folds, outer, inner = np.arange(12) % 3, rng.random(12), rng.random((12, 3))
    assert bates_interval(inner, outer, folds) == bates_interval([inner], [outer], [folds])


# -- Tibshirani, one standard error --------------------------------------------------------------

tables = st.integers(1, 6).flatmap(
    lambda n: st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), min_size=n, max_size=n)
)


@settings(deadline=None)
@given(tables)
def test_tibshirani_is_the_published_formula(table):
    """Equation 4 of Tibshirani and Tibshirani, with errors: mean of e_k(best) - e_k(best of k)."""
    errors = -np.array(table)
    best = np.argmin(errors.mean(axis=1))
    bias = np.mean([errors[best, k] - min(errors[:, k]) for k in range(4)])
    result = tibshirani(table)
    assert result.bias == pytest.approx(bias, abs=1e-12)
    assert result.estimate == pytest.approx(-errors[best].mean() - bias, abs=1e-12)
    assert result.bias >= 0


@settings(deadline=None)
@given(tables, st.floats(0, 1))
def test_one_standard_error_holds_the_best_and_grows_with_overlap(table, ratio):
    plain = one_standard_error(table)
    corrected = one_standard_error(table, test_train_ratio=ratio)
    assert plain[np.argmax(np.mean(table, axis=1))]
    assert (plain <= corrected).all()


def test_one_standard_error_is_the_published_threshold():
    rng = np.random.default_rng(0)
    table = rng.normal(0.8, 0.05, 5) + rng.normal(0, 0.01, (40, 5))
    best = table.mean(axis=1).argmax()
    error = stats.sem(table[best])
    expected = table.mean(axis=1) >= table[best].mean() - error
    assert (one_standard_error(table) == expected).all()
    assert 1 < expected.sum() < 40


# -- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bootstrap_interval([1.0, 2], method="bca"), "method.*got 'bca'"),
        (lambda: bootstrap_interval(([1, 2], [1])), "same length"),
        (lambda: bootstrap_interval([1.0]), "at least 2 rows or groups, got 1"),
        (lambda: bootstrap_interval([1.0, 2], groups=[0]), r"groups should have shape \(2,\)"),
        (lambda: bootstrap_interval([1.0, 2], groups=[0, 0]), "2 rows or groups, got 1"),
        (lambda: bootstrap_interval([1.0, 2], lambda rows: math.nan), "finite in none of 2000"),
        (lambda: bbc([1.0, 2]), "2 dimension"),
        (lambda: bbc(np.ones((3, 2)), n_resamples=0), "n_resamples.*got 0"),
        (lambda: bbc(lambda rows, j: 0.0), "n_candidates.*got None"),
        (lambda: bbc(lambda rows, j: math.nan, n_candidates=1, n_rows=3), "none of 1000 draws"),
        (lambda: bbcd_drop(np.ones((3, 2)), threshold=1.0), "threshold.*got 1.0"),
        (lambda: bates_interval(np.ones((6, 2)), np.ones(6), np.arange(6) % 2), "n_folds=2"),
        (lambda: bates_interval(np.ones((6, 3)), np.ones(5), np.arange(6) % 3), "agree"),
        (lambda: bates_interval([[math.nan] * 3] * 6, [1] * 6, [0, 1, 2] * 2), "got 12 that"),
        (lambda: tibshirani([1.0, 2]), "2 dimension"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("level", [0, 1, 95, float("nan")])
def test_bbc_refuses_a_level_that_is_none(level):
    with pytest.raises(ValueError, match="level should lie in"):
        bbc(np.eye(4), level=level)
