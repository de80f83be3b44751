"""The shell commands of the README and the pages in ``doc``.

Those of ``skhpo`` run in ``tests/cli``. Benchmarks take hours: their files and options must be
there. What sets an environment up (``pip``, ``venv``, the tests themselves) is left to ``.ci``.
"""

import re
import shlex
from pathlib import Path

import pytest

from tests.test_documentation import PAGES, ROOT, name_of

FENCE = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)
INLINE = re.compile(r"`((?:python|skhpo) [^`]+)`")


def commands_of(text: str) -> list[list[str]]:
    """Return the commands of all shell blocks and of inline code, split as a shell would."""
    lines = [line for block in FENCE.findall(text) for line in joined(block).splitlines()]
    lines += [code.replace("\n", " ") for code in INLINE.findall(text)]
    parts = [part for line in lines for part in line.split("&&")]
    return [words for part in parts if (words := shlex.split(part, comments=True))]


def joined(block: str) -> str:
    return block.replace("\\\n", " ")


def script_of(command: list[str]) -> str | None:
    """Return the file of ours that a command runs."""
    return next((word for word in command if word.startswith(("benchmarks/", "examples/"))), None)


COMMANDS = [(name_of(page), words) for page in PAGES for words in commands_of(page.read_text())]
SCRIPTS = [
    pytest.param(script, words, id=f"{page}: {' '.join(words)}")
    for page, words in COMMANDS
    if any("python" in word for word in words) and (script := script_of(words))
]


def test_commands_are_found():
    assert len(SCRIPTS) > 10
    assert ["skhpo", "journal", "show", "search.jsonl"] in [words for _, words in COMMANDS]


@pytest.mark.parametrize(("script", "words"), SCRIPTS)
def test_script_and_its_options_are_there(script, words):
    source = (ROOT / script).read_text()
    options = [word.partition("=")[0] for word in words if word.startswith("--")]
    assert [option for option in options if f'"{option}"' not in source] == []


def test_files_that_pages_name_are_there():
    """But those that the tutorial has its reader write."""
    named = re.compile(r"`((?:benchmarks|examples|tests|skhpo|doc)/[\w/.]+\.\w+)`")
    missing = [
        (name_of(page), path)
        for page in [*PAGES, Path(ROOT / "CONTRIBUTING.md")]
        if page.name != "add_a_strategy.md"
        for path in named.findall(page.read_text())
        if not (ROOT / path).exists()
    ]
    assert missing == []
