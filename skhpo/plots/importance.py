"""Which parameters mattered, as bars."""

import os
from typing import TYPE_CHECKING, Any

from skhpo.plots._draw import BLUE, ORANGE, axes, plain, ticks
from skhpo.results.importance_frame import parameter_importance

if TYPE_CHECKING:
    import pandas as pd


class ImportanceDisplay:
    """Importance of parameters and of pairs of them, as bars.

    Make it with `from_search` or `from_journal`, or of a table.

    Parameters
    ----------
    table : DataFrame
        What `parameter_importance` returned.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Where it was drawn last.
    figure_ : matplotlib.figure.Figure
        Its figure.

    See Also
    --------
    parameter_importance : The numbers.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import ImportanceDisplay, RandomSearchCV, Real
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"gamma": Real(1e-4, 10, log=True), "tol": Real(1e-4, 1e-2, log=True)}
    >>> search = RandomSearchCV(SVC(), space, n_iter=12, cv=2, random_state=0).fit(X, y)
    >>> display = ImportanceDisplay.from_search(search, n_trees=8, random_state=0)
    >>> display.table["parameter"][0]
    'gamma'
    >>> ax = display.plot()  # doctest: +SKIP
    """

    ax_: Any
    figure_: Any

    def __init__(self, table: "pd.DataFrame") -> None:
        self.table = table

    @classmethod
    def from_search(cls, search: Any, **options: Any) -> "ImportanceDisplay":
        """Measure the importance.

        Parameters
        ----------
        search : search estimator, dict, DataFrame, str or path-like
            A fitted search, also one of scikit-learn; a ``cv_results_`` or the path of a
            journal, for which ``space`` is needed.
        **options : dict of str to object
            Of `parameter_importance`: ``method``, ``metric``, ``n_interactions``, ``space``...

        Returns
        -------
        ImportanceDisplay
            Not drawn yet.

        Raises
        ------
        ValueError
            If fewer than ten candidates are complete, or an argument is not allowed.
        TypeError
            If ``search`` is none of these, or the method does not have an option.
        """
        return cls(parameter_importance(search, **options))

    @classmethod
    def from_journal(
        cls, path: str | os.PathLike[str], *, space: Any, **options: Any
    ) -> "ImportanceDisplay":
        """Measure the importance in a journal, of a search that is finished, running or dead.

        Parameters
        ----------
        path : str or path-like
            The journal.
        space : Space, dict or list of dict
            What was searched.
        **options : dict of str to object
            Of `parameter_importance`.

        Returns
        -------
        ImportanceDisplay
            Not drawn yet.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If fewer than ten candidates are complete, or an argument is not allowed.
        """
        return cls.from_search(os.fspath(path), space=space, **options)

    def plot(self, ax: Any = None, *, max_bars: int = 15) -> Any:
        """Draw it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None, default=None
            Where; None makes a new figure.
        max_bars : int, default=15
            Bars at the most: the first rows of the table.

        Returns
        -------
        matplotlib.axes.Axes
            The plot: a bar a row, the most important on top, hatched for a pair, with the
            standard deviation where there is one.

        Raises
        ------
        ImportError
            Without matplotlib.
        ValueError
            If ``max_bars`` is below 1.
        """
        if max_bars < 1:
            raise ValueError(f"max_bars should be at least 1, got {max_bars!r}.")
        rows = self.table.head(max_bars)
        self.ax_ = ax = axes(ax, (6.4, 1.2 + 0.3 * len(rows)))
        self.figure_ = ax.figure
        partners = rows["partner"] if "partner" in rows else [""] * len(rows)
        spreads = rows.get("std")
        bars = ax.barh(
            range(len(rows)), rows["importance"], xerr=spreads, ecolor="0.3", capsize=2, color=BLUE
        )
        for bar, partner in zip(bars, partners, strict=True):
            if partner:
                bar.set(facecolor=ORANGE, hatch="///", edgecolor="white", linewidth=0)
        names = [
            f"{a} & {b}" if b else a for a, b in zip(rows["parameter"], partners, strict=True)
        ]
        ticks(ax.yaxis, names, longest=42)
        ax.set_xlim(left=min(0.0, 1.05 * float(rows["importance"].min())))  # less for the spreads
        ax.set(ylim=(len(rows) - 0.5, -0.5), xlabel=_label(self.table))
        return ax


def _label(table: "pd.DataFrame") -> str:
    method, metric = (str(table.attrs.get(name, "")) for name in ("method", "metric"))
    of = f" of {plain(metric)}" if metric else ""
    return f"importance{of}" + (f" ({method})" if method else "")
