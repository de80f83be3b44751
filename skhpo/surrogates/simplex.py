"""The simplex of Nelder and Mead as a state machine that asks for losses.

Nothing waits in here: the simplex says which points it has to know, and moves when it is told
their losses. What it may have to know next is fixed by its vertices, so that whoever has workers
to spare can evaluate that ahead.

J. A. Nelder, R. Mead: A Simplex Method for Function Minimization. The Computer Journal 7 (1965)
308-313. F. Gao, L. Han: Implementing the Nelder-Mead Simplex Algorithm with Adaptive Parameters.
Computational Optimization and Applications 51 (2012) 259-277.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Phase = Literal["initial", "reflect", "expand", "outside", "inside", "shrink"]


@dataclass(eq=False)
class Simplex:
    """A simplex that crawls downhill.

    With d coordinates the coefficients are those of Gao and Han: reflection 1, expansion
    ``1 + 2/d``, contraction ``3/4 - 1/(2d)``, shrinking ``1 - 1/d``; below two coordinates the
    usual 1, 2, 1/2 and 1/2.

    Parameters
    ----------
    vertices : ndarray of shape (d + 1, d)
        Where it begins.

    Examples
    --------
    >>> simplex = Simplex(np.array([[0.0, 0.0], [0.4, 0.0], [0.0, 0.4]]))
    >>> for _ in range(60):
    ...     points = simplex.wanted()
    ...     simplex.advance(((points - 0.3) ** 2).sum(axis=1))
    >>> bool(np.abs(simplex.vertices[0] - 0.3).max() < 1e-3)
    True
    """

    vertices: Array
    losses: Array = field(init=False)
    phase: Phase = field(default="initial", init=False)
    _reflected: float = field(default=np.inf, init=False, repr=False)

    def __post_init__(self) -> None:
        self.losses = np.full(len(self.vertices), np.inf)

    @property
    def diameter(self) -> float:
        """Largest distance of a vertex from the best one along a coordinate."""
        return float(np.abs(self.vertices[1:] - self.vertices[0]).max(initial=0.0))

    # -- where it may go -----------------------------------------------------------------------

    def _along(self, t: float) -> Array:
        """Return the point at t on the line from the centroid (0) away from the worst (-1)."""
        centroid = self.vertices[:-1].sum(axis=0) / (len(self.vertices) - 1)
        return np.asarray((1 + t) * centroid - t * self.vertices[-1])

    @property
    def _coefficients(self) -> tuple[float, float, float]:
        """Expansion, contraction, shrinking."""
        d = self.vertices.shape[1]
        return (1 + 2 / d, 0.75 - 1 / (2 * d), 1 - 1 / d) if d > 1 else (2.0, 0.5, 0.5)

    def _points(self, phase: Phase) -> Array:
        expansion, contraction, shrinking = self._coefficients
        if phase == "initial":
            return self.vertices
        if phase == "shrink":
            best = self.vertices[0]
            return np.asarray(best + shrinking * (self.vertices[1:] - best))
        steps = {"reflect": 1.0, "expand": expansion, "outside": contraction}
        return self._along(steps.get(phase, -contraction))[np.newaxis]

    def wanted(self) -> Array:
        """Return the points whose losses have to be known for the next move.

        Returns
        -------
        ndarray of shape (n, d)
            One of them, but for the initial simplex and one that shrinks.
        """
        return self._points(self.phase)

    def possible(self) -> Array:
        """Return the points that may be wanted after those, the likelier ones first.

        Returns
        -------
        ndarray of shape (n, d)
            Until the next move they depend on nothing that is not known.
        """
        if self.phase != "reflect":
            return self.vertices[:0]
        phases: tuple[Phase, ...] = ("expand", "outside", "inside")
        return np.vstack([self._points(phase) for phase in phases])

    # -- how it moves --------------------------------------------------------------------------

    def advance(self, losses: Array) -> None:
        """Move, now that the losses of what was wanted are known.

        Parameters
        ----------
        losses : ndarray of shape (n,)
            Those of `wanted`, in its order; infinite where an evaluation failed.
        """
        points = self.wanted()
        if self.phase == "initial":
            self._become(points, losses)
        elif self.phase == "shrink":
            self._become(
                np.vstack([self.vertices[:1], points]), np.concatenate([self.losses[:1], losses])
            )
        else:
            self._judge(points[0], float(losses[0]))

    def _become(self, vertices: Array, losses: Array) -> None:
        order = np.argsort(losses, kind="stable")
        self.vertices, self.losses, self.phase = vertices[order], losses[order], "reflect"

    def _judge(self, x: Array, loss: float) -> None:
        if self.phase == "reflect":
            self._reflected = loss
            if self.losses[0] <= loss < self.losses[-2]:
                self._replace(x, loss)
            elif loss < self.losses[0]:
                self.phase = "expand"
            else:
                self.phase = "outside" if loss < self.losses[-1] else "inside"
        elif self.phase == "expand":
            is_better = loss < self._reflected
            self._replace(*(x, loss) if is_better else (self._along(1.0), self._reflected))
        elif loss <= self._reflected if self.phase == "outside" else loss < self.losses[-1]:
            self._replace(x, loss)
        else:
            self.phase = "shrink"

    def _replace(self, x: Array, loss: float) -> None:
        self._become(np.vstack([self.vertices[:-1], x]), np.append(self.losses[:-1], loss))
