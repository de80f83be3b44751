"""Matérn-5/2 and the tree-additive kernel of conditional spaces.

Notation
--------
Z : (n, D)       columns of n points, centred on zero; zero where a parameter is inactive
active : (n, G)  activity a_g(x) of the G condition groups
l : (p,)         length-scales, one a parameter; ``scale_of[c]`` is the parameter of column c
s2 : (q,)        variances: s2[0] of the term over all points, s2[1] of each group's term
S_t : columns of term t;  S_0 = U (the unconditional ones),  S_g = U + ancestors of g + g

    M(r)     = (1 + √5 r + 5 r²/3) exp(-√5 r)
    r_S²     = Σ_{c in S} (z_c - z'_c)² / l_c²
    k(x, x') = s2[0] M(r_U) + s2[1] Σ_g a_g(x) a_g(x') M(r_{S_g})

Each term is positive semi-definite (a Matérn kernel times an indicator product), so is the sum.
Points of different branches share the first term only. Without conditions it is one Matérn-5/2
with automatic relevance determination. All derivatives go through ``dM/dr²``, which has no 0/0,
and through matrix products: Σ_ij Q_ij (z_i - z_j)² = 2 (Σ_i z_i² (Q1)_i - z'Qz) for symmetric Q.

References
----------
Rasmussen & Williams (2006), Gaussian Processes for Machine Learning, section 4.2.
Duvenaud, Nickisch & Rasmussen (2011), Additive Gaussian Processes, for sums of kernels.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.intp] | None  # None: all rows, which saves the copies of fancy indexing

SQRT5 = float(np.sqrt(5.0))


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


def matern52(r2: Array) -> tuple[Array, Array]:
    """Matérn-5/2 correlation and its derivative with respect to the squared distance.

    Parameters
    ----------
    r2 : ndarray
        Squared distances r², scaled.

    Returns
    -------
    M : ndarray
        (1 + √5 r + 5 r²/3) exp(-√5 r).
    dM : ndarray
        dM/dr² = -(5/6) (1 + √5 r) exp(-√5 r), finite at r = 0.

    Examples
    --------
    >>> import numpy as np
    >>> M, dM = matern52(np.array([0.0, 1.0]))
    >>> M.round(6), dM.round(6)
    (array([1.      , 0.523994]), array([-0.833333, -0.28822 ]))
    """
    r = np.sqrt(5.0 * r2)
    decay = np.exp(-r)
    r += 1.0
    M = r + (5.0 / 3.0) * r2
    M *= decay
    decay *= -5.0 / 6.0
    decay *= r
    return M, decay


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
    """One Matérn term of the tree kernel.

    Parameters
    ----------
    columns : ndarray of int
        The columns S of its distance.
    group : int or None
        The condition group that both points must have active; None: all points.

    Examples
    --------
    >>> import numpy as np
    >>> Term(np.arange(2), None).amplitude
    0
    """

    columns: NDArray[np.intp]
    group: int | None

    @property
    def amplitude(self) -> int:
        """Position of its variance in ``s2``."""
        return 0 if self.group is None else 1

    def rows(self, points: Points) -> Rows:
        """Rows at which the term is active, None for all."""
        if self.group is None:
            return None
        return np.flatnonzero(points.active[:, self.group])


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
        s² dM/dr².

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


@dataclass(frozen=True, eq=False)
class TreeKernel:
    """The tree-additive kernel: its structure, without hyper-parameters.

    Parameters
    ----------
    terms : tuple of Term
        The term over all points first, then one a condition group.
    scale_of : ndarray of int, shape (D,)
        Number of the length-scale of each column.

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

    @property
    def n_scales(self) -> int:
        """Number of length-scales p."""
        return int(self.scale_of.max()) + 1 if len(self.scale_of) else 0

    @property
    def n_amplitudes(self) -> int:
        """Number of variances q: 1, or 2 with conditions."""
        return 1 + (len(self.terms) > 1)

    def diagonal(self, points: Points, s2: Array) -> Array:
        """Prior variance s2[0] + s2[1] Σ_g a_g(x), shape (n,); it differs between branches."""
        if self.n_amplitudes == 1:
            return np.full(len(points.Z), s2[0])
        return np.asarray(s2[0] + s2[1] * points.active.sum(axis=1))

    def blocks(self, a: Points, b: Points, scales: Array, s2: Array) -> Iterator[Block]:
        """Yield what the terms add to k(a, b); empty blocks are left out."""
        per_column = 1.0 / scales[self.scale_of]
        A = a.Z * per_column
        B = A if a is b else b.Z * per_column
        for term in self.terms:
            rows = term.rows(a)
            cols = rows if a is b else term.rows(b)
            if (rows is not None and not len(rows)) or (cols is not None and not len(cols)):
                continue
            left = _sub(A, rows, term.columns)
            right = left if a is b else _sub(B, cols, term.columns)
            M, dM = matern52(squared_distances(left, right))
            variance = s2[term.amplitude]
            M *= variance
            dM *= variance
            yield Block(term, rows, cols, M, dM)

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


