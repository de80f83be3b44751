"""The tree-additive kernel of conditional spaces, of any family of functions.

Notation
--------
Z : (n, D)       columns of n points, centred on zero; zero where a parameter is inactive
active : (n, G)  activity a_g(x) of the G condition groups
l : (p,)         length-scales, one a parameter; ``scale_of[c]`` is the parameter of column c
s2 : (q,)        variances: s2[0] of the term over all points, s2[1] of each group's term
S_t : columns of term t;  S_0 = U (the unconditional ones),  S_g = U + ancestors of g + g

    r_S²     = Σ_{c in S} (z_c - z'_c)² / l_c²
    k(x, x') = s2[0] M(r_U) + s2[1] Σ_g a_g(x) a_g(x') M(r_{S_g})

M is a correlation function of :mod:`skhpo.surrogates.correlations`, Matérn-5/2 by default. In
the additive family M(r_S) is replaced by the mean of M(r_j), j the parameters of S one at a time;
in the polynomial one by (1 + z·z'/|S|)², z/l scaled and |S| the number of parameters.

Each term is positive semi-definite (a kernel times an indicator product), so is the sum.
Points of different branches share the first term only. Without conditions it is one kernel
with automatic relevance determination. All derivatives go through ``dM/dr²``, which has no 0/0,
and through matrix products: Σ_ij Q_ij (z_i - z_j)² = 2 (Σ_i z_i² (Q1)_i - z'Qz) for symmetric Q.

References
----------
Rasmussen & Williams (2006), Gaussian Processes for Machine Learning, section 4.2.
Duvenaud, Nickisch & Rasmussen (2011), Additive Gaussian Processes, for sums of kernels.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates.correlations import CORRELATIONS, quadratic

Array = NDArray[np.float64]
Rows = NDArray[np.intp] | None  # None: all rows, which saves the copies of fancy indexing

FAMILIES = ("additive", "matern12", "matern32", "matern52", "polynomial", "rbf")


def squared_distances(A: Array, B: Array) -> Array:
    """Squared Euclidean distances by one matrix product.

    Parameters
    ----------
    A : ndarray of shape (m, d)
        Points, best centred: the error is of the order of 1e-16 times their squared norm.
    B : ndarray of shape (n, d)
        Points.

    Returns
    -------
    ndarray of shape (m, n)
        |a|² + |b|² - 2 a·b, not below zero, and exactly zero on the diagonal if ``A is B``.

    Examples
    --------
    >>> import numpy as np
    >>> A = np.array([[0.0, 0.0], [3.0, 4.0]])
    >>> squared_distances(A, A)
    array([[ 0., 25.],
           [25.,  0.]])
    """
    r2 = A @ (-2.0 * B.T)
    r2 += np.einsum("ij,ij->i", A, A)[:, None]
    r2 += np.einsum("ij,ij->i", B, B)
    np.maximum(r2, 0.0, out=r2)
    if A is B:
        r2.flat[:: len(A) + 1] = 0.0
    return r2


class Points(NamedTuple):
    """Encoded points.

    Parameters
    ----------
    Z : ndarray of shape (n, D)
        Columns; zero where a parameter is inactive.
    active : ndarray of bool, shape (n, G)
        Activity of the condition groups; no columns without conditions.

    Examples
    --------
    >>> import numpy as np
    >>> Points(np.zeros((3, 2)), np.ones((3, 0), dtype=bool)).take(np.array([0])).Z.shape
    (1, 2)
    """

    Z: Array
    active: NDArray[np.bool_]

    def take(self, rows: NDArray[np.intp]) -> "Points":
        """Return these rows."""
        return Points(self.Z[rows], self.active[rows])


class Term(NamedTuple):
    """One term of the tree kernel.

    Parameters
    ----------
    columns : ndarray of int
        The columns S of its distance.
    group : int or None
        The condition group that both points must have active; None: all points.
    weight : float, default=1.0
        Its share of the variance.

    Examples
    --------
    >>> import numpy as np
    >>> Term(np.arange(2), None).amplitude
    0
    """

    columns: NDArray[np.intp]
    group: int | None
    weight: float = 1.0

    @property
    def amplitude(self) -> int:
        """Position of its variance in ``s2``."""
        return 0 if self.group is None else 1


class Block(NamedTuple):
    """What a term adds to a kernel matrix: its rows, columns, values and slopes.

    Parameters
    ----------
    term : Term
        The term.
    rows : ndarray of int or None
        Rows of the matrix that the block covers.
    cols : ndarray of int or None
        Columns of the matrix that the block covers.
    k : ndarray
        s² M.
    dk : ndarray
        s² dM/dr², or s² dM/dt of the scalar product t where the family is polynomial.
    is_product : bool
        Whether the latter is the case.

    Examples
    --------
    >>> import numpy as np
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> X = Points(np.array([[0.0], [0.5]]), np.ones((2, 0), dtype=bool))
    >>> [block] = kernel.blocks(X, X, np.ones(1), np.ones(1))
    >>> block.k.shape, block.rows is None
    ((2, 2), True)
    """

    term: Term
    rows: Rows
    cols: Rows
    k: Array
    dk: Array
    is_product: bool = False


@dataclass(frozen=True, eq=False)
class TreeKernel:
    """The tree-additive kernel: its structure, without hyper-parameters.

    Parameters
    ----------
    terms : tuple of Term
        The term over all points first, then one a condition group.
    scale_of : ndarray of int, shape (D,)
        Number of the length-scale of each column.
    family : {"additive", "matern12", "matern32", "matern52", "polynomial", "rbf"}, \
            default="matern52"
        What its terms are functions of; :meth:`of_family` changes it.

    Examples
    --------
    >>> import numpy as np
    >>> kernel = TreeKernel((Term(np.arange(2), None),), np.arange(2))
    >>> points = Points(np.array([[0.0, 0.0], [0.5, 0.0]]), np.ones((2, 0), dtype=bool))
    >>> kernel.matrix(points, points, np.array([0.5, 0.5]), np.array([2.0])).round(6)
    array([[2.      , 1.047988],
           [1.047988, 2.      ]])
    """

    terms: tuple[Term, ...]
    scale_of: NDArray[np.intp]
    family: str = "matern52"

    @property
    def n_scales(self) -> int:
        """Number of length-scales p."""
        return int(self.scale_of.max()) + 1 if len(self.scale_of) else 0

    @property
    def n_amplitudes(self) -> int:
        """Number of variances q: 1, or 2 with conditions."""
        return 1 + any(term.group is not None for term in self.terms)

    def of_family(self, family: str) -> "TreeKernel":
        """Return the kernel of the same tree in another family; an additive one has no other.

        The additive family has Matérn-5/2 terms of one parameter each, that share the variance
        of the term that they come from.
        """
        terms = self.terms
        if family == "additive":
            terms = tuple(one for term in terms for one in _by_parameter(term, self.scale_of))
        return replace(self, terms=terms, family=family)

    def diagonal(self, points: Points, scales: Array, s2: Array) -> Array:
        """Prior variance k(x, x), shape (n,); it differs between branches."""
        variance = np.zeros(len(points.Z))
        for term in self.terms:
            here = s2[term.amplitude] * term.weight
            if self.family == "polynomial":
                scaled = points.Z[:, term.columns] * self._per_column(term, scales)
                here = here * quadratic(np.einsum("ij,ij->i", scaled, scaled))[0]
            variance += here if term.group is None else here * points.active[:, term.group]
        return variance

    def diagonal_gradient(self, points: Points, scales: Array, s2: Array) -> Array | float:
        """Gradient of k(x, x) with respect to the columns, shape (n, D); 0.0 if stationary."""
        if self.family != "polynomial":
            return 0.0
        gradient = np.zeros_like(points.Z)
        for term in self.terms:
            factor = self._per_column(term, scales)
            scaled = points.Z[:, term.columns] * factor
            slope = quadratic(np.einsum("ij,ij->i", scaled, scaled))[1]
            slope *= 2.0 * s2[term.amplitude] * term.weight
            if term.group is not None:
                slope *= points.active[:, term.group]
            gradient[:, term.columns] += slope[:, None] * scaled * factor
        return gradient

    def _per_column(self, term: Term, scales: Array) -> Array:
        """Return the factors of the columns of a term in scalar products, shape (|S|,)."""
        of = self.scale_of[term.columns]
        return np.asarray(1.0 / (scales[of] * np.sqrt(max(1, len(np.unique(of))))))

    def blocks(self, a: Points, b: Points, scales: Array, s2: Array) -> Iterator[Block]:
        """Yield what the terms add to k(a, b); empty blocks are left out."""
        rows_of = rows_by_group(a.active)
        cols_of = rows_of if a is b else rows_by_group(b.active)
        for term in self.terms:
            rows = None if term.group is None else rows_of[term.group]
            cols = None if term.group is None else cols_of[term.group]
            if (rows is not None and not len(rows)) or (cols is not None and not len(cols)):
                continue
            left = columns_of(a.Z, rows, term.columns)
            right = left if a is b else columns_of(b.Z, cols, term.columns)
            M, dM = self._values(term, left, right, scales)
            variance = s2[term.amplitude] * term.weight
            M *= variance
            dM *= variance
            yield Block(term, rows, cols, M, dM, self.family == "polynomial")

    def _values(self, term: Term, a: Array, b: Array, scales: Array) -> tuple[Array, Array]:
        """M and its derivative between the columns of a term."""
        if self.family == "polynomial":
            factor = self._per_column(term, scales)
            M, dM = quadratic((a * factor) @ (b * factor).T)
            dM /= max(1, len(np.unique(self.scale_of[term.columns])))
            return M, dM
        factor = 1.0 / scales[self.scale_of[term.columns]]
        A = a * factor
        function = CORRELATIONS["matern52" if self.family == "additive" else self.family]
        return function(squared_distances(A, A if a is b else b * factor))

    def matrix(self, a: Points, b: Points, scales: Array, s2: Array) -> Array:
        """Kernel matrix k(a, b).

        Parameters
        ----------
        a : Points
            m points.
        b : Points
            n points.
        scales : ndarray of shape (p,)
            Length-scales.
        s2 : ndarray of shape (q,)
            Variances.

        Returns
        -------
        ndarray of shape (m, n)
            The covariances.
        """
        return assemble(self.blocks(a, b, scales, s2), len(a.Z), len(b.Z))


def assemble(blocks: Iterator[Block] | list[Block], m: int, n: int) -> Array:
    """Sum blocks into the kernel matrix of shape (m, n).

    Examples
    --------
    >>> import numpy as np
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> X = Points(np.array([[0.0], [0.5]]), np.ones((2, 0), dtype=bool))
    >>> assemble(kernel.blocks(X, X, np.ones(1), np.ones(1)), 2, 2).round(2)
    array([[1.  , 0.83],
           [0.83, 1.  ]])
    """
    K = np.zeros((m, n))
    for block in blocks:
        if block.rows is None or block.cols is None:
            K += block.k
        else:
            K[block.rows[:, None], block.cols] += block.k
    return K


def _by_parameter(term: Term, scale_of: NDArray[np.intp]) -> list[Term]:
    """Split a term into terms of one parameter each; one without parameters stays whole."""
    of = scale_of[term.columns]
    if not len(of):
        return [term]
    numbers = np.unique(of)
    weight = term.weight / len(numbers)
    return [Term(term.columns[of == number], term.group, weight) for number in numbers]


def rows_by_group(active: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Return the rows at which each condition group is active: all groups in one pass.

    Examples
    --------
    >>> rows_by_group(np.array([[True, False], [True, True]]))
    [array([0, 1]), array([1])]
    """
    groups, rows = np.nonzero(active.T)
    ends = np.searchsorted(groups, np.arange(1, active.shape[1] + 1)).tolist()
    return [rows[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def columns_of(Z: Array, rows: Rows, columns: NDArray[np.intp]) -> Array:
    """Take rows and columns of Z, as they are where these are all.

    Examples
    --------
    >>> import numpy as np
    >>> columns_of(np.eye(3), None, np.array([0, 2]))[0]
    array([1., 0.])
    """
    if rows is not None:
        return Z[rows[:, None], columns]
    return Z if len(columns) == Z.shape[1] else Z[:, columns]
