"""The short form of a report: what a notebook shows below scikit-learn's diagram."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.plots._record import Record, read_record
from skhpo.reports._html import Html, join, table, tag
from skhpo.reports._leaderboard import best_first, value_text
from skhpo.reports._sections import duration

MOST_ROWS = 5  # of the table of candidates
MOST_PARAMETERS = 6  # of its columns
MOST_POINTS = 300  # of the curve
WIDTH, HEIGHT, MARGIN = 320, 90, 4  # of the plot, in pixels

# Texts have the colour of the page and the rest a grey of half the light: both show on white
# as well as on black.
STYLE = """
.skhpo-summary { font-size: .9em; line-height: 1.45; margin-top: .6em; max-width: 60em; }
.skhpo-summary > div { display: flex; flex-wrap: wrap; gap: .4em 2em; align-items: flex-start; }
.skhpo-summary table { border-collapse: collapse; margin: .3em 0; color: inherit; }
.skhpo-summary th, .skhpo-summary td { text-align: left; padding: .1em .7em .1em 0;
  border-bottom: 1px solid rgba(128, 128, 128, .4); background: none; vertical-align: top;
  overflow-wrap: anywhere; }
.skhpo-summary th { font-weight: 600; overflow-wrap: normal; }
.skhpo-summary svg { color: inherit; max-width: 100%; height: auto; }
.skhpo-summary figure { margin: .3em 0; }
.skhpo-summary figcaption { opacity: .8; }
"""


def summary(search: Any) -> Html:
    """Return the short form of the report of a fitted search.

    Parameters
    ----------
    search : search estimator
        Fitted.

    Returns
    -------
    Html
        One element with its style; all texts are escaped, and there is no script.
    """
    record = read_record(search)
    best = getattr(search, "best_index_", record.best)
    rows = table([*_facts(search, record, best)])
    parts = [tag("div", rows, _curve(record)), _top(record)]
    return tag("div", tag("style", Html(STYLE)), *parts, class_="skhpo-summary")


def _facts(search: Any, record: Record, best: int | None) -> Iterator[tuple[str, Any]]:
    if best is not None:
        yield f"best {record.label}", _score(record, best)
        yield "its parameters", _params(record, best)
    n_fits = int(record.n_evaluated.sum())
    if record.fits is not None:
        n_fits = len(record.fits["row"])
    n_candidates = len({*record.candidates.tolist()})
    yield "candidates", f"{n_candidates}, {n_fits} fits"
    others = Counter(str(kind) for kind in record.status if kind != "ok")
    if others:
        yield "not complete", ", ".join(f"{n} {kind}" for kind, n in others.most_common())
    seconds = getattr(search, "search_time_", None)
    spent = duration(float(np.nansum(record.seconds)))
    yield "time", spent if seconds is None else f"{duration(float(seconds))}, fits {spent}"
    reason = getattr(search, "stop_reason_", None)
    if reason:
        yield "ended", str(reason)


def _score(record: Record, row: int) -> str:
    scores = record.scores[row][np.isfinite(record.scores[row])]
    spread = f" (std of splits {scores.std():.2g})" if len(scores) > 1 else ""
    return f"{record.means[row]:.5g}{spread}"


def _params(record: Record, row: int) -> Html:
    params = record.params[row].items()
    lines = [tag("code", f"{name} = {value_text(value)}") for name, value in params]
    return join(part for line in lines for part in (line, tag("br")))


def _top(record: Record) -> Html:
    """Return the best candidates as a table."""
    rows = best_first(record)[:MOST_ROWS]
    names = record.names
    shown = names[:MOST_PARAMETERS]
    rest = len(names) - len(shown)
    heads = ["row", record.label, *shown, *([f"and {rest} more"] if rest > 0 else [])]
    head = tag("tr", *(tag("th", name, scope="col") for name in heads))
    body = [_candidate(record, row, shown) for row in rows.tolist()]
    return tag("div", tag("table", tag("thead", head), tag("tbody", *body)))


def _candidate(record: Record, row: int, names: list[str]) -> Html:
    mean = record.means[row]
    params = record.params[row]
    score = f"{mean:.5g}" if np.isfinite(mean) else str(record.status[row])
    values = [value_text(params[name]) if name in params else "" for name in names]
    return tag("tr", *(tag("td", text) for text in (str(row), score, *values)))


def _curve(record: Record) -> Html:
    """Return the best score against the number of candidates, drawn without matplotlib."""
    means = np.where(record.comparable, record.means, np.nan)
    seen = means[np.isfinite(means)]
    if len(seen) < 2:
        return Html("")
    best = np.maximum.accumulate(seen)
    points = tag("polyline", points=_steps(best), fill="none", stroke="#3b8fd4", stroke_width="2")
    base = tag(
        "path",
        d=f"M{MARGIN} {MARGIN}V{HEIGHT - MARGIN}H{WIDTH - MARGIN}",
        fill="none",
        stroke="currentColor",
        opacity="0.5",
    )
    image = tag(
        "svg",
        base,
        points,
        width=WIDTH,
        height=HEIGHT,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_label="best score by number of candidates",
    )
    text = f"best score by complete candidates: {best[0]:.4g} to {best[-1]:.4g}"
    return tag("figure", image, tag("figcaption", text))


def _steps(best: NDArray[np.float64]) -> str:
    """Return the corners of a line that rises where a candidate was better than all before."""
    rises = np.flatnonzero(np.diff(best)) + 1
    kept = np.unique(np.linspace(0, len(rises) - 1, min(len(rises), MOST_POINTS)).astype(int))
    at = np.concatenate([[0], rises[kept], [len(best) - 1]])
    span = float(best[-1] - best[0])
    x = MARGIN + at / (len(best) - 1) * (WIDTH - 2 * MARGIN)
    share = (best[at] - best[0]) / span if span > 0 else np.full(len(at), 0.5)
    y = HEIGHT - 2 * MARGIN - share * (HEIGHT - 4 * MARGIN)
    corners = [(x[0], y[0])]
    for i in range(1, len(at)):
        corners += [(x[i], y[i - 1]), (x[i], y[i])]
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)
