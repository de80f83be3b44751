"""What all tasks of one search have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


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
