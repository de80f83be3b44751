"""What an evaluation will take, as a factor of the acquisition.

Notation
--------
c(x)        seconds of an evaluation, and 1/500 of τ, which stands for all that goes with
            one; log c is modelled by a Gaussian process: μ, s²
τ, τ_k      seconds to spend on evaluations, and spent so far
α           max(0, 1 - τ_k / τ), the cooling

    log factor = -α μ(x) + log Φ((log limit - μ(x)) / s(x))

The first term makes expected improvement one per second while time is plentiful and lets it
become plain expected improvement as it runs out ("EI-cool"). The second is the probability that
the evaluation is done in time.

References
----------
Snoek, Larochelle & Adams (2012), Practical Bayesian Optimization of Machine Learning Algorithms,
NeurIPS 25, section 3.2 (expected improvement per second).
Lee, Perrone, Archambeau & Seeger (2020), Cost-aware Bayesian Optimization, arXiv:2003.10870,
equation 2 (cost cooling).
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from skhpo.surrogates.encoding import Encoding
from skhpo.surrogates.gp import Posterior
from skhpo.surrogates.kernels import Points
from skhpo.surrogates.likelihood import unpack
from skhpo.surrogates.process import Process, is_fit_due
from skhpo.surrogates.transform import standardise

Array = NDArray[np.float64]

MIN_COSTS = 3  # evaluations that a model needs
CHEAP = 1 / 500  # of the budget, that any evaluation takes: none is a bargain below that
GROWTH = 1.2  # of their number, until hyper-parameters are fitted again: seconds vary by decades
MIN_LEFT = 1e-3  # of the seconds to spend: when they are over, the cheapest may still be tried
LOG_2PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True, eq=False)
class Cost:
    """Log of the cooled price of an evaluation and of the probability that it ends in time.

    Parameters
    ----------
    logs : Posterior
        Model of the standardised logarithms of seconds.
    centre, spread : float
        What they were standardised by.
    cooling : float
        α, from 1 (improvement per second) to 0 (improvement).
    limit : float, default=inf
        Seconds that are left for an evaluation.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates.gp import condition
    >>> from skhpo.surrogates.kernels import Term, TreeKernel
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> X = Points(np.array([[-0.5], [0.5]]), np.ones((2, 0), dtype=bool))
    >>> logs = condition(kernel, X, np.array([-1.0, 1.0]), np.log([0.5, 1.0, 1e-6]))
    >>> cost = Cost(logs, centre=0.0, spread=np.log(10), cooling=1.0)
    >>> np.exp(cost.value(X)).round(3)
    array([10. ,  0.1])
    """

    logs: Posterior
    centre: float
    spread: float
    cooling: float
    limit: float = np.inf

    def value(self, at: Points) -> Array:
        """Return it at m points, shape (m,)."""
        p = self.logs.predict(at)
        return self._terms(p.mean, p.var)[0]

    def value_and_gradient(self, at: Points) -> tuple[Array, Array]:
        """Return it, shape (m,), and its gradient in the columns, shape (m, D)."""
        p = self.logs.predict(at)
        value, d_mean, d_var = self._terms(p.mean, p.var)
        return value, p.gradient(d_mean, d_var)

    def _terms(self, mean: Array, var: Array) -> tuple[Array, Array, Array]:
        value = -self.cooling * (self.centre + self.spread * mean)
        d_mean, d_var = np.full_like(mean, -self.cooling * self.spread), np.zeros_like(mean)
        if np.isinf(self.limit):
            return value, d_mean, d_var
        _, _, noise = unpack(self.logs.theta, self.logs.kernel.n_scales)
        s = self.spread * np.sqrt(var + noise)
        z = (np.log(self.limit) - self.centre - self.spread * mean) / s
        log_p = log_ndtr(z)
        slope = np.exp(-0.5 * (z * z + LOG_2PI) - log_p)  # φ/Φ
        d_mean -= slope * self.spread / s
        d_var -= slope * z * self.spread**2 / (2.0 * s * s)
        return value + log_p, d_mean, d_var


@dataclass(eq=False)
class CostModel:
    """The process of the logarithms of seconds, updated as evaluations end.

    Parameters
    ----------
    encoding : Encoding
        The space.
    dimension : float
        Mean number of active parameters.
    budget : float
        Seconds of evaluation to spend in all.
    share : float, default=1.0
        Share of what is left that one evaluation may take.

    Examples
    --------
    >>> import numpy as np
    >>> from types import SimpleNamespace as Column
    >>> encoding = Encoding.of([Column(kind="continuous", n_values=None, parents=())])
    >>> X = np.linspace(0, 1, 9)[:, None]
    >>> cost = CostModel(encoding, 1.0, budget=100.0).update(X, 1.0 + 4.0 * X[:, 0])
    >>> round(float(cost.cooling), 2), round(cost.limit)
    (0.73, 73)
    """

    encoding: Encoding
    dimension: float
    budget: float
    share: float = 1.0
    _n_fitted: int = field(default=0, init=False, repr=False)

    @cached_property
    def _process(self) -> Process:
        return Process(self.encoding.kernel, self.dimension)

    def update(self, X: Array, seconds: Array, spent: float | None = None) -> Cost | None:
        """Return what evaluations take.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Snapped points.
        seconds : ndarray of shape (n,)
            What their evaluations took, NaN where that is not known.
        spent : float or None, default=None
            Seconds of evaluation so far, of the same points with more of a resource too; None
            for the sum of ``seconds``.

        Returns
        -------
        Cost or None
            None where less than three are known, or all are equal.

        Raises
        ------
        numpy.linalg.LinAlgError
            If the covariance is not positive definite even with jitter.
        """
        known = np.isfinite(seconds) & (seconds > 0)
        cheap = CHEAP * self.budget
        logs = np.log(seconds[known] + cheap)
        standard = standardise(logs)
        if known.sum() < MIN_COSTS or standard is None:
            return None
        fits = is_fit_due(len(logs), self._n_fitted) and len(logs) >= GROWTH * self._n_fitted
        if fits:
            self._n_fitted = len(logs)
        points = self.encoding.points(X[known])
        posterior = self._process.update(points, standard, np.zeros(len(logs)), fits=fits)
        spent = float(seconds[known].sum()) if spent is None else spent
        left = max(self.budget - spent, MIN_LEFT * self.budget)
        return Cost(
            posterior,
            float(logs.mean()),
            float(logs.std()),
            cooling=left / self.budget,
            limit=left * self.share + cheap,
        )
