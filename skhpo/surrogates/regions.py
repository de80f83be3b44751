"""Where a search looks for its next candidate, and what its model is made of there.

"global"    anywhere, a model of all observations
"trust"     in a box about the best point, as long as :mod:`skhpo.surrogates.trust_region` says, a
            model of the 300 points of the region that are nearest to its best one
"subspace"  along 20 parameters of the best point, drawn anew each time
"auto"      "global" up to 500 observations; there a trust region begins that has all of them for
            its design
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates.box import Box
from skhpo.surrogates.encoding import Encoding
from skhpo.surrogates.gp import Posterior
from skhpo.surrogates.likelihood import unpack
from skhpo.surrogates.trust_region import TrustRegion, nearest

Array = NDArray[np.float64]

REGIONS = ("auto", "global", "subspace", "trust")
MANY_TOLD = 500  # observations beyond which "auto" keeps to a trust region


@dataclass(eq=False)
class Region:
    """The part of a space in which candidates are sought.

    Parameters
    ----------
    kind : {"auto", "global", "subspace", "trust"}
        Its rule.
    encoding : Encoding
        The space.
    dimension : float
        Mean number of active parameters.
    n_initial : int
        Candidates of the design with which a trust region begins.

    Attributes
    ----------
    trust : TrustRegion or None
        What the observations of the last call of `rows` led to; None: nothing is bounded so.

    Examples
    --------
    >>> import numpy as np
    >>> from types import SimpleNamespace as Column
    >>> encoding = Encoding.of([Column(kind="continuous", n_values=None, parents=())])
    >>> region = Region("trust", encoding, dimension=1.0, n_initial=2)
    >>> X, y = np.linspace(0, 1, 6)[:, None], np.array([3.0, 2.0, 4.0, 4.0, 4.0, 4.0])
    >>> region.rows(range(6), {number: 6 for number in range(6)}, X, y, last=None)
    (array([0, 1, 2, 3, 4, 5]), 6)
    >>> region.trust.length
    0.4
    """

    kind: str
    encoding: Encoding
    dimension: float
    n_initial: int
    trust: TrustRegion | None = field(default=None, init=False)

    def rows(
        self,
        numbers: Sequence[int],
        n_asked: Mapping[int, int],
        X: Array,
        y: Array,
        last: Posterior | None,
    ) -> tuple[NDArray[np.intp], int]:
        """Choose what the model is made of, and learn where the region lies.

        Parameters
        ----------
        numbers : sequence of int
            Numbers of n candidates, in the order in which they were told.
        n_asked : mapping of int to int
            How many candidates had been asked for when each of these was told.
        X : ndarray of shape (n, d)
            The candidates.
        y : ndarray of shape (n,)
            Their losses, ``inf`` for failures.
        last : Posterior or None
            The last model, whose length-scales say what is near.

        Returns
        -------
        rows : ndarray of int
            Rows of X, in order.
        n : int
            From how many rows these were chosen.
        """
        begun = self._begun(len(y))
        if begun is None:
            return np.arange(len(y)), len(y)
        self.trust = begun.after(numbers, y.tolist(), [n_asked[number] for number in numbers])
        members = np.flatnonzero(np.array(numbers) >= self.trust.first)
        points = self.encoding.points(X[members])
        per_column = np.ones(points.Z.shape[1]) if last is None else last.per_column
        return members[nearest(points, y[members], per_column)], len(members)

    def begins(self, n_asked: int) -> bool:
        """Whether the design of a region that began anew is not complete.

        Parameters
        ----------
        n_asked : int
            Candidates asked for so far.

        Returns
        -------
        bool
            True: the next candidate is for the design.
        """
        return self.trust is not None and n_asked - self.trust.first < self.n_initial

    def box(self, model: Posterior, centre: Array, rng: np.random.Generator) -> Box | None:
        """Bound where the next candidate may lie.

        Parameters
        ----------
        model : Posterior
            The model, whose length-scales give the sides their proportions.
        centre : ndarray of shape (d,)
            The best point.
        rng : numpy.random.Generator
            Draws the parameters of a subspace.

        Returns
        -------
        Box or None
            None: anywhere.
        """
        scales, _, _ = unpack(model.theta, model.kernel.n_scales)
        if self.trust is not None:
            return Box.around(centre, self.encoding, scales, self.trust.length, self.dimension)
        if self.kind == "subspace":
            return Box.along(centre, self.encoding, scales, rng)
        return None

    def _begun(self, n_told: int) -> TrustRegion | None:
        """Return the trust region with which the search began, if it is bounded by now."""
        if self.kind == "trust":
            return TrustRegion(self.dimension, self.n_initial, self.n_initial)
        if self.kind == "auto" and n_told > MANY_TOLD:
            return TrustRegion(self.dimension, self.n_initial, MANY_TOLD)
        return None
