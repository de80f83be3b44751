"""``skhpo report``: a journal as a page of HTML, written once or served while the search runs."""

import argparse
import os
from pathlib import Path
from typing import Any

from skhpo.cli._say import CommandError, note
from skhpo.cli._tables import check_output

HELP = """\
Write a journal as one page of HTML: the best candidates, plots, failures, times. The journal is
only read, also while a search writes to it.
"""


def add_to(commands: Any) -> None:
    """Add the command to the parser.

    Parameters
    ----------
    commands : object
        What ``add_subparsers`` returned.
    """
    parser = commands.add_parser("report", help="a journal as a page of HTML", description=HELP)
    add = parser.add_argument
    add("path", type=Path, help="what was given to the search as its journal")
    add("--output", type=Path, metavar="FILE", help="the page (default: FILE.html beside it)")
    add("--metric", metavar="NAME", help="which score (default: the first)")
    add("--watch", action="store_true",
        help="serve the page on 127.0.0.1, anew as the search goes on, until Ctrl-C")  # fmt: skip
    add("--port", type=_port, default=0, metavar="N", help="where, with --watch (default: any)")
    parser.set_defaults(run=run)


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**16:
        raise argparse.ArgumentTypeError(f"should be from 0 to 65535, got {text}")
    return value


def run(options: argparse.Namespace) -> int:
    """Write or serve the page.

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
        If there is no such journal, or the page cannot be written or served.
    """
    if options.watch and options.output is not None:
        raise CommandError("--output: with --watch the page is served, not written.")
    if options.port and not options.watch:
        raise CommandError("--port: a page is served with --watch alone.")
    _check(options.path, options.metric)
    return _serve(options) if options.watch else _write(options)


def _check(path: Path, metric: str | None) -> None:
    from skhpo.reports._source import read_source

    try:
        read_source(path, metric)
    except FileNotFoundError:
        raise CommandError(f"{path}: there is no such file.") from None
    except (ValueError, OSError) as error:
        raise CommandError(f"{path} cannot be reported: {error}") from error


def _write(options: argparse.Namespace) -> int:
    output = options.output or options.path.with_suffix(".html")
    check_output(output)
    if output.exists() and os.path.samefile(output, options.path):
        raise CommandError(f"--output {output}: this is the journal itself.")
    write_report(options.path, output, options.metric)
    return 0


def write_report(source: Any, path: Path, metric: str | None = None) -> None:
    """Write a report, and say where it is.

    Parameters
    ----------
    source : search estimator or Path
        A fitted search or a journal.
    path : Path
        The file.
    metric : str or None, default=None
        Which score.

    Raises
    ------
    CommandError
        If it cannot be written.
    """
    from skhpo import report

    try:
        report(source, path, metric=metric)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error}") from error
    note(f"the report is in {path}.")


def _serve(options: argparse.Namespace) -> int:
    from skhpo.reports._watch import Server, Watched

    try:
        server = Server(Watched(options.path, options.metric), options.port)
    except OSError as error:
        raise CommandError(f"--port {options.port}: {error}") from error
    print(server.url, flush=True)
    note("Ctrl-C ends it.")
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0
