"""Bandits: which of several arms to play next, by the rewards of the plays so far.

P. Auer, N. Cesa-Bianchi, P. Fischer: Finite-time Analysis of the Multiarmed Bandit Problem.
Machine Learning 47 (2002) 235-256. S. Agrawal, N. Goyal: Analysis of Thompson Sampling for the
Multi-armed Bandit Problem. COLT 2012. P. Auer, N. Cesa-Bianchi, Y. Freund, R. E. Schapire: The
Nonstochastic Multiarmed Bandit Problem. SIAM Journal on Computing 32 (2002) 48-77.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from skhpo.surrogates.policy import Array, Bools, Policy

USUAL_HORIZON = 100  # of EXP3, where none is given


@dataclass(kw_only=True, eq=False)
class UCB1(Policy):
    """The arm with the largest upper confidence bound.

        index = mean reward + sqrt(exploration * ln(plays of all arms) / plays of the arm)

    Pending plays count as plays, so that several choices in a row do not all fall on one arm; the
    mean is that of the rewards there are. An arm without any play comes first, and one that is
    waiting for its first reward is taken to be as good as can be.

    Parameters
    ----------
    n_arms : int
        How many arms there are.
    exploration : float, default=2.0
        That of the paper is 2; with less, arms that look bad are left alone earlier.

    Raises
    ------
    ValueError
        If ``n_arms`` is below 1, or ``exploration`` negative.

    References
    ----------
    .. [1] P. Auer, N. Cesa-Bianchi, P. Fischer: Finite-time Analysis of the Multiarmed Bandit
       Problem. Machine Learning 47 (2002) 235-256.

    Examples
    --------
    >>> policy = UCB1(n_arms=2)
    >>> policy.tell([0, 0, 1, 1], [1.0, 1.0, 1.0, 0.0])
    >>> policy.choose(np.random.default_rng(0))
    0
    >>> policy.choose(np.random.default_rng(0), pending=[6, 0])
    1
    """

    exploration: float = 2.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.exploration >= 0:
            raise ValueError(f"exploration should be at least 0, got {self.exploration!r}.")

    def index(self, pending: ArrayLike = 0) -> Array:
        """Return the upper confidence bounds.

        Parameters
        ----------
        pending : int or array-like of shape (n_arms,), default=0
            Plays of each arm whose rewards are still to come.

        Returns
        -------
        ndarray of shape (n_arms,)
            ``inf`` for an arm that was never played.
        """
        plays = self.counts + np.asarray(pending, dtype=np.float64)
        means = np.divide(self.sums, self.counts, out=np.ones_like(plays), where=self.counts > 0)
        spread = self.exploration * np.log(max(1.0, plays.sum()))
        widths = np.sqrt(
            np.divide(spread, plays, out=np.full_like(plays, np.inf), where=plays > 0)
        )
        return np.asarray(means + widths)

    def _choose(self, rng: np.random.Generator, pending: Array, allowed: Bools) -> int:
        return int(np.argmax(np.where(allowed, self.index(pending), -np.inf)))


@dataclass(kw_only=True, eq=False)
class Thompson(Policy):
    """An arm as often as it is likely to be the best, by Beta posteriors from uniform priors.

    A reward r counts as r successes and 1 - r failures. The paper makes a Bernoulli trial of it
    instead, which is the same for rewards of 0 and 1, and otherwise adds noise. Pending plays
    count as if they had brought what is expected of their arm.

    Parameters
    ----------
    n_arms : int
        How many arms there are.

    Raises
    ------
    ValueError
        If ``n_arms`` is below 1.

    References
    ----------
    .. [1] S. Agrawal, N. Goyal: Analysis of Thompson Sampling for the Multi-armed Bandit Problem.
       COLT 2012, JMLR Workshop and Conference Proceedings 23, 39.1-39.26.

    Examples
    --------
    >>> policy = Thompson(n_arms=2)
    >>> policy.tell([0] * 10 + [1] * 10, [1.0] * 9 + [0.0] * 11)
    >>> policy.choose(np.random.default_rng(0))
    0
    """

    def posterior(self, pending: ArrayLike = 0) -> tuple[Array, Array]:
        """Return the parameters of the Beta distributions of the arms' mean rewards.

        Parameters
        ----------
        pending : int or array-like of shape (n_arms,), default=0
            Plays of each arm whose rewards are still to come.

        Returns
        -------
        tuple of (ndarray, ndarray), each of shape (n_arms,)
            Both at least 1.
        """
        a, b = 1 + self.sums, 1 + self.counts - self.sums
        scale = 1 + np.asarray(pending, dtype=np.float64) / (a + b)
        return a * scale, b * scale

    def _choose(self, rng: np.random.Generator, pending: Array, allowed: Bools) -> int:
        return int(np.argmax(np.where(allowed, rng.beta(*self.posterior(pending)), -np.inf)))


@dataclass(kw_only=True, eq=False)
class EXP3(Policy):
    """An arm by exponential weights of importance-weighted rewards: nothing is taken for granted.

        p = (1 - gamma) * weight / (sum of weights) + gamma / n_arms
        weight of the arm played *= exp(gamma * reward / p / n_arms)

    It holds against rewards that somebody chooses who knows the policy, as long as a reward is
    fixed before the arm is drawn. Weights are kept as logarithms. Pending plays change nothing:
    what is drawn at random is spread already.

    Parameters
    ----------
    n_arms : int
        How many arms there are.
    horizon : int or None, default=None
        How many plays there will be, from which ``gamma`` follows; None: 100.
    gamma : float or None, default=None
        Share of the plays that are uniform; None: that with the smallest bound on the regret for
        the horizon, ``sqrt(n ln n / ((e - 1) horizon))`` of n arms, at most 1.

    Raises
    ------
    ValueError
        If ``n_arms`` or ``horizon`` is below 1, or ``gamma`` not in (0, 1].

    References
    ----------
    .. [1] P. Auer, N. Cesa-Bianchi, Y. Freund, R. E. Schapire: The Nonstochastic Multiarmed
       Bandit Problem. SIAM Journal on Computing 32 (2002) 48-77.

    Examples
    --------
    >>> policy = EXP3(n_arms=2, gamma=0.5)
    >>> policy.tell(0, 1.0, probabilities=0.5)
    >>> policy.probabilities().round(4)  # weights exp(0.5) and 1
    array([0.5612, 0.4388])
    """

    horizon: int | None = None
    gamma: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.horizon is not None and self.horizon < 1:
            raise ValueError(f"horizon should be at least 1 or None, got {self.horizon!r}.")
        if self.gamma is not None and not 0 < self.gamma <= 1:
            raise ValueError(f"gamma should be in (0, 1] or None, got {self.gamma!r}.")

    @property
    def rate(self) -> float:
        """The share of the plays that are uniform, gamma."""
        if self.gamma is not None:
            return self.gamma
        n, horizon = self.n_arms, self.horizon or USUAL_HORIZON
        return float(min(1.0, np.sqrt(n * np.log(n) / ((np.e - 1) * horizon)))) if n > 1 else 1.0

    def probabilities(self, allowed: ArrayLike | None = None) -> Array:
        """Return how likely each arm is to be chosen.

        Parameters
        ----------
        allowed : array-like of bool, shape (n_arms,), or None, default=None
            Which arms are in the running; None: all.

        Returns
        -------
        ndarray of shape (n_arms,)
            With the sum 1; 0 for arms that are not allowed.
        """
        mask = self._mask(allowed)
        logs = np.where(mask, self.rate * self.sums / self.n_arms, -np.inf)
        weights = np.exp(logs - logs.max())
        uniform = mask / mask.sum()
        return np.asarray((1 - self.rate) * weights / weights.sum() + self.rate * uniform)

    def _choose(self, rng: np.random.Generator, pending: Array, allowed: Bools) -> int:
        return int(rng.choice(self.n_arms, p=self.probabilities(allowed)))

    def _shares(self, rewards: Array, probabilities: Array) -> Array:
        return rewards / probabilities
