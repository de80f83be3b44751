"""What a schedule rations: how an amount of it becomes parameters, or training rows."""

import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_NOT_PARAMETERS = ("n_samples", "n_splits")


@dataclass(frozen=True, eq=False)
class Resource:
    """What candidates are given in growing amounts.

    Parameters
    ----------
    name : str
        ``"n_samples"`` (training rows), ``"n_splits"`` (the engine's affair: nothing changes in
        a task), or an integer parameter of the estimator, such as ``"clf__n_estimators"``.
    maximum : int
        The largest amount, that of a complete candidate.
    levels : tuple of int, default=()
        The amounts that are in use; where one fit yields the scores at smaller ones, it is at
        these.
    orders : sequence of ndarray of int, or None, default=None
        With ``"n_samples"``: for each split an order of its training rows, as of
        ``sample_orders``.
    least : int, default=1
        Training rows, where there are as many, that a task has at any amount; see
        ``least_rows``.

    Examples
    --------
    >>> from skhpo.evaluation import Resource
    >>> Resource("clf__max_iter", maximum=81, levels=(9, 27, 81)).params(27)
    {'clf__max_iter': 27}
    >>> half = Resource("n_samples", maximum=4, orders=[np.array([3, 0, 1, 2])])
    >>> half.rows(0, np.array([10, 11, 12, 13]), 2)
    array([10, 13])
    """

    name: str
    maximum: int
    levels: tuple[int, ...] = ()
    orders: Sequence[NDArray[np.intp]] | None = None
    least: int = 1

    @property
    def is_parameter(self) -> bool:
        """Whether it is a parameter of the estimator."""
        return self.name not in _NOT_PARAMETERS

    def params(self, amount: int) -> dict[str, int]:
        """Return the parameters that an amount stands for.

        Parameters
        ----------
        amount : int
            From 1 to ``maximum``.

        Returns
        -------
        dict of str to int
            Empty unless the resource is a parameter.

        Raises
        ------
        ValueError
            If ``amount`` is not an integer from 1 to ``maximum``.
        """
        self._check(amount)
        return {self.name: amount} if self.is_parameter else {}

    def rows(self, split: int, train: NDArray[np.intp], amount: int) -> NDArray[np.intp]:
        """Return the training rows that an amount stands for.

        Parameters
        ----------
        split : int
            Number of the split.
        train : ndarray of int
            Its training rows.
        amount : int
            From 1 to ``maximum``.

        Returns
        -------
        ndarray of int
            ``train`` itself unless the resource is ``"n_samples"`` and ``amount`` is less than
            ``maximum``; else the share ``amount / maximum`` of it, rounded down, in the order of
            ``train``.

        Raises
        ------
        ValueError
            If ``amount`` is not an integer from 1 to ``maximum``, or the split has no order.
        """
        self._check(amount)
        if self.name != "n_samples" or amount == self.maximum:
            return train
        if self.orders is None or len(self.orders[split]) != len(train):
            raise ValueError(
                f"orders={self.orders!r} has no order of the {len(train)} training rows of split "
                f"{split}: resource='n_samples' needs one for each split"
            )
        n_rows = max(amount * len(train) // self.maximum, self.least)
        rows: NDArray[np.intp] = np.asarray(train)[np.sort(self.orders[split][:n_rows])]
        return rows

    def _check(self, amount: Any) -> None:
        is_integer = isinstance(amount, numbers.Integral) and not isinstance(amount, bool)
        if not is_integer or not 1 <= amount <= self.maximum:
            raise ValueError(
                f"amount={amount!r} of {self.name!r} has to be an integer from 1 to its maximum "
                f"{self.maximum}"
            )
