"""Hold out rows of each class, and leave enough of the rare ones to search with."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo._sklearn import num_samples
from skhpo.split import HoldOut

Rows = NDArray[np.intp]

_LEAST = 2  # rows of a class that are left: one to learn from, one to test


class HoldOutByClass:
    """Hold out a share of each class once, at random.

    Two rows of each class are left, and classes that have no more are left whole. Otherwise it is
    ``HoldOut(stratify=True)``.

    Parameters
    ----------
    size : int or float
        Rows held out, or a share of all rows.
    random_state : int
        Which rows are drawn.
    """

    def __init__(self, size: Any, random_state: int) -> None:
        self.size = size
        self.random_state = random_state

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return 1."""
        return 1

    def split(self, X: Any, y: Any, groups: Any = None) -> Iterator[tuple[Rows, Rows]]:
        """Generate the split.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            The data.
        y : array-like of shape (n_samples,)
            Classes.
        groups : object
            Not used.

        Yields
        ------
        searched, held : ndarray of int
            Rows, in their order.

        Raises
        ------
        ValueError
            If there are not so many rows that can be spared.
        """
        n = num_samples(X)
        codes, counts = np.unique(np.asarray(y), return_inverse=True, return_counts=True)[1:]
        [(_, held)] = HoldOut(self.size, random_state=self.random_state).split(np.zeros(n))
        if min(len(held), n - len(held)) >= len(counts) and counts.min() >= _LEAST:
            splitter = HoldOut(self.size, stratify=True, random_state=self.random_state)
            [(searched, stratified)] = splitter.split(np.zeros(n), codes)
            if np.bincount(codes[searched], minlength=len(counts)).min() >= _LEAST:
                yield np.sort(searched), np.sort(stratified)
                return
        held = self._drawn(codes, counts, len(held))
        yield np.setdiff1d(np.arange(n), held), held

    def _drawn(self, codes: Rows, counts: Rows, n_held: int) -> Rows:
        rng = np.random.default_rng(self.random_state)
        spare = np.maximum(counts - _LEAST, 0)
        if n_held > spare.sum():
            raise ValueError(
                f"final_holdout={self.size!r} would hold {n_held} rows out, but of {len(counts)} "
                f"classes in {len(codes)} rows {spare.sum()} can be spared: {_LEAST} rows of each "
                "are needed to search."
            )
        order = rng.permutation(len(codes))
        parts = [
            order[codes[order] == code][:n]
            for code, n in enumerate(_quotas(counts * (spare > 0), spare, n_held, rng))
        ]
        return np.sort(np.concatenate(parts))


def _quotas(weights: Rows, most: Rows, total: int, rng: np.random.Generator) -> Rows:
    """Return whole numbers in proportion to weights, none above its most, of a given sum."""
    quotas = np.zeros(len(weights), dtype=np.intp)
    while (left := total - quotas.sum()) > 0:
        open_ = quotas < most
        exact = left * weights * open_ / (weights * open_).sum()
        whole = np.minimum(np.floor(exact).astype(np.intp), most - quotas)
        if not whole.any():  # what is left over goes to the largest remainders
            first = np.lexsort([rng.random(len(weights)), -exact])[:left]
            whole[first[open_[first]]] = 1
        quotas += whole
    return quotas
