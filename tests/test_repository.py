"""What holds for the repository as a whole and no tool checks."""

import ast
import os
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import skhpo

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "skhpo"
EDGE = PACKAGE / "_sklearn.py"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
MODULES = sorted(PACKAGE.rglob("*.py"))

# -- private names of others ---------------------------------------------------------------------


def imported(tree):
    """Yield the dotted names that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def used(tree):
    """Yield the dotted names that are read off the modules ``sklearn`` and ``joblib``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            dotted = ast.unparse(node)
            if re.fullmatch(r"(sklearn|joblib)(\.\w+)+", dotted):
                yield dotted


def is_private(dotted):
    package, *rest = dotted.split(".")
    if package not in ("sklearn", "joblib"):
        return False
    dunder = re.compile(r"__\w+__")
    private = any(part.startswith("_") and not dunder.fullmatch(part) for part in rest)
    return private or rest[:1] == ["externals"]


def private_names(source):
    tree = ast.parse(source)
    return sorted(name for name in {*imported(tree), *used(tree)} if is_private(name))


@pytest.mark.parametrize(
    "source",
    [
        "from sklearn.base import _fit_context",
        "from sklearn.model_selection._search import BaseSearchCV",
        "import sklearn.utils._tags",
        "from joblib.externals import cloudpickle",
        "import joblib.externals.loky as loky",
        "import sklearn\nsklearn.utils._tags.get_tags",
    ],
)
def test_private_names_are_recognised(source):
    assert private_names(source)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_edge_touches_private_names(module):
    found = private_names(module.read_text())
    assert found == [] or module == EDGE


def test_the_edge_is_needed():
    assert private_names(EDGE.read_text())


# -- what is written in more than one place ------------------------------------------------------


def test_version_is_the_same_everywhere():
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(), re.M)
    assert cited[1] == skhpo.__version__
    release = re.match(r"\d+\.\d+\.\d+", skhpo.__version__)[0]
    assert release in (ROOT / "CHANGELOG.md").read_text()


def test_ci_tests_the_lowest_versions_that_are_declared():
    declared = {}
    for text in PYPROJECT["project"]["dependencies"]:
        requirement = Requirement(text)
        [lowest] = requirement.specifier
        declared[requirement.name] = lowest.version
    script = (ROOT / ".ci" / "run").read_text()
    pinned = dict(re.findall(r"\b([a-z-]+)==(\d+\.\d+)\.0\b", script))
    assert pinned == declared


def test_ci_runs_the_commands_of_the_readme():
    readme = (ROOT / "README.md").read_text()
    script = (ROOT / ".ci" / "run").read_text()
    commands = re.findall(r"\.venv/bin/python (-m pytest.*|examples/.*)$", readme, re.M)
    assert len(commands) == 2
    for command in commands:
        assert command in script


def test_ci_script_is_executable():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_data_comes_with_its_licence():
    tables = list((ROOT / "examples" / "data").glob("*.csv"))
    assert tables
    for table in tables:
        assert "icence" in table.with_suffix(".LICENSE.md").read_text()


# -- the project speaks of itself alone ----------------------------------------------------------

FOREIGN = re.compile(
    "|".join([r"\.\./" + "shared", "/" + "work/", "/" + "root/", "/" + "home/", "/" + "tmp/"])
)
WRITTEN = {".py", ".md", ".toml", ".cfg", ".cff", ".yaml", ".yml", ".rst", ".sh", ""}


def texts():
    folders = ["skhpo", "tests", "examples", "benchmarks", "doc", ".ci"]
    files = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    return [
        path
        for path in [*files, *ROOT.iterdir()]
        if path.is_file() and path.suffix in WRITTEN and "__pycache__" not in path.parts
    ]


def test_no_path_of_anybody_s_machine():
    found = [str(path.relative_to(ROOT)) for path in texts() if FOREIGN.search(path.read_text())]
    assert found == []
