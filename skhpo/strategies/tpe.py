"""Tree-structured Parzen estimator: where good candidates are denser than the others.

J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl: Algorithms for Hyper-Parameter Optimization. NeurIPS
24 (2011). With the product kernel of S. Falkner, A. Klein, F. Hutter: BOHB. ICML 2018.
"""

from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np

from skhpo.asktell import Array, Strategy
from skhpo.surrogates.parzen import Parzen

MAX_GOOD = 25  # points whose density is that of the good ones, at the most


@dataclass(kw_only=True, eq=False)
class TreeParzen(Strategy):
    """Proposes the point with the largest ratio of two densities, of good points and of others.

    The best ``share`` of the points are good ones. Failures, and points whose evaluation is under
    way, count among the others. So do, where a resource is rationed, the points that had less of
    it than those that are learned from: the density of the others would else forget most of what
    was tried and not promoted. Of ``n_candidates`` draws from the density of the good ones the
    one with the largest ratio is proposed, which maximises the expected improvement.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes the draws.
    budget : int or None, default=None
        Not used.
    n_initial : int, default=10
        Points drawn from the prior before the densities are used.
    share : float, default=0.15
        Share of the good points.
    n_candidates : int, default=128
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

    n_initial: int = 10
    share: float = 0.15
    n_candidates: int = 128

    def __post_init__(self) -> None:
        for name in ("n_initial", "n_candidates"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} should be at least 1, got {getattr(self, name)!r}.")
        if not 0 < self.share < 1:
            raise ValueError(f"share should be between 0 and 1, got {self.share!r}.")

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        X, y = self.X, self.y
        if not self.space.n_dims or np.isfinite(y).sum() < min(self.n_initial, 2):
            return self.space.draw(n, rng)
        n_prior = max(0, min(n, self.n_initial - self.n_asked))
        proposed = [self.space.draw(n_prior, rng)]
        unranked = self.pending
        for _ in range(n - n_prior):
            proposed.append(self._best_draw(X, y, unranked, rng)[None])
            unranked = np.vstack([unranked, proposed[-1]])
        return np.vstack(proposed)

    def _best_draw(self, X: Array, y: Array, unranked: Array, rng: np.random.Generator) -> Array:
        order = np.argsort(y, kind="stable")
        n_finite = int(np.isfinite(y).sum())
        n_good = min(ceil(self.share * n_finite), MAX_GOOD)
        good = Parzen(X[order[:n_good]], self._cells)
        others = Parzen(np.vstack([X[order[n_good:]], unranked]), self._cells)
        drawn = self.space.snap(good.draw(self.n_candidates, rng))
        drawn = drawn[self.space.allowed(drawn)]
        if not len(drawn):
            return np.asarray(self.space.draw(1, rng)[0])
        ratio = good.log_density(drawn) - others.log_density(drawn)
        order = np.argsort(-ratio, kind="stable")
        new = (drawn[i] for i in order if not self.is_seen(drawn[i]))
        return np.asarray(next(new, drawn[order[0]]))

    @cached_property
    def _cells(self) -> dict[int, Array]:
        """The edges of the cells of categorical columns."""
        columns = enumerate(self.space.columns)
        return {
            j: column.edges
            for j, column in columns
            if column.kind == "categorical" and column.edges is not None
        }
