"""The penalised marginal likelihood of a Gaussian process and its maximum.

Notation
--------
theta : (p + q + 1,)  logarithms of: p length-scales l, q variances s2, the noise variance v
C = K + diag(v + extra),  α = C⁻¹y,  W = C⁻¹ - αα'

    NLL          = ½ y'α + Σ log L_ii + (n/2) log 2π
    dNLL/dlog l_j = -Σ_c Σ_ij (W * dk)_ij (z_ic - z_jc)² / l_c²   (columns c of parameter j)
    dNLL/dlog s²  = ½ Σ_ij (W * k)_ij over the blocks of that variance
    dNLL/dlog v   = ½ v tr W

The penalties are chosen for 20 to 200 evaluations of a smooth loss: length-scales of half the
cube, growing as √d; little noise.

References
----------
Rasmussen & Williams (2006), Gaussian Processes for Machine Learning, equations 5.8 and 5.9.
Hvarfner, Hellsten & Nardi (2024), Vanilla Bayesian optimization performs great in high
dimensions, for length-scales that grow as √d.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, minimize

from skhpo.surrogates.gradients import part, scale_gradient
from skhpo.surrogates.kernels import Points, TreeKernel, assemble
from skhpo.surrogates.linalg import cholesky, inverse, solve

Array = NDArray[np.float64]

SCALE_BOX = (0.02, 50.0)
SCALE_SD = 0.7  # of log l about log(sigma / 2)
LOG_AMPLITUDE_BOX = (-4.0, 4.0)
NOISE_BOX = (1e-6, 1.0)
NOISE_START = float(np.exp(-5.0))
MAX_ITERATIONS = 50
LOG_2PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True)
class Penalty:
    """Penalties, boxes and starting values of the hyper-parameters.

    For each length-scale (log l - log(σ/2))²/(2·0.7²) with σ = √max(1, d/6); for each variance
    -log s² + b s² with b = 0.15 for one term and 1 for the tree; for the noise -0.1 log v + 30 v.

    Parameters
    ----------
    n_scales : int
        Number of length-scales p.
    n_amplitudes : int
        Number of variances q.
    dimension : float
        Mean number of active parameters d.

    Examples
    --------
    >>> Penalty(n_scales=2, n_amplitudes=1, dimension=2).start().round(3)
    array([-0.693, -0.693,  0.   , -5.   ])
    """

    n_scales: int
    n_amplitudes: int
    dimension: float

    @property
    def log_scale(self) -> float:
        """Centre log(σ/2) of the logarithms of the length-scales."""
        return float(np.log(0.5 * np.sqrt(max(1.0, self.dimension / 6.0))))

    def start(self) -> Array:
        """Values of a cold start, shape (p + q + 1,)."""
        scales = np.full(self.n_scales, self.log_scale)
        return np.concatenate([scales, np.zeros(self.n_amplitudes), [np.log(NOISE_START)]])

    def box(self) -> Array:
        """Lower and upper ends, shape (p + q + 1, 2)."""
        scale, noise = np.log(SCALE_BOX), np.log(NOISE_BOX)
        rows = [scale] * self.n_scales + [LOG_AMPLITUDE_BOX] * self.n_amplitudes + [noise]
        return np.array(rows, dtype=np.float64)

    def value(self, theta: Array) -> tuple[float, Array]:
        """Return the penalty and its gradient with respect to theta."""
        p = self.n_scales
        rate = 0.15 if self.n_amplitudes == 1 else 1.0
        offset = (theta[:p] - self.log_scale) / SCALE_SD
        s2, noise = np.exp(theta[p:-1]), np.exp(theta[-1])
        value = 0.5 * (offset @ offset) + np.sum(rate * s2 - theta[p:-1])
        value += 30.0 * noise - 0.1 * theta[-1]
        gradient = np.concatenate([offset / SCALE_SD, rate * s2 - 1.0, [30.0 * noise - 0.1]])
        return float(value), gradient


def unpack(theta: Array, n_scales: int) -> tuple[Array, Array, float]:
    """Length-scales, variances and noise variance of a theta.

    Examples
    --------
    >>> import numpy as np
    >>> scales, s2, noise = unpack(np.log([0.5, 0.25, 2.0, 0.01]), 2)
    >>> scales, s2, round(noise, 6)
    (array([0.5 , 0.25]), array([2.]), 0.01)
    """
    values = np.exp(theta)
    return values[:n_scales], values[n_scales:-1], float(values[-1])


def negative_log_likelihood(
    theta: Array, kernel: TreeKernel, points: Points, y: Array, extra: Array | float = 0.0
) -> tuple[float, Array]:
    """Negative log marginal likelihood, without penalties, and its gradient.

    Parameters
    ----------
    theta : ndarray of shape (p + q + 1,)
        Logarithms of the hyper-parameters.
    kernel : TreeKernel
        The kernel.
    points : Points
        n points.
    y : ndarray of shape (n,)
        Values; the mean is zero.
    extra : ndarray of shape (n,) or float, default=0.0
        Known noise variances, added to v.

    Returns
    -------
    value : float
        The NLL.
    gradient : ndarray of shape (p + q + 1,)
        Its gradient with respect to theta.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the covariance is not positive definite even with jitter.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates.kernels import Term
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> points = Points(np.array([[-0.5], [0.5]]), np.ones((2, 0), dtype=bool))
    >>> value, gradient = negative_log_likelihood(np.zeros(3), kernel, points, np.array([-1.0, 1]))
    >>> round(value, 4), gradient.round(4)
    (3.173, array([0.1835, 0.2447, 0.0778]))
    """
    scales, s2, noise = unpack(theta, kernel.n_scales)
    n, p = len(y), kernel.n_scales
    blocks = list(kernel.blocks(points, points, scales, s2))
    C = assemble(blocks, n, n)
    C.flat[:: n + 1] += noise + extra
    L = cholesky(C)
    alpha = solve(L, y)
    value = 0.5 * (y @ alpha) + np.log(np.diag(L)).sum() + 0.5 * n * LOG_2PI

    W = inverse(L)
    W -= np.multiply.outer(alpha, alpha)
    gradient = np.zeros_like(theta)
    for block in blocks:
        covered = part(W, block)
        columns = block.term.columns
        of = kernel.scale_of[columns]
        squares = scale_gradient(block, covered * block.dk, points.Z)
        np.subtract.at(gradient, of, squares / scales[of] ** 2)
        gradient[p + block.term.amplitude] += 0.5 * np.vdot(covered, block.k)
    gradient[-1] = 0.5 * noise * np.trace(W)
    return float(value), gradient


def penalised(
    theta: Array,
    kernel: TreeKernel,
    points: Points,
    y: Array,
    *,
    dimension: float,
    extra: Array | float = 0.0,
) -> tuple[float, Array]:
    """Negative log likelihood with the penalties added, and its gradient: what a fit minimises.

    Kernels of one tree have the same hyper-parameters and penalties, so that their values can be
    compared. The arguments are those of `negative_log_likelihood` and `fit_hyperparameters`.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates.kernels import Term
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> points = Points(np.array([[-0.5], [0.5]]), np.ones((2, 0), dtype=bool))
    >>> y = np.array([-1.0, 1])
    >>> round(penalised(np.log([0.5, 1, 0.1]), kernel, points, y, dimension=1)[0], 4)
    6.3457
    """
    penalty = Penalty(kernel.n_scales, kernel.n_amplitudes, dimension)
    value, gradient = negative_log_likelihood(theta, kernel, points, y, extra)
    penalty_value, penalty_gradient = penalty.value(theta)
    return value + penalty_value, gradient + penalty_gradient


def fit_hyperparameters(
    kernel: TreeKernel,
    points: Points,
    y: Array,
    *,
    dimension: float,
    starts: list[Array] | None = None,
    extra: Array | float = 0.0,
) -> Array:
    """Hyper-parameters of the largest penalised likelihood, by L-BFGS-B.

    Parameters
    ----------
    kernel : TreeKernel
        The kernel.
    points : Points
        n points.
    y : ndarray of shape (n,)
        Standardised values.
    dimension : float
        Mean number of active parameters d, which the penalties need.
    starts : list of ndarray or None, default=None
        Values of theta to start from, the best end is kept; None: the cold start.
    extra : ndarray of shape (n,) or float, default=0.0
        Known noise variances.

    Returns
    -------
    ndarray of shape (p + q + 1,)
        Theta; the first start if no likelihood could be computed.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates.kernels import Term
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> points = Points(np.linspace(-0.5, 0.5, 9)[:, None], np.ones((9, 0), dtype=bool))
    >>> theta = fit_hyperparameters(kernel, points, np.sin(6 * points.Z[:, 0]), dimension=1)
    >>> bool(0.2 < np.exp(theta[0]) < 2.0)
    True
    """
    penalty = Penalty(kernel.n_scales, kernel.n_amplitudes, dimension)
    starts = starts if starts else [penalty.start()]

    def objective(theta: Array) -> tuple[float, Array]:
        return penalised(theta, kernel, points, y, dimension=dimension, extra=extra)

    best, best_value = starts[0], np.inf
    for start in starts:
        try:
            found = minimize(
                objective,
                start,
                jac=True,
                method="L-BFGS-B",
                bounds=Bounds(*penalty.box().T),
                options={"ftol": 1e-6, "gtol": 1e-2, "maxiter": MAX_ITERATIONS},
            )
        except np.linalg.LinAlgError:
            continue
        if np.isfinite(found.fun) and found.fun < best_value:
            best, best_value = np.asarray(found.x), float(found.fun)
    return best
