"""The comparison of whole systems divides, scores and reports as it says."""

import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(FOLDER))  # the scripts import each other by their bare names

import automl  # noqa: E402 (needs the path)
from _automl_systems import Prepared  # noqa: E402
from _automl_tables import TABLES, interactions, rare_class  # noqa: E402


def line(system, table, seed, score, seconds):
    known = {"budget": 60.0, "metric": TABLES[table].metric, "error": None}
    return {
        "system": system,
        "table": table,
        "seed": seed,
        "score": score,
        "seconds": seconds,
    } | known


LINES = [
    line("hgb", "digits", 0, -0.2, 1.0),
    line("skhpo", "digits", 0, -0.1, 61.0),
    line("flaml", "digits", 0, None, None),
    line("hgb", "abalone", 0, 0.5, 1.0),
    line("skhpo", "abalone", 0, 0.4, 59.0),
    line("flaml", "abalone", 0, 0.6, 63.0),
    line("hgb", "abalone", 1, 0.9, 1.0),  # the others are still to come: not compared
]


def rows(text, heading):
    table = text.split(f"{heading}\n\n")[1].split("\n\n")[0].splitlines()
    cells = [[cell.strip() for cell in row.strip("| ").split("|")] for row in table]
    return {row[0]: dict(zip(cells[0][1:], row[1:], strict=True)) for row in cells[2:]}


def test_report():
    text = automl.report(LINES)
    scores = rows(text, "Mean score")
    assert scores["digits"] == {
        "metric": "neg_log_loss", "skhpo": "-0.1000", "hgb": "-0.2000", "flaml": "none"
    }  # fmt: skip
    assert scores["abalone"]["hgb"] == "0.5000"
    assert rows(text, "Mean rank")["abalone"]["skhpo"] == "3.00"
    gaps = rows(text, "Better than `hgb` by % of its score")
    assert (gaps["digits"]["skhpo"], gaps["abalone"]["skhpo"]) == ("+50.00", "-20.00")
    total = rows(text, "All")
    assert total["flaml"]["no result"] == "1"
    assert [total[name]["mean rank"] for name in ("skhpo", "hgb", "flaml")] == [
        "2.0",
        "2.0",
        "2.0",
    ]
    assert total["skhpo"]["seconds beyond the budget, mean"] == "0.0"
    assert total["skhpo"]["most"] == "1.0"


def test_generated_tables_are_what_they_say_and_the_same_again():
    X, y = rare_class(4000)
    assert y.mean() == 0.05
    assert X.isna().any().sum() == 5
    assert X["c4"].nunique() > 40
    assert X.equals(rare_class(4000)[0])
    X, y = interactions(2000)
    assert X.isna().any().sum() == 2
    # what is left when all is known is the noise, of variance 4
    assert 1 - 4 / y.var() > 0.85


def test_scores_of_known_predictions():
    even = np.full((4, 4), 0.25)
    assert automl.score(TABLES["digits"], np.arange(4), even) == pytest.approx(-np.log(4))
    sure = np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]])
    assert automl.score(TABLES["german_credit"], np.array([0, 1, 1]), sure) == 1.0
    assert automl.score(TABLES["abalone"], np.arange(3), np.ones(3)) == 0.0


def test_preparation_is_fitted_on_training_rows_alone():
    system = Prepared(TABLES["rare_class"], 1.0, 0)
    X, _ = rare_class(600)
    train, test = X[:500], X[500:].assign(c0="new")
    Z = system.numbers(train)
    assert np.isfinite(Z).all()
    assert system.preparation.transform(test).shape == (100, Z.shape[1])
