"""Bayesian optimisation with one Gaussian process for continuous, mixed and conditional spaces.

A design (the default point, then scrambled Sobol points) starts the search. Then, at each ask:

1. losses are made normal (:mod:`skhpo.surrogates.warping`) and a tree-additive process
   is fitted (:mod:`skhpo.surrogates.process`); points under way count with what it predicts;
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
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from skhpo.asktell import Strategy
from skhpo.surrogates.acquisition import RULES, Acquisition, log_feasibility
from skhpo.surrogates.encoding import Encoding
from skhpo.surrogates.gp import Posterior
from skhpo.surrogates.kernels import FAMILIES, Points, squared_distances
from skhpo.surrogates.linalg import one_thread
from skhpo.surrogates.loss_model import Fitted, LossModel
from skhpo.surrogates.neighbours import exchanged, perturbed
from skhpo.surrogates.optimize import minimise
from skhpo.surrogates.warping import WARPINGS
from skhpo.trial import Observation

Array = NDArray[np.float64]

ACQUISITIONS = {name: (name,) for name in (*RULES, "thompson")} | {
    "portfolio": ("log_ei", "ucb", "thompson")
}
CHOICES = {
    "acquisition": set(ACQUISITIONS),
    "kernel": {"auto", *FAMILIES},
    "output": {"auto", *WARPINGS},
}
N_DRAWS = 256  # configurations whose mean number of active parameters is the dimension
N_DESIGN = 1024  # Sobol points of the design; beyond, draws from the prior
DESIGN_STREAM = 2**31  # apart from the numbers of the asks, which seed all other draws
N_BEST, SDS = 6, np.repeat([0.02, 0.08, 0.25], 8)  # the best points and their perturbations
N_BRANCHES, BRANCH_SDS = 6, np.full(12, 0.08)  # the same for the best of each branch
NEAREST_FAILED = 3.0  # log of what the acquisition is divided by next to a failure
MIN_GAP = 1e-3  # between points under way, in length-scales
N_EXCHANGED = 3  # points whose categories and integers are exchanged
N_STARTS, N_DRAWN, DRAWN_FROM = 4, 2, 64  # starts of the climb: the best, and some of the next


@dataclass(kw_only=True, eq=False)
class GaussianProcess(Strategy):
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
    acquisition : {"log_ei", "log_pi", "ucb", "thompson", "portfolio"}, default="log_ei"
        What makes a point worth evaluating: the logarithm of its expected improvement or of
        the probability of an improvement, the upper confidence bound of its score, or the best
        point of a draw from the posterior (Thompson sampling). "portfolio" takes expected
        improvement, confidence bound and Thompson sampling in turn.
    kernel : {"additive", "auto", "matern12", "matern32", "matern52", "polynomial", "rbf"}, \
            default="matern52"
        What the model takes the loss for: a function that is differentiable never ("matern12"),
        once, twice or for ever ("rbf"), a sum of twice differentiable functions of one parameter
        each ("additive"), or a quadratic polynomial. "auto" takes, at the first fit and each
        eighth one, the one of the largest likelihood.
    output : {"auto", "log", "none", "winsorised", "yeo_johnson"}, default="yeo_johnson"
        What is done to the losses before they are modelled. "yeo_johnson": the power
        transform that makes them most normal; "winsorised": the same after losses that are far
        worse than most (by more than five robust deviations) are taken for that limit; "none"
        and "log" are winsorised too. "auto" takes, at the first fit and each eighth one, the
        one under which each loss is best predicted from the others.

    Raises
    ------
    ValueError
        If ``n_initial`` or ``n_candidates`` is below 1, or ``acquisition``, ``kernel`` or
        ``output`` unknown.

    Notes
    -----
    Failed evaluations count in the design and teach a second model where not to go. While fewer
    than three losses are finite, or all are equal, candidates are drawn as in the design.
    Above 300 observations the hyper-parameters and the map of the losses are fitted once in n/100
    observations, to 300 of them; those that come in between are appended to the factor.

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

    n_initial: int = 10
    n_candidates: int = 512
    acquisition: Literal["log_ei", "log_pi", "ucb", "thompson", "portfolio"] = "log_ei"
    kernel: Literal[
        "additive", "auto", "matern12", "matern32", "matern52", "polynomial", "rbf"
    ] = "matern52"
    output: Literal["auto", "log", "none", "winsorised", "yeo_johnson"] = "yeo_johnson"
    _model: Fitted | None = field(default=None, init=False, repr=False)
    _stale: bool = field(default=False, init=False, repr=False)
    _arrived: dict[int, int] = field(default_factory=dict, init=False, repr=False)
    _n_designed: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("n_initial", "n_candidates"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} should be at least 1, got {getattr(self, name)!r}.")
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(
                    f"{name} should be one of {sorted(allowed)}, got {getattr(self, name)!r}."
                )

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        chosen = np.empty((0, self.space.n_dims))
        with one_thread():
            for _ in range(n):
                x = self._propose(chosen, rng)
                if x is None:
                    break
                chosen = np.concatenate([chosen, x[None]])
        return chosen

    def _tell(self, observations: Sequence[Observation]) -> None:
        for observation in observations:
            self._arrived.setdefault(observation.candidate.number, len(self._arrived))
        self._stale = True

    def _propose(self, chosen: Array, rng: np.random.Generator) -> Array | None:
        """One new point besides those of the same ask, None if the space is exhausted."""
        n_before = self.n_asked + len(chosen)
        if n_before == 0:
            return self.space.default()
        model = self._fitted_model() if n_before >= self.n_initial else None
        if model is None:
            return self._design(chosen, rng)
        return self._search(model, chosen, rng)

    # -- the design ----------------------------------------------------------------------------

    @cached_property
    def _sobol(self) -> Array:
        rng = np.random.default_rng((self.seed, DESIGN_STREAM))
        return self.space.snap(_sobol_points(N_DESIGN, self.space.n_dims, rng))

    def _design(self, chosen: Array, rng: np.random.Generator) -> Array | None:
        """Return the next Sobol point that is new, or a draw when they are used up."""
        while self._n_designed < N_DESIGN and self.space.n_dims:
            x = self._sobol[self._n_designed]
            self._n_designed += 1
            if self._is_new(x, chosen) and self.space.allowed(x[None])[0]:
                return np.asarray(x)
        return self._drawn(chosen, rng)

    def _drawn(self, chosen: Array, rng: np.random.Generator) -> Array | None:
        if not self.space.n_dims:
            return None  # the one point there is was the first proposal
        for x in self._unseen(len(chosen) + 1, rng):
            if self._is_new(x, chosen):
                return np.asarray(x)
        return None

    def _is_new(self, x: Array, chosen: Array) -> bool:
        same = (chosen == x) | (np.isnan(chosen) & np.isnan(x))
        return not self.is_seen(x) and not bool(same.all(axis=1).any())

    # -- the model -----------------------------------------------------------------------------

    @cached_property
    def _encoding(self) -> Encoding:
        return Encoding.of(self.space.columns)

    @cached_property
    def _losses(self) -> LossModel:
        return LossModel(self._encoding, self._dimension, self.kernel, self.output)

    @cached_property
    def _dimension(self) -> float:
        """Mean number of active parameters with more than one value."""
        varying = np.array([column.n_values != 1 for column in self.space.columns])
        draws = self.space.draw(N_DRAWS, np.random.default_rng((self.seed, DESIGN_STREAM, 1)))
        return float((~np.isnan(draws[:, varying])).sum(axis=1).mean())

    def _fitted_model(self) -> Fitted | None:
        """Fit once between tells; None: the observations do not determine a model."""
        if self._stale:
            try:
                self._model = self._fit()
            except np.linalg.LinAlgError:
                self._model = None
            self._stale = False
        return self._model

    def _fit(self) -> Fitted | None:
        # in the order of their arrival, in which the factor of a covariance can grow
        order = np.argsort([self._arrived[o.candidate.number] for o in self.history])
        return self._losses.update(self.X[order], self.y[order], self.shortfall[order])

    # -- the search ----------------------------------------------------------------------------

    def _search(self, model: Fitted, chosen: Array, rng: np.random.Generator) -> Array | None:
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
        self, acquisition: Acquisition, model: Fitted, rng: np.random.Generator
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
        self, losses: Posterior, model: Fitted, rng: np.random.Generator
    ) -> tuple[Array, Array]:
        """Return points, and minus a draw of the losses there, likely failures put off."""
        pool = self._candidates(model.ranked, rng)
        at = self._encoding.points(pool)
        values = -losses.sample(at, rng)
        if model.labels is not None:
            values += log_feasibility(model.labels.predict(at).mean)[0]
        return pool, values

    def _snapped(self, U: Array) -> Array:
        X = self.space.snap(U)
        return X[self.space.allowed(X)]

    def _candidates(self, ranked: Array, rng: np.random.Generator) -> Array:
        """Sobol points, perturbations and exchanges of the best points, of every branch."""
        columns = self.space.columns
        branches = ranked[_first_of_each(self._encoding.points(ranked).active)[:N_BRANCHES]]
        return self._snapped(
            np.concatenate(
                [
                    _sobol_points(self.n_candidates, self.space.n_dims, rng),
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


def _sobol_points(n: int, d: int, rng: np.random.Generator) -> Array:
    """At least ``n`` scrambled Sobol points: a power of two, which keeps them balanced."""
    exponent = int(np.ceil(np.log2(n)))
    return np.asarray(qmc.Sobol(d, scramble=True, seed=rng).random_base2(exponent))


def _first_of_each(active: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Find the first row of each pattern of activity, in order; none without conditions."""
    if not active.shape[1]:
        return np.zeros(0, dtype=np.intp)
    _, first = np.unique(active, axis=0, return_index=True)
    return np.sort(first)
