"""What an evaluation will take, as a factor of the acquisition.

Notation
--------
c(x)        seconds of an evaluation; log c is modelled by a Gaussian process: μ, s²
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

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from skhpo.surrogates.gp import Posterior
from skhpo.surrogates.kernels import Points
from skhpo.surrogates.likelihood import unpack

Array = NDArray[np.float64]

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
