"""What readers see of a journal: a row a candidate and amount, finished or not."""

import numpy as np
import pytest

from skhpo.journal import Journal, SearchLog, read_trials
from skhpo.trial import Candidate, Outcome, Trial

POINT = np.array([0.25, np.nan])


@pytest.fixture
def written(tmp_path):
    """Return a function that writes events and reads the rows."""

    def rows(*events, **header):
        path = tmp_path / "search.jsonl"
        with Journal(path, {"n_splits": 2, **header}) as journal:
            log = SearchLog(journal)
            for event in events:
                if isinstance(event, Outcome):
                    log.log_outcome(event)
                elif event.is_dropped:
                    log.log_dropped(event)
                else:
                    log.log_opening(event)
        return read_trials(path)

    return rows


def opening(number=0, resource=None, rung=0, bracket=0):
    candidate = Candidate(number, POINT, {"C": 0.5})
    return Trial(candidate, resource=resource, rung=rung, bracket=bracket)


def test_all_splits_together(written):
    [row] = written(
        opening(),
        Outcome(0, 1, "ok", 0.5, fit_time=2.0, score_time=0.25, ended=3.0),
        Outcome(0, 0, "ok", {"auc": 0.75}, fit_time=1.0, score_time=0.5),
    )
    assert (row["writer"], row["candidate"], row["status"], row["error"]) == (
        "main",
        0,
        "ok",
        None,
    )
    np.testing.assert_array_equal(row["x"], POINT)
    assert (row["n_splits_evaluated"], row["fit_time"], row["score_time"]) == (2, 3.0, 0.75)
    assert row["scores"] == {"score": {1: 0.5}, "auc": {0: 0.75}}
    assert row["fits"] == {1: (2.25, 3.0, "ok"), 0: (1.5, None, "ok")}
    assert "is_dropped" not in row


def test_one_whose_splits_are_missing_is_running_unless_it_has_lost(written):
    lost = opening(1)
    lost.is_dropped = True
    rows = written(
        opening(0), Outcome(0, 0, "ok", 0.5), opening(1), Outcome(1, 0, "ok", 0.1), lost
    )
    assert [row["status"] for row in rows] == ["running", "dropped"]


def test_the_first_failure_is_the_status(written):
    [row] = written(
        opening(),
        Outcome(0, 0, "failed", np.nan, error="first"),
        Outcome(0, 1, "timeout", np.nan, error="second"),
    )
    assert (row["status"], row["error"]) == ("failed", "first")


@pytest.mark.parametrize(("resource", "n_splits"), [("n_samples", [2, 2]), ("n_splits", [1, 2])])
def test_one_that_goes_on_has_a_row_for_each_amount(written, resource, n_splits):
    """Only where splits are rationed do those of the rung below count for the next."""
    again = resource == "n_samples"
    rows = written(
        opening(resource=1, bracket=3),
        Outcome(0, 0, "ok", 0.25, fit_time=1.0, resource=1),
        *[Outcome(0, 1, "ok", 0.5, fit_time=1.0, resource=1)] * again,
        opening(resource=2, rung=1, bracket=3),
        *[Outcome(0, 0, "ok", 0.75, fit_time=4.0, resource=2)] * again,
        Outcome(0, 1, "ok", 0.5, fit_time=4.0, resource=2),
        resource=resource,
    )
    assert [row["n_splits_evaluated"] for row in rows] == n_splits
    assert [row["status"] for row in rows] == ["ok", "ok"]
    places = [(row["n_resources"], row["rung"], row["bracket"]) for row in rows]
    assert places == [(1, 0, 3), (2, 1, 3)]
    assert rows[1]["scores"]["score"] == {0: 0.75 if again else 0.25, 1: 0.5}
    assert rows[1]["fit_time"] == (8.0 if again else 5.0)
    assert 1 not in rows[0]["scores"]["score"] or again  # a rung below is not written to
    assert rows[1]["params"] == {"C": 0.5}


def test_records_of_unknown_candidates_are_passed_over(written):
    rows = written(opening(5, resource=2, rung=1), Outcome(7, 0, "ok", 0.5), opening(0))
    assert [row["candidate"] for row in rows] == [0]
