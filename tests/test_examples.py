"""The examples of the gallery are in order; that they run is seen when the gallery is built."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "examples"
EXAMPLES = sorted(FOLDER.glob("plot_*.py"))
# The name in a requirement and that in an import, where the two differ.
IMPORTED = {"scikit-learn": "sklearn"}
# joblib and pandas are among what skhpo itself needs.

pytestmark = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)


def installed_with_docs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    required = [*project["dependencies"], *project["optional-dependencies"]["docs"]]
    names = {re.match(r"[\w-]+", text)[0] for text in required}
    return {IMPORTED.get(name, name) for name in names} | {"skhpo"} | sys.stdlib_module_names


def imports_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.split(".")[0]


def code_strings(tree):
    """Yield the texts of a script that are no docstrings of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_opens_with_a_title_and_an_introduction(path):
    docstring = ast.get_docstring(ast.parse(path.read_text()))
    title, underline, blank, *introduction = docstring.splitlines()
    assert underline == "=" * len(title)
    assert blank == ""
    assert len(" ".join(introduction)) > 100


def test_has_cells_of_text(path):
    cells = re.findall(r"^# %%\n((?:#.*\n)+)", path.read_text(), re.M)
    assert len(cells) >= 3
    for cell in cells:
        title, *lines = [line.removeprefix("# ").rstrip() for line in cell.splitlines()]
        underlines = [line for line in lines[:1] if line and set(line) == {"-"}]
        assert underlines in ([], ["-" * len(title)])


def test_compiles_and_shows_its_figures(path):
    text = path.read_text()
    compile(text, path, "exec")
    lines = text.splitlines()
    assert any(line.strip() == "plt.show()" for line in lines)


def test_reads_nothing_by_an_absolute_path(path):
    for text in code_strings(ast.parse(path.read_text())):
        assert not re.match(r"(/|~|[A-Za-z]:[\\/])\w", text)


def test_imports_what_comes_with_the_documentation(path):
    assert {*imports_of(ast.parse(path.read_text()))} <= installed_with_docs()


def test_links_lead_to_pages(path):
    for page in re.findall(r":doc:`/(\w+)`", path.read_text()):
        assert (ROOT / "doc" / f"{page}.md").exists()
