"""Displays draw what was measured."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

from skhpo import (
    ConvergenceDisplay,
    FoldsDisplay,
    ImportanceDisplay,
    Integer,
    ParallelCoordinatesDisplay,
    RandomSearchCV,
    RungsDisplay,
    ScoresByValueDisplay,
    SliceDisplay,
    TimelineDisplay,
    parameter_importance,
)
from tests.plots._searches import SPACE, halving, search, truth

DRAWN = {
    "convergence": lambda s: ConvergenceDisplay.from_search(s),
    "slice": lambda s: SliceDisplay.from_search(s, "C"),
    "slice_of_two": lambda s: SliceDisplay.from_search(s, ["C", "kernel"]),
    "parallel": ParallelCoordinatesDisplay.from_search,
    "box": lambda s: ScoresByValueDisplay.from_search(s, "kernel"),
    "folds": FoldsDisplay.from_search,
    "timeline": TimelineDisplay.from_search,
}


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("n", [12, 3000])
def test_every_display_draws_into_what_it_is_given(name, n, ax):
    display = DRAWN[name](search(n, failed=0.05))
    assert display.plot(ax) is ax
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    ax.figure.draw_without_rendering()
    vectors = [c for c in ax.collections if not c.get_rasterized()]
    assert sum(len(c.get_offsets()) for c in vectors) < 600  # many points are an image
    assert sum(len(c.get_paths()) for c in vectors if len(c.get_paths()) > 1) < 600


@pytest.mark.parametrize("name", ["a$b$c", r"\frac{", "x_{", "$", "a\nb", "<b>&\"'"])
def test_names_are_texts_and_no_formulas(name, ax):
    found = search(20)
    found.cv_results_["params"] = [{name: p["C"]} for p in found.cv_results_["params"]]
    found.param_distributions = None
    ParallelCoordinatesDisplay.from_search(found).plot(ax)
    ax.figure.draw_without_rendering()
    shown = [text.get_text().replace(r"\$", "$") for text in ax.get_xticklabels()]
    assert shown[0] == " ".join(name.split())


# -- one by one ----------------------------------------------------------------------------------


def test_convergence_is_the_running_maximum(ax):
    found = search(40, failed=0.2)
    ConvergenceDisplay.from_search(found).plot(ax)
    [line] = ax.lines
    means = found.cv_results_["mean_test_score"]
    first = int(np.flatnonzero(np.isfinite(means))[0])
    expected = np.fmax.accumulate(means)[first:]
    at = np.arange(first + 1, 41)
    x, best = line.get_data()
    place = np.searchsorted(x, at, side="right") - 1
    np.testing.assert_array_equal(best[place], expected)


def test_convergence_against_seconds(ax):
    found = search(40)
    ConvergenceDisplay.from_search(found).plot(ax, x="fit_seconds")
    assert ax.lines[0].get_xdata()[-1] == pytest.approx(
        5 * 1.1 * found.cv_results_["mean_fit_time"].sum()
    )
    ConvergenceDisplay.from_search(found).plot(ax, x="wall_seconds")
    assert ax.lines[1].get_xdata()[-1] == found.timeline_["end"].max()
    del found.timeline_
    with pytest.raises(ValueError, match="did not record when"):
        ConvergenceDisplay.from_search(found).plot(ax, x="wall_seconds")


def test_convergence_of_rationed_searches_counts_full_amounts_only(ax):
    found = halving(n=27, n_brackets=1)
    ConvergenceDisplay.from_search(found).plot(ax)
    full = found.cv_results_["n_resources"] == 27
    assert ax.lines[0].get_ydata()[-1] == found.cv_results_["mean_test_score"][full].max()


def test_repetitions_have_a_median_and_a_band(ax):
    repeated = [search(30, seed=i) for i in range(5)]
    ConvergenceDisplay.from_search({"ours": repeated, "other": search(30, seed=9)}).plot(ax)
    ends = [s.cv_results_["mean_test_score"].max() for s in repeated]
    assert ax.lines[0].get_ydata()[-1] == pytest.approx(np.median(ends))
    [band] = ax.collections
    corners = band.get_paths()[0].vertices
    last = corners[corners[:, 0] == 30, 1]
    assert last.min() == pytest.approx(np.quantile(ends, 0.25))
    assert last.max() == pytest.approx(np.quantile(ends, 0.75))
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["ours (5 searches)", "other"]
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()


def test_a_list_has_a_line_each_and_labels(ax):
    display = ConvergenceDisplay.from_search([search(12), search(13)], labels=["a", "b"])
    display.plot(ax)
    assert [line.get_label() for line in ax.lines] == ["a", "b"]
    with pytest.raises(ValueError, match="2 different ones are needed"):
        ConvergenceDisplay.from_search([search(12), search(13)], labels=["a"])
    with pytest.raises(ValueError, match="x='hours' is not known"):
        display.plot(ax, x="hours")


def test_importance_is_the_table(ax):
    found = search(40)
    table = parameter_importance(found, random_state=0, n_trees=8)
    ImportanceDisplay.from_search(found, random_state=0, n_trees=8).plot(ax, max_bars=6)
    assert [bar.get_width() for bar in ax.patches] == table["importance"].head(6).tolist()
    pairs = [bool(bar.get_hatch()) for bar in ax.patches]
    assert pairs == [bool(name) for name in table["partner"].head(6)]


def test_a_slice_finds_the_known_optimum(ax):
    """The scores come from a formula, so the model has something to be compared with."""
    display = SliceDisplay.from_search(search(150), "C")
    [axis] = display.axes
    assert axis.is_log
    assert (axis.grid[0], axis.grid[-1]) == pytest.approx((1e-3, 1e3))
    best = max(search(150).cv_results_["params"], key=truth)
    expected = np.array([truth({**best, "C": c}) for c in axis.grid])
    inside = (display.low - 0.01 < expected) & (expected < display.high + 0.01)
    assert inside.mean() > 0.9
    assert abs(np.log10(axis.grid[np.argmax(display.mean)])) < 0.5
    display.plot(ax)
    drawn = ax.collections[0].get_offsets()
    np.testing.assert_allclose(drawn[:, 1], search(150).cv_results_["mean_test_score"])
    np.testing.assert_allclose(drawn[:, 0], [p["C"] for p in search(150).cv_results_["params"]])
    assert ax.get_xscale() == "log"


def test_a_slice_of_two_parameters(ax):
    display = SliceDisplay.from_search(search(150), ["C", "tol"])
    place = np.unravel_index(np.argmax(display.mean), display.mean.shape)
    assert abs(np.log10(display.axes[0].grid[place[1]])) < 0.5
    display.plot(ax)
    np.testing.assert_array_equal(ax.collections[0].get_array().ravel(), display.mean.ravel())
    assert (display.low <= display.mean).all()
    assert (display.mean <= display.high).all()


def test_a_slice_of_a_conditional_parameter_goes_through_those_that_have_it():
    found = search(60)
    display = SliceDisplay.from_search(found, "degree")
    assert display.axes[0].grid.tolist() == [2, 3, 4, 5]
    having = [i for i, p in enumerate(found.cv_results_["params"]) if "degree" in p]
    means = found.cv_results_["mean_test_score"][having]
    np.testing.assert_array_equal(display.scores, means)
    assert display.best == np.argmax(means)


def test_a_slice_names_categories(ax):
    display = SliceDisplay.from_search(search(60), "kernel")
    display.plot(ax)
    assert [t.get_text() for t in ax.get_xticklabels()] == ["rbf", "linear", "poly"]
    assert np.argmax(display.mean) == 0
    with pytest.raises(ValueError, match="'gamma' was not searched"):
        SliceDisplay.from_search(search(60), "gamma")
    with pytest.raises(ValueError, match="one or two names"):
        SliceDisplay.from_search(search(60), ["C", "tol", "kernel"])


def test_parallel_coordinates_are_the_values(ax):
    found = search(25)
    ParallelCoordinatesDisplay.from_search(found, parameters=["C", "degree"]).plot(ax)
    means = found.cv_results_["mean_test_score"]
    lines = np.array(ax.collections[0].get_segments())
    order = np.argsort(means)
    logs = np.log([p["C"] for p in found.cv_results_["params"]])
    np.testing.assert_allclose(lines[:, 0, 1], ((logs - logs.min()) / np.ptp(logs))[order])
    np.testing.assert_allclose(lines[:, 2, 1], ((means - means.min()) / np.ptp(means))[order])
    absent = np.array(["degree" not in p for p in found.cv_results_["params"]])[order]
    assert ((lines[:, 1, 1] < 0) == absent).all()
    assert ax.get_yticklabels()[0].get_text() == "absent"


def test_boxes_are_quartiles(ax):
    found = search(200)
    display = ScoresByValueDisplay.from_search(found, "kernel")
    display.plot(ax)
    means = found.cv_results_["mean_test_score"]
    kernels = np.array([p["kernel"] for p in found.cv_results_["params"]])
    assert display.texts == ["linear", "poly", "rbf"]
    for box, kernel in zip(ax.patches, display.texts, strict=True):
        corners = box.get_path().vertices[:, 1]
        quartiles = np.quantile(means[kernels == kernel], [0.25, 0.75])
        assert (corners.min(), corners.max()) == pytest.approx(tuple(quartiles))
    labels = [text.get_text() for text in ax.get_xticklabels()]
    assert labels[0] == f"linear (n={np.sum(kernels == 'linear')})"


def test_numbers_are_put_into_ranges_of_equal_size():
    display = ScoresByValueDisplay.from_search(search(100), "C", n_bins=4)
    assert [len(scores) for scores in display.scores] == [25] * 4
    display = ScoresByValueDisplay.from_search(search(100), "degree")
    assert display.texts == ["2", "3", "4", "5", "absent"]
    with pytest.raises(ValueError, match="n_bins should be at least 1"):
        ScoresByValueDisplay.from_search(search(12), "C", n_bins=0)


def test_rungs_link_the_rows_of_a_candidate(ax):
    found = halving(n=27, n_brackets=2)
    RungsDisplay.from_search(found).plot(ax)
    lines = [c for c in ax.collections if hasattr(c, "get_segments")]
    # 27 + 9 + 3 + 1 rows and 9 + 3 + 1 of the other bracket: one line fewer than rows of each
    assert [len(c.get_segments()) for c in lines] == [9 + 3 + 1, 3 + 1]
    assert [text.get_text() for text in ax.texts] == ["n=27", "n=18", "n=6", "n=2"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1", "3", "9", "27"]
    assert ax.get_xlabel() == "n_estimators"
    with pytest.raises(ValueError, match="nothing was rationed"):
        RungsDisplay.from_search(search(12))


def test_folds_show_scores_and_decisions(ax):
    found = search(30, racing=True, failed=0.1)
    display = FoldsDisplay.from_search(found)
    display.plot(ax, colorbar=False)
    np.testing.assert_array_equal(ax.images[0].get_array().filled(np.nan), display.scores.T)
    marks = {c.get_label(): c.get_offsets() for c in ax.collections}
    dropped = np.flatnonzero(found.cv_results_["status"] == "dropped")
    assert marks["dropped"][:, 0].tolist() == dropped.tolist()
    done = found.cv_results_["n_splits_evaluated"][dropped]
    assert marks["dropped"][:, 1].tolist() == done.tolist()
    failed = np.flatnonzero(found.cv_results_["status"] == "failed")
    assert marks["failed"][:, 0].tolist() == failed.tolist()
    title = ax.get_title(loc="left")
    assert f"30 candidates: {len(dropped)} dropped (x), {len(failed)} failed (▲)" in title


def test_many_folds_are_averaged(ax):
    found = search(4000)
    FoldsDisplay.from_search(found).plot(ax)
    image = ax.images[0].get_array()
    assert image.shape == (5, 400)
    assert image[2, 7] == pytest.approx(found.cv_results_["split2_test_score"][70:80].mean())


def test_timeline_has_a_lane_a_worker(ax):
    found = search(50, failed=0.1)
    display = TimelineDisplay.from_search(found)
    assert display.lanes.max() == 3  # four workers made it
    display.plot(ax)
    bars = [path.get_extents() for c in ax.collections for path in c.get_paths()]
    assert len(bars) == len(found.timeline_["row"])
    widths = sorted(bar.width for bar in bars)
    np.testing.assert_allclose(widths, np.sort(found.timeline_["end"] - found.timeline_["start"]))
    n = int(np.sum(found.timeline_["status"] == "failed"))
    assert f"{n} of them failed (hatched), 4 at a time" in ax.get_title(loc="left")


@pytest.mark.parametrize(
    ("cls", "arguments"),
    [
        (ConvergenceDisplay, ()),
        (ParallelCoordinatesDisplay, ()),
        (ScoresByValueDisplay, ("max_depth",)),
        (FoldsDisplay, ()),
        (TimelineDisplay, ()),
    ],
)
def test_journals_are_drawn_too(cls, arguments, tmp_path, ax):
    path = tmp_path / "search.jsonl"
    space = {"max_depth": Integer(1, 6), "min_samples_leaf": Integer(1, 30)}
    tree = DecisionTreeClassifier(random_state=0)
    RandomSearchCV(tree, space, n_iter=4, cv=2, journal=path).fit(*load_iris(return_X_y=True))
    with open(path, "ab") as file:
        file.write(b'{"kind":"outcome","candi')  # the writer died
    assert cls.from_journal(path, *arguments).plot(ax) is ax


def test_models_of_journals_need_the_space(tmp_path, ax):
    path = tmp_path / "search.jsonl"
    space = {"max_depth": Integer(1, 6), "min_samples_leaf": Integer(1, 30)}
    tree = DecisionTreeClassifier(random_state=0)
    RandomSearchCV(tree, space, n_iter=12, cv=2, journal=path).fit(*load_iris(return_X_y=True))
    SliceDisplay.from_journal(path, "max_depth", space=space).plot(ax)
    ImportanceDisplay.from_journal(path, space=space, method="ped_anova").plot(ax)
    with pytest.raises(ValueError, match="does not say what was searched"):
        SliceDisplay.from_search(str(path), "max_depth")


def test_new_figures_are_made_where_none_is_given():
    pytest.importorskip("matplotlib").use("Agg")
    import matplotlib.pyplot as plt

    ax = FoldsDisplay.from_search(search(12)).plot()
    plt.close(ax.figure)
    assert ax.get_xlabel() == "candidate"


def test_matplotlib_is_loaded_only_to_draw():
    code = "import sys, skhpo; skhpo.SliceDisplay; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_space_of_these_tests_has_all_kinds_of_parameters():
    assert {column.kind for column in SPACE.columns} == {"continuous", "discrete", "categorical"}
