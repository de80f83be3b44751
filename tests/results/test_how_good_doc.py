"""The page "How good is it really": its code runs, and prints the numbers that stand there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "doc" / "how_good.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```(?:\n\n```text\n(.*?)^```)?", PAGE, re.M | re.S)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def numbers(text):
    """Return the numbers of scores and p-values; parameters chosen may differ between versions."""
    lines = [line.partition("{")[0] for line in text.splitlines()]
    return [float(n) for n in NUMBER.findall("\n".join(lines))]


@pytest.mark.slow
def test_code_runs_and_prints_what_stands_there(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    for number, (block, printed) in enumerate(BLOCKS):
        code = compile(block, f"doc/how_good.md, block {number}", "exec")
        exec(code, names)  # noqa: S102 (our own text)
        out = capsys.readouterr().out
        assert len(out.splitlines()) == len(printed.splitlines())
        assert numbers(out) == pytest.approx(numbers(printed), abs=0.02)


def test_the_paper_quotes_what_was_printed():
    compared = BLOCKS[-2][1]
    low, high = re.search(r"\[(\S+), (\S+)\]", compared).groups()
    assert f"{float(low):.3f} to {float(high):.3f} (corrected" in PAGE
    estimate, p = re.search(r"estimate (\S+), .*p = (\S+)", compared).groups()
    assert f"{float(estimate):.3f} above" in PAGE
    assert f"p = {float(p):.3f} |" in PAGE
