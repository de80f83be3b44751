"""What the policies of bandits have in common: counts and sums of rewards, and how to ask."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(kw_only=True, eq=False)
class Policy(ABC):
    """Chooses an arm, and is told rewards.

    Rewards lie in [0, 1]. They may come late, in any order, or never: what a policy knows are
    sums. Plays without a reward so far are pending, counts that are handed in when it chooses.

    Parameters
    ----------
    n_arms : int
        How many arms there are.

    Raises
    ------
    ValueError
        If ``n_arms`` is below 1.
    """

    n_arms: int
    counts: Array = field(init=False, repr=False)
    sums: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.n_arms < 1:
            raise ValueError(f"n_arms should be at least 1, got {self.n_arms!r}.")
        self.counts = np.zeros(self.n_arms)
        self.sums = np.zeros(self.n_arms)

    def tell(self, arms: ArrayLike, rewards: ArrayLike, probabilities: ArrayLike = 1.0) -> None:
        """Learn the rewards of plays.

        Parameters
        ----------
        arms : int or array-like of int, shape (n,)
            The arms that were played.
        rewards : float or array-like of shape (n,)
            From 0 to 1.
        probabilities : float or array-like of shape (n,), default=1.0
            How likely each was to be chosen; only EXP3 has to know.

        Raises
        ------
        ValueError
            If a reward is not in [0, 1].
        """
        arms = np.atleast_1d(np.asarray(arms, dtype=np.intp))
        rewards = np.broadcast_to(np.asarray(rewards, dtype=np.float64), arms.shape)
        wrong = ~((rewards >= 0) & (rewards <= 1))
        if wrong.any():
            raise ValueError(f"rewards should be in [0, 1], got {float(rewards[wrong][0])!r}.")
        self.counts += np.bincount(arms, minlength=self.n_arms)
        shares = self._shares(rewards, np.asarray(probabilities, dtype=np.float64))
        self.sums += np.bincount(arms, weights=shares, minlength=self.n_arms)

    def choose(
        self,
        rng: np.random.Generator,
        pending: ArrayLike | None = None,
        allowed: ArrayLike | None = None,
    ) -> int:
        """Choose an arm.

        Parameters
        ----------
        rng : numpy.random.Generator
            Where random numbers come from.
        pending : array-like of shape (n_arms,) or None, default=None
            Plays of each arm whose rewards are still to come; None: no plays.
        allowed : array-like of bool, shape (n_arms,), or None, default=None
            Which arms are in the running, one at the least; None: all.

        Returns
        -------
        int
            Its number.

        Raises
        ------
        ValueError
            If no arm is allowed.
        """
        waiting = np.zeros(self.n_arms) if pending is None else np.asarray(pending, np.float64)
        return self._choose(rng, waiting, self._mask(allowed))

    @abstractmethod
    def _choose(self, rng: np.random.Generator, pending: Array, allowed: Bools) -> int:
        """Choose one of the allowed arms."""

    def _shares(self, rewards: Array, probabilities: Array) -> Array:
        """Return what is added up of the rewards."""
        return rewards

    def _mask(self, allowed: ArrayLike | None) -> Bools:
        if allowed is None:
            return np.ones(self.n_arms, dtype=np.bool_)
        mask = np.asarray(allowed, dtype=np.bool_)
        if not mask.any():
            raise ValueError("allowed should leave at least one arm, got none.")
        return mask
