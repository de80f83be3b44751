"""The paired rule: a t test of the fold differences that counts only the folds not yet done.

A candidate is compared with the incumbent on the k folds that it has done of the K that both will
have. What matters is the mean over these K folds, not over all folds there might be, so the only
uncertainty is that of the K - k open ones: the finite population correction of survey sampling
(W. G. Cochran, Sampling Techniques, 3rd ed., 1977, chapter 2).

Notation
--------
d_j
    Incumbent's minus candidate's score on fold j: positive where the candidate is worse.
v_0, d_0
    Prior variance of the d_j, from the candidates that are complete, and the number of
    observations that it counts for.
v
    Posterior variance of the d_j, (d_0 v_0 + (k - 1) s^2) / (d_0 + k - 1), a moderated variance as
    in G. K. Smyth, Stat. Appl. Genet. Mol. Biol. 3 (2004), article 3.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

BURN_IN = 1
PRIOR_FOLDS = 8  # d_0
_LEVEL = 0.6  # of the variances of the complete candidates, v_0 is this quantile


def has_lost(complete: NDArray[np.float64], partial: NDArray[np.float64], alpha: float) -> bool:
    """Whether a candidate's mean over all folds lies below the incumbent's.

    It has lost if mean(d) > t_{1 - alpha, d_0 + k - 1} sqrt(v (1/k - 1/K)). A candidate that is
    not worse on the folds that are done has never lost.

    The test takes the folds done for a random sample. What it cannot foresee is a candidate that
    is a little worse on every fold but one, and far better on that: log-losses of neighbours,
    where one sample with a probability of zero decides a fold, are an example.

    Parameters
    ----------
    complete : ndarray of shape (n_complete, n_splits)
        Fold scores of the candidates that are complete, greater is better.
    partial : ndarray of shape (n_splits,)
        Fold scores of the candidate, NaN where there is none yet.
    alpha : float
        The error of one such test, where candidate and incumbent are as good as each other.

    Returns
    -------
    bool
        The verdict.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.schedules.racing.paired import has_lost
    >>> complete = np.array([[0.90, 0.92, 0.91], [0.89, 0.90, 0.91], [0.87, 0.92, 0.89]])
    >>> has_lost(complete, np.array([0.70, np.nan, np.nan]), alpha=0.05)
    True
    >>> has_lost(complete, np.array([0.89, np.nan, np.nan]), alpha=0.05)
    False
    """
    done = ~np.isnan(partial)
    incumbent = complete[complete.mean(axis=1).argmax()]
    differences = (incumbent - partial)[done]
    if len(differences) == 0 or differences.mean() <= 0:
        return False
    variance, dof = pooled_variance(complete, differences)
    if dof == 0:
        return False
    error = np.sqrt(variance * (1 / len(differences) - 1 / len(partial)))
    return bool(differences.mean() > stdtrit(dof, 1 - alpha) * error)


def pooled_variance(
    complete: NDArray[np.float64], differences: NDArray[np.float64]
) -> tuple[float, int]:
    """Return the posterior variance v of the fold differences, and its degrees of freedom.

    Parameters
    ----------
    complete : ndarray of shape (n_complete, n_splits)
        Fold scores of the candidates that are complete, greater is better.
    differences : ndarray of shape (k,)
        The d_j of the folds that are done.

    Returns
    -------
    variance : float
        v, 0 if nothing varies.
    dof : int
        d_0 + k - 1; without d_0 where there is no prior. 0: nothing is known.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.schedules.racing.paired import pooled_variance
    >>> complete = np.array([[3.0, 4.0, 8.0], [0.0, 1.0, 2.0]])  # d = 3, 3, 6 with variance 3
    >>> pooled_variance(complete, np.array([1.0, 3.0]))  # (8 * 3 + 2) / 9
    (2.888..., 9)
    """
    prior = prior_variance(complete)
    prior_folds = PRIOR_FOLDS if prior > 0 else 0
    own = len(differences) - 1
    dof = prior_folds + own
    if dof <= 0:
        return 0.0, 0
    squares = float(np.square(differences - differences.mean()).sum())
    return (prior_folds * prior + squares) / dof, dof


def prior_variance(complete: NDArray[np.float64]) -> float:
    """Return v_0, what the differences to the incumbent vary by from fold to fold.

    It is the 60 % quantile over the other complete candidates. The median is not enough where
    the scores have heavy tails, as log-losses do: for most candidates the differences are small on
    every fold, for some they are large on one, and those are the ones to be missed. The mean
    would follow the worst candidates, which vary most. Candidates that differ from the incumbent
    by the same on every fold, for instance not at all because a parameter has no effect, say
    nothing of how others vary and do not count.

    Before there are others it is twice the variance of the incumbent's own scores: the variance of
    a difference of two that have nothing in common.

    Parameters
    ----------
    complete : ndarray of shape (n_complete, n_splits)
        Fold scores of the candidates that are complete, greater is better.

    Returns
    -------
    float
        v_0, 0 if nothing varies.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.schedules.racing.paired import prior_variance
    >>> prior_variance(np.array([[3.0, 4.0, 8.0], [0.0, 1.0, 2.0], [3.0, 4.0, 8.0]]))
    3.0
    >>> prior_variance(np.array([[3.0, 5.0]]))
    4.0
    """
    n_splits = complete.shape[1]
    if n_splits < 2:
        return 0.0
    incumbent = complete[complete.mean(axis=1).argmax()]
    differences = incumbent - complete
    differences -= differences.mean(axis=1, keepdims=True)
    variances = np.square(differences).sum(axis=1) / (n_splits - 1)
    tiny = np.square(16 * np.finfo(float).eps * np.abs(complete).max())  # rounding errors
    variances = np.sort(variances[variances > tiny])
    if n := len(variances):
        return float(np.interp(_LEVEL * (n - 1), np.arange(n), variances))  # as np.quantile
    alone = 2 * float(incumbent.var(ddof=1))
    return alone if alone > tiny else 0.0
