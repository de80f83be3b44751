"""The widths of the layers of a network, as one range."""

from typing import Any

from skhpo.space._dimension import Dimension, Floats, Ints
from skhpo.space._values import finite_number, is_integer, show
from skhpo.space.integer import Integer


class Layers(Dimension):
    """A given number of layers, the width of the first being searched.

    A value is a tuple of widths, as ``hidden_layer_sizes`` takes it. In a :class:`Choice`, with
    one alternative for each number of layers, it makes an architecture: the number of layers is
    one parameter, and each number has a width of its own.

    Parameters
    ----------
    n_layers : int
        How many layers, at least 1.
    low, high : int
        The ends of the range of the first width, both included; ``1 <= low < high``. The range
        is even in the logarithm.
    taper : float, default=1.0
        Each layer is so many times as wide as the one before, rounded, and at least 1.
    name : str or None, default=None
        Equal dimensions of one name are one shared parameter, wherever they stand.

    Raises
    ------
    TypeError
        If a number is not one, or not whole where it should be.
    ValueError
        If there is no layer, the ends are not in order or below 1, or ``taper`` is not positive.

    See Also
    --------
    Integer : A range of whole numbers.

    Examples
    --------
    >>> from skhpo.space import Choice, Layers, Space
    >>> funnel = Layers(3, 16, 256, taper=0.5)
    >>> [funnel.value(u) for u in (0.0, 0.5, 1.0)]
    [(16, 8, 4), (63, 32, 16), (256, 128, 64)]
    >>> space = Space({"hidden_layer_sizes": Choice(Layers(1, 16, 256), Layers(2, 16, 256))})
    >>> space.contains({"hidden_layer_sizes": (100, 100)})
    True
    >>> space.contains({"hidden_layer_sizes": (100, 50)})
    False
    """

    kind = "discrete"
    log = True
    n_layers: int
    taper: float
    width: Integer

    def __init__(
        self, n_layers: int, low: int, high: int, *, taper: float = 1.0, name: str | None = None
    ) -> None:
        if not is_integer(n_layers):
            raise TypeError(f"Layers: n_layers should be a whole number, got {show(n_layers)}.")
        if n_layers < 1:
            raise ValueError(f"Layers: n_layers should be at least 1, got {n_layers}.")
        ratio = float(finite_number("Layers", "taper", taper))
        if ratio <= 0:
            raise ValueError(f"Layers: taper should be positive, got {taper!r}.")
        width = Integer(low, high, log=True, name=name)  # which checks the ends
        self._set(n_layers=int(n_layers), taper=ratio, width=width, name=name)

    @property
    def n_values(self) -> int:
        """Number of values: one for each first width."""
        return self.width.n_values

    def index(self, u: Floats) -> Ints:
        """Return the cell numbers of positions.

        Parameters
        ----------
        u : ndarray of float
            Positions; those outside the unit interval belong to the nearest cell.

        Returns
        -------
        ndarray of int
            Cell numbers, of the shape of ``u``.
        """
        return self.width.index(u)

    def position(self, i: Ints) -> Floats:
        """Return the centres of cells.

        Parameters
        ----------
        i : ndarray of int
            Cell numbers.

        Returns
        -------
        ndarray of float
            Positions, of the shape of ``i``.
        """
        return self.width.position(i)

    def snap(self, u: Floats) -> Floats:
        """Return the centres of the cells that hold these positions.

        Parameters
        ----------
        u : ndarray of float
            Positions.

        Returns
        -------
        ndarray of float
            Positions, of the shape of ``u``.
        """
        return self.width.snap(u)

    def value(self, u: float) -> tuple[int, ...]:
        """Return the widths at a position.

        Parameters
        ----------
        u : float
            Position; those outside the unit interval give the nearer end.

        Returns
        -------
        tuple of int
            One width a layer.
        """
        return self._widths(self.width.value(u))

    def unit(self, value: Any) -> float:
        """Return the position of a tuple of widths.

        Parameters
        ----------
        value : tuple or list of int
            One width a layer.

        Returns
        -------
        float
            The centre of its cell.

        Raises
        ------
        ValueError
            If the first width lies outside, or the others do not follow from it.
        """
        if not isinstance(value, tuple | list) or not value or not all(map(is_integer, value)):
            raise self.outside(value)
        first = int(value[0])
        if not self.width.low <= first <= self.width.high or self._widths(first) != tuple(value):
            raise self.outside(value)
        return self.width.unit(first)

    def allowed(self) -> str:
        """Return a phrase that names what is allowed.

        Returns
        -------
        str
            The end of a sentence.
        """
        low, high = self._widths(self.width.low), self._widths(self.width.high)
        return f"a tuple of widths from {low} to {high}, each {self.taper:g} times the one before"

    def _widths(self, first: int) -> tuple[int, ...]:
        return tuple(max(1, round(first * self.taper**k)) for k in range(self.n_layers))

    def _key(self) -> tuple[Any, ...]:
        return (self.n_layers, self.width.low, self.width.high, self.taper)

    def __repr__(self) -> str:
        options = f", taper={self.taper!r}" if self.taper != 1.0 else ""
        options += f", name={self.name!r}" if self.name is not None else ""
        return f"Layers({self.n_layers}, {self.width.low}, {self.width.high}{options})"
