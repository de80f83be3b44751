"""Projected BFGS from many starts in lock step.

All starts take their trial points together, so that a surrogate answers with one matrix
product; each keeps its own inverse Hessian (dense: there are few dimensions), step length and
fate. Bounds are respected by projection: a coordinate at a bound whose descent direction leads
outwards is held for that step.

References
----------
Nocedal & Wright (2006), Numerical Optimization, sections 3.1 (Armijo), 6.1 (BFGS).
Bertsekas (1982), Projected Newton methods for optimization problems with simple constraints,
SIAM Journal on Control and Optimization 20(2).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Bound = float | Array  # of all coordinates, or one for each
Objective = Callable[[Array, NDArray[np.intp]], tuple[Array, Array]]

MAX_MOVE = 0.5  # of a coordinate in one step, in units of the cube
ARMIJO = 1e-4
SHRINK = 0.3
MIN_STEP = 1e-6  # a shorter step in every coordinate ends a start
MIN_CURVATURE = 1e-10  # s'y over |s||y| below which an update is skipped
FLAT = 1e-8  # a smaller decrease, relative to 1 + |f|, ends a start


@dataclass(eq=False)
class _State:
    """The starts still under way, k of them."""

    rows: NDArray[np.intp]  # (k,) their numbers
    x: Array  # (k, d)
    f: Array  # (k,)
    g: Array  # (k, d)
    H: Array  # (k, d, d) inverse Hessians
    step: Array  # (k, d) the next trial is x + step
    free: NDArray[np.bool_]  # (k, d)
    fresh: NDArray[np.bool_]  # (k,) no curvature seen yet

    def keep(self, alive: NDArray[np.bool_]) -> None:
        """Drop the other starts."""
        if not alive.all():
            for name in ("rows", "x", "f", "g", "H", "step", "free", "fresh"):
                setattr(self, name, getattr(self, name)[alive])

    def movable_gradient(self, lower: Bound, upper: Bound) -> Array:
        """Return the gradient, zero where a coordinate is fixed or held by its bound."""
        held = (self.x <= lower) & (self.g > 0) | (self.x >= upper) & (self.g < 0)
        return np.where(self.free & ~held, self.g, 0.0)

    def slack(self, lower: Bound, upper: Bound) -> Array:
        """Largest movable gradient of each start, shape (k,)."""
        return np.asarray(np.abs(self.movable_gradient(lower, upper)).max(axis=1))

    def aim(self, turned: NDArray[np.bool_], lower: Bound, upper: Bound) -> None:
        """Set the quasi-Newton step of these starts, at most ``MAX_MOVE`` long."""
        g = self.movable_gradient(lower, upper)
        p = -np.matmul(self.H, g[:, :, None])[:, :, 0]
        p[g == 0.0] = 0.0
        uphill = ~(np.einsum("ij,ij->i", p, g) < 0.0)
        p[uphill] = -g[uphill]
        longest = np.abs(p).max(axis=1, keepdims=True)
        p *= np.minimum(1.0, MAX_MOVE / np.maximum(longest, MAX_MOVE))
        self.step[turned] = p[turned]

    def advance(
        self, trial: Array, f: Array, g: Array, lower: Bound, upper: Bound
    ) -> NDArray[np.bool_]:
        """Take the trials that decrease enough, shorten the others' steps; who is done, (k,)."""
        moved = trial - self.x
        enough = self.f + ARMIJO * np.einsum("ij,ij->i", self.g, moved)
        taken = (f <= enough) & (f <= self.f) & np.isfinite(g).all(axis=1)
        done = taken & (self.f - f <= FLAT * (1.0 + np.abs(f)))
        self._learn(moved, g - self.g, taken)
        self.x[taken], self.f[taken], self.g[taken] = trial[taken], f[taken], g[taken]
        self.step *= SHRINK
        self.aim(taken, lower, upper)
        return np.asarray(done | (np.abs(self.step).max(axis=1) < MIN_STEP))

    def _learn(self, s: Array, y: Array, taken: NDArray[np.bool_]) -> None:
        """BFGS update of the inverse Hessians, skipped without positive curvature."""
        sy = np.einsum("ij,ij->i", s, y)
        size = np.linalg.norm(s, axis=1) * np.linalg.norm(y, axis=1)
        good = np.flatnonzero(taken & (sy > MIN_CURVATURE * size))
        if not len(good):
            return
        s, y, sy = s[good], y[good], sy[good]
        first = self.fresh[good]
        H = self.H[good]
        H[first] *= (sy / np.einsum("ij,ij->i", y, y))[first, None, None]
        Hy = np.matmul(H, y[:, :, None])[:, :, 0]
        along = (1.0 + np.einsum("ij,ij->i", y, Hy) / sy) / sy
        cross = Hy[:, :, None] * s[:, None, :] / sy[:, None, None]
        H += along[:, None, None] * s[:, :, None] * s[:, None, :]
        H -= cross + cross.transpose(0, 2, 1)
        self.H[good] = H
        self.fresh[good] = False


def minimise(
    fun: Objective,
    starts: Array,
    lower: Bound,
    upper: Bound,
    *,
    free: NDArray[np.bool_] | None = None,
    max_rounds: int = 30,
    tol: float = 1e-4,
) -> tuple[Array, Array]:
    """Minimise from all starts at once, within bounds.

    Parameters
    ----------
    fun : callable
        ``fun(x, rows)`` returns values, shape (k,), and gradients, shape (k, d), at points x of
        shape (k, d) which belong to the starts ``rows``.
    starts : ndarray of shape (m, d)
        Where to start.
    lower, upper : float or ndarray of shape (d,)
        Bounds of every coordinate, or of each.
    free : ndarray of bool, shape (m, d), or None, default=None
        Coordinates that may move; None: all.
    max_rounds : int, default=30
        Evaluations of ``fun`` after the first.
    tol : float, default=1e-4
        A start ends when no coordinate of its projected gradient is larger.

    Returns
    -------
    x : ndarray of shape (m, d)
        The end points.
    f : ndarray of shape (m,)
        Their values, never above those of the starts.

    Examples
    --------
    >>> import numpy as np
    >>> def fun(x, rows):
    ...     return ((x - 0.8) ** 2).sum(axis=1), 2 * (x - 0.8)
    >>> x, f = minimise(fun, np.zeros((2, 3)), 0.0, 0.5)
    >>> x[0]
    array([0.5, 0.5, 0.5])
    """
    x = np.clip(starts, lower, upper)
    m, d = x.shape
    f, g = fun(x, np.arange(m))
    x_end, f_end = x.copy(), f.copy()
    if not d:
        return x_end, f_end
    movable = np.ones((m, d), dtype=bool) if free is None else free
    H = np.broadcast_to(np.eye(d), (m, d, d)).copy()
    s = _State(np.arange(m), x, f, g, H, np.zeros((m, d)), movable, np.ones(m, dtype=bool))
    s.aim(np.ones(m, dtype=bool), lower, upper)
    s.keep(s.slack(lower, upper) > tol)
    for _ in range(max_rounds):
        if not len(s.rows):
            break
        trial = np.clip(s.x + s.step, lower, upper)
        done = s.advance(trial, *fun(trial, s.rows), lower, upper)
        x_end[s.rows], f_end[s.rows] = s.x, s.f
        s.keep(~done & (s.slack(lower, upper) > tol))
    return x_end, f_end
