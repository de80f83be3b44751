"""What all tasks of one search have in common."""

import math
import numbers
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from skhpo.evaluation._resource import Resource
from skhpo.trial import Outcome, Status


@dataclass(frozen=True, eq=False)
class Job:
    """Everything that a task needs besides its candidate: made once per ``fit``.

    Parameters
    ----------
    estimator : estimator
        Unfitted; cloned for each task.
    X, y : array-like
        All the data.
    splits : sequence of (train, test)
        Index arrays, drawn once and shared by all candidates.
    scorer : callable
        As ``GridSearchCV`` builds it.
    metric : str or None
        Which of several scores decides; None takes the first. A task has failed when that one is
        not a finite number.
    fit_params, score_params : dict
        Routed metadata.
    return_train_score : bool
        Whether to score the training part too.
    error_score : "raise" or float
        What a failed task scores.
    verbose : int
        As in scikit-learn.
    n_candidates : int
        For messages only.
    config : dict
        scikit-learn's configuration in the driver.
    warning_filters : sequence
        The driver's warning filters, for workers in other processes.
    prefix_cache_bytes : int
        What a worker may keep of the leading steps that pipelines share; 0 for nothing.
    caller : object or None
        The search, where callbacks are set.
    resource : Resource or None
        What tasks have amounts of; None where nothing is rationed.
    eval_fraction : float or None
        Which share of its training rows an estimator that stops early by an ``eval_set`` is
        given as such; None for no ``eval_set``.
    continues : bool
        Whether a task goes on with what an earlier one with less of the resource has trained.
    keeps_predictions : bool
        Whether an outcome carries what was predicted for the test rows.
    classes : ndarray of shape (n_classes,) or None
        All classes of the target, where it is a single one of classes.
    """

    estimator: Any
    X: Any
    y: Any
    splits: Sequence[tuple[Any, Any]]
    scorer: Any
    metric: str | None = None
    fit_params: Mapping[str, Any] = field(default_factory=dict)
    score_params: Mapping[str, Any] = field(default_factory=dict)
    return_train_score: bool = False
    error_score: Any = float("nan")
    verbose: int = 0
    n_candidates: int = 0
    config: Mapping[str, Any] = field(default_factory=dict)
    warning_filters: Sequence[Any] = ()
    prefix_cache_bytes: int = 2**28
    caller: Any = None
    resource: Resource | None = None
    eval_fraction: float | None = None
    continues: bool = True
    keeps_predictions: bool = False
    classes: Any = None


class Scoring(Protocol):
    """What says how a task is scored that has failed: a job, or a sandbox."""

    @property
    def error_score(self) -> Any:
        """``"raise"`` or a number."""
        ...

    @property
    def return_train_score(self) -> bool:
        """Whether there is a training score too."""
        ...


def failed_outcome(
    scoring: Scoring,
    number: int,
    split: int,
    reason: str,
    status: Status = "failed",
    *,
    exception: BaseException | None = None,
    fit_time: float = 0.0,
    resource: int | None = None,
) -> Outcome:
    """Return the outcome of a task that has no score.

    Parameters
    ----------
    scoring : Job or Sandbox
        With ``error_score`` and ``return_train_score``.
    number : int
        The candidate's number.
    split : int
        Which split.
    reason : str
        What happened.
    status : str, default="failed"
        The status of the outcome.
    exception : BaseException or None, default=None
        What the driver raises if ``error_score`` is "raise"; None for a ``RuntimeError`` with
        the reason.
    fit_time : float, default=0.0
        Seconds.
    resource : int or None, default=None
        That of the task.

    Returns
    -------
    Outcome
        With ``error_score``, or with an exception where that is "raise".

    Examples
    --------
    >>> job = Job(None, None, None, splits=(), scorer=None, error_score=-1.0)
    >>> failed_outcome(job, 0, 2, "too slow", "timeout").test_scores
    -1.0
    """
    is_number = isinstance(scoring.error_score, numbers.Number)
    score = scoring.error_score if is_number else math.nan
    return Outcome(
        candidate=number,
        split=split,
        status=status,
        test_scores=score,
        train_scores=score if scoring.return_train_score else None,
        fit_time=fit_time,
        error=reason,
        exception=None if is_number else exception or RuntimeError(reason),
        fitted=False,
        resource=resource,
    )
