"""Which map the losses go through, and when it is fitted anew.

The parameters of a map are found at each fit of the hyper-parameters and held until the next.
Where there is a choice, it is made at the first fit and each eighth one: by the mean log density
of each loss given all others, in the original space (log N(z_i; μ_-i, σ²_-i) + log dz/dy),
over the losses within the limits of all maps.

References
----------
Sundararajan & Keerthi (2001), Predictive approaches for choosing hyperparameters in Gaussian
processes, Neural Computation 13, for choosing by leave-one-out densities.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates.gp import Posterior
from skhpo.surrogates.warping import WARPINGS, Warping, log_density

Array = NDArray[np.float64]

CHOOSE_EVERY = 8  # fits


@dataclass(eq=False)
class Output:
    """The map that the losses go through.

    Parameters
    ----------
    names : sequence of str
        Maps to choose from: see `Warping`.

    Attributes
    ----------
    name : str
        The map that was chosen last.
    warping : Warping or None
        The map of the last update; None: the losses cannot be mapped.

    Examples
    --------
    >>> import numpy as np
    >>> output = Output(["yeo_johnson"])
    >>> warping = output.update(np.array([1.0, 2.0, 4.0, 8.0]), fit=None)
    >>> output.update(np.array([1.0, 2.0, 4.0, 8.0, 9.0]), fit=None, fits=False) is warping
    True
    """

    names: Sequence[str] = WARPINGS
    name: str = field(default="", init=False)
    warping: Warping | None = field(default=None, init=False)
    _n_fits: int = field(default=0, init=False, repr=False)

    def update(
        self, y: Array, fit: Callable[[Warping], Posterior] | None, *, fits: bool = True
    ) -> Warping | None:
        """Return the map for these losses.

        Parameters
        ----------
        y : ndarray of shape (n,)
            Finite losses.
        fit : callable or None
            Fits a model to the losses as a map makes them; not used where there is no choice.
        fits : bool, default=True
            Whether the map is fitted anew; it is in any case where the last one overflows.

        Returns
        -------
        Warping or None
            The map, the same object as long as it is held; None: all losses are equal, or too
            large to be squared.
        """
        if not fits and self.warping is not None and np.isfinite(self.warping(y)).all():
            return self.warping
        if self._n_fits % CHOOSE_EVERY == 0 or len(self.names) == 1:
            self.name = self.names[0] if fit is None else best(self.names, y, fit)
        self.warping = Warping.of(self.name, y)
        self._n_fits += self.warping is not None
        return self.warping


def best(names: Sequence[str], y: Array, fit: Callable[[Warping], Posterior]) -> str:
    """Name of the map under which each loss is best predicted from the others.

    Parameters
    ----------
    names : sequence of str
        Maps to choose from; the first where the losses can be mapped by none.
    y : ndarray of shape (n,)
        Finite losses.
    fit : callable
        Fits a model to the losses as a map makes them.

    Returns
    -------
    str
        The name.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates.gp import fit
    >>> from skhpo.surrogates.kernels import Points, Term, TreeKernel
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> X = Points(np.linspace(-0.5, 0.5, 30)[:, None], np.ones((30, 0), dtype=bool))
    >>> y = np.exp(2 * np.sin(6 * X.Z[:, 0]))
    >>> best(["none", "log"], y, lambda warping: fit(kernel, X, warping(y), dimension=1))
    'log'
    """
    maps = {name: Warping.of(name, y) for name in names}
    kept = {name: warping for name, warping in maps.items() if warping is not None}
    if len(kept) < 2:
        return next(iter(kept), names[0])
    inside = y < min(warping.limit for warping in kept.values())
    scores = {name: _score(y, warping, fit(warping), inside) for name, warping in kept.items()}
    return max(scores, key=lambda name: scores[name])


def _score(y: Array, warping: Warping, model: Posterior, inside: NDArray[np.bool_]) -> float:
    density = log_density(y, warping, *model.leave_one_out())[inside]
    return float(density.mean()) if np.isfinite(density).all() else -np.inf
