"""The contract of a strategy, written once.

A strategy is asked for candidates and told what came of them. An author writes ``_ask`` (and,
where state is kept, ``_tell``); both see the unit cube and losses to minimise. All else is
written here: numbering, decoding, duplicates, failures, history, and the random numbers.

Laws that hold for every strategy (``skhpo.testing`` checks them):

* ``ask`` may be called at any time; ``tell`` may come late, in part, or out of order.
* The k-th call of ``ask`` draws from ``default_rng((seed, k))`` and a strategy never stores a
  generator: the same asks and tells rebuild the same state.
* Proposals lie in the unit cube. They are snapped to what the space can express; a point that
  was proposed before, or is forbidden, is refused and replaced.
* A loss that is not finite is a failure; ``_tell`` sees it as ``inf`` and never sees NaN.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.exceptions import ContractError
from skhpo.space import Space
from skhpo.space.points import key as point_key
from skhpo.surrogates.fidelity import comparable
from skhpo.trial import Candidate, Observation

Array = NDArray[np.float64]

MAX_RETRIES = 16  # proposals refused in a row before the base draws an unseen point itself
MAX_START = 10  # candidates drawn before a local search starts
MAX_DRAWS = 512  # random draws in search of an unseen point of a space too large to enumerate
MAX_ENUMERATED = 20_000  # the largest finite space that is enumerated to find an unseen point


@dataclass(kw_only=True, eq=False)
class Strategy(ABC):
    """Chooses what to try next: asked for candidates, told their losses.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes all random numbers.
    budget : int or None, default=None
        How many candidates the search means to evaluate, where that is known.

    See Also
    --------
    skhpo.testing.StrategyContract : The tests that every strategy has to pass.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from skhpo import Real, Space, Strategy
    >>> @dataclass(kw_only=True, eq=False)
    ... class Uniform(Strategy):
    ...     def _ask(self, n, rng):
    ...         return self.space.draw(n, rng)
    >>> strategy = Uniform(space=Space({"C": Real(0, 1)}), seed=0)
    >>> [candidate] = strategy.ask()
    >>> sorted(candidate.params)
    ['C']
    """

    space: Space
    seed: int = 0
    budget: int | None = None
    _n_asks: int = field(default=0, init=False, repr=False)
    _asked: dict[int, Candidate] = field(default_factory=dict, init=False, repr=False)
    _told: dict[int | None, dict[int, Observation]] = field(
        default_factory=dict, init=False, repr=False
    )
    _seen: set[bytes] = field(default_factory=set, init=False, repr=False)
    _seconds_before: float = field(default=0.0, init=False, repr=False)
    _queue: list[tuple[Array, Mapping[str, Any]]] = field(
        default_factory=list, init=False, repr=False
    )

    # -- what the engine calls -----------------------------------------------------------------

    def enqueue(self, settings: Sequence[Mapping[str, Any]]) -> None:
        """Propose these parameter settings before any of the strategy's own.

        Parameters
        ----------
        settings : sequence of dict
            Parameter settings that lie in the space.

        Raises
        ------
        ValueError
            If a setting does not lie in the space.
        """
        self._queue += [(self.space.encode(params), dict(params)) for params in settings]

    def ask(self, n: int = 1) -> list[Candidate]:
        """Return the next candidates.

        Parameters
        ----------
        n : int, default=1
            How many.

        Returns
        -------
        list of Candidate
            As many as were asked for; fewer, or none, when the space or the strategy is
            exhausted.

        Raises
        ------
        ContractError
            If the strategy proposes a point outside the unit cube.
        """
        rng = np.random.default_rng((self.seed, self._n_asks))
        self._n_asks += 1
        accepted = self._take_queued(n)
        for _ in range(1 + MAX_RETRIES):
            if len(accepted) == n:
                return accepted
            proposed = self._checked(self._ask(n - len(accepted), rng))
            if not len(proposed):
                return accepted
            accepted += self._accept(proposed)
        return accepted + self._accept(self._unseen(n - len(accepted), rng))

    def tell(self, observations: Sequence[Observation]) -> None:
        """Learn what came of candidates.

        Parameters
        ----------
        observations : sequence of Observation
            In any order, for any part of the candidates asked so far. A later observation of
            the same candidate at the same amount of the resource replaces the earlier one.

        Raises
        ------
        ContractError
            If a candidate was not asked from this strategy.
        """
        clean = [self._clean(observation) for observation in observations]
        for observation in clean:
            number, resource = observation.candidate.number, observation.resource
            self._told.setdefault(resource, {})[number] = observation
        self.__dict__.pop("_at_full", None)
        self._tell(clean)

    def resume(self) -> None:
        """Learn that all that was told so far belongs to an earlier run, and so do its seconds."""
        self._seconds_before = self._seconds_spent()

    def replay(self, x: Array) -> Candidate:
        """Ask once more, knowing what was asked for then.

        Parameters
        ----------
        x : ndarray of shape (n_dims,)
            The point that the strategy proposed in the course that is replayed.

        Returns
        -------
        Candidate
            The strategy's proposal if it is ``x``; else ``x`` in its place (the strategy, or the
            budget it was given, has changed since).
        """
        queue = self._queue.copy()
        asked = self.ask()
        if asked and point_key(asked[0].x) == point_key(x):
            return asked[0]
        for candidate in asked:
            del self._asked[candidate.number]
            self._seen.discard(point_key(candidate.x))
        self._queue = queue  # what was enqueued since then is still to be proposed
        return self._admit(x, self.space.decode(x))

    def notes(self, number: int) -> Mapping[str, Any]:
        """Return what the strategy has to say of a candidate, for the results.

        Parameters
        ----------
        number : int
            The candidate's number.

        Returns
        -------
        dict of str to object
            The same names for each candidate.
        """
        return {}

    # -- what an author writes -----------------------------------------------------------------

    @abstractmethod
    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        """Propose up to ``n`` points of the unit cube, shape (n, n_dims); none: exhausted.

        Values of inactive parameters are ignored. Called again when a proposal is refused.
        """

    def _tell(self, observations: Sequence[Observation]) -> None:  # noqa: B027 (optional hook)
        """Update the strategy's own state; the history is kept already."""

    # -- the history, for authors --------------------------------------------------------------

    @property
    def history(self) -> list[Observation]:
        """What to learn from: an observation a candidate, in the order of their numbers.

        Where candidates were given different amounts of a resource, losses are brought to the
        scale of the largest amount, and what they may miss by that is in ``shortfall``.
        """
        if len(self._told) < 2:
            told = next(iter(self._told.values()), {})
            return [told[number] for number in sorted(told)]
        return [self._at_full[number] for number in sorted(self._at_full)]

    @cached_property
    def _at_full(self) -> dict[int, Observation]:
        """The latest observation of each candidate, on the scale of the largest amount."""
        amounts = sorted(amount or 0 for amount in self._told)
        losses = {
            amount: {number: o.loss for number, o in self._told[amount].items()}
            for amount in amounts
        }
        latest = {n: o for amount in amounts for n, o in self._told[amount].items()}
        return {
            n: replace(latest[n], loss=loss, shortfall=float(np.hypot(latest[n].shortfall, sd)))
            for n, (loss, sd) in comparable(losses).items()
        }

    @property
    def X(self) -> Array:  # noqa: N802 (the matrix)
        """Points of the history, shape (n, n_dims)."""
        points = [observation.candidate.x for observation in self.history]
        return np.array(points, dtype=np.float64).reshape(len(points), self.space.n_dims)

    @property
    def y(self) -> Array:
        """Losses of the history, ``inf`` for failures, shape (n,)."""
        return np.array([o.loss for o in self.history], dtype=np.float64)

    @property
    def shortfall(self) -> Array:
        """Standard deviations of what the losses may miss, shape (n,): see `Observation`."""
        return np.array([observation.shortfall for observation in self.history])

    @property
    def costs(self) -> tuple[Array, float]:
        """Seconds that the first evaluation of each candidate took, shape (n,); and of all.

        Where a resource is rationed that is the one with least of it, so that candidates which
        were given more do not seem dearer than others. NaN where an evaluation was not ended,
        which says little. The sum is that since the search was resumed.
        """
        first: dict[int, float] = {}
        for amount in sorted(self._told, key=lambda amount: amount or 0):
            for number, observation in self._told[amount].items():
                is_whole = observation.shortfall == 0
                first.setdefault(number, observation.cost if is_whole else float("nan"))
        seconds = np.array([first[number] for number in sorted(first)])
        return seconds, self._seconds_spent() - self._seconds_before

    def _seconds_spent(self) -> float:
        every = [o.cost for told in self._told.values() for o in told.values()]
        return float(np.nansum(every))

    @property
    def pending(self) -> Array:
        """Points asked for and not yet told, shape (n, n_dims)."""
        told = set().union(*self._told.values())
        points = [c.x for number, c in self._asked.items() if number not in told]
        return np.array(points, dtype=np.float64).reshape(len(points), self.space.n_dims)

    @cached_property
    def is_categorical(self) -> NDArray[np.bool_]:
        """Which columns hold categories, shape (n_dims,)."""
        return np.array([column.kind == "categorical" for column in self.space.columns], bool)

    @property
    def n_asked(self) -> int:
        """Number of candidates proposed so far."""
        return len(self._asked)

    def is_seen(self, x: Array) -> bool:
        """Whether this point was proposed before.

        Parameters
        ----------
        x : ndarray of shape (n_dims,)
            A snapped point.

        Returns
        -------
        bool
            True also while it is pending.
        """
        return point_key(x) in self._seen

    @property
    def n_start(self) -> int:
        """Candidates that a local search draws before a start: about a twentieth of the budget."""
        return MAX_START if self.budget is None else min(MAX_START, 1 + self.budget // 20)

    def is_fresh(self, x: Array, found: Mapping[bytes, Array]) -> bool:
        """Whether a point may be proposed.

        Parameters
        ----------
        x : ndarray of shape (n_dims,)
            A snapped point.
        found : mapping of bytes to ndarray
            What else is to be proposed, by `skhpo.space.points.key`.

        Returns
        -------
        bool
            False where it was proposed before, is among ``found``, or is forbidden.
        """
        is_known = self.is_seen(x) or point_key(x) in found
        return not is_known and bool(self.space.allowed(x[np.newaxis])[0])

    def _one_by_one(
        self,
        n: int,
        rng: np.random.Generator,
        propose: Callable[[Mapping[bytes, Array]], Array | None],
    ) -> Array:
        """Collect ``n`` points of ``propose(found)``; when that has no more, unseen ones."""
        found: dict[bytes, Array] = {}
        while len(found) < n and (x := propose(found)) is not None:
            found[point_key(x)] = x
        if len(found) < n:
            found |= {point_key(x): x for x in self._unseen(n - len(found), rng)}
        return np.array([*found.values()]).reshape(len(found), self.space.n_dims)

    # -- the machinery -------------------------------------------------------------------------

    def _take_queued(self, n: int) -> list[Candidate]:
        taken: list[Candidate] = []
        while self._queue and len(taken) < n:
            x, params = self._queue.pop(0)
            if not self.is_seen(x):
                taken.append(self._admit(x, params))
        return taken

    def _checked(self, proposed: Array) -> Array:
        proposed = np.asarray(proposed, dtype=np.float64)
        if proposed.ndim != 2 or proposed.shape[1] != self.space.n_dims:
            raise ContractError(
                f"{type(self).__name__}._ask should return an array of shape "
                f"(n, {self.space.n_dims}), got {proposed.shape}."
            )
        active = self.space.activity(proposed)
        inside = (proposed >= 0) & (proposed <= 1)
        if not np.all(inside | ~active):
            i, j = np.argwhere(~inside & active)[0]
            raise ContractError(
                f"{type(self).__name__}._ask left the unit cube: column {j} "
                f"({self.space.columns[j].name!r}) is {proposed[i, j]!r}."
            )
        return self.space.snap(proposed)

    def _accept(self, points: Array) -> list[Candidate]:
        allowed = self.space.allowed(points)
        accepted = []
        for x, ok in zip(points, allowed, strict=True):
            if ok and not self.is_seen(x):
                accepted.append(self._admit(x, self.space.decode(x)))
        return accepted

    def _admit(self, x: Array, params: Mapping[str, Any]) -> Candidate:
        candidate = Candidate(len(self._asked), x, params)
        self._asked[candidate.number] = candidate
        self._seen.add(point_key(x))
        return candidate

    def _unseen(self, n: int, rng: np.random.Generator) -> Array:
        """Up to ``n`` points that were never proposed, drawn from the prior."""
        if self.space.size <= MAX_ENUMERATED:
            left = [x for x in self.space.enumerate() if not self.is_seen(x)]
            chosen = [left[i] for i in rng.permutation(len(left))[:n]]
            return np.array(chosen).reshape(len(chosen), self.space.n_dims)
        found: dict[bytes, Array] = {}
        for x in self.space.draw(MAX_DRAWS, rng):
            if len(found) < n and not self.is_seen(x):
                found[point_key(x)] = x
        return np.array([*found.values()]).reshape(len(found), self.space.n_dims)

    def _clean(self, observation: Observation) -> Observation:
        number = observation.candidate.number
        if self._asked.get(number) is not observation.candidate:
            raise ContractError(
                f"told of candidate {number}, which this {type(self).__name__} never proposed."
            )
        if np.isfinite(observation.loss):
            return observation
        return replace(observation, loss=float("inf"))
