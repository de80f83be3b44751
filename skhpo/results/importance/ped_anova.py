"""PED-ANOVA: how much the values of the best candidates differ from those of all.

For each parameter the density of its values among the best candidates is compared with that among
the baseline by their Pearson divergence, which is, to a factor that all parameters share, the
variance of the marginal probability of being among the best. No model of the scores is needed.

A parameter that exists in part of the candidates counts with α²/β times the divergence among
these: α and β are the shares of the best and of the baseline that have it.

References
----------
Watanabe, Bansal & Hutter (2023), PED-ANOVA: efficiently quantifying hyperparameter importance in
arbitrary subspaces, IJCAI. The weights of conditional parameters are those of Conditional
PED-ANOVA (2026), arXiv:2601.20800.
"""

import warnings
from dataclasses import dataclass
from math import ceil
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from skhpo.results.importance._effect import Method, Row
from skhpo.results.importance._study import Study
from skhpo.space.column import Column
from skhpo.surrogates.pearson import category_density, divergence, ordered_density

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

N_STEPS = 50  # of the grid of a numeric parameter
MIN_TOP = 5  # the best candidates, whatever the quantile
MIN_IN_PART = 2  # candidates of the baseline that have a parameter


@dataclass(frozen=True, kw_only=True)
class PedAnova(Method):
    """Divergences of the best candidates from the baseline, as shares of their sum.

    Parameters
    ----------
    target : float, default=0.1
        Share of the candidates that are the best; at least five are taken, and all that tie.
    region : float, default=1.0
        Share of the candidates that are the baseline: below 1, what mattered among good ones.

    Raises
    ------
    ValueError
        Unless ``0 < target < region <= 1``.
    """

    columns: ClassVar[tuple[str, ...]] = ("importance", "divergence")
    target: float = 0.1
    region: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 < self.target < self.region <= 1.0:
            raise ValueError(
                "target and region should satisfy 0 < target < region <= 1, "
                f"got target={self.target!r}, region={self.region!r}."
            )

    def __call__(self, study: Study, rng: np.random.Generator) -> list[Row]:
        """Compare the densities, parameter by parameter."""
        best = _best(study.scores, self.target)
        baseline = _best(study.scores, self.region)
        if best.sum() == baseline.sum():
            warnings.warn(
                f"target={self.target!r} and region={self.region!r} hold the same "
                f"{best.sum()} candidates: all importances are zero.",
                UserWarning,
                stacklevel=3,
            )
        found = np.array(
            [_divergence(study, j, best, baseline) for j in range(study.space.n_dims)]
        )
        shares = found / found.sum() if found.sum() > 0.0 else found
        return [
            {"at": (j,), "importance": shares[j], "divergence": found[j]}
            for j in range(study.space.n_dims)
        ]


def _best(scores: Array, share: float) -> Bools:
    """Return which candidates are among the best, those that tie with the last one included."""
    n = min(max(ceil(share * len(scores)), MIN_TOP), len(scores))
    return np.asarray(scores >= np.sort(scores)[-n])


def _divergence(study: Study, j: int, best: Bools, baseline: Bools) -> float:
    active = study.active[:, j]
    top, all_ = study.X[best & active, j], study.X[baseline & active, j]
    if not len(top) or len(all_) < MIN_IN_PART or study.space.columns[j].n_values == 1:
        return 0.0
    alpha, beta = len(top) / best.sum(), len(all_) / baseline.sum()
    column = study.space.columns[j]
    return float(alpha**2 / beta * divergence(_density(column, top), _density(column, all_)))


def _density(column: Column, u: Array) -> Array:
    """Return the density of positions, over the values where these are not too many."""
    n = column.n_values
    if n is not None and (column.kind == "categorical" or n <= N_STEPS):
        counts = np.bincount(column.index(u), minlength=n)
        return (category_density if column.kind == "categorical" else ordered_density)(counts)
    nearest = np.ceil(u * (N_STEPS - 1) - 0.5).astype(np.intp)
    nearest = np.clip(nearest, 0, N_STEPS - 1)
    return ordered_density(np.bincount(nearest, minlength=N_STEPS))
