"""Plots are drawn where no window opens."""

import pytest


@pytest.fixture
def ax():
    pytest.importorskip("matplotlib").use("Agg")
    from matplotlib.figure import Figure

    return Figure(layout="constrained").subplots()
