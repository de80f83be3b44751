"""Permutation importance of a Gaussian process over draws from the prior.

Configurations are drawn from the prior, their values of one parameter are exchanged at random,
and the change of the predicted score is squared and averaged:

    I_j = mean (m(u) - m(u with column j permuted))² / (2 Var m)

which is 1 for a function of this parameter alone. For independent parameters it estimates the
total Sobol' index. A parameter that does not exist in a configuration changes nothing there.

References
----------
Breiman (2001), Random forests, Machine Learning 45. Fisher, Rudin & Dominici (2019), All models
are wrong, but many are useful, JMLR 20 (here of a model, against its own predictions).
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from skhpo.results.importance._effect import Method, Row, check_at_least
from skhpo.results.importance._model import posterior_mean, uniform
from skhpo.results.importance._study import Study


@dataclass(frozen=True, kw_only=True)
class Permutation(Method):
    """Squared change of the predicted score when one parameter is exchanged.

    Parameters
    ----------
    n_repeats : int, default=8
        Samples of configurations.
    n_draws : int, default=256
        Configurations of each sample.

    Raises
    ------
    ValueError
        If a number is too small.
    """

    columns: ClassVar[tuple[str, ...]] = ("importance", "std")
    n_repeats: int = 8
    n_draws: int = 256

    def __post_init__(self) -> None:
        check_at_least("n_repeats", self.n_repeats, 1)
        check_at_least("n_draws", self.n_draws, 2)

    def __call__(self, study: Study, rng: np.random.Generator) -> list[Row]:
        """Exchange one parameter after the other."""
        mean, d = posterior_mean(study, rng), study.space.n_dims
        changes = np.empty((self.n_repeats, d))
        variances = np.empty(self.n_repeats)
        for repeat in range(self.n_repeats):
            U = uniform(self.n_draws, study.space, rng)
            permuted = np.repeat(U[None], d, axis=0)
            for j in range(d):
                permuted[j, :, j] = rng.permutation(U[:, j])
            before, after = mean(U), mean(permuted.reshape(-1, d)).reshape(d, -1)
            changes[repeat] = np.mean((after - before) ** 2, axis=1)
            variances[repeat] = before.var()
        variance = float(variances.mean())
        shares = changes / (2.0 * variance) if variance > 0.0 else 0.0 * changes
        return [
            {"at": (j,), "importance": shares[:, j].mean(), "std": shares[:, j].std()}
            for j in range(d)
        ]
