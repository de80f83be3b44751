"""The code of the page on pipelines runs as it stands there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "doc" / "pipelines.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)


@pytest.mark.slow
def test_code_runs(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    for number, block in enumerate(BLOCKS):
        code = compile(block, f"doc/pipelines.md, block {number}", "exec")
        exec(code, names)  # noqa: S102 (our own text)
    assert names["search"].best_score_ > 0.75
    assert names["smaller"].best_score_ > 0.75
    out = capsys.readouterr().out
    assert "Tried" in out
    assert "pipeline = Pipeline(" in out
