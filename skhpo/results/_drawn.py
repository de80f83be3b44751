"""Scores of candidates in bootstrap draws of rows, from predictions that were kept."""

import warnings
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo._sklearn import take_rows
from skhpo.results._metrics import RowMetric, metric_of
from skhpo.results._predicted_score import PredictedScore
from skhpo.results.predictions import OutOfFold

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

_BLOCK = 64  # draws that are passed through at once, so that they stay in the cache


class Drawn:
    """Scores of candidates in draws of rows; an author writes ``_of``.

    Parameters
    ----------
    rows : ndarray of int of shape (n_rows,)
        The rows of the data, each once, in order; draws are multiplicities of these.
    n_candidates : int
        How many there are.
    """

    def __init__(self, rows: Rows, n_candidates: int) -> None:
        self.rows = rows
        self.n_candidates = n_candidates

    @abstractmethod
    def _of(self, candidate: int, counts: Array) -> Array:
        """Return the score of a candidate in each draw."""

    def score(self, counts: Array) -> Array:
        """Return the scores of all.

        Parameters
        ----------
        counts : ndarray of shape (n_draws, n_rows)
            Multiplicities.

        Returns
        -------
        ndarray of shape (n_draws, n_candidates)
            NaN where they are not defined.
        """
        return np.column_stack([self._of(i, counts) for i in range(self.n_candidates)])

    def score_one(self, counts: Array, candidates: Rows) -> Array:
        """Return the score of one candidate in each draw.

        Parameters
        ----------
        counts : ndarray of shape (n_draws, n_rows)
            Multiplicities.
        candidates : ndarray of int of shape (n_draws,)
            Whom to score.

        Returns
        -------
        ndarray of shape (n_draws,)
            NaN where it is not defined.
        """
        scores = np.empty(len(counts))
        for candidate in np.unique(candidates):
            here = candidates == candidate
            scores[here] = self._of(int(candidate), counts[here])
        return scores


def drawn_scores(kept: OutOfFold, score: PredictedScore, y: Any) -> Drawn:
    """Return the scores of all candidates in draws of rows.

    Parameters
    ----------
    kept : OutOfFold
        What was predicted.
    score : PredictedScore
        Of one prediction.
    y : array-like
        The target, all rows.

    Returns
    -------
    Drawn
        Of the rows that were tested. Of rows tested more than once (repeated cross-validation)
        each repetition is scored by itself, and the mean is taken.

    Raises
    ------
    ValueError
        If the repetitions do not test the same rows and the metric is no mean over rows.
    """
    metric = metric_of(score.scorer, kept.classes)
    truth = np.asarray(take_rows(y, kept.tested))
    if kept.classes is not None:
        truth = np.searchsorted(kept.classes, truth)
    if isinstance(metric, RowMetric) and truth.ndim == 1:
        return _Means(kept, metric, truth)
    repeats = _repeats(kept)
    if metric is not None and truth.ndim == 1:
        return _Areas(kept, truth, repeats)
    return _Scored(kept, score, repeats)


class _Means(Drawn):
    """Of metrics that follow from the mean of a number a row: products of matrices."""

    def __init__(self, kept: OutOfFold, metric: RowMetric, truth: NDArray[Any]) -> None:
        rows, place, times = np.unique(kept.tested, return_inverse=True, return_counts=True)
        super().__init__(rows, len(kept.rows))
        self._metric = metric
        self._y = np.empty(len(rows), dtype=truth.dtype)
        self._y[place] = truth
        self._by_row = np.empty((len(rows), self.n_candidates))
        method = "predict_proba" if metric.needs == "predict_proba" else "predict"
        for i in range(self.n_candidates):
            values = kept.values(i, method)
            values = values if metric.needs == "labels" else values.astype(np.float64)
            self._by_row[:, i] = np.bincount(place, metric.of_rows(truth, values)) / times

    def _of(self, candidate: int, counts: Array) -> Array:
        return self._scored(counts, self._by_row[:, [candidate]])[:, 0]

    def score(self, counts: Array) -> Array:
        return self._scored(counts, self._by_row)

    def _scored(self, counts: Array, by_row: Array) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            if self._metric.by_class:
                return self._mean_of_classes(counts, by_row)
            n = counts.sum(axis=1, keepdims=True)
            mean = counts @ by_row / n
            if self._metric.needs != "numbers":
                return np.asarray(self._metric.finish(mean, None))
            centred = self._y - self._y.mean()
            variance = (counts @ centred[:, None] ** 2 / n) - (counts @ centred[:, None] / n) ** 2
            return np.asarray(self._metric.finish(mean, variance))

    def _mean_of_classes(self, counts: Array, by_row: Array) -> Array:
        """Return the mean over the classes that a draw holds, as scikit-learn does."""
        means = []
        for label in np.unique(self._y):
            part = self._y == label
            inside = counts[:, part]
            means.append(inside @ by_row[part] / inside.sum(axis=1, keepdims=True))
        held = ~np.isnan(means)
        return np.asarray(np.where(held, means, 0.0).sum(axis=0) / held.sum(axis=0))


