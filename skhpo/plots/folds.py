"""A heat map of candidates and folds, with what racing left out."""

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.plots._draw import BLACK, RED, SCALE, axes, plain, ticks
from skhpo.plots._record import read_record

Array = NDArray[np.float64]

MOST_COLUMNS = 400  # of the map; neighbouring candidates of more are averaged
UNKNOWN = "0.87"  # the colour of what was not evaluated
_MARKED = 120  # candidates up to which each decision has a mark


class FoldsDisplay:
    """Scores of candidates on the folds, and where candidates were dropped or failed.

    Make it with `from_search` or `from_journal`.

    Parameters
    ----------
    scores : ndarray of shape (n, n_splits)
        By candidate, in the order of their beginning, and split; NaN where there is none.
    status : ndarray of str of shape (n,)
        What became of the candidates.
    metric : str
        What the scores are.

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
    >>> from skhpo import FoldsDisplay, RandomSearchCV, Real
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"gamma": Real(1e-4, 1e2, log=True)}
    >>> search = RandomSearchCV(SVC(), space, n_iter=9, cv=5, racing=True, random_state=0)
    >>> display = FoldsDisplay.from_search(search.fit(X, y))
    >>> display.scores.shape
    (9, 5)
    >>> ax = display.plot()  # doctest: +SKIP
    """

    ax_: Any
    figure_: Any

    def __init__(self, scores: Array, status: NDArray[np.object_], metric: str) -> None:
        self.scores = scores
        self.status = status
        self.metric = metric

    @classmethod
    def from_search(cls, search: Any, *, metric: str | None = None) -> "FoldsDisplay":
        """Read the scores off a search.

        Parameters
        ----------
        search : search estimator, dict, DataFrame, str or path-like
            A fitted search, also one of scikit-learn, a ``cv_results_``, or the path of a
            journal.
        metric : str or None, default=None
            Which score; None for that of ``refit``, or the first.

        Returns
        -------
        FoldsDisplay
            Not drawn yet.

        Raises
        ------
        ValueError
            If there is no candidate, or no such metric.
        NotFittedError
            If the search is not fitted.
        TypeError
            If ``search`` is none of these.
        """
        record = read_record(search, metric)
        return cls(record.scores, record.status, record.label)

    @classmethod
    def from_journal(
        cls, path: str | os.PathLike[str], *, metric: str | None = None
    ) -> "FoldsDisplay":
        """Read a journal, of a search that is finished, running or dead.

        Parameters
        ----------
        path : str or path-like
            The journal.
        metric : str or None, default=None
            Which score; None for the first.

        Returns
        -------
        FoldsDisplay
            Not drawn yet.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is no journal, or has no candidate yet.
        """
        return cls.from_search(path, metric=metric)

    def plot(self, ax: Any = None, *, colorbar: bool = True) -> Any:
        """Draw it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None, default=None
            Where; None makes a new figure.
        colorbar : bool, default=True
            Whether a scale of the scores stands beside it.

        Returns
        -------
        matplotlib.axes.Axes
            The plot: a row a split, a column a candidate, or the mean of neighbouring ones where
            there are more than 400, the paler the fewer of them were evaluated. Grey is what was
            not evaluated at all. Of up to 120 candidates a cross says that one was dropped there,
            a triangle that it failed.

        Raises
        ------
        ImportError
            Without matplotlib.
        """
        import matplotlib

        n, n_splits = self.scores.shape
        self.ax_ = ax = axes(ax, (7.5, 1.6 + 0.22 * n_splits))
        self.figure_ = ax.figure
        cells, shares = _binned(self.scores)
        colours = matplotlib.colormaps[SCALE].with_extremes(bad=UNKNOWN)
        ax.set_facecolor(UNKNOWN)
        low, high = _limits(cells)
        image = ax.imshow(
            np.ma.masked_invalid(cells.T), cmap=colours, aspect="auto", interpolation="nearest",
            extent=(-0.5, n - 0.5, n_splits - 0.5, -0.5), vmin=low, vmax=high, alpha=shares.T,
        )  # fmt: skip
        if colorbar:
            bar = ax.figure.colorbar(_opaque(image), ax=ax, pad=0.02, extend="min")
            bar.set_label(plain(self.metric))
        if n <= _MARKED:
            self._mark(ax)
        if n_splits <= 20:
            ticks(ax.yaxis, range(n_splits))
        ax.set(xlabel="candidate", ylabel="split")
        ax.set_title(self._title(n <= _MARKED), fontsize="small", loc="left")
        return ax

    def _mark(self, ax: Any) -> None:
        """Mark the first split that a dropped or failed candidate has no score on."""
        kinds = {
            "dropped": ("x", BLACK, self.status == "dropped"),
            "failed": ("^", RED, _failed(self.status)),
        }
        for name, (mark, colour, rows) in kinds.items():
            missing = np.isnan(self.scores) & rows[:, None]
            at = np.flatnonzero(missing.any(axis=1))
            if len(at):
                first = missing[at].argmax(axis=1)
                ax.scatter(at, first, marker=mark, s=26, color=colour, label=name)

    def _title(self, is_marked: bool) -> str:
        """Return the counts, which explain the marks."""
        dropped, failed = self.status == "dropped", _failed(self.status)
        counts = [
            f"{np.sum(rows)} {name}" + (f" ({mark})" if is_marked else "")
            for name, mark, rows in (("dropped", "x", dropped), ("failed", "▲", failed))
            if rows.any()
        ]
        saved = 1 - np.isfinite(self.scores).mean()
        counts = [*counts, f"{100 * saved:.0f} % of the fits without a score"]
        return f"{len(self.scores)} candidates: {', '.join(counts)}"


def _failed(status: NDArray[np.object_]) -> NDArray[np.bool_]:
    return ~np.isin(status.astype(str), ["ok", "dropped", "running"])


def _opaque(image: Any) -> Any:
    """Return what stands for the colours of an image whose cells are pale here and there."""
    from matplotlib.cm import ScalarMappable

    return ScalarMappable(norm=image.norm, cmap=image.cmap)


def _binned(scores: Array) -> tuple[Array, Array]:
    """Average neighbouring candidates where there are more than can be seen.

    Returns
    -------
    means, shares : ndarray of shape (n_columns, n_splits)
        Means of what was evaluated, and the share of the candidates that were.
    """
    n = len(scores)
    if n <= MOST_COLUMNS:
        return scores, np.ones(scores.shape)
    bins = np.arange(n) * MOST_COLUMNS // n
    seen = np.isfinite(scores)
    sums, counts = np.zeros((2, MOST_COLUMNS, scores.shape[1]))
    np.add.at(sums, bins, np.where(seen, scores, 0.0))
    np.add.at(counts, bins, seen)
    means = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    return means, counts / np.bincount(bins, minlength=MOST_COLUMNS)[:, None]


def _limits(cells: Array) -> tuple[float, float]:
    """Return the ends of the colours: a few disasters do not take all of them."""
    seen = cells[np.isfinite(cells)]
    if not len(seen):
        return 0.0, 1.0
    low, middle, high = np.quantile(seen, [0.05, 0.5, 1.0])
    return float(max(seen.min(), min(low, middle - 2 * (high - middle)))), float(high)
