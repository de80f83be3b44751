"""``CandidateRecord``: what a callback is given of a candidate."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skhpo.results._table import extra_columns, mean_score, split_scores
from skhpo.trial import Trial


@dataclass(frozen=True, kw_only=True, eq=False)
class CandidateRecord:
    """What came of a candidate: a row of ``cv_results_`` as soon as it is known.

    Parameters
    ----------
    number : int
        Number of the candidate in the order of asking, from 0.
    params : dict of str to object
        Its parameters, by their ``set_params`` names.
    status : {"ok", "failed", "timeout", "memory", "crashed", "dropped"}
        As in ``cv_results_``.
    scores : dict of str to float
        Mean test score by metric, "score" if there is only one; NaN unless the status is "ok".
    split_scores : dict of str to ndarray of shape (n_splits,)
        Test scores by metric, NaN for splits that failed or were not tried.
    fit_time, score_time : float
        Seconds, the mean over the splits that were tried.
    n_splits_evaluated : int
        Splits that were tried.
    n_resources : int or None, default=None
        How much of what a schedule rations it was given; None where nothing is rationed.
    rung, bracket : int, default=0
        Where in the schedule it stands.
    error : str or None, default=None
        The first cause of a failure.
    is_replayed : bool, default=False
        Whether it was read from a journal, and not evaluated by this ``fit``.
    is_best : bool, default=False
        Whether it is the best so far: of those with the most resources, the one with the best
        score that decides.
    best_number : int or None, default=None
        Number of the best candidate so far; None if none is complete.
    best_score : float, default=nan
        Its mean test score.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import RandomSearchCV
    >>> def say(search, record):
    ...     print(record.number, record.params, f"{record.scores['score']:.3f}", record.is_best)
    >>> space = {"C": [0.01, 1]}
    >>> search = RandomSearchCV(SVC(), space, callbacks=say).fit(*load_iris(return_X_y=True))
    0 {'C': 0.01} 0.927 True
    1 {'C': 1} 0.967 True
    """

    number: int
    params: Mapping[str, Any]
    status: str
    scores: Mapping[str, float]
    split_scores: Mapping[str, NDArray[np.float64]]
    fit_time: float
    score_time: float
    n_splits_evaluated: int
    n_resources: int | None = None
    rung: int = 0
    bracket: int = 0
    error: str | None = None
    is_replayed: bool = False
    is_best: bool = False
    best_number: int | None = None
    best_score: float = float("nan")

    @classmethod
    def _of(cls, trial: Trial, params: Mapping[str, Any], n_splits: int, **more: Any) -> Self:
        """Return the record of a trial with at least one outcome."""
        outcomes = trial.outcomes.values()
        row = extra_columns([trial])
        status, names = str(row["status"][0]), _names_of(trial)
        means = {name: mean_score(trial, name)[0] for name in names}
        return cls(
            number=trial.candidate.number,
            params=params,
            status=status,
            scores=means if status == "ok" else dict.fromkeys(names, float("nan")),
            split_scores={name: split_scores(trial, name, n_splits) for name in names},
            fit_time=float(np.mean([outcome.fit_time for outcome in outcomes])),
            score_time=float(np.mean([outcome.score_time for outcome in outcomes])),
            n_splits_evaluated=len(outcomes),
            n_resources=trial.resource,
            rung=trial.rung,
            bracket=trial.bracket,
            error=row["error"][0],
            **more,
        )

    @property
    def std_scores(self) -> dict[str, float]:
        """Standard deviation of the test scores over the splits, NaN unless the status is "ok"."""
        return {
            name: float(np.nanstd(self.split_scores[name])) if np.isfinite(mean) else float("nan")
            for name, mean in self.scores.items()
        }


def _names_of(trial: Trial) -> list[str]:
    """Return the names of the scores; a task that was ended may have a number for all of them."""
    all_scores = [outcome.test_scores for outcome in trial.outcomes.values()]
    return next((list(found) for found in all_scores if isinstance(found, Mapping)), ["score"])
