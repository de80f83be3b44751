"""Bayesian optimisation with a random forest, after SMAC.

A design (the default point, then scrambled Sobol points) starts the search. Then, at each ask:

1. losses are made normal (:mod:`skhpo.surrogates.transform`) and extremely randomised trees are
   fitted to them (:mod:`skhpo.surrogates.forest`), points under way counting with what these
   predict;
2. log expected improvement is evaluated at Sobol points and at neighbours of the best points;
   where evaluations have failed, the log probability of success, from a second forest, is added;
3. from the best of these, local searches over neighbours go on in lock step;
4. the best point that was never proposed is taken, but now and then a random one.

F. Hutter, H. H. Hoos, K. Leyton-Brown: Sequential Model-Based Optimization for General Algorithm
Configuration. LION 5 (2011). M. Lindauer et al.: SMAC3. JMLR 23 (2022).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skhpo.asktell import Array
from skhpo.modelled import Modelled, sobol_points
from skhpo.surrogates.acquisition import ACQUISITIONS, RULES, Name
from skhpo.surrogates.forest import MAX_SEED, RandomForest, features
from skhpo.surrogates.neighbours import exchanged, perturbed
from skhpo.surrogates.transform import normalise
from skhpo.trial import Observation

# With bootstrap samples the variance stays large where losses are known, and the search with it.
GROWN: dict[str, Any] = {"extra": True, "bootstrap": False}
MIN_FINITE = 3  # finite losses that a model needs
MIN_SUCCESS = 0.01  # probability of success where all trees say failure
N_BEST, SDS = 6, np.repeat([0.02, 0.08, 0.25], 8)  # the best points and their perturbations
N_EXCHANGED, REACH = 3, 2  # best points whose categories and integers are exchanged
N_CLIMBERS, STEPS = 8, np.repeat([0.02, 0.1, 0.2], 4)  # local searches and their steps
MAX_CLIMBS = 8  # steps of a local search

Rating = Callable[[Array], Array]


class _Model(NamedTuple):
    """What the observations say."""

    X: Array  # evaluated points with finite losses
    target: Array  # their normalised losses
    seed: int
    losses: RandomForest
    labels: RandomForest | None  # None: nothing has failed
    ranked: Array  # X, smallest predicted mean first
    best: float  # the smallest predicted mean


@dataclass(kw_only=True, eq=False)
class Forest(Modelled):
    """Bayesian optimisation: a random forest and log expected improvement.

    For spaces of many categories and conditions, and for losses with steps; where losses vary
    smoothly with numbers, the Gaussian process needs fewer evaluations.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes all random numbers.
    budget : int or None, default=None
        Not used.
    n_initial : int, default=10
        Candidates before the model is asked: those enqueued or, if there are none, the default
        point; then scrambled Sobol points.
    n_candidates : int, default=1024
        Sobol points at which each ask evaluates the acquisition, rounded up to a power of two.
    n_trees : int, default=30
        Number of trees.
    random_share : float, default=0.1
        Probability of a random point in place of the model's choice.
    acquisition : {"log_ei", "log_pi", "ei", "pi", "ucb", "thompson", "portfolio"}, \
