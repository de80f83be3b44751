"""From what a user gives as ``stopping`` to what the engine asks."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from skhpo.engine import never
from skhpo.results._table import mean_score, split_scores
from skhpo.stopping import AnyRule, Progress
from skhpo.trial import Trial


def as_rule(
    stopping: Any, metric: str | None, n_splits: int
) -> Callable[[Sequence[Trial]], str | None]:
    """Return the rule that the engine asks after each candidate.

    Parameters
    ----------
    stopping : callable, sequence of callable or None
        Rules of ``skhpo.stopping``, or functions like them.
    metric : str or None
        The score that decides, where there are several.
    n_splits : int
        Splits of a candidate.

    Returns
    -------
    callable
        It takes the finished trials and returns a reason to stop, or None.
    """
    if stopping is None:
        return never
    rule = AnyRule([stopping] if callable(stopping) else [*stopping])
    start = time.perf_counter()
    seen: list[tuple[float, np.ndarray, np.ndarray]] = []

    def should_stop(trials: Sequence[Trial]) -> str | None:
        for trial in trials[len(seen) :]:
            scores = split_scores(trial, metric, n_splits)
            seen.append((mean_score(trial, metric)[0], scores, trial.candidate.x))
        means, by_split, points = zip(*seen, strict=True)
        elapsed = time.perf_counter() - start
        return rule(Progress(np.array(means), np.array(by_split), np.array(points), elapsed))

    return should_stop