def part(W: Array, block: Block) -> Array:
    """Take the part of an (m, n) matrix that a block covers.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.ones((1, 1))
    >>> block = Block(Term(np.arange(1), 0), np.array([1]), np.array([0]), one, one)
    >>> part(np.array([[1.0, 2.0], [3.0, 4.0]]), block)
    array([[3.]])
    """
    if block.rows is None or block.cols is None:
        return W
    return W[block.rows[:, None], block.cols]


def input_gradient(
    blocks: list[Block], weights: Array, a: Points, b: Points, per_column: Array
) -> Array:
    """Gradient of Σ_j w_ij k(a_i, b_j) with respect to the columns of a_i.

    With E = w * dk it is 2 (E1 z - E Z_b) / l², summed over the terms.

    Parameters
    ----------
    blocks : list of Block
        The blocks of k(a, b).
    weights : ndarray of shape (m, n)
        w, held fixed.
    a : Points
        m points.
    b : Points
        n points.
    per_column : ndarray of shape (D,)
        1/l² of each column.

    Returns
    -------
    ndarray of shape (m, D)
        The gradients.

    Examples
    --------
    >>> import numpy as np
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> X = Points(np.array([[0.0], [0.5]]), np.ones((2, 0), dtype=bool))
    >>> blocks = list(kernel.blocks(X, X, np.ones(1), np.ones(1)))
    >>> input_gradient(blocks, np.ones((2, 2)), X, X, np.ones(1)).round(2)
    array([[ 0.58],
           [-0.58]])
    """
    gradient = np.zeros_like(a.Z)
    for block in blocks:
        E = block.dk * part(weights, block)
        columns = block.term.columns
        left = _sub(a.Z, block.rows, columns)
        step = E.sum(axis=1)[:, None] * left - E @ _sub(b.Z, block.cols, columns)
        if block.rows is None:
            gradient[:, columns] += step
        else:
            gradient[block.rows[:, None], columns] += step
    gradient *= 2.0 * per_column
    return gradient


def scale_gradient(block: Block, Q: Array, Z: Array) -> Array:
    """Σ_ij Q_ij (z_ic - z_jc)² for each column c of the term, Q symmetric, shape (|S|,).

    Examples
    --------
    >>> import numpy as np
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> X = Points(np.array([[0.0], [0.5]]), np.ones((2, 0), dtype=bool))
    >>> [block] = kernel.blocks(X, X, np.ones(1), np.ones(1))
    >>> scale_gradient(block, np.ones((2, 2)), X.Z)
    array([0.5])
    """
    left = _sub(Z, block.rows, block.term.columns)
    quadratic = np.einsum("ij,ij->j", left, Q @ left)
    return np.asarray(2.0 * (Q.sum(axis=1) @ (left * left) - quadratic))


def _sub(Z: Array, rows: Rows, columns: NDArray[np.intp]) -> Array:
    if rows is not None:
        return Z[rows[:, None], columns]
    return Z if len(columns) == Z.shape[1] else Z[:, columns]
