"""The code of the page on splitters runs as it stands there."""

import re
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "doc" / "splitters.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)


@pytest.mark.slow
def test_code_runs(capsys):
    names: dict[str, object] = {}
    for number, block in enumerate(BLOCKS):
        code = compile(block, f"doc/splitters.md, block {number}", "exec")
        exec(code, names)  # noqa: S102 (our own text)
    out = capsys.readouterr().out
    assert "[24, 23, 24, 24]" in out
    assert "error of 5 paths" in out
    assert names["nested"]["test_score"].mean() > 0.5
    assert np.isfinite(names["paths"]).all()
