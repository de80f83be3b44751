"""Which members with which weights: each way to make an ensemble of a pool."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, RidgeCV

from skhpo._sklearn import take_rows
from skhpo.ensembles._greedy import greedy_weights, weights_by_rank
from skhpo.ensembles._metrics import as_response, scores_of_many
from skhpo.ensembles._pool import Floats, Pool, averaged, make_pool
from skhpo.results._predicted_score import PredictedScore
from skhpo.results.predictions import OutOfFold

METHODS = ("greedy", "voting", "stacking")
SIZES = {"greedy": 25, "voting": 5, "stacking": 5}  # rounds, members, members
MOST_VALUES = 2e7  # that are scored a round; of more, some rows decide


@dataclass(frozen=True, eq=False)
class Recipe:
    """How predictions of members become those of the ensemble.

    Parameters
    ----------
    members : ndarray of shape (n_members,)
        Positions among the candidates whose predictions were kept.
    weights : ndarray of shape (n_members,)
        They add up to one; equal for a stack.
    final : estimator or None
        What a stack puts on top, fitted.
    """

    members: NDArray[np.intp]
    weights: Floats
    final: Any = None


@dataclass(frozen=True, eq=False)
class Chooser:
    """Makes recipes from some of the splits, and scores them on others.

    Parameters
    ----------
    kept : OutOfFold
        What was predicted.
    score : PredictedScore
        Of a prediction.
    y : array-like
        The target.
    split_scores : ndarray of shape (n_kept, n_splits)
        Of each candidate on each split.
    all_scores : ndarray of shape (n_complete, n_splits)
        The same of all complete candidates, also of those that no ensemble can have.
    kind : {"numbers", "soft", "hard", "decision"}
        What of the predictions is used.
    method : {"greedy", "voting", "stacking"}
        How members are chosen.
    size, pool : int
        Rounds or members, and candidates to choose from.
    """

    kept: OutOfFold
    score: PredictedScore
    y: Any
    split_scores: Floats
    all_scores: Floats
    kind: str
    method: str
    size: int
    pool: int

    def choose(self, splits: list[int], without: NDArray[np.intp] | None = None) -> Recipe:
        """Return a recipe that has seen only these splits, and not certain rows."""
        n = self.pool if self.method == "greedy" else min(self.size, self.pool)
        pool = make_pool(self.kept, self.kind, self.split_scores, n, splits, without)
        makers: dict[str, Callable[[Pool], Recipe]] = {
            "greedy": self._greedy,
            "voting": self._voting,
            "stacking": self._stacking,
        }
        return makers[self.method](pool)

    def alone(self, split: int, others: list[int]) -> float:
        """Return the score on a split of the candidate that is the best on other splits."""
        best = int(np.argmax(self.all_scores[:, others].mean(axis=1)))
        return float(self.all_scores[best, split])

    def predict(self, recipe: Recipe, split: int) -> dict[str, NDArray[Any]]:
        """Return what a recipe makes of the predictions of a split."""
        parts = [averaged(self.kept, m, self.kind, [split]) for m in recipe.members]
        if recipe.final is not None:
            return self._by_final(recipe.final, self._features(np.stack(parts)))
        mean = np.tensordot(recipe.weights, np.stack(parts), axes=1)
        return as_response(mean, self._response)

    @property
    def _n_classes(self) -> int:
        return 0 if self.kept.classes is None else len(self.kept.classes)

    @property
    def _response(self) -> str:
        return {"soft": "predict_proba", "hard": "votes", "numbers": "predict"}[self.kind]

    def _greedy(self, pool: Pool) -> Recipe:
        small = self._some_rows(pool)
        scores_of = scores_of_many(self.score, self.y, small.rows, self.kind)
        counts = greedy_weights(small, scores_of, self.size)
        chosen = np.flatnonzero(counts)
        chosen = chosen[np.argsort(-counts[chosen], kind="stable")]
        return Recipe(pool.members[chosen], counts[chosen] / counts.sum())

    def _voting(self, pool: Pool) -> Recipe:
        weights = weights_by_rank(len(pool.members))
        return Recipe(pool.members, weights / weights.sum())

    def _stacking(self, pool: Pool) -> Recipe:
        final: Any = RidgeCV() if self.kind == "numbers" else LogisticRegression(max_iter=1000)
        y = np.asarray(take_rows(self.y, pool.rows))
        if self.kept.classes is not None:
            y = np.searchsorted(self.kept.classes, y)
            if len(np.unique(y)) < 2:
                raise ValueError(
                    "stacking needs two classes in the splits that choose; one has all the others."
                )
        final.fit(self._features(pool.values), y)
        n = len(pool.members)
        return Recipe(pool.members, np.full(n, 1 / n), final)

    def _features(self, values: Floats) -> Floats:
        """Return what scikit-learn's stacking hands to its final estimator."""
        if self.kind == "numbers":
            return values.T
        # of two probabilities one says it all
        first = 1 if self.kind == "soft" and values.shape[2] == 2 else 0
        return np.hstack([*values[:, :, first:]])

    def _by_final(self, final: Any, features: Floats) -> dict[str, NDArray[Any]]:
        if self.kind == "numbers":
            return {"predict": final.predict(features)}
        # a class that was not in the splits that it has seen has no column
        values = np.zeros((len(features), self._n_classes))
        values[:, final.classes_] = final.predict_proba(features)
        return {"predict_proba": values}

    def _some_rows(self, pool: Pool) -> Pool:
        n = int(MOST_VALUES / (pool.values.size / len(pool.rows)))
        if len(pool.rows) <= n:
            return pool
        rows = np.sort(np.random.default_rng(0).choice(len(pool.rows), n, replace=False))
        return Pool(pool.members, pool.values[:, rows], pool.rows[rows])
