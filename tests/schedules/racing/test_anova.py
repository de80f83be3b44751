"""The two-way layout against least squares on dummy variables."""

import numpy as np
import pytest

from skhpo.schedules.racing.anova import contrast, has_lost


def least_squares_contrast(table, best):
    """Contrast of a row with the last one, from a regression on dummies of rows and columns."""
    n, k = table.shape
    rows, columns = np.divmod(np.arange(n * k), k)
    design = np.hstack([np.eye(n)[rows], np.eye(k)[columns][:, 1:]])
    coefficients, residual, rank, _ = np.linalg.lstsq(design, table.ravel())
    dof = n * k - rank
    weights = np.zeros(design.shape[1])
    weights[best], weights[n - 1] = 1, -1
    covariance = np.linalg.inv(design.T @ design) * residual[0] / dof
    return weights @ coefficients, np.sqrt(weights @ covariance @ weights), dof


@pytest.mark.parametrize(("n", "k"), [(1, 2), (2, 3), (7, 4), (30, 9)])
def test_contrast_is_that_of_least_squares(n, k):
    rng = np.random.default_rng(n)
    complete = rng.normal(size=(n, 10)) + rng.normal(size=10)
    partial = np.full(10, np.nan)
    done = rng.permutation(10)[:k]
    partial[done] = rng.normal(size=k)
    best = complete.mean(axis=1).argmax()
    columns = np.sort(done)
    expected = least_squares_contrast(np.vstack([complete, partial])[:, columns], best)
    np.testing.assert_allclose(contrast(complete, partial), expected, rtol=1e-10)


def test_no_verdict_on_one_fold():
    complete = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 2.9]])
    assert not has_lost(complete, np.array([-100.0, np.nan, np.nan]), 0.05)


def test_level_of_one_test():
    """A candidate of the incumbent's kind, when the incumbent is no better than it looks."""
    rng = np.random.default_rng(0)
    alpha, n_runs = 0.1, 2000
    dropped = 0
    for _ in range(n_runs):
        complete = rng.normal(size=(4, 6)) - np.array([[0.0], [9.0], [9.0], [9.0]])
        partial = np.append(rng.normal(size=4), [np.nan, np.nan])
        dropped += has_lost(complete, partial, alpha)
    assert abs(dropped / n_runs - alpha) < 4 * np.sqrt(alpha * (1 - alpha) / n_runs)
