"""When to stop a search before its budget is spent.

A rule looks at what is complete and answers with a reason to stop, or None. Rules compose: a list
of them stops at the first that fires.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.stats import qmc

from skhpo.exceptions import ContractError
from skhpo.surrogates.gp import Posterior, fit
from skhpo.surrogates.kernels import Points, Term, TreeKernel
from skhpo.surrogates.linalg import one_thread
from skhpo.surrogates.transform import standardise

_MARGIN = 1.25  # refits take longer than the fits of splits foretell
_MIN_FITTED = 20  # candidates behind the regret bound, if there are as many
_LOG2_SAMPLES = 11  # points that stand for the space


@dataclass(frozen=True, eq=False)
class Progress:
    """What a stopping rule sees, each time a candidate is complete.

    Parameters
    ----------
    scores : ndarray of shape (n_complete,)
        Mean scores in the order of completion, greater is better; NaN for failures, and for
        candidates that racing has dropped.
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
    score_share : float, default=0.0
        What scoring the result takes, in scorings of one split.

    Examples
    --------
    >>> from skhpo.stopping import TimeBudget
    >>> TimeBudget().is_over(), TimeBudget(0.0).is_over(), TimeBudget(60.0).is_over()
    (False, True, False)
    """

    seconds: float | None = None
    refit_share: float = 0.0
    score_share: float = 0.0
    _start: float = field(default_factory=time.perf_counter, init=False)
    _reserve: float = field(default=0.0, init=False)
    _best: tuple[float, float] = field(default=(-1.0, -math.inf), init=False)

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

    def learn(
        self, loss: float, fit_seconds: float, share: float = 1.0, score_seconds: float = 0.0
    ) -> None:
        """Reserve what refitting the best candidate so far will take, and scoring it.

        Parameters
        ----------
        loss : float
            Of a candidate that is complete.
        fit_seconds : float
            What fitting it on one split would take with all of what is rationed, on average.
        share : float, default=1.0
            How much of that it was given; those that were given more are better whatever the
            loss.
        score_seconds : float, default=0.0
            What scoring it on one split took, on average.
        """
        if (share, -loss) > self._best:
            self._best = (share, -loss)
            needed = self.refit_share * fit_seconds + self.score_share * score_seconds
            self._reserve = _MARGIN * needed


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
class RegretBound:
    """Stop when what is left to gain is lost in the noise of cross-validation.

    A Gaussian process over the better half of the candidates bounds the regret: with confidence,
    no setting is better than the best evaluated one by more than

        min over evaluated of (mean + sqrt(beta) sd) - min over the space of (mean - sqrt(beta) sd)

    where ``beta = 2 log(d t^2 pi^2 / (6 * 0.1)) / 5`` with d parameters and t candidates. The
    rule fires when this is below the standard error of the best score over the splits
    (`split_standard_error`) after each of several candidates in a row.

    Parameters
    ----------
    n_consecutive : int, default=3
        For how many candidates in a row the bound has to lie below the standard error.
    min_candidates : int or None, default=None
        Candidates with a score before the rule may fire; None: 20 + 2 d.

    Raises
    ------
    ValueError
        If ``n_consecutive`` or ``min_candidates`` is below 1.

    Notes
    -----
    It needs two splits or more; with a single one it never fires. Parameters that have not
    varied are left out, an inactive one stands at the centre of its interval, and a parameter
    with repeated values takes no others than those. The space is represented by 2048 Sobol
    points. A process that is smoother than the truth underestimates what is left to gain.

    References
    ----------
    .. [1] A. Makarova et al.: Automatic Termination for Hyperparameter Optimization. AutoML
       2022, arXiv:2104.08166.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.stopping import Progress, RegretBound
    >>> rng = np.random.default_rng(0)
    >>> points = rng.random((30, 1))
    >>> scores = 0.9 - 0.001 * (points - 0.5) ** 2 + 0.05 * rng.choice([-1, 1], (1, 5))
    >>> progress = Progress(scores.mean(axis=1), scores, points, elapsed=1.0)
    >>> RegretBound()(progress)
    'at most ... is left to gain, below the standard error 0.02683 of the best score'
    """

    n_consecutive: int = 3
    min_candidates: int | None = None

    def __post_init__(self) -> None:
        if self.n_consecutive < 1:
            raise ValueError(f"n_consecutive should be at least 1, got {self.n_consecutive!r}.")
        if self.min_candidates is not None and self.min_candidates < 1:
            raise ValueError(
                f"min_candidates should be at least 1 or None, got {self.min_candidates!r}."
            )

    def __call__(self, progress: Progress) -> str | None:
        """Return a reason to stop, or None."""
        finite = np.isfinite(progress.scores)
        scores, points = progress.scores[finite], _varying(progress.points[finite])
        by_split = progress.split_scores[finite]
        least = self.min_candidates
        if len(scores) < (20 + 2 * points.shape[1] if least is None else least):
            return None
        first = ""
        for n in range(len(scores), max(0, len(scores) - self.n_consecutive), -1):
            error = split_standard_error(by_split[np.argmax(scores[:n])])
            bound = regret_bound(points[:n], -scores[:n]) if error > 0 else math.inf
            if not bound < error:
                return None
            first = first or (
                f"at most {bound:.4g} is left to gain, below the standard error "
                f"{error:.4g} of the best score"
            )
        return first or None


def regret_bound(points: np.ndarray, losses: np.ndarray) -> float:
    """Bound what the best evaluated point lacks to the best of the space.

    Parameters
    ----------
    points : ndarray of shape (n, d)
        Evaluated points of the unit cube, without NaN.
    losses : ndarray of shape (n,)
        Their losses, all finite.

    Returns
    -------
    float
        The bound, in units of the loss: 0 where the better half of the losses are all equal,
        infinity where no process can be fitted.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.stopping import regret_bound
    >>> x = np.linspace(0, 1, 20)[:, None]
    >>> regret_bound(x, np.ones(20))
    0.0
    >>> bool(regret_bound(x, (x[:, 0] - 0.5) ** 2) < 0.1)
    True
    """
    n, d = points.shape
    best = np.argsort(losses, kind="stable")[: max(_MIN_FITTED, math.ceil(n / 2))]
    target = standardise(losses[best])
    if target is None or not d:
        return 0.0
    kernel = TreeKernel((Term(np.arange(d), None),), np.arange(d))
    try:
        with one_thread():
            posterior = fit(kernel, _encoded(points[best]), target, dimension=d)
            bound = _gap(posterior, points, _sobol_points(points), confidence_factor(d, n))
    except np.linalg.LinAlgError:
        return math.inf
    return bound * float(np.std(losses[best]))


def confidence_factor(n_dims: int, n_candidates: int) -> float:
    """Return ``beta = 2 log(d t^2 pi^2 / (6 * 0.1)) / 5`` of d dimensions and t candidates.

    Examples
    --------
    >>> from skhpo.stopping import confidence_factor
    >>> round(confidence_factor(n_dims=2, n_candidates=30), 4)
    4.1183
    """
    return 2.0 * math.log(n_dims * n_candidates**2 * math.pi**2 / (6.0 * 0.1)) / 5.0


def _gap(posterior: Posterior, points: np.ndarray, space: np.ndarray, beta: float) -> float:
    """Return the least upper bound over the points minus the least lower bound over all."""
    everywhere = posterior.predict(_encoded(np.concatenate([points, space])))
    width = np.sqrt(beta * everywhere.var)
    upper = (everywhere.mean + width)[: len(points)]
    return float(upper.min() - (everywhere.mean - width).min())


def _encoded(points: np.ndarray) -> Points:
    return Points(points - 0.5, np.ones((len(points), 0), dtype=np.bool_))


def _varying(points: np.ndarray) -> np.ndarray:
    """Put inactive parameters at the centre and leave out those that have not varied."""
    filled = np.where(np.isnan(points), 0.5, points)
    return filled[:, np.ptp(filled, axis=0) > 0] if len(filled) else filled[:, :0]


def _sobol_points(points: np.ndarray) -> np.ndarray:
    """Return points all over the space; a column of repeated values has no others."""
    sample = qmc.Sobol(points.shape[1], seed=0).random_base2(_LOG2_SAMPLES)
    for j, column in enumerate(points.T):
        values = np.unique(column)
        if len(values) <= len(column) / 2:
            sample[:, j] = values[(sample[:, j] * len(values)).astype(np.intp)]
    return np.asarray(sample)


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
