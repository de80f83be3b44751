"""CMA-ES: a normal distribution over the numbers that follows the best of what it has drawn.

N. Hansen: The CMA Evolution Strategy: A Tutorial. arXiv:1604.00772 (2016). Integers with the
margin of R. Hamano et al.: CMA-ES with Margin. GECCO 2022. Categories with probabilities of
their own, bounded below as in R. Hamano et al.: CatCMA. GECCO 2024, arXiv:2405.09962.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from skhpo.asktell import Array, Strategy
from skhpo.space.points import key
from skhpo.surrogates.cma import SearchDistribution, default_population
from skhpo.trial import Observation

MIN_POPULATION = 6
ENOUGH_GIVEN = 3  # settings of an earlier search that say where to begin
MIN_GENERATIONS = 12  # that a budget should suffice for
SMALLEST_SPREAD = 1e-4  # of all numbers: nothing is left to find here
LEARNING = 0.5  # by which a generation moves the probabilities of categories
RESTART_STREAM = 7


@dataclass(kw_only=True, eq=False)
class CmaEs(Strategy):
    """Evolution strategy whose mean, step and covariance adapt to the ranks of the losses.

    Steady-state: whenever as many candidates as a generation has have been told, whichever they
    are, the distribution learns from them; nobody waits. Integers keep a least probability of
    leaving their cell, categories one of being drawn. A parameter that a candidate does not have
    counts with the number that was drawn for it. When the distribution has closed in on a point,
    it begins anew somewhere else with a population twice as large. If three or more settings of
    an earlier search were enqueued and told, it begins about those.

    For numeric spaces and some hundred evaluations; the fewer there are, the more a model-based
    strategy is ahead.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the draws.
    budget : int or None, default=None
        Candidates that are meant to be evaluated, where that is known.
    population_size : int or None, default=None
        Candidates of a generation; None: ``4 + floor(3 ln d)`` with d numbers, but at most a
        twelfth of the budget, and at least 6.
    sigma : float, default=1/6
        First step, in units of the range.

    Raises
    ------
    ValueError
        If ``population_size`` is below 4 or ``sigma`` not in (0, 1].

    References
    ----------
    .. [1] N. Hansen: The CMA Evolution Strategy: A Tutorial. arXiv:1604.00772 (2016).
    .. [2] R. Hamano, S. Saito, M. Nomura, S. Shirakawa: CMA-ES with Margin. GECCO 2022,
       arXiv:2205.13482.
    .. [3] M. Nomura, S. Watanabe, Y. Akimoto, Y. Ozaki, M. Onishi: Warm Starting CMA-ES for
       Hyperparameter Optimization. AAAI 2021, arXiv:2012.06932.
    .. [4] A. Auger, N. Hansen: A Restart CMA Evolution Strategy With Increasing Population Size.
       CEC 2005.

    Examples
    --------
    >>> from skhpo import Observation, Real, Space
    >>> from skhpo.strategies import CmaEs
    >>> strategy = CmaEs(space=Space({"a": Real(0, 1), "b": Real(0, 1)}), seed=0)
    >>> for _ in range(150):
    ...     [candidate] = strategy.ask()
    ...     strategy.tell([Observation(candidate, ((candidate.x - 0.3) ** 2).sum())])
    >>> strategy.y.min() < 1e-4
    np.True_
    """

    population_size: int | None = None
    sigma: float = 1 / 6
    _state: SearchDistribution = field(init=False, repr=False)
    _chances: dict[int, Array] = field(default_factory=dict, init=False, repr=False)
    _drawn: dict[bytes, Array] = field(default_factory=dict, init=False, repr=False)
    _given: list[Array] = field(default_factory=list, init=False, repr=False)
    _generation: list[tuple[Array, float]] = field(default_factory=list, init=False, repr=False)
    _n_restarts: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.population_size is not None and self.population_size < 4:
            raise ValueError(
                f"population_size should be at least 4 or None, got {self.population_size!r}."
            )
        if not 0 < self.sigma <= 1:
            raise ValueError(f"sigma should be in (0, 1], got {self.sigma!r}.")
        self._begin(np.full(len(self._numeric), 0.5))

    # -- asking --------------------------------------------------------------------------------

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        if not self._drawn and len(self._given) >= ENOUGH_GIVEN:
            self._begin_about(np.array(self._given))
        raw = np.empty((n, self.space.n_dims))
        if len(self._numeric):
            raw[:, self._numeric] = self._state.draw_inside(n, rng)
        for j, chances in self._chances.items():
            cells = rng.choice(len(chances), size=n, p=chances)
            raw[:, j] = self.space.columns[j].position(cells)
        for x, v in zip(self.space.snap(raw), raw, strict=True):
            self._drawn[key(x)] = v
        return raw

    # -- learning ------------------------------------------------------------------------------

    def _tell(self, observations: Sequence[Observation]) -> None:
        for observation in observations:
            x = observation.candidate.x
            whole = np.where(np.isnan(x), 0.5, x)
            raw = self._drawn.get(key(x), whole)
            self._generation.append((raw, observation.loss))
            if key(x) not in self._drawn and np.isfinite(observation.loss):
                self._given.append(whole)
        while len(self._generation) >= self._population:
            batch = self._generation[: self._population]
            del self._generation[: self._population]
            self._learn(np.array([v for v, _ in batch]), np.array([loss for _, loss in batch]))

    def _learn(self, X: Array, losses: Array) -> None:
        if not np.isfinite(losses).any():
            return
        self._favour(X[np.argsort(losses, kind="stable")[: len(X) // 2]])
        if not len(self._numeric):
            return
        self._state.update(X[:, self._numeric], losses)
        self._state.keep_margin(self._edges)
        if self._state.spread().max() < SMALLEST_SPREAD:
            self._restart()

    def _favour(self, best: Array) -> None:
        """Move the probabilities of categories towards those of the best points."""
        for j, chances in self._chances.items():
            cells = self.space.columns[j].index(best[:, j])
            shares = np.bincount(cells, minlength=len(chances)) / len(cells)
            learned = (1 - LEARNING) * chances + LEARNING * shares
            self._chances[j] = with_floor(learned, len(self._chances))

    def _begin_about(self, given: Array) -> None:
        self._generation.clear()
        self._favour(given)
        if len(self._numeric):
            numbers = given[:, self._numeric]
            self._state = SearchDistribution.about(numbers, population=self._population)

    def _restart(self) -> None:
        self._n_restarts += 1
        rng = np.random.default_rng((self.seed, RESTART_STREAM, self._n_restarts))
        self._begin(rng.random(len(self._numeric)))

    def _begin(self, mean: Array) -> None:
        size = self._population
        if len(mean):
            self._state = SearchDistribution(mean, self.sigma, population=size)
        for j, column in enumerate(self.space.columns):
            if column.kind == "categorical":
                k = column.n_values or 1
                self._chances[j] = np.full(k, 1.0 / k)

    # -- the space -----------------------------------------------------------------------------

    @property
    def _population(self) -> int:
        usual = default_population(len(self._numeric))
        affordable = usual if self.budget is None else self.budget // MIN_GENERATIONS
        size = self.population_size or max(MIN_POPULATION, min(usual, affordable))
        return int(size * 2**self._n_restarts)

    @cached_property
    def _numeric(self) -> list[int]:
        return [int(j) for j in np.flatnonzero(~self.is_categorical)]

    @cached_property
    def _edges(self) -> list[Array | None]:
        """The inner edges of the cells of discrete columns."""
        ends = (self.space.columns[j].edges for j in self._numeric)
        return [None if edges is None else edges[1:-1] for edges in ends]


def with_floor(chances: Array, n_columns: int) -> Array:
    """Keep each category within reach.

    A draw differs from the likeliest categories with a probability of 0.27 at least, however
    many columns there are (CatCMA, section 4.3).

    Parameters
    ----------
    chances : ndarray of shape (k,)
        Probabilities of the categories of a column.
    n_columns : int
        How many columns of categories there are.

    Returns
    -------
    ndarray of shape (k,)
        None of them is below the floor.

    Examples
    --------
    >>> with_floor(np.array([1.0, 0.0, 0.0, 0.0]), n_columns=1).round(3).tolist()
    [0.73, 0.09, 0.09, 0.09]
    """
    floor = (1 - 0.73 ** (1 / n_columns)) / max(len(chances) - 1, 1)
    raised = np.maximum(chances, floor)
    excess = raised - floor
    return np.asarray(raised + (1 - raised.sum()) / excess.sum() * excess)
