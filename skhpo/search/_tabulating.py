"""What of a search goes into its table, and whether there is anything to put there."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from skhpo.engine import Engine
from skhpo.evaluation import Resource
from skhpo.results._table import extra_columns
from skhpo.trial import Outcome, Trial


class NothingCompleteError(ValueError):
    """The search ended before any candidate was complete."""


def check_complete(trials: Sequence[Trial], stop_reason: str) -> None:
    """Refuse to publish a search in which nothing is complete.

    Parameters
    ----------
    trials : sequence of Trial
        Those with an outcome.
    stop_reason : str
        Why the search ended.

    Raises
    ------
    NothingCompleteError
        If no candidate is complete, unless all have failed: that is judged as in
        ``GridSearchCV``.
    KeyboardInterrupt
        If Ctrl-C is why.
    """
    columns = extra_columns(trials)
    if "ok" in columns["status"]:
        return
    if stop_reason == "interrupted":
        raise KeyboardInterrupt
    if trials and set(columns["status"]) == {"failed"}:
        return
    counts = sorted(Counter(columns["status"]).items())
    came_to = ", ".join(f"{n} {status}" for status, n in counts)
    cause = next((error for error in columns["error"] if error), None)
    raise NothingCompleteError(
        f"no candidate was complete when the search ended ({stop_reason}): "
        f"{came_to or 'none was begun'}; "
        f"{sum(len(trial.outcomes) for trial in trials)} of its fits were done."
        + (f" The first cause: {cause}" if cause else "")
    )


def check_any_ok(columns: Mapping[str, Any]) -> None:
    """Refuse to call a candidate the best when each of them has failed.

    Parameters
    ----------
    columns : dict of str to ndarray
        With ``status`` and ``error``.

    Raises
    ------
    ValueError
        If none has the status "ok".
    """
    if "ok" not in columns["status"]:
        raise ValueError(
            f"every candidate failed: none of {len(columns['status'])} has a score on all splits. "
            f"The first cause: {next(error for error in columns['error'] if error)}"
        )


def params_of(trial: Trial, resource: Resource | None) -> dict[str, Any]:
    """Return the parameters of a row, the rationed one included.

    Parameters
    ----------
    trial : Trial
        The row.
    resource : Resource or None
        What is rationed.

    Returns
    -------
    dict of str to object
        By their ``set_params`` names.
    """
    amount = trial.resource
    more = {} if resource is None or amount is None else resource.params(amount)
    return {**trial.candidate.params, **more}


def columns_of_search(engine: Engine, trials: Sequence[Trial]) -> dict[str, Any]:
    """Return the columns that only some searches have.

    Parameters
    ----------
    engine : Engine
        The loop, after its end.
    trials : sequence of Trial
        The rows.

    Returns
    -------
    dict of str to ndarray
        What the strategy has to say of each candidate, and in a race ``estimated_test_score``.
    """
    notes = [engine.strategy.notes(trial.candidate.number) for trial in trials]
    columns = {name: np.array([note[name] for note in notes]) for name in notes[0]}
    if engine.race is not None:
        columns["estimated_test_score"] = np.array([*map(engine.expected_score, trials)])
    return columns


def timeline(trials: Sequence[Trial]) -> dict[str, Any]:
    """Return when the fits of a search ran.

    Parameters
    ----------
    trials : sequence of Trial
        The rows.

    Returns
    -------
    dict of str to ndarray of shape (n_fits,)
        ``row`` in ``cv_results_``, ``split``, ``start``, ``end`` (seconds since the search began)
        and ``status``, in the order of their ends; fits of unknown time are not there.
    """
    fits: dict[int, tuple[int, Outcome]] = {}
    for row, trial in enumerate(trials):
        for outcome in trial.outcomes.values():
            fits.setdefault(id(outcome), (row, outcome))  # a rung of splits has those below, too
    timed = [(row, o, o.ended) for row, o in fits.values() if o.ended is not None]
    timed.sort(key=lambda fit: fit[2])
    ends = np.array([end for *_, end in timed], dtype=np.float64)
    seconds = np.array([o.fit_time + o.score_time for _, o, _ in timed], dtype=np.float64)
    return {
        "row": np.array([row for row, *_ in timed], dtype=np.intp),
        "split": np.array([o.split for _, o, _ in timed], dtype=np.int32),
        "start": np.maximum(ends - np.nan_to_num(seconds), 0.0),
        "end": ends,
        "status": np.array([o.status for _, o, _ in timed], dtype=object),
    }
