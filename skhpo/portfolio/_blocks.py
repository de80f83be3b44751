"""What is done with the columns of each kind.

Steps are parts of scikit-learn, and functions of pandas, NumPy and the standard library that
pickle by name: a fitted pipeline runs where skhpo is not installed.
"""

from operator import attrgetter, methodcaller
from typing import Any, Literal

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)

from skhpo.portfolio._target import FOLDS
from skhpo.portfolio._versions import TARGET_ENCODER_SEED_IN_CV
from skhpo.space import Choice, Integer, Real, When

MISSING = "(missing)"
CALENDAR = attrgetter("year", "month", "day", "day_of_week", "hour")
MOST_QUANTILES = 2000
MOST_CODES = 200  # gradient boosting by histograms takes up to 255 categories
TargetType = Literal["binary", "multiclass", "continuous"]


def numeric(n_rows: int, has_missing: bool, to_convert: bool, random_state: Any) -> Pipeline:
    """Return what is done with numbers.

    Parameters
    ----------
    n_rows : int
        Of the table.
    has_missing : bool
        Whether values are missing; if not, how to fill them is no choice.
    to_convert : bool
        Whether some are not plain numbers of NumPy.
    random_state : int or None
        Of the quantiles.

    Returns
    -------
    Pipeline
        Filling, scaling.
    """
    options: dict[str, Any] = {"strategy": "median"}
    if has_missing:
        options["strategy"] = Choice("median", "mean", "most_frequent")
        options["add_indicator"] = Choice(False, True)
    fill = SimpleImputer(keep_empty_features=True, **options)
    steps = _to_numbers() if to_convert else []
    return Pipeline([*steps, ("impute", fill), ("scale", _scalers(n_rows, random_state))])


def boolean() -> Pipeline:
    """Return what is done with booleans: 0 and 1, the more frequent where missing, and scaled."""
    fill = SimpleImputer(strategy="most_frequent", keep_empty_features=True)
    scale = Choice("passthrough", StandardScaler(), names=["none", "standard"])
    return Pipeline([*_to_numbers(), ("impute", fill), ("scale", scale)])


def low(target: TargetType | None, random_state: Any) -> Pipeline:
    """Return what is done with few categories, missing being one of them."""
    one_hot = _one_hot(min_frequency=Real(1e-4, 0.5, log=True))
    encoders = {"one_hot": one_hot, "codes": _codes()}
    if target is not None:
        encoders["target"] = _by_target(target, random_state)
    return Pipeline([*_to_strings(), ("encode", Choice(*encoders.values(), names=[*encoders]))])


def high(target: TargetType | None, random_state: Any) -> Pipeline:
    """Return what is done with many categories, missing being one of them."""
    encoders = {} if target is None else {"target": _by_target(target, random_state)}
    encoders["one_hot"] = _one_hot(max_categories=Integer(10, 100, log=True))
    encoders["codes"] = _codes()
    return Pipeline([*_to_strings(), ("encode", Choice(*encoders.values(), names=[*encoders]))])


def codes() -> Pipeline:
    """Return codes of categories: of the most frequent, and of all others together."""
    encode = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, max_categories=MOST_CODES
    )
    return Pipeline([*_to_strings(), ("encode", encode)])


def text() -> Pipeline:
    """Return what is done with one column of text."""
    words = When("word", ngram_range=Choice((1, 1), (1, 2), (1, 3)))
    letters = When("char", ngram_range=Choice((1, 2), (1, 3), (1, 4)))
    weigh = TfidfVectorizer(
        analyzer=Choice(words, letters), max_features=Integer(32, 512, log=True)
    )
    return Pipeline([*_to_strings(), ("flat", FunctionTransformer(np.ravel)), ("tfidf", weigh)])


