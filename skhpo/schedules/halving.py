"""Successive halving and Hyperband: rungs with a barrier at the end of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle
from math import isfinite

from skhpo.schedules._base import Action, Done, Promote, Sample, Schedule, Wait
from skhpo.schedules.rungs import Rung


@dataclass(eq=False)
class _Bracket:
    """One successive halving: who stands on the rung that is being filled, and with what loss."""

    rungs: Sequence[Rung]
    rung: int = 0
    invited: list[int] = field(default_factory=list)  # to this rung; anybody, to the first
    started: list[int] = field(default_factory=list)
    losses: dict[int, float] = field(default_factory=dict)
    is_closed: bool = False  # nobody joins the first rung any more

    def next(self, index: int) -> Action:
        level = self.rungs[self.rung]
        if self.rung == 0 and not self.is_closed and len(self.started) < level.n_candidates:
            return Sample(level.resource, index)
        if self.rung > 0 and len(self.started) < len(self.invited):
            return Promote(self.invited[len(self.started)], level.resource, self.rung, index)
        return Wait()

    def is_complete(self) -> bool:
        """Whether all that belong on the rung have been told there."""
        return len(self.losses) == len(self.started) and self.next(0) == Wait()

    def climb(self, is_vetoed: Callable[[int], bool]) -> bool:
        """Invite the best to the next rung; False when there is none, or nobody is left."""
        ranked = sorted((loss, number) for number, loss in self.losses.items() if isfinite(loss))
        self.rung += 1
        room = self.rungs[self.rung].n_candidates if self.rung < len(self.rungs) else 0
        self.invited = [number for _, number in ranked[:room] if not is_vetoed(number)]
        self.started, self.losses = [], {}
        return bool(self.invited)


@dataclass(kw_only=True, eq=False)
class SuccessiveHalving(Schedule):
    """Brackets of successive halving, one after another; with several of them, Hyperband.

    All candidates of a rung are evaluated before the best of them go on to the next, so the
    course depends on nothing but the losses.

    Parameters
    ----------
    brackets : sequence of sequence of Rung
        The rungs of each bracket, see `skhpo.schedules.rungs`.
    n_iter : int or None, default=None
        Candidates to start: brackets are repeated in turn, the last one may be cut. None runs
        each bracket once.
    vetoes : sequence of callable, default=()
        As of `Schedule`.

    References
    ----------
    .. [1] K. Jamieson, A. Talwalkar: Non-stochastic Best Arm Identification and Hyperparameter
       Optimization. AISTATS 2016, arXiv:1502.07943.
    .. [2] L. Li et al.: Hyperband. Journal of Machine Learning Research 18 (2018) 1-52.

    Examples
    --------
    >>> from skhpo.schedules.rungs import halving
    >>> schedule = SuccessiveHalving(brackets=[halving(3, 1, 2, factor=3)])
    >>> for number, loss in enumerate([0.3, 0.1, 0.2]):
    ...     schedule.begin(schedule.next(), number)
    ...     schedule.tell(number, resource=1, loss=loss)
    >>> schedule.next()
    Promote(candidate=1, resource=3, rung=1, bracket=0)
    """

    brackets: Sequence[Sequence[Rung]]
    n_iter: int | None = None
    _plan: list[_Bracket] = field(default_factory=list, init=False, repr=False)
    _home: dict[int, int] = field(default_factory=dict, init=False, repr=False)
    _current: int = field(default=0, init=False, repr=False)
    _epoch: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        self._extend()

    @property
    def n_candidates(self) -> int:
        """How many candidates it means to start."""
        once = sum(rungs[0].n_candidates for rungs in self.brackets)
        return once if self.n_iter is None else self.n_iter

    def expect(self, n_candidates: int) -> None:
        """Learn, before anything is begun, that a course is repeated that had so many."""
        if n_candidates > self.n_candidates:
            self.n_iter = n_candidates
            self._plan.clear()
            self._extend()

    def next(self) -> Action:
        """Return what to do with a free slot."""
        if self._current < len(self._plan):
            return self._plan[self._current].next(self._current)
        return Done("the space is exhausted" if self.is_exhausted else "all brackets are done")

    def exhaust(self) -> None:
        """Learn that there are no more candidates to start."""
        super().exhaust()
        for bracket in self._plan:
            bracket.is_closed = True
        self._advance()

    @property
    def full(self) -> int | None:
        """What a candidate has to have been given to win."""
        return max(rungs[-1].resource for rungs in self.brackets)

    @property
    def epoch(self) -> int | None:
        """How many rungs are complete."""
        return self._epoch

    @property
    def n_trials(self) -> int:
        """How many trials it means to start."""
        n_trials, left = 0, self.n_candidates
        repeated = cycle(self.brackets)
        while left > 0:
            cut = _cut(next(repeated), left)
            n_trials += sum(rung.n_candidates for rung in cut)
            left -= cut[0].n_candidates
        return n_trials

    def is_settled(self, candidate: int) -> bool:
        """Whether the candidate, having been told, can certainly not be promoted."""
        home = self._home[candidate]
        bracket = self._plan[home]
        return home < self._current or (bracket.rung > 0 and candidate not in bracket.invited)

    def _begin(self, action: Sample | Promote, candidate: int) -> None:
        self._home[candidate] = action.bracket
        bracket = self._plan[action.bracket]
        if isinstance(action, Promote) and bracket.rung < action.rung:
            bracket.is_closed = True  # a course is repeated that had fewer candidates to start
            self._advance()
        bracket.started.append(candidate)

    def _tell(self, candidate: int, resource: int | None, loss: float) -> None:
        self._plan[self._home[candidate]].losses[candidate] = loss
        self._advance()

    def _advance(self) -> None:
        """Pass all barriers that can be passed."""
        while self._current < len(self._plan) and self._plan[self._current].is_complete():
            self._epoch += 1
            if not self._plan[self._current].climb(self._is_vetoed):
                self._current += 1
                self._extend()

    def _extend(self) -> None:
        """Open the next bracket if there are candidates left to start."""
        left = self.n_candidates - self.n_begun
        if self._current == len(self._plan) and left > 0 and not self.is_exhausted:
            rungs = self.brackets[len(self._plan) % len(self.brackets)]
            self._plan.append(_Bracket(_cut(rungs, left)))


def _cut(rungs: Sequence[Rung], n_left: int) -> list[Rung]:
    """Return a bracket for no more candidates than there are left."""
    counts = [min(n_left, rung.n_candidates) for rung in rungs]
    return [replace(rung, n_candidates=n) for rung, n in zip(rungs, counts, strict=True)]
