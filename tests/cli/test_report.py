"""``skhpo report`` writes a page of a journal, or serves it."""

import os
import re
import signal
import subprocess
import sys
import urllib.request

import pytest
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

from skhpo import Integer, RandomSearchCV
from skhpo.cli import main


@pytest.fixture
def journal(tmp_path):
    path = tmp_path / "search.jsonl"
    tree = DecisionTreeClassifier(random_state=0)
    search = RandomSearchCV(tree, {"max_depth": Integer(1, 12)}, n_iter=3, cv=2, journal=path)
    search.set_params(scoring=["accuracy", "f1_macro"], refit=False)
    search.fit(*load_iris(return_X_y=True))
    return path


def test_a_page_is_written(journal, capsys):
    assert main(["report", str(journal)]) == 0
    beside = journal.with_name("search.html")
    assert "best accuracy" in beside.read_text()
    assert str(beside) in capsys.readouterr().err
    output = journal.with_name("other.html")
    assert main(["report", str(journal), "--output", str(output), "--metric", "f1_macro"]) == 0
    assert "best f1_macro" in output.read_text()


def test_what_is_wrong_is_said(journal, complaint, tmp_path):
    assert "there is no such file" in complaint("report", tmp_path / "none")
    (tmp_path / "text").write_text("text")
    assert "is not a journal" in complaint("report", tmp_path / "text")
    assert "'auc' was not measured" in complaint("report", journal, "--metric", "auc")
    assert "is the journal itself" in complaint("report", journal, "--output", journal)
    missing = tmp_path / "no" / "report.html"
    assert "does not exist" in complaint("report", journal, "--output", missing)
    assert "served, not written" in complaint("report", journal, "--watch", "--output", "x")
    assert "with --watch alone" in complaint("report", journal, "--port", 8000)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process there")
def test_it_is_served_until_ctrl_c(journal):
    command = [sys.executable, "-m", "skhpo", "report", str(journal), "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as p:
        try:
            url = p.stdout.readline().strip()
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", url)
            with urllib.request.urlopen(url, timeout=60) as answer:
                assert "best accuracy" in answer.read().decode()
            os.kill(p.pid, signal.SIGINT)
            assert p.wait(60) == 0
        finally:
            p.kill()


def test_tune_reports(table, write, tmp_path):
    output = tmp_path / "report.html"
    command = ["tune", write(table), "--target", "churn", "--candidates", "2", "--quiet"]
    assert main([*command, "--models", "lda", "--report", str(output)]) == 0
    page = output.read_text()
    assert "PipelineSearchCV" in page
    assert "LinearDiscriminantAnalysis" in page
