"""Random search: independent draws from the prior.

J. Bergstra, Y. Bengio: Random Search for Hyper-Parameter Optimization. JMLR 13 (2012) 281-305.
"""

from dataclasses import dataclass

import numpy as np

from skhpo.asktell import Array, Strategy


@dataclass(kw_only=True, eq=False)
class RandomSampling(Strategy):
    """Draws each candidate independently from the space's own distribution.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes all random numbers.
    budget : int or None, default=None
        Not used.

    References
    ----------
    .. [1] J. Bergstra, Y. Bengio: Random Search for Hyper-Parameter Optimization. Journal of
       Machine Learning Research 13 (2012) 281-305.

    Examples
    --------
    >>> from skhpo import Real, Space
    >>> from skhpo.strategies import RandomSampling
    >>> strategy = RandomSampling(space=Space({"C": Real(0, 1)}), seed=0)
    >>> len(strategy.ask(3))
    3
    """

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        return self.space.draw(n, rng)
