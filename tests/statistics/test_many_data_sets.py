"""Ranks, corrections for many tests and effect sizes, beside scipy, statsmodels and others."""

import numpy as np
import pandas as pd
import pytest
import scikit_posthocs
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.multitest import multipletests

from skhpo.statistics import (
    a12,
    cliffs_delta,
    cohens_d,
    friedman,
    hedges_g,
    holm,
    nemenyi,
    wilcoxon_holm,
)

CLOSE = {"rtol": 1e-8, "atol": 1e-10}
SEEDS = range(5)


def scores(seed, n=14, k=4, digits=2):
    """Scores with ties, of methods that differ."""
    shift = np.linspace(0.0, 0.1, k)
    return np.random.default_rng(seed).normal(0.8 + shift, 0.05, (n, k)).round(digits)


@pytest.mark.parametrize("seed", SEEDS)
def test_friedman_is_that_of_scipy(seed):
    table = scores(seed)
    ours, theirs = friedman(table), stats.friedmanchisquare(*table.T)
    assert_allclose((ours.chi2, ours.chi2_p_value), theirs, **CLOSE)


@pytest.mark.parametrize("seed", SEEDS)
def test_iman_davenport_is_the_analysis_of_variance_of_the_ranks(seed):
    table = scores(seed)
    ranks = stats.rankdata(-table, axis=1)
    n, k = ranks.shape
    long = pd.DataFrame({"rank": ranks.ravel(), "m": np.tile(range(k), n)})
    long["d"] = np.repeat(range(n), k)
    found = anova_lm(ols("rank ~ C(m) + C(d)", long).fit())
    ours = friedman(table)
    assert_allclose((ours.f, ours.f_p_value), found.loc["C(m)", ["F", "PR(>F)"]], rtol=1e-8)


@pytest.mark.parametrize(("level", "expected"), [(0.9, 1.12), (0.95, 1.25)])
def test_critical_difference_of_the_published_example(level, expected):
    """Page 17 of Demšar (2006): four versions of C4.5 on 14 data sets; q = 2.291 at 0.1."""
    found = nemenyi([3.143, 2.000, 2.893, 1.964], n_datasets=14, level=level)
    assert found.critical_difference == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize(
    ("k", "q"),
    [(2, 1.960), (3, 2.343), (4, 2.569), (5, 2.728), (6, 2.850), (7, 2.949), (10, 3.164)],
)
def test_critical_differences_are_the_published_ones(k, q):
    """Table 5(a) of Demšar (2006), alpha = 0.05."""
    found = nemenyi(np.arange(k), n_datasets=20).critical_difference
    assert found / np.sqrt(k * (k + 1) / 120) == pytest.approx(q, abs=1.1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_nemenyi_is_that_of_scikit_posthocs(seed):
    table = scores(seed)
    ours = nemenyi(friedman(table).mean_ranks, n_datasets=len(table))
    assert_allclose(ours.p_values, scikit_posthocs.posthoc_nemenyi_friedman(table), **CLOSE)


@pytest.mark.parametrize("seed", SEEDS)
def test_wilcoxon_holm_is_that_of_scikit_posthocs(seed):
    table = scores(seed, digits=12)
    expected = scikit_posthocs.posthoc_wilcoxon(table.T, p_adjust="holm", zero_method="zsplit")
    assert_allclose(wilcoxon_holm(table).adjusted, expected, **CLOSE)


def test_wilcoxon_of_equals():
    result = wilcoxon_holm(np.tile(np.arange(6.0)[:, None], 3))
    assert (result.p_values == 1).all()
    assert (result.adjusted == 1).all()


@settings(max_examples=10, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_is_that_of_statsmodels(p_values):
    assert_allclose(holm(p_values), multipletests(p_values, method="holm")[1], **CLOSE)


# -- effect sizes --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_cohens_d_is_the_t_statistic_by_the_sample_sizes(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(0.3, 1, 12), rng.normal(0, 2, 9)
    assert_allclose(
        cohens_d(a, b), stats.ttest_ind(a, b).statistic * np.sqrt(1 / 12 + 1 / 9), **CLOSE
    )
    paired = stats.ttest_rel(a[:9], b).statistic / 3
    assert_allclose(cohens_d(a[:9], b, paired=True), paired, **CLOSE)


@pytest.mark.parametrize("df", [2, 5, 19])
def test_hedges_factor_is_that_of_the_noncentral_t(df):
    """The mean of a noncentral t is its parameter divided by the factor."""
    a = np.random.default_rng(df).normal(size=df + 1)
    b = np.zeros(df + 1)
    factor = 0.5 / stats.nct.mean(df, 0.5)
    assert_allclose(hedges_g(a, b, paired=True), factor * cohens_d(a, b, paired=True), **CLOSE)


@pytest.mark.parametrize("seed", SEEDS)
def test_dominance_is_that_of_scipy(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 9, 13), rng.integers(2, 9, 10)
    assert_allclose(a12(a, b), stats.mannwhitneyu(a, b).statistic / 130, **CLOSE)
    label = np.repeat([1, 0], [13, 10])
    delta = stats.somersd(label, np.concatenate([a, b])).statistic
    assert_allclose(cliffs_delta(a, b), delta, **CLOSE)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: friedman([[1, 2, 3]]), "at least 2 data sets, got 1"),
        (lambda: friedman([[1, 2], [2, 3]]), "at least 3 numbers"),
        (lambda: nemenyi([1, 2], n_datasets=1), "n_datasets.*got 1"),
        (lambda: holm([0.5, 1.5]), r"numbers in \[0, 1\]"),
        (lambda: cohens_d([1, 2], [1, 2, 3], paired=True), "got 2 and 3"),
        (lambda: hedges_g([1, 2], [1, 3], paired=True), "at least 3 pairs, got 2"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
