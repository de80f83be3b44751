"""The commands of the page on the command line run as they stand there."""

import json
import re
import shlex
from pathlib import Path

import pandas as pd
import pytest

from skhpo.cli import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "doc" / "command_line.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.M | re.S)
COMMANDS = [line for block in BLOCKS for line in block.replace("\\\n", "").splitlines()]


def test_there_are_commands_to_run():
    assert [shlex.split(line)[:2] for line in COMMANDS] == [
        ["skhpo", "tune"],
        ["skhpo", "predict"],
        ["skhpo", "journal"],
        ["skhpo", "journal"],
        ["skhpo", "report"],
    ]


@pytest.mark.slow
def test_commands_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    for line in COMMANDS:
        # only the budget is another one
        few = line.replace("--time 300", "--candidates 4 --models lda,logistic_regression")
        assert main(shlex.split(few)[1:]) == 0
    out = capsys.readouterr().out
    assert "rows that were held out" in out
    assert json.loads(out[out.rindex("\n{\n") :])["candidates"] == 4
    predictions = pd.read_csv("predictions.csv")
    assert [*predictions.columns] == ["prediction"]
    credit = pd.read_csv(ROOT / "examples" / "data" / "german_credit.csv")
    assert (predictions["prediction"] == credit["target"]).mean() > 0.72
    assert "PipelineSearchCV in search.jsonl" in Path("report.html").read_text()
    names = {}
    exec(Path("model.py").read_text(), names)  # noqa: S102 (our own text)
    assert hasattr(names["pipeline"], "fit")


def test_the_complaint_is_the_one_of_the_page(capsys):
    data = str(ROOT / "examples" / "data" / "german_credit.csv")
    assert main(["tune", data, "--target", "tarqet"]) == 2
    assert capsys.readouterr().err.strip() in PAGE
