"""The bias correction of Tibshirani and Tibshirani: no predictions, only the split scores."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from skhpo.statistics._checks import finite


@dataclass(frozen=True)
class BiasCorrection:
    """The score of the best candidate and what its being chosen adds to it.

    Parameters
    ----------
    estimate : float
        Corrected score: ``raw - bias``.
    raw : float
        Mean score of the best candidate.
    bias : float
        Estimated optimism, not negative.
    method : str
        How it was computed.

    Examples
    --------
    >>> from skhpo.statistics import BiasCorrection
    >>> print(BiasCorrection(0.8, 0.83, 0.03, "Tibshirani"))
    0.8 (0.83 - 0.03, Tibshirani)
    """

    estimate: float
    raw: float
    bias: float
    method: str

    def __str__(self) -> str:
        return f"{self.estimate:.4g} ({self.raw:.4g} - {self.bias:.4g}, {self.method})"


def tibshirani(split_scores: Any) -> BiasCorrection:
    """Correct the best cross-validated score for its having been chosen.

    Parameters
    ----------
    split_scores : array-like of shape (n_candidates, n_splits)
        Scores, greater is better.

    Returns
    -------
    BiasCorrection
        The bias is the mean over the splits of how much the candidate that is best there beats
        the candidate that is best on average.

    Raises
    ------
    ValueError
        If there are fewer than 2 splits or something is not finite.

    Notes
    -----
    With many candidates and small splits it corrects too much: the best of a split wins by the
    noise of that split, which is larger than that of the mean. `bbc` is closer to the truth.

    References
    ----------
    .. [1] R. J. Tibshirani, R. Tibshirani: A Bias Correction for the Minimum Error Rate in
       Cross-Validation. Annals of Applied Statistics 3 (2009) 822-829.

    Examples
    --------
    >>> from skhpo.statistics import tibshirani
    >>> print(tibshirani([[0.8, 0.9, 0.7], [0.7, 0.8, 0.8]]))
    0.7667 (0.8 - 0.03333, Tibshirani)
    """
    scores = finite(split_scores, "split_scores", ndim=2)
    means = scores.mean(axis=1)
    best = int(np.argmax(means))
    bias = float((scores.max(axis=0) - scores[best]).mean())
    raw = float(means[best])
    return BiasCorrection(raw - bias, raw, bias, "Tibshirani")
