"""The code of the page on plots and reports runs as it stands there."""

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "doc" / "seeing.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)


@pytest.mark.slow
def test_code_runs(tmp_path, monkeypatch):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for number, block in enumerate(BLOCKS):
        code = compile(block, f"doc/seeing.md, block {number}", "exec")
        exec(code, names)  # noqa: S102 (our own text)
    matplotlib.pyplot.close(names["figure"])
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {"search.jsonl", "report.html", "journal.html", "plots.png"}
    assert names["search"].best_score_ > 0.95


def test_every_display_is_on_the_page():
    import skhpo

    displays = [name for name in skhpo.__all__ if name.endswith("Display")]
    assert all(f"| `{name}` |" in PAGE for name in displays)
