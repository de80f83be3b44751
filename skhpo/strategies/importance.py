"""Importance sampling: draws from what the user believes, weighted back to the space.

T. Hesterberg: Weighted Average Importance Sampling and Defensive Mixture Distributions.
Technometrics 37 (1995) 185-194.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skhpo.asktell import Array, Strategy
from skhpo.designs.importance import Histogram, defensive_weights
from skhpo.space import Choice, Space
from skhpo.space.priors import holds, prior_cells


@dataclass(kw_only=True, eq=False)
class Importance(Strategy):
    """Draws from the user's priors, and now and then from the space's own distribution.

    A candidate is drawn from the priors with probability ``1 - share``, all parameters
    independently, and else from the space's own distribution, so that no region is excluded. Its
    weight, in ``notes``, is the density of the space's distribution over that of the mixture:
    weighted means over the candidates estimate means over the space. Parameters that are not
    active do not count. The identity is exact for independent draws; combinations that are
    forbidden change it by a factor, and so does, in small finite spaces, that no candidate is
    proposed twice.

    Parameters
    ----------
    space : Space
        What may be tried.
    seed : int, default=0
        Fixes all random numbers. A point depends on it and on its number alone.
    budget : int or None, default=None
        Not used.
    priors : dict of str to object, default={}
        For some or all parameters, by their names: a frozen distribution of scipy.stats, a
        `Real` or an `Integer` for numbers; a dict ``{value: weight}``, a sequence of weights or a
        `Choice` for alternatives and lists. Priors are truncated to the parameter's range; a
        continuous one is represented by about a thousand cells. A name that stands for
        parameters of several alternatives has one prior for all of them.
    share : float, default=0.2
        How much of the mixture is the space's own distribution.

    Raises
    ------
    TypeError
        If a prior is of no such form, or of one that says nothing of its parameter.
    ValueError
        If a name or a value is unknown, a weight is not positive, a prior lies outside of the
        range, or ``share`` is not in (0, 1].

    References
    ----------
    .. [1] T. Hesterberg: Weighted Average Importance Sampling and Defensive Mixture
       Distributions. Technometrics 37 (1995) 185-194.

    Examples
    --------
    >>> from scipy.stats import norm
    >>> from skhpo import Real, Space
    >>> from skhpo.strategies import Importance
    >>> strategy = Importance(space=Space({"a": Real(0, 1)}), priors={"a": norm(0.3, 0.1)})
    >>> candidates = strategy.ask(1000)
    >>> a = np.array([candidate.params["a"] for candidate in candidates])
    >>> weights = np.array([strategy.notes(c.number)["importance_weight"] for c in candidates])
    >>> bool(a.mean() < 0.4), bool(abs((weights * a).mean() - 0.5) < 0.1)
    (True, True)
    """

    priors: Mapping[str, Any] = field(default_factory=dict)
    share: float = 0.2
    _taken: int = field(default=0, init=False, repr=False)
    _histograms: dict[int, Histogram] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ValueError(f"share should be in (0, 1], got {self.share!r}.")
        for name, prior in self.priors.items():
            for j, histogram in _histograms(self.space, name, prior).items():
                if j in self._histograms:
                    raise ValueError(
                        f"priors: {name!r} shares its value with another parameter that has a "
                        "prior; one of the two should be given."
                    )
                self._histograms[j] = histogram

    def notes(self, number: int) -> dict[str, Any]:
        """Return the importance weight of a candidate.

        Parameters
        ----------
        number : int
            The candidate's number.

        Returns
        -------
        dict of str to object
            ``importance_weight``, at most ``1 / share``.
        """
        return {"importance_weight": float(self._weights(self._asked[number].x[np.newaxis])[0])}

    def _ask(self, n: int, rng: np.random.Generator) -> Array:
        # `rng` differs with how the asks are grouped, points must not: one stream, read on
        width = 1 + self.space.n_dims
        stream = np.random.PCG64((self.seed, 1)).advance(self._taken * width)
        self._taken += n
        u = np.random.Generator(stream).random((n, width))
        believed, x = u[:, 0] >= self.share, u[:, 1:]
        for j, histogram in self._histograms.items():
            x[believed, j] = histogram.quantile(x[believed, j])
        return x

    def _weights(self, x: Array) -> Array:
        density = np.ones(len(x))
        for j, histogram in self._histograms.items():
            active = ~np.isnan(x[:, j])
            density[active] *= histogram.density(x[active, j])
        return defensive_weights(density, self.share)


def _histograms(space: Space, name: str, prior: Any) -> dict[int, Histogram]:
    """Return the prior on each column of this name that it says something of."""
    columns = {j: column for j, column in enumerate(space.columns) if name in column.paths}
    if not columns:
        raise ValueError(
            f"priors: {name!r} is no parameter that varies; those are "
            f"{', '.join(sorted(space.paths))}."
        )
    for value in _named_values(prior):
        if not any(holds(column, value) for column in columns.values()):
            allowed = " or ".join(column.dimension.allowed() for column in columns.values())
            raise ValueError(f"priors: {value!r} is no value of {name!r}; allowed is {allowed}.")
    found: dict[int, Histogram] = {}
    errors: list[Exception] = []
    for j, column in columns.items():
        try:
            found[j] = Histogram(*prior_cells(column, prior))
        except (TypeError, ValueError) as error:
            errors.append(error)
    if not found:
        raise type(errors[0])(f"priors: {name!r}: {errors[0]}") from None
    return found


def _named_values(prior: Any) -> list[Any]:
    if isinstance(prior, Choice):
        return [*prior.alternatives]
    return [*prior] if isinstance(prior, Mapping) else []
