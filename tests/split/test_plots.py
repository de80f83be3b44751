"""The picture shows the splits; without asking for one, matplotlib is not loaded."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import KFold

from skhpo import GroupWalkForward, PurgedKFold, WalkForward, plot_splits

DAYS = pd.date_range("2024-01-01", periods=60, freq="D", tz="Europe/Berlin")


@pytest.fixture
def ax():
    pytest.importorskip("matplotlib").use("Agg")
    from matplotlib.figure import Figure

    return Figure().subplots()


def bars(ax):
    """Return for each label the spans of its bars, by split."""
    found = {}
    for collection in ax.collections:
        spans = [path.get_extents() for path in collection.get_paths()]
        colour = tuple(collection.get_facecolor()[0])
        found.setdefault(colour, []).append(
            (round(spans[0].y0 + 0.4), [(round(s.x0), round(s.width)) for s in spans])
        )
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    return dict(zip(names, found.values(), strict=True))


def test_bars_are_the_parts(ax):
    drawn = plot_splits(PurgedKFold(3, horizon=2, embargo=3), np.zeros(30), ax=ax)
    assert drawn is ax
    assert bars(ax) == {
        "train": [(0, [(15, 15)]), (1, [(0, 8), (25, 5)]), (2, [(0, 18)])],
        "test": [(0, [(0, 10)]), (1, [(10, 10)]), (2, [(20, 10)])],
        "purged": [(0, [(10, 2)]), (1, [(8, 2), (20, 2)]), (2, [(18, 2)])],
        "embargoed": [(0, [(12, 3)]), (1, [(22, 3)])],
    }


def test_dates_are_on_the_axis(ax):
    plot_splits(WalkForward(2, test_size="10D", gap="5D"), np.zeros(60), times=DAYS, ax=ax)
    import matplotlib.dates as mdates

    spans = bars(ax)["test"]
    start = mdates.date2num(DAYS[40].tz_convert(None))
    assert spans[0][1] == [(round(start), 10)]


def test_other_splitters_and_groups(ax):
    plot_splits(KFold(3), np.zeros(9), ax=ax)
    assert bars(ax)["test"] == [(0, [(0, 3)]), (1, [(3, 3)]), (2, [(6, 3)])]
    ax.clear()
    plot_splits(GroupWalkForward(), np.zeros(9), groups=np.arange(9) // 3, ax=ax)
    assert bars(ax)["test"] == [(0, [(3, 3)]), (1, [(6, 3)])]


def test_a_new_figure_has_a_row_a_split():
    pytest.importorskip("matplotlib").use("Agg")
    import matplotlib.pyplot as plt

    ax = plot_splits(KFold(4), np.zeros(9))
    assert ax.get_yticks().tolist() == [0, 1, 2, 3]
    plt.close(ax.figure)


def test_matplotlib_is_loaded_only_for_pictures():
    code = "import sys, skhpo.split; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
