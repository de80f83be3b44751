"""The Bayesian correlated t: how probable is it that a difference matters."""

import math
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from skhpo.statistics._checks import check_not_negative, check_share, finite
from skhpo.statistics.corrected import spread


class Probabilities(NamedTuple):
    """Posterior probabilities; they sum to 1.

    Parameters
    ----------
    better : float
        The difference is above the region of practical equivalence.
    rope : float
        It is inside.
    worse : float
        It is below.

    Examples
    --------
    >>> from skhpo.statistics import Probabilities
    >>> better, rope, worse = Probabilities(0.7, 0.2, 0.1)
    """

    better: float
    rope: float
    worse: float


def correlated_bayesian_t(
    differences: Any, *, test_share: float, rope: float = 0.0
) -> Probabilities:
    """Say how probable it is that one procedure is better, as good or worse than another.

    The posterior of the mean difference is Student's t with J - 1 degrees of freedom around the
    mean of the J differences, with scale ``sqrt((1/J + rho / (1 - rho)) s^2)``.

    Parameters
    ----------
    differences : array-like of shape (n_splits,)
        Score of one minus score of the other, on the same splits.
    test_share : float
        The correlation rho of the splits: rows tested over all rows, ``1 / K`` for K folds.
    rope : float, default=0.0
        Differences up to this, either way, count as none; in units of the score.

    Returns
    -------
    Probabilities
        The named tuple ``(better, rope, worse)``.

    Raises
    ------
    ValueError
        If there are fewer than 2 differences, one is not finite, ``test_share`` is not in
        (0, 1) or ``rope`` is negative.

    References
    ----------
    .. [1] G. Corani, A. Benavoli: A Bayesian approach for comparing cross-validated algorithms
       on multiple data sets. Machine Learning 100 (2015) 285-304.
    .. [2] A. Benavoli, G. Corani, J. Demšar, M. Zaffalon: Time for a Change: a Tutorial for
       Comparing Multiple Classifiers Through Bayesian Analysis. JMLR 18 (2017) 77.

    Examples
    --------
    >>> from skhpo.statistics import correlated_bayesian_t
    >>> difference = [0.02, 0.04, 0.01, 0.03, 0.03]
    >>> better, rope, worse = correlated_bayesian_t(difference, test_share=1 / 5, rope=0.01)
    >>> round(better, 3), round(rope, 3), round(worse, 3)
    (0.948, 0.048, 0.005)
    """
    check_share(test_share, "test_share")
    check_not_negative(rope, "rope")
    differences = finite(differences, "differences")
    center, sd = float(np.mean(differences)), spread(differences)
    if sd == 0:
        better, worse = float(center > rope), float(center < -rope)
        return Probabilities(better, 1.0 - better - worse, worse)
    df = len(differences) - 1
    scale = math.sqrt(1 / len(differences) + test_share / (1 - test_share)) * sd
    better = float(stats.t.sf(rope, df, loc=center, scale=scale))
    worse = float(stats.t.cdf(-rope, df, loc=center, scale=scale))
    between = max(0.0, 1.0 - better - worse) if rope > 0 else 0.0
    return Probabilities(better, between, worse)
