"""What racing saves, and whether it finds the winner, on stored tables of fold scores."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.racing import measure
from skhpo.schedules.racing import Racing

STORE = Path(__file__).parent / "data" / "fold_scores.npz"


@pytest.fixture(scope="module")
def tables():
    """Every fifth table: all data sets and metrics, most families of models."""
    with np.load(STORE) as stored:
        return {name: stored[name].astype(float) for name in list(stored)[::5]}


def replayed(racing, tables, n_folds, n_orders=6):
    saved, same, loss = np.mean(list(measure(racing, tables, n_folds, n_orders).values()), axis=0)
    return saved, same, loss


def test_tables_are_complete_and_small():
    with np.load(STORE) as stored:
        assert len(stored.files) >= 60
        assert all(table.shape == (50, 10) for table in stored.values())
        assert all(np.isfinite(table).all() for table in stored.values())
    assert STORE.stat().st_size < 200_000


@pytest.mark.slow
@pytest.mark.parametrize(("n_folds", "least_saved"), [(10, 0.5), (5, 0.35)])
def test_default_saves_half_of_the_fits_and_finds_the_winner(tables, n_folds, least_saved):
    saved, same, loss = replayed(Racing(), tables, n_folds)
    assert saved >= least_saved
    assert same >= 0.95
    assert loss <= 0.0002


@pytest.mark.slow
@pytest.mark.parametrize("n_folds", [10, 5])
def test_the_check_has_power(tables, n_folds):
    _, same, loss = replayed(Racing(rule="aggressive"), tables, n_folds)
    assert same < 0.9
    assert loss > 0.0002
