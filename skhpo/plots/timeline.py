"""What ran when: fits as bars on the lanes of the workers."""

import os
from collections.abc import Mapping
from heapq import heappop, heappush
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.plots._draw import BLUE, MANY, ORANGE, RED, axes
from skhpo.plots._record import read_record

Array = NDArray[np.float64]

_SLACK = 0.02  # s: a fit may seem to begin so long before the one on its lane has come in


class TimelineDisplay:
    """Fits over time, on as many lanes as there were fits at once.

    Make it with `from_search` or `from_journal`.

    Parameters
    ----------
    fits : dict of str to ndarray of shape (n_fits,)
        ``row`` (of the candidate), ``split``, ``start`` and ``end`` (seconds since the search
        began) and ``status``.

    Attributes
    ----------
    lanes : ndarray of int of shape (n_fits,)
        The lane of each fit, from 0. A lane is a worker as far as times can tell: which process
        a fit ran in is not recorded.
    ax_ : matplotlib.axes.Axes
        Where it was drawn last.
    figure_ : matplotlib.figure.Figure
        Its figure.

    Notes
    -----
    The end of a fit is when its result came in, the start is that many seconds of fitting and
    scoring before. What a backend takes to send data to its workers is in the gaps. Of a journal
    that was continued, the time between two runs is left out.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import RandomSearchCV, Real, TimelineDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> search = RandomSearchCV(SVC(), {"C": Real(0.1, 10)}, n_iter=3, cv=2).fit(X, y)
    >>> display = TimelineDisplay.from_search(search)
    >>> len(display.fits["start"]), display.lanes.max()
    (6, np.int64(0))
    >>> ax = display.plot()  # doctest: +SKIP
    """

    ax_: Any
    figure_: Any

    def __init__(self, fits: Mapping[str, NDArray[Any]]) -> None:
        self.fits = fits
        self.lanes = lanes_of(fits["start"], fits["end"])

    @classmethod
    def from_search(cls, search: Any) -> "TimelineDisplay":
        """Read the times off a search.

        Parameters
        ----------
        search : search estimator, str or path-like
            A fitted search of skhpo, or the path of a journal.

        Returns
        -------
        TimelineDisplay
            Not drawn yet.

        Raises
        ------
        ValueError
            If there is no fit whose time is known.
        NotFittedError
            If the search is not fitted.
        TypeError
            If ``search`` is none of these.
        """
        fits = read_record(search).fits
        if fits is None:
            raise ValueError("this search did not record when its fits ran.")
        return cls(fits)

    @classmethod
    def from_journal(cls, path: str | os.PathLike[str]) -> "TimelineDisplay":
        """Read a journal, of a search that is finished, running or dead.

        Parameters
        ----------
        path : str or path-like
            The journal.

        Returns
        -------
        TimelineDisplay
            Not drawn yet.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is no journal, or has no fit yet whose time is known.
        """
        return cls.from_search(path)

    def plot(self, ax: Any = None) -> Any:
        """Draw it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None, default=None
            Where; None makes a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            The plot: a bar a fit, low and hatched for one that failed; neighbouring candidates
            differ in shade. Many bars are one image.

        Raises
        ------
        ImportError
            Without matplotlib.
        """
        n_lanes = int(self.lanes.max()) + 1
        self.ax_ = ax = axes(ax, (7.5, 1.4 + 0.28 * min(n_lanes, 24)))
        self.figure_ = ax.figure
        failed = self.fits["status"] != "ok"
        even = self.fits["row"] % 2 == 0
        self._bars(ax, ~failed & even, 0.4, color=BLUE)
        self._bars(ax, ~failed & ~even, 0.4, color="#7fb8dc")
        self._bars(ax, failed, 0.2, color=RED, hatch="////")
        end = float(self.fits["end"].max())
        busy = (
            float(np.sum(self.fits["end"] - self.fits["start"])) / (end * n_lanes) if end else 0.0
        )
        bad = f", {np.sum(failed)} of them failed (hatched)" if failed.any() else ""
        title = f"{len(failed)} fits{bad}, {n_lanes} at a time, busy {100 * min(busy, 1):.0f} %"
        ax.set_title(title, fontsize="small", loc="left")
        ax.set(xlabel="seconds since the search began", ylabel="lane", xlim=(0, end or 1.0))
        ax.set_ylim(n_lanes - 0.5, -0.5)
        ax.set_yticks(range(0, n_lanes, 1 + n_lanes // 16))
        return ax

    def _bars(self, ax: Any, chosen: NDArray[np.bool_], half: float, **style: Any) -> None:
        from matplotlib.collections import PolyCollection

        if not chosen.any():
            return
        left, right = self.fits["start"][chosen], self.fits["end"][chosen]
        low, high = self.lanes[chosen] - half, self.lanes[chosen] + half
        x, y = np.array([left, left, right, right]).T, np.array([low, high, high, low]).T
        colour = style.pop("color")
        many = len(left) > MANY
        bars = PolyCollection(
            [*np.dstack([x, y])], facecolors=colour, linewidths=0 if many else 0.4,
            edgecolors=ORANGE if "hatch" in style else "white", rasterized=many, **style,
        )  # fmt: skip
        ax.add_collection(bars)


def lanes_of(start: Array, end: Array) -> NDArray[np.intp]:
    """Put intervals on as few lanes as possible: each on the one that has been free the longest.

    Parameters
    ----------
    start, end : ndarray of shape (n,)
        Seconds.

    Returns
    -------
    ndarray of int of shape (n,)
        Lanes, from 0; intervals of a lane do not overlap by more than some milliseconds.

    Examples
    --------
    >>> import numpy as np
    >>> lanes_of(np.array([0.0, 0.5, 1.0, 2.0]), np.array([1.0, 2.0, 3.0, 4.0]))
    array([0, 1, 0, 1])
    """
    lanes = np.zeros(len(start), dtype=np.intp)
    free: list[tuple[float, int]] = []  # since when, and which
    for i in np.argsort(start, kind="stable"):
        slack = min(_SLACK, 0.5 * float(end[i] - start[i]))
        is_free = free and free[0][0] <= start[i] + slack
        lane = heappop(free)[1] if is_free else len(free)
        lanes[i] = lane
        heappush(free, (float(end[i]), lane))
    return lanes
