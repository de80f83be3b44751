"""Rungs and brackets: which candidates were given more, and what they scored with it."""

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.plots._draw import COLOURS, MANY_LINES, MARKS, axes, legend, plain, ticks
from skhpo.plots._record import Record, read_record

Array = NDArray[np.float64]


class RungsDisplay:
    """Scores at each amount of a resource, with a line a candidate, by bracket.

    Make it with `from_search` or `from_journal`.

    Parameters
    ----------
    amounts : ndarray of int of shape (n,)
        What each row was given.
    scores : ndarray of shape (n,)
        What it scored.
    candidates : ndarray of int of shape (n,)
        Equal for rows of the same candidate.
    brackets : ndarray of int of shape (n,)
        The bracket of each row.
    metric : str
        What the scores are.
    resource : str, default="resource"
        What was rationed.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Where it was drawn last.
    figure_ : matplotlib.figure.Figure
        Its figure.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import HyperbandSearchCV, Real, RungsDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> search = HyperbandSearchCV(SVC(), {"C": Real(0.1, 10)}, cv=2, random_state=0).fit(X, y)
    >>> display = RungsDisplay.from_search(search)
    >>> sorted({*display.amounts.tolist()}) == search.n_resources_
    True
    >>> ax = display.plot()  # doctest: +SKIP
    """

    ax_: Any
    figure_: Any

    def __init__(
        self,
        amounts: NDArray[np.int64],
        scores: Array,
        candidates: NDArray[np.intp],
        brackets: NDArray[np.int64],
        metric: str,
        resource: str = "resource",
    ) -> None:
        self.amounts = amounts
        self.scores = scores
        self.candidates = candidates
        self.brackets = brackets
        self.metric = metric
        self.resource = resource

    @classmethod
    def from_search(cls, search: Any, *, metric: str | None = None) -> "RungsDisplay":
        """Read the rungs off a search.

        Parameters
        ----------
        search : search estimator, dict, DataFrame, str or path-like
            A fitted `HyperbandSearchCV`, or another search that gave candidates different
            amounts, also a halving search of scikit-learn; its ``cv_results_``, or the path of a
            journal.
        metric : str or None, default=None
            Which score; None for that of ``refit``, or the first.

        Returns
        -------
        RungsDisplay
            Not drawn yet; of the rows with a score.

        Raises
        ------
        ValueError
            If nothing was rationed, or nothing is complete.
        NotFittedError
            If the search is not fitted.
        TypeError
            If ``search`` is none of these.
        """
        record = read_record(search, metric)
        if record.amounts is None:
            raise ValueError("there are no rungs: nothing was rationed in this search.")
        rows = np.flatnonzero(np.isfinite(record.means))
        if not len(rows):
            raise ValueError("no candidate is complete.")
        resource = getattr(search, "resource", "resource")
        return cls(
            record.amounts[rows],
            record.means[rows],
            record.candidates[rows],
            _brackets(record)[rows],
            record.label,
            resource if isinstance(resource, str) else "resource",
        )

    @classmethod
    def from_journal(
        cls, path: str | os.PathLike[str], *, metric: str | None = None
    ) -> "RungsDisplay":
        """Read a journal, of a search that is finished, running or dead.

        Parameters
        ----------
        path : str or path-like
            The journal.
        metric : str or None, default=None
            Which score; None for the first.

        Returns
        -------
        RungsDisplay
            Not drawn yet.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is no journal, or nothing was rationed.
        """
        return cls.from_search(path, metric=metric)

    def plot(self, ax: Any = None) -> Any:
        """Draw it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None, default=None
            Where; None makes a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            The plot: a mark a row, by bracket, lines between those of a candidate, and the number
            of candidates above each amount. Many lines are one image.

        Raises
        ------
        ImportError
            Without matplotlib.
        """
        self.ax_ = ax = axes(ax)
        self.figure_ = ax.figure
        levels = np.unique(self.amounts)
        places = np.searchsorted(levels, self.amounts).astype(np.float64)
        known = np.unique(self.brackets)
        for i, bracket in enumerate(known):
            rows = np.flatnonzero(self.brackets == bracket)
            shift = 0.4 * (i + 1) / (len(known) + 1) - 0.2 if len(known) > 1 else 0.0
            self._draw(ax, rows, np.asarray(places + shift), i, f"bracket {bracket}")
        for place in range(len(levels)):
            ax.annotate(
                f"n={np.sum(places == place)}", (place, 1.0), (0, 2), va="bottom", ha="center",
                xycoords=("data", "axes fraction"), textcoords="offset points", fontsize="small",
            )  # fmt: skip
        ticks(ax.xaxis, levels)
        ax.set(xlabel=plain(self.resource), ylabel=plain(self.metric))
        ax.set_xlim(-0.5, len(levels) - 0.5)
        if len(known) > 1:
            legend(ax, loc="lower right")
        return ax

    def _draw(self, ax: Any, rows: NDArray[np.intp], x: Array, i: int, label: str) -> None:
        from matplotlib.collections import LineCollection

        colour, many = COLOURS[i % len(COLOURS)], len(rows) > MANY_LINES
        order = rows[np.lexsort((self.amounts[rows], self.candidates[rows]))]
        goes_on = self.candidates[order[1:]] == self.candidates[order[:-1]]
        pairs = np.column_stack([order[:-1], order[1:]])[goes_on]
        ends = [*np.dstack([x[pairs], self.scores[pairs]])]
        lines = LineCollection(
            ends, colors=colour, linewidths=0.8, alpha=0.15 if many else 0.5, rasterized=many
        )
        ax.add_collection(lines)
        ax.scatter(
            x[rows], self.scores[rows], s=6 if many else 18, color=colour, label=label,
            marker=MARKS[i % len(MARKS)], alpha=0.4 if many else 0.9, linewidths=0,
            rasterized=many,
        )  # fmt: skip


def _brackets(record: Record) -> NDArray[np.int64]:
    if record.brackets is not None:
        return record.brackets
    return np.zeros(len(record.means), dtype=np.int64)
