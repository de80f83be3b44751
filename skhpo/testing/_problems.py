"""Small spaces of every kind, and a loss that is defined on all of them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from skhpo.space import Choice, Integer, Real, Space, When


def _continuous() -> Space:
    return Space({"a": Real(0.0, 1.0), "b": Real(1e-3, 1e3, log=True)})


def _mixed() -> Space:
    return Space(
        {
            "a": Real(-1.0, 1.0),
            "i": Integer(1, 50, log=True),
            "k": ["x", None, (1, 2)],
            "o": [0.1, 1.0, 10.0],
        }
    )


def _conditional() -> Space:
    learner = Choice(
        When("linear", C=Real(1e-3, 1e3, log=True)),
        When("tree", depth=Integer(1, 20), split=Choice("best", When("random", r=Real(0, 1)))),
        "dummy",
        weights=[2, 2, 1],
    )
    return Space({"learner": learner, "scale": [True, False]})


def _forbidden() -> Space:
    return Space(
        {"p": ["l1", "l2"], "q": ["a", "b", "c"], "r": Real(0, 1)},
        forbidden=lambda params: params["p"] == "l1" and params["q"] == "a",
    )


def _finite() -> Space:
    return Space({"k": ["x", "y", "z"], "n": [1, 2, 3, 4]})


SPACES: dict[str, Callable[[], Space]] = {
    "continuous": _continuous,
    "mixed": _mixed,
    "conditional": _conditional,
    "forbidden": _forbidden,
    "finite": _finite,
}


def loss(x: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """Return a smooth loss of a point of any unit cube; inactive coordinates cost a constant.

    Parameters
    ----------
    x : ndarray of shape (n_dims,)
        An encoded point, NaN where inactive.

    Returns
    -------
    float
        Sum of squared distances from 0.7, and 0.05 for each inactive coordinate.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.testing import loss
    >>> round(loss(np.array([0.7, 0.2, np.nan])), 4)
    0.3
    """
    return float(np.sum(np.where(np.isnan(x), 0.05, (x - 0.7) ** 2)))


def is_native(params: Mapping[str, Any]) -> bool:
    """Whether no value is a numpy scalar."""
    return not any(isinstance(value, np.generic) for value in params.values())
