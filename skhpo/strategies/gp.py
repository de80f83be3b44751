"""Bayesian optimisation with one Gaussian process for continuous, mixed and conditional spaces.

A design (the default point, then scrambled Sobol points) starts the search. Then, at each ask:

1. losses are made normal (:mod:`skhpo.surrogates.transform`) and a tree-additive Matérn process
   is fitted (:mod:`skhpo.surrogates.kernels`); points under way count with what it predicts;
2. log expected improvement is evaluated at Sobol points, perturbations of the best points and
   exchanges of their categories; where evaluations have failed, the log probability of success,
   from a second process on labels, is added;
3. the best of these, and the best of each branch, climb by projected BFGS over the numbers, the
   categories held; then categories and integers around the best are exchanged;
4. the best point that was never proposed is taken.

References
----------
Jones, Schonlau & Welch (1998), Efficient global optimization of expensive black-box functions,
Journal of Global Optimization 13.
Ament et al. (2023), Unexpected improvements to expected improvement, arXiv 2310.20708.
Thompson (1933), On the likelihood that one unknown probability exceeds another, Biometrika 25.
Ginsbourger, Le Riche & Carraro (2010), Kriging is well-suited to parallelize optimization.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skhpo.modelled import Modelled, sobol_points
from skhpo.surrogates.acquisition import ACQUISITIONS, Acquisition, Name, log_feasibility
from skhpo.surrogates.encoding import Encoding
from skhpo.surrogates.gp import Posterior, condition, fit
from skhpo.surrogates.kernels import Points, squared_distances
from skhpo.surrogates.likelihood import Penalty
from skhpo.surrogates.linalg import one_thread
from skhpo.surrogates.neighbours import exchanged, perturbed
from skhpo.surrogates.optimize import minimise
from skhpo.surrogates.transform import carried_over, normalise
from skhpo.trial import Observation

Array = NDArray[np.float64]

MIN_FINITE = 3  # finite losses that a model needs
COLD_EVERY = 8  # fits; between them the last hyper-parameters are the only start
REFIT_ALWAYS = 300  # observations up to which each tell refits the hyper-parameters
N_BEST, SDS = 6, np.repeat([0.02, 0.08, 0.25], 8)  # the best points and their perturbations
N_BRANCHES, BRANCH_SDS = 6, np.full(12, 0.08)  # the same for the best of each branch
NEAREST_FAILED = 3.0  # log of what the acquisition is divided by next to a failure
MIN_GAP = 1e-3  # between points under way, in length-scales
N_EXCHANGED = 3  # points whose categories and integers are exchanged
N_STARTS, N_DRAWN, DRAWN_FROM = 4, 2, 64  # starts of the climb: the best, and some of the next


class _Model(NamedTuple):
    """What the observations say."""

    losses: Posterior
    labels: Posterior | None  # None: nothing has failed
    ranked: Array  # evaluated points, smallest posterior mean first


@dataclass(kw_only=True, eq=False)
class GaussianProcess(Modelled):
    """Bayesian optimisation: a Gaussian process and log expected improvement.

    The default of `BayesSearchCV`: the best choice for up to some 500 evaluations that each take
    longer than a tenth of a second.

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
    n_candidates : int, default=512
        Sobol points at which each ask evaluates the acquisition, rounded up to a power of two.
    acquisition : {"log_ei", "log_pi", "ei", "pi", "ucb", "thompson", "portfolio"}, \
            default="log_ei"
        What makes a point worth evaluating: the logarithm of its expected improvement or of
        the probability of an improvement, the upper confidence bound of its score, or the best
        point of a draw from the posterior (Thompson sampling). "portfolio" takes expected
        improvement, confidence bound and Thompson sampling in turn. "ei" and "pi" are other
        names of "log_ei" and "log_pi", whose maxima are the same.

    Raises
    ------
    ValueError
        If ``n_initial`` or ``n_candidates`` is below 1, or ``acquisition`` unknown.

    Notes
    -----
    Failed evaluations count in the design and teach a second model where not to go. While fewer
    than three losses are finite, or all are equal, candidates are drawn as in the design.
    Above 300 observations the hyper-parameters are refitted once in n/100 observations.

    Examples
    --------
    >>> from skhpo import Real, Space
    >>> from skhpo.strategies.gp import GaussianProcess
    >>> from skhpo.trial import Observation
    >>> strategy = GaussianProcess(space=Space({"x": Real(0, 1)}), seed=0)
    >>> for _ in range(15):
    ...     [candidate] = strategy.ask()
    ...     loss = (candidate.params["x"] - 0.3) ** 2
    ...     strategy.tell([Observation(candidate, loss)])
    >>> bool(strategy.y.min() < 1e-4)
    True
    """

    n_candidates: int = 512
    acquisition: Name = "log_ei"
    _model: _Model | None = field(default=None, init=False, repr=False)
    _stale: bool = field(default=False, init=False, repr=False)
    _theta: Array | None = field(default=None, init=False, repr=False)
    _label_theta: Array | None = field(default=None, init=False, repr=False)
    _n_fits: int = field(default=0, init=False, repr=False)
    _n_fitted: int = field(default=0, init=False, repr=False)
    _refits: bool = field(default=True, init=False, repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.acquisition not in ACQUISITIONS:
            raise ValueError(
                f"acquisition should be one of {sorted(ACQUISITIONS)}, got {self.acquisition!r}."
            )

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        with one_thread():
            return super()._ask(n, rng)

    def _tell(self, observations: Sequence[Observation]) -> None:
        self._stale = True

    def _modelled(self, chosen: Array, rng: np.random.Generator) -> Array | None:
        model = self._fitted_model()
        return self._design(chosen, rng) if model is None else self._search(model, chosen, rng)

    # -- the model -----------------------------------------------------------------------------

    @cached_property
    def _encoding(self) -> Encoding:
        return Encoding.of(self.space.columns)

    def _fitted_model(self) -> _Model | None:
        """Fit once between tells; None: the observations do not determine a model."""
        if self._stale:
            try:
                self._model = self._fit()
            except np.linalg.LinAlgError:
                self._model = None
            self._stale = False
        return self._model

    def _fit(self) -> _Model | None:
        X, y = self.X, self.y
        finite = np.isfinite(y)
        if finite.sum() < MIN_FINITE or not self._encoding.kernel.n_scales:
            return None
        target = normalise(y[finite])
        if target is None:
            return None
        points = self._encoding.points(X)
        rows = np.flatnonzero(finite)
        self._count_fit(len(y))
        # what a dropped candidate was not evaluated on is noise of its own
        noise = carried_over(self.shortfall[finite], y[finite], target) ** 2
        losses = self._posterior(points.take(rows), target, self._theta, noise)
        self._theta = losses.theta
        labels = None
        if not finite.all():
            signs = np.where(finite, 1.0, -1.0)
            labels = self._posterior(points, signs, self._label_theta)
            self._label_theta = labels.theta
        ranked = X[rows[np.argsort(losses.fitted(), kind="stable")]]
        return _Model(losses, labels, ranked)

    def _count_fit(self, n: int) -> None:
        """Decide whether this fit moves the hyper-parameters."""
        self._refits = n <= REFIT_ALWAYS or 100 * (n - self._n_fitted) >= n
        if self._refits:
            self._n_fits += 1
            self._n_fitted = n

    def _posterior(
        self, points: Points, y: Array, theta: Array | None, noise: Array | float = 0.0
    ) -> Posterior:
        kernel = self._encoding.kernel
        if theta is not None and not self._refits:
            return condition(kernel, points, y, theta, noise)
        starts = [] if theta is None else [theta]
        if not starts or self._n_fits % COLD_EVERY == 0:
            starts.append(Penalty(kernel.n_scales, kernel.n_amplitudes, self._dimension).start())
        return fit(kernel, points, y, dimension=self._dimension, starts=starts, extra=noise)

    # -- the search ----------------------------------------------------------------------------

    def _search(self, model: _Model, chosen: Array, rng: np.random.Generator) -> Array | None:
        """Return the new point with the largest acquisition among all that were evaluated."""
        encode = self._encoding.points
        under_way = encode(np.concatenate([self.pending, chosen]))
        losses = model.losses.append(under_way)
        rules = ACQUISITIONS[self.acquisition]
        rule = rules[(self.n_asked + len(chosen)) % len(rules)]
        if rule == "thompson":
            pool, values = self._sampled(losses, model, rng)
        else:
            pool, values = self._maximised(Acquisition(losses, model.labels, rule), model, rng)
        if model.labels is not None:
            values -= NEAREST_FAILED * _nearest_failed(encode(pool), model.labels)
        values[_crowded(encode(pool), under_way, losses.per_column)] = -np.inf
        for i in np.argsort(-values, kind="stable"):
            if self._is_new(pool[i], chosen):
                return np.asarray(pool[i])
        return self._drawn(chosen, rng)

    def _maximised(
        self, acquisition: Acquisition, model: _Model, rng: np.random.Generator
    ) -> tuple[Array, Array]:
        """Return points, and the values of an acquisition there, among them its maximum."""
        encode = self._encoding.points
        pool = self._candidates(model.ranked, rng)
        values = acquisition.value(encode(pool))
        ends = self._climb(acquisition, pool[self._starts(pool, values, rng)])
        pool = np.concatenate([pool, ends])
        values = np.append(values, acquisition.value(encode(ends)))

        top = pool[np.argsort(-values, kind="stable")[:N_EXCHANGED]]
        near = self._snapped(exchanged(top, self.space.columns, rng, reach=2))
        pool = np.concatenate([pool, near])
        return pool, np.append(values, acquisition.value(encode(near)))

    def _sampled(
        self, losses: Posterior, model: _Model, rng: np.random.Generator
    ) -> tuple[Array, Array]:
        """Return points, and minus a draw of the losses there, likely failures put off."""
        pool = self._candidates(model.ranked, rng)
        at = self._encoding.points(pool)
        values = -losses.sample(at, rng)
        if model.labels is not None:
            values += log_feasibility(model.labels.predict(at).mean)[0]
        return pool, values

    def _candidates(self, ranked: Array, rng: np.random.Generator) -> Array:
        """Sobol points, perturbations and exchanges of the best points, of every branch."""
        columns = self.space.columns
        branches = ranked[_first_of_each(self._encoding.points(ranked).active)[:N_BRANCHES]]
        return self._snapped(
            np.concatenate(
                [
                    sobol_points(self.n_candidates, self.space.n_dims, rng),
                    perturbed(ranked[:N_BEST], columns, SDS, self._dimension, rng),
                    perturbed(branches, columns, BRANCH_SDS, self._dimension, rng),
                    exchanged(ranked[:N_EXCHANGED], columns, rng),
                ]
            )
        )

    def _starts(self, pool: Array, values: Array, rng: np.random.Generator) -> NDArray[np.intp]:
        """Choose the best candidates, the best of each branch, and some of the next."""
        order = np.argsort(-values, kind="stable")
        branches = _first_of_each(self._encoding.points(pool[order]).active)[:N_BRANCHES]
        drawn = rng.permutation(min(DRAWN_FROM, len(order)))[:N_DRAWN]
        best = np.arange(min(N_STARTS, len(order)))
        return np.asarray(order[np.unique(np.concatenate([best, branches, drawn]))])

    def _climb(self, acquisition: Acquisition, starts: Array) -> Array:
        """Climb over the active numbers, integers relaxed, categories held; snapped ends."""
        at, numeric, columns = (
            self._encoding.points(starts),
            self._encoding.numeric,
            self._encoding.numeric_at,
        )

        def descent(x: Array, rows: NDArray[np.intp]) -> tuple[Array, Array]:
            Z = at.Z[rows]
            Z[:, columns] = x
            value, gradient = acquisition.value_and_gradient(Points(Z, at.active[rows]))
            return -value, -gradient[:, columns]

        free = ~np.isnan(starts[:, numeric])
        ends, _ = minimise(descent, at.Z[:, columns], -0.5, 0.5, free=free)
        U = starts.copy()
        U[:, numeric] = np.where(free, ends + 0.5, np.nan)
        return self._snapped(U)


def _crowded(pool: Points, under_way: Points, per_column: Array) -> NDArray[np.bool_]:
    """Tell which points all but repeat one that is under way: the flat top of a believed peak."""
    root = np.sqrt(per_column)
    gaps = squared_distances(pool.Z * root, under_way.Z * root)
    return np.asarray((gaps < MIN_GAP**2).any(axis=1))


def _nearest_failed(pool: Points, labels: Posterior) -> NDArray[np.bool_]:
    """Tell which points have a failure for their nearest neighbour.

    A smooth model of success is vague beside a sharp boundary, where the improvement it hopes
    for may be largest; the nearest neighbour halves what is unknown there.
    """
    root = np.sqrt(labels.per_column)
    gaps = squared_distances(pool.Z * root, labels.points.Z * root)
    return np.asarray(labels.y[np.argmin(gaps, axis=1)] < 0)


def _first_of_each(active: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Find the first row of each pattern of activity, in order; none without conditions."""
    if not active.shape[1]:
        return np.zeros(0, dtype=np.intp)
    _, first = np.unique(active, axis=0, return_index=True)
    return np.sort(first)
