"""The posterior of a Gaussian process with zero mean.

Notation
--------
C = K + diag(v + extra) = LL',  α = C⁻¹y,  k = k(x, X),  V = L⁻¹k'

    μ(x)   = kα                      dμ   = Σ_i α_i dk_i
    var(x) = k(x, x) - |V|²          dvar = dk(x, x) - 2 Σ_i (C⁻¹k)_i dk_i

The gradient of any function of μ and var is then one weighted sum of dk, with weights
f_μ α_i - 2 f_var (C⁻¹k)_i, plus f_var dk(x, x), which is zero for stationary kernels: see
:meth:`Prediction.gradient`.

References
----------
Rasmussen & Williams (2006), Gaussian Processes for Machine Learning, algorithm 2.1 and
equations 5.10 to 5.12 (leave-one-out).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates.gradients import input_gradient
from skhpo.surrogates.kernels import Block, Points, TreeKernel, assemble
from skhpo.surrogates.likelihood import fit_hyperparameters, unpack
from skhpo.surrogates.linalg import cholesky, triangular_inverse, triangular_product

Array = NDArray[np.float64]

JITTER = 1e-8  # added to a covariance that is to be factored
MIN_VARIANCE = 1e-12  # rounding leaves variances of this order at points without noise


@dataclass(frozen=True, eq=False)
class Prediction:
    """Posterior mean and variance at m points, ready to be differentiated.

    Parameters
    ----------
    posterior : Posterior
        What predicts.
    at : Points
        The m points.
    mean : ndarray of shape (m,)
        Posterior means.
    var : ndarray of shape (m,)
        Posterior variances of the noise-free function, at least 1e-12.
    blocks : list of Block
        The kernel between the points and the data.
    V : ndarray of shape (n, m)
        L⁻¹ k'.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates.kernels import Term
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> X = Points(np.array([[-0.5], [0.5]]), np.ones((2, 0), dtype=bool))
    >>> posterior = condition(kernel, X, np.array([-1.0, 1.0]), np.log([1.0, 1.0, 1e-6]))
    >>> middle = posterior.predict(Points(np.zeros((1, 1)), np.ones((1, 0), dtype=bool)))
    >>> slope = middle.gradient(d_mean=np.ones(1), d_var=np.zeros(1))
    >>> bool(abs(middle.mean[0]) < 1e-12), bool(slope[0, 0] > 1)
    (True, True)
    """

    posterior: "Posterior"
    at: Points
    mean: Array
    var: Array
    blocks: list[Block]
    V: Array

    def gradient(self, d_mean: Array, d_var: Array, alphas: Array | None = None) -> Array:
        """Gradient of f(mean, var) with respect to the columns of the points.

        Parameters
        ----------
        d_mean : ndarray of shape (m,) or (m, S)
            Partial derivatives of f with respect to the means.
        d_var : ndarray of shape (m,)
            Partial derivatives of f with respect to the variances.
        alphas : ndarray of shape (n, S) or None, default=None
            C⁻¹y of S vectors of values that have a mean each; None: that of the data alone.

        Returns
        -------
        ndarray of shape (m, D)
            The gradients, the activity of the points held fixed.
        """
        model = self.posterior
        weights = d_mean[:, None] * model.alpha if alphas is None else d_mean @ alphas.T
        weights -= (2.0 * d_var)[:, None] * (self.V.T @ model.L_inv)
        through = input_gradient(self.blocks, weights, self.at, model.points, model.per_column)
        scales, s2, _ = unpack(model.theta, model.kernel.n_scales)
        prior = model.kernel.diagonal_gradient(self.at, scales, s2)
        return np.asarray(through + d_var[:, None] * prior)


@dataclass(frozen=True, eq=False)
class Posterior:
    """A Gaussian process given data and hyper-parameters.

    Parameters
    ----------
    kernel : TreeKernel
        The kernel.
    theta : ndarray of shape (p + q + 1,)
        Logarithms of length-scales, variances and noise variance.
    points : Points
        n points.
    y : ndarray of shape (n,)
        Their values.
    noise : ndarray of shape (n,)
        Their noise variances v + extra.
    L_inv : ndarray of shape (n, n)
        Inverse of the lower Cholesky factor.
    alpha : ndarray of shape (n,)
        C⁻¹ y.

    See Also
    --------
    condition : Builds one from data and hyper-parameters.
    fit : Builds one from data.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates.kernels import Term
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> X = Points(np.array([[-0.5], [0.5]]), np.ones((2, 0), dtype=bool))
    >>> posterior = condition(kernel, X, np.array([-1.0, 1.0]), np.log([1.0, 1.0, 1e-6]))
    >>> posterior.predict(X).mean.round(3)
    array([-1.,  1.])
    >>> round(posterior.incumbent(), 3)
    -1.0
    """

    kernel: TreeKernel
    theta: Array
    points: Points
    y: Array
    noise: Array
    L_inv: Array
    alpha: Array

    @property
    def per_column(self) -> Array:
        """1/l² of each column, shape (D,)."""
        scales, _, _ = unpack(self.theta, self.kernel.n_scales)
        return np.asarray(1.0 / scales[self.kernel.scale_of] ** 2)

    def predict(self, at: Points) -> Prediction:
        """Posterior mean and variance of the noise-free function at m points."""
        scales, s2, _ = unpack(self.theta, self.kernel.n_scales)
        blocks = list(self.kernel.blocks(at, self.points, scales, s2))
        K = assemble(blocks, len(at.Z), len(self.y))
        V = triangular_product(self.L_inv, K.T)
        var = self.kernel.diagonal(at, scales, s2) - np.einsum("ij,ij->j", V, V)
        return Prediction(self, at, K @ self.alpha, np.maximum(var, MIN_VARIANCE), blocks, V)

    def sample(self, at: Points, rng: np.random.Generator, n: int = 1) -> Array:
        """Draw the noise-free function at m points, jointly, n times.

        Parameters
        ----------
        at : Points
            The m points.
        rng : numpy.random.Generator
            Random numbers.
        n : int, default=1
            Number of draws.

        Returns
        -------
        ndarray of shape (m, n)
            Draws from the posterior (Rasmussen & Williams, equation 2.24).
        """
        scales, s2, _ = unpack(self.theta, self.kernel.n_scales)
        p = self.predict(at)
        cov = self.kernel.matrix(at, at, scales, s2) - p.V.T @ p.V
        cov[np.diag_indices_from(cov)] += JITTER
        white = rng.standard_normal((len(p.mean), n))
        return np.asarray(p.mean[:, None] + cholesky(cov) @ white)

    def fitted(self) -> Array:
        """Posterior means at the data, y_i - (v + extra_i) α_i, shape (n,)."""
        return np.asarray(self.y - self.noise * self.alpha)

    def incumbent(self) -> float:
        """Smallest posterior mean over the data: unlike min y it does not reward luck."""
        return float(self.fitted().min())

    def leave_one_out(self) -> tuple[Array, Array]:
        """Predict each value from all others, in closed form.

        Returns
        -------
        mean : ndarray of shape (n,)
            y_i - α_i / (C⁻¹)_ii.
        var : ndarray of shape (n,)
            1 / (C⁻¹)_ii, noise included.
        """
        precision = np.einsum("ij,ij->j", self.L_inv, self.L_inv)
        return self.y - self.alpha / precision, 1.0 / precision

    def gain(self) -> float:
        """Return by how much it predicts better than a constant, each value from all others.

        Returns
        -------
        float
            Sum of the log densities of :meth:`leave_one_out`, less that of normal densities with
            the mean and the variance of the other values; NaN with fewer than 3 of them. Not
            above 0: what was learned is worth nothing.
        """
        n = len(self.y)
        if n < 3:
            return float("nan")
        others = (self.y.sum() - self.y) / (n - 1)
        spread = (self.y @ self.y - self.y**2 - (n - 1) * others**2) / (n - 2)
        mean, var = self.leave_one_out()
        model = _log_normal(self.y, mean, var)
        return float(np.sum(model - _log_normal(self.y, others, spread * n / (n - 1))))

    def with_values(self, y: Array) -> "Posterior":
        """Return the model of other values at the same points, at O(n²)."""
        return replace(self, y=y, alpha=self.L_inv.T @ (self.L_inv @ y))

    def append(
        self, at: Points, values: Array | None = None, extra: Array | float = 0.0
    ) -> "Posterior":
        """Add points, hyper-parameters held fixed, at O(n²) each.

        With B = L⁻¹k(X, at) and SS' = k(at, at) + noise - B'B, the factor of the larger matrix
        is [[L, 0], [B', S]], and its inverse [[L⁻¹, 0], [-S⁻¹B'L⁻¹, S⁻¹]].

        Parameters
        ----------
        at : Points
            m points.
        values : ndarray of shape (m,) or None, default=None
            Their values; None: what the model predicts ("kriging believer", Ginsbourger, Le
            Riche & Carraro 2010), which lowers the variance around points that are under way.
        extra : ndarray of shape (m,) or float, default=0.0
            Known noise variances of the values.

        Returns
        -------
        Posterior
            The larger model; this one is left as it is.

        Raises
        ------
        numpy.linalg.LinAlgError
            If the covariance is not positive definite even with jitter.
        """
        n, m = len(self.y), len(at.Z)
        if not m:
            return self
        scales, s2, v = unpack(self.theta, self.kernel.n_scales)
        noise = np.broadcast_to(v + np.asarray(extra, dtype=np.float64), (m,))
        prediction = self.predict(at)
        C = self.kernel.matrix(at, at, scales, s2) - prediction.V.T @ prediction.V
        C.flat[:: m + 1] += noise
        S_inv = triangular_inverse(cholesky(C))
        L_inv = np.zeros((n + m, n + m), order="F")
        L_inv[:n, :n] = self.L_inv
        L_inv[n:, :n] = -S_inv @ (prediction.V.T @ self.L_inv)
        L_inv[n:, n:] = S_inv
        values = prediction.mean if values is None else values
        alpha = L_inv[n:].T @ (S_inv @ (values - prediction.mean))
        alpha[:n] += self.alpha
        return replace(
            self,
            points=Points(
                np.concatenate([self.points.Z, at.Z]),
                np.concatenate([self.points.active, at.active]),
            ),
            y=np.append(self.y, values),
            noise=np.append(self.noise, noise),
            L_inv=L_inv,
            alpha=alpha,
        )


def _log_normal(y: Array, mean: Array, var: Array) -> Array:
    return np.asarray(-0.5 * (np.log(2.0 * np.pi * var) + (y - mean) ** 2 / var))


def condition(
    kernel: TreeKernel, points: Points, y: Array, theta: Array, extra: Array | float = 0.0
) -> Posterior:
    """Posterior given hyper-parameters.

    Parameters
    ----------
    kernel : TreeKernel
        The kernel.
    points : Points
        n points.
    y : ndarray of shape (n,)
        Values.
    theta : ndarray of shape (p + q + 1,)
        Logarithms of length-scales, variances and noise variance.
    extra : ndarray of shape (n,) or float, default=0.0
        Known noise variances, added to v.

    Returns
    -------
    Posterior
        The posterior.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the covariance is not positive definite even with jitter.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates.kernels import Term
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> X = Points(np.array([[-0.5], [0.5]]), np.ones((2, 0), dtype=bool))
    >>> condition(kernel, X, np.array([-1.0, 1.0]), np.log([1.0, 1.0, 0.1])).fitted().round(2)
    array([-0.83,  0.83])
    """
    scales, s2, v = unpack(theta, kernel.n_scales)
    noise = np.broadcast_to(v + np.asarray(extra, dtype=np.float64), y.shape).copy()
    C = kernel.matrix(points, points, scales, s2)
    C.flat[:: len(y) + 1] += noise
    L_inv = triangular_inverse(cholesky(C))
    return Posterior(kernel, theta, points, y, noise, L_inv, L_inv.T @ (L_inv @ y))


def fit(
    kernel: TreeKernel,
    points: Points,
    y: Array,
    *,
    dimension: float,
    starts: list[Array] | None = None,
    extra: Array | float = 0.0,
) -> Posterior:
    """Posterior with the hyper-parameters of the largest penalised likelihood.

    Parameters
    ----------
    kernel : TreeKernel
        The kernel.
    points : Points
        n points.
    y : ndarray of shape (n,)
        Standardised values.
    dimension : float
        Mean number of active parameters.
    starts : list of ndarray or None, default=None
        Values of theta to start from; None: the cold start.
    extra : ndarray of shape (n,) or float, default=0.0
        Known noise variances.

    Returns
    -------
    Posterior
        The posterior; its ``theta`` is the warm start of the next fit.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the covariance is not positive definite even with jitter.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates.kernels import Term
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> X = Points(np.linspace(-0.5, 0.5, 9)[:, None], np.ones((9, 0), dtype=bool))
    >>> posterior = fit(kernel, X, np.sin(6 * X.Z[:, 0]), dimension=1)
    >>> bool(np.abs(posterior.fitted() - posterior.y).max() < 0.01)
    True
    """
    theta = fit_hyperparameters(kernel, points, y, dimension=dimension, starts=starts, extra=extra)
    return condition(kernel, points, y, theta, extra)
