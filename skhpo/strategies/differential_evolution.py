"""Differential evolution that learns its own settings, one candidate at a time.

R. Storn, K. Price: Differential Evolution. Journal of Global Optimization 11 (1997) 341-359.
R. Tanabe, A. Fukunaga: Improving the Search Performance of SHADE Using Linear Population Size
Reduction. CEC 2014. With a schedule of growing resources it is the sampler of N. Awad, N. Mallik,
F. Hutter: DEHB. IJCAI 2021.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np

from skhpo.asktell import Array, Strategy
from skhpo.space.points import filled, inherited, key
from skhpo.surrogates.shade import SuccessHistory
from skhpo.trial import Observation

FEWEST = 4  # places that are left in the end
AMONG_BEST = 0.11  # share of the population that pulls, p in the literature
FRESH = 0.1  # share of mutated categories that are drawn anew


@dataclass(frozen=True, slots=True)
class _Birth:
    """How a candidate was made."""

    place: int
    scale: float
    crossover: float
    target: float  # loss of who held the place


@dataclass(frozen=True, slots=True)
class _Holder:
    """The best candidate of a place."""

    place: int
    x: Array
    loss: float


@dataclass(kw_only=True, eq=False)
class DifferentialEvolution(Strategy):
    """Adds scaled differences of the members of a population to one of them.

    Each candidate competes for a place, which the best of its candidates holds. A new one takes
    each coordinate with probability CR from the mutant ``x + F (best - x) + F (b - c)``, where x
    holds its place, best is one of the best, b and c hold other places or once did; the other
    coordinates are those of x. A coordinate that would leave the cube goes half the way to its
    boundary; a category is that of one of the three, or drawn anew. F and CR are drawn about
    means that follow those of the candidates which were better than their x, weighted by how
    much (success history). The number of places falls with the share of the budget that is
    spent. No generation is waited for.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the draws.
    budget : int or None, default=None
        Candidates that are meant to be evaluated; without it the population keeps its size.
    population_size : int or None, default=None
        Places at first; None: a tenth of the budget, from 7 to 20, and 12 without a budget.

    Raises
    ------
    ValueError
        If ``population_size`` is below 4.

    References
    ----------
    .. [1] R. Tanabe, A. Fukunaga: Improving the Search Performance of SHADE Using Linear
       Population Size Reduction. CEC 2014, 1658-1665; strategy current-to-pbest/1/bin.
    .. [2] N. Awad, N. Mallik, F. Hutter: DEHB. IJCAI 2021.

    Examples
    --------
    >>> from skhpo import Observation, Real, Space
    >>> from skhpo.strategies import DifferentialEvolution
    >>> space = Space({"a": Real(0, 1), "b": Real(0, 1)})
    >>> strategy = DifferentialEvolution(space=space, seed=0)
    >>> for _ in range(80):
    ...     [candidate] = strategy.ask()
    ...     strategy.tell([Observation(candidate, ((candidate.x - 0.3) ** 2).sum())])
    >>> strategy.y.min() < 0.01
    np.True_
    """

    population_size: int | None = None
    _births: dict[bytes, _Birth] = field(default_factory=dict, init=False, repr=False)
    _birth_of: dict[int, _Birth] = field(default_factory=dict, init=False, repr=False)
    _learned: SuccessHistory = field(default_factory=SuccessHistory, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.population_size is not None and self.population_size < FEWEST:
            raise ValueError(
                f"population_size should be at least {FEWEST} or None, "
                f"got {self.population_size!r}."
            )

    @property
    def n_initial(self) -> int:
        """Places at first."""
        if self.population_size is not None:
            return self.population_size
        return 12 if self.budget is None else min(max(self.budget // 10, 7), 20)

    @property
    def n_places(self) -> int:
        """Places now."""
        spent = min(1.0, self.n_asked / self.budget) if self.budget else 0.0
        return round(self.n_initial + (FEWEST - self.n_initial) * spent)

    # -- asking --------------------------------------------------------------------------------

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        points = self.space.draw(n, rng)
        holders, former = self._population()
        for i in range(n):
            number = self.n_asked + i
            if self.space.n_dims and number >= self.n_initial and len(holders) >= FEWEST:
                target = sorted(holders, key=lambda h: h.place)[number % len(holders)]
                points[i] = self._child(target, holders, former, rng)
        return points

    def _population(self) -> tuple[list[_Holder], list[Array]]:
        """Return who holds a place, the best first, and the points that once did."""
        best: dict[int, _Holder] = {}
        former: list[Array] = []
        for observation in self.history:
            number, loss = observation.candidate.number, observation.loss
            birth = self._birth_of.get(number)
            place = number if birth is None else birth.place
            holder = best.get(place)
            if loss < (inf if holder is None else holder.loss):
                best[place] = _Holder(place, observation.candidate.x, loss)
                former += [] if holder is None else [holder.x]
        holders = sorted(best.values(), key=lambda h: (h.loss, h.place))
        kept = max(FEWEST, self.n_places)
        return holders[:kept], former[-self.n_initial :]

    def _child(
        self,
        target: _Holder,
        holders: list[_Holder],
        former: list[Array],
        rng: np.random.Generator,
    ) -> Array:
        scale, crossover = self._learned.draw(rng)
        others = [h.x for h in holders if h.place != target.place]
        pullers = holders[: max(2, round(AMONG_BEST * len(holders)))]
        best = pullers[rng.integers(len(pullers))].x
        b = others[rng.integers(len(others))]
        others = [x for x in [*others, *former] if x is not b]
        c = others[rng.integers(len(others))]
        x, best, b, c = (filled(p, rng) for p in (target.x, best, b, c))
        mutant = x + scale * (best - x + b - c)
        mutant = np.where(mutant < 0, x / 2, np.where(mutant > 1, (x + 1) / 2, mutant))
        category = inherited(np.array([best, b, c]), FRESH, rng)
        mutant = np.where(self.is_categorical, category, mutant)
        takes = rng.random(len(x)) < crossover
        takes[rng.integers(len(x))] = True
        child = np.where(takes, mutant, x)
        birth = _Birth(target.place, scale, crossover, target.loss)
        self._births[key(self.space.snap(child[None])[0])] = birth
        return child

    # -- learning ------------------------------------------------------------------------------

    def _tell(self, observations: Sequence[Observation]) -> None:
        for observation in observations:
            birth = self._births.get(key(observation.candidate.x))
            if birth is None:
                continue
            self._birth_of[observation.candidate.number] = birth
            # losses at several amounts of a resource cannot be compared as they are
            if observation.resource is None:
                gain = birth.target - observation.loss
                self._learned.count(birth.scale, birth.crossover, gain, self.n_places)
