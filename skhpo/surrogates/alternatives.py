"""Where to look besides the place that a search has settled on.

Expected improvement of one model over the whole space refines the first optimum that looks good
to the last digit, and comes to another learner or another hill only by chance: what it would find
there it has to know beforehand. So, while next to nothing is expected of the next candidate, each
second one is chosen in a niche, as if there were nothing else:

* among the candidates that have another value of a category, that for which (evaluations so far)
  x (rank by its best loss) is smallest. The value of the best loss has rank zero and is what the
  other candidates go to; in the long run the second gets twice as many of these as the third, and
  three times as many as the fourth;
* elsewhere, a length-scale and more away from the best point.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates.encoding import Column
from skhpo.surrogates.kernels import Points, squared_distances

Array = NDArray[np.float64]

EVERY = 2  # of the candidates of a stalled search go elsewhere
PROGRESS = 0.03  # of the way from the median to the best loss, expected of a candidate
AWAY = 1.0  # length-scales from the best point to elsewhere


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


@dataclass(frozen=True, eq=False)
class Elsewhere:
    """The points that are a length-scale and more away from one.

    Parameters
    ----------
    encode : callable
        Gives the columns of points.
    centre : ndarray of shape (d,)
        The one.
    per_column : ndarray of shape (D,)
        1/l² of each column.

    Examples
    --------
    >>> import numpy as np
    >>> encode = lambda X: Points(X, np.ones((len(X), 0), dtype=bool))
    >>> away = Elsewhere(encode, np.array([0.5]), per_column=np.array([16.0]))
    >>> away.holds(np.array([[0.3], [0.9]]))
    array([False,  True])
    """

    encode: Callable[[Array], Points]
    centre: Array
    per_column: Array

    fixed = None

    def holds(self, X: Array) -> NDArray[np.bool_]:
        """Tell which points these are, shape (n,)."""
        root = np.sqrt(self.per_column)
        at, centre = self.encode(X).Z * root, self.encode(self.centre[None]).Z * root
        return np.asarray(squared_distances(at, centre)[:, 0] > AWAY**2)


Niche = Alternative | Elsewhere


def most_neglected(
    y: Array, X: Array, under_way: Array, columns: Sequence[Column], among: Sequence[int]
) -> Alternative:
    """Choose, among all values of some categories, the one that was neglected most.

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
    Alternative
        That of the smallest price, of the first category of equals.

    See Also
    --------
    neglected : The price.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.space import Space
    >>> space = Space({"a": ["x", "y"], "b": ["x", "y"]})
    >>> X = np.array([[0.25, 0.25], [0.75, 0.25], [0.75, 0.75]])
    >>> chosen = most_neglected(np.arange(3.0), X, X[:0], space.columns, [0, 1])
    >>> chosen.j, chosen.value
    (1, 1)
    """
    found = []
    for j in among:
        told, running = columns[j].index(X[:, j]), columns[j].index(under_way[:, j])
        value, price = neglected(y, told, running, columns[j].n_values or 1)
        found.append((price, j, value))
    _, j, value = min(found)
    return Alternative(columns, j, value)


def neglected(
    y: Array, told: NDArray[np.intp], under_way: NDArray[np.intp], n: int
) -> tuple[int, float]:
    """Choose the alternative whose evaluations times rank is smallest.

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
    value : int
        Never that of the smallest loss.
    price : float
        Its evaluations times its rank.

    Examples
    --------
    The second has had 2 evaluations at rank 1, the third 1 at rank 2, the fourth none:

    >>> import numpy as np
    >>> y, told = np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, 1, 1, 2])
    >>> neglected(y, told, np.array([], dtype=int), 4), neglected(y, told, np.array([3]), 4)
    ((3, 0.0), (1, 2.0))
    """
    counts = np.bincount(np.concatenate([told, under_way]), minlength=n)
    best = np.array([y[told == a].min(initial=np.inf) for a in range(n)])
    ranks = np.empty(n)
    ranks[np.lexsort((counts, best))] = np.arange(n)
    price = np.where(ranks > 0, counts * ranks, np.inf)
    value = int(np.argmin(price))
    return value, float(price[value])
