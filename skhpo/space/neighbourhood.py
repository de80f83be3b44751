"""Where a search of a grid stands: a centre, and its neighbours one parameter at a time.

R. Hooke, T. A. Jeeves: "Direct Search" Solution of Numerical and Statistical Problems. Journal of
the ACM 8 (1961) 212-229.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from skhpo.space._dimension import Floats
from skhpo.space.lattice import Lattice
from skhpo.space.points import key

ROUNDING = 0.25  # what a jump is rounded to, in units of the spacing


@dataclass(slots=True)
class _Trial:
    """A neighbour under way: where it came from."""

    column: int  # -1: a jump
    position: float
    origin: float  # position of the centre in that column
    loss: float  # of the centre
    spacing: float


@dataclass(eq=False)
class Neighbourhood:
    """Tries the neighbours of a centre and moves to a better one as soon as it is known.

    One sweep goes through the parameters, and along each as long as it gets better. Along each,
    what the levels on both sides came to says where the lowest point in between should be; after
    the sweep all parameters are set to these points at once (the jump), then the way of the
    sweep is gone once more (the pattern). If one of them is better, the next sweep is at the
    same spacing, else at half of it. The search is exhausted when a sweep over the finest levels
    was in vain.

    Parameters
    ----------
    lattice : Lattice
        The levels.
    centre : ndarray of shape (n_dims,)
        Where to begin, a snapped point.
    loss : float
        What it came to.
    spacing : float
        Distance of the levels at first, as a share of the range.
    finest : float
        The least distance.
    order : list of int
        In which order to go through the columns.
    """

    lattice: Lattice
    centre: Floats
    loss: float
    spacing: float
    finest: float
    order: list[int]
    _at: int = 0  # place in the sweep
    _moved: bool = False  # in this sweep
    _base: Floats = field(init=False)  # where the sweep began
    _profiles: dict[int, dict[float, float]] = field(default_factory=dict)
    _rivals: dict[tuple[int, float], float] = field(default_factory=dict)
    _trials: dict[bytes, _Trial] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._base = self.centre

    @property
    def is_exhausted(self) -> bool:
        """Whether the finest levels were tried in vain."""
        return self.spacing < self.finest * (1 - 1e-9)

    def propose(self, is_new: Callable[[Floats], bool], otherwise: Floats) -> Floats | None:
        """Return the next neighbour to try.

        Parameters
        ----------
        is_new : callable
            ``is_new(x)``: whether a point may be tried still.
        otherwise : ndarray of shape (n_dims,)
            Positions of what becomes active with a new alternative.

        Returns
        -------
        ndarray of shape (n_dims,), or None
            None when it is exhausted.
        """
        while not self.is_exhausted:
            for x, trial in self._sweep(otherwise):
                if is_new(x):
                    self._trials[key(x)] = trial
                    return x
            self._end_sweep()
        return None

    def _sweep(self, otherwise: Floats) -> Iterator[tuple[Floats, _Trial]]:
        while self._at < len(self.order):
            j = self.order[self._at]
            here = float(self.centre[j])
            if not np.isnan(here):
                for u in self._candidates(j, here):
                    x = self.lattice.moved(self.centre, j, u, otherwise)
                    yield x, _Trial(j, u, here, self.loss, self.spacing)
            self._at += 1
        for leap in (self._jump, self._pattern)[self._at - len(self.order) :]:
            self._at += 1
            yield leap(), _Trial(-1, 0.0, 0.0, self.loss, self.spacing)

    def _candidates(self, j: int, here: float) -> list[float]:
        steps = self.lattice.steps(j, here, self.spacing)
        if self.lattice.is_categorical[j]:
            # an alternative that lost is tried again when as much was won since as it lost by
            return [u for u in steps if self.loss <= self._rivals.get((j, u), np.inf)]
        profile = self._profiles.get(j, {})
        return sorted(steps, key=lambda u: _slope(profile, here, u))

    def _end_sweep(self) -> None:
        if not self._moved or self.spacing > self.finest * (1 + 1e-9):
            self.spacing /= 2
        self._at, self._moved = 0, False
        self._base = self.centre

    def _jump(self) -> Floats:
        """Return the point whose coordinates are the lowest of each parameter on its own."""
        x = self.centre.copy()
        for j, profile in self._profiles.items():
            if not np.isnan(x[j]) and not self.lattice.is_categorical[j]:
                lowest = lowest_between(profile, min(profile, key=profile.__getitem__))
                spacing = max(self.spacing * ROUNDING, self.finest)
                x[j] = self.lattice.rounded(j, lowest, spacing)
        return x

    def _pattern(self) -> Floats:
        """Return the point as far from the centre as the sweep has come, in that direction."""
        x = self.centre.copy()
        for j in self.order:
            step = x[j] - self._base[j]
            if not self.lattice.is_categorical[j] and np.isfinite(step) and step:
                x[j] = self.lattice.rounded(j, min(max(x[j] + step, 0.0), 1.0), self.finest)
        return x

    def learn(self, x: Floats, loss: float) -> bool:
        """Learn what a point came to.

        Parameters
        ----------
        x : ndarray of shape (n_dims,)
            A snapped point, one that was proposed here or not.
        loss : float
            What it came to.

        Returns
        -------
        bool
            Whether it was proposed here.
        """
        trial = self._trials.pop(key(x), None)
        if trial is None:
            return False
        j = trial.column
        if j >= 0 and np.isfinite(loss):
            profile = self._profiles.setdefault(j, {})
            base = profile.setdefault(trial.origin, 0.0)
            profile[trial.position] = base + loss - trial.loss
            if self.lattice.is_categorical[j]:
                self._rivals[j, trial.position] = trial.loss - max(loss - trial.loss, 0.0)
        if loss < self.loss:
            self.centre, self.loss = x, loss
            self._moved = True
            self.spacing = max(self.spacing, trial.spacing)
            self._at = 0 if j < 0 else min(self._at, self.order.index(j))
            if j < 0:
                self._profiles.clear()
        return True

    def adopt(self, x: Floats, loss: float) -> None:
        """Go on from another point.

        Parameters
        ----------
        x : ndarray of shape (n_dims,)
            A snapped point that was not proposed here.
        loss : float
            What it came to.
        """
        self.centre, self.loss, self._base = x, loss, x
        self._at = 0
        self._profiles.clear()


def _slope(profile: dict[float, float], here: float, u: float) -> float:
    """Return how steeply the loss is known to rise towards a level: less is tried first."""
    side = [v for v in profile if (v - here) * (u - here) > 0]
    if not side or here not in profile:
        return 0.0
    nearest = min(side, key=lambda v: abs(v - here))
    return (profile[nearest] - profile[here]) / abs(nearest - here)


def lowest_between(profile: dict[float, float], here: float) -> float:
    """Return the lowest point of the parabola through a level and its neighbours.

    Parameters
    ----------
    profile : dict of float to float
        What levels came to.
    here : float
        The level.

    Returns
    -------
    float
        Between the neighbours; ``here`` if one of them is missing or there is no lowest point.

    Examples
    --------
    >>> lowest_between({0.0: 9.0, 0.5: 1.0, 1.0: 1.0}, 0.5)
    0.75
    """
    below = max((v for v in profile if v < here), default=None)
    above = min((v for v in profile if v > here), default=None)
    if below is None or above is None or here not in profile:
        return here
    left = (profile[here] - profile[below]) / (here - below)
    right = (profile[above] - profile[here]) / (above - here)
    if right <= left:
        return here
    # the slope is left and right in the middles of the two intervals, and linear in between
    a, b = (below + here) / 2, (here + above) / 2
    return float(np.clip(a - left * (b - a) / (right - left), below, above))
