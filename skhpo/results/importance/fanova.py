"""Functional ANOVA of a random forest.

A forest is fitted to the scores, in the unit cube whose uniform distribution is the prior. The
variance of each tree over the prior is decomposed exactly
(:mod:`skhpo.surrogates.leaf_anova`); shares are averaged over the trees.

Each tree sees a bootstrap sample, the categories in the order of their mean scores in it, and
random numbers where a parameter does not exist: to the forest it is then a parameter without
effect there, and the measure over the cube is a product. An effect that exists in a part of the
cube is decomposed in that part and counts with the probability of the part, so that the shares
of all effects of any order sum to one.

References
----------
Hutter, Hoos & Leyton-Brown (2014), An efficient approach for assessing hyperparameter importance,
ICML.
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeRegressor

from skhpo.results.importance._effect import Method, Row, check_at_least
from skhpo.results.importance._parts import Part, both, key, parts_of, widths
from skhpo.results.importance._study import Study
from skhpo.space import Space
from skhpo.surrogates.leaf_anova import Anova, Atoms, Boxes, decompose, leaf_boxes
from skhpo.surrogates.transform import standardise

Array = NDArray[np.float64]
Ints = NDArray[np.intp]
At = tuple[int, ...]

MAX_ATOMS = 1000  # ordered values beyond which a parameter is as good as continuous
MAX_BAG = 1000  # candidates that a tree sees: the decomposition is cubic in its leaves


@dataclass(frozen=True, kw_only=True)
class FunctionalAnova(Method):
    """Shares of the variance of a forest's prediction over the prior.

    Parameters
    ----------
    n_interactions : int, default=5
        Pairs of parameters in the table, the largest ones.
    n_trees : int, default=64
        Trees of the forest.
    min_samples_leaf : int, default=1
        Candidates in a leaf; more for noisy scores.

    Raises
    ------
    ValueError
        If a number is too small.
    """

    columns: ClassVar[tuple[str, ...]] = ("importance", "std")
    n_interactions: int = 5
    n_trees: int = 64
    min_samples_leaf: int = 1

    def __post_init__(self) -> None:
        check_at_least("n_interactions", self.n_interactions, 0)
        check_at_least("n_trees", self.n_trees, 1)
        check_at_least("min_samples_leaf", self.min_samples_leaf, 1)

    def __call__(self, study: Study, rng: np.random.Generator) -> list[Row]:
        """Fit the trees and average what their variances are made of."""
        wanted = _effects(study.space, self.n_interactions > 0)
        forest = _Forest(study, self.min_samples_leaf)
        shares = np.array([_shares(forest.grow(rng), wanted) for _ in range(self.n_trees)])
        mean, std = shares.mean(axis=0), shares.std(axis=0)
        pairs = [i for i, (at, _) in enumerate(wanted) if len(at) == 2]
        largest = sorted(pairs, key=lambda i: -mean[i])[: self.n_interactions]
        return [
            {"at": at, "importance": mean[i], "std": std[i]}
            for i, (at, _) in enumerate(wanted)
            if len(at) == 1 or i in largest
        ]


def _effects(space: Space, with_pairs: bool) -> list[tuple[At, list[Part]]]:
    """Return the effects and the parts of the cube where they exist."""
    own = [parts_of(space, j) for j in range(space.n_dims)]
    effects: list[tuple[At, list[Part]]] = [((j,), parts) for j, parts in enumerate(own)]
    for j in range(space.n_dims if with_pairs else 0):
        for k in range(j + 1, space.n_dims):
            shared = [both(a, b) for a in own[j] for b in own[k]]
            parts = [part for part in shared if part is not None]
            if parts:
                effects.append(((j, k), parts))
    return effects


class _Tree(NamedTuple):
    """A fitted tree, and the measure that the prior is in its coordinates."""

    boxes: Boxes
    measures: list[Atoms | None]
    orders: list[Ints | None]  # the cells of discrete columns in the order of their positions

    def within(self, part: Part) -> list[Atoms | None]:
        """Return the measures with no mass on cells outside a part."""
        restricted = [*self.measures]
        for j, cells in part.items():
            measure, order = self.measures[j], self.orders[j]
            if measure is not None and order is not None:
                allowed = np.isin(order, list(cells))
                restricted[j] = Atoms(measure.positions, measure.weights * allowed)
        return restricted


class _Forest:
    """Grows trees on bootstrap samples."""

    def __init__(self, study: Study, min_samples_leaf: int) -> None:
        self.study = study
        self.min_samples_leaf = min_samples_leaf
        self.columns = study.space.columns
        self.parents = {parent for column in self.columns for parent, _ in column.parents}
        self.widths = [self._widths(j) for j in range(len(self.columns))]
        self.scores = np.asarray(standardise(study.scores))

    def _widths(self, j: int) -> Array | None:
        """Return the widths of the cells, None where the column is as good as continuous."""
        column = self.columns[j]
        is_fine = column.kind == "discrete" and (column.n_values or 0) > MAX_ATOMS
        if column.n_values is None or (is_fine and j not in self.parents):
            return None
        return widths(column)

    def grow(self, rng: np.random.Generator) -> _Tree:
        """Fit one tree."""
        n, d = self.study.X.shape
        rows = rng.integers(0, n, min(n, MAX_BAG))
        U = np.where(self.study.active, self.study.X, rng.random((n, d)))[rows]
        y = self.scores[rows]
        measures: list[Atoms | None] = [None] * d
        orders: list[Ints | None] = [None] * d
        for j, column in enumerate(self.columns):
            width = self.widths[j]
            if width is None:
                continue
            cells = column.index(U[:, j])
            order = np.arange(len(width))
            if column.kind == "categorical":
                order = _by_mean(cells, y, self.study.active[rows, j], len(width))
            place = np.argsort(order)
            U[:, j] = (place[cells] + 0.5) / len(width)
            measures[j] = Atoms((np.arange(len(width)) + 0.5) / len(width), width[order])
            orders[j] = order
        return _Tree(self._boxes(U, y, rng), measures, orders)

    def _boxes(self, U: Array, y: Array, rng: np.random.Generator) -> Boxes:
        tree = DecisionTreeRegressor(
            min_samples_leaf=self.min_samples_leaf, random_state=int(rng.integers(2**31))
        )
        t = tree.fit(U, y).tree_
        left, right = t.children_left, t.children_right
        return leaf_boxes(left, right, t.feature, t.threshold, t.value[:, 0, 0], U.shape[1])


def _by_mean(cells: Ints, y: Array, known: NDArray[np.bool_], n_cells: int) -> Ints:
    """Order categories by their mean scores: the best split of a node is then one of the cuts."""
    counts = np.bincount(cells[known], minlength=n_cells)
    sums = np.bincount(cells[known], weights=y[known], minlength=n_cells)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), y.mean())
    return np.argsort(means, kind="stable")


def _shares(tree: _Tree, wanted: list[tuple[At, list[Part]]]) -> list[float]:
    """Return the shares of the effects in the variance of one tree."""
    found: dict[object, Anova] = {}

    def within(part: Part) -> Anova:
        if key(part) not in found:
            found[key(part)] = decompose(tree.boxes, tree.within(part))
        return found[key(part)]

    total = within({}).total
    if total <= 0.0:
        return [0.0] * len(wanted)
    variances = [
        sum(float((within(p).mains if len(at) == 1 else within(p).pairs)[at]) for p in parts)
        for at, parts in wanted
    ]
    return [variance / total for variance in variances]
