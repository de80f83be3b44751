"""The payload arrives whole, once a process, and nobody's writing reaches anybody else."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from skhpo.evaluation import _payload
from skhpo.evaluation._payload import Payload, PayloadMissing, Ticket, redeem


@pytest.fixture(autouse=True)
def _forget():
    _payload._loaded.clear()
    yield
    _payload._loaded.clear()


@pytest.fixture
def content():
    class Local:  # only cloudpickle can ship it
        value = 3

    rng = np.random.default_rng(0)
    return {
        "array": rng.normal(size=(50, 3)),
        "fortran": np.asfortranarray(rng.normal(size=(4, 5))),
        "strided": rng.normal(size=(10, 10))[::2],
        "empty": np.empty((0, 3)),
        "frame": pd.DataFrame({"a": [1.0, 2.0], "b": ["x", None]}),
        "sparse": sp.random(20, 20, density=0.2, format="csr", random_state=0),
        "objects": np.array([None, (1, 2)], dtype=object),
        "local": Local,
    }


@pytest.mark.parametrize("whole", [False, True])
def test_everything_arrives(content, whole):
    payload = Payload(content)
    got = redeem(replace(payload.ticket, content=payload.content.tobytes() if whole else None))
    payload.close()
    for name in ("array", "fortran", "strided", "empty"):
        np.testing.assert_array_equal(got[name], content[name])
    pd.testing.assert_frame_equal(got["frame"], content["frame"])
    assert (got["sparse"] != content["sparse"]).nnz == 0
    assert got["objects"].tolist() == [None, (1, 2)]
    assert got["local"]().value == 3


def test_a_process_loads_it_once(content):
    payload = Payload(content)
    first = redeem(payload.ticket)
    payload.close()
    assert redeem(Ticket(payload.token, path="")) is first


def test_arrays_can_be_written_to_and_the_file_stays(content):
    payload = Payload(content)
    got = redeem(payload.ticket)
    got["array"][:] = 0
    _payload._loaded.clear()
    np.testing.assert_array_equal(redeem(payload.ticket)["array"], content["array"])
    payload.close()


def test_only_one_payload_is_kept(content):
    first, second = Payload(content), Payload({"a": 1})
    redeem(first.ticket)
    redeem(second.ticket)
    assert list(_payload._loaded) == [second.token]
    first.close()
    second.close()


def test_a_missing_file_is_said(content):
    payload = Payload(content)
    payload.close()
    with pytest.raises(PayloadMissing):
        redeem(payload.ticket)
