"""Bandits over the alternatives of a choice, and below each of them a strategy of its own.

C. Thornton, F. Hutter, H. H. Hoos, K. Leyton-Brown: Auto-WEKA: Combined Selection and
Hyperparameter Optimization of Classification Algorithms. KDD 2013 (the problem). For the policies
see `skhpo.surrogates.bandits`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from skhpo.asktell import MAX_ENUMERATED, Array, Strategy
from skhpo.space import Space
from skhpo.space.alternatives import column_of_arms
from skhpo.space.points import key
from skhpo.space.restriction import Restriction
from skhpo.surrogates.bandits import EXP3, UCB1, Thompson
from skhpo.surrogates.policy import Policy
from skhpo.surrogates.rewards import top_rewards
from skhpo.trial import Candidate, Observation

POLICIES = ("ucb1", "thompson", "exp3")
SHARE = 0.1  # of the candidates are the best, which are rewarded
EXPLORATION = 0.1  # of UCB1: with the paper's 2, a hundred plays are spent almost evenly
INITIAL = 4  # plays of each arm before the policy has a say


class Maker(Protocol):
    """Makes the strategy of an arm."""

    def __call__(self, *, space: Space, seed: int, budget: int | None) -> Strategy:
        """Return a strategy over the space of the arm."""


@dataclass(kw_only=True, eq=False)
class _Prior(Strategy):
    """Draws from the prior."""

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        return self.space.draw(n, rng)


@dataclass(frozen=True, slots=True, eq=False)
class _Arm:
    """An alternative, the part of the space where it is chosen, and what searches there."""

    text: str
    part: Restriction | None  # None: all of the space
    strategy: Strategy

    def embed(self, x: Array) -> Array:
        return x if self.part is None else np.asarray(self.part.embed(x[np.newaxis])[0])

    def settings(self, x: Array) -> dict[str, Any]:
        """Return the parameters of a point of all of the space."""
        inside = x if self.part is None else self.part.project(x[np.newaxis])[0]
        return self.strategy.space.decode(inside)


@dataclass(frozen=True, slots=True, eq=False)
class _Play:
    """A point that an arm has proposed, and how likely that arm was to be chosen."""

    arm: int
    candidate: Candidate
    probability: float | None  # None: it was not chosen by the policy


@dataclass(kw_only=True, eq=False)
class Bandit(Strategy):
    """Chooses an alternative as a bandit does, and all else by a strategy of that alternative.

    Each alternative of one parameter, as a rule the choice of a learner, is an arm with a strategy
    of its own over what exists with it. What an arm is good for is its best candidate, not its
    mean: a candidate is rewarded if it is among the best tenth of all so far. UCB1 and Thompson
    sampling judge all candidates anew whenever they choose; for EXP3, which needs rewards that
    stay, a candidate is judged once, when it is told. Failures have no reward. Each arm has four
    candidates before the policy has a say.

    An alternative of which ``forbidden`` leaves nothing, or hardly anything, is no arm, and one
    whose strategy has no further candidate is out of the running. A space without alternatives
    that are always there is a single arm. Weights of alternatives do not count.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes all random numbers.
    budget : int or None, default=None
        Candidates that are meant to be evaluated; the strategies of the arms are told the same.
    policy : {"ucb1", "thompson", "exp3"}, default="ucb1"
        How an arm is chosen: by its upper confidence bound [1]_, as often as it is likely to be
        the best [2]_, or by exponential weights, which trust in nothing [3]_.
    parameter : str or None, default=None
        Whose alternatives are the arms; None: the parameter that most others depend on, the first
        of equals.
    make : callable or None, default=None
        Called with ``space=``, ``seed=`` and ``budget=``, returns the strategy of an arm, for
        instance a class of ``skhpo.strategies``; None: draws from the prior.

    Raises
    ------
    ValueError
        If ``policy`` is unknown, or ``parameter`` is, has no alternatives, or is not always
        active.

    References
    ----------
    .. [1] P. Auer, N. Cesa-Bianchi, P. Fischer: Finite-time Analysis of the Multiarmed Bandit
       Problem. Machine Learning 47 (2002) 235-256.
    .. [2] S. Agrawal, N. Goyal: Analysis of Thompson Sampling for the Multi-armed Bandit Problem.
       COLT 2012.
    .. [3] P. Auer, N. Cesa-Bianchi, Y. Freund, R. E. Schapire: The Nonstochastic Multiarmed
       Bandit Problem. SIAM Journal on Computing 32 (2002) 48-77.

    Examples
    --------
    >>> from skhpo import Choice, Observation, Real, Space, When
    >>> from skhpo.strategies import Bandit, DifferentialEvolution
    >>> model = Choice(When("good", a=Real(0, 1)), When("bad", b=Real(0, 1)), "dummy")
    >>> strategy = Bandit(space=Space({"model": model}), make=DifferentialEvolution, seed=0)
    >>> arms = []
    >>> for _ in range(40):
    ...     [candidate] = strategy.ask()
    ...     arms.append(strategy.notes(candidate.number)["arm"])
    ...     strategy.tell([Observation(candidate, candidate.params.get("a", 2.0))])
    >>> arms.count("good") > 2 * arms.count("bad"), arms.count("dummy")
    (True, 1)
    """

    policy: Literal["ucb1", "thompson", "exp3"] = "ucb1"
    parameter: str | None = None
    make: Maker | None = None
    _column: int | None = field(default=None, init=False, repr=False)
    _arms: list[_Arm] = field(default_factory=list, init=False, repr=False)
    _spent: set[int] = field(default_factory=set, init=False, repr=False)  # arms with no more
    _proposed: dict[bytes, _Play] = field(default_factory=dict, init=False, repr=False)
    _plays: dict[int, _Play] = field(default_factory=dict, init=False, repr=False)
    _shown: dict[int, _Play] = field(default_factory=dict, init=False, repr=False)  # one an arm
    _rewards: dict[int, float] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.policy not in POLICIES:
            raise ValueError(f"policy should be one of {POLICIES}, got {self.policy!r}.")
        self._column = column_of_arms(self.space, self.parameter)
        self._arms = self._make_arms()
        barren = (i for i, arm in enumerate(self._arms) if _is_barren(arm.strategy.space))
        self._spent.update(barren)

    def notes(self, number: int) -> dict[str, Any]:
        """Return which arm a candidate belongs to.

        Parameters
        ----------
        number : int
            The candidate's number.

        Returns
        -------
        dict of str to object
            ``arm``, the name or the text of the alternative, and what the strategies of the arms
            have to say if all say something under the same names.
        """
        self._assign()
        play = self._plays[number]
        names = {frozenset(self._notes_of(shown)) for shown in self._shown.values()}
        more = self._notes_of(play) if len(names) == 1 else {}
        return {**more, "arm": self._arms[play.arm].text}

    def _notes_of(self, play: _Play) -> Mapping[str, Any]:
        return self._arms[play.arm].strategy.notes(play.candidate.number)

    # -- asking --------------------------------------------------------------------------------

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        self._assign()
        policy, pending = self._informed(), self._pending()
        points: list[Array] = []
        while len(points) < n and len(self._spent) < len(self._arms):
            allowed = np.array([i not in self._spent for i in range(len(self._arms))])
            i, probability = self._choose(policy, pending, allowed, rng)
            asked = self._arms[i].strategy.ask()
            if not asked:
                self._spent.add(i)
                continue
            pending[i] += 1
            points.append(self._propose(_Play(i, asked[0], probability)))
        return np.array(points).reshape(len(points), self.space.n_dims)

    def _choose(
        self, policy: Policy, pending: Array, allowed: Array, rng: np.random.Generator
    ) -> tuple[int, float]:
        plays = np.where(allowed, policy.counts + pending, np.inf)
        if plays.min() < INITIAL:
            return int(np.argmin(plays)), 1 / float(allowed.sum())
        i = policy.choose(rng, pending, allowed)
        return i, float(policy.probabilities(allowed)[i]) if isinstance(policy, EXP3) else 1.0

    def _propose(self, play: _Play) -> Array:
        x = self._arms[play.arm].embed(play.candidate.x)
        self._proposed[key(x)] = play
        return x

    def _pending(self) -> Array:
        return np.bincount(self._arms_of(self.pending), minlength=len(self._arms)).astype(float)

    def _informed(self) -> Policy:
        """Return the policy with all that is known."""
        n_arms, history = len(self._arms), self.history
        if self.policy == "exp3":
            return self._informed_exp3(EXP3(n_arms=n_arms, horizon=self.budget))
        policy: Policy = Thompson(n_arms=n_arms)
        if self.policy == "ucb1":
            policy = UCB1(n_arms=n_arms, exploration=EXPLORATION)
        arms = [self._plays[o.candidate.number].arm for o in history]
        policy.tell(arms, top_rewards([o.loss for o in history], SHARE))
        return policy

    def _informed_exp3(self, policy: EXP3) -> EXP3:
        drawn = [
            (play.arm, reward, play.probability)
            for number, reward in self._rewards.items()
            if (play := self._plays[number]).probability is not None
        ]
        if drawn:
            policy.tell(*zip(*drawn, strict=True))
        return policy

    # -- learning ------------------------------------------------------------------------------

    def _tell(self, observations: Sequence[Observation]) -> None:
        self._assign()
        told: dict[int, list[Observation]] = {}
        for observation in observations:
            play = self._plays[observation.candidate.number]
            told.setdefault(play.arm, []).append(replace(observation, candidate=play.candidate))
        for i, part in told.items():
            self._arms[i].strategy.tell(part)
        if self.policy == "exp3":
            self._reward(observations)

    def _reward(self, observations: Sequence[Observation]) -> None:
        """Fix the rewards of candidates that are told for the first time."""
        history = self.history
        rewards = top_rewards([o.loss for o in history], SHARE).tolist()
        now = {o.candidate.number: r for o, r in zip(history, rewards, strict=True)}
        for observation in observations:
            number = observation.candidate.number
            self._rewards.setdefault(number, now[number])

    # -- arms ----------------------------------------------------------------------------------

    def _assign(self) -> None:
        """Find the arm of each candidate that was admitted since, whoever proposed it."""
        for number in range(len(self._plays), self.n_asked):
            candidate = self._asked[number]
            self._plays[number] = self._proposed.get(key(candidate.x)) or self._foreign(candidate)
            self._shown.setdefault(self._plays[number].arm, self._plays[number])

    def _foreign(self, candidate: Candidate) -> _Play:
        """Have the strategy of the arm propose what others did: it was enqueued, or replayed."""
        i = int(self._arms_of(candidate.x[np.newaxis])[0])
        arm = self._arms[i]
        arm.strategy.enqueue([arm.settings(candidate.x)])
        return _Play(i, arm.strategy.ask()[0], None)

    def _arms_of(self, points: Array) -> NDArray[np.intp]:
        if self._column is None:
            return np.zeros(len(points), dtype=np.intp)
        return self.space.columns[self._column].index(points[:, self._column])

    def _make_arms(self) -> list[_Arm]:
        make: Maker = self.make or _Prior
        j = self._column
        if j is None:
            return [_Arm("all", None, make(space=self.space, seed=self.seed, budget=self.budget))]
        arms = []
        for i, text in enumerate(self.space.columns[j].texts):
            part = self.space.restricted(j, i)
            seed = int(np.random.SeedSequence((self.seed, i)).generate_state(1)[0])
            # a single setting leaves nothing to choose, which not every strategy expects
            maker = make if part.space.n_dims else _Prior
            strategy = maker(space=part.space, seed=seed, budget=self.budget)
            arms.append(_Arm(text, part, strategy))
        return arms


def _is_barren(space: Space) -> bool:
    """Whether ``forbidden`` leaves nothing of a space, or too little to draw from."""
    if space.size <= MAX_ENUMERATED:
        return next(space.enumerate(), None) is None
    try:
        return not len(space.draw(1, np.random.default_rng(0)))
    except ValueError:
        return True
