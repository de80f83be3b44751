"""Ablation: which changes lead from the default configuration to the best one.

Starting from the default, each step changes one parameter to its value in the best candidate: the
one whose change gains the most, by the prediction of a Gaussian process. A parameter that exists
with a value of another one can change once it exists; until then it has its default.

References
----------
Fawcett & Hoos (2016), Analysing differences between algorithm configurations through ablation,
Journal of Heuristics 22. Biedenkapp, Lindauer, Eggensperger, Hutter, Fawcett & Hoos (2017),
Efficient parameter importance analysis via ablation with surrogates, AAAI.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from skhpo.results.importance._effect import Method, Row
from skhpo.results.importance._model import posterior_mean
from skhpo.results.importance._study import Study
from skhpo.space import Space
from skhpo.surrogates.transform import normalise

Array = NDArray[np.float64]

SAME = 1e-9  # a value that went through a logarithm and back


@dataclass(frozen=True, kw_only=True)
class Ablation(Method):
    """The path of greatest gains from the default to the best candidate.

    Parameters
    ----------
    default : dict or None, default=None
        Where the path begins, by ``set_params`` names; None for the values that the estimator
        has, or the default of the space where there is no estimator.
    """

    columns: ClassVar[tuple[str, ...]] = ("importance", "gain", "score", "before", "after")
    is_ordered: ClassVar[bool] = True
    default: dict[str, Any] | None = None

    def __call__(self, study: Study, rng: np.random.Generator) -> list[Row]:
        """Walk the path; a row a step."""
        space = study.space
        start = study.start if self.default is None else space.locate(self.default)
        positions = np.array([column.default for column in space.columns])
        u = np.where(np.isnan(start), positions, start)
        best = study.X[np.argmax(study.scores)]
        end = np.where(np.isnan(best), u, best)
        steps = path(posterior_mean(study, rng), u, end, space)
        scores = _as_scores(np.array([value for _, value in steps]), study.scores)
        gains = np.diff(scores)
        whole = scores[-1] - scores[0]
        rows: list[Row] = []
        for (j, _), gain, score in zip(steps[1:], gains, scores[1:], strict=True):
            column = space.columns[j]
            row = {
                "importance": gain / whole if whole > 0.0 else 0.0,
                "gain": gain,
                "score": score,
            }
            values = {"before": column.value(u[j]), "after": column.value(end[j])}
            rows.append({"at": (j,), **row, **values})
        return rows


def path(
    f: Callable[[Array], Array], start: Array, end: Array, space: Space
) -> list[tuple[int, float]]:
    """Change one coordinate after the other, each time the one that gains the most.

    Parameters
    ----------
    f : callable
        Takes points of shape (m, d), returns values of shape (m,), the greater the better.
    start, end : ndarray of shape (d,)
        Points without NaN.
    space : Space
        Says which coordinates count.

    Returns
    -------
    list of (int, float)
        The coordinate and the value after its change; first -1 and the value at the start.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.space import Space
    >>> space = Space({"a": (0.0, 1.0), "b": (0.0, 1.0)})
    >>> path(lambda U: U @ np.array([1.0, 3.0]), np.zeros(2), np.ones(2), space)
    [(-1, 0.0), (1, 3.0), (0, 4.0)]
    """
    differs = ~np.isclose(start, end, rtol=0.0, atol=SAME)
    here, left = start.copy(), [int(j) for j in np.flatnonzero(differs)]
    steps = [(-1, float(f(here[None])[0]))]
    while left:
        counts = space.activity(here[None])[0]
        open_ = [j for j in left if counts[j]]
        if not open_:  # what does not exist in the end either
            break
        tried = np.repeat(here[None], len(open_), axis=0)
        tried[np.arange(len(open_)), open_] = end[open_]
        values = f(tried)
        best = int(np.argmax(values))
        here = tried[best]
        left.remove(open_[best])
        steps.append((open_[best], float(values[best])))
    return steps


def _as_scores(values: Array, scores: Array) -> Array:
    """Return predictions on the scale of the scores, within what was measured."""
    normal = normalise(scores)
    if normal is None:
        return np.full(len(values), scores[0])
    order = np.argsort(normal, kind="stable")
    return np.asarray(np.interp(values, normal[order], scores[order]))
