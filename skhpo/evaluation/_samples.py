"""Orders of the training rows of which every prefix is a fair sample."""

import numbers
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_consistent_length
from sklearn.utils.multiclass import type_of_target

from skhpo._sklearn import num_samples

_FIRST = 2  # rows of each class with which a stratified order begins


def sample_orders(
    X_or_n: Any,
    y: Any,
    splits: Sequence[tuple[Any, Any]],
    *,
    groups: Any = None,
    is_classifier: bool,
    seed: Any,
    ranks: NDArray[np.intp] | None = None,
) -> list[NDArray[np.intp]]:
    """Return, for each split, an order of its training rows whose prefixes are fair samples.

    Prefixes are nested, so that a larger amount only adds rows. For classifiers each prefix is
    stratified: the order opens with two rows of each class, class after class in turn, and from
    then on the k-th of the n rows of a class stands at (k - 1/2) / n of the whole. Those are the
    divisors of Webster's method (Balinski and Young, *Fair Representation*, 1982): each class
    has its share, up to about a row.

    Parameters
    ----------
    X_or_n : array-like or int
        All the data, or how many rows they have.
    y : array-like or None
        The targets.
    splits : sequence of (train, test)
        Index arrays.
    groups : array-like or None, default=None
        With groups, one group follows whole upon the other, in random order; classes are not
        balanced then.
    is_classifier : bool
        Whether to stratify; targets that are not binary or multiclass are not stratified.
    seed : int or numpy.random.Generator
        Where the order comes from.
    ranks : ndarray of int or None, default=None
        The place of each row in time: then prefixes are the most recent rows.

    Returns
    -------
    list of ndarray of int
        Positions in the training part of each split.

    Raises
    ------
    ValueError
        If the data, the targets and the groups are not of the same length.

    Examples
    --------
    >>> y = np.repeat(["a", "b"], 50)
    >>> split = (np.arange(100), np.arange(0))
    >>> [order] = sample_orders(100, y, [split], is_classifier=True, seed=0)
    >>> [list(y[order[:n]]).count("a") for n in (2, 10, 50)]
    [1, 5, 25]
    """
    X = range(X_or_n) if isinstance(X_or_n, numbers.Integral) else X_or_n
    check_consistent_length(X, y, groups)
    labels = _codes(groups)
    if labels is None and is_classifier:
        labels = _codes(y) if _is_stratifiable(y) else None
    rng = np.random.default_rng(seed)
    orders = []
    for train, _ in splits:
        part = None if labels is None else labels[np.asarray(train)]
        if ranks is not None:
            order = np.argsort(ranks[np.asarray(train)], kind="stable")[::-1]
        elif part is None:
            order = rng.permutation(len(train))
        else:
            order = _stratified(part, rng) if groups is None else _by_group(part, rng)
        orders.append(order)
    return orders


def least_rows(y: Any, *, is_classifier: bool) -> int:
    """Return how many rows a stratified order needs to open with two of each class.

    Parameters
    ----------
    y : array-like or None
        The targets.
    is_classifier : bool
        Whether rows are stratified.

    Returns
    -------
    int
        1 where nothing is stratified.

    Examples
    --------
    >>> least_rows(["a", "b", "c", "a"], is_classifier=True)
    6
    """
    if not (is_classifier and _is_stratifiable(y)):
        return 1
    return _FIRST * len(np.unique(np.asarray(y)))


def is_in_time(splits: Sequence[tuple[Any, Any]]) -> bool:
    """Return whether in every split all training rows come before all test rows.

    Parameters
    ----------
    splits : sequence of (train, test)
        Index arrays.

    Returns
    -------
    bool
        False where there are no splits.

    Examples
    --------
    >>> from sklearn.model_selection import KFold, TimeSeriesSplit
    >>> X = np.zeros((10, 1))
    >>> is_in_time([*TimeSeriesSplit(3).split(X)]), is_in_time([*KFold(3).split(X)])
    (True, False)
    """
    parts = [(np.asarray(train), np.asarray(test)) for train, test in splits]
    return bool(parts) and all(
        bool(train.size and test.size and train.max() < test.min()) for train, test in parts
    )


def time_ranks(
    cv: Any, splits: Sequence[tuple[Any, Any]], X: Any, y: Any, params: Mapping[str, Any]
) -> NDArray[np.intp] | None:
    """Return the place of each row in time where all training is on the past, else None.

    Parameters
    ----------
    cv : splitter
        Asked for ``time_ranks`` if it has that method.
    splits : sequence of (train, test)
        Its splits; where they go forward by themselves, rows are in the order of time.
    X, y : array-like
        All the data.
    params : mapping
        What ``cv.split`` was given besides.

    Returns
    -------
    ndarray of int of shape (n_samples,) or None
        From 0 for the first row.

    Examples
    --------
    >>> from sklearn.model_selection import TimeSeriesSplit
    >>> from skhpo import WalkForward
    >>> X, cv = np.zeros((3, 1)), WalkForward(1, test_size=1)
    >>> times = {"times": [3, 1, 2]}
    >>> time_ranks(cv, [*cv.split(X, **times)], X, None, times)
    array([2, 0, 1])
    >>> time_ranks(None, [*TimeSeriesSplit(2).split(X)], X, None, {})
    array([0, 1, 2])
    """
    asked = getattr(cv, "time_ranks", None)
    if asked is not None:
        ranks: NDArray[np.intp] | None = asked(X, y, **params)
        return ranks
    return np.arange(num_samples(X)) if is_in_time(splits) else None


def stratified_order(y: Any, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return a random order of rows with the shares of the classes in every prefix.

    Parameters
    ----------
    y : array-like of shape (n,)
        Classes.
    rng : numpy.random.Generator
        Where the order comes from.

    Returns
    -------
    ndarray of int
        A permutation of ``range(n)``.

    Examples
    --------
    >>> y = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> order = stratified_order(y, np.random.default_rng(0))
    >>> sorted(y[order[:2]].tolist()), sorted(y[order[:4]].tolist())
    ([0, 1], [0, 0, 1, 1])
    """
    return _stratified(np.unique(np.asarray(y), return_inverse=True)[1], rng)


def _codes(labels: Any) -> NDArray[np.intp] | None:
    if labels is None:
        return None
    return np.unique(np.asarray(labels), return_inverse=True)[1].ravel()


def _is_stratifiable(y: Any) -> bool:
    return y is not None and type_of_target(y) in ("binary", "multiclass")


def _stratified(codes: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
    mixed = rng.permutation(len(codes))
    rank, size = _ranks(codes[mixed])
    place = np.where(rank < _FIRST, rank - _FIRST, (rank + 0.5) / size)
    return mixed[np.argsort(place, kind="stable")]  # ties fall as they were mixed


def _ranks(codes: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return for each element how many equal ones come before it, and how many there are."""
    order = np.argsort(codes, kind="stable")
    _, first, sizes = np.unique(codes[order], return_index=True, return_counts=True)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(codes)) - np.repeat(first, sizes)
    size = np.empty_like(order)
    size[order] = np.repeat(sizes, sizes)
    return rank, size


def _by_group(codes: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
    mixed = rng.permutation(len(codes))
    turn = rng.permutation(codes.max() + 1) if len(codes) else codes
    return mixed[np.argsort(turn[codes[mixed]], kind="stable")]
