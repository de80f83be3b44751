"""A Gaussian process whose data grow: when it is fitted anew, and what is kept in between.

Up to ``FIT_ALWAYS`` values every update fits the hyper-parameters, from the last ones and, each
eighth time, from a cold start as well. Beyond, a fit is due once in n/100 values, and looks at no
more than ``MAX_FITTED`` of the points: the third with the smallest values, and a random part of
the others. In between the points that are new are appended to the factor, at O(n²) each.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates.gp import Posterior, condition
from skhpo.surrogates.kernels import Points, TreeKernel
from skhpo.surrogates.likelihood import Penalty, fit_hyperparameters, unpack

Array = NDArray[np.float64]

COLD_EVERY = 8  # fits; between them the last hyper-parameters are the only start
FIT_ALWAYS = 300  # values up to which each update fits the hyper-parameters
MAX_FITTED = 300  # points by which hyper-parameters are fitted


@dataclass(eq=False)
class Process:
    """A Gaussian process that is updated as values come in.

    Parameters
    ----------
    kernel : TreeKernel
        The kernel.
    dimension : float
        Mean number of active parameters, which the penalties need.

    Attributes
    ----------
    posterior : Posterior or None
        The model of the last update.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates.kernels import Term
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> points = Points(np.linspace(-0.5, 0.5, 9)[:, None], np.ones((9, 0), dtype=bool))
    >>> y = np.sin(6 * points.Z[:, 0])
    >>> process = Process(kernel, dimension=1)
    >>> first = process.update(points.take(np.arange(8)), y[:8], np.zeros(8))
    >>> grown = process.update(points, y, np.zeros(9), fits=False)
    >>> bool(np.all(grown.theta == first.theta)), len(grown.y)
    (True, 9)
    """

    kernel: TreeKernel
    dimension: float
    posterior: Posterior | None = field(default=None, init=False)
    _n_fits: int = field(default=0, init=False, repr=False)

    def update(self, points: Points, y: Array, noise: Array, *, fits: bool = True) -> Posterior:
        """Return the posterior of these data.

        Parameters
        ----------
        points : Points
            n points; those that the last update had come first, or all work is done anew.
        y : ndarray of shape (n,)
            Their values.
        noise : ndarray of shape (n,)
            Known variances of their noise.
        fits : bool, default=True
            Whether hyper-parameters are fitted; the first time they are in any case.

        Returns
        -------
        Posterior
            The posterior.

        Raises
        ------
        numpy.linalg.LinAlgError
            If the covariance is not positive definite even with jitter.
        """
        last = self.posterior
        if last is None or fits:
            theta = self._fitted(points, y, noise)
            self.posterior = condition(self.kernel, points, y, theta, noise)
        elif _starts_with(points, noise, last):
            new = np.arange(len(last.y), len(y))
            grown = last.append(points.take(new), y[new], noise[new])
            self.posterior = grown.with_values(y)
        else:
            self.posterior = condition(self.kernel, points, y, last.theta, noise)
        return self.posterior

    def _fitted(self, points: Points, y: Array, noise: Array) -> Array:
        starts = [] if self.posterior is None else [self.posterior.theta]
        self._n_fits += 1
        if not starts or self._n_fits % COLD_EVERY == 0:
            penalty = Penalty(self.kernel.n_scales, self.kernel.n_amplitudes, self.dimension)
            starts.append(penalty.start())
        rows = representative(y)
        return fit_hyperparameters(
            self.kernel,
            points.take(rows),
            y[rows],
            dimension=self.dimension,
            starts=starts,
            extra=noise[rows],
        )


def is_fit_due(n: int, n_fitted: int) -> bool:
    """Whether hyper-parameters fitted to ``n_fitted`` values are fitted anew to ``n``.

    Examples
    --------
    >>> is_fit_due(200, 199), is_fit_due(1000, 991), is_fit_due(1000, 990)
    (True, False, True)
    """
    return n <= FIT_ALWAYS or 100 * (n - n_fitted) >= n


def representative(y: Array) -> NDArray[np.intp]:
    """Choose the points by which hyper-parameters are fitted.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Their values.

    Returns
    -------
    ndarray of int
        All rows, or 300 in order: those of the 100 smallest values and a draw from the others.

    Examples
    --------
    >>> import numpy as np
    >>> len(representative(np.zeros(50))), len(representative(np.arange(900.0)))
    (50, 300)
    """
    if len(y) <= MAX_FITTED:
        return np.arange(len(y))
    order = np.argsort(y, kind="stable")
    n_best = MAX_FITTED // 3
    others = np.random.default_rng(len(y)).permutation(order[n_best:])[: MAX_FITTED - n_best]
    return np.sort(np.concatenate([order[:n_best], others]))


def _starts_with(points: Points, noise: Array, last: Posterior) -> bool:
    """Whether the points, and what is known of their noise, begin with those of a posterior."""
    n = len(last.y)
    _, _, v = unpack(last.theta, last.kernel.n_scales)
    return (
        n <= len(points.Z)
        and np.array_equal(points.Z[:n], last.points.Z)
        and np.array_equal(points.active[:n], last.points.active)
        and np.array_equal(v + noise[:n], last.noise)
    )
