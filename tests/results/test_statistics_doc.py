"""The code of the page on statistics runs as it stands there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "doc" / "statistics.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)


@pytest.mark.slow
def test_code_runs(capsys):
    names: dict[str, object] = {}
    for number, block in enumerate(BLOCKS):
        code = compile(block, f"doc/statistics.md, block {number}", "exec")
        exec(code, names)  # noqa: S102 (our own text)
    assert names["simple"].best_score_ <= names["search"].best_score_
    assert "cannot be told from the best" in capsys.readouterr().out
