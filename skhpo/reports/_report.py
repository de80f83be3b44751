"""``report``: a search as one file of HTML."""

import os
from pathlib import Path
from typing import Any

from skhpo.reports._page import page_of
from skhpo.reports._source import read_source


def report(
    search_or_journal: Any, path: str | os.PathLike[str], *, metric: str | None = None
) -> Path:
    """Write a report of a search: one file of HTML that needs no other, and no network.

    Parameters
    ----------
    search_or_journal : search estimator, str or path-like
        A fitted search, also one of scikit-learn, or the path of a journal of a search that is
        finished, running or dead.
    path : str or path-like
        The file to write; one that is there is replaced.
    metric : str or None, default=None
        Which score, where there are several; None for that of ``refit``, or the first.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FileNotFoundError
        If there is no such journal, or no such folder to write to.
    ValueError
        If it is no journal, or the score was not measured.
    NotFittedError
        If the search is not fitted.
    TypeError
        If it is neither a search nor a path.

    See Also
    --------
    load_journal : What a journal holds, as a table.

    Notes
    -----
    The report has the best pipeline with what to think of its score, plots, a leaderboard that
    sorts and filters (of 1,000 candidates at the most), the causes of failures, what the data
    and the space were, where the time went, and the call, seeds and versions. A journal knows
    neither the fitted model nor the space, so a report of one has no importance and no slices.
    Without matplotlib there are no plots.

    Whatever comes from the search is escaped, and the page forbids the browser to load anything.

    Examples
    --------
    >>> import os, tempfile
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV, Real, report
    >>> X, y = load_iris(return_X_y=True)
    >>> search = BayesSearchCV(SVC(), {"C": Real(0.1, 10)}, n_iter=3, cv=2).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = report(search, os.path.join(folder, "report.html"))
    ...     "BayesSearchCV" in written.read_text(encoding="utf-8")
    True
    """
    path = Path(path)
    if not path.resolve().parent.is_dir():  # before the work
        raise FileNotFoundError(
            f"path: the directory {str(path.resolve().parent)!r} of the report does not exist."
        )
    page = page_of(read_source(search_or_journal, metric))
    part = path.with_name(path.name + ".part")
    part.write_text(page, encoding="utf-8", newline="\n")
    os.replace(part, path)  # whoever looks at it meanwhile sees a whole one
    return path
