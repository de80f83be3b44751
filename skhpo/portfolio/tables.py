"""Preprocessing that fits the columns of a table."""

from operator import methodcaller
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_object_dtype
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skhpo.portfolio import _blocks
from skhpo.portfolio._columns import Kind, as_frame, kind_of
from skhpo.portfolio._target import target_type
from skhpo.space._template import strip
from skhpo.space._values import show

CATEGORIES = frozenset({"low", "high"})


def preprocessing(X: Any, y: Any = None, *, random_state: Any = None) -> ColumnTransformer:
    """Return preprocessing for a table, with choices and ranges among its parameters.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_features)
        The table, or some thousand rows of it. It is looked at, not fitted to.
    y : array-like of shape (n_samples,) or None, default=None
        The target; only its type and classes are looked at. Without it categories are not encoded
        by the target.
    random_state : int or None, default=None
        Given to each part that has one.

    Returns
    -------
    ColumnTransformer
        A template, to put in the place of a step in a search space. Fitted, it needs nothing of
        skhpo, and returns a dense array without missing values.

    Raises
    ------
    TypeError
        If ``X`` is sparse or of a library other than pandas, or a column holds lists and the like.
    ValueError
        If ``X`` is empty, or no column varies.

    Notes
    -----
    What is done with each kind of column; choices are part of the space, and each kind is there
    only where the table has it:

    * numbers: missing values become the median, the mean or the most frequent value, with or
      without an indicator (where any are missing); then scaled in one of five ways or not at all.
      Methods and 10 to 2000 quantiles: auto-sklearn, TPOT; no more than half the rows.
    * booleans: 0 and 1, the more frequent where missing; scaled or not.
    * up to 40 categories (the limit is skrub's): one-hot, rare ones together (min_frequency 1e-4
      to 0.5, log: auto-sklearn), codes, or means of the target. Missing is a category; a category
      that was not there in training counts as a rare one, as code -1, or as the mean of all.
    * more categories: the same, one-hot with 10 to 100 of the most frequent (our own).
    * texts (strings of four words or more, on average): TF-IDF of the 32 to 512 most frequent (our
      own) words or character sequences of a length as in auto-sklearn.
    * dates, also strings that begin as 2024-12-31: year, month, day, weekday, hour, and days
      elapsed; scaled or not. Durations: seconds, likewise.
    * columns of one value, of none, and strings of which each is another (identifiers): dropped.

    Means of the target are no choice with many (over 20) or rare (under 10 rows) classes, or more
    than one output.

    Examples
    --------
    >>> import pandas as pd
    >>> from skhpo import portfolio
    >>> X = pd.DataFrame({"age": [31, None, 54], "town": ["Bonn", "Kiel", "Bonn"], "one": 1})
    >>> prepare = portfolio.preprocessing(X)
    >>> [(name, columns) for name, _, columns in prepare.transformers]
    [('numeric', ['age']), ('low', ['town'])]
    """
    frame = as_frame(X)
    kinds = [kind_of(frame.iloc[:, j]) for j in range(frame.shape[1])]
    target = target_type(y)
    seed = random_state
    parts = [
        *_numeric(frame, kinds, seed),
        *_together("boolean", frame, kinds, _blocks.boolean),
        *_together("low", frame, kinds, lambda: _blocks.low(target, seed)),
        *_together("high", frame, kinds, lambda: _blocks.high(target, seed)),
        *_one_by_one(frame, kinds),
    ]
    if not parts:
        raise ValueError(
            "X should have a column that varies; all are constant, empty, or identifiers: "
            f"{show([*frame.columns])}."
        )
    return ColumnTransformer(parts, sparse_threshold=0, verbose_feature_names_out=True)


def _keys(frame: pd.DataFrame) -> list[Any]:
    """Return what ColumnTransformer calls the columns: names where it can, else positions."""
    names = [*frame.columns]
    named = all(isinstance(name, str) for name in names) and len(set(names)) == len(names)
    return names if named else [*range(len(names))]


def _numeric(frame: pd.DataFrame, kinds: list[Kind], seed: Any) -> list[Any]:
    places = [j for j, kind in enumerate(kinds) if kind == "numeric"]
    if not places:
        return []
    part = frame.iloc[:, places]
    has_missing = bool(part.isna().any(axis=None))
    to_convert = any(not isinstance(t, np.dtype) or t.hasobject for t in part.dtypes)
    block = _blocks.numeric(len(frame), has_missing, to_convert, seed)
    return [("numeric", block, [_keys(frame)[j] for j in places])]


def _together(kind: Kind, frame: pd.DataFrame, kinds: list[Kind], make: Any) -> list[Any]:
    keys = [key for key, other in zip(_keys(frame), kinds, strict=True) if other == kind]
    return [(kind, make(), keys)] if keys else []


def _one_by_one(frame: pd.DataFrame, kinds: list[Kind]) -> list[Any]:
    """Return a part for each column that is a transformer's whole input."""
    parts: list[Any] = []
    for j, (key, kind) in enumerate(zip(_keys(frame), kinds, strict=True)):
        if kind == "text":
            parts.append((f"text_{j}", _blocks.text(), [key]))
        elif kind == "duration":
            parts.append((f"duration_{j}", _blocks.duration(), key))
        elif kind in ("date", "written_date"):
            to_parse = is_object_dtype(frame.iloc[:, j]) or kind == "written_date"
            parts.append((f"date_{j}", _blocks.date(to_parse, kind == "written_date"), key))
    return parts


def native_categories(X: Any, *, random_state: int | None = None) -> Pipeline | None:
    """Return preprocessing that leaves categories to models which split by them.

    Categories become codes in columns of the type "category", at most 200 of a column, which
    `HistGradientBoostingClassifier` and LightGBM take as such and others as numbers. Numbers are
    filled, with indicators, and not scaled; all else is as in `preprocessing` by default.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_features)
        The table.
    random_state : int or None, default=None
        Given to each part that has one.

    Returns
    -------
    Pipeline or None
        Without choices. Fitted, it needs nothing of skhpo. None if there are no categories.
    """
    frame = as_frame(X)
    kinds = [kind_of(frame.iloc[:, j]) for j in range(frame.shape[1])]
    keys = [key for key, kind in zip(_keys(frame), kinds, strict=True) if kind in CATEGORIES]
    if not keys:
        return None
    others = preprocessing(X, random_state=random_state)
    parts: list[Any] = [("codes", _blocks.codes(), keys)]
    parts += [(name, _native(name, part), columns) for name, part, columns in others.transformers]
    parts = [part for part in parts if part[0] not in CATEGORIES]
    types = dict.fromkeys(range(len(keys)), "category")
    return Pipeline(
        [
            ("columns", ColumnTransformer(parts, sparse_threshold=0)),
            ("frame", FunctionTransformer(pd.DataFrame)),
            ("types", FunctionTransformer(methodcaller("astype", types))),
        ]
    )


def _native(name: str, part: Any) -> Any:
    values = part.get_params(deep=True)
    plain = strip(part, lambda path: values[path].value(values[path].default))
    if name == "numeric":
        plain.set_params(impute__add_indicator=True, scale="passthrough")
    return plain
