"""The candidates that an ensemble may be made of, and what they predicted."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import KFold, StratifiedKFold

from skhpo._sklearn import take_rows
from skhpo.results.predictions import OutOfFold

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Pool:
    """Predictions of some candidates for some rows, such as can be averaged.

    Parameters
    ----------
    members : ndarray of shape (n_members,)
        Positions in ``kept.rows``, the best first.
    values : ndarray of shape (n_members, n_rows) or (n_members, n_rows, n_classes)
        Numbers, probabilities, or a vote of one for the class that was predicted.
    rows : ndarray of shape (n_rows,)
        The rows of the data.
    """

    members: NDArray[np.intp]
    values: Floats
    rows: NDArray[np.intp]


METHOD_OF = {"soft": "predict_proba", "decision": "decision_function"}


def kind_of(kept: OutOfFold, *, votes: bool) -> str:
    """Return what of the predictions is used.

    Parameters
    ----------
    kept : OutOfFold
        What was predicted.
    votes : bool
        Whether classes can be voted for, where there are no probabilities.

    Returns
    -------
    {"numbers", "soft", "hard", "decision"}
        Numbers in regression, else probabilities, or else votes or decision functions.
    """
    if kept.classes is None:
        return "numbers"
    if len(suitable(kept, "soft")):
        return "soft"
    return "hard" if votes else "decision"


def suitable(kept: OutOfFold, kind: str) -> NDArray[np.intp]:
    """Return the positions of the candidates with predictions of a kind."""
    method = METHOD_OF.get(kind)
    able = [i for i in range(len(kept.rows)) if method is None or kept.has(i, method)]
    return np.array(able, dtype=np.intp)


def make_pool(
    kept: OutOfFold,
    kind: str,
    scores: Floats,
    n_members: int,
    splits: Sequence[int],
    without: NDArray[np.intp] | None = None,
) -> Pool:
    """Return the best candidates, judged by some of the splits.

    Parameters
    ----------
    kept : OutOfFold
        What was predicted.
    kind : {"numbers", "soft", "hard", "decision"}
        What is used.
    scores : ndarray of shape (n_kept, n_splits)
        Of each candidate on each split.
    n_members : int
        At the most.
    splits : sequence of int
        Those that may be looked at.
    without : ndarray of int, default=None
        Rows of the data that may not be looked at: with repeated folds they stand in other
        splits too.

    Returns
    -------
    Pool
        With the rows of these splits.
    """
    able = suitable(kept, kind)
    order = np.argsort(-scores[able][:, [*splits]].mean(axis=1), kind="stable")
    members = able[order[:n_members]]
    rows = np.concatenate([kept.tests[i] for i in splits])
    stays = np.ones(len(rows), bool) if without is None else ~np.isin(rows, without)
    values = np.stack([averaged(kept, member, kind, splits)[stays] for member in members])
    return Pool(members, values, rows[stays])


def averaged(kept: OutOfFold, member: int, kind: str, splits: Sequence[int]) -> Floats:
    """Return what of a candidate's predictions is used."""
    values = kept.values(member, METHOD_OF.get(kind, "predict"), splits)
    if kind == "numbers":
        return values.reshape(len(values))  # also where a target has one column
    if kind == "decision":
        return values.reshape(len(values), -1)
    if kind == "soft":
        return values
    if kept.classes is None:
        return values
    votes: Floats = np.eye(len(kept.classes), dtype=np.float32)[values]
    return votes


def in_parts(kept: OutOfFold, y: Any, n_parts: int = 5) -> OutOfFold:
    """Return the predictions of a single split as those of several, so that one can judge others.

    Parameters
    ----------
    kept : OutOfFold
        With one split.
    y : array-like
        The target.
    n_parts : int, default=5
        Number of parts, at random; classes are in all of them in proportion.

    Returns
    -------
    OutOfFold
        Of the same candidates and rows.
    """
    [test] = kept.tests
    folds = KFold if kept.classes is None else StratifiedKFold
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of classes that are rarer than parts
        cv = folds(n_parts, shuffle=True, random_state=0)
        places = [part for _, part in cv.split(test, np.asarray(take_rows(y, test)))]
    parts = [
        [{name: values[place] for name, values in part.items()} for place in places]
        for [part] in kept.parts
    ]
    return OutOfFold(kept.rows, [test[place] for place in places], kept.classes, parts)
