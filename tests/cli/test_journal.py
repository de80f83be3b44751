"""``skhpo journal show`` says what stands in a journal."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

from skhpo import HyperbandSearchCV, Integer, RandomSearchCV, load_journal
from skhpo.cli import main

X, y = load_iris(return_X_y=True)
SPACE = {"max_depth": Integer(1, 6), "min_samples_leaf": Integer(1, 30)}
TREE = DecisionTreeClassifier(random_state=0)


@pytest.fixture
def search(tmp_path):
    path = str(tmp_path / "search.jsonl")
    return RandomSearchCV(TREE, SPACE, n_iter=12, cv=2, random_state=0, journal=path).fit(X, y)


def summary(path, capsys, *options):
    assert main(["journal", "show", str(path), "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)


def test_summary_is_that_of_the_search(search, capsys):
    found = summary(search.journal, capsys)
    assert found["candidates"] == 12
    assert found["status"] == {"ok": 12}
    assert found["best"]["score"] == search.best_score_
    assert found["best"]["params"] == search.best_params_
    scores = np.sort(search.cv_results_["mean_test_score"])[::-1][:10]
    assert [entry["score"] for entry in found["leaderboard"]] == scores.tolist()
    times = search.cv_results_["mean_fit_time"] + search.cv_results_["mean_score_time"]
    assert found["seconds"] == pytest.approx(2 * times.sum(), rel=0.01, abs=2e-3)


def test_text(search, capsys):
    assert main(["journal", "show", search.journal]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "12 candidates: 12 ok"
    assert lines[2] == f"best score: {search.best_score_:.6g} (candidate {search.best_index_})"
    assert len(lines) == 15
    assert "max_depth=" in lines[5]


def test_csv_holds_all_candidates(search, capsys):
    assert main(["journal", "show", search.journal, "--csv"]) == 0
    frame = pd.read_csv(io.StringIO(capsys.readouterr().out))
    expected = load_journal(search.journal)
    assert [*frame.columns] == [*expected.columns]
    np.testing.assert_allclose(frame["mean_test_score"], expected["mean_test_score"])


def test_a_torn_journal(search, tmp_path, capsys):
    content = (tmp_path / "search.jsonl").read_bytes()
    torn = tmp_path / "torn.jsonl"
    torn.write_bytes(content[: len(content) * 2 // 3])
    found = summary(torn, capsys)
    assert 0 < found["status"]["ok"] < 12
    assert found["best"] is not None


def test_only_a_header(search, tmp_path, capsys):
    first = (tmp_path / "search.jsonl").read_bytes().split(b"\n")[0] + b"\n"
    (tmp_path / "begun.jsonl").write_bytes(first)
    assert summary(tmp_path / "begun.jsonl", capsys)["best"] is None
    assert main(["journal", "show", str(tmp_path / "begun.jsonl")]) == 0
    assert "no candidate is complete" in capsys.readouterr().out


def test_several_scores(tmp_path, capsys):
    path = str(tmp_path / "s.jsonl")
    scoring = ["accuracy", "neg_log_loss"]
    search = RandomSearchCV(
        TREE, SPACE, n_iter=5, cv=2, random_state=0, scoring=scoring, refit=False, journal=path
    ).fit(X, y)
    found = summary(path, capsys, "--metric=neg_log_loss")
    assert found["metrics"] == scoring
    assert found["best"]["score"] == search.cv_results_["mean_test_neg_log_loss"].max()
    assert main(["journal", "show", path, "--metric=accurcy"]) == 2
    assert "the nearest: 'accuracy'" in capsys.readouterr().err


def test_most_of_the_resource_stands_first(tmp_path, capsys):
    path = str(tmp_path / "s.jsonl")
    HyperbandSearchCV(TREE, SPACE, cv=2, random_state=0, journal=path, min_resources=20).fit(X, y)
    board = summary(path, capsys)["leaderboard"]
    frame = load_journal(path)
    assert board[0]["n_resources"] == frame["n_resources"].max()
    keys = [(entry["n_resources"], entry["score"]) for entry in board]
    assert keys == sorted(keys, reverse=True)
    assert main(["journal", "show", path]) == 0
    assert "n_resources" in capsys.readouterr().out


def test_what_is_no_journal(tmp_path, complaint):
    assert "there is no such file" in complaint("journal", "show", tmp_path / "s.jsonl")
    (tmp_path / "s.jsonl").write_text("a,b\n1,2\n")
    assert "is not a journal" in complaint("journal", "show", tmp_path / "s.jsonl")
