"""One coordinate of the encoded space."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.space._dimension import Dimension, Floats, Ints, Kind
from skhpo.space._tree import Alternative, fitting
from skhpo.space._values import show, show_many


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One coordinate of the encoded space.

    Parameters
    ----------
    name : str
        For people: the ``name=`` of a shared parameter, else its first path.
    paths : tuple of str
        The ``set_params`` names that take its value; empty for a choice among dicts.
    parents : tuple of (int, frozenset of int)
        Column numbers and cell numbers. The column is active when any entry holds: that parent
        is active and lies in one of those cells. Empty: always active.
    dimension : Dimension
        The map between values and the unit interval.
    alternatives : tuple of Alternative
        One for each cell of a categorical column.

    Examples
    --------
    >>> from skhpo.space import Choice, Integer, Space, When
    >>> space = Space({"kernel": Choice("rbf", When("poly", degree=Integer(2, 5)))})
    >>> [(column.name, column.kind, column.parents) for column in space.columns]
    [('kernel', 'categorical', ()), ('degree', 'discrete', ((0, frozenset({1})),))]
    """

    name: str
    paths: tuple[str, ...]
    parents: tuple[tuple[int, frozenset[int]], ...]
    dimension: Dimension
    alternatives: tuple[Alternative, ...] = ()

    @property
    def kind(self) -> Kind:
        """``"continuous"``, ``"discrete"`` (ordered cells) or ``"categorical"``."""
        return self.dimension.kind

    @property
    def n_values(self) -> int | None:
        """Number of cells; None when continuous."""
        return self.dimension.n_values

    @property
    def edges(self) -> Floats | None:
        """Ends of the cells, from 0 to 1; None when continuous."""
        return getattr(self.dimension, "edges", None)

    @property
    def default(self) -> float:
        """Position of the default in the unit interval."""
        return self.dimension.default

    @property
    def log(self) -> bool:
        """Whether the values are spaced evenly in the logarithm."""
        return self.dimension.log

    @property
    def labels(self) -> tuple[str | None, ...]:
        """The ``names=`` of the alternatives, None for one without."""
        return tuple(alternative.label for alternative in self.alternatives)

    @property
    def texts(self) -> tuple[str, ...]:
        """What to call each alternative in print; dicts are numbered, and so are namesakes."""
        if not self.paths:
            return tuple(f"dict {i}" for i in range(len(self.alternatives)))
        texts: list[str] = []
        for alternative in self.alternatives:
            value = alternative.value
            text = alternative.label or (value if isinstance(value, str) else show(value))
            n = sum(other.partition(" #")[0] == text for other in texts)
            texts.append(f"{text} #{n + 1}" if n else text)
        return tuple(texts)

    def index(self, u: Floats) -> Ints:
        """Return the cell numbers of positions.

        Parameters
        ----------
        u : ndarray of float
            Positions in the unit interval.

        Returns
        -------
        ndarray of int
            Cell numbers, of the shape of ``u``.

        Raises
        ------
        TypeError
            If the column is continuous.
        """
        return self.dimension.index(np.asarray(u, dtype=np.float64))

    def position(self, i: NDArray[np.integer[Any]]) -> Floats:
        """Return the centres of cells.

        Parameters
        ----------
        i : ndarray of int
            Cell numbers.

        Returns
        -------
        ndarray of float
            Positions, of the shape of ``i``.

        Raises
        ------
        TypeError
            If the column is continuous.
        """
        return self.dimension.position(np.asarray(i, dtype=np.intp))

    def ends(self, u: Floats) -> tuple[Floats, Floats]:
        """Return the ends of the cells that hold these positions.

        Parameters
        ----------
        u : ndarray of float
            Positions.

        Returns
        -------
        left, right : ndarray of float
            Of the shape of ``u``.

        Raises
        ------
        TypeError
            If the column is continuous.
        """
        return self.dimension.ends(np.asarray(u, dtype=np.float64))

    def value(self, u: float) -> Any:
        """Return the value at a position.

        Parameters
        ----------
        u : float
            Position in the unit interval.

        Returns
        -------
        object
            A native number, or the alternative; a dimension where that is an alternative.
        """
        if self.alternatives:
            return self.alternatives[self.dimension.cell(u)].value
        return self.dimension.value(float(u))

    def unit(self, value: object) -> float:
        """Return the position of a value.

        Parameters
        ----------
        value : object
            A value of the parameter.

        Returns
        -------
        float
            Its position.

        Raises
        ------
        ValueError
            If the value lies outside.
        """
        if not self.alternatives:
            return self.dimension.unit(value)
        best = fitting(self.alternatives, value)
        if best:
            return float(self.position(np.asarray(best[0])))
        allowed = allowed_values(self.alternatives)
        raise ValueError(f"{show(value)} is not allowed; allowed is {allowed}")


def allowed_values(alternatives: tuple[Alternative, ...]) -> str:
    """Return a phrase that names the values of alternatives."""
    return f"one of {show_many(alternative.value for alternative in alternatives)}"
