"""One task: fit and score one candidate on one split, whatever happens.

Here is a broad ``except``: what a user's estimator may raise is unknown, and none of it may end a
search.
"""

import math
import numbers
import pickle
import traceback
import warnings
from collections.abc import Mapping
from typing import Any

from sklearn import config_context
from sklearn.base import clone

from skhpo._sklearn import fit_and_score
from skhpo.evaluation._job import Job, failed_outcome
from skhpo.evaluation._listening import ListeningScorer
from skhpo.evaluation._predictions import predictions_of
from skhpo.evaluation._prefix_cache import share_prefix
from skhpo.evaluation._rung import Rung
from skhpo.trial import Outcome


def run_task(
    job: Job,
    number: int,
    params: Mapping[str, Any],
    split: int,
    context: Any = None,
    resource: int | None = None,
    state: bytes | None = None,
) -> Outcome:
    """Fit and score one candidate on one split.

    Parameters
    ----------
    job : Job
        What the tasks share.
    number : int
        The candidate's number.
    params : dict
        Its parameters.
    split : int
        Which split.
    context : object or None, default=None
        scikit-learn's callback context of the task.
    resource : int or None, default=None
        How much of ``job.resource`` the task may use; None for no limit.
    state : bytes or None, default=None
        What an earlier task of the same candidate on the same split has left, with less of the
        resource.

    Returns
    -------
    Outcome
        Never raises but for ``KeyboardInterrupt``: a failure is an outcome too.
    """
    try:
        with config_context(**job.config):
            record = _fit_and_score(job, number, params, split, context, resource, state)
    except (Exception, SystemExit) as error:
        text = "".join(traceback.format_exception(error))
        is_number = isinstance(job.error_score, numbers.Number)
        exception = None if is_number else _portable(error)
        return failed_outcome(job, number, split, text, exception=exception, resource=resource)
    reason = record["fit_error"] or _not_finite(record, job.metric)
    return Outcome(
        candidate=number,
        split=split,
        status="failed" if reason else "ok",
        test_scores=_finite_or(job.error_score, record["test_scores"]),
        train_scores=_finite_or(job.error_score, record.get("train_scores")),
        fit_time=record["fit_time"],
        score_time=record["score_time"],
        error=reason,
        fitted=record["fit_error"] is None,
        resource=resource,
        curve=record.get("curve"),
        state=record.get("state"),
        predictions=record.get("predictions") if reason is None else None,
    )


def run_task_quietly(job: Job, *args: Any) -> Outcome:
    """Run a task in another process, under the driver's warning filters."""
    with warnings.catch_warnings():
        warnings.filters[:] = list(job.warning_filters)  # type: ignore[index]
        return run_task(job, *args)


def _fit_and_score(
    job: Job,
    number: int,
    params: Mapping[str, Any],
    split: int,
    context: Any,
    resource: int | None,
    state: bytes | None,
) -> dict[str, Any]:
    train, test = job.splits[split]
    estimator = clone(job.estimator)
    rung = Rung(job, estimator, resource, state, is_observed=context is not None)
    train, name = rung.rows(split, train)
    if context is None:
        estimator = share_prefix(estimator, job, name, train, test, limit=job.prefix_cache_bytes)
    scorer = ListeningScorer(job.scorer)
    with rung.fitting():
        record = fit_and_score(
            estimator,
            job.X,
            job.y,
            scorer=scorer,
            train=train,
            test=test,
            verbose=job.verbose,
            parameters={**params, **rung.params()},
            fit_params=job.fit_params,
            score_params=job.score_params,
            return_train_score=job.return_train_score,
            return_n_test_samples=False,
            return_times=True,
            return_parameters=False,
            split_progress=(split, len(job.splits)),
            candidate_progress=(number, job.n_candidates),
            # NaN, so that a failure of the scorer can be told from a score
            error_score="raise" if job.error_score == "raise" else math.nan,
            caller=job.caller,
            callback_ctx=context,
        )
    if record["fit_error"]:
        return record
    predictions = _predictions(job, estimator, (train, test)) if job.keeps_predictions else None
    record["causes"] = scorer.causes
    return {**record, **rung.finish(record, test), "predictions": predictions}


def _predictions(job: Job, estimator: Any, split: tuple[Any, Any]) -> Any:
    """Return predictions to keep; None if the estimator makes none of a kind that is known."""
    try:
        return predictions_of(estimator, (job.X, job.y), split, job.classes, job.scorer)
    except Exception:
        return None  # it has a score, and that is what counts


def _portable(error: BaseException) -> BaseException:
    """Return the error itself if it survives pickling, else one that says the same."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _not_finite(record: Mapping[str, Any], metric: str | None) -> str | None:
    """Say whether the score that decides is not a finite number, and why if the scorer raised."""
    scores, causes = record["test_scores"], record["causes"]
    if isinstance(scores, Mapping):
        name = metric if metric is not None and metric in scores else next(iter(scores))
        value = scores[name]
    else:
        name, value = "score", scores
    if math.isfinite(value):
        return None
    cause = causes.get(name, causes.get(None))
    return f"{name} is not finite: {value!r}" + (f" (the scorer raised {cause})" if cause else "")


def _finite_or(error_score: Any, scores: Any) -> Any:
    """Put ``error_score`` where a score is not finite: scikit-learn would rank +inf first."""
    if scores is None:
        return None
    substitute = float(error_score) if isinstance(error_score, numbers.Real) else math.nan
    if isinstance(scores, Mapping):
        return {name: v if math.isfinite(v) else substitute for name, v in scores.items()}
    return scores if math.isfinite(scores) else substitute
