"""``MLflow``: a run for the search, and one within it for each candidate."""

import re
import time
from collections.abc import Mapping
from typing import Any

from skhpo._optional import needed
from skhpo.results.candidate_record import CandidateRecord
from skhpo.tracking._tracker import (
    Best,
    Tracker,
    arguments_of,
    facts_of,
    figures_of,
    figures_of_end,
    is_interrupt,
    one_line,
    params_of_end,
    reason_of_end,
)

# What MLflow's stores take (mlflow.utils.validation).
LONGEST_KEY = 250
LONGEST_PARAM = 6000
LONGEST_TAG = 5000
PARAMS_A_CALL = 100
METRICS_A_CALL = 1000

STATUS = {"ok": "FINISHED", "dropped": "KILLED"}  # of a candidate's run; all else has failed


class MLflow(Tracker):
    """Keeps a search in MLflow: a run, and one nested in it for each candidate.

    The run of the search has its arguments as parameters, tags that say on what it ran, the best
    score so far as a metric by number of candidate, and at the end the best parameters. That of
    a candidate has its parameters and scores (mean, standard deviation, each split), and the
    status FINISHED, KILLED if it was dropped, or FAILED, then with a tag ``error``.

    Needs MLflow, or only its client: ``pip install "skhpo[mlflow]"``. What MLflow does elsewhere
    in the program, such as its active run, is left alone.

    Parameters
    ----------
    experiment : str, default="skhpo"
        Name of the experiment, which is made where it does not exist.
    run_name : str or None, default=None
        Name of the run of the search; None for the name of its class.
    tracking_uri : str or None, default=None
        Where to keep it, such as ``"http://localhost:5000"`` or ``"sqlite:///mlflow.db"``; None
        for what is set in MLflow (``mlflow.set_tracking_uri``, ``MLFLOW_TRACKING_URI``).
    tags : dict of str to str or None, default=None
        Further tags of the run of the search.

    Raises
    ------
    ImportError
        When a search begins, if MLflow is not installed.

    See Also
    --------
    skhpo.CandidateRecord : What a callback is given of a candidate.

    Notes
    -----
    Values are cut off where MLflow would refuse them (parameters at 6000 characters, tags at
    5000), and characters in names that it refuses are replaced by "_". Numbers that are not
    finite are left out.

    Examples
    --------
    >>> from skhpo import RandomSearchCV
    >>> from skhpo.tracking import MLflow
    >>> from sklearn.svm import SVC
    >>> tracker = MLflow(experiment="iris", tracking_uri="sqlite:///mlflow.db")
    >>> search = RandomSearchCV(SVC(), {"C": (0.01, 100.0, "log-uniform")}, callbacks=tracker)
    """

    def __init__(
        self,
        experiment: str = "skhpo",
        *,
        run_name: str | None = None,
        tracking_uri: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        self.experiment = experiment
        self.run_name = run_name
        self.tracking_uri = tracking_uri
        self.tags = tags

    def on_search_begin(self, search: Any) -> None:
        """Open the run of the search.

        Parameters
        ----------
        search : search estimator
            The search.
        """
        mlflow = needed("mlflow", "mlflow", "MLflow")
        self._entities = needed("mlflow.entities", "mlflow", "MLflow")
        self._client = mlflow.MlflowClient(tracking_uri=self.tracking_uri)
        self._experiment_id = self._find_experiment()
        self._best = Best()
        self._children: dict[tuple[int, int | None], str] = {}
        name = self.run_name or type(search).__name__
        self._run = self._open(name, {**facts_of(search), **(self.tags or {})})
        try:
            self._log(self._run, params=arguments_of(search))
        except Exception:
            self._client.set_terminated(self._run, "FAILED")
            raise

    def on_candidate_end(self, search: Any, record: CandidateRecord) -> None:
        """Write the run of a candidate; once more if it was dropped and is now complete.

        Parameters
        ----------
        search : search estimator
            The search.
        record : CandidateRecord
            What came of the candidate.
        """
        self._best.add(record)
        key = (record.number, record.n_resources)
        if key not in self._children:
            self._children[key] = self._open_child(record)
        run = self._children[key]
        try:
            self._log(run, params=record.params, metrics=figures_of(record))
            self._client.set_tag(run, "status", record.status)
        finally:
            self._client.set_terminated(run, STATUS.get(record.status, "FAILED"))
        if record.is_best:
            self._log(self._run, metrics={"best_score": record.best_score}, step=record.number)

    def on_search_end(self, search: Any, error: BaseException | None) -> None:
        """Write what came of the search, and close its run.

        Parameters
        ----------
        search : search estimator
            The search.
        error : BaseException or None
            What ended it, if that is an error.
        """
        ended_as = "KILLED" if is_interrupt(error) else "FAILED"
        try:
            self._log_end(search, error)
        finally:
            self._client.set_terminated(self._run, "FINISHED" if error is None else ended_as)
            del self._client, self._entities, self._run, self._children

    def _log_end(self, search: Any, error: BaseException | None) -> None:
        best = params_of_end(search, self._best, error)
        self._log(
            self._run,
            params={f"best.{name}": value for name, value in best.items()},
            metrics=figures_of_end(search, self._best, error),
            step=len(self._children),
        )
        reason = _cut(reason_of_end(search, error), LONGEST_TAG)
        self._client.set_tag(self._run, "stop_reason", reason)

    def _find_experiment(self) -> str:
        found = self._client.get_experiment_by_name(self.experiment)
        if found is None:
            return str(self._client.create_experiment(self.experiment))
        return str(found.experiment_id)

    def _open_child(self, record: CandidateRecord) -> str:
        amount = "" if record.n_resources is None else f", {record.n_resources}"
        tags = {"mlflow.parentRunId": self._run, "replayed": record.is_replayed}
        if record.error is not None:
            tags["error"] = record.error.strip()
        seconds = (record.fit_time + record.score_time) * record.n_splits_evaluated
        return self._open(f"candidate {record.number}{amount}", tags, seconds)

    def _open(self, name: str, tags: Mapping[str, Any], seconds: float = 0.0) -> str:
        """Open a run that began so many seconds ago."""
        run = self._client.create_run(
            self._experiment_id,
            start_time=_now() - round(1000 * seconds),
            tags={_key(key): _cut(str(value), LONGEST_TAG) for key, value in tags.items()},
            run_name=name,
        )
        return str(run.info.run_id)

    def _log(
        self,
        run: str,
        *,
        params: Mapping[str, Any] | None = None,
        metrics: Mapping[str, float] | None = None,
        step: int = 0,
    ) -> None:
        texts = {_key(key): _cut(one_line(v), LONGEST_PARAM) for key, v in (params or {}).items()}
        entries = [self._entities.Param(key, text) for key, text in texts.items()]
        for start in range(0, len(entries), PARAMS_A_CALL):
            self._client.log_batch(run, params=entries[start : start + PARAMS_A_CALL])
        now = _now()
        values = [
            self._entities.Metric(_key(key), value, now, step)
            for key, value in (metrics or {}).items()
        ]
        for start in range(0, len(values), METRICS_A_CALL):
            self._client.log_batch(run, metrics=values[start : start + METRICS_A_CALL])


def _now() -> int:
    """Return the milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def _key(name: str) -> str:
    """Return a name that MLflow takes: it may be that of a file, without detours."""
    parts = re.sub(r"[^\w. /-]", "_", name, flags=re.ASCII).split("/")
    plain = "/".join("_" if part in ("", ".", "..") else part for part in parts)
    return plain[:LONGEST_KEY].rstrip("/")


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 3] + "..."
