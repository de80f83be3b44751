"""What a search of a grid goes on from: the best that is known."""

from collections.abc import Sequence

import numpy as np

from skhpo.space._dimension import Floats
from skhpo.space.lattice import Lattice
from skhpo.space.points import key


class Memory:
    """The best that is known: of each parameter, and the points to go on from.

    Parameters
    ----------
    lattice : Lattice
        The levels.

    Attributes
    ----------
    positions : ndarray of shape (n_dims,)
        Of each column the position in the best point where it was active, the default where it
        never was.

    Examples
    --------
    >>> from skhpo.space import Real, Space
    >>> from skhpo.space.lattice import Lattice
    >>> memory = Memory(Lattice(Space({"a": Real(0, 1)})))
    >>> for x, loss in ((0.2, 3.0), (0.4, 1.0), (0.9, 2.0)):
    ...     memory.learn(np.array([x]), loss)
    >>> float(memory.positions[0])
    0.4
    >>> memory.take([])
    (1.0, array([0.4]))
    >>> memory.take([])
    (2.0, array([0.9]))
    """

    def __init__(self, lattice: Lattice) -> None:
        self.lattice = lattice
        self.positions = lattice.defaults.copy()
        self._losses = np.full(len(self.positions), np.inf)
        self._starts: dict[bytes, tuple[float, Floats]] = {}
        self._dropped: set[bytes] = set()

    def learn(self, x: Floats, loss: float) -> None:
        """Learn what a point came to.

        Parameters
        ----------
        x : ndarray of shape (n_dims,)
            A snapped point.
        loss : float
            Infinite where it failed.
        """
        better = ~np.isnan(x) & (loss < self._losses)
        self.positions[better] = x[better]
        self._losses[better] = loss
        if np.isfinite(loss) and key(x) not in self._dropped:
            self._starts[key(x)] = (loss, x)

    def drop(self, x: Floats) -> None:
        """Let a point not be one to go on from.

        Parameters
        ----------
        x : ndarray of shape (n_dims,)
            A point, whether it was learned of or not.
        """
        self._dropped.add(key(x))
        self._starts.pop(key(x), None)

    def take(self, others: Sequence[Floats]) -> tuple[float, Floats] | None:
        """Return the best point that was not taken or dropped, and take it.

        Parameters
        ----------
        others : sequence of ndarray
            Where the search is already: a point where other alternatives are chosen is
            preferred, as far as other parameters depend on these.

        Returns
        -------
        tuple of (float, ndarray of shape (n_dims,)), or None
            Its loss, and the point.
        """
        opens = self.lattice.opens
        known = {key(x[opens]) for x in others}
        best = min(
            self._starts.values(),
            key=lambda start: (key(start[1][opens]) in known, start[0]),
            default=None,
        )
        if best is not None:
            self.drop(best[1])
        return best
