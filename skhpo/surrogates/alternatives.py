"""When a search has settled on one value of a category, which of the others deserves a look.

Expected improvement of one model over all alternatives refines the optimum of the first that
looks good to the last digit, and comes back to another learner only by chance: what it would find
there it has to know beforehand. So, while next to nothing is expected of the next candidate, each
second one goes to the alternative for which (evaluations so far) x (rank by its best loss) is
smallest, and is chosen there as if there were no other. The best alternative has rank zero and is
what the other candidates go to; in the long run the second gets twice as many of these as the
third, and three times as many as the fourth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates.encoding import Column

Array = NDArray[np.float64]

EVERY = 2  # of the candidates of a stalled search go elsewhere
PROGRESS = 0.03  # of the way from the median to the best loss, expected of a candidate


def is_stalled(expected: float, y: Array, best: float) -> bool:
    """Whether next to nothing is to be expected where the search is looking.

    Parameters
    ----------
    expected : float
        The largest expected improvement.
    y : ndarray of shape (n,)
        The losses, as they are modelled.
    best : float
        The smallest posterior mean among them.

    Returns
    -------
    bool
        True if it is below 3 % of the way from the median loss to the best.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.array([0.0, 1.0, 2.0])
    >>> bool(is_stalled(0.029, y, best=0.0)), bool(is_stalled(0.031, y, best=0.0))
    (True, False)
    """
    return bool(expected < PROGRESS * (np.median(y) - best))


@dataclass(frozen=True, eq=False)
class Alternative:
    """The points that have one value of a category.

    Parameters
    ----------
    columns : sequence of Column
        The parameters of the space.
    j : int
        The category.
    value : int
        Number of its value.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.space import Space
    >>> space = Space({"kernel": ["linear", "poly", "rbf"]})
    >>> Alternative(space.columns, 0, 2).holds(np.array([[0.5], [0.9]]))
    array([False,  True])
    """

    columns: Sequence[Column]
    j: int
    value: int

    @property
    def fixed(self) -> tuple[int, float]:
        """The parameter that has the same value in all points, and its position."""
        return self.j, float(self.columns[self.j].position(np.array([self.value]))[0])

    def holds(self, X: Array) -> NDArray[np.bool_]:
        """Tell which points these are, shape (n,)."""
        return np.asarray(self.columns[self.j].index(X[:, self.j]) == self.value)


def most_neglected(
    y: Array, X: Array, under_way: Array, columns: Sequence[Column], among: Sequence[int]
) -> list[Alternative]:
    """Order the values of some categories, those first that were neglected most.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Losses, ``inf`` for failures.
    X : ndarray of shape (n, d)
        Their points.
    under_way : ndarray of shape (k, d)
        Points that have no loss yet; they count as evaluations.
    columns : sequence of Column
        The d parameters.
    among : sequence of int
        Categories that are always active.

    Returns
    -------
    list of Alternative
        By their price, without those of the smallest loss. Some may have no point that is new.

    See Also
    --------
    price_of_looking : The price.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.space import Space
    >>> space = Space({"a": ["x", "y"], "b": ["x", "y"]})
    >>> X = np.array([[0.25, 0.25], [0.75, 0.25], [0.75, 0.75]])
    >>> found = most_neglected(np.arange(3.0), X, X[:0], space.columns, [0, 1])
    >>> [(alternative.j, alternative.value) for alternative in found]
    [(1, 1), (0, 1)]
    """
    found = []
    for j in among:
        told, running = columns[j].index(X[:, j]), columns[j].index(under_way[:, j])
        prices = price_of_looking(y, told, running, columns[j].n_values or 1)
        found += [(prices[v], j, v) for v in np.flatnonzero(np.isfinite(prices))]
    return [Alternative(columns, j, int(value)) for _, j, value in sorted(found)]


def price_of_looking(
    y: Array, told: NDArray[np.intp], under_way: NDArray[np.intp], n: int
) -> Array:
    """Return evaluations times rank of each alternative.

    Parameters
    ----------
    y : ndarray of shape (m,)
        Losses, ``inf`` for failures.
    told : ndarray of int of shape (m,)
        Their alternatives, from 0.
    under_way : ndarray of int of shape (k,)
        Alternatives of candidates that have no loss yet; they count as evaluations.
    n : int
        Number of alternatives, at least two.

    Returns
    -------
    ndarray of shape (n,)
        ``inf`` for that of the smallest loss.

    Examples
    --------
    The second has had 2 evaluations at rank 1, the third 1 at rank 2, the fourth none:

    >>> import numpy as np
    >>> y, told = np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, 1, 1, 2])
    >>> price_of_looking(y, told, np.array([], dtype=int), 4)
    array([inf,  2.,  2.,  0.])
    """
    counts = np.bincount(np.concatenate([told, under_way]), minlength=n)
    best = np.array([y[told == a].min(initial=np.inf) for a in range(n)])
    ranks = np.empty(n)
    ranks[np.lexsort((counts, best))] = np.arange(n)
    return np.where(ranks > 0, counts * ranks, np.inf)
