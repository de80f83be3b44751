"""Functional ANOVA of a regression tree: exact integrals over the boxes of its leaves.

Notation
--------
f(u) = Σ_l v_l 1[u in box l]     the tree, boxes half open: (lower, upper]
μ = Π_j μ_j                      a product measure of mass P; P = 1 for the whole prior
M_j                              mass of μ_j, P = Π_j M_j
g_j(a) = ∫ f over a, an interval of coordinate j between thresholds;   G_jk(a, b) likewise

    P Var(f)             = Σ_l v_l² μ(l) - (∫f)²/P
    P V_j                = Σ_a g_j(a)² M_j / (μ_j(a) P) - (∫f)²/P
    P (V_jk + V_j + V_k) = Σ_ab G_jk(a, b)² M_j M_k / (μ_j(a) μ_k(b) P) - (∫f)²/P

as marginals are constant between thresholds. With O[l, a] = μ_j(a ∩ l) / μ_j(l), the share of a
leaf's box in each interval, all g and G at once are O'w and O' diag(w) O with w_l = v_l μ(l).

References
----------
Hutter, Hoos & Leyton-Brown (2014), An efficient approach for assessing hyperparameter importance,
ICML. Hooker (2007), Generalized functional ANOVA diagnostics, J. Comp. Graph. Stat. 16.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.intp]


class Boxes(NamedTuple):
    """The leaves of a tree.

    Parameters
    ----------
    lower, upper : ndarray of shape (L, d)
        Ends of the boxes, infinite where the tree does not split.
    value : ndarray of shape (L,)
        Predictions.

    Examples
    --------
    >>> import numpy as np
    >>> Boxes(np.full((1, 2), -np.inf), np.full((1, 2), np.inf), np.zeros(1)).value
    array([0.])
    """

    lower: Array
    upper: Array
    value: Array


class Atoms(NamedTuple):
    """A discrete measure on a line.

    Parameters
    ----------
    positions : ndarray of shape (n,)
        Increasing.
    weights : ndarray of shape (n,)
        Their masses; zero for what is left out.

    Examples
    --------
    >>> import numpy as np
    >>> mass_below(Atoms(np.array([0.25, 0.75]), np.array([0.3, 0.7])), np.array([0.5, np.inf]))
    array([0.3, 1. ])
    """

    positions: Array
    weights: Array


class Anova(NamedTuple):
    """Variances of a function, each times the mass of the measure.

    Parameters
    ----------
    total : float
        Of the function.
    mains : ndarray of shape (d,)
        Of the effects of single coordinates.
    pairs : ndarray of shape (d, d)
        Of the interactions of two, symmetric with a zero diagonal.

    Examples
    --------
    >>> import numpy as np
    >>> Anova(1.0, np.array([1.0, 0.0]), np.zeros((2, 2))).total
    1.0
    """

    total: float
    mains: Array
    pairs: Array


def mass_below(measure: Atoms | None, at: Array) -> Array:
    """Mass of a measure up to and including given positions.

    Parameters
    ----------
    measure : Atoms or None
        None for the uniform measure on the unit interval.
    at : ndarray
        Positions, may be infinite.

    Returns
    -------
    ndarray
        Masses, of the shape of ``at``.

    Examples
    --------
    >>> import numpy as np
    >>> mass_below(None, np.array([-np.inf, 0.5, np.inf]))
    array([0. , 0.5, 1. ])
    """
    if measure is None:
        return np.clip(at, 0.0, 1.0)
    below = np.concatenate([[0.0], np.cumsum(measure.weights)])
    return np.asarray(below[np.searchsorted(measure.positions, at, side="right")])


def leaf_boxes(
    left: Ints, right: Ints, feature: Ints, threshold: Array, value: Array, n_dims: int
) -> Boxes:
    """Boxes of the leaves of a tree that is stored as arrays.

    Parameters
    ----------
    left, right : ndarray of int, shape (n_nodes,)
        The children of each node, negative at a leaf; points with ``u <= threshold`` go left.
    feature : ndarray of int, shape (n_nodes,)
        The coordinate that a node splits.
    threshold : ndarray of shape (n_nodes,)
        Where.
    value : ndarray of shape (n_nodes,)
        Predictions of the nodes.
    n_dims : int
        Number of coordinates d.

    Returns
    -------
    Boxes
        Disjoint boxes that fill the space.

    Examples
    --------
    >>> import numpy as np
    >>> boxes = leaf_boxes(
    ...     np.array([1, -1, -1]),
    ...     np.array([2, -1, -1]),
    ...     np.array([0, -1, -1]),
    ...     np.array([0.5, 0.0, 0.0]),
    ...     np.array([0.0, 3.0, 4.0]),
    ...     n_dims=1,
    ... )
    >>> boxes.lower.ravel(), boxes.upper.ravel(), boxes.value
    (array([-inf,  0.5]), array([0.5, inf]), array([3., 4.]))
    """
    lower = np.full((len(left), n_dims), -np.inf)
    upper = np.full((len(left), n_dims), np.inf)
    level = np.array([0], dtype=np.intp)
    while True:
        level = level[left[level] >= 0]
        if not len(level):
            break
        below, above, split = left[level], right[level], feature[level]
        for child in (below, above):
            lower[child], upper[child] = lower[level], upper[level]
        upper[below, split] = threshold[level]
        lower[above, split] = threshold[level]
        level = np.concatenate([below, above])
    leaves = left < 0
    return Boxes(lower[leaves], upper[leaves], np.asarray(value[leaves]))


def decompose(boxes: Boxes, measures: Sequence[Atoms | None]) -> Anova:
    """Decompose the variance of a tree into main effects and interactions of two coordinates.

    Parameters
    ----------
    boxes : Boxes
        The leaves.
    measures : sequence of Atoms or None
        The measure of each coordinate, not empty; None for the uniform one.

    Returns
    -------
    Anova
        Exact up to rounding. What ``total`` holds beyond the others is of interactions of more.

    Examples
    --------
    >>> import numpy as np
    >>> lower = np.array([[-np.inf, -np.inf], [0.5, -np.inf]])
    >>> boxes = Boxes(lower, np.array([[0.5, np.inf], [np.inf, np.inf]]), np.array([0.0, 2.0]))
    >>> decompose(boxes, [None, None]).mains
    array([1., 0.])
    """
    masses = np.array([mass_below(m, np.array([np.inf]))[0] for m in measures])
    inside = np.column_stack(
        [
            mass_below(m, boxes.upper[:, j]) - mass_below(m, boxes.lower[:, j])
            for j, m in enumerate(measures)
        ]
    )
    volume = inside.prod(axis=1)
    shares, widths, starts = _intervals(boxes, measures, inside)
    P = float(masses.prod())
    mean = float(boxes.value @ volume) / P
    value = boxes.value - mean  # centred: what is subtracted below would cancel
    weights = value * volume
    per_width = np.repeat(masses, np.diff([*starts, len(widths)])) / widths
    mains = np.add.reduceat((shares.T @ weights) ** 2 * per_width, starts) / P
    squares = (shares.T * weights @ shares) ** 2 * per_width[:, None] * per_width
    closed = np.add.reduceat(np.add.reduceat(squares, starts, axis=0), starts, axis=1) / P
    pairs = closed - mains[:, None] - mains
    np.fill_diagonal(pairs, 0.0)
    return Anova(float(value**2 @ volume), mains, np.maximum(pairs, 0.0))


def _intervals(
    boxes: Boxes, measures: Sequence[Atoms | None], inside: Array
) -> tuple[Array, Array, Ints]:
    """Divide each coordinate at its thresholds: shares of the boxes, masses, first intervals."""
    shares, widths, starts = [], [], [0]
    for j, measure in enumerate(measures):
        cuts = np.unique([*boxes.lower[:, j], *boxes.upper[:, j], -np.inf, np.inf])
        mass = np.diff(mass_below(measure, cuts))
        kept = mass > 0.0
        a, b, mass = cuts[:-1][kept], cuts[1:][kept], mass[kept]
        within = (boxes.lower[:, j, None] <= a) & (b <= boxes.upper[:, j, None])
        in_leaf = np.where(inside[:, j] > 0.0, inside[:, j], 1.0)  # nothing is within an empty one
        shares.append(within * mass / in_leaf[:, None])
        widths.append(mass)
        starts.append(starts[-1] + len(mass))
    return np.hstack(shares), np.concatenate(widths), np.array(starts[:-1], dtype=np.intp)