class _Areas(Drawn):
    """Areas under the ROC curve: each candidate's negatives are sorted once for all draws."""

    def __init__(self, kept: OutOfFold, truth: NDArray[Any], repeats: Sequence[Rows]) -> None:
        super().__init__(np.unique(kept.tested), len(kept.rows))
        self._positive = truth[repeats[0]] == 1
        self._sorted = [[self._order(_sure(kept, i)[r]) for r in repeats]
                        for i in range(self.n_candidates)]  # fmt: skip

    def _order(self, sure: Array) -> tuple[Rows, Rows, Rows]:
        """Sort the negatives; say how many are below, and not above, each positive."""
        negatives = np.flatnonzero(~self._positive)
        order = negatives[np.argsort(sure[negatives], kind="stable")]
        below = np.searchsorted(sure[order], sure[self._positive], "left")
        not_above = np.searchsorted(sure[order], sure[self._positive], "right")
        return order, below, not_above

    def _of(self, candidate: int, counts: Array) -> Array:
        blocks = range(0, len(counts), _BLOCK)
        return np.concatenate([self._of_block(candidate, counts[i : i + _BLOCK]) for i in blocks])

    def _of_block(self, candidate: int, counts: Array) -> Array:
        positive = counts[:, self._positive]
        total = np.zeros(len(counts))
        passed = np.zeros((len(counts), counts.shape[1] - positive.shape[1] + 1))
        for order, below, not_above in self._sorted[candidate]:
            np.cumsum(counts.take(order, axis=1), axis=1, out=passed[:, 1:])
            halves = passed.take(below, axis=1) + passed.take(not_above, axis=1)
            total += np.einsum("ij,ij->i", positive, halves) / 2
        n_positive = positive.sum(axis=1)
        pairs = n_positive * (counts.sum(axis=1) - n_positive)
        with np.errstate(invalid="ignore"):
            return np.asarray(total / len(self._sorted[candidate]) / pairs)


class _Scored(Drawn):
    """Of any metric: the scorer is called for each candidate and draw."""

    def __init__(self, kept: OutOfFold, score: PredictedScore, repeats: Sequence[Rows]) -> None:
        super().__init__(np.unique(kept.tested), len(kept.rows))
        self._score = score
        self._values = [[_outputs(kept, i, r) for r in repeats] for i in range(self.n_candidates)]

    def _of(self, candidate: int, counts: Array) -> Array:
        return np.array([self._of_draw(candidate, draw.astype(np.intp)) for draw in counts])

    def _of_draw(self, candidate: int, counts: Rows) -> float:
        drawn = np.repeat(np.arange(len(counts)), counts)
        scores = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a draw may hold a single class
            for outputs in self._values[candidate]:
                values = {name: column[drawn] for name, column in outputs.items()}
                scores.append(_or_nan(self._score, values, self.rows[drawn]))
        return float(np.mean(scores))


def _or_nan(score: Callable[..., float], values: dict[str, NDArray[Any]], rows: Rows) -> float:
    try:
        return score(values, rows)
    except ValueError:  # not defined for these rows
        return float("nan")


def _outputs(kept: OutOfFold, candidate: int, places: Rows) -> dict[str, NDArray[Any]]:
    names = set.intersection(*(set(part) for part in kept.parts[candidate]))
    return {name: kept.values(candidate, name)[places] for name in sorted(names)}


def _sure(kept: OutOfFold, candidate: int) -> Array:
    """Return how sure a candidate is of the second of two classes."""
    for method in ("predict_proba", "decision_function"):
        if kept.has(candidate, method):
            values = kept.values(candidate, method).astype(np.float64)
            return values if values.ndim == 1 else np.asarray(values[:, 1] / values.sum(axis=1))
    return kept.values(candidate).astype(np.float64)


def _repeats(kept: OutOfFold) -> list[Rows]:
    """Return, for each repetition, where among the tested rows each row stands, in their order."""
    repeats: list[list[Rows]] = []
    begin = 0
    seen: set[int] = set()
    for test in kept.tests:
        if not repeats or seen & {*test.tolist()}:
            repeats.append([])
            seen = set()
        seen |= {*test.tolist()}
        repeats[-1].append(np.arange(begin, begin + len(test)))
        begin += len(test)
    places = [np.concatenate(parts) for parts in repeats]
    ordered = [p[np.argsort(kept.tested[p], kind="stable")] for p in places]
    rows = [kept.tested[p] for p in ordered]
    if any(not np.array_equal(r, rows[0]) for r in rows):
        raise ValueError(
            "rows are tested different numbers of times by the cv of this search, and its metric "
            "is no mean over rows: this needs folds that test each row equally often, such as "
            "those of KFold and RepeatedKFold, or a single hold-out."
        )
    return ordered
