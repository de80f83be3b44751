"""``skhpo journal show``: what a search has come to, finished, running or dead."""

import argparse
import json
import re
import sys
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from skhpo.cli._say import CommandError, near

if TYPE_CHECKING:
    import pandas as pd

ON_BOARD = 10  # candidates that are shown
WIDTH = 100  # characters of the parameters of each
CALL = re.compile(r"([A-Za-z_]\w*)\(")


def add_to(commands: Any) -> None:
    """Add the command to the parser.

    Parameters
    ----------
    commands : object
        What ``add_subparsers`` returned.
    """
    parser = commands.add_parser("journal", help="look at a journal", description=__doc__)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    show = actions.add_parser(
        "show",
        help="counts, seconds and the best candidates",
        description="Show what stands in a journal. It is only read, also while a search writes "
        "to it, and an incomplete last line is passed over.",
    )
    show.add_argument("path", type=Path, help="what was given to the search as its journal")
    show.add_argument("--metric", metavar="NAME", help="by which score (default: the first)")
    how = show.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="the same as an object of JSON")
    how.add_argument("--csv", action="store_true", help="all candidates as CSV")
    show.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Show a journal.

    Parameters
    ----------
    options : Namespace
        What the parser made of the arguments.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    CommandError
        If there is no such journal.
    """
    from skhpo import load_journal

    try:
        frame = load_journal(options.path)
    except FileNotFoundError:
        raise CommandError(f"{options.path}: there is no such file.") from None
    except (ValueError, OSError) as error:
        raise CommandError(f"{options.path} cannot be read: {error}") from error
    if options.csv:
        frame.to_csv(sys.stdout, index=False)
        return 0
    summary = summary_of(frame, options.metric)
    print(json.dumps(summary, indent=2) if options.json else _text(summary))
    return 0


def summary_of(frame: "pd.DataFrame", metric: str | None = None) -> dict[str, Any]:
    """Return what a journal comes to.

    Parameters
    ----------
    frame : DataFrame
        As `load_journal` returns it.
    metric : str or None, default=None
        The score by which candidates are ranked; None for the first.

    Returns
    -------
    dict
        ``candidates``, ``status`` (counts), ``seconds`` (of all fits and scorings together),
        ``metric``, ``metrics``, ``best`` and ``leaderboard``: dicts with ``candidate``,
        ``score``, ``seconds`` and ``params``, and ``n_resources`` where something is rationed.

    Raises
    ------
    CommandError
        If there is no such score.
    """
    if frame.empty:
        nothing: dict[str, Any] = {"candidates": 0, "status": {}, "seconds": 0.0, "metrics": []}
        return nothing | {"metric": metric, "best": None, "leaderboard": []}
    means = [name for name in map(str, frame.columns) if name.startswith("mean_test_")]
    metrics = [name.removeprefix("mean_test_") for name in means]
    if metric is not None and metric not in metrics:
        raise CommandError(f"--metric: there is no {metric!r}; {near(metric, metrics)}.")
    metric = metric or next(iter(metrics), None)
    board = [] if metric is None else _board(frame, f"mean_test_{metric}")
    seconds = frame["fit_time"].sum() + frame["score_time"].sum()
    return {
        "candidates": len(frame[["writer", "candidate"]].drop_duplicates()),
        "status": {str(name): int(n) for name, n in frame["status"].value_counts().items()},
        "seconds": round(float(seconds), 3),
        "metrics": metrics,
        "metric": metric,
        "best": board[0] if board else None,
        "leaderboard": board,
    }


def _board(frame: "pd.DataFrame", column: str) -> list[dict[str, Any]]:
    """Return the best; those that were given most of a resource stand before the others."""
    order = [name for name in ("n_resources", column) if name in frame]
    best = frame[frame[column].notna()].sort_values(order, ascending=False, kind="stable")
    return [_entry(row, column) for _, row in best.head(ON_BOARD).iterrows()]


def _entry(row: "pd.Series[Any]", column: str) -> dict[str, Any]:
    given = row[row.notna()]
    names = [name for name in given.index if name.startswith("param_")]
    entry = {"candidate": int(row["candidate"]), "score": float(row[column])}
    if "n_resources" in row:
        entry["n_resources"] = int(row["n_resources"])
    entry["seconds"] = round(float(row["fit_time"] + row["score_time"]), 3)
    params = {name.removeprefix("param_"): _plain(given[name]) for name in names}
    return entry | {"params": params}


def _plain(value: Any) -> Any:
    """Return a value that JSON knows."""
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, bool | int | float | str) else str(value)


def _text(summary: dict[str, Any]) -> str:
    counts = ", ".join(f"{n} {status}" for status, n in summary["status"].items())
    lines = [
        f"{summary['candidates']} candidates" + (f": {counts}" if counts else ""),
        f"{summary['seconds']:.1f} s of fitting and scoring",
    ]
    best = summary["best"]
    if best is None:
        return "\n".join([*lines, "no candidate is complete"])
    lines += [f"best {summary['metric']}: {best['score']:.6g} (candidate {best['candidate']})", ""]
    rationed = "n_resources" in best
    head = ("candidate", "score", *(["n_resources"] if rationed else []), "seconds", "parameters")
    lines.append("  ".join(name.rjust(10) for name in head[:-1]) + "  " + head[-1])
    for entry in summary["leaderboard"]:
        cells = [str(entry["candidate"]), f"{entry['score']:.6g}"]
        cells += [str(entry["n_resources"])] if rationed else []
        cells.append(f"{entry['seconds']:.2f}")
        row = [cell.rjust(max(10, len(name))) for cell, name in zip(cells, head, strict=False)]
        lines.append("  ".join(row) + "  " + _brief(entry["params"]))
    return "\n".join(lines)


def _brief(params: dict[str, Any]) -> str:
    """Return parameters on a line: those of the last step first, estimators by their class."""
    roots = [*dict.fromkeys(name.partition("__")[0] for name in params)]
    order = sorted(params, key=lambda name: -roots.index(name.partition("__")[0]))
    parts = [f"{name}={_short(params[name])}" for name in order]
    return shorten(", ".join(parts), WIDTH, placeholder=" ...")


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    call = CALL.match(str(value))
    return str(value) if call is None else call[1]