default="log_ei"
        What makes a point worth evaluating: the logarithm of its expected improvement or of
        the probability of an improvement, the upper confidence bound of its score, or the best
        point of one of the trees (Thompson sampling). "portfolio" takes expected improvement,
        confidence bound and Thompson sampling in turn. "ei" and "pi" are other names of
        "log_ei" and "log_pi", whose maxima are the same.

    Raises
    ------
    ValueError
        If ``n_initial``, ``n_candidates`` or ``n_trees`` is below 1, ``random_share`` not from 0
        to 1, or ``acquisition`` unknown.

    References
    ----------
    .. [1] F. Hutter, H. H. Hoos, K. Leyton-Brown: Sequential Model-Based Optimization for General
       Algorithm Configuration. LION 5 (2011) 507-523.

    Examples
    --------
    >>> from skhpo import Observation, Real, Space
    >>> from skhpo.strategies.forest import Forest
    >>> strategy = Forest(space=Space({"x": Real(0, 1)}), seed=0)
    >>> for _ in range(25):
    ...     [candidate] = strategy.ask()
    ...     strategy.tell([Observation(candidate, (candidate.params["x"] - 0.3) ** 2)])
    >>> bool(strategy.y.min() < 1e-3)
    True
    """

    n_candidates: int = 1024
    n_trees: int = 30
    random_share: float = 0.1
    acquisition: Name = "log_ei"
    _model: _Model | None = field(default=None, init=False, repr=False)
    _stale: bool = field(default=False, init=False, repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.n_trees < 1:
            raise ValueError(f"n_trees should be at least 1, got {self.n_trees!r}.")
        if not 0 <= self.random_share <= 1:
            raise ValueError(f"random_share should be from 0 to 1, got {self.random_share!r}.")
        if self.acquisition not in ACQUISITIONS:
            raise ValueError(
                f"acquisition should be one of {sorted(ACQUISITIONS)}, got {self.acquisition!r}."
            )

    def _tell(self, observations: Sequence[Observation]) -> None:
        self._stale = True

    def _modelled(self, chosen: Array, rng: np.random.Generator) -> Array | None:
        if self._stale:
            self._model = self._fit(int(rng.integers(MAX_SEED)))
            self._stale = False
        if self._model is None:
            return self._design(chosen, rng)
        if rng.random() < self.random_share:
            return self._as("sample", self._drawn(chosen, rng))
        return self._search(self._model, chosen, rng)

    # -- the model -----------------------------------------------------------------------------

    def _fit(self, seed: int) -> _Model | None:
        """Fit the forests; None: the observations do not determine a model."""
        X, y = self.X, self.y
        finite = np.isfinite(y)
        target = normalise(y[finite]) if finite.sum() >= MIN_FINITE else None
        if target is None:
            return None
        losses = self._grown(X[finite], target, seed)
        labels = None if finite.all() else self._grown(X, finite.astype(np.float64), seed)
        fitted, _ = losses.predict(self._features(X[finite]))
        ranked = X[finite][np.argsort(fitted, kind="stable")]
        return _Model(X[finite], target, seed, losses, labels, ranked, float(fitted.min()))

    def _grown(self, X: Array, target: Array, seed: int) -> RandomForest:
        Z = self._features(X)
        return RandomForest.fit(Z, target, n_trees=self.n_trees, seed=seed, **GROWN)

    def _features(self, X: Array) -> NDArray[np.float32]:
        return features(X, self.space.columns)

    def _believing(self, model: _Model, under_way: Array) -> RandomForest:
        """Return the forest that has seen what it predicts where evaluations are under way."""
        if not len(under_way):
            return model.losses
        believed, _ = model.losses.predict(self._features(under_way))
        X = np.concatenate([model.X, under_way])
        return self._grown(X, np.append(model.target, believed), model.seed)

    def _rating(self, model: _Model, chosen: Array, rng: np.random.Generator) -> Rating:
        """Return what the search maximises."""
        losses = self._believing(model, np.concatenate([self.pending, chosen]))
        rules = ACQUISITIONS[self.acquisition]
        rule = rules[(self.n_asked + len(chosen)) % len(rules)]
        tree = int(rng.integers(self.n_trees))

        def rating(X: Array) -> Array:
            Z = self._features(X)
            if rule == "thompson":
                values = -losses.of_tree(tree, Z)
            else:
                values, _, _ = RULES[rule](*losses.predict(Z), model.best)
            if model.labels is not None:
                success, _ = model.labels.predict(Z)
                values = values + np.log(np.maximum(success, MIN_SUCCESS))
            return values

        return rating

    # -- the search ----------------------------------------------------------------------------

    def _search(self, model: _Model, chosen: Array, rng: np.random.Generator) -> Array | None:
        """Return the new point with the largest acquisition among all that were evaluated."""
        rating = self._rating(model, chosen, rng)
        pool = self._candidates(model.ranked, rng)
        pool, values = self._climbed(rating, pool, rating(pool), rng)
        for i in np.argsort(-values, kind="stable"):
            if self._is_new(pool[i], chosen):
                return np.asarray(pool[i])
        return self._as("sample", self._drawn(chosen, rng))

    def _candidates(self, ranked: Array, rng: np.random.Generator) -> Array:
        """Draw Sobol points, perturbations and exchanges of the best points."""
        columns = self.space.columns
        return self._snapped(
            np.concatenate(
                [
                    sobol_points(self.n_candidates, self.space.n_dims, rng),
                    perturbed(ranked[:N_BEST], columns, SDS, self._dimension, rng),
                    exchanged(ranked[:N_EXCHANGED], columns, rng, reach=REACH),
                ]
            )
        )

    def _climbed(
        self, rating: Rating, pool: Array, values: Array, rng: np.random.Generator
    ) -> tuple[Array, Array]:
        """Add the neighbours of the best, of the best among these, and so on while it rises."""
        columns = self.space.columns
        for _ in range(MAX_CLIMBS):
            here = pool[np.argsort(-values, kind="stable")[:N_CLIMBERS]]
            steps = perturbed(here, columns, STEPS, self._dimension, rng)
            near = self._snapped(np.concatenate([steps, exchanged(here, columns, rng, reach=1)]))
            top, found = values.max(), rating(near)
            pool, values = np.concatenate([pool, near]), np.append(values, found)
            if not found.max(initial=-np.inf) > top:
                break
        return pool, values
