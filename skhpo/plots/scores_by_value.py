"""Scores by the value of a parameter, as boxes."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.plots._draw import BLUE, ORANGE, axes, plain, ticks
from skhpo.plots._record import read_record
from skhpo.plots._scale import Scale, read_scale

Array = NDArray[np.float64]

ABSENT = "absent"
_FEW = 40  # points of a box that are drawn beside it


class ScoresByValueDisplay:
    """Distribution of the scores for each value, or range of values, of a parameter.

    Make it with `from_search` or `from_journal`.

    Parameters
    ----------
    parameter : str
        The parameter.
    texts : list of str
        Its values, or ranges of them.
    scores : list of ndarray
        The scores with each of them.
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
    >>> from skhpo import Choice, RandomSearchCV, Real, ScoresByValueDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"C": Real(0.1, 10, log=True), "kernel": Choice("rbf", "linear")}
    >>> search = RandomSearchCV(SVC(), space, n_iter=8, cv=2, random_state=0).fit(X, y)
    >>> display = ScoresByValueDisplay.from_search(search, "kernel")
    >>> display.texts, sum(map(len, display.scores))
    (['linear', 'rbf'], 8)
    >>> ax = display.plot()  # doctest: +SKIP
    """

    ax_: Any
    figure_: Any

    def __init__(
        self, parameter: str, texts: Sequence[str], scores: Sequence[Array], metric: str
    ) -> None:
        self.parameter = parameter
        self.texts = texts
        self.scores = scores
        self.metric = metric

    @classmethod
    def from_search(
        cls, search: Any, parameter: str, *, metric: str | None = None, n_bins: int = 5
    ) -> "ScoresByValueDisplay":
        """Read the candidates that are complete.

        Parameters
        ----------
        search : search estimator, dict, DataFrame, str or path-like
            A fitted search, also one of scikit-learn, a ``cv_results_``, or the path of a
            journal.
        parameter : str
            By which one; its name for ``set_params``.
        metric : str or None, default=None
            Which score; None for that of ``refit``, or the first.
        n_bins : int, default=5
            Into how many ranges, of equally many candidates, numbers are put where there are
            more than that.

        Returns
        -------
        ScoresByValueDisplay
            Not drawn yet; "absent" counts as a value.

        Raises
        ------
        ValueError
            If no candidate is complete, or an argument is not allowed.
        NotFittedError
            If the search is not fitted.
        TypeError
            If ``search`` is none of these.
        """
        if n_bins < 1:
            raise ValueError(f"n_bins should be at least 1, got {n_bins!r}.")
        record = read_record(search, metric)
        rows = np.flatnonzero(record.comparable)
        scale = read_scale(record.params, parameter, record.space)
        if not len(rows):
            raise ValueError("no candidate is complete.")
        scale = Scale(scale.name, scale.positions[rows], scale.texts, scale.is_log)
        groups = _groups(scale, n_bins)
        means = record.means[rows]
        scores = [means[chosen] for _, chosen in groups]
        return cls(parameter, [text for text, _ in groups], scores, record.label)

    @classmethod
    def from_journal(
        cls,
        path: str | os.PathLike[str],
        parameter: str,
        *,
        metric: str | None = None,
        n_bins: int = 5,
    ) -> "ScoresByValueDisplay":
        """Read a journal, of a search that is finished, running or dead.

        Parameters
        ----------
        path : str or path-like
            The journal.
        parameter : str
            By which one.
        metric : str or None, default=None
            Which score; None for the first.
        n_bins : int, default=5
            Ranges of numbers.

        Returns
        -------
        ScoresByValueDisplay
            Not drawn yet.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is no journal, or there is nothing to show.
        """
        return cls.from_search(path, parameter, metric=metric, n_bins=n_bins)

    def plot(self, ax: Any = None) -> Any:
        """Draw it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None, default=None
            Where; None makes a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            The plot: a box from quartile to quartile with the median, whiskers to the last point
            within 1.5 of its length; all points where there are few, outliers where there are
            many. The number of candidates stands below.

        Raises
        ------
        ImportError
            Without matplotlib.
        """
        n = len(self.texts)
        self.ax_ = ax = axes(ax, (max(4.8, 0.9 * n + 1.5), 4.0))
        self.figure_ = ax.figure
        few = max(map(len, self.scores)) <= _FEW
        ax.boxplot(
            [*self.scores],
            positions=range(n),
            widths=0.6,
            showfliers=not few,
            patch_artist=True,
            boxprops={"facecolor": "#cfe3f1", "edgecolor": BLUE},
            medianprops={"color": "black", "linewidth": 1.6},
            flierprops={"marker": ".", "markersize": 3, "alpha": 0.5, "rasterized": True},
        )
        for i, scores in enumerate(self.scores if few else ()):
            spread = np.linspace(-0.2, 0.2, len(scores)) if len(scores) > 1 else [0.0]
            ax.scatter(i + np.asarray(spread), scores, s=9, color=ORANGE, zorder=3, alpha=0.8)
        turned = n > 4 or max(map(len, self.texts)) > 12
        texts = [f"{t} (n={len(s)})" for t, s in zip(self.texts, self.scores, strict=True)]
        options: dict[str, Any] = {"rotation": 25, "ha": "right"} if turned else {}
        ticks(ax.xaxis, texts, fontsize="small", **options)
        ax.set(xlabel=plain(self.parameter), ylabel=plain(self.metric))
        return ax


def _groups(scale: Scale, n_bins: int) -> list[tuple[str, NDArray[np.bool_]]]:
    """Return values, or ranges of them, and which candidates have them; none is empty."""
    at = scale.positions
    seen = np.unique(at[np.isfinite(at)])
    if scale.texts:
        groups = [(scale.texts[int(i)], at == i) for i in seen]
    elif len(seen) <= max(n_bins, 2):
        groups = [(f"{value:.6g}", at == value) for value in seen]
    else:
        groups = _bins(at, n_bins)
    missing = np.isnan(at)
    return [*groups, (ABSENT, missing)] if missing.any() else groups


def _bins(at: Array, n_bins: int) -> list[tuple[str, NDArray[np.bool_]]]:
    values = at[np.isfinite(at)]
    edges = np.unique(np.quantile(values, np.linspace(0, 1, n_bins + 1)[1:-1], method="lower"))
    place = np.where(np.isnan(at), -1, np.searchsorted(edges, at, side="left"))
    groups = []
    for i in np.unique(place[place >= 0]):
        chosen = place == i
        low, high = at[chosen].min(), at[chosen].max()
        groups.append((f"{low:.3g} to {high:.3g}" if low < high else f"{low:.3g}", chosen))
    return groups
