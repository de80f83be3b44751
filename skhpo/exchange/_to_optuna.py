"""A search as a study of Optuna."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from skhpo._optional import needed
from skhpo.exchange._flat import Flat, is_plain
from skhpo.exchange._optuna_space import as_space, distribution_of
from skhpo.exchange._results import MOST_INT
from skhpo.journal import read_trials
from skhpo.plots._record import Record, read_record
from skhpo.space import Space
from skhpo.space._values import native

Setting = tuple[dict[str, Any], dict[str, Any]]  # values and distributions by name


def to_optuna(
    search_or_journal: Any,
    storage: Any = None,
    study_name: str | None = None,
    *,
    metric: str | None = None,
    space: Any = None,
) -> Any:
    """Return a study of Optuna with a trial for each candidate of a search.

    Parameters
    ----------
    search_or_journal : search estimator, dict, DataFrame, str or path-like
        A fitted search, also one of scikit-learn; a ``cv_results_``; or the path of a journal.
    storage : str, optuna.storages.BaseStorage or None, default=None
        As of ``optuna.create_study``; None keeps the study in memory.
    study_name : str or None, default=None
        As of ``optuna.create_study``.
    metric : str or None, default=None
        Which score, where there are several; None for that of ``refit``, or the first.
    space : Space, dict, list of dict or None, default=None
        What was searched; None takes it from the search. Where it is not known, the ranges are
        those of the values that were tried.

    Returns
    -------
    optuna.Study
        To be maximised. A complete candidate is COMPLETE, one that was dropped or had less than
        most of a rationed resource PRUNED, one that failed FAIL; candidates that still run are
        left out. What a candidate scored with less of a resource are its intermediate values, and
        so is the mean of the splits of one that was dropped, by their number. ``user_attrs`` of
        a trial: ``row``, ``status``, ``split_scores``, ``seconds`` and, where it failed,
        ``error``.

    Raises
    ------
    ImportError
        Without Optuna.
    ValueError
        If there is no candidate, or one does not lie in the space.
    NotFittedError
        If the search is not fitted.
    TypeError
        If ``search_or_journal`` is none of these.

    See Also
    --------
    suggest : Lets Optuna continue such a study, in the same space.
    from_optuna : The other way.

    Notes
    -----
    Each trial has the parameters that exist with it, by the names that ``set_params`` takes.
    Objects are their ``repr``; where a parameter takes either a listed value or a number, the
    number is a parameter of its own, and so are parameters of one name below several
    alternatives, which are named with these in brackets.

    How long trials took and in which order they ended is as it was; the end of the last is the
    time at which a journal was last written, and otherwise now.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import RandomSearchCV, Real
    >>> from skhpo.exchange import to_optuna
    >>> X, y = load_iris(return_X_y=True)
    >>> search = RandomSearchCV(SVC(), {"C": Real(0.1, 10)}, n_iter=4, random_state=0).fit(X, y)
    >>> study = to_optuna(search)
    >>> study.best_params == search.best_params_, bool(study.best_value == search.best_score_)
    (True, True)
    """
    optuna = needed("optuna", "optuna", "to_optuna")
    record = read_record(search_or_journal, metric)
    given = record.space if space is None else space
    if given is None:
        settings = _as_tried(record.params)
    else:
        settings = _in_space(search_or_journal, record, as_space(given))
    study = optuna.create_study(storage=storage, study_name=study_name, direction="maximize")
    end = _end(search_or_journal)
    rows: dict[int, list[int]] = {}
    for row, candidate in enumerate(record.candidates.tolist()):
        rows.setdefault(candidate, []).append(row)
    for of_one in rows.values():
        trial = _trial(optuna, record, of_one, settings[of_one[0]], end)
        if trial is not None:
            study.add_trial(trial)
    return study


def _trial(optuna: Any, record: Record, rows: list[int], setting: Setting, end: datetime) -> Any:
    """Return the trial of a candidate, which has several rows where a resource was rationed."""
    last = rows[-1]
    status = str(record.status[last])
    if status == "running":
        return None
    states = optuna.trial.TrialState
    state = {"ok": states.COMPLETE, "dropped": states.PRUNED}.get(status, states.FAIL)
    if state == states.COMPLETE and not record.comparable[last]:
        state = states.PRUNED if np.isfinite(record.means[last]) else states.FAIL
    done = _when(record, last, end)
    return optuna.trial.FrozenTrial(
        number=-1,  # the storage numbers them
        trial_id=-1,
        state=state,
        value=float(record.means[last]) if state == states.COMPLETE else None,
        datetime_start=done - timedelta(seconds=_seconds(record, rows)),
        datetime_complete=done,
        params=setting[0],
        distributions=setting[1],
        user_attrs=_attributes(record, last, _seconds(record, rows)),
        system_attrs={},
        intermediate_values=_intermediate(record, rows),
    )


def _intermediate(record: Record, rows: list[int]) -> dict[int, float]:
    if record.amounts is not None:
        seen = [row for row in rows if np.isfinite(record.means[row])]
        return {int(record.amounts[row]): float(record.means[row]) for row in seen}
    scores = record.scores[rows[-1]]
    scores = scores[np.isfinite(scores)]
    if record.status[rows[-1]] != "dropped" or not len(scores):
        return {}
    return {len(scores): float(scores.mean())}


def _attributes(record: Record, row: int, seconds: float) -> dict[str, Any]:
    scores = [float(s) if np.isfinite(s) else None for s in record.scores[row]]
    error = record.errors[row]
    return {
        "row": row,
        "status": str(record.status[row]),
        "split_scores": scores,
        "seconds": seconds,
        **({} if error is None else {"error": error}),
    }


def _seconds(record: Record, rows: list[int]) -> float:
    return float(np.nansum(record.seconds[rows]))


def _end(source: Any) -> datetime:
    if isinstance(source, str | os.PathLike):
        return datetime.fromtimestamp(Path(source).stat().st_mtime)
    return datetime.now()


def _when(record: Record, row: int, end: datetime) -> datetime:
    """Return when a candidate was done, if that of the last is known."""
    known = record.ended[np.isfinite(record.ended)]
    if not np.isfinite(record.ended[row]):
        return end
    return end - timedelta(seconds=float(known.max() - record.ended[row]))


# -- parameters --------------------------------------------------------------------------------


def _in_space(source: Any, record: Record, space: Space) -> list[Setting]:
    flat = Flat(space)
    distributions = {part.name: distribution_of(part) for part in flat.parts}
    settings = []
    for x, params in zip(_points(source, record, space), record.params, strict=True):
        values = flat.values(x, params)
        settings.append((values, {name: distributions[name] for name in values}))
    return settings


def _points(source: Any, record: Record, space: Space) -> Sequence[Any]:
    if isinstance(source, str | os.PathLike):
        points = [row["x"] for row in read_trials(source)]
        if any(len(x) != space.n_dims for x in points):
            raise ValueError("space should be the one that the search of the journal was given.")
        return points
    points = []
    for row, params in enumerate(record.params):
        # what was rationed is among the parameters, but not searched
        own = {k: v for k, v in params.items() if record.amounts is None or k in space._paths}
        try:
            points.append(space.encode(own))
        except ValueError as error:
            raise ValueError(f"space: candidate {row} does not lie in it: {error}") from error
    return points


def _as_tried(params: Sequence[Mapping[str, Any]]) -> list[Setting]:
    """Return settings whose distributions are as wide as what was tried."""
    settings: list[Setting] = [({}, {}) for _ in params]
    for name in dict.fromkeys(name for setting in params for name in setting):
        rows = [row for row, setting in enumerate(params) if name in setting]
        values = _plain([native(params[row][name]) for row in rows])
        distribution = _around(values)
        for row, value in zip(rows, values, strict=True):
            settings[row][0][name] = value
            settings[row][1][name] = distribution
    return settings


def _plain(values: Sequence[Any]) -> list[Any]:
    """Return texts of objects, and of all but texts where 1, 1.0 and True would become one."""
    types: dict[Any, set[type]] = {}
    for value in filter(is_plain, values):
        types.setdefault(value, set()).add(type(value))
    mixes = any(len(kinds) > 1 for kinds in types.values())
    return [
        value if is_plain(value) and (isinstance(value, str) or not mixes) else repr(value)
        for value in values
    ]


def _around(plain: Sequence[Any]) -> Any:
    kinds = needed("optuna", "optuna", "to_optuna").distributions
    types = {*map(type, plain)}
    if types == {int} and max(map(abs, plain)) <= MOST_INT:
        return kinds.IntDistribution(min(plain), max(plain))
    if types == {float} or types == {int, float}:
        return kinds.FloatDistribution(min(plain), max(plain))
    return kinds.CategoricalDistribution([*dict.fromkeys(plain)])
