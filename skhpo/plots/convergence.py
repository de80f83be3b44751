"""Best score so far, against what it took."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.plots._draw import COLOURS, DASHES, axes, legend, plain
from skhpo.plots._record import Record, read_record

Array = NDArray[np.float64]

AXES = {
    "candidates": "candidates",
    "fit_seconds": "seconds of fitting and scoring, all workers",
    "wall_seconds": "seconds since the search began",
}
_POINTS = 500  # of a band, and of a line with more candidates


@dataclass(frozen=True, eq=False)
class Curve:
    """A step function: the best score after so much.

    Parameters
    ----------
    x : ndarray of shape (n,)
        What it took, increasing.
    best : ndarray of shape (n,)
        The best score from there on.
    end : float
        Where the search ended.
    """

    x: Array
    best: Array
    end: float

    def at(self, x: Array) -> Array:
        """Return the best score after so much; NaN before the first."""
        place = np.searchsorted(self.x, x, side="right") - 1
        return np.where(place < 0, np.nan, self.best[np.maximum(place, 0)])


class ConvergenceDisplay:
    """Best score so far, against the number of candidates, seconds of fits, or wall time.

    Make it with `from_search` or `from_journal`.

    Parameters
    ----------
    records : dict of str to list of object
        By label, the candidates of one search or of several that differ by chance alone.
    metric : str
        What the scores are.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Where it was drawn last.
    figure_ : matplotlib.figure.Figure
        Its figure.

    See Also
    --------
    convergence : What more candidates would bring.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV, ConvergenceDisplay, Real
    >>> X, y = load_iris(return_X_y=True)
    >>> search = BayesSearchCV(SVC(), {"C": Real(0.1, 10)}, n_iter=5, cv=2).fit(X, y)
    >>> display = ConvergenceDisplay.from_search(search)
    >>> ax = display.plot()  # doctest: +SKIP
    """

    ax_: Any
    figure_: Any

    def __init__(self, records: Mapping[str, Sequence[Record]], metric: str) -> None:
        self.records = records
        self.metric = metric

    @classmethod
    def from_search(
        cls, search: Any, *, metric: str | None = None, labels: Sequence[str] | None = None
    ) -> "ConvergenceDisplay":
        """Read one search or several.

        Parameters
        ----------
        search : search estimator, dict, DataFrame, str, path-like, or list or dict of these
            A fitted search, also one of scikit-learn, a ``cv_results_``, or the path of a
            journal. A list has a line for each. A dict of labels has one for each label; the
            searches of a list in it count as repetitions, with their median and a band.
        metric : str or None, default=None
            Which score; None for that of ``refit``, or the first.
        labels : list of str or None, default=None
            What to call the searches of a list; None for the names of their classes.

        Returns
        -------
        ConvergenceDisplay
            Not drawn yet.

        Raises
        ------
        ValueError
            If there is no candidate or no such metric, or a label is missing.
        NotFittedError
            If a search is not fitted.
        TypeError
            If something is no search.
        """
        groups = _groups(search, labels)
        records = {
            label: [read_record(source, metric) for source in sources]
            for label, sources in groups.items()
        }
        return cls(records, next(iter(records.values()))[0].label)

    @classmethod
    def from_journal(
        cls, path: str | os.PathLike[str], *, metric: str | None = None
    ) -> "ConvergenceDisplay":
        """Read a journal, of a search that is finished, running or dead.

        Parameters
        ----------
        path : str or path-like
            The journal.
        metric : str or None, default=None
            Which score; None for the first.

        Returns
        -------
        ConvergenceDisplay
            Not drawn yet.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is no journal, or has no candidate yet, or no such metric.
        """
        return cls.from_search(path, metric=metric)

    def plot(self, ax: Any = None, *, x: str = "candidates", quantile: float = 0.25) -> Any:
        """Draw it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None, default=None
            Where; None makes a new figure.
        x : {"candidates", "fit_seconds", "wall_seconds"}, default="candidates"
            What the scores are drawn against: candidates begun; seconds of fitting and scoring,
            all workers together; seconds since the search began, which a search of
            scikit-learn does not know.
        quantile : float, default=0.25
            Where the band around the median of repetitions begins; it ends at the opposite one.
            In [0, 0.5).

        Returns
        -------
        matplotlib.axes.Axes
            The plot. What was the best in the first fiftieth may lie below its edge.

        Raises
        ------
        ImportError
            Without matplotlib.
        ValueError
            If an argument is not allowed, nothing is complete, or times are not known.
        """
        if x not in AXES:
            raise ValueError(f"x={x!r} is not known; allowed is one of {[*AXES]}.")
        if not 0 <= quantile < 0.5:
            raise ValueError(f"quantile should be in [0, 0.5), got {quantile!r}.")
        self.ax_ = ax = axes(ax)
        self.figure_ = ax.figure
        floor = np.inf
        for i, (label, records) in enumerate(self.records.items()):
            style = {
                "color": COLOURS[i % len(COLOURS)],
                "linestyle": DASHES[(i + i // len(COLOURS)) % len(DASHES)],
                "label": plain(label).lstrip("_"),
            }
            curves = [curve_of(record, x) for record in records]
            _draw(ax, curves, quantile, style)
            floor = min(floor, *map(_early, curves))
        top = ax.dataLim.y1
        if top > floor:
            ax.set_ylim(floor - 0.08 * (top - floor), top + 0.06 * (top - floor))
        ax.set(xlabel=AXES[x], ylabel=f"best {plain(self.metric)}")
        if len(self.records) > 1:
            legend(ax, loc="lower right")
        return ax


def _groups(search: Any, labels: Sequence[str] | None) -> dict[str, list[Any]]:
    if isinstance(search, Mapping) and "params" not in search:
        groups = {str(k): [*v] if isinstance(v, list | tuple) else [v] for k, v in search.items()}
    elif isinstance(search, list | tuple):
        names = labels if labels is not None else _distinct([*map(_name, search)])
        groups = {str(k): [v] for k, v in zip(names, search, strict=False)}
        if len(groups) != len(search):
            raise ValueError(f"labels={labels!r}: {len(search)} different ones are needed.")
    else:
        groups = {labels[0] if labels else _name(search): [search]}
    if not groups or not all(groups.values()):
        raise ValueError("search: there is none in what was given.")
    return groups


def _name(search: Any) -> str:
    if isinstance(search, str | os.PathLike):
        return os.path.basename(search)
    return type(search).__name__ if hasattr(search, "fit") else "search"


def _distinct(names: Sequence[str]) -> list[str]:
    return [
        f"{n} {1 + names[:i].count(n)}" if names.count(n) > 1 else n for i, n in enumerate(names)
    ]


def curve_of(record: Record, x: str) -> Curve:
    """Return the best score so far of a search.

    Parameters
    ----------
    record : Record
        Its candidates.
    x : {"candidates", "fit_seconds", "wall_seconds"}
        What it took.

    Returns
    -------
    Curve
        With a step at each improvement; candidates with less of a resource, and those that
        failed or were dropped, take their time and improve nothing.

    Raises
    ------
    ValueError
        If nothing is complete, or times are not known.
    """
    means = np.where(record.comparable, record.means, -np.inf)
    if not np.isfinite(means).any():
        raise ValueError("no candidate is complete.")
    took = _took(record, x)
    order = np.argsort(took, kind="stable")  # unknown times come last
    best = np.maximum.accumulate(means[order])
    steps = np.isfinite(best) & np.isfinite(took[order])
    steps[1:] &= best[1:] > best[:-1]
    return Curve(took[order][steps], best[steps], float(np.nanmax(took)))


def _took(record: Record, x: str) -> Array:
    if x == "candidates":
        return np.arange(1.0, len(record.means) + 1)
    if x == "fit_seconds":
        return np.cumsum(record.seconds)
    if not np.isfinite(record.ended[record.comparable]).any():
        raise ValueError("x='wall_seconds': this search did not record when its fits ended.")
    return record.ended


def _early(curve: Curve) -> float:
    """Return the score when a fiftieth was over, which is where the interest begins."""
    return float(curve.at(np.array([max(curve.x[0], curve.end / 50)]))[0])


def _draw(ax: Any, curves: Sequence[Curve], quantile: float, style: Mapping[str, Any]) -> None:
    if len(curves) == 1:
        [curve] = curves
        x, best = np.append(curve.x, curve.end), np.append(curve.best, curve.best[-1])
        ax.plot(x, best, drawstyle="steps-post", **style)
        return
    x = np.unique(np.concatenate([np.append(curve.x, curve.end) for curve in curves]))
    if len(x) > _POINTS:
        x = np.linspace(x[0], x[-1], _POINTS)
    x = x[x >= max(curve.x[0] for curve in curves)]  # from where all have a score
    values = np.array([curve.at(x) for curve in curves])
    low, middle, high = np.quantile(values, [quantile, 0.5, 1 - quantile], axis=0)
    label = f"{style['label']} ({len(curves)} searches)"
    ax.plot(x, middle, drawstyle="steps-post", **{**style, "label": label})
    ax.fill_between(x, low, high, step="post", color=style["color"], alpha=0.2, linewidth=0)
