"""The code of the README and of every page in ``doc`` runs as it stands there.

The Python blocks of a page share their names and run one after the other, in a folder where
``examples`` is that of the repository. A block below the line ``<!-- needs: X, Y -->`` runs where
these distributions are installed; for what none brings, such as a cluster of machines, it is only
compiled. Shell blocks are looked at by ``test_shell_blocks.py``.
"""

import re
import tomllib
import warnings
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
BUILT = {"_build", "auto_examples", "backreferences", "generated"}  # by Sphinx
PAGES = [
    ROOT / "README.md",
    *(
        page
        for page in sorted((ROOT / "doc").rglob("*.md"))
        if BUILT.isdisjoint(page.relative_to(ROOT / "doc").parts)
    ),
]
FENCE = re.compile(
    r"(?:^<!-- needs: (?P<needs>.+?) -->\n)?"
    r"^(?P<fence>`{3,})python\n(?P<code>.*?)^(?P=fence)\n"
    r"(?:\n```text\n(?P<printed>.*?)^```)?",
    re.M | re.S,
)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


class Block(NamedTuple):
    """A block of Python code, what it needs, and what the page says it prints."""

    code: str
    needs: str | None
    printed: str | None


def blocks_of(page: Path) -> list[Block]:
    return [Block(m["code"], m["needs"], m["printed"]) for m in FENCE.finditer(page.read_text())]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def is_installed(needed: str) -> bool:
    try:
        versions = [version(name.strip()) for name in needed.split(",")]
    except (PackageNotFoundError, ValueError):
        return False
    return bool(versions)


def numbers(text: str) -> list[float]:
    """Return the numbers of scores and p-values; parameters chosen may differ between versions."""
    lines = [line.partition("{")[0] for line in text.splitlines()]
    return [float(n) for n in NUMBER.findall("\n".join(lines))]


WITH_CODE = {name_of(page): page for page in PAGES if blocks_of(page)}

# What must have come of a page, besides that its code runs: its names, and all it printed.
Check = Callable[[dict, str], None]
CHECKS: dict[str, Check] = {}


def check(page: str) -> Callable[[Check], Check]:
    def keep(function: Check) -> Check:
        CHECKS[page] = function
        return function

    return keep


@check("README.md")
def readme(names, out):
    assert names["search"].best_score_ > 0.75
    assert "model" in out


@check("doc/how_good.md")
def how_good(names, out):
    silent = [block for block in blocks_of(ROOT / "doc" / "how_good.md") if not block.printed]
    assert len(silent) == 1, "each block of this page but the first shows what it prints"
    page = (ROOT / "doc" / "how_good.md").read_text()
    compared = blocks_of(ROOT / "doc" / "how_good.md")[-2].printed
    low, high = re.search(r"\[(\S+), (\S+)\]", compared).groups()
    assert f"{float(low):.3f} to {float(high):.3f} (corrected" in page
    estimate, p = re.search(r"estimate (\S+), .*p = (\S+)", compared).groups()
    assert f"{float(estimate):.3f} above" in page
    assert f"p = {float(p):.3f} |" in page


@check("doc/nested.md")
def nested(names, out):
    assert names["result"].scores_["outer_score"].mean() > 0.95
    assert "10 outer folds (2 repeats of 5)" in out
    assert "bootstrap BCa" in out
    assert "Probabilities(better=" in out


@check("doc/pipelines.md")
def pipelines(names, out):
    assert names["search"].best_score_ > 0.75
    assert names["smaller"].best_score_ > 0.75
    assert "Tried" in out
    assert "pipeline = Pipeline(" in out


@check("doc/portfolio.md")
def portfolio(names, out):
    assert names["search"].best_score_ > 0.7


@check("doc/seeing.md")
def seeing(names, out):
    written = {path.name for path in Path().iterdir()} - {"examples"}
    assert written == {"search.jsonl", "report.html", "journal.html", "plots.png"}
    assert names["search"].best_score_ > 0.95


@check("doc/splitters.md")
def splitters(names, out):
    assert "[24, 23, 24, 24]" in out
    assert "error of 5 paths" in out
    assert names["nested"]["test_score"].mean() > 0.5
    assert np.isfinite(names["paths"]).all()


@check("doc/statistics.md")
def statistics(names, out):
    assert names["simple"].best_score_ <= names["search"].best_score_
    assert "cannot be told from the best" in out


