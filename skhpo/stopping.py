"""When to stop a search before its budget is spent.

A rule looks at what is complete and answers with a reason to stop, or None. Rules compose: a list
of them stops at the first that fires.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from skhpo.exceptions import ContractError

_MARGIN = 1.25  # refits take longer than the fits of splits foretell


@dataclass(frozen=True, eq=False)
class Progress:
    """What a stopping rule sees, each time a candidate is complete.

    Parameters
    ----------
    scores : ndarray of shape (n_complete,)
        Mean scores in the order of completion, greater is better; NaN for failures.
    split_scores : ndarray of shape (n_complete, n_splits)
        The scores behind them.
    points : ndarray of shape (n_complete, n_dims)
        The candidates in the unit cube, NaN where a parameter is inactive.
    elapsed : float
        Seconds since the search began.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.stopping import Progress
    >>> Progress(np.array([0.5, 0.9]), np.array([[0.5], [0.9]]), np.zeros((2, 0)), 1.0).best_score
    0.9
    """

    scores: np.ndarray
    split_scores: np.ndarray
    points: np.ndarray
    elapsed: float

    @property
    def best_score(self) -> float:
        """The best mean score, NaN while there is none."""
        finite = self.scores[np.isfinite(self.scores)]
        return float(finite.max()) if len(finite) else math.nan


@dataclass(eq=False)
class TimeBudget:
    """How long a search may take, refitting the best candidate included.

    Parameters
    ----------
    seconds : float or None, default=None
        For everything; None sets no limit.
    refit_share : float, default=0.0
        What a refit takes, in fits of one split: 0 when nothing is refitted, else K / (K - 1)
        with K splits, because a refit has all the data.

    Examples
    --------
    >>> from skhpo.stopping import TimeBudget
    >>> TimeBudget().is_over(), TimeBudget(0.0).is_over(), TimeBudget(60.0).is_over()
    (False, True, False)
    """

    seconds: float | None = None
    refit_share: float = 0.0
    _start: float = field(default_factory=time.perf_counter, init=False)
    _reserve: float = field(default=0.0, init=False)
    _best_loss: float = field(default=math.inf, init=False)

    def elapsed(self) -> float:
        """Return the seconds since the search began."""
        return time.perf_counter() - self._start

    def remaining(self) -> float:
        """Return the seconds left for candidates; the refit's are taken off."""
        if self.seconds is None:
            return math.inf
        return self.seconds - self._reserve - self.elapsed()

    def is_over(self) -> bool:
        """Whether there is no time left for candidates."""
        return self.remaining() <= 0

    def limit(self, seconds: float | None) -> float | None:
        """Return what a task may take: its own limit, or what is left if that is less.

        Parameters
        ----------
        seconds : float or None
            The task's own limit.

        Returns
        -------
        float or None
            None where there is neither.
        """
        left = self.remaining()
        if seconds is None:
            return None if math.isinf(left) else left
        return min(seconds, left)

    def learn(self, loss: float, fit_seconds: float) -> None:
        """Reserve what refitting the best candidate so far will take.

        Parameters
        ----------
        loss : float
            Of a candidate that is complete.
        fit_seconds : float
            What fitting it on one split took, on average.
        """
        if loss < self._best_loss:
            self._best_loss = loss
            self._reserve = _MARGIN * self.refit_share * fit_seconds


StoppingRule = Callable[[Progress], str | None]


@dataclass(frozen=True)
class Patience:
    """Stop when the best score has not improved for so many candidates.

    Parameters
    ----------
    n_candidates : int, default=20
        Complete candidates without an improvement.
    tol : float, default=0.0
        What an improvement has to exceed.

    Raises
    ------
    ValueError
        If ``n_candidates`` is below 1 or ``tol`` below 0.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.stopping import Patience, Progress
    >>> scores = np.array([0.5, 0.9, 0.8, 0.7])
    >>> Patience(2)(Progress(scores, scores[:, None], np.zeros((4, 1)), 1.0))
    'no improvement on 0.9 in 2 candidates'
    """

    n_candidates: int = 20
    tol: float = 0.0

    def __post_init__(self) -> None:
        if self.n_candidates < 1:
            raise ValueError(f"n_candidates should be at least 1, got {self.n_candidates!r}.")
        if not self.tol >= 0:
            raise ValueError(f"tol should be at least 0, got {self.tol!r}.")

    def __call__(self, progress: Progress) -> str | None:
        """Return a reason to stop, or None."""
        best, since = -math.inf, 0
        for score in np.nan_to_num(progress.scores, nan=-math.inf):
            improved = score > best + self.tol if math.isfinite(best) else score > best
            best, since = (float(score), 0) if improved else (best, since + 1)
        if since < self.n_candidates or not math.isfinite(best):
            return None
        return f"no improvement on {best:.6g} in {self.n_candidates} candidates"


@dataclass(frozen=True)
class TargetScore:
    """Stop when a candidate reaches a score.

    Parameters
    ----------
    score : float
        The mean score to reach.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.stopping import Progress, TargetScore
    >>> scores = np.array([0.5, 0.93])
    >>> TargetScore(0.9)(Progress(scores, scores[:, None], np.zeros((2, 1)), 1.0))
    'the target score 0.9 is reached: 0.93'
    """

    score: float

    def __call__(self, progress: Progress) -> str | None:
        """Return a reason to stop, or None."""
        if not progress.best_score >= self.score:
            return None
        return f"the target score {self.score:.6g} is reached: {progress.best_score:.6g}"


@dataclass(frozen=True)
class AnyRule:
    """Stop when any of several rules says so.

    Parameters
    ----------
    rules : sequence of callable
        Each takes a `Progress` and answers with a reason (str) or None.

    Examples
    --------
    >>> from skhpo.stopping import AnyRule, Patience, TargetScore
    >>> rule = AnyRule([Patience(20), TargetScore(0.99)])
    """

    rules: Sequence[StoppingRule]

    def __call__(self, progress: Progress) -> str | None:
        """Return a reason to stop, or None."""
        for rule in self.rules:
            reason = rule(progress)
            if reason is not None and not isinstance(reason, str):
                raise ContractError(
                    f"a stopping rule should answer with a reason (str) or None, got {reason!r} "
                    f"from {rule!r}."
                )
            if reason:
                return reason
        return None


def split_standard_error(split_scores: np.ndarray) -> float:
    """Return the standard error of a cross-validated mean, for overlapping training sets.

    Parameters
    ----------
    split_scores : ndarray of shape (n_splits,)
        Scores of one candidate.

    Returns
    -------
    float
        ``sqrt(s2 * (1 / K + 1 / (K - 1)))`` with the population variance ``s2`` and ``K`` splits;
        NaN for a single split.

    References
    ----------
    .. [1] C. Nadeau, Y. Bengio: Inference for the Generalization Error. Machine Learning 52
       (2003) 239-281.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.stopping import split_standard_error
    >>> round(split_standard_error(np.array([0.8, 0.9])), 4)
    0.0612
    """
    k = len(split_scores)
    if k < 2:
        return math.nan
    return float(np.sqrt(np.var(split_scores) * (1 / k + 1 / (k - 1))))
