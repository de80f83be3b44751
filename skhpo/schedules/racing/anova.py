"""Racing by analysis of variance: candidates and folds as a two-way layout.

As ``race_anova`` in the R package finetune, after M. Kuhn, Futility Analysis in the
Cross-Validation of Machine Learning Models, 2014, arXiv:1405.6974. With every candidate scored on
every fold that is used, the contrast of two candidates is the same with folds as fixed or as
random effects.

One residual variance stands for all candidates. Bad ones often vary more, and what they add makes
the test of a good one needlessly careful.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

BURN_IN = 3


def has_lost(complete: NDArray[np.float64], partial: NDArray[np.float64], alpha: float) -> bool:
    """Whether the contrast of incumbent and candidate is above zero at level alpha.

    Parameters
    ----------
    complete : ndarray of shape (n_complete, n_splits)
        Fold scores of the candidates that are complete, greater is better.
    partial : ndarray of shape (n_splits,)
        Fold scores of the candidate, NaN where there is none yet.
    alpha : float
        One-sided level of the test.

    Returns
    -------
    bool
        The verdict; False on fewer than two folds.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.schedules.racing.anova import has_lost
    >>> complete = np.array([[0.90, 0.92, 0.91, 0.95], [0.88, 0.92, 0.90, 0.94]])
    >>> has_lost(complete, np.array([0.85, 0.86, 0.87, np.nan]), alpha=0.05)
    True
    """
    done = ~np.isnan(partial)
    if done.sum() < 2:
        return False
    difference, error, dof = contrast(complete, partial)
    return bool(difference > 0 and difference > stdtrit(dof, 1 - alpha) * error)


def contrast(
    complete: NDArray[np.float64], partial: NDArray[np.float64]
) -> tuple[float, float, int]:
    """Return incumbent minus candidate on the folds done, and its standard error.

    With n candidates on k folds the error is sqrt(2 s^2 / k), where s^2 is the residual mean
    square with (n - 1)(k - 1) degrees of freedom.

    Parameters
    ----------
    complete : ndarray of shape (n_complete, n_splits)
        Fold scores of the candidates that are complete, greater is better.
    partial : ndarray of shape (n_splits,)
        Fold scores of the candidate, NaN where there is none yet; two or more.

    Returns
    -------
    difference : float
        The contrast, positive if the candidate is worse.
    error : float
        Its standard error.
    dof : int
        Degrees of freedom of the error.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.schedules.racing.anova import contrast
    >>> contrast(np.array([[1.0, 3.0, 2.0]]), np.array([0.0, 1.0, np.nan]))
    (1.5, 0.5, 1)
    """
    done = ~np.isnan(partial)
    table = np.vstack([complete, partial])[:, done]
    n, k = table.shape
    means = table.mean(axis=1)
    residuals = table - means[:, None] - table.mean(axis=0) + table.mean()
    dof = (n - 1) * (k - 1)
    mean_square = float(np.square(residuals).sum()) / dof
    difference = means[complete.mean(axis=1).argmax()] - means[-1]
    return float(difference), float(np.sqrt(2 * mean_square / k)), dof
