"""The script of a user that ``.ci/run`` checks the types of does what it says."""

from tests.typing.user_script import main


def test_script_runs(tmp_path):
    found = main(tmp_path)
    assert found["rows"] > 15
    assert 0.5 < found["nested"] <= 1
    assert found["corrected"] <= found["best"]
    assert found["by hand"] == 1.0
