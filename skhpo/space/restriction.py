"""The part of a space in which one alternative is fixed, and the way there and back."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skhpo.space._dimension import Floats

if TYPE_CHECKING:
    from skhpo.space.space import Space


@dataclass(frozen=True, slots=True, eq=False)
class Restriction:
    """The part of a space in which one alternative of a column is fixed.

    Cells and ranges are those of the whole, so points go there and back without rounding.

    Parameters
    ----------
    space : Space
        The part, a space of its own: all that exists with the alternative, and what the whole
        forbids.
    columns : ndarray of shape (space.n_dims,)
        The number in the whole of each of its columns.
    n_dims : int
        Number of columns of the whole.
    column : int
        The column that is fixed.
    position : float
        Where it is fixed.

    Examples
    --------
    >>> from skhpo.space import Choice, Integer, Space, When
    >>> space = Space({"kernel": Choice("rbf", When("poly", degree=Integer(2, 5)))})
    >>> poly = space.restricted(0, 1)
    >>> poly.space.decode([0.0])
    {'kernel': 'poly', 'degree': 2}
    >>> poly.embed([[0.125]])
    array([[0.75 , 0.125]])
    """

    space: "Space"
    columns: NDArray[np.intp]
    n_dims: int
    column: int
    position: float

    def embed(self, X: ArrayLike) -> Floats:
        """Return points of the part as points of the whole.

        Parameters
        ----------
        X : array-like of shape (n, space.n_dims)
            Points of the part.

        Returns
        -------
        ndarray of shape (n, n_dims)
            NaN where inactive.
        """
        X = np.asarray(X, dtype=np.float64)
        points = np.full((len(X), self.n_dims), np.nan)
        points[:, self.columns] = X
        points[:, self.column] = self.position
        return points

    def project(self, X: ArrayLike) -> Floats:
        """Return points of the whole, at which the alternative is chosen, as points of the part.

        Parameters
        ----------
        X : array-like of shape (n, n_dims)
            Points of the whole.

        Returns
        -------
        ndarray of shape (n, space.n_dims)
            Their other coordinates.
        """
        return np.asarray(X, dtype=np.float64)[:, self.columns]
