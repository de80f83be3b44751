"""The model of a search, asked along one parameter or two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.plots._scale import text_of
from skhpo.results.importance._model import fitted_model
from skhpo.results.importance._study import Study
from skhpo.space.column import Column
from skhpo.surrogates.encoding import Encoding
from skhpo.surrogates.gp import Posterior
from skhpo.surrogates.linalg import one_thread
from skhpo.surrogates.transform import denormalise

Array = NDArray[np.float64]

SIGMAS = 1.959964  # of a band that holds 95 %
_FITTED = 300  # candidates that the model is fitted to
_GRID = {1: 101, 2: 33}  # points along a parameter, by the number of parameters


@dataclass(frozen=True, eq=False)
class Axis:
    """A parameter of a slice.

    Parameters
    ----------
    name : str
        Its name.
    at : ndarray of shape (n,)
        Its values in the candidates that have it, numbers or numbers of categories.
    grid : ndarray of shape (m,)
        Where the model was asked.
    texts : tuple of str
        Categories; empty where values are numbers.
    is_log : bool
        Whether it was searched in the logarithm.
    """

    name: str
    at: Array
    grid: Array
    texts: tuple[str, ...]
    is_log: bool


def _column(study: Study, name: str) -> int:
    """Return the column of a name; that which most candidates have, if there are namesakes."""
    columns = study.space.columns
    found = [j for j, column in enumerate(columns) if name in (column.name, *column.paths)]
    if not found:
        known = list(dict.fromkeys(column.name for column in columns))
        raise ValueError(f"parameters: {name!r} was not searched; allowed is one of {known}.")
    return max(found, key=lambda j: int(study.active[:, j].sum()))


def sliced(
    study: Study,
    groups: Sequence[str | Sequence[str]],
    label: str,
    random_state: int | None = 0,
) -> list[tuple[Any, ...]]:
    """Fit the model once and ask it along several slices.

    Parameters
    ----------
    study : Study
        The candidates.
    groups : sequence of (str or sequence of str)
        The parameters of each slice.
    label : str
        What the scores are called.
    random_state : int or None, default=0
        Chooses what the model is fitted to.

    Returns
    -------
    list of tuple
        What a `SliceDisplay` is made of, for each group.

    Raises
    ------
    ValueError
        If all scores are equal, a name is not known, or a group has not one or two of them.
    """
    columns = [_columns(study, names) for names in groups]
    with one_thread():
        model = fitted_model(study, np.random.default_rng(random_state), _FITTED)
        return [(*_sliced(study, model, at), label) for at in columns]


def _columns(study: Study, names: str | Sequence[str]) -> list[int]:
    at = [_column(study, name) for name in ([names] if isinstance(names, str) else names)]
    if len({*at}) != len(at) or len(at) not in _GRID:
        raise ValueError(f"parameters should be one or two names, got {names!r}.")
    return at


def _sliced(study: Study, model: tuple[Encoding, Posterior], at: Sequence[int]) -> tuple[Any, ...]:
    """Return what a display is made of."""
    rows = np.flatnonzero(study.active[:, at].all(axis=1))
    if not len(rows):
        raise ValueError("parameters: no candidate has both of them.")
    best = int(np.argmax(study.scores[rows]))
    units = [_units(study.space.columns[j], _GRID[len(at)]) for j in at]
    where = np.meshgrid(*units)
    U = np.broadcast_to(study.X[rows[best]], (where[0].size, study.space.n_dims)).copy()
    for j, u in zip(at, where, strict=True):
        U[:, j] = u.ravel()
    encoding, posterior = model
    found = posterior.predict(encoding.points(study.space.snap(_whole(U))))
    spread = SIGMAS * np.sqrt(found.var)
    low, mean, high = (
        denormalise(found.mean + sign * spread, study.scores).reshape(where[0].shape)
        for sign in (-1, 0, 1)
    )
    axes = tuple(
        _axis(study.space.columns[j], study.X[rows, j], u) for j, u in zip(at, units, strict=True)
    )
    return axes, study.scores[rows], mean, low, high, best


def _whole(U: Array) -> Array:
    """Return points whose absent coordinates are anything: another value may call for them."""
    return np.where(np.isnan(U), 0.5, U)


def _units(column: Column, n: int) -> Array:
    """Return the points of the unit interval at which the model is asked."""
    n_values = column.n_values
    if n_values is None or (n_values > n and not _has_texts(column)):
        return np.linspace(0.0, 1.0, n)
    return np.asarray(column.position(np.arange(n_values)), dtype=np.float64)


def _has_texts(column: Column) -> bool:
    if column.kind == "categorical":
        return True
    return not isinstance(column.value(0.5), int | float) or isinstance(column.value(0.5), bool)


def _axis(column: Column, at: Array, units: Array) -> Axis:
    if _has_texts(column):
        texts = column.texts if column.alternatives else _texts(column)
        cells, grid = (column.index(u).astype(np.float64) for u in (at, units))
        return Axis(column.name, cells, grid, tuple(map(text_of, texts)), False)
    values, grid = (np.array([float(column.value(u)) for u in v]) for v in (at, units))
    is_log = column.log and min(values.min(), grid.min()) > 0
    return Axis(column.name, values, grid, (), bool(is_log))


def _texts(column: Column) -> list[str]:
    centres = column.position(np.arange(column.n_values or 0))
    return [str(column.value(float(u))) for u in centres]
