"""The one-standard-error rule."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.statistics._checks import finite
from skhpo.statistics.corrected import corrected_standard_error


def one_standard_error(split_scores: Any, *, test_train_ratio: float = 0.0) -> NDArray[np.bool_]:
    """Say which candidates lie within one standard error of the best one.

    Parameters
    ----------
    split_scores : array-like of shape (n_candidates, n_splits)
        Scores, greater is better.
    test_train_ratio : float, default=0.0
        Rows tested over rows trained on. 0 is the rule as it was published, with ``sd /
        sqrt(K)``, which takes the splits for independent; ``1 / (K - 1)`` allows for their
        overlap.

    Returns
    -------
    ndarray of bool of shape (n_candidates,)
        True where the mean is at least that of the best minus the standard error of the best.
        The best is always among them; a single split has no standard error, and leaves it and
        its equals.

    Raises
    ------
    ValueError
        If something is not finite or the ratio is negative.

    References
    ----------
    .. [1] L. Breiman, J. H. Friedman, R. A. Olshen, C. J. Stone: Classification and Regression
       Trees. Wadsworth 1984, section 3.4.3.

    Examples
    --------
    >>> from skhpo.statistics import one_standard_error
    >>> one_standard_error([[0.80, 0.90, 0.85], [0.79, 0.89, 0.84], [0.6, 0.7, 0.65]])
    array([ True,  True, False])
    """
    scores = finite(split_scores, "split_scores", ndim=2, at_least=1)
    means = scores.mean(axis=1)
    best = int(np.argmax(means))
    error = 0.0
    if scores.shape[1] > 1:
        error = corrected_standard_error(scores[best], test_train_ratio)
    rounding = 4 * math.ulp(abs(means[best]))
    return np.asarray(means >= means[best] - error - rounding)
