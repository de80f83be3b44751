"""Who runs which outer fold, and with how many workers inside.

As many folds as fill all workers run side by side, each on one worker: nothing is as cheap. What
is left over would leave workers idle (five folds on two of them: three rounds for the work of two
and a half), so its inner fits are spread over several.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

SERIAL = 0.02  # share of a fold that one worker does alone: the refit, and the last inner fits


@dataclass(frozen=True)
class Wave:
    """Folds that run before the next ones begin.

    Parameters
    ----------
    folds : tuple of int
        Their numbers.
    at_once : int
        How many of them run side by side.
    inner : int or None
        Workers of each; None leaves the estimator as it is.
    """

    folds: tuple[int, ...]
    at_once: int
    inner: int | None


def plan(folds: Sequence[int], n_workers: int, *, spreads: bool, nests: bool) -> list[Wave]:
    """Divide the workers among the folds.

    Parameters
    ----------
    folds : sequence of int
        What is to be run.
    n_workers : int
        Workers in total.
    spreads : bool
        Whether the fits inside a fold can run on several workers.
    nests : bool
        Whether a worker can have workers of its own.

    Returns
    -------
    list of Wave
        In order; ``at_once * inner`` never exceeds ``n_workers``.

    Examples
    --------
    >>> plan(range(5), 2, spreads=True, nests=True)
    [Wave(folds=(0, 1, 2, 3), at_once=2, inner=1), Wave(folds=(4,), at_once=1, inner=2)]
    """
    folds = tuple(folds)
    if n_workers == 1 or not spreads:
        at_once = min(n_workers, len(folds))
        return [Wave(folds, at_once, None)] if folds else []
    n_whole = len(folds) - len(folds) % n_workers
    whole, rest = folds[:n_whole], folds[n_whole:]
    waves = [Wave(whole, n_workers, 1)] if whole else []
    if rest:
        at_once = _at_once(len(rest), n_workers, nests=nests)
        waves.append(Wave(rest, at_once, n_workers // at_once))
    return waves


def _at_once(n_folds: int, n_workers: int, *, nests: bool) -> int:
    """Return how many of fewer folds than workers run side by side, for them to end first."""

    def rounds(at_once: int) -> float:
        inner = n_workers // at_once
        return ceil(n_folds / at_once) * (1 / inner + SERIAL * (inner > 1))

    possible = range(1, n_folds + 1)
    return min((n for n in possible if nests or n in (1, n_workers)), key=rounds)
