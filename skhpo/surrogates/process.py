"""A Gaussian process whose data grow: when it is fitted anew, and what is kept in between.

Up to ``FIT_ALWAYS`` values every update fits the hyper-parameters, with many length-scales each
second to fourth one, from the last ones and, each eighth time, from a cold start as well. Beyond,
a fit is due once in n/100 values, and looks at no more than ``MAX_FITTED`` of the points: the
third with the smallest values, and a random part of the others. In between the points that are new
are appended to the factor, at O(n²) each.

Where there is a choice of families of kernels, it is made at the first fit and each eighth one:
the family of the largest penalised likelihood at ``MAX_COMPARED`` points, chosen likewise, each
family going on from its own last hyper-parameters.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates.gp import Posterior, condition
from skhpo.surrogates.kernels import Points, TreeKernel
from skhpo.surrogates.likelihood import Penalty, fit_hyperparameters, penalised, unpack

Array = NDArray[np.float64]

COLD_EVERY = 8  # fits; between them the last hyper-parameters are the only start
FIT_ALWAYS = 300  # values up to which each update fits the hyper-parameters
SCALES_A_VALUE = 20  # length-scales for which one value is enough to fit them anew
MAX_FITTED = 300  # points by which hyper-parameters are fitted
MAX_COMPARED = 100  # points by which families of kernels are compared


@dataclass(eq=False)
class Process:
    """A Gaussian process that is updated as values come in.

    Parameters
    ----------
    tree : TreeKernel
        The kernel, of any family but the additive one.
    dimension : float
        Mean number of active parameters, which the penalties need.
    families : sequence of str, default=("matern52",)
        Families of kernels to choose from.

    Attributes
    ----------
    family : str
        The one that was chosen last.
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

    tree: TreeKernel
    dimension: float
    families: Sequence[str] = ("matern52",)
    family: str = field(default="", init=False)
    posterior: Posterior | None = field(default=None, init=False)
    _thetas: dict[str, Array] = field(default_factory=dict, init=False, repr=False)
    _n_fits: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        self.family = self.families[0]

    @property
    def kernel(self) -> TreeKernel:
        """The kernel of the family that was chosen last."""
        return self.tree.of_family(self.family)

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
            cold = self._n_fits % COLD_EVERY == 0
            self._n_fits += 1
            if cold and len(self.families) > 1:
                self._choose(points, y, noise)
            starts = self._starts(self.family, cold=cold)
            theta = self._fitted(self.kernel, points, y, noise, starts)
            self._thetas[self.family] = theta
            self.posterior = condition(self.kernel, points, y, theta, noise)
        elif _starts_with(points, noise, last):
            new = np.arange(len(last.y), len(y))
            grown = last.append(points.take(new), y[new], noise[new])
            self.posterior = grown.with_values(y)
        else:
            self.posterior = condition(last.kernel, points, y, last.theta, noise)
        return self.posterior

    def tried(self, points: Points, y: Array, noise: Array) -> Posterior:
        """Return the posterior of other values, fitted from the last fit; nothing is kept."""
        starts = self._starts(self.family, cold=False)
        theta = self._fitted(self.kernel, points, y, noise, starts)
        return condition(self.kernel, points, y, theta, noise)

    def _choose(self, points: Points, y: Array, noise: Array) -> None:
        """Take the family of the largest penalised likelihood."""
        rows = representative(y, MAX_COMPARED)
        points, y, noise = points.take(rows), y[rows], noise[rows]
        values = {}
        for family in self.families:
            kernel = self.tree.of_family(family)
            theta = self._fitted(kernel, points, y, noise, self._starts(family, cold=False))
            self._thetas[family] = theta
            try:
                values[family], _ = penalised(
                    theta, kernel, points, y, dimension=self.dimension, extra=noise
                )
            except np.linalg.LinAlgError:
                values[family] = np.inf
        self.family = min(values, key=lambda family: values[family])

    def _starts(self, family: str, *, cold: bool) -> list[Array]:
        warm = [self._thetas[family]] if family in self._thetas else []
        if warm and not cold:
            return warm
        penalty = Penalty(self.tree.n_scales, self.tree.n_amplitudes, self.dimension)
        return [*warm, penalty.start()]

    def _fitted(
        self, kernel: TreeKernel, points: Points, y: Array, noise: Array, starts: list[Array]
    ) -> Array:
        rows = representative(y)
        return fit_hyperparameters(
            kernel,
            points.take(rows),
            y[rows],
            dimension=self.dimension,
            starts=starts,
            extra=noise[rows],
        )


def is_fit_due(n: int, n_fitted: int, n_scales: int = 1) -> bool:
    """Whether hyper-parameters fitted to ``n_fitted`` values are fitted anew to ``n``.

    Parameters
    ----------
    n, n_fitted : int
        Numbers of values.
    n_scales : int, default=1
        Length-scales: of many, a single further value says little, and their fit is dear.

    Returns
    -------
    bool
        True for each value up to 300 of them, or for each so many as there are twenties of
        length-scales; then once in n/100 values.

    Examples
    --------
    >>> is_fit_due(200, 199), is_fit_due(1000, 991), is_fit_due(1000, 990)
    (True, False, True)
    >>> is_fit_due(200, 197, n_scales=90), is_fit_due(200, 196, n_scales=90)
    (False, True)
    """
    if n <= FIT_ALWAYS:
        return n - n_fitted >= max(1, n_scales // SCALES_A_VALUE)
    return 100 * (n - n_fitted) >= n


def representative(y: Array, limit: int = MAX_FITTED) -> NDArray[np.intp]:
    """Choose the points by which hyper-parameters are fitted.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Their values.
    limit : int, default=300
        How many.

    Returns
    -------
    ndarray of int
        All rows, or ``limit`` in order: those of the smallest values, which are a third, and a
        draw from the others.

    Examples
    --------
    >>> import numpy as np
    >>> len(representative(np.zeros(50))), len(representative(np.arange(900.0)))
    (50, 300)
    """
    if len(y) <= limit:
        return np.arange(len(y))
    order = np.argsort(y, kind="stable")
    n_best = limit // 3
    others = np.random.default_rng(len(y)).permutation(order[n_best:])[: limit - n_best]
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
