"""The parts of a report in words and small tables."""

import platform
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from math import exp, isfinite
from typing import Any

import numpy as np

from skhpo.plots._record import Record
from skhpo.reports._estimator import estimator_view
from skhpo.reports._html import Html, join, table, tag
from skhpo.reports._leaderboard import value_text
from skhpo.reports._source import Source
from skhpo.results._complete import overlap
from skhpo.space import Space
from skhpo.statistics.corrected import corrected_standard_error

LONGEST = 20_000  # characters of a call, or of a traceback
MOST_CAUSES = 20
PACKAGES = ("skhpo", "scikit-learn", "numpy", "scipy", "pandas", "joblib")


def figures(source: Source) -> Html:
    """Return the numbers that are looked for first."""
    record = source.record
    if record is None:
        return tag("p", "No candidate has been begun yet.")
    tiles = [*_tiles(source, record)]
    cells = (tag("div", tag("span", name), tag("strong", value)) for name, value in tiles)
    return tag("div", *cells, class_="tiles")


def _tiles(source: Source, record: Record) -> Iterator[tuple[str, str]]:
    if record.best is not None:
        error = _error(source, record)
        yield f"best {record.label}", f"{record.means[record.best]:.5g}" + error
    yield "candidates", str(len({*record.candidates.tolist()}))
    counts = Counter(map(str, record.status))
    yield "of these rows", ", ".join(f"{n} {kind}" for kind, n in counts.most_common())
    wall = getattr(source.search, "search_time_", None)
    if wall is None and np.isfinite(record.ended).any():
        wall = float(np.nanmax(record.ended))
    if wall is not None:
        yield "search", duration(wall)
    yield "fits and scoring", duration(float(np.nansum(record.seconds)))


def _error(source: Source, record: Record) -> str:
    scores = record.scores[record.best]
    scores = scores[np.isfinite(scores)]
    if len(scores) < 2:
        return ""
    try:
        error = corrected_standard_error(scores, overlap(source.search, len(scores)))
    except ValueError:  # a splitter whose shares are not known
        return ""
    return f" ± {error:.2g}" if isfinite(error) else ""


