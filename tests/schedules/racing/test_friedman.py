"""Friedman's statistic against scipy's, and the comparison with the best by hand."""

import numpy as np
import pytest
from scipy.stats import friedmanchisquare, rankdata, t

from skhpo.schedules.racing.friedman import has_lost, statistic


@pytest.mark.parametrize("n_values", [2, 3, 10, 10**9])
@pytest.mark.parametrize(("n", "k"), [(3, 3), (5, 10), (40, 4)])
def test_statistic_is_scipy_s(n, k, n_values):
    scores = np.random.default_rng(n).integers(n_values, size=(n, k)).astype(float)
    expected = friedmanchisquare(*scores).statistic
    assert statistic(rankdata(scores, axis=0)) == pytest.approx(expected, rel=1e-10)


def test_statistic_of_ties_alone_is_zero():
    assert statistic(np.full((4, 6), 2.5)) == 0.0
    assert not has_lost(np.ones((4, 6)), np.append(np.ones(5), np.nan), 0.05)


def conover(table, alpha):
    """Whether the last row lies below the best: Conover (1999), section 5.8, equation 6."""
    n, k = table.shape
    ranks = rankdata(table, axis=0)  # the largest rank is the best here
    sums = ranks.sum(axis=1)
    A1, C1 = np.sum(ranks**2), k * n * (n + 1) ** 2 / 4
    T1 = (n - 1) * np.sum((sums - k * (n + 1) / 2) ** 2) / (A1 - C1)
    dof = (k - 1) * (n - 1)
    error = np.sqrt((A1 - C1) * 2 * k / dof * (1 - T1 / (k * (n - 1))))
    return sums.max() - sums[-1] > t.ppf(1 - alpha / 2, dof) * error


def test_comparison_is_conover_s():
    rng = np.random.default_rng(3)
    verdicts = []
    for _ in range(300):
        table = np.round(rng.normal(size=(6, 8)) + rng.normal(0, 0.7, size=(6, 1)), 1)
        partial = np.append(table[-1], [np.nan, np.nan])
        complete = np.hstack([table[:-1], rng.normal(size=(5, 2))])
        verdict = has_lost(complete, partial, 0.05)
        differ = friedmanchisquare(*table).pvalue < 0.05
        assert verdict == (differ and conover(table, 0.05))
        verdicts.append(verdict)
    assert 20 < sum(verdicts) < 280


def test_no_verdict_on_one_fold():
    complete = np.arange(30.0).reshape(10, 3)
    assert not has_lost(complete, np.array([-1.0, np.nan, np.nan]), 0.4)
