"""Rules that look at a candidate's own learning curve and may refuse it more.

Each is called as ``rule(curve, full, best)``: losses by resource, the most there is, and the
least loss of any candidate that had it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from skhpo.schedules._base import Curve

Array = np.ndarray

_EXPONENTS = np.geomspace(0.05, 4.0, 64)
_MIN_POINTS = 3


@dataclass(frozen=True)
class Hopeless:
    """Refuse a candidate whose extrapolated curve will hardly reach the best one.

    The losses are taken to follow a power law, ``loss(n) = c + a n**-b`` with ``a >= 0``. For
    each exponent of a grid, ``c`` and ``a`` are least squares in closed form; the exponents are
    weighted by their likelihood with the variance integrated out, and the loss at the most of the
    resource follows a mixture of Student's t distributions.

    Parameters
    ----------
    probability : float, default=0.05
        The candidate is refused if it is better than the best one in the end with less than
        this probability.

    Raises
    ------
    ValueError
        If ``probability`` is not between 0 and 1.

    Notes
    -----
    It needs three points of the curve. With exactly three, or with points that a power law fits
    without rest, the variance is not determined; a spread of a thousandth of the range of the
    curve is assumed besides.

    References
    ----------
    .. [1] T. Domhan, J. T. Springenberg, F. Hutter: Speeding up Automatic Hyperparameter
       Optimization of Deep Neural Networks by Extrapolation of Learning Curves. IJCAI 2015.

    Examples
    --------
    >>> curve = {n: 0.5 + 1 / n for n in (1, 3, 9, 27)}
    >>> Hopeless()(curve, 81, 0.4), Hopeless()(curve, 81, 0.6)
    (True, False)
    """

    probability: float = 0.05

    def __post_init__(self) -> None:
        if not 0 < self.probability < 1:
            raise ValueError(f"probability should be between 0 and 1, got {self.probability!r}.")

    def __call__(self, curve: Curve, full: int, best: float) -> bool:
        """Whether to give the candidate no more."""
        amounts = np.array(sorted(curve), dtype=np.float64)
        losses = np.array([curve[amount] for amount in sorted(curve)])
        if len(amounts) < _MIN_POINTS or not np.isfinite([*losses, best]).all():
            return False
        return probability_below(amounts, losses, full, best) < self.probability


def probability_below(amounts: Array, losses: Array, full: float, best: float) -> float:
    """Return the probability that a curve lies below a loss in the end.

    Parameters
    ----------
    amounts, losses : ndarray of shape (n,)
        The curve so far.
    full : float
        The amount at the end.
    best : float
        The loss to undercut.

    Returns
    -------
    float
        Between 0 and 1.

    Examples
    --------
    >>> amounts = np.array([1.0, 3.0, 9.0, 27.0])
    >>> losses = 0.5 + 1 / amounts  # 0.512 at 81
    >>> [round(probability_below(amounts, losses, 81, best)) for best in (0.5, 0.525)]
    [0, 1]
    """
    n = len(amounts)
    basis = (amounts / amounts[-1]) ** -_EXPONENTS[:, None]  # (exponents, n)
    end = (full / amounts[-1]) ** -_EXPONENTS
    centre = basis.mean(axis=1)
    spread = ((basis - centre[:, None]) ** 2).sum(axis=1)
    slope = np.maximum(0.0, ((basis - centre[:, None]) * losses).sum(axis=1) / spread)
    mean = losses.mean() + slope * (end - centre)
    rest = losses - losses.mean() - slope[:, None] * (basis - centre[:, None])
    squares = (rest**2).sum(axis=1) + n * (1e-3 * np.ptp(losses)) ** 2 + np.finfo(float).tiny
    df = max(1, n - 2)
    scale = np.sqrt(squares / df * (1 + 1 / n + (end - centre) ** 2 / spread))
    logs = -0.5 * df * np.log(squares)
    weights = np.exp(logs - logs.max())
    below = stdtr(df, (best - mean) / scale)
    return float((weights * below).sum() / weights.sum())


@dataclass(frozen=True)
class Stagnant:
    """Refuse a candidate whose loss has not fallen over the last points of its curve.

    Parameters
    ----------
    patience : int, default=2
        How many points in a row.
    tol : float, default=0.0
        By how much more than this the loss has to fall to count.

    Raises
    ------
    ValueError
        If ``patience`` is below 1 or ``tol`` below 0.

    Examples
    --------
    >>> rule = Stagnant(patience=2)
    >>> rule({1: 0.5, 3: 0.4, 9: 0.4, 27: 0.41}, 81, 0.1), rule({1: 0.5, 3: 0.4}, 81, 0.1)
    (True, False)
    """

    patience: int = 2
    tol: float = 0.0

    def __post_init__(self) -> None:
        if self.patience < 1:
            raise ValueError(f"patience should be at least 1, got {self.patience!r}.")
        if not self.tol >= 0:
            raise ValueError(f"tol should be at least 0, got {self.tol!r}.")

    def __call__(self, curve: Curve, full: int, best: float) -> bool:
        """Whether to give the candidate no more."""
        losses = [curve[amount] for amount in sorted(curve)]
        if len(losses) <= self.patience:
            return False
        return min(losses[-self.patience :]) >= min(losses[: -self.patience]) - self.tol
