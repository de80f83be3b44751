"""The rules of Bergman et al.: compare the mean of the folds done with one number.

E. Bergman, L. Purucker and F. Hutter, Don't Waste Your Time: Early Stopping Cross-Validation,
AutoML 2024, PMLR 256, article 9.

Both ignore that some folds are easier than others, for the incumbent as for the candidate. They
are here for comparison: the aggressive rule saves the most fits and often drops the best
candidate; the forgiving one saves fewer than the paired test and drops it more often.
"""

import numpy as np
from numpy.typing import NDArray

BURN_IN = 1


def has_lost_aggressive(
    complete: NDArray[np.float64],
    partial: NDArray[np.float64],
    alpha: float,  # noqa: ARG001 (what the other rules have)
) -> bool:
    """Whether the mean of the folds done lies below the incumbent's mean.

    Parameters
    ----------
    complete : ndarray of shape (n_complete, n_splits)
        Fold scores of the candidates that are complete, greater is better.
    partial : ndarray of shape (n_splits,)
        Fold scores of the candidate, NaN where there is none yet; not all of them.
    alpha : float
        Not used.

    Returns
    -------
    bool
        The verdict.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.schedules.racing.bergman import has_lost_aggressive
    >>> complete = np.array([[0.7, 0.9], [0.6, 0.9]])
    >>> has_lost_aggressive(complete, np.array([0.75, np.nan]), alpha=0.05)
    True
    """
    return bool(np.nanmean(partial) < complete.mean(axis=1).max())


def has_lost_forgiving(
    complete: NDArray[np.float64],
    partial: NDArray[np.float64],
    alpha: float,  # noqa: ARG001 (what the other rules have)
) -> bool:
    """Whether the mean of the folds done lies below the incumbent's worst fold.

    Parameters
    ----------
    complete : ndarray of shape (n_complete, n_splits)
        Fold scores of the candidates that are complete, greater is better.
    partial : ndarray of shape (n_splits,)
        Fold scores of the candidate, NaN where there is none yet; not all of them.
    alpha : float
        Not used.

    Returns
    -------
    bool
        The verdict.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.schedules.racing.bergman import has_lost_forgiving
    >>> complete = np.array([[0.7, 0.9], [0.6, 0.9]])
    >>> has_lost_forgiving(complete, np.array([0.75, np.nan]), alpha=0.05)
    False
    """
    return bool(np.nanmean(partial) < complete[complete.mean(axis=1).argmax()].min())
