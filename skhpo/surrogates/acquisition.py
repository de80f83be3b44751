"""What makes a point worth evaluating: acquisition functions, and the log of feasibility.

    EI(x) = s h(z),  z = (best - μ)/s,  h(z) = φ(z) + z Φ(z)
    PI(x) = Φ(z)
    UCB(x) = -(μ - κ s): the confidence bound of what is to be minimised, made to be maximised

The logarithms of EI and PI neither vanish nor flatten where these underflow, so that gradients
lead somewhere from every start; both have their maximum where EI and PI have it.

References
----------
Ament, Daulton, Eriksson, Balandat & Bakshy (2023), Unexpected improvements to expected
improvement for Bayesian optimization, arXiv 2310.20708.
Kushner (1964), A new method of locating the maximum point of an arbitrary multipeak curve in the
presence of noise, Journal of Basic Engineering 86, for the probability of improvement.
Srinivas, Krause, Kakade & Seeger (2010), Gaussian process optimization in the bandit setting,
ICML, for the confidence bound.
Gelbart, Snoek & Adams (2014), Bayesian optimization with unknown constraints, for the product
with the probability of feasibility.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx, log_ndtr, ndtr

from skhpo.surrogates.gp import Posterior
from skhpo.surrogates.kernels import Points

Array = NDArray[np.float64]
Rule = Callable[[Array, Array, Any], tuple[Array, Array, Array]]  # the best: one, or one each

LOG_2PI = float(np.log(2.0 * np.pi))
SERIES_BELOW = -1e3  # 1 + sqrt(π/2) z erfcx(-z/√2) = 1/z² + O(1/z⁴) cancels below
MARGIN = 0.01  # by which PI wants to improve, in standard deviations of the losses
KAPPA = 1.96  # standard deviations of the confidence bound
LABEL_SLOPE = 3.0  # a label ±1 is a probability Φ(±3): avoided, never quite excluded


def log_h(z: Array) -> Array:
    """Logarithm of h(z) = φ(z) + z Φ(z), accurate for any z.

    Parameters
    ----------
    z : ndarray
        Standardised improvements.

    Returns
    -------
    ndarray
        log h(z), shape of ``z``.

    Examples
    --------
    >>> import numpy as np
    >>> log_h(np.array([0.0, -30.0])).round(6)
    array([  -0.918939, -457.724654])
    """
    out = np.empty_like(z)
    near = z > -1.0
    a = z[near]
    out[near] = np.log(np.exp(-0.5 * a * a - 0.5 * LOG_2PI) + a * ndtr(a))
    b = z[~near]
    inner = np.maximum(b, SERIES_BELOW)
    ratio = np.log1p(np.sqrt(np.pi / 2.0) * inner * erfcx(-inner / np.sqrt(2.0)))
    tail = np.where(b < SERIES_BELOW, -2.0 * np.log(-b), ratio)
    out[~near] = tail - 0.5 * b * b - 0.5 * LOG_2PI
    return out


def log_expected_improvement(mean: Array, var: Array, best: float) -> tuple[Array, Array, Array]:
    """Logarithm of expected improvement below ``best`` and its derivatives.

    Parameters
    ----------
    mean : ndarray of shape (m,)
        Posterior means.
    var : ndarray of shape (m,)
        Posterior variances, positive.
    best : float
        The value to improve upon.

    Returns
    -------
    value : ndarray of shape (m,)
        log h(z) + log s.
    d_mean : ndarray of shape (m,)
        -(Φ/h)/s.
    d_var : ndarray of shape (m,)
        (φ/h)/(2 s²), with φ/h = 1 - zΦ/h.

    Examples
    --------
    >>> import numpy as np
    >>> value, d_mean, d_var = log_expected_improvement(np.zeros(1), np.ones(1), 0.0)
    >>> value.round(4), d_mean.round(4), d_var.round(4)
    (array([-0.9189]), array([-1.2533]), array([0.5]))
    """
    s = np.sqrt(var)
    z = (best - mean) / s
    h = log_h(z)
    d_mean = -np.exp(log_ndtr(z) - h) / s
    d_var = 0.5 * np.exp(-0.5 * (z * z + LOG_2PI) - h) / var
    return h + np.log(s), d_mean, d_var


def log_probability_of_improvement(
    mean: Array, var: Array, best: float
) -> tuple[Array, Array, Array]:
    """Logarithm of the probability of falling below ``best`` by a margin, and its derivatives.

    Parameters
    ----------
    mean : ndarray of shape (m,)
        Posterior means.
    var : ndarray of shape (m,)
        Posterior variances, positive.
    best : float
        The value to improve upon.

    Returns
    -------
    value : ndarray of shape (m,)
        log Φ(z), z = (best - 0.01 - μ)/s.
    d_mean, d_var : ndarray of shape (m,)
        Its derivatives.

    Examples
    --------
    >>> import numpy as np
    >>> value, *_ = log_probability_of_improvement(np.zeros(1), np.ones(1), 0.01)
    >>> np.exp(value)
    array([0.5])
    """
    s = np.sqrt(var)
    z = (best - MARGIN - mean) / s
    value = log_ndtr(z)
    slope = np.exp(-0.5 * (z * z + LOG_2PI) - value)  # φ/Φ
    return value, -slope / s, -0.5 * slope * z / var


def confidence_bound(
    mean: Array,
    var: Array,
    best: float,  # noqa: ARG001 (what every rule is given)
) -> tuple[Array, Array, Array]:
    """Upper confidence bound of the score: minus the lower one of the loss; its derivatives.

    Parameters
    ----------
    mean : ndarray of shape (m,)
        Posterior means.
    var : ndarray of shape (m,)
        Posterior variances, positive.
    best : float
        Not used.

    Returns
    -------
    value : ndarray of shape (m,)
        1.96 s - μ.
    d_mean, d_var : ndarray of shape (m,)
        Its derivatives.

    Examples
    --------
    >>> import numpy as np
    >>> confidence_bound(np.array([1.0]), np.array([4.0]), 0.0)[0]
    array([2.92])
    """
    s = np.sqrt(var)
    return KAPPA * s - mean, np.full_like(mean, -1.0), 0.5 * KAPPA / s


RULES: dict[str, Rule] = {
    "log_ei": log_expected_improvement,
    "log_pi": log_probability_of_improvement,
    "ucb": confidence_bound,
}
Name = Literal["log_ei", "log_pi", "ei", "pi", "ucb", "thompson", "portfolio"]
ACQUISITIONS: dict[str, tuple[str, ...]] = {  # the rules that are followed in turn
    "log_ei": ("log_ei",),
    "log_pi": ("log_pi",),
    "ei": ("log_ei",),  # computed by their logarithms, which have the same maxima
    "pi": ("log_pi",),
    "ucb": ("ucb",),
    "thompson": ("thompson",),
    "portfolio": ("log_ei", "ucb", "thompson"),
}


def log_feasibility(mean: Array) -> tuple[Array, Array]:
    """Logarithm of the probability of success and its derivative.

    A Gaussian process on labels +1 (evaluated) and -1 (failed) is squashed by a probit of its
    mean, p = Φ(3 μ), so p = 1/2 where nothing is known. Its variance is left out on purpose: it
    draws p back to 1/2 on the far side of a boundary, where a falling loss promises most and
    every evaluation fails.

    Parameters
    ----------
    mean : ndarray of shape (m,)
        Posterior means of the labels.

    Returns
    -------
    value : ndarray of shape (m,)
        log p.
    d_mean : ndarray of shape (m,)
        Derivatives with respect to ``mean``.

    Examples
    --------
    >>> import numpy as np
    >>> value, _ = log_feasibility(np.array([-1.0, 0.0, 1.0]))
    >>> np.exp(value).round(3)
    array([0.001, 0.5  , 0.999])
    """
    w = LABEL_SLOPE * mean
    value = log_ndtr(w)
    return value, LABEL_SLOPE * np.exp(-0.5 * (w * w + LOG_2PI) - value)


class Factor(Protocol):
    """The logarithm of what an acquisition is multiplied by."""

    def value(self, at: Points) -> Array:
        """Return it at m points, shape (m,)."""

    def value_and_gradient(self, at: Points) -> tuple[Array, Array]:
        """Return it, shape (m,), and its gradient in the columns, shape (m, D)."""


@dataclass(frozen=True, eq=False)
class Feasibility:
    """Log probability that an evaluation succeeds.

    Parameters
    ----------
    labels : Posterior
        Model of success (+1) and failure (-1).

    See Also
    --------
    log_feasibility : The formula.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates.gp import condition
    >>> from skhpo.surrogates.kernels import Term, TreeKernel
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> X = Points(np.array([[-0.5], [0.5]]), np.ones((2, 0), dtype=bool))
    >>> labels = condition(kernel, X, np.array([-1.0, 1.0]), np.log([0.5, 1.0, 1e-6]))
    >>> np.exp(Feasibility(labels).value(X)).round(3)
    array([0.001, 0.999])
    """

    labels: Posterior

    def value(self, at: Points) -> Array:
        """Return it at m points, shape (m,)."""
        return log_feasibility(self.labels.predict(at).mean)[0]

    def value_and_gradient(self, at: Points) -> tuple[Array, Array]:
        """Return it, shape (m,), and its gradient in the columns, shape (m, D)."""
        p = self.labels.predict(at)
        value, slope = log_feasibility(p.mean)
        return value, p.gradient(slope, np.zeros_like(slope))


@dataclass(frozen=True, eq=False)
class Acquisition:
    """What a search for the next point maximises: a rule, plus the logarithms of factors.

    Parameters
    ----------
    losses : Posterior
        Model of the losses.
    factors : sequence of Factor, default=()
        What the rule is multiplied by, such as the probability of success.
    rule : {"log_ei", "log_pi", "ucb"}, default="log_ei"
        Logarithm of the expected improvement, or of its probability, or the confidence bound.
    among : ndarray of bool of shape (n,) or None, default=None
        The data whose smallest posterior mean is to be improved upon; None: all. Where there
        are none of them it is zero, the mean of the losses.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates.gp import condition
    >>> from skhpo.surrogates.kernels import Term, TreeKernel
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> X = Points(np.array([[-0.5], [0.5]]), np.ones((2, 0), dtype=bool))
    >>> model = condition(kernel, X, np.array([-1.0, 1.0]), np.log([0.5, 1.0, 1e-6]))
    >>> at = Points(np.array([[-0.2], [0.2]]), np.ones((2, 0), dtype=bool))
    >>> left, right = Acquisition(model).value(at)
    >>> bool(left > right)
    True
    """

    losses: Posterior
    factors: Sequence[Factor] = ()
    rule: str = "log_ei"
    among: NDArray[np.bool_] | None = None

    @cached_property
    def best(self) -> float:
        """What is to be improved upon."""
        if self.among is None:
            return self.losses.incumbent()
        if not self.among.any():
            return 0.0
        return float(self.losses.fitted()[self.among].min())

    def value(self, at: Points) -> Array:
        """Return the acquisition at m points, shape (m,)."""
        p = self.losses.predict(at)
        value, _, _ = RULES[self.rule](p.mean, p.var, self.best)
        return np.asarray(value + sum(factor.value(at) for factor in self.factors))

    def value_and_gradient(self, at: Points) -> tuple[Array, Array]:
        """Return the acquisition, shape (m,), and its gradient in the columns, shape (m, D)."""
        p = self.losses.predict(at)
        value, *slopes = RULES[self.rule](p.mean, p.var, self.best)
        gradient = p.gradient(*slopes)
        for factor in self.factors:
            more, slope = factor.value_and_gradient(at)
            value, gradient = value + more, gradient + slope
        return value, gradient