def date(to_parse: bool, is_written: bool) -> Pipeline:
    """Return what is done with one column of dates: parts of the calendar, and days elapsed."""
    how: dict[str, Any] = {"errors": "coerce", "utc": True}
    if is_written:
        how["format"] = "ISO8601"
    parse = [("parse", FunctionTransformer(pd.to_datetime, kw_args=how))] if to_parse else []
    calendar = [
        ("parts", FunctionTransformer(CALENDAR)),
        ("join", FunctionTransformer(np.column_stack)),
    ]
    elapsed = [
        ("days", FunctionTransformer(methodcaller("to_julian_date"))),
        ("join", FunctionTransformer(pd.DataFrame)),
    ]
    parts = FeatureUnion([("calendar", Pipeline(calendar)), ("elapsed", Pipeline(elapsed))])
    return Pipeline(
        [*parse, ("index", FunctionTransformer(pd.DatetimeIndex)), ("parts", parts), *_filled()]
    )


def duration() -> Pipeline:
    """Return what is done with one column of durations: seconds."""
    return Pipeline(
        [
            ("index", FunctionTransformer(pd.TimedeltaIndex)),
            ("seconds", FunctionTransformer(methodcaller("total_seconds"))),
            ("join", FunctionTransformer(pd.DataFrame)),
            *_filled(),
        ]
    )


def _filled() -> list[tuple[str, Any]]:
    fill = SimpleImputer(strategy="median", keep_empty_features=True)
    scale = Choice(StandardScaler(), "passthrough", names=["standard", "none"])
    return [("impute", fill), ("scale", scale)]


def _one_to_one(function: Any, **kwargs: Any) -> FunctionTransformer:
    return FunctionTransformer(function, kw_args=kwargs, feature_names_out="one-to-one")


def _to_numbers() -> list[tuple[str, Any]]:
    """Return steps from booleans, objects and the nullable types of pandas to plain numbers."""
    values = methodcaller("to_numpy", dtype=object, na_value=np.nan)
    return [
        ("frame", _one_to_one(pd.DataFrame)),
        ("values", _one_to_one(values)),
        ("numbers", _one_to_one(np.asarray, dtype="float64")),
    ]


def _to_strings() -> list[tuple[str, Any]]:
    """Return steps from categories of any type to plain strings."""
    values = methodcaller("to_numpy", dtype=object, na_value=MISSING)
    return [
        ("frame", _one_to_one(pd.DataFrame)),
        ("strings", _one_to_one(methodcaller("astype", "string"))),
        ("values", _one_to_one(values)),
    ]


def _scalers(n_rows: int, random_state: Any) -> Choice:
    most = max(20, min(MOST_QUANTILES, n_rows // 2))
    quantiles = QuantileTransformer(
        n_quantiles=Integer(10, most, log=True),
        output_distribution=Choice("normal", "uniform"),
        random_state=random_state,
    )
    ranges = ((25.0, 75.0), (10.0, 90.0), (5.0, 95.0), (1.0, 99.0))
    scalers = {
        "standard": StandardScaler(),
        "robust": RobustScaler(quantile_range=Choice(*ranges)),
        "quantiles": quantiles,
        "power": PowerTransformer(),
        "min_max": MinMaxScaler(),
        "none": "passthrough",
    }
    return Choice(*scalers.values(), names=[*scalers])


def _one_hot(**ranges: Any) -> Any:
    return OneHotEncoder(handle_unknown="infrequent_if_exist", sparse_output=False, **ranges)


def _codes() -> Any:
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    return Pipeline([("codes", codes), ("scale", StandardScaler())])


def _by_target(target: TargetType, random_state: Any) -> Any:
    options: dict[str, Any] = {"random_state": random_state}
    if TARGET_ENCODER_SEED_IN_CV:
        folds = KFold if target == "continuous" else StratifiedKFold
        options = {"cv": folds(FOLDS, shuffle=True, random_state=random_state)}
    smooth = Choice("auto", Real(1.0, 1000.0, log=True))
    encode = TargetEncoder(target_type=target, smooth=smooth, **options)
    return Pipeline([("target", encode), ("scale", StandardScaler())])