# Pages whose text blocks show scores: they must be those that are printed, up to this.
SHOWN_TO = {"doc/how_good.md": 0.02}


def run(block: Block, name: str, number: int, scope: dict) -> bool:
    """Compile a block, and run it where what it needs is there."""
    code = compile(block.code, f"{name}, block {number}", "exec")
    if block.needs and not is_installed(block.needs):
        return False
    exec(code, scope)  # noqa: S102 (our own text)
    return True


def same_output(shown: str, out: str, tolerance: float | None) -> None:
    """Compare what a page shows with what was printed: numbers up to a tolerance, or all of it."""
    if tolerance is None:
        assert shown in out
        return
    assert len(out.splitlines()) == len(shown.splitlines())
    assert numbers(out) == pytest.approx(numbers(shown), abs=tolerance)


def test_pages_are_found():
    assert len(WITH_CODE) > 10


# How a fence may begin; "```{...}" is a directive, the content of which is no code of ours.
OPENING = re.compile(r"```(?:python|sh|text|\{(?:toctree|glossary)\}|\{include\} \S+)?")
ANY_FENCE = re.compile(r"^[ >\t]*(?:`{3,}|~{3,}).*$", re.M)


def test_no_code_stands_where_it_is_not_found():
    """Such as in a fence that is indented, of tildes, of another name, or in a directive."""
    for page in PAGES:
        text = page.read_text()
        fences = ANY_FENCE.findall(text)
        assert [fence for fence in fences if not OPENING.fullmatch(fence)] == [], name_of(page)
        assert len(fences) % 2 == 0, name_of(page)
        blocks = blocks_of(page)
        assert fences.count("```python") == len(blocks), name_of(page)
        assert text.count("<!-- needs") == sum(b.needs is not None for b in blocks), name_of(page)
    for page in (ROOT / "doc").rglob("*.rst"):
        if not BUILT.isdisjoint(page.relative_to(ROOT / "doc").parts):
            continue
        assert not re.search(r"^\.\. code|^\s*>>>|^(?!\.\.).*::$", page.read_text(), re.M), (
            name_of(page)
        )


def test_what_a_page_needs_is_installed_where_ci_runs_it():
    """Else its block would never run. What is no distribution has spaces in its name."""
    ci = (ROOT / ".ci" / "run").read_text().replace("\\\n", " ")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    runs = []
    for name, words in re.findall(r'/(\w+)/bin.*test_documentation\.py.* -k "?([\w ]+)', ci):
        [listed] = re.findall(rf'environment {name} -e "\.\[(.+?)\]"', ci)
        packages = [item for extra in listed.split(",") for item in extras[extra]]
        runs.append((words.split(" or "), {re.match(r"[\w-]+", item)[0] for item in packages}))
    for page, path in WITH_CODE.items():
        for needs in {block.needs for block in blocks_of(path) if block.needs}:
            names = {name.strip() for name in needs.split(",")}
            if not any(" " in name for name in names):
                there = [packages for words, packages in runs if any(w in page for w in words)]
                assert any(names <= packages for packages in there), (page, needs)


def test_every_check_is_of_a_page():
    assert {*CHECKS, *SHOWN_TO} <= {*WITH_CODE}


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_CODE)
def test_code_runs(name, tmp_path, monkeypatch, capsys):
    matplotlib.use("Agg")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {}
    printed = ""
    ran = []
    with warnings.catch_warnings():
        # a reader sees a warning and reads on; that ours are due is for the tests of the package
        warnings.simplefilter("ignore", UserWarning)
        for number, block in enumerate(blocks_of(WITH_CODE[name])):
            ran.append(run(block, name, number, scope))
            out = capsys.readouterr().out
            printed += out
            if ran[-1] and block.printed:
                same_output(block.printed, out, SHOWN_TO.get(name))
    plt.close("all")
    if not any(ran):
        pytest.skip(f"nothing that {name} needs is installed")
    if name in CHECKS:
        CHECKS[name](scope, printed)


def test_every_display_is_on_the_page():
    import skhpo

    page = (ROOT / "doc" / "seeing.md").read_text()
    displays = [name for name in skhpo.__all__ if name.endswith("Display")]
    assert displays
    assert all(f"| `{name}` |" in page for name in displays)
