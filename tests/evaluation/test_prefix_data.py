"""Copies are like the originals, and only the same is the same."""

import copy

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy.sparse import coo_matrix, csc_array, csr_array, csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from skhpo.evaluation._prefix_data import copied, is_copyable, n_bytes, same_content

A = np.random.default_rng(0).normal(size=(50, 4))
WIDE = csr_array(A)
WIDE.indices = WIDE.indices.astype(np.int64)
DATA = {
    "rows": A,
    "columns": np.asfortranarray(A),
    "float32": A.astype(np.float32)[:, :3].copy(),
    "bool": A > 0,
    "empty": A[:0].copy(),
    "strings": np.array(["a", "b"]),
    "objects": np.array([["a", None], [1.0, np.nan]], dtype=object),
    "csr": csr_matrix(A),
    "csc": csc_array(A),
    "wide indices": WIDE,
    "texts": ["a", "b"],
    "one block": pd.DataFrame(A, columns=list("abcd")),
    "mixed frame": pd.DataFrame({"a": [1.5, 2.5], "b": ["x", "y"], "c": pd.Categorical([1, 2])}),
    "polars": pl.DataFrame({"a": [1.5, None]}),
}


@pytest.mark.parametrize("name", DATA)
def test_copies_are_the_same_but_not_shared(name):
    data = DATA[name]
    twin = copied(data)
    assert is_copyable(data)
    assert twin is not data
    assert type(twin) is type(data)
    assert same_content(twin, data)
    assert n_bytes(twin) == n_bytes(data)


@pytest.mark.parametrize("name", ["rows", "csr", "csc", "one block", "texts"])
def test_writing_into_a_copy_leaves_the_original(name):
    data = DATA[name]
    before, twin = copied(data), copied(data)
    if isinstance(twin, list):
        twin[0] = "other"
    elif hasattr(twin, "iloc"):
        twin.iloc[0, 0] = 99.0
    elif hasattr(twin, "indices"):
        twin.data[0] = 99.0
    else:
        twin[0, 0] = 99.0
    assert same_content(before, data)
    assert not same_content(twin, data)


@pytest.mark.parametrize("order", ["C", "F"])
def test_layout_of_frames_survives(order):
    frame = pd.DataFrame(np.array(A, order=order))
    assert copied(frame).to_numpy().strides == frame.to_numpy().strides


def test_type_of_indices_survives():
    assert copied(WIDE).indices.dtype == np.int64


@pytest.mark.parametrize(
    "data",
    [
        A[:, ::2],
        np.broadcast_to(1.0, (3, 3)),
        A.view(np.recarray),
        np.array([[1], [1, 2]], dtype=object),
        [["tokens"]],
        coo_matrix(A),
        pd.DataFrame({"a": [[1], [2]]}),
        "text",
        iter([]),
    ],
    ids=["strided", "read-only", "subclass", "lists", "nested", "coo", "frame", "str", "iterator"],
)
def test_no_copies_of_what_might_not_be_equal(data):
    assert not is_copyable(data)


def test_differences_are_seen():
    twins = [
        (A, A.tolist()),
        (A, np.asfortranarray(A)),
        (A, A[:-1]),
        (np.array([0.0]), np.array([-0.0])),
        (np.array([1]), np.array([1.0])),
        (np.array(["a"], dtype=object), np.array(["b"], dtype=object)),
        (csr_matrix(A), csr_matrix(2 * A)),
        (csr_matrix(A), csr_matrix(A[:, :3])),
        (["a"], ["a", "a"]),
        (pd.DataFrame(A), pd.DataFrame(A + 1)),
        (A[:, ::2], A[:, ::2]),  # cannot be told cheaply
        (iter([]), iter([])),
    ]
    assert not any(same_content(one, other) for one, other in twins)


def test_same_nan():
    assert same_content(np.array([np.nan]), np.array([np.nan]))


def test_sizes():
    assert n_bytes(A) == A.nbytes
    words = [f"word{i}" for i in range(10_000)]
    vectorizer = TfidfVectorizer().fit([" ".join(words)])
    vocabulary = n_bytes(vectorizer)
    assert 1_000_000 < vocabulary < 4_000_000
    assert n_bytes(copy.deepcopy(vectorizer)) == pytest.approx(vocabulary, rel=0.1)
    assert n_bytes(np.array(words, dtype=object)) > 10_000 * 50
    endless: list = []
    endless.append(endless)
    assert n_bytes(endless) > 0
