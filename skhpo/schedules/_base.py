"""The contract of a schedule: how much of the resource each candidate gets, and when.

A schedule is a state machine over numbers. It is asked what to do with a free slot and answers
with data; it is told what was done and what came of it. It knows neither strategies nor
executors, and it draws no random numbers: the same calls rebuild the same state.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite

Curve = Mapping[int, float]  # losses by resource


@dataclass(frozen=True, slots=True)
class Sample:
    """Start a new candidate.

    Parameters
    ----------
    resource : int or None, default=None
        What it gets; None where nothing is rationed.
    bracket : int, default=0
        For which bracket.
    """

    resource: int | None = None
    bracket: int = 0


@dataclass(frozen=True, slots=True)
class Promote:
    """Give a candidate more.

    Parameters
    ----------
    candidate : int
        Its number.
    resource : int
        What it gets now.
    rung : int
        Which level of its bracket that is.
    bracket : int, default=0
        Which bracket.
    """

    candidate: int
    resource: int
    rung: int
    bracket: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing can be started before something under way is finished."""


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing is left to start.

    Parameters
    ----------
    reason : str
        Why.
    """

    reason: str


Action = Sample | Promote | Wait | Done
Veto = Callable[[Curve, int, float], bool]


@dataclass(kw_only=True, eq=False)
class Schedule(ABC):
    """Decides how much of the resource each candidate gets.

    Parameters
    ----------
    vetoes : sequence of callable, default=()
        ``veto(curve, full, best)`` answers whether a candidate with losses ``curve`` by resource
        is not to be given more, where ``full`` is the most there is and ``best`` the least loss
        of any candidate that had it.

    See Also
    --------
    skhpo.testing.ScheduleContract : The tests that every schedule has to pass.

    Examples
    --------
    >>> from skhpo.schedules import Full
    >>> schedule = Full(n_iter=1)
    >>> schedule.next()
    Sample(resource=None, bracket=0)
    >>> schedule.begin(schedule.next(), candidate=0)
    >>> schedule.next()
    Done(reason='n_iter=1 candidates are done')
    """

    vetoes: Sequence[Veto] = ()
    n_begun: int = field(default=0, init=False)
    is_exhausted: bool = field(default=False, init=False)
    _curves: dict[int, dict[int, float]] = field(default_factory=dict, init=False, repr=False)
    _best: float = field(default=inf, init=False, repr=False)

    # -- what the engine calls -------------------------------------------------------------------

    @abstractmethod
    def next(self) -> Action:
        """Return what to do with a free slot; asking changes nothing."""

    def begin(self, action: Sample | Promote, candidate: int) -> None:
        """Learn that something was started.

        Parameters
        ----------
        action : Sample or Promote
            What.
        candidate : int
            The candidate's number, also of a new one.
        """
        if isinstance(action, Sample):
            self.n_begun += 1
        self._begin(action, candidate)

    def tell(
        self, candidate: int, resource: int | None, loss: float, curve: Curve | None = None
    ) -> None:
        """Learn what came of a candidate at an amount of the resource.

        Parameters
        ----------
        candidate : int
            Its number.
        resource : int or None
            The amount.
        loss : float
            To be minimised; what is not finite is a failure.
        curve : dict of int to float or None, default=None
            Losses at smaller amounts, where they are known.
        """
        loss = loss if isfinite(loss) else inf
        if resource is not None:
            known = self._curves.setdefault(candidate, {})
            known |= {**(curve or {}), resource: loss}
        if resource == self.full:
            self._best = min(self._best, loss)
        self._tell(candidate, resource, loss)

    def expect(self, n_candidates: int) -> None:  # noqa: B027 (of one that plans nothing)
        """Learn, before anything is begun, that a course is repeated that had so many."""

    def exhaust(self) -> None:
        """Learn that there are no more candidates to start."""
        self.is_exhausted = True

    @property
    def full(self) -> int | None:
        """What a candidate has to have been given to win; None where nothing is rationed."""
        return None

    @property
    def epoch(self) -> int | None:
        """How many barriers were passed; None for a schedule that never waits for all.

        With barriers, a strategy learns of outcomes only at a barrier: then what it proposes
        does not depend on the order in which they came.
        """
        return None

    @property
    @abstractmethod
    def n_trials(self) -> int:
        """How many trials, candidates at an amount of the resource, it means to start."""

    def is_settled(self, candidate: int) -> bool:
        """Whether the candidate, having been told, can certainly not be promoted."""
        return True

    # -- what an author writes -------------------------------------------------------------------

    def _begin(self, action: Sample | Promote, candidate: int) -> None:  # noqa: B027 (a hook)
        """Keep in mind what was started."""

    def _tell(  # noqa: B027 (a hook)
        self, candidate: int, resource: int | None, loss: float
    ) -> None:
        """Keep in mind what came of it; a failure has the loss ``inf``."""

    def _is_vetoed(self, candidate: int) -> bool:
        """Whether a rule says that more would be wasted on the candidate."""
        curve, full = self._curves[candidate], self.full
        return full is not None and any(veto(curve, full, self._best) for veto in self.vetoes)
