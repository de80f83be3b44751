"""The strategy of the page "Add a strategy in one file" passes what every strategy has to."""

import os
import subprocess
import sys

import pytest

from tests.test_documentation import ROOT, blocks_of

STRATEGY, SUITE = (block.code for block in blocks_of(ROOT / "doc" / "add_a_strategy.md")[:2])


def outcome(folder, strategy, laws=""):
    """Run the suite, or some laws, on a strategy; return the exit code and what was printed."""
    (folder / "test_cross_entropy.py").write_text(f"{strategy}\n\n{SUITE}")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        ".",
    ]
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command, cwd=folder, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True
    )
    return done.returncode, done.stdout


@pytest.mark.slow
def test_strategy_of_the_tutorial_keeps_the_contract(tmp_path):
    code, out = outcome(tmp_path, STRATEGY)
    assert code == 0, out
    assert int(out.rsplit(" passed", 1)[0].split()[-1]) > 80


@pytest.mark.slow
def test_contract_finds_a_strategy_that_stores_no_state_in_its_seed(tmp_path):
    """The suite is no formality: with random numbers of its own the strategy fails."""
    broken = STRATEGY.replace("anywhere = rng.random(n)", "anywhere = np.random.rand(n)")
    assert broken != STRATEGY
    code, out = outcome(tmp_path, broken, "same_seed")
    assert code == 1
    assert "test_same_seed_same_candidates" in out
