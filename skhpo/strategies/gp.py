"""Bayesian optimisation with one Gaussian process for continuous, mixed and conditional spaces.

A design (the default point, then scrambled Sobol points) starts the search. Then, at each ask:

1. losses are made normal (:mod:`skhpo.surrogates.warping`) and a tree-additive process
   is fitted (:mod:`skhpo.surrogates.process`); points under way count with what it predicts, or
   as :mod:`skhpo.surrogates.pending` says;
2. the maximum of log expected improvement is searched (:mod:`skhpo.surrogates.inner_search`);
   where evaluations have failed, the log probability of success, from a second process on labels,
   is added; where seconds count, what :mod:`skhpo.surrogates.cost` says;
3. the best point that was never proposed is taken; if next to nothing is expected of it, each
   second time the best one of a neglected alternative (:mod:`skhpo.surrogates.alternatives`).

References
----------
Jones, Schonlau & Welch (1998), Efficient global optimization of expensive black-box functions,
Journal of Global Optimization 13.
Ament et al. (2023), Unexpected improvements to expected improvement, arXiv 2310.20708.
Thompson (1933), On the likelihood that one unknown probability exceeds another, Biometrika 25.
Ginsbourger, Le Riche & Carraro (2010), Kriging is well-suited to parallelize optimization.
Eriksson et al. (2019), Scalable global optimization via local Bayesian optimization, arXiv
1910.01739.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from skhpo.modelled import Modelled, sobol_points
from skhpo.space.alternatives import column_of_arms
from skhpo.surrogates.acquisition import ACQUISITIONS, Acquisition, Name
from skhpo.surrogates.alternatives import EVERY, Alternative, is_stalled, most_neglected
from skhpo.surrogates.cost import CostModel
from skhpo.surrogates.encoding import Encoding
from skhpo.surrogates.gp import Posterior
from skhpo.surrogates.inner_search import InnerSearch
from skhpo.surrogates.kernels import FAMILIES, Points, squared_distances
from skhpo.surrogates.linalg import one_thread
from skhpo.surrogates.loss_model import Fitted, LossModel
from skhpo.surrogates.pending import Fantasies, LocalPenalty
from skhpo.surrogates.regions import REGIONS, Region
from skhpo.surrogates.warping import WARPINGS
from skhpo.trial import Observation

Array = NDArray[np.float64]

PARALLEL = ("believer", "fantasies", "penalty")
CHOICES = {
    "acquisition": set(ACQUISITIONS),
    "parallel": set(PARALLEL),
    "kernel": {"auto", *FAMILIES},
    "output": {"auto", *WARPINGS},
    "region": set(REGIONS),
}
NEAREST_FAILED = 3.0  # log of what the acquisition is divided by next to a failure
MIN_GAP = 1e-3  # between points under way, in length-scales
MANY = 64  # points under way beyond which each is not conditioned on


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
    parallel : {"believer", "fantasies", "penalty"}, default="believer"
        What is supposed of candidates under way: that they come to what the model predicts
        ("kriging believer"); draws of what they may come to, over which the acquisition is
        averaged; or that none is near enough to another to find the same optimum (local
        penalisation). With 64 and more of them proposals are drawn by Thompson sampling.
    max_cost : float or None, default=None
        Seconds of evaluation to spend in all. Improvement is then sought per second, the less
        so the less is left, and in what is likely to end in time.
    cost_share : float, default=1.0
        Share of what is left that one evaluation may take.
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
    region : {"auto", "global", "subspace", "trust"}, default="auto"
        Where the next candidate is sought: anywhere ("global"); in a box about the best point,
        which grows with success and shrinks without ("trust"); or along 20 parameters of the
        best point, drawn anew each time ("subspace"). "auto" is "global" up to 500 observations
        and "trust" from there on.

    Raises
    ------
    ValueError
        If ``n_initial`` or ``n_candidates`` is below 1, one of ``acquisition``, ``parallel``,
        ``kernel``, ``output`` and ``region`` unknown, ``max_cost`` not above 0, or ``cost_share``
        not in (0, 1].

    Notes
    -----
    While the model expects next to nothing of the next candidate, each second one goes to an
    alternative that was neglected (`skhpo.surrogates.alternatives`): of the choice on which most
    parameters depend, or of any category where there is none. From 20 losses on, while the model
    predicts each of them from the others no better than their mean does, candidates are drawn
    from the prior. Column ``origin`` of the results says how each was chosen: "given", "design",
    "model", "alternative", "sample" (of the prior) or "draw" (of the posterior, with many under
    way).

    Failed evaluations count in the design and teach a second model where not to go. While fewer
    than three losses are finite, or all are equal, candidates are drawn as in the design.
    Above 300 observations the hyper-parameters and the map of the losses are fitted once in n/100
    observations, to 300 of them; those that come in between are appended to the factor.

    The box of ``region="trust"`` has its sides in the proportion of the length-scales; of more
    than 20 parameters its Sobol points move 20 in the mean. Categories, and parameters that are
    inactive at the best point, have no bounds: a category is drawn anew with the probability with
    which a number moves. The model knows the 300 points of the region nearest to its best one.
    A region that has shrunk below 1/128 of the cube is given up for a new design, after which
    the model knows nothing of the old points (`skhpo.surrogates.trust_region`). Half of the 20
    parameters of ``region="subspace"`` are drawn in the proportion of 1/length-scale.

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
    parallel: Literal["believer", "fantasies", "penalty"] = "believer"
    max_cost: float | None = None
    cost_share: float = 1.0
    kernel: Literal[
        "additive", "auto", "matern12", "matern32", "matern52", "polynomial", "rbf"
    ] = "matern52"
    output: Literal["auto", "log", "none", "winsorised", "yeo_johnson"] = "yeo_johnson"
    region: Literal["auto", "global", "subspace", "trust"] = "auto"
    _model: Fitted | None = field(default=None, init=False, repr=False)
    _stale: bool = field(default=False, init=False, repr=False)
    _stock: list[Array] = field(default_factory=list, init=False, repr=False)
    _arrived: dict[int, int] = field(default_factory=dict, init=False, repr=False)
    _n_asked_then: dict[int, int] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(
                    f"{name} should be one of {sorted(allowed)}, got {getattr(self, name)!r}."
                )
        if self.max_cost is not None and not self.max_cost > 0:
            raise ValueError(f"max_cost should be above 0, got {self.max_cost!r}.")
        if not 0 < self.cost_share <= 1:
            raise ValueError(f"cost_share should be above 0, at most 1, got {self.cost_share!r}.")

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        with one_thread():
            return super()._ask(n, rng)

    def _tell(self, observations: Sequence[Observation]) -> None:
        for observation in observations:
            number = observation.candidate.number
            self._arrived.setdefault(number, len(self._arrived))
            self._n_asked_then.setdefault(number, self.n_asked)
        self._stale = True

    def _modelled(self, chosen: Array, rng: np.random.Generator) -> Array | None:
        x = self._from_stock(chosen)
        if x is not None:
            return x
        model = self._fitted_model()
        if model is None or self._region.begins(self.n_asked + len(chosen)):
            return self._design(chosen, rng)
        if not model.is_informative:
            return self._as("sample", self._drawn(chosen, rng))
        return self._search(model, chosen, rng)

    # -- the model -----------------------------------------------------------------------------

    @cached_property
    def _encoding(self) -> Encoding:
        return Encoding.of(self.space.columns)

    @cached_property
    def _losses(self) -> LossModel:
        return LossModel(self._encoding, self._dimension, self.kernel, self.output)

    @cached_property
    def _region(self) -> Region:
        return Region(self.region, self._encoding, self._dimension, self.n_initial)

    @cached_property
    def _costs(self) -> CostModel | None:
        if self.max_cost is None:
            return None
        return CostModel(self._encoding, self._dimension, self.max_cost, self.cost_share)

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
        numbers = np.array([o.candidate.number for o in self.history])
        order = np.argsort([self._arrived[number] for number in numbers])
        X, y, shortfall = (values[order] for values in (self.X, self.y, self.shortfall))
        last = self._losses.losses.posterior
        rows, n_told = self._region.rows(numbers[order].tolist(), self._n_asked_then, X, y, last)
        fitted = self._losses.update(X[rows], y[rows], shortfall[rows], n_told)
        if fitted is None or self._costs is None:
            return fitted
        seconds, spent = self.costs
        return fitted._replace(cost=self._costs.update(X, seconds[order], spent))

    # -- the search ----------------------------------------------------------------------------

    def _search(self, model: Fitted, chosen: Array, rng: np.random.Generator) -> Array | None:
        """Return the new point with the largest acquisition among all that were evaluated."""
        under_way = np.concatenate([self.pending, chosen])
        if len(under_way) >= MANY:
            self._stock = self._drawn_at_once(model, len(under_way) // 8, rng)
            x = self._from_stock(chosen)
            return self._as("sample", self._drawn(chosen, rng)) if x is None else x
        best = self._best(model, chosen, under_way, None, rng)
        for alternative in self._alternatives(model, under_way, best):
            other = self._best(model, chosen, under_way, alternative, rng)
            if other is not None:
                return self._as("alternative", other)
        if best is not None:
            return self._as("model", best)
        return self._as("sample", self._drawn(chosen, rng))

    def _best(
        self,
        model: Fitted,
        chosen: Array,
        under_way: Array,
        alternative: Alternative | None,
        rng: np.random.Generator,
    ) -> Array | None:
        """Return the new point with the largest acquisition; None: none that is new was met."""
        ranked = self._ranked(model, alternative)
        box = self._region.box(model.losses, ranked[0], rng)
        fixed = None if alternative is None else alternative.fixed
        search = InnerSearch(self._encoding, self._snapped, self._dimension, fixed, box)
        pool = search.pool(self._spread(rng), ranked, rng)
        if not len(pool):
            return None
        rules = ACQUISITIONS[self.acquisition]
        rule = rules[(self.n_asked + len(chosen)) % len(rules)]
        if rule == "thompson":
            values = self._draws(model, pool, self._encoding.points(under_way), 1, rng)[:, 0]
        else:
            acquisition = self._acquisition(model, rule, under_way, pool, alternative, rng)
            pool, values = search.maximise(acquisition, pool, rng)
        values = values + self._deterred(model, pool, under_way)
        order = np.argsort(-values, kind="stable")
        return next((pool[i] for i in order if self._is_new(pool[i], chosen)), None)

    def _spread(self, rng: np.random.Generator) -> Array:
        return sobol_points(self.n_candidates, self.space.n_dims, rng)

    def _acquisition(
        self,
        model: Fitted,
        rule: str,
        under_way: Array,
        pool: Array,
        alternative: Alternative | None,
        rng: np.random.Generator,
    ) -> Acquisition | Fantasies:
        """Return what is to be maximised, given what is under way."""
        at = self._encoding.points(under_way)
        factors = [*model.factors]
        if len(under_way) and self.parallel == "penalty":
            factors.append(LocalPenalty.of(model.losses, at, self._encoding.points(pool)))
            at = at.take(np.arange(0))
        among = None if alternative is None else alternative.holds(model.X)
        if len(at.Z) and self.parallel == "fantasies" and rule != "ucb":
            among = _padded(among, len(at.Z))
            return Fantasies.of(model.losses, at, rng, factors=factors, rule=rule, among=among)
        return Acquisition(model.losses.append(at), factors, rule, _padded(among, len(at.Z)))

    def _deterred(self, model: Fitted, pool: Array, under_way: Array) -> Array:
        """Return what is added where a failure is near, and where a point is under way."""
        at, deterred = self._encoding.points(pool), np.zeros(len(pool))
        if model.labels is not None:
            deterred -= NEAREST_FAILED * _nearest_failed(at, model.labels)
        crowded = _crowded(at, self._encoding.points(under_way), model.losses.per_column)
        return np.where(crowded, -np.inf, deterred)

    # -- draws from the posterior --------------------------------------------------------------

    def _draws(
        self, model: Fitted, pool: Array, under_way: Points, n: int, rng: np.random.Generator
    ) -> Array:
        """Return minus n draws of the losses, likely failures and high costs put off."""
        at = self._encoding.points(pool)
        values = -model.losses.append(under_way).sample(at, rng, n)
        for factor in model.factors:
            values += factor.value(at)[:, None]
        return values

    def _drawn_at_once(self, model: Fitted, n: int, rng: np.random.Generator) -> list[Array]:
        """Return the best points of n draws, the first to be proposed last.

        With very many points under way, to fit a model and to condition on each of them for
        every proposal would keep the workers waiting. An eighth of their number is proposed by
        one model; draws from the posterior differ by themselves.
        """
        box = self._region.box(model.losses, model.ranked[0], rng)
        search = InnerSearch(self._encoding, self._snapped, self._dimension, box=box)
        pool = np.unique(search.pool(self._spread(rng), model.ranked, rng), axis=0)
        if not len(pool):
            return []
        nothing = np.empty((0, self.space.n_dims))
        values = self._draws(model, pool, self._encoding.points(nothing), n, rng)
        values += self._deterred(model, pool, nothing)[:, None]
        taken: dict[int, None] = {}
        # each draw takes the best that is left
        for order in np.argsort(-values, axis=0).T[: len(pool)]:
            taken.setdefault(next(i for i in order if i not in taken))
        return [pool[i] for i in reversed(taken)]

    def _from_stock(self, chosen: Array) -> Array | None:
        """Return the next of the points that were drawn at once, None if there is none."""
        if len(self.pending) + len(chosen) < MANY:
            self._stock = []  # a model of today serves the few better
        while self._stock:
            x = self._stock.pop()
            if self._is_new(x, chosen):
                return self._as("draw", x)
        return None

    # -- alternatives --------------------------------------------------------------------------

    @cached_property
    def _choices(self) -> list[int]:
        """The parameter that most others depend on; without such a one all categories."""
        choice = column_of_arms(self.space) if self._encoding.groups else None
        if choice is not None:
            return [choice]
        columns = self.space.columns
        varying = [j for j, c in enumerate(columns) if not c.parents and c.n_values != 1]
        return [j for j in varying if self.is_categorical[j]]

    def _alternatives(
        self, model: Fitted, under_way: Array, best: Array | None
    ) -> list[Alternative]:
        """Return what this proposal has to be, if that is possible; none: anything."""
        count = len(self.history) + len(under_way)
        if not self._choices or count % EVERY or not self._is_stalled(model, best):
            return []
        columns = self.space.columns
        return most_neglected(self.y, self.X, under_way, columns, self._choices)

    def _is_stalled(self, model: Fitted, best: Array | None) -> bool:
        """Whether the best proposal promises next to nothing."""
        if best is None:
            return True
        improvement = Acquisition(model.losses)
        expected = np.exp(improvement.value(self._encoding.points(best[None])))[0]
        return is_stalled(expected, model.losses.y, improvement.best)

    def _ranked(self, model: Fitted, alternative: Alternative | None) -> Array:
        """Return evaluated points, best first; before all others those of a alternative."""
        if alternative is None:
            return model.ranked
        return model.ranked[np.argsort(~alternative.holds(model.ranked), kind="stable")]


def _padded(among: NDArray[np.bool_] | None, n: int) -> NDArray[np.bool_] | None:
    """Leave out n points that were appended."""
    return None if among is None else np.append(among, np.zeros(n, dtype=bool))


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
