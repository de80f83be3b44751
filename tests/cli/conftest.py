"""A small table with a bit of everything, in a file."""

import numpy as np
import pandas as pd
import pytest

from skhpo.cli import main


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    n = 120
    frame = pd.DataFrame(
        {
            "size": rng.normal(size=n).round(3),
            "colour": rng.choice(["red", "green", "blue"], n),
            "since": pd.date_range("2024-01-01", periods=n).strftime("%d.%m.%Y"),
            "house": rng.integers(30, size=n),
        }
    )
    noise = rng.normal(scale=0.3, size=n)
    frame["churn"] = np.where(frame["size"] + (frame["colour"] == "red") + noise > 0, "yes", "no")
    return frame


@pytest.fixture
def write(tmp_path):
    def write(frame, name="data.csv"):
        path = tmp_path / name
        if name.endswith(".parquet"):
            frame.to_parquet(path)
        else:
            frame.to_csv(path, index=False)
        return str(path)

    return write


@pytest.fixture
def complaint(capsys):
    """Run a command that has to fail, and return the line that it says."""

    def complaint(*arguments):
        assert main([*map(str, arguments)]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        line = captured.err.strip().splitlines()[-1]
        assert line.startswith("skhpo: error: ")
        return line

    return complaint
