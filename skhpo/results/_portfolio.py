"""A list of settings that earlier searches have taught."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Portfolio(list[dict[str, Any]]):
    """Settings to begin a search with, the first ones on their own worth most.

    `skhpo.portfolio.learn` makes it; ``warm_start_from`` takes it, and makes its settings fit the
    space of the new data.

    Parameters
    ----------
    settings : iterable of dict
        Parameters by their names.
    regret : array-like of shape (n_settings,)
        After each of the settings, how far the best of them so far is expected to be behind the
        best of each search: 0 for as good, 1 for as good as its median candidate, on average.
    """

    def __init__(self, settings: Iterable[Mapping[str, Any]], regret: Any) -> None:
        super().__init__(dict(setting) for setting in settings)
        self.regret: NDArray[np.float64] = np.asarray(regret, dtype=float)
