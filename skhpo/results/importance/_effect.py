"""What every method answers with, and what it is."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

from skhpo.results.importance._study import Study

Row = dict[str, Any]


class Method(ABC):
    """A way to say how much parameters matter.

    A subclass is a frozen dataclass; its fields are the options that users may set.
    """

    columns: ClassVar[tuple[str, ...]]  # of the table, after the parameter
    is_ordered: ClassVar[bool] = False  # whether the rows stand in an order of their own

    @abstractmethod
    def __call__(self, study: Study, rng: np.random.Generator) -> list[Row]:
        """Return a row for each effect.

        Parameters
        ----------
        study : Study
            What was found out; the scores are not constant.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        list of dict
            With ``at``, the number of the parameter's column (of an interaction: of both), and
            the entries of ``columns``.
        """


def check_at_least(name: str, value: Any, least: int) -> None:
    """Refuse an option that is not a whole number, or too small.

    Examples
    --------
    >>> check_at_least("n_trees", 0, 1)
    Traceback (most recent call last):
    ValueError: n_trees should be a whole number of at least 1, got 0.
    """
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} should be a whole number of at least {least}, got {value!r}.")
