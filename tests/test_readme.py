"""The code of the README runs as it stands there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)


def test_there_is_code_to_run():
    assert BLOCKS


@pytest.mark.slow
def test_code_runs(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    for number, block in enumerate(BLOCKS):
        exec(compile(block, f"README.md, block {number}", "exec"), names)  # noqa: S102 (our own text)
    assert names["search"].best_score_ > 0.75
    assert "model" in capsys.readouterr().out
