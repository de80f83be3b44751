"""Random forest as a model: a mean and, from its trees, a variance.

Each tree t predicts the mean m_t(x) and the variance v_t(x) of the observations in the leaf of x
(of the tree's own bootstrap sample). A tree being drawn at random, by the law of total variance

    μ(x) = mean_t m_t(x)
    σ²(x) = mean_t v_t(x) + mean_t (m_t(x) - μ(x))²

The trees are those of scikit-learn; means and variances of their leaves are looked up in arrays
over the nodes of all trees.

References
----------
L. Breiman (2001), Random forests, Machine Learning 45. P. Geurts, D. Ernst, L. Wehenkel (2006),
Extremely randomized trees, Machine Learning 63. F. Hutter, L. Xu, H. H. Hoos, K. Leyton-Brown
(2014), Algorithm runtime prediction: methods & evaluation, Artificial Intelligence 206, section
4.3 (the variance). F. Hutter, H. H. Hoos, K. Leyton-Brown (2011), Sequential model-based
optimization for general algorithm configuration, LION 5 (SMAC).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.tree import DecisionTreeRegressor, ExtraTreeRegressor
from sklearn.utils import check_random_state

from skhpo.surrogates.encoding import Column

Array = NDArray[np.float64]
Features = NDArray[np.float32]  # what scikit-learn's trees take

INACTIVE = -1.0  # stands for an inactive parameter: outside the unit interval, a split away
MIN_VARIANCE = 1e-6  # where all trees agree
MAX_SEED = 2**31 - 1


def features(X: Array, columns: Sequence[Column]) -> Features:
    """Encode points for trees.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Snapped points, NaN where a parameter is inactive.
    columns : sequence of Column
        The d parameters.

    Returns
    -------
    ndarray of shape (n, D)
        Positions of numbers and of two categories; for more categories a column each, 1 in that
        of the point's own and 0 in the others. All of them -1 where inactive.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo import Real, Space
    >>> space = Space({"C": Real(0, 1), "kernel": ["rbf", "poly", "linear"]})
    >>> features(np.array([[0.5, 0.8]]), space.columns)
    array([[0.5, 0. , 0. , 1. ]], dtype=float32)
    """
    parts = [np.empty((len(X), 0))]
    for j, column in enumerate(columns):
        x, known = X[:, j], ~np.isnan(X[:, j])
        n_values = column.n_values or 1
        if column.kind != "categorical" or n_values <= 2:
            parts.append(np.where(known, x, INACTIVE)[:, None])
            continue
        own = column.index(np.where(known, x, 0.0))[:, None] == np.arange(n_values)
        parts.append(np.where(known[:, None], own, INACTIVE))
    return np.ascontiguousarray(np.concatenate(parts, axis=1), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class RandomForest:
    """A fitted forest; :meth:`fit` makes it.

    Parameters
    ----------
    trees : tuple of sklearn.tree._tree.Tree
        The trees.
    first : ndarray of shape (n_trees,)
        Number of the first node of each tree among the nodes of all.
    means, variances : ndarray of shape (n_nodes,)
        Of the observations in each node.

    Examples
    --------
    >>> import numpy as np
    >>> Z = np.linspace(0, 1, 30, dtype=np.float32)[:, None]
    >>> forest = RandomForest.fit(Z, Z[:, 0] ** 2, seed=0)
    >>> mean, variance = forest.predict(Z)
    >>> bool(np.abs(mean - Z[:, 0] ** 2).max() < 0.05)
    True
    """

    trees: tuple[Any, ...]
    first: NDArray[np.intp]
    means: Array
    variances: Array

    @classmethod
    def fit(
        cls,
        Z: Features,
        y: Array,
        *,
        n_trees: int = 30,
        min_samples_leaf: int = 1,
        max_features: float = 1.0,
        extra: bool = False,
        bootstrap: bool = True,
        seed: int = 0,
    ) -> "RandomForest":
        """Grow the trees of scikit-learn's `RandomForestRegressor` or `ExtraTreesRegressor`.

        Parameters
        ----------
        Z : ndarray of shape (n, D)
            What :func:`features` returned.
        y : ndarray of shape (n,)
            Targets.
        n_trees : int, default=30
            Number of trees.
        min_samples_leaf : int, default=1
            The least number of observations in a leaf.
        max_features : float, default=1.0
            Share of the columns that are looked at for a split.
        extra : bool, default=False
            Whether the places of splits are drawn too (extremely randomised trees).
        bootstrap : bool, default=True
            Whether each tree has a sample of its own. Without it, and with a single observation
            in each leaf, the variance is 0 at every observation and grows away from them.
        seed : int, default=0
            Fixes bootstrap samples and splits.

        Returns
        -------
        RandomForest
            Trees, and means and variances of their nodes.
        """
        grower = ExtraTreeRegressor if extra else DecisionTreeRegressor
        model = grower(min_samples_leaf=min_samples_leaf, max_features=max_features)
        trees: list[Any] = []
        # one estimator, fitted again and again: cloning and checking take longer than growing
        with config_context(skip_parameter_validation=True, assume_finite=True):
            for own in check_random_state(seed).randint(MAX_SEED, size=n_trees):
                counts = np.ones(len(y))
                if bootstrap:
                    drawn = check_random_state(own).randint(0, len(y), len(y))
                    counts = np.bincount(drawn, minlength=len(y)).astype(float)
                model.random_state = int(own)
                trees.append(model.fit(Z, y, sample_weight=counts, check_input=False).tree_)
        sizes = [tree.node_count for tree in trees]
        return cls(
            tuple(trees),
            np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp),
            np.concatenate([tree.value[:, 0, 0] for tree in trees]),
            np.concatenate([tree.impurity for tree in trees]),
        )

    def leaves(self, Z: Features) -> NDArray[np.intp]:
        """Return the node in which each point ends in each tree, shape (m, n_trees)."""
        return np.array([tree.apply(Z) for tree in self.trees]).T + self.first

    def predict(self, Z: Features) -> tuple[Array, Array]:
        """Predict.

        Parameters
        ----------
        Z : ndarray of shape (m, D)
            What :func:`features` returned.

        Returns
        -------
        mean, var : ndarray of shape (m,)
            By the law of total variance; variances are at least 1e-6.
        """
        leaves = self.leaves(Z)
        means = self.means[leaves]
        var = self.variances[leaves].mean(axis=1) + means.var(axis=1)
        return means.mean(axis=1), np.maximum(var, MIN_VARIANCE)

    def of_tree(self, t: int, Z: Features) -> Array:
        """Return the means of one of the trees, a draw from the model, at m points."""
        return np.asarray(self.means[self.first[t] + self.trees[t].apply(Z)])
