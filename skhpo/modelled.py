"""What strategies that ask a model have in common: how they start, and that none repeats itself.

A design starts the search: candidates that were enqueued or, if there are none, the default
point; then scrambled Sobol points, of which every beginning covers the space evenly. From there
on the model proposes, one candidate at a time. While there is no model, the design goes on.
"""

from abc import abstractmethod
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.stats import qmc

from skhpo.asktell import Array, Strategy
from skhpo.space.points import key

N_DESIGN = 1024  # Sobol points of the design; beyond, draws from the prior
N_DRAWS = 256  # configurations whose mean number of active parameters is the dimension
DESIGN_STREAM = 2**31  # apart from the numbers of the asks, which seed all other draws


@dataclass(kw_only=True, eq=False)
class Modelled(Strategy):
    """A strategy with a design and then a model.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes all random numbers.
    budget : int or None, default=None
        How many candidates the search means to evaluate, where that is known.
    n_initial : int, default=10
        Candidates of the design.

    Raises
    ------
    ValueError
        If ``n_initial`` or, where there is one, ``n_candidates`` is below 1.
    """

    n_initial: int = 10
    _n_designed: int = field(default=0, init=False, repr=False)
    _origins: dict[bytes, str] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("n_initial", "n_candidates"):
            value = getattr(self, name, 1)
            if value < 1:
                raise ValueError(f"{name} should be at least 1, got {value!r}.")

    def notes(self, number: int) -> dict[str, str]:
        """Return how a candidate was chosen.

        Parameters
        ----------
        number : int
            The candidate's number.

        Returns
        -------
        dict of str to str
            ``origin``: "given" (enqueued, or the default point), "design", "model", or what
            else the strategy calls it.
        """
        return {"origin": self._origins.get(key(self._asked[number].x), "given")}

    # -- what an author writes -----------------------------------------------------------------

    @abstractmethod
    def _modelled(self, chosen: Array, rng: np.random.Generator) -> Array | None:
        """Propose by the model, or by the design where there is none.

        Parameters
        ----------
        chosen : ndarray of shape (n, n_dims)
            What the same ask proposes besides.
        rng : numpy.random.Generator
            Random numbers.

        Returns
        -------
        ndarray of shape (n_dims,) or None
            A new snapped point; None if the space is exhausted.
        """

    # -- one at a time -------------------------------------------------------------------------

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        chosen = np.empty((0, self.space.n_dims))
        for _ in range(n):
            x = self._propose(chosen, rng)
            if x is None:
                break
            self._origins.setdefault(key(x), "model")
            chosen = np.concatenate([chosen, x[None]])
        return chosen

    def _propose(self, chosen: Array, rng: np.random.Generator) -> Array | None:
        """One new point besides those of the same ask, None if the space is exhausted."""
        n_before = self.n_asked + len(chosen)
        if n_before == 0:
            return self._as("given", self.space.default())
        if n_before < self.n_initial:
            return self._design(chosen, rng)
        return self._modelled(chosen, rng)

    # -- the design ----------------------------------------------------------------------------

    @cached_property
    def _sobol(self) -> Array:
        rng = np.random.default_rng((self.seed, DESIGN_STREAM))
        return self.space.snap(sobol_points(N_DESIGN, self.space.n_dims, rng))

    def _design(self, chosen: Array, rng: np.random.Generator) -> Array | None:
        """Return the next Sobol point that is new, or a draw when they are used up."""
        while self._n_designed < N_DESIGN and self.space.n_dims:
            x = self._sobol[self._n_designed]
            self._n_designed += 1
            if self._is_new(x, chosen) and self.space.allowed(x[None])[0]:
                return self._as("design", np.asarray(x))
        return self._as("design", self._drawn(chosen, rng))

    def _as(self, origin: str, x: Array | None) -> Array | None:
        """Say how a point was chosen."""
        if x is not None:
            self._origins[key(x)] = origin
        return x

    def _drawn(self, chosen: Array, rng: np.random.Generator) -> Array | None:
        if not self.space.n_dims:
            return None  # the one point there is was the first proposal
        for x in self._unseen(len(chosen) + 1, rng):
            if self._is_new(x, chosen):
                return np.asarray(x)
        return None

    # -- the space, for authors -----------------------------------------------------------------

    @cached_property
    def _dimension(self) -> float:
        """Mean number of active parameters with more than one value."""
        varying = np.array([column.n_values != 1 for column in self.space.columns])
        draws = self.space.draw(N_DRAWS, np.random.default_rng((self.seed, DESIGN_STREAM, 1)))
        return float((~np.isnan(draws[:, varying])).sum(axis=1).mean())

    def _snapped(self, U: Array) -> Array:
        X = self.space.snap(U)
        return X[self.space.allowed(X)]

    def _is_new(self, x: Array, chosen: Array) -> bool:
        same = (chosen == x) | (np.isnan(chosen) & np.isnan(x))
        return not self.is_seen(x) and not bool(same.all(axis=1).any())


def sobol_points(n: int, d: int, rng: np.random.Generator) -> Array:
    """Draw scrambled Sobol points, a power of two of them, which keeps them balanced.

    Parameters
    ----------
    n : int
        How many at least.
    d : int
        Number of coordinates.
    rng : numpy.random.Generator
        Random numbers.

    Returns
    -------
    ndarray of shape (m, d)
        Points of the unit cube.

    Examples
    --------
    >>> import numpy as np
    >>> sobol_points(5, 3, np.random.default_rng(0)).shape
    (8, 3)
    """
    exponent = int(np.ceil(np.log2(n)))
    return np.asarray(qmc.Sobol(d, scramble=True, seed=rng).random_base2(exponent))
