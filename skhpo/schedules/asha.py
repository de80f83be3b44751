"""Asynchronous successive halving: nobody waits for a rung to be complete."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import floor, inf, isfinite
from typing import Literal

from skhpo.schedules._base import Action, Done, Promote, Sample, Schedule, Wait


@dataclass(kw_only=True, eq=False)
class _Asynchronous(Schedule):
    """What the variants share: rungs that candidates arrive on at any time.

    A search that ends before anybody has reached the last rung takes the best candidate of the
    highest rung on to it, so that there is a winner with all of the resource.
    """

    n_iter: int
    levels: Sequence[int]
    factor: float = 3
    _losses: list[dict[int, float]] = field(default_factory=list, init=False, repr=False)
    _started: list[set[int]] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        self._losses = [{} for _ in self.levels]
        self._started = [set() for _ in self.levels]

    def next(self) -> Action:
        """Return what to do with a free slot."""
        promotion = self._promotion()
        if promotion is not None:
            return promotion
        if self.n_begun < self.n_iter and not self.is_exhausted:
            return Sample(self.levels[0])
        if sum(map(len, self._started)) > sum(map(len, self._losses)):
            return Wait()
        return self._last_resort() or self._done()

    @property
    def full(self) -> int | None:
        """What a candidate has to have been given to win."""
        return self.levels[-1]

    @property
    def n_trials(self) -> int:
        """How many trials it means to start, about."""
        return sum(max(1, floor(self.n_iter / self.factor**i)) for i in range(len(self.levels)))

    def is_settled(self, candidate: int) -> bool:
        """Whether the candidate, having been told, can certainly not be promoted."""
        return candidate in self._losses[-1]

    @abstractmethod
    def _promotion(self) -> Promote | None:
        """Return whom to give more."""

    def _begin(self, action: Sample | Promote, candidate: int) -> None:
        rung = action.rung if isinstance(action, Promote) else 0
        self._started[rung].add(candidate)

    def _tell(self, candidate: int, resource: int | None, loss: float) -> None:
        self._losses[self.levels.index(resource)][candidate] = loss

    def _to(self, rung: int, candidate: int) -> Promote:
        return Promote(candidate, self.levels[rung], rung)

    def _ranked(self, rung: int) -> list[int]:
        """Return who was told on a rung and did not fail, the best first."""
        losses = self._losses[rung]
        alive = [number for number, loss in losses.items() if isfinite(loss)]
        return sorted(alive, key=lambda number: (losses[number], number))

    def _last_resort(self) -> Promote | None:
        """Return the best of the highest rung, as long as that is not the last one."""
        highest = max((i for i, told in enumerate(self._losses) if told), default=-1)
        while highest >= 0 and not self._ranked(highest):  # all that got there failed there
            highest -= 1
        if highest < 0 or highest == len(self.levels) - 1:
            return None
        failed = self._started[highest + 1]
        best = next((n for n in self._ranked(highest) if n not in failed), None)
        return None if best is None else self._to(highest + 1, best)

    def _done(self) -> Done:
        exhausted = self.is_exhausted and self.n_begun < self.n_iter
        reason = f"n_iter={self.n_iter} candidates are done"
        return Done("the space is exhausted" if exhausted else reason)


@dataclass(kw_only=True, eq=False)
class Asha(_Asynchronous):
    """Asynchronous successive halving with promotions.

    Whenever a slot is free, the best candidate among the top ``1 / factor`` of the highest
    possible rung that has not been promoted from there goes on; where there is none, a new
    candidate starts.

    Parameters
    ----------
    n_iter : int
        Candidates.
    levels : sequence of int
        The amounts of the resource, the least first.
    factor : float, default=3
        One in so many is promoted.
    vetoes : sequence of callable, default=()
        As of `Schedule`.

    References
    ----------
    .. [1] L. Li et al.: A System for Massively Parallel Hyperparameter Tuning. MLSys 2020,
       arXiv:1810.05934, Algorithm 2.

    Examples
    --------
    >>> schedule = Asha(n_iter=9, levels=(1, 3, 9))
    >>> for number, loss in enumerate([0.3, 0.1, 0.2]):
    ...     schedule.begin(schedule.next(), number)
    ...     schedule.tell(number, resource=1, loss=loss)
    >>> schedule.next()
    Promote(candidate=1, resource=3, rung=1, bracket=0)
    """

    def _promotion(self) -> Promote | None:
        for rung in range(len(self.levels) - 2, -1, -1):
            n_top = floor(len(self._losses[rung]) / self.factor)
            for candidate in self._ranked(rung)[:n_top]:
                if candidate not in self._started[rung + 1] and not self._is_vetoed(candidate):
                    return self._to(rung + 1, candidate)
        return None


def within_share(losses: Sequence[float], factor: float) -> bool:
    """Tell whether the last of several losses is among the best ``1 / factor`` of them.

    Its rank, from 0, is divided by their number; the first one always is.

    Parameters
    ----------
    losses : sequence of float
        In the order of arrival.
    factor : float
        One in so many stays.

    Returns
    -------
    bool
        True to go on.

    Examples
    --------
    >>> within_share([0.5, 0.6, 0.4], factor=3), within_share([0.5, 0.6, 0.7], factor=3)
    (True, False)
    """
    rank = sum(loss < losses[-1] for loss in losses)
    return rank / len(losses) <= 1 / factor


def within_quota(losses: Sequence[float], factor: float) -> bool:
    """Tell whether the last of several losses is one of the best ``floor(n / factor)``, or best.

    Stricter than `within_share`: the first ``factor - 1`` have to be the best so far.

    Parameters
    ----------
    losses : sequence of float
        In the order of arrival.
    factor : float
        One in so many stays.

    Returns
    -------
    bool
        True to go on.

    Examples
    --------
    >>> within_quota([0.5], factor=3), within_quota([0.5, 0.55, 0.52], factor=3)
    (True, False)
    """
    quota = max(floor(len(losses) / factor), 1)
    return losses[-1] <= sorted(losses)[quota - 1]


STAYS: dict[str, Callable[[Sequence[float], float], bool]] = {
    "share": within_share,
    "quota": within_quota,
}


@dataclass(kw_only=True, eq=False)
class AshaStopping(_Asynchronous):
    """Asynchronous successive halving that goes on with a candidate until it falls behind.

    Each candidate is compared, on each rung, with those that were there before it, and either
    stopped or given more at once. Unlike with promotions, nobody is taken up again later.

    Parameters
    ----------
    n_iter : int
        Candidates.
    levels : sequence of int
        The amounts of the resource, the least first.
    factor : float, default=3
        About one in so many goes on.
    stays : {"share", "quota"}, default="share"
        Which rule: `within_share` or the stricter `within_quota`.
    vetoes : sequence of callable, default=()
        As of `Schedule`.

    References
    ----------
    .. [1] L. Li et al.: A System for Massively Parallel Hyperparameter Tuning. MLSys 2020,
       arXiv:1810.05934.

    Examples
    --------
    >>> schedule = AshaStopping(n_iter=9, levels=(1, 3, 9))
    >>> schedule.begin(schedule.next(), 0)
    >>> schedule.tell(0, resource=1, loss=0.3)
    >>> schedule.next()
    Promote(candidate=0, resource=3, rung=1, bracket=0)
    """

    stays: Literal["share", "quota"] = "share"
    _going: list[Promote] = field(default_factory=list, init=False, repr=False)

    def is_settled(self, candidate: int) -> bool:
        """Whether the candidate, having been told, can certainly not be promoted."""
        has_winner = bool(self._ranked(len(self.levels) - 1))
        return has_winner and all(promote.candidate != candidate for promote in self._going)

    def _promotion(self) -> Promote | None:
        return self._going[0] if self._going else None

    def _begin(self, action: Sample | Promote, candidate: int) -> None:
        super()._begin(action, candidate)
        self._going = [promote for promote in self._going if promote.candidate != candidate]

    def _tell(self, candidate: int, resource: int | None, loss: float) -> None:
        super()._tell(candidate, resource, loss)
        rung = self.levels.index(resource)
        if rung == len(self.levels) - 1 or loss == inf:
            return
        if STAYS[self.stays]([*self._losses[rung].values()], self.factor) and not self._is_vetoed(
            candidate
        ):
            self._going.append(self._to(rung + 1, candidate))
