"""The candidates of a report as a table that the page sorts and filters."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skhpo.plots._record import Record
from skhpo.plots._scale import text_of
from skhpo.reports._html import Html, join, tag

MOST_ROWS = 1000
MOST_COLUMNS = 10  # of parameters; the others stand together in one more
LONGEST = 60  # characters of a value


class Column(NamedTuple):
    """A column: its head, what is shown, and numbers to sort by (None sorts by the text)."""

    head: str
    texts: Sequence[str]
    keys: Any = None


def leaderboard(record: Record) -> Html:
    """Return the table, the best first, with what sorts and filters it.

    Parameters
    ----------
    record : Record
        The candidates.

    Returns
    -------
    Html
        Of more than 1,000 candidates the best ones.
    """
    rows = best_first(record)[:MOST_ROWS]
    columns = [*_measured(record, rows), *_parameters(record, rows)]
    head = tag("tr", *map(_head, columns))
    body = join(_row(columns, i) for i in range(len(rows)))
    left_out = len(record.params) - len(rows)
    note = f" The best {MOST_ROWS} of {len(record.params)} candidates." if left_out else ""
    return join(
        [
            _controls(record.status[rows]),
            tag("p", "Click a heading to sort.", note, tag("span", id="shown"), class_="hint"),
            tag(
                "div",
                tag("table", tag("thead", head), tag("tbody", body), id="board"),
                class_="scroll",
                id="rows",
                tabindex=0,
            ),
        ]
    )


def best_first(record: Record) -> NDArray[np.intp]:
    """Return the rows by amount and score, what has no score last."""
    complete = np.isfinite(record.means)
    amounts = np.zeros(len(complete)) if record.amounts is None else record.amounts
    keys = (-np.nan_to_num(record.means), -np.where(complete, amounts, 0), ~complete)
    return np.lexsort(keys)


def _controls(status: NDArray[np.object_]) -> Html:
    kinds = ["", *sorted({*map(str, status)})]
    options = [tag("option", kind or "any status", value=kind) for kind in kinds]
    return tag(
        "p",
        tag("label", "Filter ", tag("input", type="search", id="filter", autocomplete="off")),
        " ",
        tag("label", "Status ", tag("select", *options, id="status")),
    )


def _measured(record: Record, rows: NDArray[np.intp]) -> list[Column]:
    ranks = np.arange(1, len(rows) + 1)
    means = record.means[rows]
    spreads = _spread(record.scores[rows])
    seconds = record.seconds[rows]
    columns = [
        Column("rank", [str(rank) for rank in ranks], ranks.tolist()),
        Column("candidate", [str(n) for n in record.candidates[rows]], record.candidates[rows]),
        Column(record.label, [_number(mean) for mean in means], means),
        Column("std of splits", [_number(s, 3) for s in spreads], spreads),
        Column("status", [str(kind) for kind in record.status[rows]]),
        Column("seconds", [_number(s, 3) for s in seconds], seconds),
    ]
    if record.amounts is not None:
        given = record.amounts[rows]
        columns.insert(2, Column("resource", [str(amount) for amount in given], given))
    return columns


def _spread(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    seen = np.isfinite(scores)
    n = np.maximum(seen.sum(axis=1), 1)
    mean = np.where(seen, scores, 0.0).sum(axis=1) / n
    variance = np.where(seen, (scores - mean[:, None]) ** 2, 0.0).sum(axis=1) / n
    return np.where(seen.sum(axis=1) > 1, np.sqrt(variance), np.nan)


def _parameters(record: Record, rows: NDArray[np.intp]) -> list[Column]:
    names = record.names
    shown = names if len(names) <= MOST_COLUMNS + 1 else names[:MOST_COLUMNS]
    params = [record.params[row] for row in rows]
    columns = []
    for name in shown:
        values = [p.get(name, "") for p in params]
        known = {id(value): value_text(value) for value in values}
        columns.append(Column(name, [known[id(value)] for value in values], _keys(values)))
    rest = names[len(shown) :]
    if rest:
        texts = [
            ", ".join(f"{name}={value_text(p[name])}" for name in rest if name in p)
            for p in params
        ]
        columns.append(Column("other parameters", texts))
    return columns


def _keys(values: Sequence[Any]) -> list[float] | None:
    numbers = [float(v) if _is_number(v) else np.nan for v in values]
    known = sum(isinstance(v, str) and not v for v in values)  # absent
    return numbers if np.isfinite(numbers).sum() + known == len(values) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def value_text(value: Any) -> str:
    """Return a value of a parameter in a few characters."""
    if isinstance(value, float | np.floating):
        return _number(float(value), 5)
    text = "" if isinstance(value, str) and not value else " ".join(text_of(value).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _number(value: float, digits: int = 6) -> str:
    return f"{value:.{digits}g}" if np.isfinite(value) else ""


def _head(column: Column) -> Html:
    button = tag("button", column.head, type="button")
    kind = "text" if column.keys is None else "number"
    return tag("th", button, scope="col", data_kind=kind)


def _row(columns: Sequence[Column], i: int) -> Html:
    cells = []
    for column in columns:
        if column.keys is None:
            cells.append(tag("td", column.texts[i]))
            continue
        key = float(column.keys[i])
        exact = f"{key:.10g}" if np.isfinite(key) else ""
        cells.append(tag("td", column.texts[i], data_v=exact))
    return tag("tr", *cells)
