"""The tests of differences equal those of baycomp, mlxtend, scipy and statsmodels.

The numbers of baycomp were computed once, by version 1.0.2: it installs a package of the name
``tests``, which would hide this one.
"""

import math

import mlxtend.evaluate
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.stats import contingency_tables

from skhpo.statistics import (
    corrected_t_interval,
    corrected_t_test,
    correlated_bayesian_t,
    five_by_two_f,
    five_by_two_t,
    mcnemar,
)
from skhpo.statistics.corrected import spread

CLOSE = {"rtol": 1e-8, "atol": 1e-10}
SEEDS = range(5)


def differences(seed, n=10):
    return np.random.default_rng(seed).normal(0.01, 0.02, n)


# -- the corrected t -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_without_overlap_it_is_the_plain_t(seed):
    d = differences(seed)
    ours, theirs = corrected_t_test(d, test_train_ratio=0.0), stats.ttest_1samp(d, 0.0)
    assert_allclose((ours.statistic, ours.p_value), theirs, **CLOSE)
    interval = corrected_t_interval(d, test_train_ratio=0.0, level=0.9)
    assert_allclose((interval.low, interval.high), theirs.confidence_interval(0.9), **CLOSE)


def waves(runs):
    """Differences of ten folds, repeated, that do not depend on a generator."""
    return np.array([round(0.01 + 0.02 * math.sin(1 + 3 * i), 12) for i in range(10 * runs)])


@pytest.mark.parametrize(
    ("runs", "mean", "variance", "df"),
    [
        (1, 0.011218955272100001, 2.1994443257844146e-05, 9),
        (10, 0.01013797389164, 2.29856676689235e-05, 99),
    ],
)
def test_the_variance_is_that_of_baycomp(runs, mean, variance, df):
    """``CorrelatedTTest(zeros, differences, runs=runs)``: mean, var and df of its posterior."""
    interval = corrected_t_interval(waves(runs), test_train_ratio=1 / 9, level=0.9)
    expected = stats.t.interval(0.9, df, loc=mean, scale=math.sqrt(variance))
    assert_allclose((interval.low, interval.high), expected, **CLOSE)
    test = corrected_t_test(waves(runs), test_train_ratio=1 / 9)
    assert_allclose((test.statistic, test.df), (mean / math.sqrt(variance), df), **CLOSE)


def test_the_published_variance():
    """Equation 9 of Nadeau and Bengio, by hand: J = 4, n_test / n_train = 1/3, s^2 = 5/3."""
    test = corrected_t_test([1.0, 2.0, 3.0, 4.0], test_train_ratio=1 / 3)
    assert test.statistic == pytest.approx(2.5 / math.sqrt((1 / 4 + 1 / 3) * 5 / 3), rel=1e-12)
    assert test.df == 3


@settings(deadline=None)
@given(
    st.lists(st.floats(-1, 1), min_size=2, max_size=20),
    st.floats(0, 1),
    st.floats(0.01, 0.99),
)
def test_interval_and_test_agree(scores, ratio, level):
    """0 lies outside of the interval exactly where the test rejects."""
    test = corrected_t_test(scores, test_train_ratio=ratio)
    interval = corrected_t_interval(scores, test_train_ratio=ratio, level=level)
    if abs(test.p_value - (1 - level)) > 1e-9:
        rejects = test.p_value < 1 - level
        assert rejects == (not interval.low <= 0 <= interval.high)
    assert interval.low <= interval.estimate <= interval.high


@pytest.mark.parametrize(
    ("constant", "statistic", "p_value"), [(0.1, math.inf, 0.0), (-0.1, -math.inf, 0.0), (0, 0, 1)]
)
def test_differences_that_do_not_vary(constant, statistic, p_value):
    test = corrected_t_test([constant] * 5, test_train_ratio=0.25)
    assert (test.statistic, test.p_value) == (statistic, p_value)


# -- the Bayesian correlated t -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("runs", "rope", "expected"),
    [
        (1, 0.0, (0.9797940274557403, 0.0, 0.02020597254425971)),
        (1, 0.005, (0.8912556603435172, 0.10515448792630222, 0.00358985173018056)),
        (1, 0.02, (0.04697208923111156, 0.9529814018648448, 4.6508904043673915e-05)),
        (10, 0.0, (0.9815110622497438, 0.0, 0.018488937750256174)),
        (10, 0.005, (0.8567643212266361, 0.1421807988852879, 0.0010548798880759547)),
        (10, 0.02, (0.02115718184728437, 0.9788428137482117, 4.404503983757024e-09)),
    ],
)
def test_probabilities_are_those_of_baycomp(runs, rope, expected):
    """``two_on_single(differences, zeros, rope=rope, runs=runs)``."""
    found = correlated_bayesian_t(waves(runs), test_share=1 / 10, rope=rope)
    assert_allclose(found, expected, **CLOSE)


@pytest.mark.parametrize(
    ("constant", "expected"), [(0.1, (1, 0, 0)), (-0.1, (0, 0, 1)), (0.005, (0, 1, 0))]
)
def test_probabilities_of_differences_that_do_not_vary(constant, expected):
    assert correlated_bayesian_t([constant] * 5, test_share=0.2, rope=0.01) == expected