def duration(seconds: float) -> str:
    """Return a duration for people.

    Examples
    --------
    >>> duration(3.14159), duration(75), duration(7322)
    ('3.1 s', '1 min 15 s', '2 h 2 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def best(source: Source) -> Html:
    """Return the winner: its parameters, and how scikit-learn shows it."""
    record = source.record
    if record is None or record.best is None:
        return tag("p", "No candidate is complete yet.")
    params = record.params[record.best]
    rows = [(name, tag("code", value_text(value))) for name, value in params.items()]
    parts = [table(rows) if rows else tag("p", "It has no parameters."), _estimator(source.search)]
    return join(parts)


def _estimator(search: Any) -> Html:
    estimator = getattr(search, "best_estimator_", None)
    if estimator is None:
        return tag("p", "The fitted model is not here: ask the search for it.", class_="hint")
    return estimator_view(estimator)


def failures(source: Source) -> Html:
    """Return the causes of failures, the most frequent first, each with one traceback."""
    record = source.record
    bad = (
        []
        if record is None
        else [(e, s) for e, s in zip(record.errors, record.status, strict=True) if e]
    )
    if not bad:
        return tag("p", "No candidate failed.")
    causes: dict[tuple[str, str], list[str]] = {}
    for error, status in bad:
        causes.setdefault((str(status), _last_line(error)), []).append(error)
    ordered = sorted(causes.items(), key=lambda item: -len(item[1]))
    parts = [
        tag(
            "details",
            tag("summary", f"{len(errors)} {status}: {line}"),
            tag("pre", errors[0][-LONGEST:], tabindex=0),
        )
        for (status, line), errors in ordered[:MOST_CAUSES]
    ]
    rest = len(ordered) - len(parts)
    return join([*parts, tag("p", f"{rest} more causes.") if rest > 0 else Html("")])


def _last_line(error: str) -> str:
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    return (lines[-1] if lines else "no cause was given")[:300]


def data(source: Source) -> Html:
    """Return what the search was given: shape, fingerprint, meta-features."""
    meta = getattr(source.search, "meta_features_", None) or source.of_header("meta_features")
    rows: list[tuple[str, Any]] = []
    if "n_rows" in meta:
        rows.append(("rows", str(round(exp(meta["n_rows"])))))
    columns = getattr(source.search, "n_features_in_", None) if source.search is not None else None
    if columns is None and "n_columns" in meta:
        columns = round(exp(meta["n_columns"]))
    if columns is not None:
        rows.append(("columns", str(columns)))
    names = getattr(source.search, "feature_names_in_", None)
    if names is not None:
        rows.append(("their names", ", ".join(map(str, names))[:2000]))
    known = source.of_header("fingerprint")
    rows += [(f"fingerprint of {k}", tag("code", known[k])) for k in ("X", "y") if k in known]
    rows += [(k, f"{v:.4g}") for k, v in meta.items() if k not in ("n_rows", "n_columns")]
    if not known:
        hint = tag("p", "A search with journal=... also has a fingerprint of its data.")
        return join([table(rows), hint])
    return table(rows)


def space(source: Source) -> Html:
    """Return what was searched."""
    record = source.record
    given = None if record is None else record.space
    if given is not None:
        text = str(given if isinstance(given, Space) else Space(given))
    else:
        text = str(source.of_header("fingerprint").get("space", "It is not recorded."))
    return tag("pre", text[:LONGEST], tabindex=0)


def cost(source: Source) -> Html:
    """Return where the time went."""
    search, record = source.search, source.record
    rows = []
    for name, attribute in (("search", "search_time_"), ("refit", "refit_time_")):
        seconds = getattr(search, attribute, None)
        if seconds is not None:
            rows.append((name, duration(float(seconds))))
    if record is not None:
        spent = np.nan_to_num(record.seconds)
        useless = spent[~np.isin(record.status, ["ok", "running"])].sum()
        rows.append(("fits and scoring, all workers", duration(float(spent.sum()))))
        rows.append(("of these, candidates that failed or were dropped", duration(float(useless))))
        rows.append(("a candidate, median", duration(float(np.median(spent)))))
    reason = getattr(search, "stop_reason_", None)
    if reason:
        rows.append(("ended because of", str(reason)))
    return table(rows)


def reproduce(source: Source) -> Html:
    """Return the call, its seeds and the versions."""
    fingerprint = source.of_header("fingerprint")
    parts = []
    if source.search is not None:
        parts.append(tag("pre", _call(source.search), tabindex=0))
    elif fingerprint:
        rows = [(k, tag("code", v)) for k, v in fingerprint.items() if k not in ("X", "y")]
        parts.append(table(rows))
    rows = []
    if source.search is not None and hasattr(source.search, "random_state"):
        rows.append(("random_state", tag("code", str(source.search.random_state)[:200])))
    seed = (source.header or {}).get("seed")
    if seed is not None:
        rows.append(("seed of the journal", tag("code", str(seed))))
    rows += [(name, tag("code", v)) for name, v in _versions(source).items()]
    hint = (
        "The same data, call and versions give the same candidates with n_jobs=1 or "
        "deterministic=True, and an integer random_state."
    )
    return join([*parts, table(rows), tag("p", hint, class_="hint")])


def _call(search: Any) -> str:
    try:
        call = search.__repr__(N_CHAR_MAX=LONGEST)
    except TypeError:  # no estimator of scikit-learn's kind
        call = repr(search)
    return str(call)[:LONGEST]


def _versions(source: Source) -> dict[str, str]:
    """Return the versions that the search ran with, of which those here are the best guess."""
    known = source.of_header("versions")
    if known:
        return {str(name): str(value) for name, value in known.items()}
    return {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
