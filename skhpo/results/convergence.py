"""Has a search converged, and what would more budget bring."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from skhpo.results._complete import overlap, read_complete
from skhpo.statistics.corrected import corrected_standard_error
from skhpo.statistics.extrapolation import best_of_further

if TYPE_CHECKING:
    import pandas as pd

_MIN_RECENT = 20  # the later half of the candidates, but no fewer than so many


@dataclass(frozen=True, eq=False)
class Convergence:
    """How far a search has come.

    Parameters
    ----------
    curve : DataFrame
        Best mean score by number of complete candidates (the index, ``n_candidates``): columns
        ``best`` (as far as the search went), and ``expected``, ``low``, ``high`` and
        ``p_improvement`` beyond.
    gain : float
        Expected rise of the best score from as many candidates again.
    noise : float
        Standard error of the best score, for overlapping training sets; NaN for one split.
    since_improvement : int
        Candidates since the best one.
    converged : bool
        Whether the upper end for as many candidates again is no further above the best than the
        noise.
    level : float
        Nominal coverage of the interval.

    Examples
    --------
    >>> from skhpo import convergence
    >>> result = convergence({"params": [{}] * 12, "split0_test_score": [0.5] * 12})
    >>> result.gain, result.since_improvement
    (0.0, 11)
    """

    curve: "pd.DataFrame" = field(repr=False)
    gain: float
    noise: float
    since_improvement: int
    converged: bool
    level: float

    def __str__(self) -> str:
        best = self.curve["best"].dropna()
        last = self.curve.iloc[-1]
        return (
            f"{'converged' if self.converged else 'not converged'}: best {best.iloc[-1]:.4g} of "
            f"{len(best)} candidates, {self.since_improvement} since; as many again: "
            f"{last['expected']:.4g} [{last['low']:.4g}, {last['high']:.4g}] "
            f"({100 * self.level:g} %), noise {self.noise:.2g}"
        )

    def plot(self, ax: Any = None) -> Any:
        """Plot the curve, and what is expected beyond its end.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None, default=None
            Where to; None makes a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            The plot.

        Raises
        ------
        ImportError
            Without matplotlib.
        """
        import matplotlib.pyplot as plt

        ax = plt.subplots()[1] if ax is None else ax
        best, beyond = self.curve["best"].dropna(), self.curve.dropna(subset=["expected"])
        ax.step(best.index, best, where="post", label="best so far")
        ax.plot(beyond.index, beyond["expected"], "--", label="expected")
        label = f"{100 * self.level:g} %"
        ax.fill_between(beyond.index, beyond["low"], beyond["high"], alpha=0.25, label=label)
        ax.set_xlabel("candidates")
        ax.set_ylabel("best mean score")
        ax.legend(loc="lower right")
        return ax


def convergence(
    search: Any,
    *,
    n_further: int | None = None,
    level: float = 0.9,
    metric: str | None = None,
) -> Convergence:
    """Say whether a search has converged, and what more candidates would bring.

    Parameters
    ----------
    search : search estimator, dict or DataFrame
        A fitted search, also one of scikit-learn, or its ``cv_results_``, whose rows are in the
        order in which they were tried.
    n_further : int or None, default=None
        How far to look ahead; None for as many complete candidates as there are.
    level : float, default=0.9
        Nominal coverage of the interval, in (0, 1).
    metric : str or None, default=None
        Which score, where there are several; None for the one of ``refit``, or the only one.

    Returns
    -------
    Convergence
        With the curve; print it for a summary.

    Raises
    ------
    ValueError
        If fewer than 10 candidates are complete, or an argument is not allowed.
    NotFittedError
        If the search is not fitted.
    TypeError
        If ``search`` is none of these.

    See Also
    --------
    RegretBound : Stops a search when what is left to gain is lost in the noise.

    Notes
    -----
    The scores of the later half of the candidates (20 at the least) are taken for draws of what
    comes next. Their upper quarter is modelled by the generalised Pareto distribution, averaged
    over its parameters, and the interval is that of the best of so many more. For random search
    this is what its candidates are; a search that learns also draws them closer to its best one,
    and a new region that it has not seen no model of its scores can foresee. Coverage measured on
    runs that were continued is in the documentation.

    What rises is the score of the luckiest candidate, not that of the model: see
    `skhpo.statistics.bbc`.

    References
    ----------
    .. [1] J. Pickands: Statistical Inference Using Extreme Order Statistics. Annals of Statistics
       3 (1975) 119-131.

    Examples
    --------
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.linear_model import Ridge
    >>> from skhpo import RandomSearchCV, convergence
    >>> X, y = load_diabetes(return_X_y=True)
    >>> search = RandomSearchCV(
    ...     Ridge(), {"alpha": loguniform(1e-6, 1e3)}, n_iter=40, random_state=0
    ... )
    >>> result = convergence(search.fit(X, y))
    >>> result.converged, bool(result.gain < 0.01)
    (True, True)
    """
    import pandas as pd

    candidates = read_complete(search, metric)
    means, n_splits = candidates.means, candidates.scores.shape[1]
    if len(means) < 10:
        raise ValueError(f"at least 10 candidates have to be complete, got {len(means)}.")
    ahead = len(means) if n_further is None else n_further
    if ahead < 1:
        raise ValueError(f"n_further should be at least 1, got {n_further!r}.")
    recent = means[-max(len(means) // 2, min(_MIN_RECENT, len(means))) :]
    steps = np.unique(np.append(np.geomspace(1, ahead, 12).round(), [ahead, len(means)]))
    steps = steps.astype(np.intp)
    forecast = best_of_further(recent, steps, best=float(means.max()), level=level)

    seen = pd.DataFrame({"best": np.maximum.accumulate(means)}, index=np.arange(1, len(means) + 1))
    names = ("expected", "low", "high", "p_improvement")
    beyond = pd.DataFrame(
        {name: getattr(forecast, name) for name in names}, index=len(means) + steps
    )
    again = int(np.flatnonzero(steps == len(means))[0])
    noise = np.nan
    if n_splits > 1:
        noise = corrected_standard_error(
            candidates.scores[candidates.best], overlap(search, n_splits)
        )
    reach = float(forecast.high[again] - means.max())
    return Convergence(
        curve=pd.concat([seen, beyond[steps <= ahead]]).rename_axis("n_candidates"),
        gain=float(forecast.expected[again] - means.max()),
        noise=float(noise),
        since_improvement=len(means) - 1 - candidates.best,
        converged=bool(reach <= (0.0 if np.isnan(noise) else noise)),
        level=level,
    )
