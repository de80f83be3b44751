"""Nelder-Mead: a simplex that crawls downhill.

F. Gao, L. Han: Implementing the Nelder-Mead Simplex Algorithm with Adaptive Parameters.
Computational Optimization and Applications 51 (2012) 259-277.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skhpo.asktell import Array, Strategy
from skhpo.space.points import key, reflected
from skhpo.surrogates.simplex import Simplex
from skhpo.trial import Observation

SMALLEST = 1e-2  # simplex that has converged, in units of the range
MAX_WAITS = 32  # asks without a new point of the simplex: what it waits for may never come
MAX_MOVES = 64  # without a new point: cells keep the simplex where it is


@dataclass(kw_only=True, eq=False)
class NelderMead(Strategy):
    """A simplex of one point more than there are numbers replaces its worst point by a better one.

    It begins at the best of some random candidates, whose categories it keeps; when it has
    collapsed, it begins anew. At walls it is reflected. With one candidate at a time it is the
    classical method; further ones that are asked for meanwhile are those that it may need next,
    and then random ones.

    For few numbers (up to about six), smooth losses and no noise.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the draws.
    budget : int or None, default=None
        Candidates that are meant to be evaluated; about a twentieth of them, at most 10, are
        drawn before each start.
    initial_step : float, default=0.2
        Length of the first simplex along each coordinate, in units of the range.

    Raises
    ------
    ValueError
        If ``initial_step`` is not in (0, 0.5].

    References
    ----------
    .. [1] J. A. Nelder, R. Mead: A Simplex Method for Function Minimization. The Computer Journal
       7 (1965) 308-313.
    .. [2] F. Gao, L. Han: Implementing the Nelder-Mead Simplex Algorithm with Adaptive
       Parameters. Computational Optimization and Applications 51 (2012) 259-277.

    Examples
    --------
    >>> from skhpo import Observation, Real, Space
    >>> from skhpo.strategies import NelderMead
    >>> strategy = NelderMead(space=Space({"a": Real(0, 1), "b": Real(0, 1)}), seed=0, budget=60)
    >>> for _ in range(60):
    ...     [candidate] = strategy.ask()
    ...     strategy.tell([Observation(candidate, ((candidate.x - 0.3) ** 2).sum())])
    >>> strategy.y.min() < 1e-3
    np.True_
    """

    initial_step: float = 0.2
    _simplex: Simplex | None = field(default=None, init=False, repr=False)
    _start: Array | None = field(default=None, init=False, repr=False)
    _best: float = field(default=np.inf, init=False, repr=False)  # since the last simplex
    _losses: dict[bytes, float] = field(default_factory=dict, init=False, repr=False)
    _n_to_draw: int = field(default=0, init=False, repr=False)
    _n_waits: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        if not 0 < self.initial_step <= 0.5:
            raise ValueError(f"initial_step should be in (0, 0.5], got {self.initial_step!r}.")
        self._restart()

    def _restart(self) -> None:
        self._simplex, self._start, self._best, self._n_waits = None, None, np.inf, 0
        self._n_to_draw = self.n_start

    # -- asking --------------------------------------------------------------------------------

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        chosen: dict[bytes, Array] = {}
        for x in self._candidates():
            if not self.is_seen(x):
                chosen.setdefault(key(x), x)
            if len(chosen) == n:
                break
        self._n_waits = 0 if chosen else self._n_waits + 1
        drawn = self.space.draw(n - len(chosen), rng)
        self._n_to_draw = max(0, self._n_to_draw - len(drawn))
        points = [*chosen.values(), *drawn]
        return np.array(points).reshape(len(points), self.space.n_dims)

    def _candidates(self) -> Iterator[Array]:
        """Iterate over what the simplex has to know, and what it may have to know next."""
        if self._simplex is not None and self._n_waits > MAX_WAITS:
            self._restart()
        if self._simplex is None and not self._n_to_draw and self._start is not None:
            self._begin(self._start)
        if self._simplex is None:
            return
        for _ in range(MAX_MOVES):
            wanted = self._whole(self._simplex.wanted())
            losses = self._known(wanted)
            if None in losses:
                yield from wanted
                yield from self._whole(self._simplex.possible())
                return
            self._simplex.advance(np.array(losses, dtype=np.float64))
            if self._simplex.diameter < SMALLEST:
                break
        self._restart()

    def _known(self, points: Array) -> list[float | None]:
        """Return the losses of points, infinite where forbidden, None where not known yet."""
        allowed = self.space.allowed(points)
        return [
            self._losses.get(key(x)) if ok else np.inf
            for x, ok in zip(points, allowed, strict=True)
        ]

    def _begin(self, start: Array) -> None:
        self._start = start
        numbers = start[self._moving]
        if not len(numbers):
            self._restart()
            return
        inwards = np.where(numbers > 0.5, -1.0, 1.0) * self.initial_step
        self._simplex = Simplex(np.vstack([numbers, numbers + np.diag(inwards)]))

    @property
    def _moving(self) -> NDArray[np.intp]:
        """Which columns the simplex has."""
        start = np.empty(0) if self._start is None else self._start
        return np.flatnonzero(~self.is_categorical & ~np.isnan(start))

    def _whole(self, vertices: Array) -> Array:
        """Return points of the simplex with the categories of its start, inside the cube."""
        X = np.repeat(np.asarray(self._start)[np.newaxis], len(vertices), axis=0)
        X[:, self._moving] = reflected(vertices)
        return self.space.snap(X)

    # -- learning ------------------------------------------------------------------------------

    def _tell(self, observations: Sequence[Observation]) -> None:
        for observation in observations:
            x, loss = observation.candidate.x, observation.loss
            self._losses[key(x)] = loss
            if self._simplex is None and loss < self._best:
                self._start, self._best = x, loss
