"""The code of the page on nested cross-validation runs as it stands there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "doc" / "nested.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)


@pytest.mark.slow
def test_code_runs(capsys):
    names: dict[str, object] = {}
    for number, block in enumerate(BLOCKS):
        code = compile(block, f"doc/nested.md, block {number}", "exec")
        exec(code, names)  # noqa: S102 (our own text)
    assert names["result"].scores_["outer_score"].mean() > 0.95
    out = capsys.readouterr().out
    assert "10 outer folds (2 repeats of 5)" in out
    assert "bootstrap BCa" in out
    assert "Probabilities(better=" in out
