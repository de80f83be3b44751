"""What the candidates of a search predicted for rows that they were not fitted on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo._sklearn import num_samples, take_rows

Part = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class OutOfFold:
    """Predictions of the complete candidates of a search, split by split.

    A search with ``keep_predictions`` has it as ``predictions_``.

    Parameters
    ----------
    rows : ndarray of shape (n_kept,)
        Which candidates: their rows in ``cv_results_``.
    tests : list of ndarray of int
        The rows of the data that each split tests on.
    classes : ndarray of shape (n_classes,) or None
        The classes, where a single target of classes is predicted.
    parts : list of list of dict
        For each of ``rows`` and each split the predictions by the name of the method:
        "predict_proba" with a column for each of the classes, or "decision_function", in single
        precision; "predict", for classes as their numbers.
    searched : ndarray of int of shape (n_searched,) or None, default=None
        With ``final_holdout``, the rows of the data that the search has seen; rows are counted
        among these.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skhpo import RandomSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"n_neighbors": [1, 5, 20]}
    >>> search = RandomSearchCV(KNeighborsClassifier(), space, cv=3, keep_predictions=True)
    >>> kept = search.fit(X, y).predictions_
    >>> kept
    OutOfFold(3 candidates, 3 splits, 0.01 MB)
    >>> kept.values(0, "predict_proba").shape
    (150, 3)
    """

    rows: NDArray[np.intp]
    tests: Sequence[NDArray[np.intp]]
    classes: NDArray[Any] | None
    parts: Sequence[Sequence[Part]]
    searched: NDArray[np.intp] | None = None

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({len(self.rows)} candidates, {len(self.tests)} splits, "
            f"{self.nbytes / 1e6:.2f} MB)"
        )

    @property
    def nbytes(self) -> int:
        """Memory in bytes."""
        return sum(
            values.nbytes for parts in self.parts for part in parts for values in part.values()
        )

    @property
    def tested(self) -> NDArray[np.intp]:
        """Rows of the data in the order of `values`, split by split."""
        return np.concatenate([*self.tests])

    def seen(self, values: Any, name: str) -> Any:
        """Return of all rows those that the search has seen.

        Parameters
        ----------
        values : array-like or None
            A value for each row of the data that ``fit`` was given.
        name : str
            What they are, for the error.

        Returns
        -------
        array-like or None
            The same, where no rows were held out.

        Raises
        ------
        ValueError
            If there are too few.
        """
        if self.searched is None or values is None:
            return values
        if num_samples(values) <= self.searched.max():
            raise ValueError(
                f"{name} should be that of the search with the rows that were held out, got only "
                f"{num_samples(values)} rows."
            )
        return take_rows(values, self.searched)

    def has(self, kept: int, method: str) -> bool:
        """Return whether a candidate has predictions of a kind.

        Parameters
        ----------
        kept : int
            Position in ``rows``.
        method : str
            Name of the method.

        Returns
        -------
        bool
            Whether all of its splits have it.
        """
        return all(method in part for part in self.parts[kept])

    def values(
        self, kept: int, method: str = "predict", splits: Sequence[int] | None = None
    ) -> NDArray[Any]:
        """Return what a candidate predicted.

        Parameters
        ----------
        kept : int
            Position in ``rows``.
        method : str, default="predict"
            Name of the method; classes come as their numbers. Where only probabilities were
            kept, "predict" is the most probable class.
        splits : sequence of int, default=None
            Which splits; None for all.

        Returns
        -------
        ndarray of shape (n_tested, ...)
            Split by split, in the order of `tested`.

        Raises
        ------
        KeyError
            If nothing of the kind was kept.
        """
        chosen = range(len(self.tests)) if splits is None else splits
        if method == "predict" and not self.has(kept, "predict"):
            labels: NDArray[Any] = self.values(kept, "predict_proba", splits).argmax(axis=1)
            return labels
        return np.concatenate([self.parts[kept][split][method] for split in chosen])


def out_of_fold(
    found: Mapping[int, Mapping[int, Part]],
    results: Mapping[str, Any],
    tests: Sequence[Any],
    classes: NDArray[Any] | None,
) -> OutOfFold:
    """Return what is whole of the predictions that were kept.

    Parameters
    ----------
    found : dict of int to dict
        Predictions by split, for each row of the results.
    results : dict of str to ndarray
        ``cv_results_``.
    tests : sequence of ndarray of int
        The rows that each split tests on.
    classes : ndarray or None
        The classes.

    Returns
    -------
    OutOfFold
        Of the candidates that were given most of the resource and are complete.
    """
    splits = range(len(tests))
    whole = [
        row for row in complete_rows(results).tolist() if all(i in found[row] for i in splits)
    ]
    indices = [_as_indices(test) for test in tests]
    parts = [[found[row][i] for i in splits] for row in whole]
    return OutOfFold(np.array(whole, dtype=np.intp), indices, classes, parts)


def complete_rows(results: Mapping[str, Any]) -> NDArray[np.intp]:
    """Return the rows of the candidates that are complete, with most of the resource.

    Parameters
    ----------
    results : dict of str to ndarray
        ``cv_results_``.

    Returns
    -------
    ndarray of int
        Those that may be the best.
    """
    may = np.asarray(results["status"] == "ok")
    if "n_resources" in results and may.any():
        may &= results["n_resources"] == results["n_resources"][may].max()
    return np.flatnonzero(may)


def _as_indices(test: Any) -> NDArray[np.intp]:
    rows = np.asarray(test)
    return np.flatnonzero(rows) if rows.dtype == bool else rows.astype(np.intp)
