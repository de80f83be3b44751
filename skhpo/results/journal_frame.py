"""A journal as a table."""

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from skhpo.journal import read_trials

if TYPE_CHECKING:
    import pandas as pd


def load_journal(path: str | os.PathLike[str]) -> "pd.DataFrame":
    """Read the journal of a search, finished, running or dead.

    Parameters
    ----------
    path : str or path-like
        The file that was given to the search as ``journal``.

    Returns
    -------
    DataFrame
        A row a candidate, in the order of asking: ``candidate``, ``writer``, ``status``
        ("running" while splits are missing, "dropped" if it had lost), ``n_resources`` where
        something is rationed (a row for each amount then), a column ``param_<name>`` for each
        parameter (missing where it does not exist; objects as text), ``mean_test_<metric>`` and
        ``split<i>_test_<metric>``, ``n_splits_evaluated``, ``fit_time`` and ``score_time``
        (seconds, all splits together), and ``error``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not a journal.

    Examples
    --------
    >>> import os, tempfile
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV, Real, load_journal
    >>> X, y = load_iris(return_X_y=True)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "search.jsonl")
    ...     search = BayesSearchCV(SVC(), {"C": Real(0.1, 10)}, n_iter=3, cv=2, journal=path)
    ...     frame = load_journal(search.fit(X, y).journal)
    >>> frame["status"].tolist()
    ['ok', 'ok', 'ok']
    """
    import pandas as pd

    frame = pd.DataFrame([_flat(row) for row in read_trials(path)])
    is_rationed = "n_resources" in frame and frame["n_resources"].notna().any()
    return frame if is_rationed else frame.drop(columns="n_resources", errors="ignore")


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    flat = {name: row[name] for name in ("candidate", "writer", "status", "n_resources")}
    flat |= {f"param_{name}": value for name, value in row["params"].items()}
    for metric, by_split in row["scores"].items():
        complete = row["status"] == "ok"
        flat[f"mean_test_{metric}"] = np.mean([*by_split.values()]) if complete else np.nan
        flat |= {f"split{i}_test_{metric}": by_split[i] for i in sorted(by_split)}
    names = ("n_splits_evaluated", "fit_time", "score_time", "error")
    return flat | {name: row[name] for name in names}
