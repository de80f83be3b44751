"""``WandB``: a run of Weights & Biases with a step for each candidate, and a table of all."""

from os import PathLike
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
    one_line,
    params_of_end,
    plain,
    reason_of_end,
)


class WandB(Tracker):
    """Keeps a search in Weights & Biases: one run, with a step for each candidate.

    The configuration of the run holds the arguments of the search and on what it ran. Each step
    has the number and status of a candidate, its scores (mean, standard deviation, each split),
    its parameters (``params/...``) and the best score so far. At the end a table of all
    candidates is added, and best score and parameters to the summary.

    Needs its package: ``pip install "skhpo[wandb]"``. ``mode="offline"`` needs neither network
    nor account; ``wandb sync`` sends the run later.

    Parameters
    ----------
    project : str, default="skhpo"
        Name of the project.
    run_name : str or None, default=None
        Name of the run; None lets Weights & Biases invent one.
    mode : {"online", "offline", "disabled"} or None, default=None
        None for what is set elsewhere (``WANDB_MODE``), which is "online" unless it was changed.
    directory : str, path-like or None, default=None
        Where files are written, in a folder ``wandb``; None for the current directory.
    tags : list of str or None, default=None
        Tags of the run.

    Raises
    ------
    ImportError
        When a search begins, if the package is not installed.

    See Also
    --------
    skhpo.CandidateRecord : What a callback is given of a candidate.

    Examples
    --------
    >>> from skhpo import RandomSearchCV
    >>> from skhpo.tracking import WandB
    >>> from sklearn.svm import SVC
    >>> tracker = WandB("iris", mode="offline")
    >>> search = RandomSearchCV(SVC(), {"C": (0.01, 100.0, "log-uniform")}, callbacks=tracker)
    """

    def __init__(
        self,
        project: str = "skhpo",
        *,
        run_name: str | None = None,
        mode: str | None = None,
        directory: str | PathLike[str] | None = None,
        tags: list[str] | None = None,
    ) -> None:
        self.project = project
        self.run_name = run_name
        self.mode = mode
        self.directory = directory
        self.tags = tags

    def on_search_begin(self, search: Any) -> None:
        """Begin the run.

        Parameters
        ----------
        search : search estimator
            The search.
        """
        self._wandb = needed("wandb", "wandb", "WandB")
        arguments = {name: plain(value) for name, value in arguments_of(search).items()}
        self._best = Best()
        self._rows: list[dict[str, Any]] = []
        self._run = self._wandb.init(
            project=self.project,
            name=self.run_name,
            mode=self.mode,
            dir=self.directory,
            tags=self.tags,
            config={**arguments, "data": facts_of(search)},
            reinit="create_new",  # a run of the user's own goes on
            settings=self._wandb.Settings(silent=True, console="off"),
        )

    def on_candidate_end(self, search: Any, record: CandidateRecord) -> None:
        """Write a step.

        Parameters
        ----------
        search : search estimator
            The search.
        record : CandidateRecord
            What came of the candidate.
        """
        self._best.add(record)
        row: dict[str, Any] = {"candidate": record.number, "status": record.status}
        row |= figures_of(record)
        row |= {f"params/{name}": plain(value) for name, value in record.params.items()}
        if record.error is not None:
            row["error"] = one_line(record.error.strip().rpartition("\n")[2])
        self._rows.append(row)
        best = {} if record.best_number is None else {"best_score": record.best_score}
        self._run.log(row | best)

    def on_search_end(self, search: Any, error: BaseException | None) -> None:
        """Write the table and the summary, and finish the run.

        Parameters
        ----------
        search : search estimator
            The search.
        error : BaseException or None
            What ended it, if that is an error.
        """
        try:
            self._log_end(search, error)
        finally:
            self._run.finish(exit_code=0 if error is None else 1)
            del self._run, self._wandb, self._rows

    def _log_end(self, search: Any, error: BaseException | None) -> None:
        columns = [*dict.fromkeys(name for row in self._rows for name in row)]
        table = self._wandb.Table(
            columns=columns,
            data=[[row.get(name) for name in columns] for row in self._rows],
            allow_mixed_types=True,
        )
        self._run.log({"candidates": table})
        best = params_of_end(search, self._best, error)
        self._run.summary.update(
            {
                **figures_of_end(search, self._best, error),
                "best_params": {name: plain(value) for name, value in best.items()},
                "stop_reason": reason_of_end(search, error),
            }
        )
