"""Regular fractions of two- and three-level factorials: generators, defining relation, resolution.

D. C. Montgomery: Design and Analysis of Experiments, 8th edition, Wiley 2012, chapters 8 and 9.
"""

from dataclasses import dataclass
from functools import cached_property
from string import ascii_uppercase

import numpy as np

from skhpo.designs.galois import MAX_VECTORS, Table, best_independent, check_prime, vectors

NAMES = ascii_uppercase.replace("I", "")  # as in the literature, where I is the identity


@dataclass(frozen=True, eq=False)
class RegularFraction:
    """A fraction p**-q of the factorial of k factors with p levels each.

    Parameters
    ----------
    n_levels : int
        Levels of each factor, p: a prime.
    columns : ndarray of int, shape (k - q, k)
        Each factor as a sum of multiples of the basic ones, which come first.

    Examples
    --------
    >>> half = regular_fraction(4, 3)
    >>> half.generators, half.resolution, half.word_lengths
    (('D = ABC',), 4, {4: 1})
    >>> half.table()[:3].tolist()
    [[0, 0, 0, 0], [0, 0, 1, 1], [0, 1, 0, 1]]
    """

    n_levels: int
    columns: Table

    @property
    def n_factors(self) -> int:
        """Number of factors, k."""
        return int(self.columns.shape[1])

    @property
    def n_basic(self) -> int:
        """Number of basic factors, whose factorial the runs are: k - q."""
        return int(self.columns.shape[0])

    @property
    def generators(self) -> tuple[str, ...]:
        """Each further factor in terms of the basic ones."""
        added = self.columns[:, self.n_basic :].T
        return tuple(
            f"{_name(self.n_basic + i)} = {_product(word)}" for i, word in enumerate(added)
        )

    @cached_property
    def words(self) -> Table:
        """The defining relation: exponents of the words that equal the identity.

        An array of shape (n_words, n_factors); of a word and its multiples, one.
        """
        m, q = self.n_basic, self.n_factors - self.n_basic
        if not q:
            return np.empty((0, m), dtype=np.intp)
        if self.n_levels**q > MAX_VECTORS:
            raise ValueError(
                f"the defining relation has more than {MAX_VECTORS} words: {self.n_levels}**{q}."
            )
        combinations = vectors(self.n_levels, q)
        first = combinations[np.arange(len(combinations)), np.argmax(combinations > 0, axis=1)]
        kept = combinations[first == 1]
        basic = -kept @ self.columns[:, m:].T % self.n_levels
        return np.column_stack([basic, kept])

    @property
    def word_lengths(self) -> dict[int, int]:
        """The word-length pattern: how many words there are of each length."""
        lengths, counts = np.unique((self.words > 0).sum(axis=1), return_counts=True)
        return dict(zip(lengths.tolist(), counts.tolist(), strict=True))

    @property
    def resolution(self) -> int | None:
        """Length of the shortest word; None for the whole factorial, which has none.

        With resolution R, effects of r factors are not confounded with those of fewer than
        R - r; the strength of the array is R - 1.
        """
        return min(self.word_lengths, default=None)

    def table(self) -> Table:
        """Return the levels of each run, shape (n_levels ** n_basic, n_factors)."""
        return vectors(self.n_levels, self.n_basic) @ self.columns % self.n_levels


def regular_fraction(n_factors: int, n_basic: int, n_levels: int = 2) -> RegularFraction:
    """Return a regular fraction, of as high a resolution as a greedy choice gets it.

    Parameters
    ----------
    n_factors : int
        Number of factors, k.
    n_basic : int
        Number of basic factors; there are ``n_levels ** n_basic`` runs.
    n_levels : int, default=2
        Levels of each factor, a prime.

    Returns
    -------
    RegularFraction
        The fraction; with ``n_basic = n_factors`` the whole factorial.

    Raises
    ------
    ValueError
        If the number of levels is not prime, or there are too many factors for the runs.

    Examples
    --------
    >>> regular_fraction(7, 4).generators
    ('E = BCD', 'F = ACD', 'G = ABD')
    >>> [regular_fraction(k, m).resolution for k, m in ((3, 2), (5, 4), (8, 4))]
    [3, 5, 4]
    """
    check_prime("n_levels", n_levels)
    if not 1 <= n_basic <= n_factors:
        raise ValueError(f"n_basic should be from 1 to n_factors={n_factors}, got {n_basic!r}.")
    columns, _ = best_independent(n_levels, n_basic, n_factors)
    return RegularFraction(n_levels, columns)


def _name(j: int) -> str:
    return NAMES[j] if j < len(NAMES) else f"X{j + 1}"


def _product(word: Table) -> str:
    """Return a word as it is written: AB, or with three levels AB^2."""
    return "".join(_name(j) + (f"^{e}" if e > 1 else "") for j, e in enumerate(word) if e)
