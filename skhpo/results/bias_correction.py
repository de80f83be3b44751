"""What the score of the best candidate is worth, at no further fit."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError

from skhpo._sklearn import num_samples, take_rows
from skhpo.results._complete import overlap, read_complete
from skhpo.results._drawn import Drawn, drawn_scores
from skhpo.results._predicted_score import (
    PredictedScore,
    check_follows,
    metric_name,
    scorer_of,
)
from skhpo.results.predictions import OutOfFold
from skhpo.statistics import corrected_t_interval, tibshirani
from skhpo.statistics._checks import check_level
from skhpo.statistics._resampling import multiplicities, units_of_rows
from skhpo.statistics.bbc import interval_of_draws, out_of_bag_scores

NAMES = {"bbc": "BBC", "tt": "Tibshirani"}


@dataclass(frozen=True)
class BiasCorrectedScore:
    """The score of a search, without what choosing the best adds to it.

    Parameters
    ----------
    score : float
        Corrected; greater is better.
    low, high : float
        Ends of the interval.
    level : float
        Its nominal coverage, in (0, 1).
    uncorrected : float
        Score of the best candidate, computed from the same numbers.
    method : {"bbc", "tt"}
        How it was corrected.
    metric : str
        Which score.
    n_candidates : int
        Among how many the best was chosen.

    Examples
    --------
    >>> from skhpo import BiasCorrectedScore
    >>> print(BiasCorrectedScore(0.81, 0.77, 0.85, 0.95, 0.83, "bbc", "accuracy", 40))
    accuracy 0.81, 95 % interval 0.77 to 0.85 (BBC)
      the best of 40 candidates scored 0.83: 0.02 too good
    """

    score: float
    low: float
    high: float
    level: float
    uncorrected: float
    method: str
    metric: str
    n_candidates: int

    @property
    def optimism(self) -> float:
        """Uncorrected minus corrected score: positive where the former was too good."""
        return self.uncorrected - self.score

    def __str__(self) -> str:
        what = "candidate" if self.n_candidates == 1 else "candidates"
        too = "too good" if self.optimism >= 0 else "too bad"
        return (
            f"{self.metric} {self.score:.4g}, {100 * self.level:g} % interval {self.low:.4g} to "
            f"{self.high:.4g} ({NAMES[self.method]})\n  the best of {self.n_candidates} {what} "
            f"scored {self.uncorrected:.4g}: {abs(self.optimism):.2g} {too}"
        )


def bias_corrected_score(
    search: Any,
    X: Any = None,
    y: Any = None,
    *,
    method: str = "bbc",
    level: float = 0.95,
    n_bootstrap: int = 1000,
    groups: Any = None,
    random_state: Any = None,
) -> BiasCorrectedScore:
    """Return the score of a search corrected for its being that of the best of many candidates.

    Parameters
    ----------
    search : search estimator
        Fitted; for "bbc" one of skhpo with ``keep_predictions``.
    X : array-like of shape (n_samples, n_features), default=None
        The data of the search; only needed where its scorer looks at them.
    y : array-like of shape (n_samples,), default=None
        The target of the search, all of it; needed for "bbc".
    method : {"bbc", "tt"}, default="bbc"
        "bbc", bootstrap bias-corrected cross-validation [1]_: draw rows, choose the candidate
        that predicted them best, and score it on the rows left out, again and again.

        "tt" (Tibshirani and Tibshirani [2]_) needs nothing but the scores of the splits, of any
        search, also of scikit-learn: what is subtracted is how much the best of each split beats
        the best of all there. It corrects too much where splits are small and candidates many.
        Its interval is that of the corrected t for the scores of the best, moved by the
        correction.
    level : float, default=0.95
        Nominal coverage of the interval, in (0, 1).
    n_bootstrap : int, default=1000
        Draws of "bbc".
    groups : array-like of shape (n_samples,), default=None
        Rows that belong together, such as those of a patient, for "bbc": they are drawn together.
        Give what was given to ``fit``.
    random_state : int, Generator or None, default=None
        Seed of the draws.

    Returns
    -------
    BiasCorrectedScore
        With ``score``, ``low``, ``high``, ``uncorrected``, ``optimism``, ``method`` and
        ``n_candidates``.

    Raises
    ------
    ValueError
        If an argument is not allowed, no predictions were kept, the scores of the search do not
        follow from predictions and ``y`` (other rows, or weighted scores), or a metric that is no
        mean over rows meets splits that test rows different numbers of times.
    NotFittedError
        If the search is not fitted.

    See Also
    --------
    nested_cross_validate : The whole search on rows that it has not seen, for K times the fits.
    statistics.bbc : The same for arrays.

    Notes
    -----
    Scores are those of all out-of-fold predictions together. Of means over rows (accuracy, errors,
    log loss) the uncorrected one is ``best_score_`` if the folds have the same size; of the area
    under the ROC curve and others it may differ from it. Where a rule of ``refit`` chose a simpler
    candidate, the score is still that of choosing the best. These are estimates for training sets
    of the size of those of the folds.

    Candidates that failed, that lost a race, or that were let go for want of memory are not among
    those that a draw chooses from. They had lost on the same rows, and what choosing from among
    them too has added is not taken off: on pure noise, the worst case, 0.01 of 0.09 are left with
    ``racing=True``, and 0.025 with a race that drops nine in ten.

    Rows are drawn as if they were independent: of series in time give ``groups`` that are (weeks,
    say). Accuracy, balanced accuracy, log loss, the area under the ROC curve (of two classes), R2,
    squared and absolute errors take seconds; for other metrics the scorer is called for each draw
    and candidate.

    References
    ----------
    .. [1] I. Tsamardinos, E. Greasidou, G. Borboudakis: Bootstrapping the out-of-sample
       predictions for efficient and accurate cross-validation. Machine Learning 107 (2018)
       1895-1922.
    .. [2] R. J. Tibshirani, R. Tibshirani: A Bias Correction for the Minimum Error Rate in
       Cross-Validation. Annals of Applied Statistics 3 (2009) 822-829.

    Examples
    --------
    Labels from a fair coin:

    >>> import numpy as np
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skhpo import RandomSearchCV, bias_corrected_score
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(100, 10)), rng.integers(0, 2, 100)
    >>> knn, space = KNeighborsClassifier(), {"n_neighbors": list(range(1, 41))}
    >>> search = RandomSearchCV(knn, space, n_iter=40, keep_predictions=True, random_state=0)
    >>> print(bias_corrected_score(search.fit(X, y), y=y, random_state=0))
    score 0.5266, 95 % interval 0.3749 to 0.6667 (BBC)
      the best of 40 candidates scored 0.59: 0.063 too good
    """
    if method not in NAMES:
        raise ValueError(f"method={method!r} is not known; allowed is one of {tuple(NAMES)}.")
    check_level(level)
    if n_bootstrap < 1:
        raise ValueError(f"n_bootstrap should be at least 1, got {n_bootstrap!r}.")
    if not hasattr(search, "cv_results_"):
        raise NotFittedError(f"{type(search).__name__} has no cv_results_: call fit first.")
    if method == "tt":
        return _tibshirani(search, level)
    kept, drawn = drawn_of(search, X, y)
    units = units_of_rows(_grouped(kept, groups, drawn), len(drawn.rows))
    draws = multiplicities(units, n_bootstrap, random_state)
    scores = [out_of_bag_scores(drawn, counts) for counts in draws]
    interval = interval_of_draws(np.concatenate(scores), level)
    raw = float(np.nanmax(drawn.score(np.ones((1, len(drawn.rows))))))
    name, n = metric_name(search), drawn.n_candidates
    return BiasCorrectedScore(
        interval.estimate, interval.low, interval.high, level, raw, method, name, n
    )


def _tibshirani(search: Any, level: float) -> BiasCorrectedScore:
    candidates = read_complete(search, None)
    found = tibshirani(candidates.scores)
    ratio = overlap(search, candidates.scores.shape[1])
    scores = candidates.scores[candidates.best] - found.bias
    interval = corrected_t_interval(scores, test_train_ratio=ratio, level=level)
    low, high, n = interval.low, interval.high, len(candidates.rows)
    name = candidates.metric
    return BiasCorrectedScore(found.estimate, low, high, level, found.raw, "tt", name, n)


def drawn_of(search: Any, X: Any, y: Any) -> tuple[OutOfFold, Drawn]:
    """Return the kept predictions of a search, and their scores in draws of rows.

    Parameters
    ----------
    search : search estimator
        Fitted.
    X, y : array-like
        Its data.

    Returns
    -------
    kept : OutOfFold
        What was predicted.
    drawn : Drawn
        Its scores.

    Raises
    ------
    ValueError
        If there are none, or the data are others.
    """
    kept = _kept(search)
    if y is None:
        raise ValueError('method="bbc" needs y, the target that the search was fitted on.')
    X, y = (kept.seen(X, "X"), kept.seen(y, "y"))
    n = num_samples(y)
    if n <= kept.tested.max():
        raise ValueError(f"y should be that of the search, got only {n} rows.")
    X = np.arange(n)[:, None] if X is None else X
    if kept.classes is not None and not np.isin(np.asarray(y), kept.classes).all():
        raise ValueError("y should be that of the search, got other classes.")
    score = PredictedScore(scorer_of(search), X, y, kept.classes)
    check_follows(search, kept, score)
    return kept, drawn_scores(kept, score, y)


def _kept(search: Any) -> OutOfFold:
    kept: OutOfFold | None = getattr(search, "predictions_", None)
    if kept is None:
        raise ValueError(
            'method="bbc" needs out-of-fold predictions of the candidates, and '
            f"{type(search).__name__} kept none: fit a search of skhpo with "
            'keep_predictions=True, or take method="tt", which needs none.'
        )
    if not len(kept.rows):
        raise ValueError('method="bbc": the predictions of no candidate could be kept.')
    return kept


def _grouped(kept: OutOfFold, groups: Any, drawn: Drawn) -> Any:
    if groups is None:
        return None
    return np.asarray(take_rows(kept.seen(groups, "groups"), drawn.rows))
