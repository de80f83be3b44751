"""The commands are there, and cheap to ask for."""

import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import skhpo
from skhpo.cli import main


def test_python_m_says_what_there_is():
    done = subprocess.run(
        [sys.executable, "-m", "skhpo", "--help"], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    for command in ("tune", "predict", "journal"):
        assert command in done.stdout


def test_help_loads_nothing_that_is_costly():
    code = "import sys; from skhpo.cli._main import _parser; _parser(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "pandas", "sklearn", "joblib"} & {*done.stdout.split()}


def test_version(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"skhpo {skhpo.__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["tune"], ["tune", "data.csv"], ["journal"], ["dance"]])
def test_what_the_parser_refuses(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage: skhpo" in capsys.readouterr().err


def test_predict_warns_of_files_of_others(capsys):
    with pytest.raises(SystemExit):
        main(["predict", "--help"])
    assert "open only files that you have made yourself" in " ".join(
        capsys.readouterr().out.split()
    )


def test_the_command_is_declared():
    pyproject = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    module, _, name = pyproject["project"]["scripts"]["skhpo"].partition(":")
    assert getattr(import_module(module), name) is main
