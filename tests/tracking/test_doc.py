"""The blocks of the page on tracking that need a package run as they stand there."""

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "doc" / "tracking.md").read_text()
BLOCKS = re.findall(
    r"^```\{code-block\} python\n:class: needs-(\w+)\n\n(.*?)^```", PAGE, re.M | re.S
)
PACKAGES = {"mlflow": "sqlalchemy", "wandb": "wandb", "tensorboard": "tensorboardX"}


def test_there_is_a_block_for_each_package():
    assert {name for name, _ in BLOCKS} == set(PACKAGES)


@pytest.mark.parametrize("name", PACKAGES)
@pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy")
def test_code_runs(name, tmp_path, monkeypatch):
    pytest.importorskip(PACKAGES[name])
    if name == "mlflow":
        pytest.importorskip("mlflow")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    plain = re.search(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
    for code in [plain[1], *(code for package, code in BLOCKS if package == name)]:
        exec(compile(code, "doc/tracking.md", "exec"), names)  # noqa: S102 (our own text)
    assert [*tmp_path.iterdir()]  # something was written
