"""A study of Optuna as the results of a search."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from skhpo.exchange._flat import Flat
from skhpo.exchange._optuna_space import as_space, on_step, space_from_optuna
from skhpo.exchange._results import SearchResults, param_columns
from skhpo.results._table import tier_ranks
from skhpo.space import Space

_STATUS = {"COMPLETE": "ok", "PRUNED": "dropped", "FAIL": "failed"}


def from_optuna(study: Any, *, space: Any = None) -> SearchResults:
    """Return the trials of a study of Optuna as the results of a search.

    Parameters
    ----------
    study : optuna.Study
        A study with one objective.
    space : Space, dict, list of dict or None, default=None
        What `to_optuna` or `suggest` were given: parameters are then named as in it, and texts
        are its objects again. None takes names and values as they are.

    Returns
    -------
    SearchResults
        A row a finished trial, in their order, and the score ``"score"``, greater is better: of a
        study to be minimised the negative value. Scores of splits are those that ``user_attrs``
        have as ``split_scores``, of the sign of the value; elsewhere the value counts as a single
        split. Where all trials have the same parameters, ``param_distributions`` is their space.

    Raises
    ------
    ValueError
        If the study has several objectives, no trial is complete, or one does not lie in the
        space.
    TypeError
        If it is no study.

    See Also
    --------
    to_optuna : The other way.

    Examples
    --------
    >>> import optuna
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV, Real
    >>> from skhpo.exchange import from_optuna
    >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
    >>> study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    >>> study.optimize(lambda trial: (trial.suggest_float("C", 0.1, 10) - 3) ** 2, n_trials=20)
    >>> results = from_optuna(study)
    >>> results.best_params_ == study.best_params, results.best_score_ == -study.best_value
    (True, True)
    >>> X, y = load_iris(return_X_y=True)
    >>> search = BayesSearchCV(SVC(), {"C": Real(0.1, 10)}, n_iter=3, warm_start_from=results)
    >>> search.fit(X, y).cv_results_["params"][0] == study.best_params
    True
    """
    if not hasattr(study, "get_trials"):
        raise TypeError(f"study should be a study of Optuna, got {type(study).__name__}.")
    if len(study.directions) > 1:
        raise ValueError(
            f"study has {len(study.directions)} objectives; the results of a search have one "
            "score that decides."
        )
    trials = [t for t in study.get_trials(deepcopy=False) if t.state.name in _STATUS]
    status = np.array([_STATUS[trial.state.name] for trial in trials], dtype=object)
    if "ok" not in status:
        raise ValueError(f"study has no complete trial; it has {len(trials)} finished ones.")
    sign = -1.0 if study.direction.name == "MINIMIZE" else 1.0
    params = [*_params(trials, None if space is None else Flat(as_space(space)))]
    scores = _scores(trials, sign)
    means = np.array([sign * t.value if t.state.name == "COMPLETE" else np.nan for t in trials])
    results = {
        **_times(trials, scores.shape[1]),
        **param_columns(params),
        "params": params,
        **{f"split{i}_test_score": scores[:, i] for i in range(scores.shape[1])},
        "mean_test_score": means,
        "std_test_score": np.where(np.isfinite(means), scores.std(axis=1), np.nan),
        "rank_test_score": tier_ranks(np.zeros(len(means)), means),
        "status": status,
        "error": np.array([*(t.user_attrs.get("error") for t in trials), None], dtype=object)[:-1],
    }
    return SearchResults(
        cv_results_=results,
        metric="score",
        n_splits_=scores.shape[1],
        best_index_=int(np.nanargmax(means)),
        search="Optuna",
        param_distributions=as_space(space) if space is not None else _space(trials),
    )


def _params(trials: Sequence[Any], flat: Flat | None) -> Any:
    for trial in trials:
        values = {k: on_step(v, trial.distributions[k]) for k, v in trial.params.items()}
        if flat is None:
            yield values
            continue
        try:
            yield flat.params(values)
        except ValueError as error:
            raise ValueError(f"space: trial {trial.number} is not of it: {error}") from error


def _space(trials: Sequence[Any]) -> Space | None:
    """Return the space of trials that have the same parameters."""
    if not trials[0].params or len({frozenset(trial.params) for trial in trials}) > 1:
        return None
    try:
        return space_from_optuna(dict(_same(trials)))
    except ValueError:  # ranges that changed, or a step too small to list
        return None


def _same(trials: Sequence[Any]) -> Any:
    for name, distribution in trials[0].distributions.items():
        if any(trial.distributions[name] != distribution for trial in trials):
            raise ValueError(name)
        yield name, distribution


def _scores(trials: Sequence[Any], sign: float) -> Any:
    """Return the scores of splits where they are known of all complete trials, else one each."""
    known = [_split_scores(trial) for trial in trials]
    complete = [k for k, t in zip(known, trials, strict=True) if t.state.name == "COMPLETE"]
    n_splits = len(complete[0])
    if n_splits and all(len(k) == n_splits for k in complete):
        rows = [k if len(k) == n_splits else [None] * n_splits for k in known]
        return sign * np.array(rows, dtype=np.float64)
    values = [t.value if t.state.name == "COMPLETE" else np.nan for t in trials]
    return sign * np.array(values, dtype=np.float64)[:, None]


def _split_scores(trial: Any) -> list[float | None]:
    """Return the scores that a trial has of its splits; what else has this name is not ours."""
    scores = trial.user_attrs.get("split_scores")
    if not isinstance(scores, list):
        return []
    return scores if all(s is None or isinstance(s, float | int) for s in scores) else []


def _times(trials: Sequence[Any], n_splits: int) -> dict[str, Any]:
    seconds = np.array([_seconds(trial) for trial in trials]) / n_splits
    nothing = np.zeros(len(trials))
    names = ("std_fit_time", "mean_score_time", "std_score_time")
    return {"mean_fit_time": seconds, **{name: nothing.copy() for name in names}}


def _seconds(trial: Any) -> float:
    return float(trial.duration.total_seconds()) if trial.duration is not None else np.nan
