"""Writers are killed at random moments, and nothing that was acknowledged is lost."""

import os

import pytest

from benchmarks.journal_kill import tally_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL"),
]


@pytest.mark.parametrize(("writers", "rounds"), [(1, 6), (2, 7)])
def test_what_is_acknowledged_survives_its_writer(tmp_path, writers, rounds):
    tally = tally_of(tmp_path, rounds=rounds, writers=writers, seed=writers)
    assert tally.kills == writers * rounds
    assert tally.acknowledged > rounds
    assert (tally.lost, tally.doubled, tally.unreadable) == (0, 0, 0)
