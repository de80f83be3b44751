"""Simulated annealing: steps to neighbours, uphill too as long as it is warm.

S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi: Optimization by Simulated Annealing. Science 220 (1983)
671-680. Steps as in A. Corana, M. Marchesi, C. Martini, S. Ridella: Minimizing Multimodal
Functions of Continuous Variables. ACM TOMS 13 (1987) 262-280.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from skhpo.asktell import Array, Strategy
from skhpo.space.points import filled, reflected
from skhpo.trial import Observation

ACCEPT_STREAM = 11  # random numbers of the decisions, apart from those of the steps
UPHILL = 0.8  # share of median uphill steps that are accepted at first
COLDEST = 1e-5  # last temperature, relative to the first
LADDER = 2.0  # ratio of the temperatures of neighbouring chains
WINDOW = 10  # decisions of a chain after which its step is tuned; half as many of several chains
MOST_INITIAL = 10  # candidates drawn from the prior
PATIENCE = 20  # decisions of all chains together
STEPS = (1e-3, 0.5)  # least and largest, in units of the range


def _linear(share: float) -> float:
    return max(COLDEST, 1.0 - share)


def _exponential(share: float) -> float:
    return float(COLDEST**share)


def _logarithmic(share: float) -> float:
    return float(1.0 / (1.0 + np.log1p(100.0 * share)))


COOLING: dict[str, Callable[[float], float]] = {
    "linear": _linear,
    "exponential": _exponential,
    "logarithmic": _logarithmic,
    "adaptive": _exponential,  # of the share of decisions that were no improvement
}


@dataclass(eq=False)
class _Chain:
    """Where a chain stands."""

    x: Array | None = None
    loss: float = np.inf
    step: float = 0.15
    decisions: list[bool] = field(default_factory=list)
    n_since_best: int = 0


@dataclass(kw_only=True, eq=False)
class Annealing(Strategy):
    """Steps from a candidate to a neighbour and stays there with probability exp(-dE / T).

    The temperature T begins where four in five median uphill steps are accepted, by the losses of
    the first candidates, and falls with the share of the budget that is spent. Each chain tunes
    its step so that 40 to 60 % of its steps are accepted, and begins anew from the best candidate
    when it has not found a better one for long. Several chains have temperatures that double from
    one to the next and exchange places (parallel tempering); each is asked in turn, so that as
    many workers are kept busy without a chain waiting for its own step.

    A neighbour differs in one to three parameters: numbers by a step, categories by another
    category; what a new choice brings with it is drawn.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes steps and decisions.
    budget : int or None, default=None
        Candidates over which the temperature falls; None: 100.
    cooling : {"exponential", "linear", "logarithmic", "adaptive"}, default="exponential"
        How it falls; "adaptive" only with decisions that have not improved on the best.
    n_chains : int, default=1
        Chains.
    n_initial : int or None, default=None
        Candidates drawn from the prior first; the best of them are where the chains begin. None:
        a fifth of the budget, at least 4 and at most 10.
    patience : int or None, default=None
        Decisions of a chain without a better candidate before it begins anew from the best;
        None: 20 of all chains together, but at least 3.

    Raises
    ------
    ValueError
        If ``cooling`` is unknown, or a number below 1.

    References
    ----------
    .. [1] S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi: Optimization by Simulated Annealing.
       Science 220 (1983) 671-680.
    .. [2] A. Corana et al.: Minimizing Multimodal Functions of Continuous Variables with the
       "Simulated Annealing" Algorithm. ACM TOMS 13 (1987) 262-280.
    .. [3] D. J. Earl, M. W. Deem: Parallel tempering. Physical Chemistry Chemical Physics 7
       (2005) 3910-3916.

    Examples
    --------
    >>> from skhpo import Observation, Real, Space
    >>> from skhpo.strategies import Annealing
    >>> strategy = Annealing(space=Space({"a": Real(0, 1), "b": Real(0, 1)}), seed=0)
    >>> for _ in range(100):
    ...     [candidate] = strategy.ask()
    ...     strategy.tell([Observation(candidate, ((candidate.x - 0.3) ** 2).sum())])
    >>> strategy.y.min() < 0.01
    np.True_
    >>> sorted(strategy.notes(50))
    ['accepted', 'chain', 'temperature']
    """

    cooling: Literal["exponential", "linear", "logarithmic", "adaptive"] = "exponential"
    n_chains: int = 1
    n_initial: int | None = None
    patience: int | None = None
    _chains: list[_Chain] = field(default_factory=list, init=False, repr=False)
    _best: tuple[float, Array | None] = field(default=(np.inf, None), init=False, repr=False)
    _first: list[float] = field(default_factory=list, init=False, repr=False)
    _hottest: float = field(default=0.0, init=False, repr=False)
    _n_decisions: int = field(default=0, init=False, repr=False)
    _n_idle: int = field(default=0, init=False, repr=False)
    _notes: dict[int, dict[str, Any]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.cooling not in COOLING:
            raise ValueError(f"cooling should be one of {sorted(COOLING)}, got {self.cooling!r}.")
        for name in ("n_chains", "n_initial", "patience"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} should be at least 1, got {value!r}.")
        self._chains = [_Chain() for _ in range(self.n_chains)]

    def notes(self, number: int) -> dict[str, Any]:
        """Return the chain of a candidate, the temperature of its decision, and the decision."""
        missing = {"chain": -1, "temperature": np.nan, "accepted": False}
        return self._notes.get(number, missing)

    @property
    def n_first(self) -> int:
        """How many candidates are drawn from the prior."""
        if self.n_initial is not None:
            return self.n_initial
        return MOST_INITIAL if self.budget is None else min(max(self.budget // 5, 4), MOST_INITIAL)

    def temperature(self, chain: int = 0) -> float:
        """Return the temperature of a chain now, in units of the loss."""
        counted = self._n_idle if self.cooling == "adaptive" else self._n_decisions
        share = min(1.0, counted / max(1, (self.budget or 100) - self.n_first))
        return float(self._hottest * COOLING[self.cooling](share) * LADDER**chain)

    # -- asking --------------------------------------------------------------------------------

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        points = self.space.draw(n, rng)
        for i in range(n):
            chain = self._chains[(self.n_asked + i) % self.n_chains]
            is_ready = self.n_asked + i >= self.n_first and chain.x is not None
            if self.space.n_dims and is_ready:
                points[i] = self._neighbour(np.asarray(chain.x), chain.step, rng)
        return points

    def _neighbour(self, centre: Array, step: float, rng: np.random.Generator) -> Array:
        x = filled(centre, rng)
        active = np.flatnonzero(~np.isnan(centre))
        n_changed = min(len(active), int(rng.integers(1, 4)))
        for j in rng.choice(active, size=n_changed, replace=False):
            if self.is_categorical[j]:
                x[j] = rng.random()
            else:
                x[j] = reflected(x[j] + step * rng.standard_normal())
        return np.asarray(x)

    # -- learning ------------------------------------------------------------------------------

    def _tell(self, observations: Sequence[Observation]) -> None:
        for observation in observations:
            self._calibrate(observation.loss)
            self._decide(observation)

    def _calibrate(self, loss: float) -> None:
        if len(self._first) < self.n_first and np.isfinite(loss):
            self._first.append(loss)
            gaps = np.abs(np.subtract.outer(self._first, self._first))
            gaps = gaps[gaps > 0]
            self._hottest = float(np.median(gaps) / -np.log(UPHILL)) if len(gaps) else 0.0

    def _decide(self, observation: Observation) -> None:
        number, loss = observation.candidate.number, observation.loss
        c = number % self.n_chains
        chain = self._chains[c]
        temperature = self.temperature(c)
        rise = loss - chain.loss if np.isfinite(loss) else np.inf
        u = np.random.default_rng((self.seed, ACCEPT_STREAM, number)).random()
        if number < self.n_first:  # the chain begins at the best of its first candidates
            accepted = rise < 0
        else:
            accepted = rise <= 0 or (temperature > 0 and u < np.exp(-rise / temperature))
            self._n_decisions += 1
        if accepted:
            chain.x, chain.loss = observation.candidate.x, loss
        self._notes[number] = {"chain": c, "temperature": temperature, "accepted": accepted}
        self._count(chain, observation, accepted=accepted)
        self._exchange(c, u)

    def _count(self, chain: _Chain, observation: Observation, *, accepted: bool) -> None:
        improved = observation.loss < self._best[0]
        if improved:
            self._best = (observation.loss, observation.candidate.x)
        if observation.candidate.number < self.n_first:
            return
        self._n_idle += not improved
        chain.n_since_best = 0 if improved else chain.n_since_best + 1
        chain.decisions.append(accepted)
        if len(chain.decisions) == (WINDOW if self.n_chains == 1 else WINDOW // 2):
            chain.step = tuned(chain.step, float(np.mean(chain.decisions)))
            chain.decisions.clear()
        patience = self.patience or max(3, PATIENCE // self.n_chains)
        if chain.n_since_best >= patience:
            chain.loss, chain.x = self._best
            chain.n_since_best = 0

    def _exchange(self, c: int, u: float) -> None:
        """Let a chain change places with the next warmer one, as parallel tempering does."""
        if c + 1 >= self.n_chains or not self._hottest:
            return
        cold, warm = self._chains[c], self._chains[c + 1]
        if cold.x is None or warm.x is None:
            return
        gain = (cold.loss - warm.loss) * (1 / self.temperature(c) - 1 / self.temperature(c + 1))
        if gain >= 0 or u < np.exp(gain):
            cold.x, cold.loss, warm.x, warm.loss = warm.x, warm.loss, cold.x, cold.loss


def tuned(step: float, share: float) -> float:
    """Return a step after a share of accepted decisions: rule of Corana et al. with c = 2.

    Examples
    --------
    >>> tuned(0.1, 0.5), round(tuned(0.1, 1.0), 3), round(tuned(0.1, 0.0), 3)
    (0.1, 0.3, 0.033)
    """
    if share > 0.6:
        step *= 1 + 2 * (share - 0.6) / 0.4
    elif share < 0.4:
        step /= 1 + 2 * (0.4 - share) / 0.4
    return float(np.clip(step, *STEPS))
