"""What points under way mean for the next one, besides believing what the model predicts.

Notation
--------
x_j         a point under way, with posterior mean μ_j and standard deviation s_j
f_1 .. f_S  draws of the losses at all points under way, from their joint posterior
M           the smallest posterior mean, an estimate of the minimum
L           the largest slope of the posterior mean, an estimate of the Lipschitz constant

    fantasies        log (1/S) Σ_s acquisition(x | y, f_s)
    penalty          Σ_j log Φ((L |x - x_j| - (μ_j - M)) / s_j)

A penalty is the probability that x lies outside the ball around x_j in which, by its slope, the
loss cannot reach M. Distances are in length-scales.

References
----------
Snoek, Larochelle & Adams (2012), Practical Bayesian Optimization of Machine Learning Algorithms,
NeurIPS 25, section 3.3 (fantasies).
González, Dai, Hennig & Lawrence (2016), Batch Bayesian Optimization via Local Penalization,
AISTATS, equations 6 to 8.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, logsumexp, softmax

from skhpo.surrogates.acquisition import RULES, Factor
from skhpo.surrogates.gp import Posterior
from skhpo.surrogates.kernels import Points, squared_distances

Array = NDArray[np.float64]

N_FANTASIES = 32
MIN_DISTANCE = 1e-9  # of a point from itself, in length-scales, so that slopes are finite
LOG_2PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True, eq=False)
class Fantasies:
    """The mean of an acquisition over what the points under way may come to.

    Parameters
    ----------
    believed : Posterior
        Model of the losses, the points under way appended.
    values : ndarray of shape (n, S)
        The losses, for each draw.
    factors : sequence of Factor, default=()
        What the rule is multiplied by.
    rule : {"log_ei", "log_pi"}, default="log_ei"
        Logarithm of the expected improvement, or of its probability.
    among : ndarray of bool of shape (n,) or None, default=None
        The data whose smallest posterior mean is to be improved upon; None: all.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates.gp import condition
    >>> from skhpo.surrogates.kernels import Term, TreeKernel
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> X = Points(np.array([[-0.5], [0.5]]), np.ones((2, 0), dtype=bool))
    >>> model = condition(kernel, X, np.array([-1.0, 1.0]), np.log([0.3, 1.0, 1e-6]))
    >>> at = Points(np.array([[-0.3]]), np.ones((1, 0), dtype=bool))
    >>> fantasies = Fantasies.of(model, at, np.random.default_rng(0))
    >>> under_way, elsewhere = fantasies.value(
    ...     Points(np.array([[-0.3], [-0.1]]), np.ones((2, 0), dtype=bool))
    ... )
    >>> bool(under_way < elsewhere)
    True
    """

    believed: Posterior
    values: Array
    factors: Sequence[Factor] = ()
    rule: str = "log_ei"
    among: NDArray[np.bool_] | None = None

    @classmethod
    def of(
        cls,
        losses: Posterior,
        under_way: Points,
        rng: np.random.Generator,
        *,
        factors: Sequence[Factor] = (),
        rule: str = "log_ei",
        among: NDArray[np.bool_] | None = None,
    ) -> "Fantasies":
        """Draw what points under way may come to."""
        believed = losses.append(under_way)
        drawn = losses.sample(under_way, rng, N_FANTASIES)
        values = np.concatenate([np.repeat(losses.y[:, None], N_FANTASIES, axis=1), drawn])
        return cls(believed, values, factors, rule, among)

    @cached_property
    def _roots(self) -> Array:
        return np.asarray(self.believed.L_inv @ self.values)

    @cached_property
    def _alphas(self) -> Array:
        return np.asarray(self.believed.L_inv.T @ self._roots)

    @cached_property
    def best(self) -> Array:
        """What is to be improved upon, for each draw."""
        fitted = self.values - self.believed.noise[:, None] * self._alphas
        if self.among is None:
            return np.asarray(fitted.min(axis=0))
        if not self.among.any():
            return np.zeros(fitted.shape[1])
        return np.asarray(fitted[self.among].min(axis=0))

    def value(self, at: Points) -> Array:
        """Return the acquisition at m points, shape (m,)."""
        p = self.believed.predict(at)
        value = self._mean_of(p.V.T @ self._roots, p.var)[0]
        return np.asarray(value + sum(factor.value(at) for factor in self.factors))

    def value_and_gradient(self, at: Points) -> tuple[Array, Array]:
        """Return the acquisition, shape (m,), and its gradient in the columns, shape (m, D)."""
        p = self.believed.predict(at)
        value, d_mean, d_var = self._mean_of(p.V.T @ self._roots, p.var)
        gradient = p.gradient(d_mean, d_var, self._alphas)
        for factor in self.factors:
            more, slope = factor.value_and_gradient(at)
            value, gradient = value + more, gradient + slope
        return value, gradient

    def _mean_of(self, means: Array, var: Array) -> tuple[Array, Array, Array]:
        """Return log mean exp of the rule, shape (m,), and its derivatives."""
        m, n = means.shape
        flat = RULES[self.rule](means.ravel(), np.repeat(var, n), np.tile(self.best, m))
        values, d_means, d_vars = (part.reshape(m, n) for part in flat)
        shares = softmax(values, axis=1)
        value = logsumexp(values, axis=1) - np.log(n)
        return value, shares * d_means, (shares * d_vars).sum(axis=1)


@dataclass(frozen=True, eq=False)
class LocalPenalty:
    """Log probability to be far enough from points under way.

    Parameters
    ----------
    under_way : Points
        k points.
    gaps : ndarray of shape (k,)
        μ_j - M.
    sds : ndarray of shape (k,)
        s_j.
    slope : float
        L, per length-scale.
    per_column : ndarray of shape (D,)
        1/l² of each column.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates.gp import condition
    >>> from skhpo.surrogates.kernels import Term, TreeKernel
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> X = Points(np.array([[-0.5], [0.5]]), np.ones((2, 0), dtype=bool))
    >>> model = condition(kernel, X, np.array([-1.0, 1.0]), np.log([0.3, 1.0, 1e-6]))
    >>> at = Points(np.array([[-0.3]]), np.ones((1, 0), dtype=bool))
    >>> penalty = LocalPenalty.of(model, at, X)
    >>> near, far = penalty.value(Points(np.array([[-0.29], [0.5]]), np.ones((2, 0), dtype=bool)))
    >>> bool(near < far)
    True
    """

    under_way: Points
    gaps: Array
    sds: Array
    slope: float
    per_column: Array

    @classmethod
    def of(cls, losses: Posterior, under_way: Points, pool: Points) -> "LocalPenalty":
        """Estimate L over a pool of points, and take M from the data."""
        at, p = losses.predict(under_way), losses.predict(pool)
        gradient = p.gradient(np.ones(len(p.mean)), np.zeros(len(p.mean)))
        slopes = np.sqrt(gradient**2 @ (1.0 / losses.per_column))
        return cls(
            under_way,
            at.mean - losses.incumbent(),
            np.sqrt(at.var),
            float(slopes.max()),
            losses.per_column,
        )

    def value(self, at: Points) -> Array:
        """Return it at m points, shape (m,)."""
        return np.asarray(log_ndtr(self._z(self._distances(at))).sum(axis=1))

    def value_and_gradient(self, at: Points) -> tuple[Array, Array]:
        """Return it, shape (m,), and its gradient in the columns, shape (m, D)."""
        r = self._distances(at)
        z = self._z(r)
        logs = log_ndtr(z)
        weights = np.exp(-0.5 * (z * z + LOG_2PI) - logs) * self.slope / self.sds / r
        towards = weights.sum(axis=1)[:, None] * at.Z - weights @ self.under_way.Z
        return np.asarray(logs.sum(axis=1)), towards * self.per_column

    def _distances(self, at: Points) -> Array:
        root = np.sqrt(self.per_column)
        r2 = squared_distances(at.Z * root, self.under_way.Z * root)
        return np.maximum(np.sqrt(r2), MIN_DISTANCE)

    def _z(self, r: Array) -> Array:
        return np.asarray((self.slope * r - self.gaps) / self.sds)
