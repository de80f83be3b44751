"""Equal keys mean equal fits; what cannot be told has no key."""

import functools
import random

import numpy as np
import pytest
from sklearn import clone
from sklearn.base import BaseEstimator
from sklearn.compose import make_column_transformer
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import RFECV, SelectFromModel
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler, TargetEncoder

from skhpo.evaluation._prefix_key import UnknownContentError, key_of


class Holder(BaseEstimator):
    def __init__(self, value):
        self.value = value


class OwnAttribute(StandardScaler):
    """Keeps something beside its parameters."""

    extra = None


class Slotted(BaseEstimator):
    __slots__ = ("hidden",)


def module_function(X):
    return X


KNOWN = [
    TfidfVectorizer(ngram_range=(1, 2), dtype=np.float32, stop_words=["a", "b"]),
    TfidfVectorizer(vocabulary=[f"w{i}" for i in range(100)]),
    TfidfVectorizer(vocabulary={f"w{i}": i for i in range(100)}),
    make_column_transformer((StandardScaler(), slice(2)), (StandardScaler(), ["a", 3])),
    make_pipeline(StandardScaler(), PCA(random_state=3)),
    PCA(random_state=np.int64(3)),
    FunctionTransformer(np.log1p),
    FunctionTransformer(lambda X: X),
    Holder(open),
    FunctionTransformer(functools.partial(module_function)),
    SelectFromModel(LogisticRegression(random_state=0)),
    Holder({"a": [1.5, None, b"x", {1, 2}], "b": np.arange(3)}),
    Holder(float("nan")),
    Holder(np.float64(1)),
]


@pytest.mark.parametrize("estimator", KNOWN, ids=lambda e: type(e).__name__)
def test_clones_have_the_same_key(estimator):
    key = key_of(clone(estimator))
    assert key == key_of(clone(estimator))
    assert hash(key) == hash(key_of(clone(estimator)))


def test_different_contents_have_different_keys():
    values = [0, 0.0, -0.0, False, None, "", b"", "0", (), [], {}, np.float64(0), np.int64(0)]
    values += [np.zeros(1), np.zeros(2), np.zeros(1, int), [0], (0,), [0.0], {0: 0}, {0}, int, abs]
    values += [np.zeros((1, 2), order="C"), list(range(99)), tuple(range(99)), list(range(98))]
    keys = [key_of(Holder(value)) for value in values] + [key_of(estimator) for estimator in KNOWN]
    assert len(set(keys)) == len(keys)


def test_what_a_clone_keeps_beside_parameters_is_part_of_the_key():
    plain, pandas = StandardScaler(), StandardScaler().set_output(transform="pandas")
    assert key_of(plain) != key_of(pandas)
    own = OwnAttribute()
    own.extra = 1
    assert key_of(own) != key_of(OwnAttribute())


@pytest.mark.parametrize(
    "estimator",
    [
        PCA(),
        PCA(random_state=np.random.RandomState(0)),  # noqa: TID251 (what users have)
        make_pipeline(StandardScaler(), PCA()),
        make_column_transformer((PCA(), [0])),
        SelectFromModel(RandomForestClassifier()),
        RFECV(LogisticRegression(random_state=0), cv=KFold(shuffle=True)),
        Holder([np.random.default_rng(0)]),
        Holder([random.Random(0)]),
        Holder([{"deep": PCA()}] * 40),
        TargetEncoder(),
    ],
    ids=lambda e: type(e).__name__,
)
def test_random_without_a_seed_has_no_key(estimator):
    with pytest.raises(UnknownContentError):
        key_of(estimator)


@pytest.mark.parametrize(
    "estimator",
    [
        StandardScaler(copy=False),
        Holder(iter(lambda: 0, 1)),
        Holder(functools.partial(lambda X: X)),
        Slotted(),
    ],
    ids=["in place", "iterator", "partial of a lambda", "slots"],
)
def test_what_cannot_be_told_has_no_key(estimator):
    with pytest.raises(UnknownContentError):
        key_of(estimator)


def test_estimators_with_an_equality_of_their_own():
    class Frozen(BaseEstimator):
        def __sklearn_clone__(self):
            return self

    class Equal(Frozen):
        def __eq__(self, other):
            return True

        __hash__ = Frozen.__hash__

    frozen = Frozen()
    assert key_of(frozen) is frozen
    with pytest.raises(UnknownContentError, match="equality"):
        key_of(Equal())
