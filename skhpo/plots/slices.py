"""Slices: the scores, and a model of them, along one parameter or two."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.plots._draw import BLUE, MANY, ORANGE, RED, SCALE, axes, legend, plain, ticks
from skhpo.plots._record import label_of
from skhpo.plots._slicing import Axis, sliced
from skhpo.results.importance._study import read_study

Array = NDArray[np.float64]


class SliceDisplay:
    """Scores along one or two parameters, with a model's mean and uncertainty.

    Make it with `from_search` or `from_journal`.

    Parameters
    ----------
    axes : tuple of object
        A parameter each: ``name``, ``at`` (values in the candidates), ``grid`` (where the model
        was asked), ``texts`` and ``is_log``.
    scores : ndarray of shape (n,)
        Of the candidates that have the parameters.
    mean, low, high : ndarray of shape (m,) or (m2, m1)
        What the model expects on the slice, and the ends of the middle 95 %.
    best : int
        Which of the candidates the slice goes through.
    metric : str
        What the scores are.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Where it was drawn last.
    figure_ : matplotlib.figure.Figure
        Its figure.

    Notes
    -----
    The model is the Gaussian process of `BayesSearchCV`, fitted to the scores (to 300 of them
    where there are more) made normal. The slice goes through the best candidate: all other
    parameters have its values. The points are all candidates, whatever their other values, so
    many lie below the line. The band is the uncertainty about the mean score; the noise of the
    folds comes on top.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import RandomSearchCV, Real, SliceDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"gamma": Real(1e-4, 10, log=True), "C": Real(0.1, 10, log=True)}
    >>> search = RandomSearchCV(SVC(), space, n_iter=12, cv=2, random_state=0).fit(X, y)
    >>> display = SliceDisplay.from_search(search, "gamma")
    >>> display.mean.shape
    (101,)
    >>> ax = display.plot()  # doctest: +SKIP
    """

    ax_: Any
    figure_: Any

    def __init__(
        self,
        axes: tuple[Axis, ...],
        scores: Array,
        mean: Array,
        low: Array,
        high: Array,
        best: int,
        metric: str,
    ) -> None:
        self.axes = axes
        self.scores = scores
        self.mean = mean
        self.low = low
        self.high = high
        self.best = best
        self.metric = metric

    @classmethod
    def from_search(
        cls,
        search: Any,
        parameters: str | Sequence[str],
        *,
        space: Any = None,
        metric: str | None = None,
        n_resources: int | None = None,
        random_state: int | None = 0,
    ) -> "SliceDisplay":
        """Fit the model and ask it.

        Parameters
        ----------
        search : search estimator, dict, DataFrame, str or path-like
            A fitted search, also one of scikit-learn; a ``cv_results_`` or the path of a
            journal, for which ``space`` is needed.
        parameters : str or list of str
            One or two names for ``set_params``.
        space : Space, dict, list of dict or None, default=None
            What was searched; None takes it from the search.
        metric : str or None, default=None
            Which score; None for that of ``refit``, or the first.
        n_resources : int or None, default=None
            Where a resource was rationed, candidates with this amount; None for the amount that
            most have.
        random_state : int or None, default=0
            Chooses what the model is fitted to, where there are more than 300 candidates.

        Returns
        -------
        SliceDisplay
            Not drawn yet.

        Raises
        ------
        ValueError
            If fewer than ten candidates are complete, all have the same score, or a name is not
            known.
        TypeError
            If ``search`` is none of these.
        """
        study = read_study(search, space=space, metric=metric, n_resources=n_resources)
        label = label_of(study.metric, getattr(search, "scoring", None))
        return cls(*sliced(study, [parameters], label, random_state)[0])

    @classmethod
    def from_journal(
        cls,
        path: str | os.PathLike[str],
        parameters: str | Sequence[str],
        *,
        space: Any,
        metric: str | None = None,
        n_resources: int | None = None,
        random_state: int | None = 0,
    ) -> "SliceDisplay":
        """Read a journal, of a search that is finished, running or dead.

        Parameters
        ----------
        path : str or path-like
            The journal.
        parameters : str or list of str
            One or two names.
        space : Space, dict or list of dict
            What was searched.
        metric : str or None, default=None
            Which score; None for the first.
        n_resources : int or None, default=None
            Candidates with this amount of a resource; None for that which most have.
        random_state : int or None, default=0
            Chooses what the model is fitted to.

        Returns
        -------
        SliceDisplay
            Not drawn yet.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If fewer than ten candidates are complete, or a name is not known.
        """
        return cls.from_search(
            os.fspath(path),
            parameters,
            space=space,
            metric=metric,
            n_resources=n_resources,
            random_state=random_state,
        )

    def plot(self, ax: Any = None) -> Any:
        """Draw it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None, default=None
            Where; None makes a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            The plot. Of one parameter: the scores as points, the mean as a line (a mark for each
            category) and the middle 95 % as a band. Of two: the mean as colours, half the width
            of the band as dashed contours, and the candidates as points; a star is the best one.

        Raises
        ------
        ImportError
            Without matplotlib.
        """
        self.ax_ = ax = axes(ax, (6.4, 4.4) if len(self.axes) == 2 else (6.4, 4.0))
        self.figure_ = ax.figure
        draw = self._draw_one if len(self.axes) == 1 else self._draw_two
        draw(ax)
        for axis, side in zip(self.axes, ("x", "y"), strict=False):
            getattr(ax, f"set_{side}label")(plain(axis.name))
            if axis.texts:
                ticks(getattr(ax, f"{side}axis"), axis.texts)
            elif axis.is_log:
                getattr(ax, f"set_{side}scale")("log")
        return ax

    def _draw_one(self, ax: Any) -> None:
        [axis] = self.axes
        many = len(self.scores) > MANY
        # side by side where many have the same value
        shift = 0.5 * (np.arange(len(self.scores)) * 0.618034 % 1) - 0.25 if axis.texts else 0.0
        ax.scatter(
            axis.at + shift, self.scores, s=5 if many else 14, color=ORANGE,
            alpha=0.25 if many else 0.7, linewidths=0, label="candidates", rasterized=many,
        )  # fmt: skip
        if axis.texts:
            spread = np.abs(np.array([self.mean - self.low, self.high - self.mean]))
            ax.errorbar(
                axis.grid, self.mean, yerr=spread, fmt="D", color=BLUE, capsize=5, label=_MODEL
            )
            ax.set_xlim(-0.5, len(axis.texts) - 0.5)
        else:
            ax.plot(axis.grid, self.mean, color=BLUE, label="model, at the best candidate")
            ax.fill_between(
                axis.grid, self.low, self.high, color=BLUE, alpha=0.18, linewidth=0, label="95 %"
            )
        self._star(ax, axis.at[self.best], self.scores[self.best])
        bottom, top = _limits(self.scores, self.low, self.high)
        ax.set(ylabel=plain(self.metric), ylim=(bottom, top))
        legend(ax, loc="best")

    def _draw_two(self, ax: Any) -> None:
        x, y = self.axes
        mesh = ax.pcolormesh(
            x.grid, y.grid, self.mean, cmap=SCALE, shading="nearest", rasterized=True
        )
        half = (self.high - self.low) / 2
        if np.ptp(half) > 0 and not (x.texts or y.texts):
            lines = ax.contour(
                x.grid, y.grid, half, 4, colors="white", linestyles="dashed", linewidths=0.8
            )
            ax.clabel(lines, fontsize="x-small", fmt="±%.2g")
        many = len(self.scores) > MANY
        ax.scatter(
            x.at, y.at, s=3 if many else 12, color="white", edgecolors="black", alpha=0.5,
            linewidths=0 if many else 0.5, rasterized=many,
        )  # fmt: skip
        self._star(ax, x.at[self.best], y.at[self.best])
        ax.figure.colorbar(mesh, ax=ax, pad=0.02).set_label(f"expected {plain(self.metric)}")

    def _star(self, ax: Any, x: float, y: float) -> None:
        ax.scatter(
            [x], [y], marker="*", s=130, color=RED, edgecolors="white", zorder=4, label="best"
        )


_MODEL = "model, at the best candidate, 95 %"


def _limits(scores: Array, low: Array, high: Array) -> tuple[float, float]:
    """Return where the axis of the scores ends: a few disasters do not take all of it."""
    floor, middle = np.quantile(scores, [0.05, 0.5])
    top = max(scores.max(), high.max())
    bottom = min(floor, middle - 1.5 * (top - middle)) if len(scores) > 20 else scores.min()
    bottom = max(min(scores.min(), low.min()), bottom)
    margin = 0.04 * (top - bottom) or 0.01
    return float(bottom - margin), float(top + margin)
