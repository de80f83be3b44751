"""Tree-structured Parzen estimator: where good candidates are denser than the others.

J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl: Algorithms for Hyper-Parameter Optimization. NeurIPS
24 (2011). With the product kernel of S. Falkner, A. Klein, F. Hutter: BOHB. ICML 2018. The
densities are those of :mod:`skhpo.surrogates.parzen`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np
from numpy.typing import NDArray

from skhpo.asktell import Array
from skhpo.modelled import Modelled
from skhpo.surrogates.parzen import Parzen

MAX_GOOD = 25  # points whose density is that of the good ones, at the most

Part = NDArray[np.intp]  # columns that have densities of their own


@dataclass(kw_only=True, eq=False)
class TreeParzen(Modelled):
    """Proposes the point with the largest ratio of two densities, of good points and of others.

    The best ``share`` of the points are good ones. Failures, and points whose evaluation is under
    way, count among the others. Where a resource is rationed, losses are brought to the scale of
    its largest amount. Of ``n_candidates`` draws from the density of the good ones the one with
    the largest ratio is proposed, which maximises the expected improvement.

    Where parameters exist only under some alternatives, the densities are those of whole points
    at every other proposal. At the others, the parameters of each alternative have densities of
    their own, of the good ones among the points with that alternative: what is best for it is
    learned also while another one is ahead.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the draws.
    budget : int or None, default=None
        Not used.
    n_initial : int, default=10
        Candidates before the densities are used: those enqueued or, if there are none, the
        default point; then scrambled Sobol points.
    share : float, default=0.1
        Share of the good points, of which there are at most 25.
    n_candidates : int, default=24
        Draws to choose from.

    Raises
    ------
    ValueError
        If ``n_initial`` or ``n_candidates`` is below 1, or ``share`` not between 0 and 1.

    References
    ----------
    .. [1] J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl: Algorithms for Hyper-Parameter
       Optimization. NeurIPS 24 (2011), section 4.
    .. [2] S. Watanabe: Tree-Structured Parzen Estimator. arXiv:2304.11127 (2023).

    Examples
    --------
    >>> from skhpo import Observation, Real, Space
    >>> from skhpo.strategies import TreeParzen
    >>> strategy = TreeParzen(space=Space({"C": Real(0, 1)}), seed=0)
    >>> for _ in range(30):
    ...     [candidate] = strategy.ask()
    ...     strategy.tell([Observation(candidate, (candidate.params["C"] - 0.3) ** 2)])
    >>> abs(strategy.X[strategy.y.argmin(), 0] - 0.3) < 0.05
    np.True_
    """

    share: float = 0.1
    n_candidates: int = 24

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.share < 1:
            raise ValueError(f"share should be between 0 and 1, got {self.share!r}.")

    def _modelled(self, chosen: Array, rng: np.random.Generator) -> Array | None:
        if not self._told or not self.space.n_dims:
            return self._design(chosen, rng)
        as_a_whole = (self.n_asked + len(chosen)) % 2
        whole = [np.arange(self.space.n_dims)]
        drawn = self._draws(whole if as_a_whole else self._parts, chosen, rng)
        for x in drawn[self.space.allowed(drawn)]:
            if self._is_new(x, chosen):
                return np.asarray(x)
        return self._as("sample", self._drawn(chosen, rng))

    @cached_property
    def _parts(self) -> list[Part]:
        """Parameters that exist under the same condition."""
        columns = self.space.columns
        conditions = dict.fromkeys(frozenset(column.parents) for column in columns)
        return [
            np.array([j for j, c in enumerate(columns) if frozenset(c.parents) == condition])
            for condition in conditions
        ]

    def _draws(self, parts: Sequence[Part], chosen: Array, rng: np.random.Generator) -> Array:
        """Draw candidates, largest ratio first; each part is drawn and ordered by itself."""
        drawn = np.empty((self.n_candidates, self.space.n_dims))
        for part, (good, others) in zip(parts, self._densities(parts, chosen), strict=True):
            own = good.draw(self.n_candidates, rng)
            if len(parts) == 1:  # coordinates that are inactive must not count
                own = self.space.snap(own)
            ratio = good.log_density(own) - others.log_density(own)
            drawn[:, part] = own[np.argsort(-ratio, kind="stable")]
        return drawn if len(parts) == 1 else self.space.snap(drawn)

    def _densities(self, parts: Sequence[Part], chosen: Array) -> list[tuple[Parzen, Parzen]]:
        """Of the good points and of the others, for each part, of the points that have it."""
        history = self.history
        y = np.array([observation.loss for observation in history])
        told = np.array([observation.candidate.x for observation in history])
        X = np.concatenate([told, self.pending, chosen])
        order = np.argsort(y, kind="stable")
        densities = []
        for part in parts:
            has = ~np.isnan(X[:, part[0]])
            ranked = order[has[order]]
            n_finite = int(np.isfinite(y[ranked]).sum())
            is_good = np.zeros(len(X), dtype=bool)
            is_good[ranked[: min(ceil(self.share * n_finite), MAX_GOOD)]] = True
            columns = [self.space.columns[j] for j in part]
            densities.append(
                (
                    Parzen(X[np.ix_(is_good, part)], columns),
                    Parzen(X[np.ix_(has & ~is_good, part)], columns),
                )
            )
        return densities