@settings(deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=2, max_size=20), st.floats(0, 0.5))
def test_probabilities_sum_to_one_and_mirror(d, rope):
    ours = correlated_bayesian_t(d, test_share=0.1, rope=rope)
    mirrored = correlated_bayesian_t(np.negative(d), test_share=0.1, rope=rope)
    assert sum(ours) == pytest.approx(1.0)
    assert_allclose(ours, mirrored[::-1], atol=1e-12)


# -- 5 x 2 ---------------------------------------------------------------------------------------


class Scored:
    """Something whose score on the i-th call is the i-th number."""

    def __init__(self, scores):
        self.scores = iter(scores)
        self._estimator_type = "regressor"

    def fit(self, X, y):
        return self


@pytest.mark.parametrize("seed", SEEDS)
def test_five_by_two_is_that_of_mlxtend(seed):
    scores = np.random.default_rng(seed).normal(0.8, 0.05, size=(2, 10))
    X, y = np.zeros((10, 1)), np.arange(10.0)

    def scorer(estimator, X, y):
        return next(estimator.scores)

    for ours, theirs in (
        (five_by_two_t, mlxtend.evaluate.paired_ttest_5x2cv),
        (five_by_two_f, mlxtend.evaluate.combined_ftest_5x2cv),
    ):
        expected = theirs(Scored(scores[0]), Scored(scores[1]), X, y, scoring=scorer)
        result = ours((scores[0] - scores[1]).reshape(5, 2))
        assert_allclose((result.statistic, result.p_value), expected, **CLOSE)


# -- McNemar -------------------------------------------------------------------------------------


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_mcnemar_is_that_of_statsmodels_and_mlxtend(seed, exact):
    right = np.random.default_rng(seed).random((2, 300)) < [[0.8], [0.7]]
    table = [[int(((right[0] == i) & (right[1] == j)).sum()) for j in (1, 0)] for i in (1, 0)]
    ours = mcnemar(*right, exact=exact)
    theirs = contingency_tables.mcnemar(table, exact=exact, correction=True)
    assert_allclose((ours.statistic, ours.p_value), (theirs.statistic, theirs.pvalue), **CLOSE)
    p_value = mlxtend.evaluate.mcnemar(np.array(table), exact=exact, corrected=True)[1]
    assert_allclose(ours.p_value, p_value, **CLOSE)
    assert ours.estimate == pytest.approx(right[0].mean() - right[1].mean())


@pytest.mark.parametrize(("n_discordant", "method"), [(24, "McNemar exact"), (25, "McNemar")])
def test_mcnemar_is_exact_where_few_are_discordant(n_discordant, method):
    a, b = np.ones((2, 100), dtype=bool)
    b[:n_discordant] = False
    assert mcnemar(a, b).method == method


def test_mcnemar_of_equals():
    assert mcnemar([True, False], [True, False], exact=False).p_value == 1.0


# -- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: corrected_t_test([1.0], test_train_ratio=0.1),
            "differences should hold at least 2",
        ),
        (
            lambda: corrected_t_test([[1.0, 2]], test_train_ratio=0.1),
            r"1 dimension.*got shape \(1, 2\)",
        ),
        (lambda: corrected_t_test([1, math.nan], test_train_ratio=0.1), "finite, got 1 NaN"),
        (lambda: corrected_t_test([1, 2], test_train_ratio=-1), "test_train_ratio.*got -1"),
        (lambda: corrected_t_interval([1, 2], test_train_ratio=1, level=95), "level.*got 95"),
        (lambda: correlated_bayesian_t([1, 2], test_share=1.0), "test_share.*got 1.0"),
        (lambda: correlated_bayesian_t([1, 2], test_share=0.1, rope=-0.1), "rope.*got -0.1"),
        (lambda: five_by_two_t(np.zeros((2, 5))), r"shape \(5, 2\), got \(2, 5\)"),
        (lambda: mcnemar([1, 0], [1, 0]), "boolean array.*got int64"),
        (lambda: mcnemar([True], [True, False]), "same length, got 1 and 2"),
        (lambda: mcnemar([True], [True], exact="yes"), "exact.*got 'yes'"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("n", range(2, 20))
def test_rounding_is_no_spread(n):
    """The mean of equal numbers may differ from them in the last digit."""
    assert spread(np.full(n, 0.1)) == 0.0


def test_the_interval_is_one_of_95_percent():
    scores = [0.80, 0.84, 0.78, 0.82, 0.81]
    usual = corrected_t_interval(scores, test_train_ratio=1 / 4)
    assert usual == corrected_t_interval(scores, test_train_ratio=1 / 4, level=0.95)
    # t.ppf(0.975, 4) from a printed table
    half = 2.776 * math.sqrt((1 / 5 + 1 / 4) * np.var(scores, ddof=1))
    assert usual.high - usual.estimate == pytest.approx(half, rel=1e-3)
