"""The page: its parts in their order, and what a browser may do with it."""

from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256

from skhpo.reports import _sections as sections
from skhpo.reports._assets import SCRIPT, STYLE
from skhpo.reports._html import Html, join, tag
from skhpo.reports._leaderboard import leaderboard
from skhpo.reports._notes import notes
from skhpo.reports._plots import plots
from skhpo.reports._source import Source

# nothing is loaded from anywhere, and no script runs but the one whose hash this is
_HASH = b64encode(sha256(SCRIPT.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{_HASH}'; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)


def page_of(source: Source, refresh: float | None = None) -> str:
    """Return a report.

    Parameters
    ----------
    source : Source
        What it is about.
    refresh : float or None, default=None
        Seconds after which the page loads itself anew; None for a page that stays.

    Returns
    -------
    str
        HTML that needs no other file.
    """
    parts = [*_parts(source)]
    links = tag("nav", *(tag("a", title, href=f"#s{i}") for i, (title, _) in enumerate(parts)))
    body = [
        tag("h1", source.name),
        tag("p", f"Written on {datetime.now(UTC):%Y-%m-%d at %H:%M:%S} UTC.", class_="hint"),
        links,
        sections.figures(source),
        *(
            tag("section", tag("h2", title, id=f"s{i}"), content)
            for i, (title, content) in enumerate(parts)
        ),
        tag("script", Html(SCRIPT)),
    ]
    head = [
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", source.name),
        tag("style", Html(STYLE)),
    ]
    page = tag("html", tag("head", *head), tag("body", *body, data_refresh=refresh), lang="en")
    return f"<!DOCTYPE html>\n{page}\n"


def _parts(source: Source) -> list[tuple[str, Html]]:
    record = source.record
    board = tag("p", "There is no candidate yet.") if record is None else leaderboard(record)
    return [
        ("Best candidate", join([notes(source), sections.best(source)])),
        ("Plots", plots(source)),
        ("Leaderboard", board),
        ("Failures", sections.failures(source)),
        ("Data", sections.data(source)),
        ("Search space", sections.space(source)),
        ("Time", sections.cost(source)),
        ("Reproduce", sections.reproduce(source)),
    ]
