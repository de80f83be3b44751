"""``TensorBoard``: curves over the candidates, and its dashboard of hyper-parameters."""

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


class TensorBoard(Tracker):
    """Writes a search for TensorBoard: curves, and a session of HParams for each candidate.

    The curves have a point for each candidate: its scores (mean, standard deviation, each
    split), times and the best score so far. The HParams page compares the parameters of the
    candidates that have a score. The text page has the arguments of the search and its result.

    Needs tensorboardX, which is light: ``pip install "skhpo[tensorboard]"``. What is written is
    shown by ``tensorboard --logdir``, from a package of its own.

    Parameters
    ----------
    directory : str, path-like or None, default=None
        Where it is written; None for ``runs/<time and machine>``. A directory for each search
        keeps them apart.

    Raises
    ------
    ImportError
        When a search begins, if tensorboardX is not installed.

    See Also
    --------
    skhpo.CandidateRecord : What a callback is given of a candidate.

    Examples
    --------
    >>> from skhpo import RandomSearchCV
    >>> from skhpo.tracking import TensorBoard
    >>> from sklearn.svm import SVC
    >>> tracker = TensorBoard("runs/iris")
    >>> search = RandomSearchCV(SVC(), {"C": (0.01, 100.0, "log-uniform")}, callbacks=tracker)
    """

    def __init__(self, directory: str | PathLike[str] | None = None) -> None:
        self.directory = directory

    def on_search_begin(self, search: Any) -> None:
        """Open the files.

        Parameters
        ----------
        search : search estimator
            The search.
        """
        module = needed("tensorboardX", "tensorboard", "TensorBoard")
        logdir = None if self.directory is None else str(self.directory)
        self._best = Best()
        self._writer = module.SummaryWriter(logdir)
        self._writer.add_text("search", _table({**facts_of(search), **arguments_of(search)}))

    def on_candidate_end(self, search: Any, record: CandidateRecord) -> None:
        """Write the points of a candidate, and its session if it has a score.

        Parameters
        ----------
        search : search estimator
            The search.
        record : CandidateRecord
            What came of the candidate.
        """
        self._best.add(record)
        for name, value in figures_of(record).items():
            self._writer.add_scalar(name, value, record.number)
        if record.best_number is not None:
            self._writer.add_scalar("best_score", record.best_score, record.number)
        if record.status == "ok":
            amount = "" if record.n_resources is None else f"_{record.n_resources}"
            self._writer.add_hparams(
                {name: plain(value) for name, value in record.params.items()},
                {f"hparam/{name}": mean for name, mean in record.scores.items()},
                name=f"candidate_{record.number}{amount}",
            )
        self._writer.flush()

    def on_search_end(self, search: Any, error: BaseException | None) -> None:
        """Write what came of the search, and close the files.

        Parameters
        ----------
        search : search estimator
            The search.
        error : BaseException or None
            What ended it, if that is an error.
        """
        try:
            self._write_end(search, error)
        finally:
            self._writer.close()
            del self._writer

    def _write_end(self, search: Any, error: BaseException | None) -> None:
        rows = {
            "stop_reason": reason_of_end(search, error),
            **figures_of_end(search, self._best, error),
            **params_of_end(search, self._best, error),
        }
        self._writer.add_text("result", _table(rows))


def _table(rows: dict[str, Any]) -> str:
    """Return a table in Markdown, which the text page shows."""
    lines = [
        f"| {name} | {one_line(value).replace('|', '&#124;')} |" for name, value in rows.items()
    ]
    return "\n".join(["| | |", "|-|-|", *lines])
