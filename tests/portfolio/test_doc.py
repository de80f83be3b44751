"""The code of the page runs as it stands there."""

import re
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "doc" / "portfolio.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
OUTPUT = re.search(r"^```text\n(.*?)^```", PAGE, re.M | re.S)[1]


@pytest.mark.slow
def test_code_runs(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for number, block in enumerate(BLOCKS):
            code = compile(block, f"doc/portfolio.md, block {number}", "exec")
            exec(code, names)  # noqa: S102 (our own text)
    assert names["search"].best_score_ > 0.7
    assert OUTPUT in capsys.readouterr().out
