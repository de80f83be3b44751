"""The plots of a report: those that can be drawn of what there is."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from skhpo.plots._record import Record
from skhpo.plots._scale import read_scale, texts_of
from skhpo.plots._slicing import sliced
from skhpo.plots.convergence import ConvergenceDisplay
from skhpo.plots.folds import FoldsDisplay
from skhpo.plots.importance import ImportanceDisplay
from skhpo.plots.parallel_coordinates import ParallelCoordinatesDisplay
from skhpo.plots.rungs import RungsDisplay
from skhpo.plots.scores_by_value import ScoresByValueDisplay
from skhpo.plots.slices import SliceDisplay
from skhpo.plots.timeline import TimelineDisplay
from skhpo.reports._html import Html, join, tag
from skhpo.reports._source import Source
from skhpo.reports._svg import svg
from skhpo.results.importance._study import MIN_CANDIDATES, Study, read_study
from skhpo.results.importance_frame import parameter_importance

MOST_AXES = 8  # parameters of the parallel coordinates: the most important
N_SLICES = 3
N_BOXES = 2
FEW = 1500  # candidates up to which importance comes from a forest of trees
_TREES = 32

Size = tuple[float, float]


class Plot(NamedTuple):
    """A plot of a report: its title, what it says, its size in inches, and how it is drawn."""

    title: str
    caption: str
    size: Size
    draw: Callable[[Any], Any]


def plots(source: Source) -> Html:
    """Return the plots as figures of HTML.

    Parameters
    ----------
    source : Source
        What the report is about.

    Returns
    -------
    Html
        Of a search without a complete candidate, or without matplotlib, a sentence.
    """
    record = source.record
    if record is None or record.best is None:
        return tag("p", "There is nothing to draw before a candidate is complete.")
    try:
        found = [*_all(source, record)]
        figures = [_figure(plot, f"p{i}-") for i, plot in enumerate(found)]
    except ImportError:
        return tag("p", "The plots are left out: matplotlib is not installed.")
    return tag("div", *figures, class_="plots")


def _figure(plot: Plot, prefix: str) -> Html:
    drawn = svg(plot.draw, plot.size, plot.title, prefix)
    caption = tag("figcaption", tag("strong", plot.title), join([" ", plot.caption]))
    return tag("figure", caption, drawn, class_="wide" if plot.size[0] > 6.5 else None)


def _all(source: Source, record: Record) -> Iterator[Plot]:
    yield from _progress(record)
    names = [name for name in record.names if _varies(record, name)]
    study = _study(source, record)
    if study is not None:
        table = _importance(study)
        yield _bars(table)
        names = [name for name in dict.fromkeys(table["parameter"]) if name in names] or names
        yield from _slices(study, names, record.label)
    yield from _boxes(record, names)
    if names:
        display = ParallelCoordinatesDisplay.from_search(record, parameters=names[:MOST_AXES])
        caption = "A line a candidate, bright for good scores; the best one is black."
        yield Plot("Parallel coordinates", caption, (9.0, 3.8), display.plot)
    yield from _course(record)


def _varies(record: Record, name: str) -> bool:
    rows = np.flatnonzero(record.comparable).tolist()
    return len({*texts_of([record.params[row].get(name) for row in rows])}) > 1


def _progress(record: Record) -> Iterator[Plot]:
    display = ConvergenceDisplay({"": [record]}, record.label)
    caption = "Best score so far, by candidates."
    yield Plot("Convergence", caption, (5.0, 3.2), display.plot)
    if np.isfinite(record.ended[record.comparable]).any():
        caption = "Best score so far, by wall time."
        yield Plot(
            "Convergence in time", caption, (5.0, 3.2),
            lambda ax: display.plot(ax, x="wall_seconds"),
        )  # fmt: skip


def _study(source: Source, record: Record) -> Study | None:
    """Return what models are fitted to; None where there is too little to say, or no space."""
    if source.search is None or record.space is None or record.comparable.sum() < MIN_CANDIDATES:
        return None
    if np.ptp(record.means[record.comparable]) == 0.0:
        return None
    try:
        return read_study(source.search, metric=record.metric)
    except ValueError:  # a candidate out of the space: of a warm start, or with one changed since
        return None


def _importance(study: Study) -> Any:
    """Return the table of importance."""
    if len(study.scores) > FEW:
        return parameter_importance(study, method="ped_anova", random_state=0)
    return parameter_importance(study, method="fanova", n_trees=_TREES, random_state=0)


def _bars(table: Any) -> Plot:
    said = "Shares of the variance of the score (functional ANOVA); hatched: pairs."
    if table.attrs["method"] != "fanova":
        said = "How far the values of the best tenth differ from the others' (PED-ANOVA)."
    height = 1.0 + 0.24 * min(len(table), 12)
    return Plot(
        "Importance",
        said,
        (5.0, height),
        lambda ax: ImportanceDisplay(table).plot(ax, max_bars=12),
    )


def _slices(study: Study, names: list[str], label: str) -> Iterator[Plot]:
    groups: list[Any] = [*names[:N_SLICES], *([names[:2]] if len(names) > 1 else [])]
    try:
        displays = [SliceDisplay(*parts) for parts in sliced(study, groups, label)]
    except ValueError:  # the two exist together in no candidate, or names of namesakes
        return
    for display in displays:
        said = "The model's mean and 95 % through the best candidate; points: all candidates."
        if len(display.axes) == 2:
            said = "The model's mean through the best candidate."
            if not any(axis.texts for axis in display.axes):
                said = f"{said[:-1]}; dashed: half the width of 95 %."
        title = "Slice: " + ", ".join(axis.name for axis in display.axes)
        yield Plot(title, said, (5.0, 3.4), display.plot)


def _boxes(record: Record, names: list[str]) -> Iterator[Plot]:
    rows = np.flatnonzero(record.comparable).tolist()
    params = [record.params[row] for row in rows]
    chosen = [name for name in names if read_scale(params, name, record.space).texts]
    for name in chosen[:N_BOXES]:
        display = ScoresByValueDisplay.from_search(record, name)
        yield Plot(f"Scores by {name}", "Quartiles and median.", (5.0, 3.4), display.plot)


def _course(record: Record) -> Iterator[Plot]:
    if record.amounts is not None:
        display = RungsDisplay.from_search(record)
        yield Plot("Rungs", "Scores by what candidates were given.", (5.0, 3.4), display.plot)
    if record.scores.shape[1] > 1:
        folds = FoldsDisplay(record.scores, record.status, record.label)
        size = (9.0, 1.4 + 0.2 * min(record.scores.shape[1], 20))
        yield Plot("Folds", "Scores of each split; grey was not evaluated.", size, folds.plot)
    if record.fits is not None:
        timeline = TimelineDisplay(record.fits)
        lanes = int(timeline.lanes.max()) + 1
        size = (9.0, 1.3 + 0.25 * min(lanes, 16))
        yield Plot("Timeline", "When each fit ran.", size, timeline.plot)
