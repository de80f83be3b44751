"""Derivatives of sums over a kernel matrix, by matrix products.

References
----------
Rasmussen & Williams (2006), Gaussian Processes for Machine Learning, section 5.4.1.
"""

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates.kernels import Block, Points, columns_of

Array = NDArray[np.float64]


def part(W: Array, block: Block) -> Array:
    """Take the part of an (m, n) matrix that a block covers.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates.kernels import Block, Term
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

    With E = w * dk it is 2 (E1 z - E Z_b) / l², summed over the terms, of functions of distances;
    E Z_b / l² of functions of scalar products.

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
    >>> from skhpo.surrogates.kernels import Points, Term, TreeKernel
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
        step = E @ columns_of(b.Z, block.cols, columns)
        if not block.is_product:
            left = columns_of(a.Z, block.rows, columns)
            step = 2.0 * (E.sum(axis=1)[:, None] * left - step)
        if block.rows is None:
            gradient[:, columns] += step
        else:
            gradient[block.rows[:, None], columns] += step
    gradient *= per_column
    return gradient


def scale_gradient(block: Block, Q: Array, Z: Array) -> Array:
    """Σ_ij Q_ij (z_ic - z_jc)² for each column c of the term, Q symmetric, shape (|S|,).

    Of functions of scalar products, Σ_ij Q_ij z_ic z_jc. With Q = W * dk it is, in either case,
    -l_c² times ½ Σ_ij W_ij dk_ij/dlog l_c.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates.kernels import Points, Term, TreeKernel
    >>> kernel = TreeKernel((Term(np.arange(1), None),), np.arange(1))
    >>> X = Points(np.array([[0.0], [0.5]]), np.ones((2, 0), dtype=bool))
    >>> [block] = kernel.blocks(X, X, np.ones(1), np.ones(1))
    >>> scale_gradient(block, np.ones((2, 2)), X.Z)
    array([0.5])
    """
    left = columns_of(Z, block.rows, block.term.columns)
    products = np.einsum("ij,ij->j", left, Q @ left)
    if block.is_product:
        return np.asarray(products)
    return np.asarray(2.0 * (Q.sum(axis=1) @ (left * left) - products))
