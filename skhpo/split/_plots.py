"""A picture of splits in time."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.split._base import Fold, Mask, TimeSplitter
from skhpo.split._timeline import DATES, Timeline, read_timeline

_COLOURS = {
    "train": "tab:blue",
    "test": "tab:orange",
    "purged": "0.65",
    "embargoed": "0.4",
}


def plot_splits(
    splitter: Any,
    X: Any,
    y: Any = None,
    groups: Any = None,
    *,
    times: Any = None,
    label_end: Any = None,
    ax: Any = None,
) -> Any:
    """Draw what is trained on and what is tested, a row of bars for each split.

    Parameters
    ----------
    splitter : splitter
        One of skhpo, or any of scikit-learn to compare with.
    X, y, groups : array-like of shape (n_samples, ...), default=None
        As for ``split`` of the splitter.
    times, label_end : array-like of shape (n_samples,), default=None
        As for ``split``; other splitters than those of skhpo are not given them.
    ax : matplotlib.axes.Axes, default=None
        Where to draw; None for a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        With bars for "train", "test", "purged" (a gap too) and "embargoed" timestamps. Where a
        timestamp has rows in several parts (splits by series, splits at random), bars overlap.

    Raises
    ------
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo import PurgedKFold, plot_splits
    >>> ax = plot_splits(PurgedKFold(3, horizon=1), np.zeros(30))  # doctest: +SKIP
    """
    import matplotlib.pyplot as plt

    timeline = read_timeline(X, y, times, label_end)
    folds = _folds_of(splitter, timeline, X, y, groups)
    ax = plt.subplots(figsize=(8, 1 + 0.3 * len(folds)))[1] if ax is None else ax
    edges = _edges(timeline)
    for name, colour in _COLOURS.items():
        bars = [_bars(getattr(fold, name), timeline, edges) for fold in folds]
        label = name
        for number, spans in enumerate(bars):
            if spans:
                ax.broken_barh(spans, (number - 0.4, 0.8), facecolors=colour, label=label)
                label = "_nolegend_"
    if timeline.kind == DATES:
        ax.xaxis_date(tz=timeline.stamps.tz)
    ax.set(xlabel="time", ylabel="split", yticks=range(len(folds)), ylim=(len(folds) - 0.4, -0.6))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def _folds_of(splitter: Any, timeline: Timeline, X: Any, y: Any, groups: Any) -> list[Fold]:
    if isinstance(splitter, TimeSplitter):
        return [*splitter._checked_folds(timeline, X, y, groups)]
    rows = np.arange(len(timeline.codes))
    data = rows[:, None] if X is None else X
    return [
        Fold(np.isin(rows, train), np.isin(rows, test))
        for train, test in splitter.split(data, y, groups)
    ]


def _edges(timeline: Timeline) -> NDArray[np.float64]:
    """Return where each timestamp begins on the axis, and where the last one ends."""
    import matplotlib.dates as mdates

    stamps = timeline.stamps
    if timeline.kind == DATES:
        plain = stamps.tz_convert(None) if stamps.tz else stamps
        stamps = mdates.date2num(plain)  # type: ignore[no-untyped-call]
    starts = np.asarray(stamps, dtype=float)
    width = np.median(np.diff(starts)) if len(starts) > 1 else 1.0
    return np.append(starts, starts[-1] + width)


def _bars(
    mask: Mask | None, timeline: Timeline, edges: NDArray[np.float64]
) -> list[tuple[float, float]]:
    """Return the runs of timestamps that have such rows as (start, width)."""
    if mask is None or not mask.any():
        return []
    marked = np.zeros(timeline.n_stamps, dtype=int)
    marked[timeline.codes[mask]] = 1
    changes = np.diff(marked, prepend=0, append=0)
    starts, stops = edges[changes.nonzero()[0][0::2]], edges[changes.nonzero()[0][1::2]]
    return [(float(a), float(b - a)) for a, b in zip(starts, stops, strict=True)]
