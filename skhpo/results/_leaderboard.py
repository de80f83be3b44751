"""What a search of pipelines came to, as a table."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from skhpo.stopping import split_standard_error

if TYPE_CHECKING:
    import pandas as pd


def leaderboard(
    results: Mapping[str, Any], metric: str, n_splits: int, best: int, size: int | None
) -> "pd.DataFrame":
    """Return a table of the candidates, the best first.

    Parameters
    ----------
    results : dict of str to ndarray
        ``cv_results_``, with columns ``model`` and ``candidate``.
    metric : str
        The name of the score.
    n_splits : int
        Number of splits.
    best : int
        The row of the winner.
    size : int or None
        Bytes that the fitted winner takes, None where there is none.

    Returns
    -------
    DataFrame
        A row a candidate.
    """
    import pandas as pd

    rows = _last_rows(results)
    frame = pd.DataFrame(index=pd.Index(rows, name="row"))
    frame["rank"] = results[f"rank_test_{metric}"][rows]
    frame["model"] = results["model"][rows]
    frame["score"] = _scores(results, metric)[rows]
    by_split = split_scores(results, metric, n_splits)[rows]
    frame["error"] = [split_standard_error(scores) for scores in by_split]
    frame["fit_time"] = results["mean_fit_time"][rows]
    frame["predict_time"] = results["mean_score_time"][rows]
    frame["size"] = pd.array([size if row == best else None for row in rows], dtype="Int64")
    frame["status"] = results["status"][rows]
    if "n_resources" in results:
        frame["n_rows"] = results["n_resources"][rows]
    frame["parameters"] = [results["params"][row] for row in rows]
    return frame.sort_values(["rank", "score"], ascending=[True, False], kind="stable")


def split_scores(results: Mapping[str, Any], metric: str, n_splits: int) -> np.ndarray:
    """Return the scores of the splits.

    Parameters
    ----------
    results : dict of str to ndarray
        ``cv_results_``.
    metric : str
        The name of the score.
    n_splits : int
        Number of splits.

    Returns
    -------
    ndarray of shape (n_rows, n_splits)
        NaN where a split was not tried.
    """
    return np.column_stack([results[f"split{i}_test_{metric}"] for i in range(n_splits)])


def _scores(results: Mapping[str, Any], metric: str) -> np.ndarray:
    """Return mean scores, estimated where racing has dropped a candidate; NaN of failures."""
    status, means = results["status"], results[f"mean_test_{metric}"]
    estimated = results.get("estimated_test_score", means)
    scores = np.where(status == "ok", means, np.where(status == "dropped", estimated, np.nan))
    return np.asarray(scores)


def _last_rows(results: Mapping[str, Any]) -> np.ndarray:
    """Return the row of each candidate in which it was given most."""
    amounts = results.get("n_resources", np.zeros(len(results["candidate"])))
    last: dict[int, int] = {}
    for row in np.argsort(amounts, kind="stable"):
        last[int(results["candidate"][row])] = int(row)
    return np.array([*last.values()])
