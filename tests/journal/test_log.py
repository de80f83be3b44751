"""A search comes back from its journal as it went in."""

import base64
import zlib
from dataclasses import astuple, fields

import numpy as np
import pytest

from skhpo.journal import Journal, SearchLog
from skhpo.journal._arrays import decoded, encoded
from skhpo.trial import Candidate, Opening, Outcome, Trial

POINT = np.array([0.25, np.nan, 1.0])  # the second parameter is inactive
CANDIDATE = Candidate(0, POINT, {"a": 0.5, "kernel": {"rbf"}})
OUTCOMES = [
    Outcome(0, 0, "ok", 0.5),
    Outcome(0, 1, "ok", {"auc": 0.5, "f1": np.float64(0.25)}, {"auc": 1.0, "f1": 1.0}),
    Outcome(0, 2, "failed", float("nan"), error="ValueError: no", fitted=False, ended=3.5),
    Outcome(0, 3, "ok", 0.5, 0.75, 2.0, 0.125, resource=9, curve={3: 0.25, 9: {"auc": 0.5}}),
    Outcome(0, 4, "ok", 0.5, predictions={"predict": np.array([[1.5, -0.0]], dtype=np.float32)}),
]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "search.jsonl"


@pytest.fixture
def journal(path):
    with Journal(path, {"format": 1}) as journal:
        yield journal


def reopened(path):
    return Journal(path, {"format": 1})


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: str(outcome.split))
def test_outcomes_come_back_whole(path, outcome):
    with Journal(path, {"format": 1}) as journal:
        SearchLog(journal).log_outcome(outcome)
    with reopened(path) as journal:
        [back] = SearchLog(journal).events()
    for field in fields(Outcome):
        np.testing.assert_equal(getattr(back, field.name), getattr(outcome, field.name))


@pytest.mark.parametrize("place", [{}, {"resource": 9, "rung": 0, "bracket": 2}])
def test_openings_come_back(path, place):
    with Journal(path, {"format": 1}) as journal:
        SearchLog(journal).log_opening(Trial(CANDIDATE, **place))
    with reopened(path) as journal:
        [back] = SearchLog(journal).events()
    np.testing.assert_array_equal(back.x, POINT)
    assert (back.candidate, back.resource, back.bracket) == (
        0,
        place.get("resource"),
        place.get("bracket", 0),
    )


def test_a_promotion_names_no_point(path):
    with Journal(path, {"format": 1}) as journal:
        SearchLog(journal).log_opening(Trial(CANDIDATE, resource=9, rung=1, bracket=2))
    with reopened(path) as journal:
        [back] = SearchLog(journal).events()
    assert astuple(back) == astuple(Opening(0, None, 9, 1, 2))


def test_values_that_json_does_not_know_are_text_for_people(path, journal):
    SearchLog(journal).log_opening(Trial(CANDIDATE))
    with reopened(path) as again:
        assert again.records[0]["params"] == {"a": 0.5, "kernel": "{'rbf'}"}


def test_another_process_learns_what_was_measured_and_replays_nothing(path, journal):
    log = SearchLog(journal)
    log.log_opening(Trial(CANDIDATE))
    log.log_outcome(OUTCOMES[2])
    log.log_dropped(Trial(CANDIDATE, resource=9))
    with reopened(path) as second:
        assert not second.is_owner
        seen = SearchLog(second)
        assert not seen.is_new
        assert list(seen.events()) == []
        [point] = seen.settings_elsewhere()
        np.testing.assert_array_equal(point, POINT)
        [known] = seen.known(Candidate(7, POINT, {}))
        assert (known.candidate, known.split, known.status) == (7, 2, "failed")
        assert known.ended is None  # by a clock of another process
        assert seen.known(Candidate(7, np.zeros(3), {})) == []


def test_a_new_journal_is_new(journal):
    assert SearchLog(journal).is_new


def test_arrays_that_hold_references_are_not_written():
    assert encoded({"a": np.zeros(2), "b": np.array(["x"], dtype=object)}) is None


def content(data):
    return base64.b64encode(zlib.compress(data)).decode()


@pytest.mark.parametrize(
    "parts",
    [
        ["|O", [1], content(bytes(8))],
        ["<f8", [2], content(bytes(8))],  # too short
        ["<f8", [1], base64.b64encode(b"never compressed").decode()],
        ["<f8", [1], "no base64!"],
        ["<f8", [1]],
        ["no dtype", [1], content(bytes(8))],
    ],
)
def test_damaged_arrays_are_none_rather_than_an_error(parts):
    assert decoded({"predict": parts}) is None
    assert decoded([parts]) is None
