"""What the observations of a search say: a model of the losses, and one of failures.

Losses are mapped (:mod:`skhpo.surrogates.output`) and modelled by one Gaussian process; where
evaluations have failed, a second one on labels, +1 (evaluated) and -1 (failed), says where not
to go.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates.acquisition import Factor, Feasibility
from skhpo.surrogates.cost import Cost
from skhpo.surrogates.encoding import Encoding
from skhpo.surrogates.gp import Posterior
from skhpo.surrogates.kernels import FAMILIES
from skhpo.surrogates.output import Output
from skhpo.surrogates.process import Process, is_fit_due
from skhpo.surrogates.warping import WARPINGS, Warping

Array = NDArray[np.float64]

MIN_FINITE = 3  # finite losses that a model needs
MIN_JUDGED = 20  # losses by which a model may be found to say nothing


class Fitted(NamedTuple):
    """What the observations say.

    Parameters
    ----------
    losses : Posterior
        The model of the mapped losses.
    X : ndarray of shape (n, d)
        The points of these losses.
    labels : Posterior or None, default=None
        The model of success and failure; None: nothing has failed.
    cost : Cost or None, default=None
        What evaluations take; None: that does not count.

    Examples
    --------
    >>> Fitted._fields
    ('losses', 'X', 'labels', 'cost')
    """

    losses: Posterior
    X: Array
    labels: Posterior | None = None
    cost: Cost | None = None

    @property
    def ranked(self) -> Array:
        """The points, that of the smallest posterior mean first, shape (n, d)."""
        return self.X[np.argsort(self.losses.fitted(), kind="stable")]

    @property
    def factors(self) -> list[Factor]:
        """What an improvement is multiplied by."""
        feasible = [] if self.labels is None else [Feasibility(self.labels)]
        return [*feasible, *([] if self.cost is None else [self.cost])]

    @property
    def is_informative(self) -> bool:
        """Whether losses are predicted better than by their mean, from 20 of them on."""
        return len(self.X) < MIN_JUDGED or self.losses.gain() > 0


@dataclass(eq=False)
class LossModel:
    """The two processes and the map, updated as observations come in.

    Parameters
    ----------
    encoding : Encoding
        The space.
    dimension : float
        Mean number of active parameters.
    kernel : str, default="matern52"
        A family of kernels, or "auto".
    output : str, default="yeo_johnson"
        A map of losses, or "auto".

    Examples
    --------
    >>> import numpy as np
    >>> from types import SimpleNamespace as Column
    >>> encoding = Encoding.of([Column(kind="continuous", n_values=None, parents=())])
    >>> X = np.linspace(0, 1, 9)[:, None]
    >>> fitted = LossModel(encoding, 1.0).update(X, (X[:, 0] - 0.3) ** 2, np.zeros(9))
    >>> fitted.ranked[:2, 0]
    array([0.25 , 0.375])
    """

    encoding: Encoding
    dimension: float
    kernel: str = "matern52"
    output: str = "yeo_johnson"
    _n_fitted: int = field(default=0, init=False, repr=False)

    @cached_property
    def map(self) -> Output:
        """The map of the losses."""
        return Output(WARPINGS if self.output == "auto" else (self.output,))

    @cached_property
    def losses(self) -> Process:
        """The process of the mapped losses."""
        families = FAMILIES if self.kernel == "auto" else (self.kernel,)
        return Process(self.encoding.kernel, self.dimension, families)

    @cached_property
    def labels(self) -> Process:
        """The process of success and failure."""
        return Process(self.encoding.kernel, self.dimension)

    def update(
        self, X: Array, y: Array, shortfall: Array, n_told: int | None = None
    ) -> Fitted | None:
        """Return the model of these observations.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Snapped points; that they begin with those of the last update saves time.
        y : ndarray of shape (n,)
            Their losses, ``inf`` for failures.
        shortfall : ndarray of shape (n,)
            Standard deviations of what the losses may miss.
        n_told : int or None, default=None
            Number of observations from which these were chosen: the more, the more rarely
            hyper-parameters are fitted. None: there are no others.

        Returns
        -------
        Fitted or None
            None where less than three losses are finite, all are equal, or no parameter has
            more than one value.

        Raises
        ------
        numpy.linalg.LinAlgError
            If a covariance is not positive definite even with jitter.
        """
        finite = np.isfinite(y)
        if finite.sum() < MIN_FINITE or not self.encoding.kernel.n_scales:
            return None
        points, rows = self.encoding.points(X), np.flatnonzero(finite)
        at, loss, missed = points.take(rows), y[finite], shortfall[finite]
        n_told = len(y) if n_told is None else n_told
        n_scales = self.encoding.kernel.n_scales
        fits, held = is_fit_due(n_told, self._n_fitted, n_scales), self.map.warping

        def model(warping: Warping) -> Posterior:
            return self.losses.tried(at, warping(loss), _noise(warping, loss, missed))

        warping = self.map.update(loss, model, fits=fits)
        if warping is None:
            return None
        fits = fits or warping is not held
        if fits:
            self._n_fitted = n_told
        losses = self.losses.update(at, warping(loss), _noise(warping, loss, missed), fits=fits)
        labels = None
        if not finite.all():
            signs = np.where(finite, 1.0, -1.0)
            labels = self.labels.update(points, signs, np.zeros(len(y)), fits=fits)
        return Fitted(losses, X[rows], labels)


def _noise(warping: Warping, losses: Array, missed: Array) -> Array:
    """Noise variances of the mapped losses: what a dropped candidate was not evaluated on."""
    return np.asarray((missed * np.exp(warping.log_slope(losses))) ** 2)
