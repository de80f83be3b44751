"""Parallel coordinates: a line a candidate across all its parameters."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.plots._draw import BLACK, MANY_LINES, SCALE, axes, plain
from skhpo.plots._record import Record, read_record
from skhpo.plots._scale import Scale, read_scale

Array = NDArray[np.float64]

ABSENT = -0.12  # where a parameter stands that a candidate does not have
_MOST_TICKS = 12


class ParallelCoordinatesDisplay:
    """Candidates as lines across their parameters, to their scores.

    Make it with `from_search` or `from_journal`.

    Parameters
    ----------
    scales : list of object
        An axis a parameter: ``name``, ``units`` (from 0 to 1, NaN where it is absent) and what
        stands beside it.
    scores : ndarray of shape (n,)
        Of the candidates.
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
    >>> from skhpo import Choice, ParallelCoordinatesDisplay, RandomSearchCV, Real
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"C": Real(0.1, 10, log=True), "kernel": Choice("rbf", "linear")}
    >>> search = RandomSearchCV(SVC(), space, n_iter=5, cv=2, random_state=0).fit(X, y)
    >>> display = ParallelCoordinatesDisplay.from_search(search)
    >>> [scale.name for scale in display.scales]
    ['C', 'kernel']
    >>> ax = display.plot()  # doctest: +SKIP
    """

    ax_: Any
    figure_: Any

    def __init__(self, scales: Sequence[Scale], scores: Array, metric: str) -> None:
        self.scales = scales
        self.scores = scores
        self.metric = metric

    @classmethod
    def from_search(
        cls, search: Any, *, parameters: Sequence[str] | None = None, metric: str | None = None
    ) -> "ParallelCoordinatesDisplay":
        """Read the candidates that are complete.

        Parameters
        ----------
        search : search estimator, dict, DataFrame, str or path-like
            A fitted search, also one of scikit-learn, a ``cv_results_``, or the path of a
            journal.
        parameters : list of str or None, default=None
            Which ones, in this order; None for all that vary.
        metric : str or None, default=None
            Which score; None for that of ``refit``, or the first.

        Returns
        -------
        ParallelCoordinatesDisplay
            Not drawn yet.

        Raises
        ------
        ValueError
            If no candidate is complete, no parameter varies, or a name is not known.
        NotFittedError
            If the search is not fitted.
        TypeError
            If ``search`` is none of these.
        """
        record = read_record(search, metric)
        rows = np.flatnonzero(record.comparable)
        if not len(rows):
            raise ValueError("no candidate is complete.")
        return cls(scales_of(record, rows, parameters), record.means[rows], record.label)

    @classmethod
    def from_journal(
        cls,
        path: str | os.PathLike[str],
        *,
        parameters: Sequence[str] | None = None,
        metric: str | None = None,
    ) -> "ParallelCoordinatesDisplay":
        """Read a journal, of a search that is finished, running or dead.

        Parameters
        ----------
        path : str or path-like
            The journal.
        parameters : list of str or None, default=None
            Which ones, in this order; None for all that vary.
        metric : str or None, default=None
            Which score; None for the first.

        Returns
        -------
        ParallelCoordinatesDisplay
            Not drawn yet.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is no journal, or there is nothing to show.
        """
        return cls.from_search(path, parameters=parameters, metric=metric)

    def plot(self, ax: Any = None) -> Any:
        """Draw it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None, default=None
            Where; None makes a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            The plot: a vertical axis a parameter and one for the score, which colours the lines;
            better ones lie above worse ones, and the best one is black. A line runs below the
            axis of a parameter that its candidate does not have. Many lines are one image.

        Raises
        ------
        ImportError
            Without matplotlib.
        """
        from matplotlib.collections import LineCollection

        n = len(self.scales)
        self.ax_ = ax = axes(ax, (max(6.4, 1.3 * (n + 1)), 4.2))
        self.figure_ = ax.figure
        heights = np.column_stack([*(s.units for s in self.scales), _shares(self.scores)])
        heights[np.isnan(heights)] = ABSENT
        order = np.argsort(self.scores, kind="stable")
        x = np.broadcast_to(np.arange(n + 1.0), heights.shape)
        many = len(order) > MANY_LINES
        lines = LineCollection(
            [*np.dstack([x, heights])[order]],
            array=np.argsort(order)[order] / max(len(order) - 1, 1),
            cmap=SCALE,
            linewidths=0.7 if many else 1.2,
            alpha=float(np.clip(60 / len(order) ** 0.75, 0.06, 0.9)),
            rasterized=many,
        )
        ax.add_collection(lines)
        ax.plot(range(n + 1), heights[order[-1]], color=BLACK, linewidth=2, marker="o", zorder=3)
        self._decorate(ax)
        return ax

    def _decorate(self, ax: Any) -> None:
        n = len(self.scales)
        low, high = float(self.scores.min()), float(self.scores.max())
        ends = [(0.0, f"{low:.4g}"), (1.0, f"{high:.4g}")]
        for j, marks in enumerate([*map(_marks, self.scales), ends]):
            ax.axvline(j, color="0.3", linewidth=0.8, zorder=2)
            box = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.8}
            for height, text in marks:
                ax.annotate(
                    plain(text, 16), (j, height), (3, 0), textcoords="offset points",
                    va="center", fontsize="x-small", bbox=box, zorder=4,
                )  # fmt: skip
        names = [plain(name, 22) for name in (*(scale.name for scale in self.scales), self.metric)]
        ax.set_xticks(range(n + 1), names, rotation=20, ha="right", fontsize="small")
        absent = any(np.isnan(scale.positions).any() for scale in self.scales)
        ax.set_yticks([ABSENT] if absent else [], ["absent"] if absent else [])
        ax.set(xlim=(-0.1, n + 0.45), ylim=((ABSENT if absent else 0) - 0.05, 1.05))
        for side in ("top", "right", "left"):
            ax.spines[side].set_visible(False)


def scales_of(
    record: Record, rows: NDArray[np.intp], parameters: Sequence[str] | None
) -> list[Scale]:
    """Return the axes of parameters.

    Parameters
    ----------
    record : Record
        Candidates.
    rows : ndarray of int
        Which of them.
    parameters : sequence of str or None
        Names; None for all that vary.

    Returns
    -------
    list of Scale
        At least one.

    Raises
    ------
    ValueError
        If a name is not known, or nothing varies.
    """
    params = [record.params[row] for row in rows]
    names = list(dict.fromkeys(name for p in params for name in p))
    scales = [read_scale(params, name, record.space) for name in parameters or names]
    if parameters is None:
        scales = [scale for scale in scales if len(np.unique(scale.positions)) > 1]
    if not scales:
        raise ValueError("no parameter varies among the complete candidates.")
    return scales


def _shares(scores: Array) -> Array:
    width = np.ptp(scores)
    return np.asarray((scores - scores.min()) / width if width else np.full(len(scores), 0.5))


def _marks(scale: Scale) -> list[tuple[float, str]]:
    """Return what stands beside an axis: categories, or the ends and the middle of numbers."""
    units, seen = scale.units, np.isfinite(scale.positions)
    if scale.texts:
        places = dict(zip(scale.positions[seen].astype(int), units[seen], strict=True))
        return [(place, scale.texts[i]) for i, place in sorted(places.items())][:_MOST_TICKS]
    low, high = scale.positions[seen].min(), scale.positions[seen].max()
    if low == high:
        return [(0.5, f"{low:.4g}")]
    middle = np.sqrt(low * high) if scale.is_log else (low + high) / 2
    return [(0.0, f"{low:.3g}"), (0.5, f"{middle:.3g}"), (1.0, f"{high:.3g}")]
